"""The installation's own keys as signers, each with the name it signs under.

In: a keystore. Out: signers for credentials, statements, the log, imported batches and anchors.
docs/reference/keys.md tells of each where it lives and what its loss means.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from battery_passport.assembly.log_keys import log_signer, retired_log_keys
from battery_passport.credentials.jwk import PublicKey, parse_jwk
from battery_passport.credentials.kept_signer import KeptSigner
from battery_passport.credentials.keystore import (
    ORGANISATION_PREFIX,
    Keystore,
    Secret,
    SigningKey,
)
from battery_passport.ledger.note_keys import Ed25519NoteSigner
from battery_passport.ledger.tlog_proof import RetiredKey

OWN_ORGANISATION = f"{ORGANISATION_PREFIX}own"
"""The key by which the installation's own organisation acts on the ledger."""

REMEMBERED = ("issuer", "diagnostics")
"""Keys whose public part is trusted after their time, for what they signed in it."""


@dataclass(slots=True, kw_only=True)
class InstallationKeys:
    """One signer a purpose; `anchor_key` is that of the ledger's account.

    `organisation_key` signs what the installation's own organisation does on the ledger, and
    `deployer_key` makes the addresses of the contracts, over which it has no power. `relay_key`
    carries what others signed to the registry, and has none either.

    A rotation puts new signers in the place of old ones while the process runs, so whoever signs
    asks for the signer each time. `retired` holds public keys, trusted for what they signed.

    `personal_data_secret` wraps the keys of people's data, `lookup_secret` hashes what they are
    found by. `insecure` tells of keys that lie on the disk in clear.
    """

    issuer: KeptSigner
    diagnostics: KeptSigner
    log: Ed25519NoteSigner
    importer: KeptSigner
    anchor_key: SigningKey
    deployer_key: SigningKey
    organisation_key: SigningKey
    relay_key: SigningKey
    personal_data_secret: Secret
    lookup_secret: Secret
    tokens: KeptSigner
    insecure: bool
    retired_log: tuple[RetiredKey, ...] = ()
    retired: Mapping[str, tuple[PublicKey, ...]] = field(default_factory=dict)

    def adopt(self, others: "InstallationKeys") -> None:
        """Use other keys from now on."""
        for each in fields(self):
            setattr(self, each.name, getattr(others, each.name))


@dataclass(frozen=True, slots=True)
class RememberedSecret:
    """A keystore's secret, asked once for each use: what is derived is in memory anyway."""

    secret: Secret
    derived: dict[bytes, bytes] = field(default_factory=dict, repr=False)

    def derive(self, use: bytes) -> bytes:
        """Return the 32 bytes for one use. Raises: KeyGone, KeystoreUnavailable."""
        if use not in self.derived:
            self.derived[use] = self.secret.derive(use)
        return self.derived[use]


def load_keys(keystore: Keystore) -> InstallationKeys:
    """Return the signers of an installation, whose keys are made at first use.

    Raises: KeystoreUnavailable, KeystoreRefused.
    """

    def signer(name: str) -> KeptSigner:
        return KeptSigner.of(keystore.signing_key(name))

    return InstallationKeys(
        issuer=signer("issuer"),
        diagnostics=signer("diagnostics"),
        log=log_signer(keystore),
        importer=signer("importer"),
        anchor_key=keystore.signing_key("anchor"),
        deployer_key=keystore.signing_key("deployer"),
        relay_key=keystore.signing_key("relay"),
        organisation_key=keystore.signing_key(OWN_ORGANISATION),
        personal_data_secret=RememberedSecret(keystore.secret("personal-data")),
        lookup_secret=RememberedSecret(keystore.secret("lookup")),
        tokens=signer("tokens"),
        insecure=keystore.insecure,
        retired_log=retired_log_keys(keystore),
        retired={name: _retired(keystore, name) for name in REMEMBERED},
    )


def _retired(keystore: Keystore, name: str) -> tuple[PublicKey, ...]:
    kept = (each["jwk"] for each in keystore.farewells(name))
    return tuple(parse_jwk(jwk) for jwk in kept if isinstance(jwk, dict))
