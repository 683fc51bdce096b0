"""A home's cars teach their model's curve; their diagnoses are then made under it and proved."""

from pathlib import Path

import pyarrow.parquet
import pytest

from battery_passport.assembly.city.histories import History, into_home
from battery_passport.assembly.installation import opened_installation
from battery_passport.assembly.performing import perform
from battery_passport.assembly.settings import PREFIX, load_settings
from battery_passport.assembly.simulated.wishes import CityWish
from battery_passport.foundation.strict_json import JsonObject, JsonValue

pytestmark = [pytest.mark.integration, pytest.mark.long, pytest.mark.timeout(900)]

MODEL = "Nakdong Compact 39"
WISH = CityWish(vehicles=6, days=25, seed=8, faults="none", models=(MODEL,))


def silent(_what: str, _done: int, _total: int) -> None:
    pass


def members(value: JsonValue) -> JsonObject:
    assert isinstance(value, dict)
    return value


def test_diagnoses_are_made_under_the_curve_that_the_fleet_taught(tmp_path: Path) -> None:
    settings = load_settings({f"{PREFIX}HOME": str(tmp_path / "home")})
    into_home(settings, History(wish=WISH, truth=tmp_path / "truth"), silent)
    rows = pyarrow.parquet.read_table(tmp_path / "truth" / "health.parquet").to_pylist()
    truth = {row["serial"]: 100.0 * row["health_ratio"] for row in rows}
    errors = []
    with opened_installation(settings) as opened:
        serials = dict.fromkeys(truth, "09526000039037")
        first = f"{serials[min(serials)]}/{min(serials)}"
        before = members(perform(opened, "diagnose", {"battery": first})["state_of_health"])
        assert before["method"] == "usable-capacity"
        learned = perform(opened, "fleet-learn", {"model": MODEL})
        assert learned["cars"] == 6
        assert learned["version"] == 1
        assert perform(opened, "fleet-learn", {"model": MODEL})["version"] == 1
        for serial, gtin in serials.items():
            answer = perform(opened, "diagnose", {"battery": f"{gtin}/{serial}"})
            health = members(answer["state_of_health"])
            assert health["method"] == "fleet-capacity"
            errors.append(abs(float(str(health["value_percent"])) - truth[serial]))
    assert sum(errors) / len(errors) < 1.5
