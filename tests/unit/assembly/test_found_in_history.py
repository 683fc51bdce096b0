"""What is found in a stored history: as the rules would have told, from parts as from the whole."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from battery_passport.assembly.diagnosing.digests.joining import joined
from battery_passport.assembly.diagnosing.digests.making import digest_of
from battery_passport.assembly.diagnosing.digests.packing import packed, unpacked
from battery_passport.assembly.diagnosing.found import Found, all_found, known_findings
from battery_passport.assembly.diagnosing.insulating import insulation_findings
from battery_passport.assembly.diagnosing.looking import look_at
from battery_passport.diagnostics.imbalance.cell_drift import DriftFinding
from battery_passport.diagnostics.imbalance.self_discharge import LeakFinding
from battery_passport.diagnostics.insulation.watch import InsulationFinding
from battery_passport.foundation.clock import DAY_MS
from battery_passport.lifecycle.grading.model import Basis, Grade, HealthRange, Weight
from battery_passport.lifecycle.grading.rules import grade_battery
from battery_passport.safety.model import Alarm, Severity, Signal
from battery_passport.safety.readings import readings
from battery_passport.safety.scanning import thermal_events
from battery_passport.safety.thermal_event import ThermalWatch
from battery_passport.telemetry.model import Samples
from battery_passport.telemetry.table import TelemetryTable
from tests.factories.diagnostics import make_batch, make_table
from tests.factories.runaway import SHAPES, Runaway, make_drive, with_runaway

NOW = datetime(2026, 10, 1, tzinfo=UTC)
LEAK = LeakFinding(
    cell=3,
    severity="warning",
    at_ms=2 * DAY_MS,
    loss_percent_a_day=0.2,
    low_percent_a_day=0.18,
    high_percent_a_day=0.22,
)


def table_of(*parts: Samples) -> TelemetryTable:
    return make_table(make_batch(each.sampled_at_ms, each.columns) for each in parts)


def whole_rule(table: TelemetryTable) -> list[Alarm]:
    watch = ThermalWatch()
    seen = (watch.see(each) for each in readings(table.sampled_at_ms, table.columns))
    return [alarm for alarm in seen if alarm is not None]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_stored_rows_raise_what_the_rule_raised_live(shape: Runaway) -> None:
    table = table_of(with_runaway(make_drive(samples=4_000), shape)[0])

    assert list(thermal_events(table)) == whole_rule(table) != []


@pytest.mark.parametrize("seed", range(4))
def test_wild_rows_raise_what_the_rule_raised_live(seed: int) -> None:
    drive, chance = make_drive(samples=3_000, step_s=30, seed=seed), np.random.default_rng(seed)
    columns = {name: values.copy() for name, values in drive.columns.items()}
    wild = chance.integers(100, 3_000, 12)
    columns["cell_voltage_mv"][wild[:5], 4] = 2_900
    columns["temperature_max_dc"][wild[3:8]] = 700
    columns["insulation_kohm"][wild[5:10]] = 30
    columns["bms_warning_level"] = np.zeros(3_000, dtype=np.int64)
    columns["bms_warning_level"][wild[10] :] = 3
    table = table_of(replace(drive, columns=columns))

    assert list(thermal_events(table)) == whole_rule(table)


def make_stay(*, days: int = 6) -> Samples:
    """Return days of driving in the morning and standing, a sample every ten minutes."""
    count = 144 * days
    drive = make_drive(samples=count, step_s=600)
    hour = np.arange(count) % 144 // 6
    columns = dict(drive.columns)
    columns["current_ma"] = np.where(hour < 5, 40_000, 300)
    columns["bms_soc_permyriad"] = 9_000 - 20 * np.arange(count) // days
    return replace(drive, columns=columns)


@pytest.mark.parametrize("cut", [1, 100, 300, 433, 500])
def test_parts_of_a_history_rest_as_the_whole_does(cut: int) -> None:
    stay = make_stay()
    table = table_of(stay)
    times = table.sampled_at_ms
    parts = [
        table.between(int(times[0]), int(times[cut])),
        table.between(int(times[cut]), int(times[-1]) + 1),
    ]
    digests = [unpacked(packed(digest_of(part), b"x"), b"x") for part in parts]
    found = joined([each for each in digests if each is not None])
    whole = look_at(table)

    assert found is not None
    assert len(found.rests) == len(whole.rests) > 5
    for one, other in zip(found.rests, whole.rests, strict=True):
        assert (one.at_ms, one.soc_ratio, one.typical_v) == (
            other.at_ms,
            other.soc_ratio,
            other.typical_v,
        )
        np.testing.assert_array_equal(one.apart_v, other.apart_v)


def test_a_part_that_may_hold_a_thermal_event_is_read_whole() -> None:
    samples, _ = with_runaway(make_drive(), SHAPES["cells, probe and insulation"])
    table = table_of(samples)
    middle = int(table.sampled_at_ms[-12])
    parts = [
        digest_of(table.between(0, middle)),
        digest_of(table.between(middle, middle + DAY_MS)),
    ]

    assert joined(parts) is None
    assert len(look_at(table).alarms) == 1
    assert joined([digest_of(table_of(make_drive()))]) is not None


def test_insulation_of_a_history_is_judged_by_closed_days() -> None:
    stay = make_stay(days=12)
    columns = dict(stay.columns)
    columns["insulation_kohm"] = np.where(np.arange(stay.sampled_at_ms.size) < 144 * 8, 2_400, 5)
    found = insulation_findings(table_of(replace(stay, columns=columns)))

    assert [each.severity for each in found] == ["notice", "warning", "critical"]
    assert insulation_findings(table_of(replace(stay, columns={}))) == ()


def everything() -> tuple[Found, ...]:
    return all_found(
        drifts=[
            DriftFinding(cell=3, severity=severity, at_ms=at_ms, deviation_v=-0.07, score=9.0)
            for severity, at_ms in (("notice", 3 * DAY_MS), ("warning", 5 * DAY_MS))
        ],
        leaks=[LEAK],
        insulation=[
            InsulationFinding(
                severity="critical", at_ms=DAY_MS, ohm_per_v=80.0, usual_ohm_per_v=None
            )
        ],
        alarms=[
            Alarm(
                kind="thermal_event",
                severity=Severity.CRITICAL,
                at_ms=9 * DAY_MS,
                cell=3,
                signals=(Signal.VOLTAGE, Signal.TEMPERATURE),
            )
        ],
    )


def test_findings_stand_in_the_order_in_which_they_were_known() -> None:
    told = [each.as_json() for each in everything()]

    assert [each["kind"] for each in told] == [
        "insulation",
        "self_discharge",
        "cell_drift",
        "cell_drift",
        "thermal_event",
    ]
    assert all({"sentence", "code", "method", "version", "since"} <= each.keys() for each in told)
    assert told[1]["cell"] == 4


def grade_with(found: tuple[Found, ...]) -> Grade | None:
    health = HealthRange(value_percent=95.0, low_percent=93.0, high_percent=97.0, as_of=NOW)
    findings = tuple(known_findings(found))
    return grade_battery(Basis(as_of=NOW, health=health, events=(), findings=findings)).grade


def test_a_warning_holds_at_c_and_a_critical_finding_is_the_end() -> None:
    assert grade_with(()) == Grade.A
    assert grade_with(all_found(leaks=[LEAK])) == Grade.C
    assert grade_with(all_found(leaks=[replace(LEAK, severity="notice")])) == Grade.A
    assert grade_with(everything()) == Grade.R
    weights = {each.kind: each.weight for each in known_findings(everything())}
    assert weights["cell_drift"] is Weight.WARNING
