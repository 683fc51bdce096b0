"""Who may see what: three groups, not nested."""

import pytest

from battery_passport.passport.disclosure import (
    ANNEX_POINTS,
    Audience,
    parse_audience,
)
from battery_passport.passport.errors import UnknownAudience


def test_the_groups_are_those_of_article_77() -> None:
    groups = {audience.value: set(points) for audience, points in ANNEX_POINTS.items()}
    assert groups == {
        "public": {1},
        "legitimate-interest": {1, 2, 4},
        "authority": {1, 2, 3},
    }


def test_no_closed_group_contains_the_other() -> None:
    interest = ANNEX_POINTS[Audience.LEGITIMATE_INTEREST]
    authority = ANNEX_POINTS[Audience.AUTHORITY]
    assert interest - authority == {4}
    assert authority - interest == {3}


def test_an_unknown_audience_is_refused() -> None:
    with pytest.raises(UnknownAudience, match="no audience 'press'"):
        parse_audience("press")
