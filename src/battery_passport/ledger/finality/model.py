"""Finality proofs and validator sets as values, and their one JSON form.

In: JSON objects. Out: frozen values and back; any other spelling is refused.
docs/reference/finality-proof.md
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from battery_passport.foundation.digests import sha256
from battery_passport.foundation.encoding import base64_encode
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.ledger.finality.errors import MalformedFinalityProof
from battery_passport.ledger.finality.reading import Fields

MAX_VALIDATORS = 128
MAX_CHANGES = 16
"""Changes of the validator set in one proof; beyond that a reader wants a newer trust file."""

MAX_PATH = 24
"""Steps from a transaction up to the root over its block's."""

MAX_BLOB = 64 * 1024
"""Bytes of a transaction or of a result."""

HEADER_FIELDS = 14
MAX_HEADER_FIELD = 128
"""Bytes of a header's field; the longest, the parent's id, takes 76."""

_KEY_BYTES = 32
_SIGNATURE_BYTES = 64
_MAX_POWER = (1 << 53) - 1
_NANOSECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Validator:
    """An Ed25519 key and the voting power behind it."""

    key: bytes
    power: int

    def as_json(self) -> JsonObject:
        """Return `{"key": base64, "power": number}`."""
        return {"key": base64_encode(self.key), "power": self.power}


@dataclass(frozen=True, slots=True)
class ValidatorSet:
    """The validators in the network's order, and the first height at which they decide."""

    height: int
    validators: tuple[Validator, ...]

    def __post_init__(self) -> None:
        """Refuse what no network has. Raises: MalformedFinalityProof."""
        if not 1 <= len(self.validators) <= MAX_VALIDATORS or self.height < 1:
            raise MalformedFinalityProof("A validator set is empty, too large or of no height.")
        if any(len(each.key) != _KEY_BYTES or each.power < 1 for each in self.validators):
            raise MalformedFinalityProof("A validator has no 32-byte key or no power.")
        if self.total_power > _MAX_POWER:
            raise MalformedFinalityProof("The power of a validator set is beyond 2^53.")
        # The network's order: the greater power first, then the smaller address.
        order = [(-each.power, sha256(each.key)[:20]) for each in self.validators]
        if any(before >= after for before, after in itertools.pairwise(order)):
            raise MalformedFinalityProof("The validators are not in the network's order.")
        if len({each.key for each in self.validators}) != len(self.validators):
            raise MalformedFinalityProof("A validator is in the set twice.")

    @property
    def total_power(self) -> int:
        return sum(each.power for each in self.validators)

    def as_json(self) -> JsonObject:
        """Return the set as the trust file names it."""
        return {"height": self.height, "validators": [each.as_json() for each in self.validators]}


@dataclass(frozen=True, slots=True)
class Vote:
    """One validator's signature for a block, at the time its clock showed."""

    validator: int
    """The validator's place in its set, from 0."""

    seconds: int
    nanoseconds: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class Commit:
    """What the validators voted for, and their votes in the order of the set."""

    height: int
    round: int
    block_hash: bytes
    parts_total: int
    parts_hash: bytes
    votes: tuple[Vote, ...]


@dataclass(frozen=True, slots=True)
class SealedBlock:
    """A header as its 14 encoded fields, and the votes for it.

    `next_validators` is there if, and only if, the set changes after this block.
    """

    header: tuple[bytes, ...]
    commit: Commit
    next_validators: tuple[Validator, ...] | None


@dataclass(frozen=True, slots=True)
class PathStep:
    """One step up both trees: where the neighbour is, in that of transactions and of results."""

    neighbour_is_left: bool
    transaction: bytes
    result: bytes


@dataclass(frozen=True, slots=True)
class FinalityProof:
    """What a stranger needs to see that the validators agreed on one anchor.

    `blocks` are the changes of the validator set, then the block of the transaction, then the
    one after it, which seals the result.
    """

    blocks: tuple[SealedBlock, ...]
    transaction: bytes
    result: bytes
    path: tuple[PathStep, ...]

    def as_json(self) -> JsonObject:
        """Return the one JSON form of the proof."""
        return {
            "blocks": [_block_json(each) for each in self.blocks],
            "transaction": base64_encode(self.transaction),
            "result": base64_encode(self.result),
            "path": [
                {
                    "neighbour": "left" if each.neighbour_is_left else "right",
                    "transaction": base64_encode(each.transaction),
                    "result": base64_encode(each.result),
                }
                for each in self.path
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalAnchor:
    """An anchor that more than two thirds of the validators agreed on."""

    height: int
    block_hash: bytes
    block_time: datetime
    origin_hash: bytes
    size: int
    root: bytes
    previous_root: bytes
    anchor_number: int
    transaction_hash: bytes
    signed_power: int
    total_power: int


def read_finality(document: JsonValue) -> FinalityProof:
    """Return the proof that a JSON object spells.

    Raises: MalformedFinalityProof unless it is to the letter of the format.
    """
    fields = Fields.of(document, "the finality proof")
    fields.exactly("blocks", "transaction", "result", "path")
    return FinalityProof(
        blocks=tuple(
            _read_block(each) for each in fields.objects("blocks", least=2, most=MAX_CHANGES + 2)
        ),
        transaction=fields.octets("transaction", most=MAX_BLOB),
        result=fields.octets("result", most=MAX_BLOB),
        path=tuple(_read_step(each) for each in fields.objects("path", most=MAX_PATH)),
    )


def read_validator_set(document: JsonValue) -> ValidatorSet:
    """Return a validator set as the trust file names it. Raises: MalformedFinalityProof."""
    fields = Fields.of(document, "the validator set").exactly("height", "validators")
    return ValidatorSet(fields.number("height", least=1), _read_validators(fields, "validators"))


def _read_block(fields: Fields) -> SealedBlock:
    fields.exactly("header", "commit", "nextValidators")
    header = fields.blobs("header", count=HEADER_FIELDS, most=MAX_HEADER_FIELD)
    unchanged = fields.is_null("nextValidators")
    return SealedBlock(
        header=header,
        commit=_read_commit(fields.object("commit")),
        next_validators=None if unchanged else _read_validators(fields, "nextValidators"),
    )


def _read_validators(fields: Fields, name: str) -> tuple[Validator, ...]:
    found = fields.objects(name, least=1, most=MAX_VALIDATORS)
    return tuple(
        Validator(
            key=each.exactly("key", "power").octets("key", least=_KEY_BYTES, most=_KEY_BYTES),
            power=each.number("power", least=1),
        )
        for each in found
    )


def _read_commit(fields: Fields) -> Commit:
    fields.exactly("height", "round", "blockHash", "partsTotal", "partsHash", "votes")
    votes = tuple(
        _read_vote(each) for each in fields.objects("votes", least=1, most=MAX_VALIDATORS)
    )
    places = [each.validator for each in votes]
    if places != sorted(set(places)):
        raise fields.refuse("the votes are not in the order of the set.")
    return Commit(
        height=fields.number("height", least=1),
        round=fields.number("round", most=(1 << 31) - 1),
        block_hash=fields.octets("blockHash", least=32, most=32),
        parts_total=fields.number("partsTotal", least=1, most=(1 << 32) - 1),
        parts_hash=fields.octets("partsHash", least=32, most=32),
        votes=votes,
    )


def _read_vote(fields: Fields) -> Vote:
    fields.exactly("validator", "seconds", "nanoseconds", "signature")
    return Vote(
        validator=fields.number("validator", most=MAX_VALIDATORS - 1),
        seconds=fields.number("seconds"),
        nanoseconds=fields.number("nanoseconds", most=_NANOSECONDS - 1),
        signature=fields.octets("signature", least=_SIGNATURE_BYTES, most=_SIGNATURE_BYTES),
    )


def _read_step(fields: Fields) -> PathStep:
    fields.exactly("neighbour", "transaction", "result")
    return PathStep(
        neighbour_is_left=fields.one_of("neighbour", ("left", "right")) == "left",
        transaction=fields.octets("transaction", least=32, most=32),
        result=fields.octets("result", least=32, most=32),
    )


def _block_json(block: SealedBlock) -> JsonObject:
    following = block.next_validators
    return {
        "header": [base64_encode(each) for each in block.header],
        "commit": _commit_json(block.commit),
        "nextValidators": None if following is None else _validators_json(following),
    }


def _validators_json(validators: Sequence[Validator]) -> list[JsonValue]:
    return [each.as_json() for each in validators]


def _commit_json(commit: Commit) -> JsonObject:
    return {
        "height": commit.height,
        "round": commit.round,
        "blockHash": base64_encode(commit.block_hash),
        "partsTotal": commit.parts_total,
        "partsHash": base64_encode(commit.parts_hash),
        "votes": [
            {
                "validator": each.validator,
                "seconds": each.seconds,
                "nanoseconds": each.nanoseconds,
                "signature": base64_encode(each.signature),
            }
            for each in commit.votes
        ],
    }
