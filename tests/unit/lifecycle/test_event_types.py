"""The table of event types is complete and agrees with its page."""

from pathlib import Path

import pytest

from battery_passport.lifecycle.errors import UnknownEventType
from battery_passport.lifecycle.event_types import EVENT_TYPES, event_type
from battery_passport.lifecycle.reference_page import events_page
from battery_passport.lifecycle.status import STANDING_EVENTS, STATUS_EVENTS


def test_the_page_is_what_the_table_says(repository: Path) -> None:
    page = (repository / "docs/reference/lifecycle-events.md").read_text(encoding="utf-8")
    assert page == events_page()


def test_every_type_has_both_names_and_fields() -> None:
    for name, row in EVENT_TYPES.items():
        assert row.name == name
        assert row.name_en
        assert row.name_ko
        assert row.fields
        assert all(field.shape.describe() for field in row.fields.values())


def test_events_that_drive_the_machine_are_in_the_table() -> None:
    assert set(EVENT_TYPES) >= STATUS_EVENTS | STANDING_EVENTS


def test_state_of_certified_energy_comes_from_the_car_alone() -> None:
    sources = {
        name
        for name, row in EVENT_TYPES.items()
        for field in row.fields.values()
        if field.data_point == 61
    }
    assert sources == {"soce_reported"}


def test_no_type_has_the_name_of_another_kind_of_record() -> None:
    assert not {"passport", "health-statement", "batch", "event"} & set(EVENT_TYPES)


def test_an_unknown_type_lists_the_known() -> None:
    with pytest.raises(UnknownEventType, match=r"no event type 'exploded'.*soce_reported"):
        event_type("exploded")
