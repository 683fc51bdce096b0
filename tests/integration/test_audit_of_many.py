"""The audit of a home with very many records: complete, at a rate, in bounded memory.

In: 20,000 leaves in every run; a million in long runs. Out: counts, microseconds a record.
"""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from battery_passport.assembly.auditing import run_audit
from tests.factories.big_home import Mix, fill
from tests.factories.chain import require_engine
from tests.factories.made_up_cars import opened

pytestmark = pytest.mark.integration

# A million in six minutes are 360 microseconds each, by the processor's time.
MOST_US_A_RECORD = 360
SMALL = Mix(leaves=20_000, batteries=40, events=240, passports=80)
BIG = Mix(leaves=1_000_000)


@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("mix", [SMALL, pytest.param(BIG, marks=pytest.mark.long)])
def test_every_record_is_checked_in_time(
    tmp_path: Path, mix: Mix, record_property: Callable[[str, object], None]
) -> None:
    require_engine()
    told: list[int] = []
    with opened(tmp_path / "home") as installation:
        size = fill(installation, mix)
        started_s = time.process_time()
        report = run_audit(installation, told.append)
        us = (time.process_time() - started_s) / size * 1e6
        record_property("microseconds a record", round(us))
        log = report["log"]
        assert (report["finding"], report["records"]) == (None, size)
        assert isinstance(log, dict)
        assert log["size"] == size
        assert told[-1] == size
        assert us <= MOST_US_A_RECORD
        damaged = _damage(installation.home.database, size // 2)
        finding = run_audit(installation, lambda _size: None)
    assert str(finding["finding"]).startswith(f"The batch {damaged}")
    assert finding["at"] == size // 2
    assert isinstance(finding["block"], int)


def _damage(database: Path, log_index: int) -> str:
    """Change one byte of the first batch at or after that log index; return its digest."""
    with sqlite3.connect(database) as connection:
        query = "SELECT digest FROM facts WHERE log_index = ?"
        (digest,) = connection.execute(query, (log_index,)).fetchone()
        query = "UPDATE batches SET encoded = CAST(encoded || x'00' AS BLOB) WHERE digest = ?"
        assert connection.execute(query, (digest,)).rowcount == 1
    connection.close()
    return str(digest.hex())
