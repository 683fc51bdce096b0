"""What cannot be true of one battery is found; a plausible life with glitches gives nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from battery_passport.lifecycle.tampering.model import Mark, TamperKind
from battery_passport.lifecycle.tampering.rules import find_tampering
from tests.factories.lifecycle import DAY_ZERO, make_event

BEGUN = datetime(2027, 3, 1, tzinfo=UTC)


def life(
    days: int = 60,
    *,
    from_day: int = 0,
    odometer_km: float = 40_000,
    counted_ah: float = 9_000,
    health: float = 93.0,
    a_day: int = 2,
) -> list[Mark]:
    """Return an ordinary car's marks: 45 km and 11 Ah a day."""
    return [
        Mark(
            at=BEGUN + timedelta(days=from_day + number / a_day),
            odometer_m=1_000 * (odometer_km + 45 * number / a_day),
            charged_ah=counted_ah + 11 * number / a_day,
            discharged_ah=counted_ah - 20 + 11 * number / a_day,
            stated_health_percent=health,
            cells_in_series=96,
        )
        for number in range(days * a_day)
    ]


def kinds(marks: Sequence[Mark], *events: str) -> list[TamperKind]:
    repairs = [
        make_event("repaired", {"work": "module", "pack_opened": opened == "opened"}, day=30)
        for opened in events
    ]
    return [each.kind for each in find_tampering(marks, repairs)]


def test_an_ordinary_life_gives_nothing() -> None:
    assert kinds(life()) == []
    assert kinds([]) == []
    assert kinds(life(1)) == []


def test_counters_that_begin_anew_are_a_reset() -> None:
    reset = life(30, from_day=30, odometer_km=41_350, counted_ah=20, health=100.0)
    found = find_tampering([*life(30), *reset])
    assert [each.kind for each in found] == [TamperKind.COUNTERS_RESET]
    assert found[0].first_at == BEGUN + timedelta(days=30)
    assert "2027-03-31" in found[0].reason.sentence


def test_a_repair_of_the_opened_pack_explains_a_reset_and_another_repair_does_not() -> None:
    assert DAY_ZERO == BEGUN
    marks = [*life(30), *life(30, from_day=30, odometer_km=41_350, counted_ah=20, health=100.0)]
    assert kinds(marks, "opened") == []
    assert kinds(marks, "closed") == [TamperKind.COUNTERS_RESET]


def test_health_that_rises_by_itself() -> None:
    risen = life(30, from_day=30, odometer_km=41_350, counted_ah=9_330, health=96.5)
    assert kinds([*life(30), *risen]) == [TamperKind.HEALTH_ROSE]
    little = [replace(mark, stated_health_percent=94.5) for mark in risen]
    assert kinds([*life(30), *little]) == []


def test_a_device_on_another_pack() -> None:
    other = life(30, from_day=30, odometer_km=12_000, counted_ah=2_500)
    assert kinds([*life(30), *other]) == [TamperKind.OTHER_PACK]
    forward = life(30, from_day=31, odometer_km=44_000, counted_ah=11_900)
    assert kinds([*life(30), *forward]) == [TamperKind.OTHER_PACK]
    cells = [
        replace(mark, cells_in_series=90)
        for mark in life(30, from_day=30, odometer_km=41_350, counted_ah=9_330)
    ]
    assert kinds([*life(30), *cells]) == [TamperKind.OTHER_PACK]


def test_marks_that_fit_both_packs_do_not_keep_the_old_one_alive() -> None:
    parked = [replace(mark, odometer_m=40_000_000.0) for mark in life(60)]
    marks = [
        replace(
            mark,
            charged_ah=9_000.0,
            discharged_ah=8_980.0,
            pattern=None if number % 5 == 4 else (1.0, 0.0) if number < 60 else (0.0, 1.0),
        )
        for number, mark in enumerate(parked)
    ]
    assert kinds(marks) == [TamperKind.OTHER_PACK]


def test_two_packs_at_a_time_are_told_once() -> None:
    second = life(20, from_day=20, odometer_km=12_000, counted_ah=2_500)
    third = life(20, from_day=25, odometer_km=70_000, counted_ah=19_000)
    marks = sorted([*life(60), *second, *third], key=lambda mark: mark.at)
    assert kinds(marks) == [TamperKind.TWO_PACKS]


def test_without_an_odometer_the_counters_tell() -> None:
    def bare(marks: Sequence[Mark]) -> list[Mark]:
        return [replace(mark, odometer_m=None) for mark in marks]

    reset = life(30, from_day=30, counted_ah=20)
    other = life(30, from_day=30, counted_ah=6_000)
    assert kinds(bare([*life(30), *reset])) == [TamperKind.COUNTERS_RESET]
    assert kinds(bare([*life(30), *other])) == [TamperKind.OTHER_PACK]


@given(
    places=st.lists(st.integers(0, 119), max_size=2, unique=True),
    value=st.sampled_from([0.0, 4e9, None]),
    gap_days=st.integers(0, 700),
)
def test_single_odd_marks_and_long_silences_are_no_findings(
    places: list[int], value: float | None, gap_days: int
) -> None:
    marks = [
        *life(30),
        *life(30, from_day=30 + gap_days, odometer_km=41_350, counted_ah=9_330),
    ]
    for place in places:
        marks[place] = replace(marks[place], odometer_m=value, charged_ah=value)
    assert kinds(marks) == []
