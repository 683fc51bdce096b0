"""Our table of data points against the Commission's published list, row by row."""

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from battery_passport.passport.data_points import DATA_POINTS
from battery_passport.passport.model import Applicability
from battery_passport.passport.obligations import Circumstances, applicability
from battery_passport.passport.rule_sets import rule_set
from battery_passport.registry.model import BatteryCategory

RULES = rule_set("ec-2.0")
LETTERS = {
    "M": Applicability.MANDATORY,
    "C": Applicability.CONDITIONAL,
    "O": Applicability.OPTIONAL,
    "P": Applicability.PENDING,
    "-": Applicability.NEVER,
}
COLUMNS = {
    BatteryCategory.ELECTRIC_VEHICLE: "ev",
    BatteryCategory.LIGHT_MEANS_OF_TRANSPORT: "lmt",
    BatteryCategory.INDUSTRIAL: "industrial",
}
ACCESS = {
    1: "public",
    2: "legitimateInterest",
    3: "notifiedBodiesAndAuthorities",
    4: "legitimateInterest",
}
# Where the published unit is longer than a unit, or has none that a figure can carry.
UNITS = {
    "YYYY-MM": None,
    "Ah (also kWh in practice)": "Ah",
    "% w/w >0.1": "% by mass",
    "kgCO2e/kWh": "kg CO2e/kWh",
    "V (degC range)": "V",
    "W (degC range)": "W",
    "degC": "°C",
    "period/date": None,
    "ohm": "Ω",
    "A/Ah (C-rate)": "A/Ah",
    "% (SOCE)": "%",
    "%/month (assumed)": "%/month",
    "count": "cycles",
    "degC / min in range": "°C",
    "": None,
}


@pytest.fixture(scope="module")
def published(shared: Path) -> dict[int, dict[str, str]]:
    path = shared / "standards/ec_datapoints_v2.0.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return {int(row["nr"]): row for row in csv.DictReader(lines)}


def test_the_numbers_are_the_published_ones(published: dict[int, dict[str, str]]) -> None:
    assert sorted(DATA_POINTS) == sorted(published) == list(range(1, 72))


@pytest.mark.parametrize("category", BatteryCategory)
def test_each_is_filled_as_published(
    published: dict[int, dict[str, str]], category: BatteryCategory
) -> None:
    on = Circumstances(category=category, rules=RULES, on=RULES.passports_from)
    ours = {number: applicability(number, on)[0] for number in DATA_POINTS}
    theirs = {number: LETTERS[row[COLUMNS[category]]] for number, row in published.items()}
    assert ours == theirs


def test_electric_vehicles_have_the_published_counts() -> None:
    on = Circumstances(category=BatteryCategory.ELECTRIC_VEHICLE, rules=RULES, on=date(2027, 2, 18))
    counts = Counter(applicability(number, on)[0].value for number in DATA_POINTS)
    assert counts == {
        "mandatory": 47,
        "conditional": 8,
        "optional": 1,
        "pending": 8,
        "never": 7,
    }


def test_access_and_lifecycle_are_the_published_ones(
    published: dict[int, dict[str, str]],
) -> None:
    for number, row in published.items():
        assert ACCESS[DATA_POINTS[number].section] == row["access"], number
        assert DATA_POINTS[number].lifecycle == row["lifecycle"], number


def test_clauses_are_the_published_ones(published: dict[int, dict[str, str]]) -> None:
    for number, row in published.items():
        clause = row["source"].removeprefix("BR ").replace("Article", "Art.")
        assert _squeezed(DATA_POINTS[number].clause) == _squeezed(clause), number


def test_the_point_of_annex_xiii_follows_from_the_clause() -> None:
    for number, point in DATA_POINTS.items():
        found = re.fullmatch(r"Annex XIII ([1-4])(?:\(([a-z])\))?", point.clause)
        if found:
            expected = found[1] + (f".{found[2]}" if found[2] else "")
        else:
            expected = "1.a" if point.clause.startswith("Annex VI A") else "1"
        assert point.annex_point == expected, number


def test_units_are_the_published_ones(published: dict[int, dict[str, str]]) -> None:
    for number, row in published.items():
        assert DATA_POINTS[number].unit == UNITS.get(row["unit"], row["unit"]), number


def test_no_name_is_copied(published: dict[int, dict[str, str]]) -> None:
    for number, row in published.items():
        ours = DATA_POINTS[number].name_en.lower()
        assert len(row["name"].split()) <= 3 or ours != row["name"].lower(), number


def test_annex_xiii_itself_knows_our_points(shared: Path) -> None:
    text = (shared / "standards/regulation/annexes-2023-1542.json").read_text(encoding="utf-8")
    known = set(re.findall(r'"id":\s*"([1-4](?:\.[a-z])?)"', text))
    # The transcript lacks 1(t), instructions for use, which a later amendment brings.
    ours = {point.annex_point for point in DATA_POINTS.values()} - {"1", "1.t"}
    assert ours <= known


def _squeezed(text: str) -> str:
    return re.sub(r"[\s.]", "", text)
