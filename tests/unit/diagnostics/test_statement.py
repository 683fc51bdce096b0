"""A health statement can be recomputed, and every lie in it is named."""

from collections.abc import Mapping

import numpy as np
import pytest

from battery_passport.diagnostics.errors import (
    FigureDiffers,
    MalformedStatement,
    NothingDetermined,
    UnknownMethod,
)
from battery_passport.diagnostics.health import estimate_health
from battery_passport.diagnostics.statement import compare_with_statement, statement_claims
from battery_passport.diagnostics.statement_reading import MEMBERS
from battery_passport.foundation.strict_json import (
    JsonObject,
    JsonValue,
    canonical_json,
    parse_json_object,
)
from battery_passport.registry.model import Rating
from tests.factories.diagnostics import (
    MadeUpCar,
    Way,
    make_charges,
    make_table,
    make_way,
    replaced,
)

CAR = MadeUpCar()
BATCHES = make_charges(CAR, [Way(start=0.1, end=0.95), Way(start=0.05, end=0.9)])
TABLE = make_table(BATCHES)
CLAIMS = statement_claims(estimate_health(TABLE, CAR.rating))


def with_member(path: str, value: JsonValue) -> JsonObject:
    """Return the claims with one value changed, as a reader would parse them."""
    changed = parse_json_object(canonical_json(CLAIMS))
    *parents, last = path.split(".")
    place = changed
    for parent in parents:
        below = place[parent]
        assert isinstance(below, dict)
        place = below
    place[last] = value
    return changed


def test_a_statement_follows_from_its_evidence() -> None:
    compare_with_statement(parse_json_object(canonical_json(CLAIMS)), TABLE, CAR.rating)


def test_its_members_are_the_published_ones() -> None:
    assert set(CLAIMS) == MEMBERS


def test_other_batches_beside_the_evidence_change_nothing() -> None:
    later = make_way(CAR, Way(start=0.2, end=0.9, begins_ms=BATCHES[1].sampled_at_ms[-1] + 10**9))
    compare_with_statement(CLAIMS, make_table([*BATCHES, later]))


def test_a_statement_without_a_percentage_can_be_recomputed_too() -> None:
    claims = statement_claims(estimate_health(TABLE, Rating()))
    compare_with_statement(parse_json_object(canonical_json(claims)), TABLE)
    lie = claims | {"state_of_health": CLAIMS["state_of_health"]}
    with pytest.raises(FigureDiffers, match="state_of_health"):
        compare_with_statement(lie, TABLE)


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("state_of_health.value_percent", 95.1, r"state_of_health\.value_percent: .* 95\.1"),
        ("state_of_health.low_percent", 85.9, r"state_of_health\.low_percent"),
        ("state_of_health.high_percent", 92.0, r"state_of_health\.high_percent"),
        ("state_of_health", {"value_percent": None, "reason": "x"}, "state_of_health"),
        ("capacity.value_ah", 99.0, r"capacity\.value_ah"),
        ("charges", 3, "charges"),
        ("discharges", 1, "discharges"),
        ("as_of", "2026-11-25T00:00:00Z", "as_of"),
        ("parameters.bms_end_sd", 0.001, "parameters"),
        ("rating.rated_capacity_ah", 90.0, "rating|state_of_health|capacity"),
        ("reference_conditions.low_celsius", 25.0, "reference_conditions"),
        ("assumptions", [], "assumptions"),
        ("evidence", [BATCHES[0].digest.hex()], "capacity|evidence"),
    ],
)
def test_every_lie_is_named(path: str, value: JsonValue, named: str) -> None:
    with pytest.raises(FigureDiffers, match=named):
        compare_with_statement(with_member(path, value), TABLE)


def test_a_tenth_of_a_percent_is_noticed() -> None:
    health = CLAIMS["state_of_health"]
    assert isinstance(health, Mapping)
    value = health["value_percent"]
    assert isinstance(value, float)
    for step in (-0.1, 0.1):
        lie = with_member("state_of_health.value_percent", round(value + step, 1))
        with pytest.raises(FigureDiffers):
            compare_with_statement(lie, TABLE)


def test_a_missing_batch_is_named() -> None:
    with pytest.raises(FigureDiffers, match=BATCHES[0].digest.hex()):
        compare_with_statement(CLAIMS, make_table(BATCHES[1:]))


def test_an_altered_batch_is_missing_under_its_name() -> None:
    current_ma = np.rint(1.05 * BATCHES[0].columns["current_ma"]).astype(np.int64)
    altered = replaced(BATCHES[0], current_ma=current_ma)
    with pytest.raises(FigureDiffers, match="missing"):
        compare_with_statement(CLAIMS, make_table([altered, BATCHES[1]]))


def test_altered_measurements_under_the_same_name_give_another_figure() -> None:
    batch = BATCHES[0]
    current_ma = np.rint(1.05 * batch.columns["current_ma"]).astype(np.int64)
    forged = type(batch)(
        claims=batch.claims,
        digest=batch.digest,
        sampled_at_ms=batch.sampled_at_ms,
        columns={**batch.columns, "current_ma": current_ma},
        assumptions=(),
    )
    with pytest.raises(FigureDiffers, match="capacity"):
        compare_with_statement(CLAIMS, make_table([forged, BATCHES[1]]))


def test_another_rating_than_the_batterys_is_named() -> None:
    with pytest.raises(FigureDiffers, match="rating"):
        compare_with_statement(CLAIMS, TABLE, Rating(rated_capacity_ah=90.0))


def test_an_assumption_left_unsaid_is_named() -> None:
    batch = BATCHES[0]
    assumed = type(batch)(
        claims=batch.claims,
        digest=batch.digest,
        sampled_at_ms=batch.sampled_at_ms,
        columns=batch.columns,
        assumptions=("1 Hz is assumed",),
    )
    with pytest.raises(FigureDiffers, match="1 Hz is assumed"):
        compare_with_statement(CLAIMS, make_table([assumed, BATCHES[1]]))


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(UnknownMethod):
        compare_with_statement(with_member("version", "99"), TABLE)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", "bp-health/v2"),
        ("surplus", 1),
        ("method", 7),
        ("rating", None),
        ("rating.surplus", 1),
        ("rating.chemistry", "unobtainium"),
        ("rating.rated_capacity_ah", True),
        ("evidence", "abc"),
        ("evidence", ["ABC"]),
        ("evidence_assumptions", [1]),
        ("state_of_health.value_percent", "90"),
    ],
)
def test_claims_of_another_shape_are_malformed(path: str, value: JsonValue) -> None:
    with pytest.raises(MalformedStatement):
        compare_with_statement(with_member(path, value), TABLE)


@pytest.mark.parametrize("member", sorted(MEMBERS))
def test_a_missing_member_is_malformed(member: str) -> None:
    fewer = {name: value for name, value in CLAIMS.items() if name != member}
    with pytest.raises(MalformedStatement):
        compare_with_statement(fewer, TABLE)


def test_nothing_can_be_stated_of_nothing() -> None:
    with pytest.raises(NothingDetermined, match="no measurements"):
        statement_claims(estimate_health(make_table([]), CAR.rating))
