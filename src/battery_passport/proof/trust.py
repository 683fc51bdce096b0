"""The trust file `bp-trust/v1`: whom a reader believes, and what the reader insists on.

In: bytes, or an installation's public keys. Out: trust anchors, or bytes.
docs/reference/trust-file.md
"""

import json
import re
from dataclasses import dataclass

from battery_passport.credentials.errors import MalformedKey
from battery_passport.credentials.jwk import PublicKey, parse_jwk
from battery_passport.foundation.strict_json import (
    JsonObject,
    JsonValue,
    MalformedJson,
    parse_json_object,
)
from battery_passport.ledger.errors import MalformedNote
from battery_passport.ledger.finality.errors import MalformedFinalityProof
from battery_passport.ledger.finality.model import ValidatorSet, read_validator_set
from battery_passport.ledger.note_keys import TYPE_COSIGNATURE, TYPE_ED25519, VerifierKey
from battery_passport.ledger.tlog_proof import LogTrust, RetiredKey
from battery_passport.proof.errors import MalformedTrustFile
from battery_passport.proof.members import Members
from battery_passport.proof.model import HEALTH_STATEMENT, MEASUREMENT_STATEMENT, PASSPORT

TRUST_FORMAT = "bp-trust/v1"
DEVELOPMENT_ENGINE = "development-ledger"
CONSORTIUM_ENGINE = "cometbft"
PURPOSES = (PASSPORT, HEALTH_STATEMENT, MEASUREMENT_STATEMENT)
_REQUIRED = ("format", "keys", "log", "witnesses", "chain", "validatorSets", "requires")
_ADDRESS = re.compile(r"0x[0-9a-f]{40}")
_ENGINE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NETWORK = re.compile(r"[!-~]{1,50}")


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A key, the organisation it signs for and the one kind of credential it may sign."""

    purpose: str
    did: str
    key: PublicKey


@dataclass(frozen=True, slots=True)
class ChainTrust:
    """The chain whose anchors count: `engine` tells how finality is proven there.

    `network` is the name that a consortium's validators sign under; there is none elsewhere.
    """

    engine: str
    chain_id: int
    contract: str
    network: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustFile:
    """Everything a verifier believes before it opens a bundle."""

    keys: tuple[TrustedKey, ...]
    log: LogTrust
    chain: ChainTrust
    validator_sets: tuple[ValidatorSet, ...] = ()
    requires_state: bool = False
    requires_status: bool = False
    demonstration: bool = False
    """Whether the keys are those of a demonstration, which others may have read."""

    def key(self, key_id: str | None, purpose: str) -> TrustedKey | None:
        """Return the key of that name for that purpose."""
        wanted = (trusted for trusted in self.keys if trusted.purpose == purpose)
        return next((trusted for trusted in wanted if trusted.key.key_id == key_id), None)

    def encode(self) -> bytes:
        """Return the bytes of the trust file. Raises: MalformedTrustFile if it is not valid."""
        octets = json.dumps(self._as_json(), ensure_ascii=False, indent=2).encode() + b"\n"
        parse_trust(octets)
        return octets

    def _as_json(self) -> JsonObject:
        return {
            "format": TRUST_FORMAT,
            "keys": [
                {"purpose": each.purpose, "did": each.did, "jwk": each.key.as_jwk()}
                for each in self.keys
            ],
            "log": _log_json(self.log),
            "witnesses": {
                "required": self.log.witnesses_required,
                "vkeys": [key.text() for key in self.log.witnesses],
            },
            "chain": {
                "engine": self.chain.engine,
                "chainId": self.chain.chain_id,
                "contract": self.chain.contract,
                **({} if self.chain.network is None else {"network": self.chain.network}),
            },
            "validatorSets": [each.as_json() for each in self.validator_sets],
            "requires": {"state": self.requires_state, "status": self.requires_status},
            **({"demonstration": True} if self.demonstration else {}),
        }


def parse_trust(octets: bytes) -> TrustFile:
    """Return the trust anchors in a file.

    Raises: MalformedTrustFile unless it is to the letter of the format.
    """
    try:
        document = parse_json_object(octets)
    except MalformedJson as error:
        raise MalformedTrustFile(error.message) from error
    members = Members(document, "the trust file", MalformedTrustFile)
    if "format" in document:
        members.constant("format", TRUST_FORMAT)
    members.exactly(_REQUIRED, ("demonstration",))
    if "demonstration" in document:
        members.constant("demonstration", True)  # noqa: FBT003 - the one value it may have
    requires = members.object("requires").exactly(("state", "status"))
    chain = _parse_chain(members.object("chain"))
    return TrustFile(
        keys=_parse_keys(members),
        log=_parse_log(members),
        chain=chain,
        validator_sets=_parse_validator_sets(members, chain),
        requires_state=requires.boolean("state"),
        requires_status=requires.boolean("status"),
        demonstration="demonstration" in document,
    )


def _parse_keys(members: Members) -> tuple[TrustedKey, ...]:
    found = tuple(_parse_key(each) for each in members.objects("keys"))
    names = [(each.purpose, each.key.key_id) for each in found]
    if len(set(names)) != len(names):
        raise members.refuse("two keys for one purpose have the same kid.")
    return found


def _parse_key(members: Members) -> TrustedKey:
    members.exactly(("purpose", "did", "jwk"))
    purpose, did = members.text("purpose"), members.text("did")
    if purpose not in PURPOSES:
        raise members.refuse(f"'purpose' is {purpose!r}, expected one of {', '.join(PURPOSES)}.")
    if not did.startswith("did:"):
        raise members.refuse(f"'did' is {did!r}, expected a decentralised identifier.")
    try:
        key = parse_jwk(members.object("jwk").json())
    except MalformedKey as error:
        raise members.refuse(error.message) from error
    if key.algorithm != "ES256" or key.key_id is None:
        raise members.refuse("'jwk' is not an ES256 key with a kid.")
    return TrustedKey(purpose=purpose, did=did, key=key)


def _parse_log(members: Members) -> LogTrust:
    log = members.object("log").exactly(("origin", "vkey"), ("retired",))
    witnesses = members.object("witnesses").exactly(("required", "vkeys"))
    origin = log.text("origin")
    log_key = _parse_vkey(log, log.text("vkey"), kind=TYPE_ED25519)
    if log_key.name != origin:
        raise log.refuse(f"the key is named {log_key.name!r}, expected {origin!r}.")
    keys = tuple(
        _parse_vkey(witnesses, text, kind=TYPE_COSIGNATURE) for text in witnesses.texts("vkeys")
    )
    required = witnesses.number("required")
    if len({key.public_key for key in keys}) != len(keys):
        raise witnesses.refuse("two witnesses have the same key.")
    if required > len(keys):
        raise witnesses.refuse(f"{required} of {len(keys)} witnesses are required.")
    return LogTrust(origin, log_key, keys, required, retired=_parse_retired(log, log_key))


def _parse_retired(log: Members, log_key: VerifierKey) -> tuple[RetiredKey, ...]:
    """Return the log's keys before this one; the member is not there if there were none."""
    if "retired" not in log.values:
        return ()
    found = tuple(
        RetiredKey(
            key=_parse_vkey(each, each.text("vkey"), kind=TYPE_ED25519),
            until_size=each.number("untilSize", least=1),
        )
        for each in (each.exactly(("vkey", "untilSize")) for each in log.objects("retired"))
    )
    keys = [log_key.public_key, *(each.key.public_key for each in found)]
    if not found or len(set(keys)) != len(keys):
        raise log.refuse("'retired' is empty or names a key twice.")
    if any(each.key.name != log_key.name for each in found):
        raise log.refuse(f"a retired key is not named {log_key.name!r}.")
    return found


def _log_json(log: LogTrust) -> JsonObject:
    retired: list[JsonValue] = [
        {"vkey": each.key.text(), "untilSize": each.until_size} for each in log.retired
    ]
    named: JsonObject = {"origin": log.origin, "vkey": log.log_key.text()}
    return {**named, "retired": retired} if retired else named


def _parse_vkey(members: Members, text: str, *, kind: int) -> VerifierKey:
    try:
        key = VerifierKey.parse(text)
    except MalformedNote as error:
        raise members.refuse(error.message) from error
    if key.kind != kind:
        raise members.refuse(f"the key of {key.name} is of type {key.kind}, expected {kind}.")
    return key


def _parse_chain(members: Members) -> ChainTrust:
    engine = members.text("engine")
    of_validators = engine == CONSORTIUM_ENGINE
    members.exactly(("engine", "chainId", "contract", *(["network"] if of_validators else [])))
    contract = members.text("contract")
    if not _ENGINE.fullmatch(engine):
        raise members.refuse(f"'engine' is {engine!r}, expected a word such as development-ledger.")
    if not _ADDRESS.fullmatch(contract):
        raise members.refuse(f"'contract' is {contract!r}, expected 0x and 40 lower-case digits.")
    network = members.text("network") if of_validators else None
    if network is not None and not _NETWORK.fullmatch(network):
        raise members.refuse(f"'network' is {network!r}, expected a chain's name.")
    return ChainTrust(engine, members.number("chainId", least=1), contract, network)


def _parse_validator_sets(members: Members, chain: ChainTrust) -> tuple[ValidatorSet, ...]:
    try:
        found = tuple(read_validator_set(each.json()) for each in members.objects("validatorSets"))
    except MalformedFinalityProof as error:
        raise members.refuse(error.message) from error
    if bool(found) != (chain.network is not None):
        raise members.refuse("a network has validator sets, and no other ledger has any.")
    heights = [each.height for each in found]
    if heights != sorted(set(heights)):
        raise members.refuse("'validatorSets' is not in the order of different heights.")
    return found
