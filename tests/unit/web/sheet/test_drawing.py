"""Pictures as SVG: round axes, points in their places, nothing that a strict policy refuses."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest

from battery_passport.web.language import load_language
from battery_passport.web.sheet.axes import date_axis, day_number
from battery_passport.web.sheet.drawing import HEIGHT, LEFT, RIGHT, WIDTH, Chart, axis

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("values", "low", "high", "first"),
    [
        ([77.1, 95.2], 75.0, 100.0, "75"),
        ([3.36, 4.16], 3.2, 4.2, "3.2"),
        ([0.0, 1_234.0], 0.0, 1_250.0, "0"),
        ([-7.0, 8.0], -10.0, 10.0, "-10"),
    ],
)
def test_an_axis_ends_at_round_numbers_around_its_values(
    values: list[float], low: float, high: float, first: str
) -> None:
    found = axis("V", values)
    assert found.low <= min(values) <= max(values) <= found.high
    assert found.low == pytest.approx(low)
    assert found.ticks[0].text == first
    assert found.high == pytest.approx(high)
    assert 2 <= len(found.ticks) <= 8


def test_equal_values_still_have_an_axis() -> None:
    found = axis("%", [90.0, 90.0], least_span=10.0)
    assert found.high - found.low >= 10.0
    assert axis("V", [0.0]).high > axis("V", [0.0]).low


def test_points_lie_where_the_axes_say_and_words_are_escaped() -> None:
    chart = Chart(axis("x & y", [0.0, 10.0]), axis("<V>", [0.0, 1.0]))
    chart.band([(0.0, 0.2), (10.0, 0.2)], [(0.0, 0.8), (10.0, 0.8)])
    chart.line([(0.0, 0.0), (10.0, 1.0)], kind="own", name='"own"')
    chart.dots([(10.0, 1.0), (11.0, 5.0)], kind="bad")
    chart.level(0.5, "half")
    root = ET.fromstring(chart.svg("says <this>"))  # noqa: S314 of our own making
    assert root.get("aria-label") == "says <this>"
    (dot,) = root.iter(f"{SVG}circle")
    assert float(dot.get("cx", "")) == pytest.approx(WIDTH - RIGHT)
    line = next(each for each in root.iter(f"{SVG}polyline"))
    assert line.get("points", "").startswith(f"{LEFT:.1f},")
    texts = [each.text for each in root.iter(f"{SVG}text")]
    assert {"x & y", "<V>", '"own"', "half"} <= set(texts)
    inside = [float(each.get("y", "0")) for each in root.iter(f"{SVG}text")]
    assert all(0 <= place <= HEIGHT for place in inside)


def test_no_attribute_needs_more_than_a_strict_policy_allows() -> None:
    chart = Chart(axis("x", [0.0, 1.0]), axis("y", [0.0, 1.0]))
    chart.whisker(0.5, 0.2, 0.8)
    chart.label(0.9, 0.9, "cell")
    made = chart.svg("said")
    names = {name for each in ET.fromstring(made).iter() for name in each.keys()}  # noqa: S314, SIM118 of our own making; an element iterates its children
    assert "style" not in names
    assert not any(name.startswith("on") or "href" in name for name in names)
    assert "<script" not in made


def test_dates_lie_within_an_axis_that_is_a_month_long_at_least() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    found = date_axis("Date", [at, at + timedelta(days=2)], load_language("en"))
    assert found.high - found.low >= 30
    assert found.low < day_number(at) < found.high
    assert all(tick.text.startswith("2026-1") for tick in found.ticks)
