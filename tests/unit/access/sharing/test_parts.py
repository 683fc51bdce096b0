"""The parts of a grant cover point 4 of Annex XIII exactly, and tell policies what they open."""

from datetime import timedelta
from uuid import uuid4

from battery_passport.access.model import Purpose
from battery_passport.access.sharing.model import Grant, Part, Standing
from battery_passport.access.sharing.parts import (
    POINTS_OF_PART,
    WHOLE_POINT_FOUR,
    opens_whole_section,
    points_of,
    terms_of,
)
from battery_passport.passport.data_points import DATA_POINTS
from tests.factories.sharing import NOW


def grant(*parts: Part) -> Grant:
    return Grant(
        grant_id=uuid4(),
        battery_id=uuid4(),
        person_id=uuid4(),
        number=1,
        purpose=Purpose.PURCHASE,
        parts=frozenset(parts),
        created_at=NOW,
        expires_at=NOW + timedelta(days=3),
    )


def test_the_parts_are_point_four_no_more_and_no_less() -> None:
    of_the_law = {point.number for point in DATA_POINTS.values() if point.section == 4}
    assert of_the_law == WHOLE_POINT_FOUR
    assert sum(len(points) for points in POINTS_OF_PART.values()) == len(WHOLE_POINT_FOUR)


def test_the_signed_section_goes_out_only_as_a_whole() -> None:
    assert opens_whole_section(Part)
    assert opens_whole_section(set(Part) - {Part.ESTIMATE})
    for left_out in set(Part) - {Part.ESTIMATE}:
        assert not opens_whole_section(set(Part) - {left_out})


def test_policies_are_told_the_numbers_and_who_gave_them() -> None:
    made = grant(Part.STATUS, Part.ESTIMATE)
    terms = terms_of(made)
    assert terms.points == {4}
    assert terms.data_points == points_of([Part.STATUS]) == {67}
    assert terms.giver_id == made.person_id
    assert (terms.valid_from, terms.valid_until) == (made.created_at, made.expires_at)


def test_a_grant_ends_at_its_very_last_moment() -> None:
    made = grant(Part.STATUS)
    assert made.standing(made.expires_at - timedelta(microseconds=1)) is Standing.ACTIVE
    assert made.standing(made.expires_at) is Standing.EXPIRED
    assert made.left(made.expires_at) == timedelta(0)
