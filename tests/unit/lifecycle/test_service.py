"""Admitting events: numbered, checked against table, clock, privacy and history."""

from datetime import datetime, timedelta

import pytest

from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.errors import (
    ContradictoryEvent,
    InvalidEvent,
    PersonalDataInEvent,
    UnknownEventType,
)
from battery_passport.lifecycle.event_types import EVENT_TYPES
from battery_passport.lifecycle.event_types_alarms import SIGNALS
from battery_passport.lifecycle.model import Event
from battery_passport.lifecycle.records import event_record_bytes, parse_event_record
from battery_passport.lifecycle.service import ReportedEvent, admit_event, payload_from_pairs
from tests.factories.lifecycle import NOW, admit, on_day
from tests.factories.registry import LOG_KEY

SAMPLES: dict[str, JsonObject] = {
    "manufactured": {"manufactured_in": "2027-02"},
    "placed_on_market": {},
    "data_point_declared": {"data_point": 57, "value": 93.5},
    "performance_reported": {"power_w": 150_000, "method": "pulse-10s"},
    "installed": {"application": "passenger-car"},
    "removed": {"reason": "end-of-life"},
    "device_fitted": {"device": "01937f00-0000-7000-8000-000000000001", "reason": "new"},
    "device_removed": {"device": "01937f00-0000-7000-8000-000000000001", "reason": "moved"},
    "inspected": {"kind": "pre-removal", "result": "passed", "insulation_kohm": 1501},
    "repaired": {"work": "Fan replaced", "replaced_parts": ["FAN-1"], "pack_opened": False},
    "accident": {"kind": "collision", "severity": "minor"},
    "recalled": {"reference": "R-1", "reason": "Welds"},
    "recall_completed": {"reference": "R-1"},
    "soce_reported": {"soce_percent": 101.7, "odometer_km": 120},
    "use_reported": {"full_cycles": 41.5},
    "ownership_transferred": {"channel": "private"},
    "alarm_raised": {
        "kind": "thermal_event",
        "severity": "critical",
        "signals": list(SIGNALS),
        "evidence": ["ab" * 32],
        "late": False,
    },
    "passport_suspended": {"reason": "Mistaken rating"},
    "passport_resumed": {},
    "status_changed": {"to": "waste"},
    "recycled": {"recovered_kg": [{"material": "nickel", "mass_kg": 41.2}]},
}


def report(*, occurred_at: datetime = NOW, recorded_by: str = "pilot-operator") -> Event:
    reported = ReportedEvent(
        event_type="installed",
        occurred_at=occurred_at,
        recorded_by=recorded_by,
        payload={"application": "van"},
    )
    return admit_event(reported, log_key=LOG_KEY, history=(), now=NOW)


def test_every_type_is_admitted_in_a_whole_life() -> None:
    history: list[Event] = []
    for day, (name, payload) in enumerate(SAMPLES.items()):
        admit(history, name, payload, day=day)
    assert set(SAMPLES) == set(EVENT_TYPES)
    assert [event.sequence for event in history] == list(range(1, len(SAMPLES) + 1))
    assert len({event.event_id for event in history}) == len(SAMPLES)
    for event in history:
        assert parse_event_record(event_record_bytes(event)) == event


@pytest.mark.parametrize(
    ("name", "payload", "words"),
    [
        ("soce_reported", {}, "soce_percent is missing"),
        ("soce_reported", {"soce_percent": 300}, "soce_percent is 300, not a number from 0 to 200"),
        ("soce_reported", {"soce_percent": float("nan")}, "soce_percent is nan"),
        ("soce_reported", {"soce_percent": 90, "vin": "x"}, "vin is not known here"),
        ("use_reported", {}, "reports none of full_cycles"),
        ("performance_reported", {"method": "pulse"}, "reports none of"),
        (
            "inspected",
            {"kind": "other", "result": "passed", "lowest_cell_v": 4, "highest_cell_v": 3},
            "lowest_cell_v is 4, above highest_cell_v 3",
        ),
    ],
)
def test_payloads_that_do_not_fit_are_refused(name: str, payload: JsonObject, words: str) -> None:
    with pytest.raises(InvalidEvent, match=words):
        admit([], name, payload)


def test_an_unknown_type_and_personal_data_are_refused() -> None:
    with pytest.raises(UnknownEventType):
        admit([], "sold", {})
    with pytest.raises(PersonalDataInEvent, match=r"payload\.work"):
        admit([], "repaired", {"work": "Fan of KMHC75LD0KU012345"})


def test_a_payload_too_large_is_refused() -> None:
    with pytest.raises(InvalidEvent, match="at most 32768 are taken"):
        admit([], "repaired", {"work": "부품 교체", "replaced_parts": ["품" * 64] * 200})


def test_times_to_come_and_times_before_batteries_are_refused() -> None:
    assert report(occurred_at=NOW + timedelta(minutes=5)).occurred_at == NOW + timedelta(minutes=5)
    for moment in (NOW + timedelta(minutes=6), NOW.replace(year=1980)):
        with pytest.raises(InvalidEvent, match="lies outside 1990 to now"):
            report(occurred_at=moment)
    with pytest.raises(InvalidEvent, match="no time zone"):
        report(occurred_at=NOW.replace(tzinfo=None))


def test_times_are_kept_to_the_millisecond() -> None:
    assert report(occurred_at=on_day(0).replace(microsecond=1_999)).occurred_at.microsecond == 1_000


def test_who_records_is_an_organisation() -> None:
    for slug in ("", "Kim Minsu", "a" * 64, "ops@city.example"):
        with pytest.raises(InvalidEvent, match="short name"):
            report(recorded_by=slug)


def test_late_news_that_contradicts_what_is_known_is_refused() -> None:
    history: list[Event] = []
    admit(history, "placed_on_market")
    admit(history, "status_changed", {"to": "waste"}, day=10)
    admit(history, "recycled", day=20)
    admit(history, "accident", {"kind": "fire", "severity": "major"}, day=9)
    with pytest.raises(ContradictoryEvent):
        admit(history, "status_changed", {"to": "repurposed", "evidence": ["E"]}, day=12)
    with pytest.raises(ContradictoryEvent, match="recycled before"):
        admit(history, "inspected", SAMPLES["inspected"], day=21)
    assert len(history) == 4


def test_pairs_of_a_command_line_become_a_payload() -> None:
    assert payload_from_pairs("repaired", {"work": "12", "pack_opened": "true"}) == {
        "work": "12",
        "pack_opened": True,
    }
    with pytest.raises(InvalidInput):
        payload_from_pairs("use_reported", {"temperature": "hot"})
