"""One changed byte of any stored record, and the audit names that record."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from battery_passport.adapters.sql.row_digest import register
from battery_passport.assembly.installation import Installation
from tests.factories.installation import ingest_ev10, installed, run

pytestmark = pytest.mark.integration

# Every stored byte string that is a record or part of one: table, column, key, and the key's form.
STORED = [
    ("batches", "encoded", "hex(digest)"),
    ("events", "record", "event_id"),
    ("credentials", "record", "credential_id"),
    ("credentials", "issuer_jwt", "credential_id"),
    ("disclosures", "disclosure", "credential_id"),
]


@pytest.fixture(scope="module")
def installation(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("home")) as opened:
        alias = ingest_ev10(opened, shared, 10, rated_capacity_ah=111, chemistry="NCM")
        for pairs in ({"manufactured_in": "2015-01"}, {"manufactured_in": "2015-02"}):
            run(opened, "event-add", battery=alias, type="manufactured", values=pairs)
        run(opened, "diagnose", battery=alias)
        run(opened, "passport-issue", battery=alias)
        run(opened, "bundle", battery=alias)
        yield opened


@pytest.fixture
def records(installation: Installation) -> Iterator[sqlite3.Connection]:
    """The database file, opened by somebody who means no good."""
    connection = sqlite3.connect(installation.home.database, isolation_level=None)
    register(connection)
    yield connection
    connection.close()


def test_untouched_everything_agrees(installation: Installation) -> None:
    answer = run(installation, "audit")
    assert (answer["intact"], answer["finding"]) == (True, None)


@pytest.mark.parametrize(("table", "column", "key"), STORED)
def test_each_record_is_named_when_one_byte_of_it_changes(
    installation: Installation, records: sqlite3.Connection, table: str, column: str, key: str
) -> None:
    rows = records.execute(f"SELECT rowid, {column}, {key} FROM {table}").fetchall()  # noqa: S608
    assert rows
    for rowid, content, name in rows[:6]:
        changed = _with_one_byte_changed(content)
        statement = f"UPDATE {table} SET {column}=? WHERE rowid=?"  # noqa: S608
        records.execute(statement, (changed, rowid))
        finding = run(installation, "audit")["finding"]
        records.execute(statement, (content, rowid))
        assert finding is not None, f"a change of {table}.{column} went unnoticed"
        assert str(name).lower() in str(finding)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM events WHERE sequence=1",
        "UPDATE batches SET sequence=sequence+1000 WHERE sequence=0",
        "UPDATE facts SET salt=zeroblob(16) WHERE log_index=2",
        "UPDATE facts SET log_index=log_index+100000 WHERE log_index=3",
        "UPDATE checkpoints SET root=zeroblob(32)",
        "UPDATE checkpoints SET note=replace(note, '\u2014', '-')",
        "UPDATE log_tiles SET octets=zeroblob(length(octets)) WHERE level=0",
        "UPDATE log_heads SET size=size-1",
        (
            "INSERT INTO events SELECT '0198a1b2-0000-7000-8000-000000000000', battery_id, 99,"
            " type, occurred_at_ms, record FROM events WHERE sequence=1"
        ),
    ],
)
def test_other_changes_are_found_too(
    installation: Installation, records: sqlite3.Connection, statement: str
) -> None:
    copy = sqlite3.connect(":memory:")
    records.backup(copy)
    records.execute(statement)
    try:
        finding = run(installation, "audit")["finding"]
    finally:
        copy.backup(records)
    assert finding is not None
    assert run(installation, "audit")["finding"] is None


def _with_one_byte_changed(content: bytes | str) -> bytes | str:
    place = len(content) // 2
    if isinstance(content, bytes):
        return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
    other = "A" if content[place] != "A" else "B"
    return content[:place] + other + content[place + 1 :]
