"""The table of data points is whole, in both languages, and agrees with its page."""

from pathlib import Path

import pytest

from battery_passport.lifecycle.event_types import EVENT_TYPES
from battery_passport.passport.data_points import DATA_POINTS, data_point
from battery_passport.passport.errors import UnknownDataPoint
from battery_passport.passport.model import Kind, Level, Supplier
from battery_passport.passport.reference_page import data_points_page
from battery_passport.passport.values import SHAPES


def test_the_page_is_what_the_table_says(repository: Path) -> None:
    page = (repository / "docs/reference/data-points.md").read_text(encoding="utf-8")
    assert page == data_points_page()


def test_numbers_run_from_1_to_71_and_names_are_unique() -> None:
    points = list(DATA_POINTS.values())
    assert list(DATA_POINTS) == list(range(1, 72))
    for names in (
        [p.key for p in points],
        [p.name_en for p in points],
        [p.name_ko for p in points],
    ):
        assert len(set(names)) == 71
    for point in points:
        assert point.key.isidentifier()
        assert point.key[0].islower()
        assert any("가" <= letter <= "힣" for letter in point.name_ko)


def test_every_kind_has_a_shape_and_is_used() -> None:
    assert set(SHAPES) == set(Kind)
    assert {point.kind for point in DATA_POINTS.values()} == set(Kind)


def test_point_4_is_the_single_battery_and_dynamic() -> None:
    for number, point in DATA_POINTS.items():
        assert point.dynamic == (point.section == 4) == (number >= 51)
        assert point.section != 4 or point.level is Level.ITEM
        assert point.section not in (2, 3) or point.level is Level.MODEL


def test_events_set_data_points_of_their_own_kind_alone() -> None:
    set_by_events = {
        field.data_point
        for row in EVENT_TYPES.values()
        for field in row.fields.values()
        if field.data_point is not None
    }
    from_registration = {
        number for number, p in DATA_POINTS.items() if p.supplier is Supplier.REGISTRATION
    }
    assert set_by_events <= set(DATA_POINTS)
    assert not set_by_events & from_registration
    assert set_by_events - {8, 9} == set(range(51, 62)) | {68, 70, 71}


def test_an_unknown_number_is_refused() -> None:
    with pytest.raises(UnknownDataPoint, match="no data point 72"):
        data_point(72)
