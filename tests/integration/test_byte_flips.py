"""Bytes of the database file that change by themselves: each is found, or changes nothing.

In: a home with batches, events, passports, people and acts. Out: for every flipped byte a finding
of the audit, or the same rows in every table, which are all that any page or proof is made from.
"""

import hashlib
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from battery_passport.adapters.sql.database import open_sqlite
from battery_passport.adapters.sql.dump import dump_tables
from battery_passport.assembly.auditing import report_audit
from battery_passport.assembly.installation import Installation
from tests.factories.big_home import Mix, fill
from tests.factories.chain import require_engine
from tests.factories.installation import run
from tests.factories.made_up_cars import opened

pytestmark = pytest.mark.integration

SEED = 20_261_123
IN_EVERY_RUN, IN_LONG_RUNS = 24, 400
MIX = Mix(leaves=1_500, batteries=12, events=60, passports=40, groups_a_checkpoint=1)
UNREADABLE = (ValueError, TypeError, LookupError)
# Made anew from evidence, or gone with a session: no page or proof says anything from them.
WITHOUT_MEANING = frozenset(("history_waiting",))


@dataclass(frozen=True, slots=True)
class Flipped:
    """What became of one flipped byte."""

    offset: int
    finding: str | None
    same: bool


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Path]]:
    require_engine()
    folder = tmp_path_factory.mktemp("flips") / "home"
    with opened(folder) as installation:
        fill(installation, MIX)
        run(installation, "bundle", battery="car-1")
        yield installation, folder


@pytest.fixture(scope="module")
def pristine(home: tuple[Installation, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the database as one file, without a write-ahead log."""
    copy = tmp_path_factory.mktemp("copy") / "records.sqlite"
    with sqlite3.connect(home[1] / "records.sqlite") as source, sqlite3.connect(copy) as target:
        source.backup(target)
    source.close()
    target.close()
    return copy


def fingerprint(file: Path) -> dict[str, str]:
    """Return a digest of every row of every table, which is all that a reader's page is made of."""
    database = open_sqlite(file)
    try:
        with database.read() as connection:
            return {
                table.name: hashlib.sha256(repr(list(table.rows)).encode()).hexdigest()
                for table in dump_tables(connection, without=WITHOUT_MEANING)
            }
    finally:
        database.close()


def finding_in(installation: Installation, file: Path) -> str | None:
    """Return what the audit of that database finds, over the home's own chain."""
    database = open_sqlite(file)
    try:
        finding = report_audit(installation, database, lambda _count: None)["finding"]
    except (DatabaseError, *UNREADABLE) as error:
        return f"cannot be read: {error!r}"
    finally:
        database.close()
    return None if finding is None else str(finding)


def flip(installation: Installation, pristine: Path, copy: Path, offset: int, mask: int) -> Flipped:
    shutil.copyfile(pristine, copy)
    for beside in ("-wal", "-shm"):
        Path(f"{copy}{beside}").unlink(missing_ok=True)
    with copy.open("r+b") as file:
        file.seek(offset)
        old = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([old ^ mask]))
    finding = finding_in(installation, copy)
    same = finding is not None or fingerprint(copy) == fingerprint(pristine)
    return Flipped(offset=offset, finding=finding, same=same)


def campaign(
    home: tuple[Installation, Path],
    pristine: Path,
    copy: Path,
    offsets: Callable[[random.Random], int],
    count: int,
) -> list[Flipped]:
    draw = random.Random(SEED)
    return [
        flip(home[0], pristine, copy, offsets(draw), draw.randrange(1, 256)) for _ in range(count)
    ]


def report(flips: list[Flipped], record: Callable[[str, object], None]) -> None:
    record("found", sum(each.finding is not None for each in flips))
    record("without effect", sum(each.finding is None for each in flips))
    unnoticed = [each for each in flips if each.finding is None and not each.same]
    assert unnoticed == []
    assert any(each.finding is not None for each in flips)


def test_the_pristine_copy_is_intact(home: tuple[Installation, Path], pristine: Path) -> None:
    assert finding_in(home[0], pristine) is None


@pytest.mark.parametrize(
    "count", [IN_EVERY_RUN, pytest.param(IN_LONG_RUNS, marks=pytest.mark.long)]
)
def test_a_flipped_byte_anywhere(
    home: tuple[Installation, Path],
    pristine: Path,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
    count: int,
) -> None:
    size = pristine.stat().st_size
    flips = campaign(
        home, pristine, tmp_path / "copy.sqlite", lambda draw: draw.randrange(size), count
    )
    report(flips, record_property)


def rows_of(pristine: Path, table: str, column: str) -> list[tuple[int, int]]:
    """Return where each value of a column lies in the file: (first byte, length)."""
    content = pristine.read_bytes()
    with sqlite3.connect(pristine) as connection:
        values = [row[0] for row in connection.execute(f"SELECT {column} FROM {table}")]  # noqa: S608 - names of ours
    connection.close()
    encoded = [each.encode() if isinstance(each, str) else bytes(each) for each in values]
    # A value longer than a page lies in pieces; its first bytes are in one.
    starts = [(content.find(each[:200]), min(len(each), 200)) for each in encoded]
    return [(start, length) for start, length in starts if start >= 0]


@pytest.mark.parametrize(("table", "column"), [("log_tiles", "octets"), ("checkpoints", "note")])
@pytest.mark.parametrize(
    "count", [IN_EVERY_RUN // 4, pytest.param(IN_LONG_RUNS // 2, marks=pytest.mark.long)]
)
def test_a_flipped_byte_of_the_log(
    home: tuple[Installation, Path],
    pristine: Path,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
    *,
    table: str,
    column: str,
    count: int,
) -> None:
    places = rows_of(pristine, table, column)

    def inside(draw: random.Random) -> int:
        start, length = draw.choice(places)
        return start + draw.randrange(length)

    report(campaign(home, pristine, tmp_path / "copy.sqlite", inside, count), record_property)
