"""A block's header, the validators' votes for it, and the set that must have cast them.

In: sealed blocks, a validator set. Out: what the header says; a bad seal raises its own error.
Source: CometBFT header, validator set, canonical vote; RFC 6962 §2.1
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from battery_passport.ledger.finality.errors import (
    ForeignValidatorSet,
    HeaderTampered,
    OtherNetwork,
    TooLittlePower,
    VoteNotValid,
    VoteOfAnotherHeight,
)
from battery_passport.ledger.finality.model import (
    Commit,
    SealedBlock,
    Validator,
    ValidatorSet,
    Vote,
)
from battery_passport.ledger.finality.protobuf import (
    BadMessage,
    Message,
    blob_field,
    fixed_field,
    number_field,
    read_message,
)
from battery_passport.ledger.merkle import leaf_hash, tree_root

_PRECOMMIT = 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_SECONDS = 253_402_300_799
"""The end of the year 9999."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What this proof needs of a header; all its fields are under the hash."""

    network: str
    height: int
    time: datetime
    parent_hash: bytes
    parent_parts: tuple[int, bytes]
    data_hash: bytes
    validators_hash: bytes
    next_validators_hash: bytes
    last_results_hash: bytes


def header_hash(header: Sequence[bytes]) -> bytes:
    """Return the hash of a header's 14 encoded fields, which is the block's hash."""
    return tree_root([leaf_hash(each) for each in header])


def validators_hash(validators: Sequence[Validator]) -> bytes:
    """Return the hash by which headers name a set."""
    return tree_root(
        [
            leaf_hash(blob_field(1, blob_field(1, each.key)) + number_field(2, each.power))
            for each in validators
        ]
    )


def read_header(header: Sequence[bytes]) -> Header:
    """Return what a header says. Raises: HeaderTampered if it is no header."""
    try:
        messages = [read_message(each) for each in header]
        parent = messages[4]
        parts = parent.message(2)
        return Header(
            network=messages[1].text(1),
            height=messages[2].number(1),
            time=_moment(messages[3]),
            parent_hash=parent.blob(1),
            parent_parts=(parts.number(1), parts.blob(2)),
            data_hash=messages[6].blob(1),
            validators_hash=messages[7].blob(1),
            next_validators_hash=messages[8].blob(1),
            last_results_hash=messages[11].blob(1),
        )
    except BadMessage as error:
        raise HeaderTampered(f"A header cannot be read: {error}.") from error


def open_block(block: SealedBlock, *, network: str) -> Header:
    """Return the header of a block whose commit is for that header, on that chain.

    Raises: HeaderTampered, OtherNetwork, VoteOfAnotherHeight.
    """
    found, expected = header_hash(block.header), block.commit.block_hash
    if found != expected:
        raise HeaderTampered(
            f"The header's hash is {found.hex()}; the votes are for {expected.hex()}."
        )
    header = read_header(block.header)
    if header.network != network:
        raise OtherNetwork(f"The block is of the chain {header.network!r}, expected {network!r}.")
    if block.commit.height != header.height:
        raise VoteOfAnotherHeight(
            f"The votes are for height {block.commit.height}, the block has {header.height}."
        )
    return header


def signed_power(commit: Commit, header: Header, deciding: ValidatorSet) -> int:
    """Return the voting power that signed, which is more than two thirds.

    Raises: ForeignValidatorSet, VoteNotValid, TooLittlePower.
    """
    trusted = validators_hash(deciding.validators)
    if header.validators_hash != trusted:
        raise ForeignValidatorSet(
            f"Block {header.height} is of validator set {header.validators_hash.hex()}, "
            f"expected {trusted.hex()}."
        )
    sign_bytes = _sign_bytes_for(commit, header.network)
    power = sum(_checked_power(vote, deciding, sign_bytes) for vote in commit.votes)
    if 3 * power <= 2 * deciding.total_power:
        raise TooLittlePower(
            f"Validators with {power} of {deciding.total_power} of the voting power signed block "
            f"{header.height}, expected more than two thirds."
        )
    return power


def _checked_power(vote: Vote, deciding: ValidatorSet, sign_bytes: Callable[[Vote], bytes]) -> int:
    if vote.validator >= len(deciding.validators):
        raise VoteNotValid(f"There is a vote of validator {vote.validator}, who is not in the set.")
    validator = deciding.validators[vote.validator]
    try:
        key = Ed25519PublicKey.from_public_bytes(validator.key)
        key.verify(vote.signature, sign_bytes(vote))
    except (InvalidSignature, ValueError) as error:
        raise VoteNotValid(
            f"The signature of validator {vote.validator} does not hold for this block."
        ) from error
    return validator.power


def _sign_bytes_for(commit: Commit, network: str) -> Callable[[Vote], bytes]:
    """Return the function that gives what a validator signed."""
    parts = number_field(1, commit.parts_total) + blob_field(2, commit.parts_hash)
    before = (
        number_field(1, _PRECOMMIT)
        + fixed_field(2, commit.height)
        + fixed_field(3, commit.round)
        + blob_field(4, blob_field(1, commit.block_hash) + blob_field(2, parts))
    )
    after = blob_field(6, network.encode())

    def sign_bytes(vote: Vote) -> bytes:
        time = number_field(1, vote.seconds) + number_field(2, vote.nanoseconds)
        message = before + blob_field(5, time) + after
        # The message behind its length, which is a field without its tag.
        return blob_field(1, message)[1:]

    return sign_bytes


def _moment(timestamp: Message) -> datetime:
    seconds = timestamp.number(1)
    if seconds > _MAX_SECONDS:
        raise BadMessage("a time is beyond the year 9999")
    return _EPOCH + timedelta(seconds=seconds, microseconds=timestamp.number(2) // 1000)
