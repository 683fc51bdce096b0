"""The session with a PKCS#11 token: one at a time, opened again after the token was away.

In: how to reach the token. Out: what the token answers; its failures as our own errors.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pkcs11
from pkcs11.exceptions import (
    MechanismInvalid,
    MultipleTokensReturned,
    NoSuchToken,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    PKCS11Error,
    UserAlreadyLoggedIn,
)

from battery_passport.credentials.errors import (
    KeyGone,
    KeystoreRefused,
    KeystoreUnavailable,
    WrongKeystorePassphrase,
)

T = TypeVar("T")
_WRONG_PIN = (PinIncorrect, PinInvalid, PinLenRange)


@dataclass(frozen=True, slots=True)
class TokenAccess:
    """The maker's library, the label of the token, and the user's PIN."""

    library: Path
    label: str
    pin: str = field(repr=False)


class TokenSession:
    """Lets one caller at a time use the token: a session serves one thread."""

    def __init__(self, access: TokenAccess) -> None:
        """Raises: KeystoreRefused, WrongKeystorePassphrase, KeystoreUnavailable."""
        self._access = access
        self._lock = threading.Lock()
        try:
            self._library = pkcs11.lib(str(access.library))
        except (PKCS11Error, RuntimeError, OSError) as error:
            raise KeystoreRefused(
                f"{access.library} is not a PKCS#11 library that works here: {error}.",
                remedy="Set BATTERY_PASSPORT_PKCS11_LIBRARY to the file that the token's maker "
                "ships, as in /usr/lib/softhsm/libsofthsm2.so.",
            ) from error
        self._session: pkcs11.Session | None = self._opened()

    def use(self, action: Callable[[pkcs11.Session], T]) -> T:
        """Return what an action gives; a session that ended is opened again, once.

        Raises: KeystoreUnavailable; MechanismInvalid if the token cannot do it.
        """
        with self._lock:
            try:
                return action(self._present())
            except MechanismInvalid:
                raise
            except PKCS11Error:
                self._forget()
            try:
                return action(self._present())
            except MechanismInvalid:
                raise
            except PKCS11Error as error:
                self._forget()
                raise KeystoreUnavailable(f"The token failed: {_told(error)}.") from error

    def sign(
        self,
        wanted: Mapping[pkcs11.Attribute, Any],
        message: bytes,
        mechanism: pkcs11.Mechanism,
    ) -> bytes:
        """Return what the one key with those attributes makes of a message.

        Raises: KeyGone, KeystoreUnavailable.
        """

        def sign(session: pkcs11.Session) -> bytes:
            found = list(session.get_objects(dict(wanted)))
            if len(found) != 1:
                raise KeyGone(f"The token holds {len(found)} keys of the name asked for.")
            key: Any = found[0]
            return bytes(key.sign(message, mechanism=mechanism))

        return self.use(sign)

    def close(self) -> None:
        """Log out."""
        with self._lock:
            self._forget()

    def _present(self) -> pkcs11.Session:
        if self._session is None:
            self._session = self._opened()
        return self._session

    def _forget(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            try:
                session.close()
            except PKCS11Error:
                return  # it had ended by itself

    def _opened(self) -> pkcs11.Session:
        label = self._access.label
        try:
            token = self._library.get_token(token_label=label)
            try:
                return token.open(user_pin=self._access.pin, rw=True)
            except UserAlreadyLoggedIn:  # by another session of this process, which all share
                return token.open(rw=True)
        except (NoSuchToken, MultipleTokensReturned) as error:
            raise KeystoreUnavailable(
                f"There is not exactly one token labelled {label!r}.",
                remedy="Plug it in or name another (BATTERY_PASSPORT_PKCS11_TOKEN), and try again.",
            ) from error
        except _WRONG_PIN as error:
            raise WrongKeystorePassphrase(
                f"The PIN does not open the token {label!r}.",
                remedy="Correct it before you try again: a token locks itself after a few tries.",
            ) from error
        except PinLocked as error:
            raise KeystoreRefused(
                f"The token {label!r} has locked itself after wrong PINs.",
                remedy="Unlock it with the tool of its maker.",
            ) from error
        except PKCS11Error as error:
            raise KeystoreUnavailable(f"The token failed: {_told(error)}.") from error


def _told(error: PKCS11Error) -> str:
    return str(error) or type(error).__name__
