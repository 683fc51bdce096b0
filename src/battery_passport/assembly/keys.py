"""The installation's own keys as signers, each with the name it signs under.

In: a keystore. Out: signers for credentials, statements, the log, imported batches and anchors.
docs/reference/keys.md tells of each where it lives and what its loss means.
"""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric import ec

from battery_passport.credentials.signing import Ed25519Signer, Es256Signer
from battery_passport.ledger.note_keys import Ed25519NoteSigner


class Keystore(Protocol):
    """Holds private keys by name."""

    def private_key(self, name: str) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationKeys:
    """One signer a purpose; `anchor_key` is the chain account's private key.

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
    )


def _es256(scalar: bytes) -> Es256Signer:
    return Es256Signer(ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1()))


def _log_origin(log_seed: bytes) -> str:
    # The origin names one history: a new log key begins a new one under another name.
    public_key = Ed25519Signer(log_seed).public_key.coordinates
    return f"battery-passport/{hashlib.sha256(public_key).hexdigest()[:16]}/log"
