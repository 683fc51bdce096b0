"""The reference page lists what the code does."""

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from battery_passport.diagnostics import reasons
from battery_passport.diagnostics.capacity import constants as window_constants
from battery_passport.diagnostics.capacity import reasons as window_reasons
from battery_passport.diagnostics.findings import RELIED_ON_COLUMNS
from battery_passport.diagnostics.fleet_capacity import method as fleet_method
from battery_passport.diagnostics.health import METHODS
from battery_passport.diagnostics.imbalance import cell_drift, modules
from battery_passport.diagnostics.model import Anchor, Assumption, NotDetermined, Verdict
from battery_passport.diagnostics.parameters import V1
from battery_passport.diagnostics.statement_reading import MEMBERS


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs/reference/methods.md").read_text(encoding="utf-8")


def test_every_constant_is_listed_with_its_value(page: str) -> None:
    section = page.split("## Constants of `usable-capacity` 1")[1].split("\n## ", maxsplit=1)[0]
    listed = dict(re.findall(r"^\| `(\w+)` \| (-?[\d.]+) \|", section, re.MULTILINE))
    assert {name: float(value) for name, value in listed.items()} == V1.as_json()


def table_under(page: str, heading: str) -> dict[str, float]:
    """Return the names and values of a table in whose rows several may stand together."""
    rows = page.split(heading)[1].split("\n\n", maxsplit=1)[0].splitlines()[2:]
    found: dict[str, float] = {}
    for row in rows:
        names, values = row.strip("|").split("|")[:2]
        numbers = (float(number) for number in re.findall(r"-?[\d.]+", values))
        found |= dict(zip(re.findall(r"`(\w+)`", names), numbers, strict=True))
    return found


def test_every_constant_of_the_window_method_is_listed(page: str) -> None:
    listed = table_under(page, "| constant of `charge-window` 1 |")
    assert listed == window_constants.V1.as_json()


def test_every_limit_of_drifting_cells_is_listed(page: str) -> None:
    assert table_under(page, "| limit of `cell-drift` 1 |") == asdict(cell_drift.V1)


def test_every_limit_of_uneven_modules_is_listed(page: str) -> None:
    assert table_under(page, "| limit of `module-spread` 1 |") == asdict(modules.V1)


def test_every_reason_of_the_window_method_is_listed(page: str) -> None:
    words = set(re.findall(r"`([a-z-]+)`", page.split("## `charge-window` 1")[1]))
    known = {
        each.code
        for each in vars(window_reasons).values()
        if isinstance(each, NotDetermined | Assumption)
    }
    assert words >= known | {window_reasons.too_short(0.1).code}


def test_every_reason_is_listed(page: str) -> None:
    section = page.split("## Reasons")[1].split("##", maxsplit=1)[0]
    listed = set(re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE))
    known = {each.code for each in vars(reasons).values() if isinstance(each, NotDetermined)}
    known |= {fleet_method.NO_CURVE.code}
    made = {
        reasons.too_little_charge(V1, 1.0).code,
        reasons.too_uncertain(V1, 0.2, 1).code,
    }
    assert listed == known | made


def test_every_assumption_is_listed(page: str) -> None:
    section = page.split("## Assumptions")[1].split("##", maxsplit=1)[0]
    known = {each.code for each in vars(reasons).values() if isinstance(each, Assumption)}
    known |= {fleet_method.FLEET_CURVE.code, fleet_method.SENSOR.code}
    assert set(re.findall(r"`([a-z-]+)`", section)) == known


def test_methods_columns_members_and_words_are_listed(page: str) -> None:
    words = set(re.findall(r"`([^`]+)`", page))
    for name, version in METHODS:
        assert f"| `{name}` | `{version}` |" in page
    assert words >= set(RELIED_ON_COLUMNS)
    assert words >= MEMBERS - {"format", "method", "version"}
    assert words >= {str(each.value) for each in (*Anchor, *Verdict)}
