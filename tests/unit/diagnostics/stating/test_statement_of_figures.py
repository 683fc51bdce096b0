"""A statement of figures can be recomputed, and every lie in it is named."""

import copy
from typing import Any

import pytest

from battery_passport.diagnostics.errors import (
    FigureDiffers,
    MalformedStatement,
    NothingDetermined,
    UnknownMethod,
)
from battery_passport.diagnostics.stating.claims import FoundFigures, figures_claims, find_figures
from battery_passport.diagnostics.stating.comparing import compare_with_figures
from battery_passport.diagnostics.stating.methods import METHODS, NEWEST
from battery_passport.diagnostics.stating.model import Basis
from battery_passport.foundation.strict_json import canonical_json, parse_json_object
from battery_passport.registry.model import Rating
from battery_passport.telemetry.table import assemble_table
from tests.factories.figures import BASIS, sealed_day, table_of

BATCHES = [sealed_day(day) for day in range(1, 9)]
TABLE = table_of(BATCHES)
FOUND = find_figures(TABLE, BASIS)
CLAIMS = parse_json_object(canonical_json(figures_claims(FOUND)))


def claims() -> Any:
    return copy.deepcopy(CLAIMS)


def compare(changed: Any) -> None:
    compare_with_figures(changed, FOUND.evidence, TABLE)


def test_what_is_stated_is_what_the_evidence_gives() -> None:
    compare(claims())
    assert set(claims()["figures"]) == {"resistance", "power", "usage", "conditions"}


def test_other_batches_do_not_matter_and_fewer_do() -> None:
    more = table_of([*BATCHES, sealed_day(20)])
    compare_with_figures(claims(), FOUND.evidence, more)
    with pytest.raises(FigureDiffers, match="missing"):
        compare_with_figures(claims(), FOUND.evidence, table_of(BATCHES[1:]))


def test_a_figure_that_rests_on_some_batches_names_them() -> None:
    # A month of drives, and two older days that only the counts rest on.
    days = [sealed_day(day) for day in (-60, -59, *range(1, 34))]
    table = table_of(days)
    found = find_figures(table, BASIS)
    stated = figures_claims(found)["figures"]
    assert isinstance(stated, dict)
    assert len(stated["resistance"]["evidence"]) == 30
    assert stated["usage"]["evidence"] == "all"
    compare_with_figures(figures_claims(found), found.evidence, table)


@pytest.mark.parametrize("figure", ["resistance", "power", "usage", "conditions"])
def test_every_number_of_every_figure_is_compared(figure: str) -> None:
    for path in paths_of(claims()["figures"][figure]["values"]):
        changed = claims()
        holder: Any = changed["figures"][figure]["values"]
        for name in path[:-1]:
            holder = holder[name]
        holder[path[-1]] = altered(holder[path[-1]])
        with pytest.raises(FigureDiffers, match=figure):
            compare(changed)


def paths_of(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [path for name, each in value.items() for path in paths_of(each, (*before, name))]
    if isinstance(value, list):
        return [path for n, each in enumerate(value) for path in paths_of(each, (*before, n))]
    return [before]


def altered(value: Any) -> Any:
    if isinstance(value, str):
        return value + "x"
    return 1.5 if value is None else value + 0.1


@pytest.mark.parametrize("name", ["rated_capacity_ah", "cells_in_series"])
def test_another_rating_gives_other_figures(name: str) -> None:
    changed = claims()
    changed["rating"][name] = 50
    with pytest.raises(FigureDiffers):
        compare(changed)


@pytest.mark.parametrize("name", ["initial_resistance_ohm", "minimum_voltage_v"])
def test_another_declaration_gives_other_power(name: str) -> None:
    changed = claims()
    changed["declared"][name] = changed["declared"][name] * 1.05
    with pytest.raises(FigureDiffers, match="power"):
        compare(changed)


def test_another_constant_is_another_version() -> None:
    changed = claims()
    changed["figures"]["power"]["parameters"]["low_soc_ratio"] = 0.25
    with pytest.raises(FigureDiffers, match="parameters"):
        compare(changed)


def test_a_version_that_is_not_published_is_told_as_such() -> None:
    changed = claims()
    changed["figures"]["usage"]["version"] = "2"
    with pytest.raises(UnknownMethod, match="usage 2"):
        compare(changed)


def test_evidence_that_is_not_named_or_not_used_is_refused() -> None:
    changed = claims()
    changed["figures"]["usage"]["evidence"] = ["00" * 32]
    with pytest.raises(FigureDiffers, match="not named"):
        compare(changed)
    fewer = {**claims(), "figures": {"resistance": claims()["figures"]["resistance"]}}
    fewer["figures"]["resistance"]["evidence"] = [FOUND.evidence[0].hex()]
    with pytest.raises(FigureDiffers, match="No figure rests"):
        compare(fewer)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "bp-figures/v2"},
        {"more": 1},
        {"figures": {}},
        {"figures": {"usage": 1}},
        {"rating": None},
        {"declared": {}},
        {"curve": {}},
        {"evidence_assumptions": "none"},
    ],
)
def test_claims_of_another_form_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(MalformedStatement):
        compare({**claims(), **change})


def test_a_figure_by_the_method_of_another_is_refused() -> None:
    changed = claims()
    changed["figures"]["power"] = changed["figures"]["usage"]
    with pytest.raises(MalformedStatement, match="gives usage"):
        compare(changed)


def test_assumptions_of_the_evidence_must_be_stated() -> None:
    claimed = {**claims(), "evidence_assumptions": []}
    assumed = table_of(BATCHES)
    compare_with_figures(claimed, FOUND.evidence, assumed)
    object.__setattr__(assumed, "assumptions", ("a clock without a zone",))
    with pytest.raises(FigureDiffers, match="clock without a zone"):
        compare_with_figures(claimed, FOUND.evidence, assumed)


def test_nothing_measured_is_nothing_stated() -> None:
    found = find_figures(assemble_table([]), Basis(rating=Rating(), declared=BASIS.declared))
    assert isinstance(found, FoundFigures)
    with pytest.raises(NothingDetermined):
        figures_claims(found)


def test_newest_methods_are_published() -> None:
    for figure, (method, version) in NEWEST.items():
        assert METHODS[method][version].figure == figure
