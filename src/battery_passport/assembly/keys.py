"""The installation's own keys as signers, each with the name it signs under.

In: a keystore. Out: signers for credentials, statements, the log, imported batches and anchors.
docs/reference/keys.md tells of each where it lives and what its loss means.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric import ec

from battery_passport.credentials.jwk import PublicKey, parse_jwk
from battery_passport.credentials.signing import Ed25519Signer, Es256Signer
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.note_keys import Ed25519NoteSigner

REMEMBERED = ("issuer", "diagnostics")
"""Keys whose public part is trusted after their time, for what they signed in it."""


class Keystore(Protocol):
    """Holds private keys by name."""

    def private_key(self, name: str) -> bytes: ...

    def next_key(self, name: str) -> bytes | None:
        """Return the key that is to follow, if its change has begun."""

    def make_next(self, name: str) -> bytes:
        """Return the key that is to follow, made now unless it was made before."""

    def adopt_next(self, name: str, farewell: JsonObject | None = None) -> None:
        """Put the next key in the place of the present one, which is destroyed."""

    def farewells(self, name: str) -> tuple[JsonObject, ...]:
        """Return what was kept of the keys of that name that are no more."""


@dataclass(slots=True, kw_only=True)
class InstallationKeys:
    """One signer a purpose; `anchor_key` is the chain account's private key.

    A rotation puts new signers in the place of old ones while the process runs, so whoever signs
    asks for the signer each time. `retired` holds public keys, trusted for what they signed.

    `personal_data_secret` wraps the keys of people's data, `lookup_secret` hashes what they are
    found by.
    """

    issuer: Es256Signer
    diagnostics: Es256Signer
    log: Ed25519NoteSigner
    importer_seed: bytes
    importer: Ed25519Signer
    anchor_key: bytes
    personal_data_secret: bytes
    lookup_secret: bytes
    tokens: Es256Signer
    retired: Mapping[str, tuple[PublicKey, ...]] = field(default_factory=dict)

    def adopt(self, others: "InstallationKeys") -> None:
        """Use other keys from now on."""
        for each in fields(self):
            setattr(self, each.name, getattr(others, each.name))


def load_keys(keystore: Keystore) -> InstallationKeys:
    """Return the signers of an installation, whose keys are made at first use."""
    log_seed = keystore.private_key("log")
    importer_seed = keystore.private_key("importer")
    return InstallationKeys(
        issuer=_es256(keystore.private_key("issuer")),
        diagnostics=_es256(keystore.private_key("diagnostics")),
        log=Ed25519NoteSigner.from_seed(_log_origin(log_seed), log_seed),
        importer_seed=importer_seed,
        importer=Ed25519Signer(importer_seed),
        anchor_key=keystore.private_key("anchor"),
        personal_data_secret=keystore.private_key("personal-data"),
        lookup_secret=keystore.private_key("lookup"),
        tokens=_es256(keystore.private_key("tokens")),
        retired={name: _retired(keystore, name) for name in REMEMBERED},
    )


def _retired(keystore: Keystore, name: str) -> tuple[PublicKey, ...]:
    kept = (each["jwk"] for each in keystore.farewells(name))
    return tuple(parse_jwk(jwk) for jwk in kept if isinstance(jwk, dict))


def _es256(scalar: bytes) -> Es256Signer:
    return Es256Signer(ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1()))


def _log_origin(log_seed: bytes) -> str:
    # The origin names one history: a new log key begins a new one under another name.
    public_key = Ed25519Signer(log_seed).public_key.coordinates
    return f"battery-passport/{hashlib.sha256(public_key).hexdigest()[:16]}/log"
