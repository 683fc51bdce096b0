"""What an inspection measured becomes a statement's claims, whole or not at all."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.errors import InvalidMeasurement
from battery_passport.lifecycle.event_types import event_type
from battery_passport.lifecycle.measurement import (
    INSPECTED,
    NINE_ITEMS,
    CapacityTest,
    Measurement,
    lies_within,
)
from battery_passport.lifecycle.measuring import measurement_of, missing_beside, unit_of_item
from battery_passport.lifecycle.model import Event
from battery_passport.proof.errors import MalformedBundle
from battery_passport.proof.measurement import measurement_payload, read_measurement
from battery_passport.web.pages.measured_words import ITEMS, WORDS

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)
FULL: JsonObject = {
    "kind": "periodic",
    "result": "passed",
    "fast_charge_count": 211,
    "lowest_cell_v": 3.61,
    "highest_cell_v": 3.64,
    "measured_capacity_ah": 50.8,
    "measured_health_percent": 84.7,
    "capacity_method": "full-discharge",
    "test_c_rate": 0.33,
    "test_celsius": 25,
    "instrument": "Example C-500",
    "instrument_serial": "7731",
    "calibrated_on": "2026-05-02",
    "certificate": "2026-7",
    "note": "no figure of a statement",
}


def inspected(payload: JsonObject) -> Event:
    return Event(
        event_id=UUID(int=7),
        log_key=bytes(16),
        sequence=1,
        event_type=INSPECTED,
        occurred_at=AT,
        recorded_at=AT,
        recorded_by="body",
        payload=payload,
    )


def test_what_is_signed_reads_back_as_it_was_measured() -> None:
    measured = measurement_of(inspected(FULL), organisation="검사소", supersedes="ab" * 32)
    assert isinstance(measured, Measurement)
    payload = measurement_payload(
        measured, issuer_did="did:web:x.example", subject="https://x.example/1", issued_at=AT
    )
    assert read_measurement(payload) == measured
    assert "note" not in str(payload)
    assert [each.name for each in measured.items] == [
        "fast_charge_count",
        "lowest_cell_v",
        "highest_cell_v",
    ]


def test_every_item_is_a_field_of_inspections_with_unit_and_words() -> None:
    names = [name for item in NINE_ITEMS for name in item]
    assert len(NINE_ITEMS) == 9
    assert set(names) <= set(event_type(INSPECTED).fields)
    assert all(unit_of_item(name) for name in names)
    assert set(ITEMS) == set(names)
    fields = event_type(INSPECTED).fields
    for field in ("capacity_method", "kind", "result"):
        assert set(fields[field].shape.describe().removeprefix("one of ").split(", ")) <= set(WORDS)


def test_nothing_measured_is_no_statement_unless_it_takes_one_back() -> None:
    empty = inspected({"kind": "other", "result": "failed"})
    assert measurement_of(empty, organisation="x") is None
    taken_back = measurement_of(empty, organisation="x", supersedes="ab" * 32)
    assert taken_back is not None
    assert taken_back.withdraws


def test_a_reason_belongs_to_a_statement_that_is_replaced() -> None:
    measured = measurement_of(inspected(FULL), organisation="x")
    assert measured is not None
    payload = measurement_payload(
        replace(measured, reason="Misread."),
        issuer_did="did:web:x.example",
        subject="https://x.example/1",
        issued_at=AT,
    )
    with pytest.raises(MalformedBundle, match="supersedes nothing"):
        read_measurement(payload)
    assert missing_beside({**FULL, "correction_reason": "Misread."}) == "corrects"
    assert missing_beside({"kind": "other", "result": "withdrawn"}) == "corrects"
    both = {**FULL, "result": "withdrawn", "corrects": str(UUID(int=9))}
    assert missing_beside(both) == "result"


@pytest.mark.parametrize(
    ("left_out", "missing"),
    [
        (("capacity_method",), "capacity_method"),
        (("measured_capacity_ah", "measured_health_percent"), "measured_capacity_ah"),
        (("instrument",), "instrument"),
    ],
)
def test_what_belongs_together_must_be_there_together(
    left_out: tuple[str, ...], missing: str
) -> None:
    payload = {name: value for name, value in FULL.items() if name not in left_out}
    assert missing_beside(payload) == missing
    if missing != "instrument":
        with pytest.raises(InvalidMeasurement, match=missing):
            measurement_of(inspected(payload), organisation="x")


@pytest.mark.parametrize(
    ("test", "within"),
    [
        (CapacityTest(method="pulse", capacity_ah=50.0), True),
        (CapacityTest(method="pulse", capacity_ah=49.9), False),
        (CapacityTest(method="pulse", capacity_ah=49.9, health_percent=85.0), False),
        (CapacityTest(method="pulse", health_percent=90.0), True),
        (CapacityTest(method="pulse", health_percent=90.1), False),
    ],
)
def test_a_value_lies_in_an_interval_with_its_ends(test: CapacityTest, *, within: bool) -> None:
    assert lies_within(test, ah=(50.0, 52.0), percent=(80.0, 90.0)) is within
    assert lies_within(test, ah=None, percent=None) is None
