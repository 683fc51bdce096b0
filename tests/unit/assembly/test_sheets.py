"""When a kept diagnosis may be shown: not after an event, a new curve, or a day with batches."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from battery_passport.adapters.sql.diagnoses import StoredDiagnosis
from battery_passport.adapters.sql.sheet_pictures import StoredPictures
from battery_passport.assembly.sheets.making import FRESH_FOR, UNMEASURED, Made, is_fresh

BATTERY = UUID(int=7)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BASIS = "10/1795419000000/3/1"


def _made(*, age: timedelta, pictures_basis: str = BASIS) -> Made:
    diagnosis = StoredDiagnosis(
        battery_id=BATTERY,
        basis=BASIS,
        made_at=NOW - age,
        health_percent=None,
        health_low_percent=None,
        grade=None,
        document={},
    )
    pictures = StoredPictures(
        battery_id=BATTERY, basis=pictures_basis, made_at=NOW - age, document={}
    )
    return Made(diagnosis, pictures)


@pytest.mark.parametrize(
    ("present", "age", "fresh"),
    [
        (BASIS, 30 * FRESH_FOR, True),
        ("11/1795419060000/3/1", FRESH_FOR / 2, True),
        ("11/1795419060000/3/1", FRESH_FOR, False),
        ("10/1795419000000/4/1", timedelta(0), False),
        ("10/1795419000000/3/2", timedelta(0), False),
    ],
)
def test_what_is_kept_holds_until_something_weighty_came(
    present: str, age: timedelta, fresh: bool
) -> None:
    assert is_fresh(_made(age=age), present, NOW) is fresh


def test_pictures_of_another_basis_are_made_anew_too() -> None:
    made = _made(age=timedelta(0), pictures_basis="10/1795419000000/2/1")
    assert not is_fresh(made, BASIS, NOW)
    assert not is_fresh(_made(age=timedelta(0)), UNMEASURED, NOW)
