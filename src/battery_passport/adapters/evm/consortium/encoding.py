"""What a node tells in JSON, in the bytes that validators hash and sign.

In: answers of a CometBFT RPC. Out: encoded header fields, commits, validators, results.
Source: CometBFT header, commit, deterministic result
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from battery_passport.foundation.encoding import base64_decode
from battery_passport.ledger.errors import ChainUnavailable
from battery_passport.ledger.finality.model import Commit, Validator, Vote
from battery_passport.ledger.finality.protobuf import blob_field, number_field

_FOR_THE_BLOCK = 2
"""The flag of a vote for the block; other flags are for no block, or absent."""

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def header_fields(header: Mapping[str, Any]) -> tuple[bytes, ...]:
    """Return the 14 fields over which a header's hash is made."""
    version, parent = header["version"], header["last_block_id"]
    seconds, nanoseconds = moment(header["time"])
    parts = _parts(parent["parts"])
    return (
        number_field(1, int(version["block"])) + number_field(2, int(version.get("app", 0))),
        blob_field(1, header["chain_id"].encode()),
        number_field(1, int(header["height"])),
        number_field(1, seconds) + number_field(2, nanoseconds),
        _octets(parent["hash"]) + blob_field(2, parts),
        *(
            _octets(header[name])
            for name in (
                "last_commit_hash",
                "data_hash",
                "validators_hash",
                "next_validators_hash",
                "consensus_hash",
                "app_hash",
                "last_results_hash",
                "evidence_hash",
                "proposer_address",
            )
        ),
    )


def commit_of(answer: Mapping[str, Any], validators: Sequence[Validator]) -> Commit:
    """Return a commit with the votes for its block; others prove nothing."""
    signatures = answer["signatures"]
    if len(signatures) != len(validators):
        raise ChainUnavailable("The validator's commit is not of the set that it names.")
    block = answer["block_id"]
    return Commit(
        height=int(answer["height"]),
        round=int(answer["round"]),
        block_hash=bytes.fromhex(block["hash"]),
        parts_total=int(block["parts"]["total"]),
        parts_hash=bytes.fromhex(block["parts"]["hash"]),
        votes=tuple(
            _vote(place, each)
            for place, each in enumerate(signatures)
            if each["block_id_flag"] == _FOR_THE_BLOCK
        ),
    )


def validators_of(answers: Sequence[Mapping[str, Any]]) -> tuple[Validator, ...]:
    """Return validators in the network's order."""
    return tuple(
        Validator(
            key=base64_decode(each["pub_key"]["value"]),
            power=int(each["voting_power"]),
        )
        for each in answers
    )


def result_of(answer: Mapping[str, Any]) -> bytes:
    """Return the bytes of a result that the next header's hash is over."""
    data = base64_decode(answer.get("data") or "")
    return (
        number_field(1, int(answer.get("code", 0)))
        + (blob_field(2, data) if data else b"")
        + number_field(5, int(answer.get("gas_wanted", 0)))
        + number_field(6, int(answer.get("gas_used", 0)))
    )


def moment(text: str) -> tuple[int, int]:
    """Return seconds since 1970 and nanoseconds of a time in UTC."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise ChainUnavailable(f"The validator's time {text[:40]!r} cannot be read.")
    whole = datetime.fromisoformat(f"{found[1]}+00:00")
    delta = whole - _EPOCH
    return delta.days * 86_400 + delta.seconds, int((found[2] or "").ljust(9, "0"))


def _vote(place: int, answer: Mapping[str, Any]) -> Vote:
    seconds, nanoseconds = moment(answer["timestamp"])
    return Vote(
        validator=place,
        seconds=seconds,
        nanoseconds=nanoseconds,
        signature=base64_decode(answer["signature"]),
    )


def _parts(answer: Mapping[str, Any]) -> bytes:
    return number_field(1, int(answer["total"])) + _octets(answer["hash"], field=2)


def _octets(text: str, *, field: int = 1) -> bytes:
    """Return the field of hexadecimal bytes; nothing for none, as in the first block's header."""
    return blob_field(field, bytes.fromhex(text)) if text else b""
