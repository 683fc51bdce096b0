"""Follows the state epochs of another log as far as their records are public.

In: the log's addresses, its checked size, what was seen before. Out: the newest epoch seen; the
first that is not in the log, or contradicts those before it. The passports under an epoch's root
are not public: they are shown one by one in bundles.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from battery_passport.adapters.witness.client import LogClient
from battery_passport.foundation.digests import SALT_BYTES, sha256
from battery_passport.foundation.encoding import MalformedEncoding, hex_decode
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject, JsonValue, parse_json_object
from battery_passport.ledger.entry import entry_hash
from battery_passport.ledger.errors import MalformedState, StateContradicts
from battery_passport.ledger.hashing import split_hashes
from battery_passport.ledger.ports import TileReader
from battery_passport.ledger.state_tree import StateEpoch, read_state_record
from battery_passport.ledger.tiles import TILE_WIDTH, read_hashes, tile_width


@dataclass(frozen=True, slots=True)
class SeenEpoch:
    """An epoch with the place of its log entry."""

    epoch: StateEpoch
    salt: bytes
    index: int

    def as_json(self) -> JsonObject:
        return {"record": self.epoch.as_json(), "salt": self.salt.hex(), "index": self.index}

    @classmethod
    def read(cls, document: JsonValue) -> Self:
        """Return the epoch that a log offers, or that was kept. Raises: MalformedState."""
        if not isinstance(document, dict) or set(document) != {"record", "salt", "index"}:
            raise MalformedState("A state epoch is offered as record, salt and index.")
        record, index = document["record"], document["index"]
        if not isinstance(record, dict) or type(index) is not int or index < 0:
            raise MalformedState("A state epoch is offered without a record or a place in the log.")
        try:
            salt = hex_decode(str(document["salt"]), length=SALT_BYTES)
        except MalformedEncoding as error:
            raise MalformedState("The salt of a state epoch cannot be read.") from error
        return cls(read_state_record(record), salt, index)


def follow_epochs(log: LogClient, size: int, seen: SeenEpoch | None) -> SeenEpoch | None:
    """Return the newest epoch within the log's size, after checking all that follow the one seen.

    A log that offers none is believed so until it has offered one.
    Raises: StateContradicts, MalformedState, WitnessUnavailable.
    """
    offered = list(_offered_since(log, 0 if seen is None else seen.epoch.number))
    if seen is not None and offered and offered[-1] != seen:
        raise StateContradicts(
            f"State epoch {seen.epoch.number} is offered with another record than before."
        )
    leaves = _Leaves(log, size)
    for each in reversed(offered):
        if each == seen or each.index >= size:
            continue  # what no checkpoint has signed yet is looked at in the next round
        _check_follows(seen, each)
        if leaves.hash(each.index) != entry_hash(each.salt, sha256(each.epoch.encode())):
            raise StateContradicts(
                f"State epoch {each.epoch.number} is not the record of log entry {each.index}."
            )
        seen = each
    return seen


def _offered_since(log: LogClient, number: int) -> Iterator[SeenEpoch]:
    """Yield offered epochs from the newest down to that number, or to the first."""
    last, following = max(number, 1), None
    for each in _offered(log):
        found = each.epoch.number
        if following is not None and found != following:
            raise StateContradicts(f"State epoch {found} is offered in the place of {following}.")
        yield each
        if found == last:
            return
        following = found - 1
    if following is not None or number:
        raise StateContradicts(f"State epoch {following or number} is offered no more.")


def _offered(log: LogClient) -> Iterator[SeenEpoch]:
    """Yield everything that the log offers, page by page, the newest first."""
    before: int | None = None
    while (answer := log.states(before=before)) is not None and (page := _read_list(answer)):
        yield from page
        before = page[-1].epoch.number


def _read_list(answer: bytes) -> list[SeenEpoch]:
    try:
        listed = parse_json_object(answer).get("epochs")
    except InvalidInput as error:
        raise MalformedState(f"The list of state epochs cannot be read: {error.message}") from error
    if not isinstance(listed, list):
        raise MalformedState("The list of state epochs has no member 'epochs'.")
    return [SeenEpoch.read(each) for each in listed]


def _check_follows(before: SeenEpoch | None, after: SeenEpoch) -> None:
    """Return if an epoch can follow another: later in every way, and over no fewer passports."""
    number = 0 if before is None else before.epoch.number
    follows = after.epoch.number == number + 1 and (
        before is None
        or (
            after.index > before.index
            and after.epoch.as_of >= before.epoch.as_of
            and after.epoch.size >= before.epoch.size
        )
    )
    if not follows:
        raise StateContradicts(
            f"State epoch {after.epoch.number}, log entry {after.index}, cannot follow epoch "
            f"{number}."
        )


class _Leaves:
    """Leaf hashes of a log; a tile that was read stays at hand for its neighbours."""

    def __init__(self, log: TileReader, size: int) -> None:
        self._log = log
        self._size = size
        self._tile: tuple[int, list[bytes]] = (-1, [])

    def hash(self, index: int) -> bytes:
        """Return the hash of a leaf within the size."""
        tile, place = divmod(index, TILE_WIDTH)
        if self._tile[0] != tile:
            width = tile_width(0, tile, size=self._size)
            self._tile = (tile, split_hashes(read_hashes(self._log, 0, tile, width=width)))
        return self._tile[1][place]
