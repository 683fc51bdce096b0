"""The state tree: which passport version is the latest of each battery, under one root an epoch.

In: leaves of key, sequence number and credential digest. Out: hashes, separators, epoch records.

The tree is sorted by key and has the shape of RFC 6962. Above that, every node commits to the key
that separates its two sides, so that a key leads from the root to one leaf at most: whoever built
the tree, one root cannot show two versions of one passport (docs/explanation/ledger.md).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from battery_passport.foundation.clock import format_utc, parse_utc
from battery_passport.foundation.digests import DIGEST_BYTES
from battery_passport.foundation.encoding import MalformedEncoding, hex_decode
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import (
    JsonObject,
    JsonValue,
    canonical_json,
    parse_json_object,
)
from battery_passport.ledger.errors import MalformedState
from battery_passport.ledger.merkle import split_point

STATE = "state"
"""The `type` of an epoch's record."""

RECORD_VERSION = 1
KEY_BYTES = 16
SEQUENCE_BYTES = 8
LEAF_BYTES = KEY_BYTES + SEQUENCE_BYTES + DIGEST_BYTES
MOST = (1 << 53) - 1
"""Sizes, sequence and epoch numbers beyond this have no canonical JSON form."""

_MEMBERS = frozenset({"v", "type", "epoch", "asOf", "size", "root"})


@dataclass(frozen=True, slots=True, order=True)
class StateLeaf:
    """The latest version of one passport: record key, sequence number, SHA-256 of its JWT."""

    key: bytes
    seq: int
    cred: bytes

    def __post_init__(self) -> None:
        if len(self.key) != KEY_BYTES or len(self.cred) != DIGEST_BYTES:
            raise MalformedState(
                f"A state leaf has a key of {len(self.key)} and a digest of {len(self.cred)} bytes."
            )
        if not 1 <= self.seq <= MOST:
            raise MalformedState(f"A state leaf has sequence number {self.seq}.")

    def encode(self) -> bytes:
        """Return the 56 bytes: key ‖ sequence number in 8 bytes, big-endian ‖ digest."""
        return self.key + self.seq.to_bytes(SEQUENCE_BYTES, "big") + self.cred

    @classmethod
    def decode(cls, octets: bytes) -> "StateLeaf":
        """Return the leaf that 56 bytes are. Raises: MalformedState."""
        end = KEY_BYTES + SEQUENCE_BYTES
        sequence = int.from_bytes(octets[KEY_BYTES:end], "big")
        return cls(key=octets[:KEY_BYTES], seq=sequence, cred=octets[end:])

    def hash(self) -> bytes:
        """Return SHA-256(0x00 ‖ leaf)."""
        return state_leaf_hash(self.encode())


@dataclass(frozen=True, slots=True)
class StateEpoch:
    """What one record of type `state` says: the root over all latest versions at one moment."""

    number: int
    as_of: datetime
    size: int
    root: bytes

    def as_json(self) -> JsonObject:
        return {
            "v": RECORD_VERSION,
            "type": STATE,
            "epoch": self.number,
            "asOf": format_utc(self.as_of),
            "size": self.size,
            "root": self.root.hex(),
        }

    def encode(self) -> bytes:
        """Return the record bytes, whose SHA-256 is the record digest."""
        return canonical_json(self.as_json())


class StateNode(NamedTuple):
    """One node with the lowest and highest key below it."""

    first: bytes
    last: bytes
    hash: bytes


def state_leaf_hash(encoded: bytes) -> bytes:
    """Return the hash of a leaf's 56 bytes."""
    return hashlib.sha256(b"\x00" + encoded).digest()


def state_node_hash(separator: bytes, left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 ‖ separator ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + separator + left + right).digest()


def separator_between(last_left: bytes, first_right: bytes) -> bytes:
    """Return the separator of two neighbouring keys: as little of the right one as suffices.

    The right key's shortest beginning that, filled with zeroes to 16 bytes, is above the left key.
    """
    for length in range(1, KEY_BYTES + 1):
        separator = first_right[:length].ljust(KEY_BYTES, b"\x00")
        if separator > last_left:
            return separator
    raise MalformedState("The keys of the state tree are not in order, or one occurs twice.")


def join_nodes(left: StateNode, right: StateNode) -> StateNode:
    """Return the node above two neighbours. Raises: MalformedState if they are not in order."""
    separator = separator_between(left.last, right.first)
    found = state_node_hash(separator, left.hash, right.hash)
    return StateNode(first=left.first, last=right.last, hash=found)


def fold_nodes(nodes: Sequence[StateNode]) -> StateNode:
    """Return the node above one or more neighbours, in the shape of RFC 6962."""
    if len(nodes) == 1:
        return nodes[0]
    middle = split_point(len(nodes))
    return join_nodes(fold_nodes(nodes[:middle]), fold_nodes(nodes[middle:]))


def parse_state_record(octets: bytes) -> StateEpoch:
    """Return the epoch that record bytes are, to the letter. Raises: MalformedState."""
    try:
        epoch = read_state_record(parse_json_object(octets))
    except InvalidInput as error:
        raise MalformedState(f"The state record cannot be read: {error.message}") from error
    if epoch.encode() != octets:
        raise MalformedState("The state record is not in its one canonical form.")
    return epoch


def read_state_record(record: JsonObject) -> StateEpoch:
    """Return the epoch that a record's members are. Raises: MalformedState."""
    if frozenset(record) != _MEMBERS:
        raise MalformedState(f"A state record has the members {', '.join(sorted(_MEMBERS))}.")
    if record["type"] != STATE or _whole(record, "v") != RECORD_VERSION:
        raise MalformedState("The record is no state record of version 1.")
    try:
        epoch = StateEpoch(
            number=_whole(record, "epoch"),
            as_of=parse_utc(_text(record["asOf"])),
            size=_whole(record, "size"),
            root=hex_decode(_text(record["root"]), length=DIGEST_BYTES),
        )
    except (MalformedEncoding, InvalidInput) as error:
        raise MalformedState(f"The state record cannot be read: {error.message}") from error
    if epoch.as_json() != record:
        raise MalformedState("The state record has a value in another form than its own.")
    return epoch


def _whole(record: JsonObject, name: str) -> int:
    found = record[name]
    if type(found) is not int or not 1 <= found <= MOST:
        raise MalformedState(f"{name!r} of a state record is {found!r}, expected a whole number.")
    return found


def _text(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise MalformedState(f"A member of a state record is {value!r}, expected text.")
    return value
