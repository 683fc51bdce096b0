"""City officers see counts of their own city, open matters by age, and the report of a month."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import insert

from battery_passport.access.model import Role
from battery_passport.adapters.sql.schema import facts, poisoned_facts, quarantined_batches
from battery_passport.foundation.clock import unix_ms
from battery_passport.foundation.uuid7 import new_uuid7
from tests.factories.desk_city import FIRST, DeskCity
from tests.factories.installation import run
from tests.factories.reading_city import battery_of

BASE = "/desk/city"
DAYS_OLD = 9


@pytest.fixture(scope="module")
def troubled(made: DeskCity) -> DeskCity:
    """A city in which one batch is in quarantine and one record is stuck."""
    battery = battery_of(made.installation, FIRST)
    moment = made.installation.clock.now()
    run(made.installation, "device-add", battery=FIRST, public_key="ab" * 32)
    with made.installation.database.write() as connection:
        connection.execute(
            insert(quarantined_batches),
            [
                {
                    "digest": b"d" * 32,
                    "known_digest": b"k" * 32,
                    "device_id": str(new_uuid7(moment)),
                    "boot_id": b"b" * 16,
                    "sequence": 7,
                    "battery_id": str(battery.battery_id),
                    "received_at_ms": unix_ms(moment - timedelta(days=DAYS_OLD)),
                    "encoded": b"batch",
                }
            ],
        )
        stuck = connection.execute(
            facts.select().where(facts.c.battery_id == str(battery.battery_id))
        ).first()
        assert stuck is not None
        connection.execute(
            insert(poisoned_facts),
            [
                {
                    "fact_id": stuck.fact_id,
                    "handler": "batch-reader",
                    "error": "unreadable",
                    "failed_at_ms": unix_ms(moment),
                }
            ],
        )
    return made


def test_four_figures_with_their_trend(troubled: DeskCity) -> None:
    visitor = troubled.visit(Role.CITY_OFFICER)
    page = visitor.text(BASE)
    assert "Cars enrolled 1 12 weeks ago 0, now 1" in page
    assert "of 4 batteries registered" in page
    assert "Coverage 0 %" in page
    assert "Batteries with a passport 1 12 weeks ago 0, now 1" in page
    # Nothing was measured in any week: two figures have no line.
    assert visitor.get(BASE).text.count('class="trend"') == 2


def test_open_matters_are_counts_by_age_without_a_battery(troubled: DeskCity) -> None:
    visitor = troubled.visit(Role.CITY_OFFICER)
    page = visitor.text(f"{BASE}/matters")
    assert page.index("Batches in quarantine A device sent") < page.index(
        "Records that are stuck A step"
    )
    assert f"{DAYS_OLD} d" in page
    assert "KR26D0001" not in page
    assert "1 of 2" in visitor.text(f"{BASE}/matters?age=month")
    assert "1 of 2" in visitor.text(f"{BASE}/matters?kind=poisoned")


def test_administrators_see_which_battery_and_what_it_said(troubled: DeskCity) -> None:
    visitor = troubled.visit(Role.ADMINISTRATOR)
    quarantine = visitor.text("/desk/administration/quarantine")
    assert FIRST in quarantine
    assert "batch number 7" in quarantine
    stuck = visitor.text("/desk/administration/stuck?q=unreadable")
    assert FIRST in stuck
    overview = visitor.text("/desk/administration")
    assert "In quarantine 1" in overview
    assert "Stuck records 1" in overview
    assert "signs passports" in overview


def test_the_report_of_a_month_is_a_page_and_a_file(troubled: DeskCity) -> None:
    visitor = troubled.visit(Role.CITY_OFFICER)
    page = visitor.text(f"{BASE}/report")
    assert "The month is not over" in page
    assert "Placed on the market" not in page
    months = {
        (troubled.installation.clock.now() - timedelta(days=days)).strftime("%Y-%m")
        for days in (299, 300, 301)
    }
    reports = [visitor.get(f"{BASE}/report?month={month}&format=csv").text for month in months]
    rows = [row for text in reports for row in csv.reader(io.StringIO(text.lstrip("\ufeff")))]
    assert ["Placed on the market", "3", ""] in rows
    assert ["Cars enrolled", "0"] in [row[:2] for row in rows]


def test_another_month_than_there_is_shows_this_one(troubled: DeskCity) -> None:
    visitor = troubled.visit(Role.CITY_OFFICER)
    assert visitor.text(f"{BASE}/report?month=1999-01") == visitor.text(f"{BASE}/report")
