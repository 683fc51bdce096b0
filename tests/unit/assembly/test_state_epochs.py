"""State epochs of another log: each is an entry of the log and follows those seen before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from battery_passport.adapters.witness.client import LogClient
from battery_passport.assembly.monitoring.state_epochs import SeenEpoch, follow_epochs
from battery_passport.foundation.strict_json import canonical_json
from battery_passport.ledger.entry import entry_bytes
from battery_passport.ledger.errors import MalformedState, StateContradicts
from battery_passport.ledger.state_tree import StateEpoch
from tests.factories.ledger import MOMENT, make_entry, make_log

PAGE = 4


def epochs(count: int) -> list[SeenEpoch]:
    """Return epochs at every tenth place of a log."""
    return [
        SeenEpoch(
            StateEpoch(
                number=number,
                as_of=MOMENT + timedelta(hours=number),
                size=10 * number,
                root=sha256(b"root %d" % number).digest(),
            ),
            salt=bytes([number]) * 16,
            index=10 * number,
        )
        for number in range(1, count + 1)
    ]


class OfferedLog(LogClient):
    """A log in memory that offers some epochs, whatever it holds."""

    def __init__(self, held: Sequence[SeenEpoch], offered: Sequence[SeenEpoch] | None) -> None:
        super().__init__("http://nowhere.example")
        world = make_log()
        entries = [make_entry(number) for number in range(400)]
        for each in held:
            digest = sha256(each.epoch.encode()).digest()
            entries[each.index] = entry_bytes(each.salt, digest)
        world.log.sequence(entries)
        self._tiles = world.tiles
        self._offered = offered
        self.asked = 0

    def states(self, *, before: int | None = None) -> bytes | None:
        self.asked += 1
        if self._offered is None:
            return None
        listed = [each for each in self._offered if before is None or each.epoch.number < before]
        return canonical_json({"epochs": [each.as_json() for each in listed[-PAGE:][::-1]]})

    def get(self, level: int, index: int) -> bytes | None:
        return self._tiles.get(level, index)


def test_all_epochs_are_followed_once() -> None:
    made = epochs(9)
    first = OfferedLog(made, made[:7])
    seen = follow_epochs(first, 400, None)
    assert (seen, first.asked) == (made[6], 2)
    second = OfferedLog(made, made)
    assert follow_epochs(second, 400, seen) == made[8]
    assert second.asked == 1
    assert follow_epochs(OfferedLog(made, made), 400, made[8]) == made[8]
    assert SeenEpoch.read(made[8].as_json()) == made[8]


def test_what_no_checkpoint_covers_waits() -> None:
    made = epochs(9)
    assert follow_epochs(OfferedLog(made, made), 75, None) == made[6]
    assert follow_epochs(OfferedLog(made, None), 75, None) is None
    assert follow_epochs(OfferedLog(made, []), 75, None) is None


def changed(place: int, **members: object) -> list[SeenEpoch]:
    made = epochs(9)
    epoch = replace(made[place - 1].epoch, **members)  # type: ignore[arg-type]
    made[place - 1] = replace(made[place - 1], epoch=epoch)
    return made


@pytest.mark.parametrize(
    ("offered", "finding"),
    [
        (changed(3, root=bytes(32)), "epoch 3 is not the record of log entry 30"),
        (changed(5, as_of=MOMENT), "epoch 5, log entry 50, cannot follow epoch 4"),
        (changed(5, size=7), "epoch 5, log entry 50, cannot follow epoch 4"),
        (changed(5, number=6), "epoch 4 is offered in the place of 5"),
        (epochs(9)[1:], "epoch 1 is offered no more"),
        ([*epochs(4), *epochs(9)[5:]], "epoch 4 is offered in the place of 5"),
        ([replace(each, salt=bytes(16)) for each in epochs(9)], "epoch 1 is not the record"),
        (
            [*epochs(3), replace(epochs(4)[3], index=29)],
            "epoch 4, log entry 29, cannot follow epoch 3",
        ),
    ],
)
def test_what_does_not_hold_is_named(offered: list[SeenEpoch], finding: str) -> None:
    with pytest.raises(StateContradicts, match=finding):
        follow_epochs(OfferedLog(epochs(9), offered), 400, None)


def test_what_was_seen_stays() -> None:
    made, other = epochs(9), changed(6, root=bytes(32))
    with pytest.raises(StateContradicts, match="epoch 6 is offered with another record"):
        follow_epochs(OfferedLog(other, other), 400, made[5])
    for gone in (None, [], made[:4]):
        with pytest.raises(StateContradicts, match="offered no more"):
            follow_epochs(OfferedLog(made, gone), 400, made[5])


@pytest.mark.parametrize(
    "answer",
    [b"no json", b"{}", b'{"epochs":[1]}', b'{"epochs":[{"record":{},"salt":"","index":0}]}'],
)
def test_other_answers_are_refused(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    log = OfferedLog([], [])
    monkeypatch.setattr(log, "states", lambda **_: answer)
    with pytest.raises(MalformedState):
        follow_epochs(log, 400, None)
