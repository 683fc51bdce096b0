"""What can be wrong with a key or a signed token.

In: nothing. Out: error classes; a token that fails is an answer ("no"), a broken key is bad input.
"""

from typing import ClassVar

from battery_passport.foundation.errors import (
    InvalidInput,
    Misconfigured,
    TemporarilyUnavailable,
    VerificationFailed,
)


class MalformedKey(InvalidInput):
    """A JWK that is incomplete, ambiguous, of another kind or not a point of its curve."""

    code: ClassVar[str] = "malformed-key"
    remedy: ClassVar[str] = "Give a public P-256 or Ed25519 key as a JWK with kty, crv, x (and y)."


class MalformedDid(InvalidInput):
    """A web address or identifier from which no did:web can be made."""

    code: ClassVar[str] = "malformed-did"
    remedy: ClassVar[str] = "Use a host name, such as https://passport.example.org."


class SignatureMismatch(VerificationFailed):
    """The signature does not fit the message and the key."""

    code: ClassVar[str] = "signature-mismatch"
    remedy: ClassVar[str] = "The content was changed or another key signed it: ask for a new copy."


class MalformedToken(VerificationFailed):
    """Text that is not the one accepted writing of a signed token."""

    code: ClassVar[str] = "malformed-token"
    remedy: ClassVar[str] = "Ask the issuer for a new copy."


class RefusedAlgorithm(VerificationFailed):
    """A token names a signature algorithm or an extension that is not accepted here."""

    code: ClassVar[str] = "refused-algorithm"
    remedy: ClassVar[str] = "Only ES256 and EdDSA without extensions are accepted."


class UnknownSigningKey(VerificationFailed):
    """A token names a key that the reader does not know."""

    code: ClassVar[str] = "unknown-signing-key"
    remedy: ClassVar[str] = "Get the issuer's key from a source you trust."


class RefusedDisclosure(VerificationFailed):
    """A disclosure of an SD-JWT is not what its issuer signed."""

    code: ClassVar[str] = "refused-disclosure"
    remedy: ClassVar[str] = "Ask the holder for a new presentation."


class UnknownKeyName(Misconfigured):
    """A keystore was asked for a key of a name or kind that there is not."""

    code: ClassVar[str] = "unknown-key-name"
    remedy: ClassVar[str] = "docs/reference/keys.md lists the keys."


class KeystoreRefused(Misconfigured):
    """The keystore cannot be opened or used as it is set up."""

    code: ClassVar[str] = "keystore-refused"
    remedy: ClassVar[str] = "Check the settings that begin with `keystore`."


class WrongKeystorePassphrase(KeystoreRefused):
    """The passphrase or key file does not open the keystore; nothing was changed."""

    code: ClassVar[str] = "wrong-keystore-passphrase"
    remedy: ClassVar[str] = "Use the passphrase or key file that the keystore was made with."


class KeystoreUnavailable(TemporarilyUnavailable):
    """The keystore does not answer; nothing was signed."""

    code: ClassVar[str] = "keystore-unavailable"
    remedy: ClassVar[str] = "Look after the token or signer, and try again."


class KeyGone(TemporarilyUnavailable):
    """A key was asked for that was replaced, or has not been made."""

    code: ClassVar[str] = "key-gone"
    remedy: ClassVar[str] = "Try again: the key that follows it is used then."


class StatusMismatch(VerificationFailed):
    """A status list does not tell about this credential."""

    code: ClassVar[str] = "status-mismatch"
    remedy: ClassVar[str] = "Ask the issuer for the status of this very passport."
