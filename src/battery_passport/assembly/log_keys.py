"""The keys of the log: its name is that of the first, and each names the one that follows it.

In: a keystore. Out: the signer of today under the log's name; the keys before it, with how far each
counts. A key that follows no other opens a log of its own, under a name of its own.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from battery_passport.credentials.keystore import Keystore
from battery_passport.foundation.encoding import hex_decode
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.note import NoteSigner
from battery_passport.ledger.note_keys import TYPE_ED25519, Ed25519NoteSigner, VerifierKey
from battery_passport.ledger.tlog_proof import RetiredKey

LOG = "log"


@dataclass(frozen=True, slots=True)
class PresentSigner:
    """Fulfils `ledger.note.NoteSigner` with whatever key signs at the moment it is asked."""

    present: Callable[[], NoteSigner]

    @property
    def name(self) -> str:
        return self.present().name

    @property
    def key_id(self) -> bytes:
        return self.present().key_id

    def sign_text(self, text: bytes) -> bytes:
        return self.present().sign_text(text)


def log_signer(keystore: Keystore) -> Ed25519NoteSigner:
    """Return the signer of the log under the name that its first key gave it."""
    signing = keystore.signing_key(LOG)
    return Ed25519NoteSigner(_named(keystore, signing.public_key), signing.sign)


def following_log_key(keystore: Keystore) -> VerifierKey:
    """Return the key that is to sign the log next, once it was made. Raises: KeyGone."""
    name = log_signer(keystore).name
    public_key = keystore.signing_key(LOG, following=True).public_key
    return VerifierKey(name, TYPE_ED25519, public_key)


def retired_log_keys(keystore: Keystore) -> tuple[RetiredKey, ...]:
    """Return the keys that signed this log before that of today, the newest first."""
    public_key = keystore.signing_key(LOG).public_key
    name = _named(keystore, public_key).name
    return tuple(
        RetiredKey(VerifierKey(name, TYPE_ED25519, before), until_size)
        for before, until_size in _line_of(keystore, public_key)
        if until_size
    )


def farewell(old: VerifierKey, new: VerifierKey, *, until_size: int, retired_at: str) -> JsonObject:
    """Return what is kept of a log key when another follows it."""
    return {
        "key": old.public_key.hex(),
        "followedBy": new.public_key.hex(),
        "untilSize": until_size,
        "retiredAt": retired_at,
    }


def _named(keystore: Keystore, public_key: bytes) -> VerifierKey:
    first = public_key
    for before, _until_size in _line_of(keystore, public_key):
        first = before
    # The origin names one history: a key that follows no other begins one under another name.
    origin = f"battery-passport/{hashlib.sha256(first).hexdigest()[:16]}/log"
    return VerifierKey(origin, TYPE_ED25519, public_key)


def _line_of(keystore: Keystore, public_key: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield the keys before one, each with the size of the log at its end, the newest first."""
    before = {str(each["followedBy"]): each for each in keystore.farewells(LOG)}
    while (found := before.pop(public_key.hex(), None)) is not None:
        public_key = hex_decode(str(found["key"]), length=32)
        yield public_key, int(str(found["untilSize"]))
