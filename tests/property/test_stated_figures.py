"""Whatever a statement of figures claims beyond what its evidence gives is refused.

In: claims changed at any one place. Out: a difference that is named, or claims that say the same.
"""

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from battery_passport.diagnostics.errors import FigureDiffers, MalformedStatement, UnknownMethod
from battery_passport.diagnostics.stating.claims import figures_claims, find_figures
from battery_passport.diagnostics.stating.comparing import compare_with_figures
from battery_passport.diagnostics.stating.leaves import Rounded, first_difference, written
from battery_passport.foundation.strict_json import canonical_json, parse_json_object
from tests.factories.figures import BASIS, sealed_day, table_of

TABLE = table_of([sealed_day(day) for day in (1, 2, 3)])
FOUND = find_figures(TABLE, BASIS)
CLAIMS: Any = parse_json_object(canonical_json(figures_claims(FOUND)))


def places_of(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        inner = [
            place for name, each in value.items() for place in places_of(each, (*before, name))
        ]
        return [*([before] if before else []), *inner]
    return [before]


PLACES = places_of(CLAIMS["figures"])
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1_000, 1_000),
    st.floats(-1e6, 1e6, allow_nan=False),
    st.text(max_size=8),
    st.just([]),
    st.just({}),
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PLACES), ANYTHING)
def test_one_changed_place_is_refused(place: tuple[Any, ...], value: Any) -> None:
    changed = copy.deepcopy(CLAIMS)
    holder = changed["figures"]
    for name in place[:-1]:
        holder = holder[name]
    holder[place[-1]] = value
    if canonical_json(changed) == canonical_json(CLAIMS):
        return
    try:
        compare_with_figures(changed, FOUND.evidence, TABLE)
    except (FigureDiffers, MalformedStatement, UnknownMethod):
        return
    raise AssertionError(f"{place} may say {json.dumps(value)}")


@given(st.floats(-1e5, 1e5, allow_nan=False), st.integers(0, 4), st.integers(1, 50))
def test_a_rounded_number_agrees_with_itself_and_no_other(
    value: float, decimals: int, steps: int
) -> None:
    stated = Rounded(value, decimals)
    assert first_difference(written(stated), stated, "x") is None
    for other in (
        stated.written + steps * 10.0**-decimals,
        stated.written - steps * 10.0**-decimals,
    ):
        rounded = round(other, decimals)
        is_tie = abs(abs(rounded - value) - 0.5 * 10.0**-decimals) <= 1e-6
        if not is_tie:
            assert first_difference(rounded, stated, "x") is not None
