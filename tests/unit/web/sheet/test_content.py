"""One description for page and paper: every figure with its origin, every gap with its reason."""

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from battery_passport.adapters.documents.setting import Typesetter
from battery_passport.assembly.diagnosing.whole import diagnose_table
from battery_passport.diagnostics import reasons as figure_reasons
from battery_passport.diagnostics.imbalance import reasons as module_reasons
from battery_passport.diagnostics.imbalance.cell_drift import KIND as DRIFT
from battery_passport.diagnostics.imbalance.model import KIND as MODULES
from battery_passport.diagnostics.imbalance.model import Modules, ModuleStanding
from battery_passport.diagnostics.imbalance.self_discharge import KIND as DISCHARGE
from battery_passport.diagnostics.insulation.watch import KIND as INSULATION
from battery_passport.diagnostics.model import Assumption, NotDetermined
from battery_passport.diagnostics.pictures.making import pictures_of
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.grading import reasons as grade_reasons
from battery_passport.lifecycle.grading.model import Reason
from battery_passport.lifecycle.tampering.model import TamperKind
from battery_passport.safety.thermal_event import KIND as THERMAL
from battery_passport.web.consoles.fleet.ports import BatteryQuality, FindingRow
from battery_passport.web.language import load_language
from battery_passport.web.sheet.assumptions import ASSUMPTIONS
from battery_passport.web.sheet.content import sheet_of
from battery_passport.web.sheet.paper import TEMPLATE, paper_of
from battery_passport.web.sheet.ports import (
    Evidence,
    MeasuredItem,
    SheetSources,
    SignedFigures,
    StatedHealth,
)
from battery_passport.web.sheet.words import KINDS, REASONS
from tests.factories.diagnostics import MadeUpCar, Way, make_charges, make_table
from tests.factories.lifecycle import make_event
from tests.factories.registry import make_battery
from tests.factories.telemetry import COLLECTED_AT_MS

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
CAR = MadeUpCar(cells=24)
IDENTIFIER = BatteryIdentifier("09526000064015", "TEST-1")
ROOT = Path(__file__).parents[4]
PERIOD: JsonObject = {
    "started_at": "2026-05-01T00:00:00Z",
    "ended_at": "2026-11-20T00:00:00Z",
}
STATED = StatedHealth(
    number=3,
    as_of=datetime(2026, 5, 1, tzinfo=UTC),
    value_percent=93.1,
    low_percent=88.0,
    high_percent=97.5,
    method="usable-capacity",
    version="1",
    log_index=41,
)


def _sources(*, empty: bool = False) -> SheetSources:
    ways = [Way(begins_ms=COLLECTED_AT_MS)] * (0 if empty else 4)
    table = make_table(make_charges(CAR, ways, days_apart=1))
    diagnosis = diagnose_table(
        table,
        battery=make_battery(),
        rating=CAR.rating,
        events=() if empty else (make_event("placed_on_market", day=-400),),
        as_of=NOW,
    )
    finding = FindingRow(
        kind="stuck",
        column="cell_voltage_mv",
        count=60,
        batches=1,
        batteries=1,
        first_at=NOW,
        last_at=NOW,
    )
    return SheetSources(
        identifier=IDENTIFIER,
        model_name="HN-64",
        made_on="2022-02",
        placed_on_market_at=None,
        operator="Haedong",
        rating=CAR.rating,
        diagnosis=diagnosis.as_json(),
        diagnosed_at=NOW,
        outdated=False,
        pictures=pictures_of(table, CAR.rating, health_ratio=0.9).as_json(),
        evidence=Evidence(batches=len(ways), samples=table.row_count),
        stated=() if empty else (STATED,),
        measured={}
        if empty
        else {"insulation_kohm": MeasuredItem(value=2149.0, at=NOW, by="KATRI", statement=7)},
        quality=BatteryQuality(findings=(finding,), devices=(), samples=0),
        passport_version=None,
        standing="open",
    )


@pytest.mark.parametrize("code", ["ko", "en"])
def test_every_figure_and_picture_tells_its_origin_or_why_it_is_missing(code: str) -> None:
    language = load_language(code)
    empty = sheet_of(_sources(empty=True), language, now=NOW)
    for sheet in (sheet_of(_sources(), language, now=NOW), empty):
        for figure in sheet.figures:
            assert figure.interval
            assert bool(figure.origin) == (figure.figure != "–")
        for plot in sheet.plots:
            assert bool(plot.why_not) != bool(plot.svg)
            if plot.svg:
                assert plot.said
                assert plot.origin
                assert all(len(row) == len(plot.headings) for row in plot.rows)
                assert plot.rows
    assert all(plot.why_not for plot in empty.plots)


def test_the_sheet_of_a_charged_battery_has_what_it_can_have() -> None:
    sheet = sheet_of(_sources(), load_language("en"), now=NOW)
    drawn = {plot.key for plot in sheet.plots if plot.svg}
    assert {"health", "forecast", "open-circuit", "incremental", "cells"} <= drawn
    terms = {each.term: each.text for each in sheet.terms}
    assert terms["Signed and logged"].startswith("health statement 3: 93.1 % as of 2026-05-01")
    assert terms["Evidence"].startswith("4 signed batches")
    health = next(plot for plot in sheet.plots if plot.key == "health")
    assert health.rows[-1][0] > health.rows[0][0] or len(health.rows) > 1
    assert "Euro 7: 80 % at 5 years" in next(
        plot.svg for plot in sheet.plots if plot.key == "forecast"
    )


def test_signed_figures_stand_with_unit_period_method_and_statement() -> None:
    power: JsonObject = {
        "at_80_percent": {"value_kw": 201.5, "low_kw": 180, "high_kw": 225.5},
        "at_20_percent": {"value_kw": 150, "low_kw": 130, "high_kw": 171},
        "fade": {
            "value_percent": None,
            "reason": "The resistance of the new pack is not declared of its model.",
            "reason_code": "no-initial-resistance",
            "reason_parameters": {},
        },
        "resistance_increase": {"value_percent": 4, "low_percent": -3, "high_percent": 11},
        "as_of": "2026-11-20T00:00:00Z",
    }
    met: JsonObject = {
        "temperature_celsius": {"lowest": -4.5, "highest": 38, "mean": 17.2},
        "state_of_charge_percent": {"lowest": 8, "highest": 97, "mean": 61.9},
        "minutes_above_45_celsius": 0,
        "minutes_below_0_celsius": 312,
        "deep_discharges": 1,
    }
    given_back: JsonObject = {"value_percent": 94.1, "low_percent": 92, "high_percent": 96}
    figures: JsonObject = {
        name: {"method": method, "version": "1", "values": values}
        for name, method, values in (
            ("power", "pulse-power", power),
            ("round_trip", "round-trip", {**given_back, "loss_since_new": given_back, **PERIOD}),
            ("conditions", "conditions-met", {**met, **PERIOD}),
        )
    }
    signed = SignedFigures(number=2, log_index=77, figures=figures)
    for code, unlike in (("en", "ko"), ("ko", "en")):
        sheet = sheet_of(replace(_sources(), signed=signed), load_language(code), now=NOW)
        shown = {each.label: each for each in sheet.figures}
        assert not shown.keys() & {
            load_language(unlike).text("Short power at 20 % charge and 25 °C"),
            load_language(code).text("Energy efficiency"),
        }
        assert [(each.figure, each.unit) for each in sheet.figures[4:]] == [
            ("201.5", "kW"),
            ("150", "kW"),
            ("–", ""),
            ("4", "%"),
            ("94.1", "%"),
            ("94.1", "%"),
            ("17.2", "°C"),
            ("61.9", "%"),
        ]
    sheet = sheet_of(replace(_sources(), signed=signed), load_language("en"), now=NOW)
    shown = {each.label: each for each in sheet.figures}
    assert shown["Loss of short power since new"].interval.startswith("The resistance of the new")
    warm = shown["Temperature in use, mean"]
    assert warm.interval == "from -4.5 to 38 °C, as measured; 0 min above 45 °C, 312 min below 0 °C"
    assert "2026-05-01" in warm.origin
    assert "conditions-met 1" in warm.origin
    assert "signed statement of figures 2, number 77 in the log" in warm.origin


def with_modules(sources: SheetSources) -> SheetSources:
    """Return the sources with four modules, the third of which lies low."""
    standings = tuple(
        ModuleStanding(
            module=module,
            first_cell=6 * module,
            last_cell=6 * module + 5,
            deviation_v=deviation_v,
            score=deviation_v / 0.0015,
            drift_v_a_month=-0.004 if module == 2 else None,
            drift_score=None,
        )
        for module, deviation_v in enumerate((0.001, 0.0, -0.024, -0.001))
    )
    modules = Modules(until_ms=COLLECTED_AT_MS, rests=14, standings=standings, findings=())
    return replace(
        sources,
        rating=replace(sources.rating, cells_per_module=(6,) * 4),
        diagnosis=dict(sources.diagnosis) | {"modules": modules.as_json()},
    )


def test_the_worst_module_is_named_with_its_cells_and_its_drift() -> None:
    sheet = sheet_of(with_modules(_sources()), load_language("en"), now=NOW)
    plot = next(plot for plot in sheet.plots if plot.key == "modules")
    assert "module 3 (cells 13 to 18): -24 mV, 16 times the usual distance" in plot.said
    assert plot.rows[0] == ("Module 3", "13 – 18", "-24 mV", "-4 mV")
    assert plot.rows[1][3] == "–"
    assert "14 rests" in plot.origin
    assert "method module-spread 1" in plot.origin
    assert "4 modules" in next(each.text for each in sheet.terms if each.term == "Declared")


def test_a_model_without_modules_and_an_older_diagnosis_say_so() -> None:
    for diagnosis, said in (
        (_sources().diagnosis, "The model declares no modules."),
        ({}, "This diagnosis was made before modules were compared."),
    ):
        sheet = sheet_of(replace(_sources(), diagnosis=diagnosis), load_language("en"), now=NOW)
        assert {plot.key: plot.why_not for plot in sheet.plots}["modules"] == said


def test_measured_items_stand_beside_the_computed_ones_and_never_in_their_place() -> None:
    sheet = sheet_of(_sources(), load_language("en"), now=NOW)
    lines = {line.name: line for line in sheet.items}
    insulation = lines["Insulation resistance"]
    assert (insulation.computed, insulation.measured) == ("–", "2,149\u2009kΩ")
    assert insulation.measured_by == "KATRI, 2026-12-01; signed statement 7"
    charged = lines["Cumulative charge"]
    assert charged.computed.endswith("kWh")
    assert "method usage 1" in charged.computed_from
    assert (charged.measured, charged.measured_by) == ("–", "not measured yet")
    assert len(sheet.items) == 10


def test_a_capacity_test_stands_beside_the_estimate() -> None:
    measured = {"measured_health_percent": MeasuredItem(value=91.25, at=NOW, by="KATRI")}
    sheet = sheet_of(replace(_sources(), measured=measured), load_language("en"), now=NOW)
    *_, tested = sheet.items
    assert (tested.name, tested.measured) == ("State of health (SOH)", "91.25\u2009%")
    assert tested.computed == f"{sheet.figures[0].figure}\u2009%"
    assert "90 % interval" in tested.computed_from
    assert tested.measured_by == "KATRI, 2026-12-01"


def test_a_code_without_words_keeps_its_sentence_and_one_with_words_is_korean() -> None:
    sources = _sources()
    unknown: dict[str, Any] = {"code": "news", "sentence": "Something new.", "parameters": {}}
    known: dict[str, Any] = {
        "code": "accident",
        "sentence": "x",
        "parameters": {"kind": "fire", "severity": "total-loss", "day": "2026-01-02"},
    }
    grade: dict[str, Any] = {
        "grade": None,
        "suggestion": None,
        "reasons": [unknown, known],
        "missing": [],
    }
    changed = replace(sources, diagnosis=dict(sources.diagnosis) | {"grade": grade})
    found = sheet_of(changed, load_language("ko"), now=NOW).grade
    assert found.letter == "–"
    assert found.reasons[0] == "Something new."
    assert "fire" not in found.reasons[1]
    assert "2026-01-02" in found.reasons[1]


def test_reasons_and_assumptions_of_diagnoses_have_words() -> None:
    constants = [*vars(grade_reasons).values(), *vars(figure_reasons).values()]
    constants += vars(module_reasons).values()
    codes = {each.code for each in constants if isinstance(each, Reason | NotDetermined)}
    made = {each.code for each in constants if isinstance(each, Assumption)}
    assert codes
    assert codes - REASONS.keys() == set()
    assert made - ASSUMPTIONS.keys() == set()
    kinds = {DRIFT, MODULES, DISCHARGE, INSULATION, THERMAL, *TamperKind}
    assert kinds - KINDS.keys() == set()


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ko", ("배터리 진단서", "검사 항목 9가지", "2,149")),
        ("en", ("Nine inspection items", "KATRI")),
    ],
)
def test_an_independent_reader_finds_the_texts_in_the_pdf(
    code: str, said: tuple[str, ...], tmp_path: Path
) -> None:
    language = load_language(code)
    sheet = sheet_of(_sources(), language, now=NOW)
    setter = Typesetter(ROOT / "node_modules")
    path = tmp_path / "sheet.pdf"
    path.write_bytes(setter.pdf(TEMPLATE, paper_of(sheet, language), made_at=NOW))
    command = ["pdftotext", "-layout", str(path), "-"]
    text = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    for each in (*said, str(IDENTIFIER), sheet.grade.letter, sheet.plots[0].title):
        assert each in text
    assert all(axis in text for axis in ("3.8", "dQ/dV"))
