"""Broken, cut, altered and misplaced backups: refused in plain words, with nothing written."""

import io
import json
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import inspect

from battery_passport.adapters.sql.migrate import NewerSchema
from battery_passport.adapters.sql.postgresql import open_postgresql
from battery_passport.adapters.sql.row_digest import register
from battery_passport.adapters.sql.schema import metadata
from battery_passport.assembly.backups.errors import (
    BackupExists,
    BackupUnusable,
    HomeNotEmpty,
    PassphraseMissing,
    RestoredNotIntact,
    WrongPassphrase,
)
from battery_passport.assembly.backups.taking import LEFT_OUT
from battery_passport.assembly.operations.backup import Restore, back_up, restore
from battery_passport.foundation.errors import BatteryPassportError, InvalidInput
from battery_passport.foundation.strict_json import canonical_json
from tests.factories.installation import run
from tests.factories.made_up_cars import enrol, opened, send, settings_of
from tests.factories.postgresql import running_cluster

pytestmark = pytest.mark.integration

PASSPHRASE = "correct horse battery staple"
Members = dict[str, bytes]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small installation."""
    folder = tmp_path_factory.mktemp("made-up") / "home"
    with opened(folder) as installation:
        car = enrol(installation, "car-1")
        send(installation, car, range(12))
        run(installation, "passport-issue", battery="car-1")
        installation.anchoring.anchor_now()
    return folder


@pytest.fixture(scope="module")
def sealed(home: Path) -> Path:
    output = home.with_name("sealed.tar")
    back_up(settings_of(home), output, passphrase=PASSPHRASE)
    return output


@pytest.fixture(scope="module")
def clear(home: Path) -> Path:
    output = home.with_name("clear.tar")
    back_up(settings_of(home), output, passphrase=None, insecure_keys=True)
    return output


def members_of(path: Path) -> Members:
    with tarfile.open(path) as tar:
        found = {member.name: tar.extractfile(member) for member in tar.getmembers()}
        return {name: part.read() for name, part in found.items() if part is not None}


def packed(members: Members) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return file.getvalue()


def with_manifest_mended(members: Members) -> Members:
    """Return the members under a manifest that knows them: what a clever forger would write."""
    manifest = json.loads(members["manifest.json"])
    manifest["parts"] = [
        {"name": name, "sha256": sha256(content).hexdigest(), "bytes": len(content)}
        for name, content in members.items()
        if name != "manifest.json"
    ]
    return {**members, "manifest.json": canonical_json(manifest)}


def flip(members: Members, name: str) -> Members:
    content = bytearray(members[name])
    content[len(content) // 2] ^= 1
    return {**members, name: bytes(content)}


def described(members: Members, **changes: object) -> Members:
    manifest = {**json.loads(members["manifest.json"]), **changes}
    return {**members, "manifest.json": canonical_json(manifest)}


def without(members: Members, name: str) -> Members:
    return {each: content for each, content in members.items() if each != name}


DAMAGES: dict[str, tuple[Callable[[Members], bytes], type[BatteryPassportError]]] = {
    "empty": (lambda _: b"", BackupUnusable),
    "no tar": (lambda _: b"no tar at all" * 500, BackupUnusable),
    "cut in half": (lambda m: packed(m)[: len(packed(m)) // 2], BackupUnusable),
    "cut at the end": (lambda m: packed(m)[:-12_000], BackupUnusable),
    "no manifest": (lambda m: packed(without(m, "manifest.json")), BackupUnusable),
    "manifest no JSON": (lambda m: packed({**m, "manifest.json": b"{"}), BackupUnusable),
    "manifest without parts": (lambda m: packed(described(m, parts=7)), BackupUnusable),
    "another format": (lambda m: packed(described(m, version=2)), BackupUnusable),
    "a bit in a table": (lambda m: packed(flip(m, "tables/batches")), BackupUnusable),
    "a bit in the keys": (lambda m: packed(flip(m, "keys")), BackupUnusable),
    "a bit in the journal": (lambda m: packed(flip(m, "chain/journal")), BackupUnusable),
    "a part left out": (lambda m: packed(without(m, "tables/facts")), BackupUnusable),
    "a part too many": (lambda m: packed({**m, "home/odd": b""}), BackupUnusable),
    "a part elsewhere": (lambda m: packed({**m, "../../odd": b""}), BackupUnusable),
    "an older table, digests mended": (
        lambda m: packed(with_manifest_mended(flip(m, "tables/events"))),
        WrongPassphrase,
    ),
    "keys of another protection": (
        lambda m: packed(described(m, keys={"protection": "rot13"})),
        BackupUnusable,
    ),
}


def refused(tmp_path: Path, content: bytes, expected: type[BatteryPassportError]) -> None:
    """Check that a restore of these bytes fails so, and leaves no trace of having been tried."""
    file = tmp_path / "given.tar"
    file.write_bytes(content)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(expected):
        restore(settings_of(tmp_path / "home"), Restore(file=file, passphrase=PASSPHRASE))
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_backup_is_refused_with_nothing_written(
    sealed: Path, tmp_path: Path, damage: str
) -> None:
    make, expected = DAMAGES[damage]
    refused(tmp_path, make(members_of(sealed)), expected)


def test_tables_of_no_schema_that_this_release_knows_are_refused(
    clear: Path, tmp_path: Path
) -> None:
    members = members_of(clear)
    swapped = {**members, "tables/events": members["tables/credentials"]}
    refused(tmp_path, packed(with_manifest_mended(swapped)), BackupUnusable)
    refused(tmp_path, packed(with_manifest_mended(flip(members, "tables/facts"))), BackupUnusable)
    cut = {**members, "tables/facts": members["tables/facts"][:-40]}
    refused(tmp_path, packed(with_manifest_mended(cut)), BackupUnusable)
    refused(tmp_path, packed(described(members, schema="9999_newer")), NewerSchema)


def test_an_altered_record_under_mended_digests_fails_the_audit(home: Path, tmp_path: Path) -> None:
    folder, url = tmp_path / "altered", running_cluster().fresh(template="template0")
    folder.mkdir()
    output = folder / "clear.tar"
    altered = altered_copy(home, folder)
    back_up(settings_of(altered), output, passphrase=None, insecure_keys=True)
    with pytest.raises(RestoredNotIntact, match="passport"):
        restore(settings_of(tmp_path / "home", url), Restore(file=output))
    assert not (tmp_path / "home").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["altered"]
    database = open_postgresql(url)
    with database.read() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    database.close()


def altered_copy(home: Path, folder: Path) -> Path:

    copy = folder / "home"
    shutil.copytree(home, copy)
    connection = sqlite3.connect(copy / "records.sqlite")
    register(connection)
    connection.execute("UPDATE credentials SET record = replace(record, '\"v\":1', '\"v\":2')")
    connection.commit()
    connection.close()
    return copy


@pytest.mark.parametrize(
    ("passphrase", "expected"),
    [("another passphrase", WrongPassphrase), (None, PassphraseMissing), ("", WrongPassphrase)],
)
def test_only_the_passphrase_opens_the_keys(
    sealed: Path, tmp_path: Path, passphrase: str | None, expected: type[InvalidInput]
) -> None:
    with pytest.raises(expected):
        restore(settings_of(tmp_path / "home"), Restore(file=sealed, passphrase=passphrase))
    assert list(tmp_path.iterdir()) == []


def test_every_table_is_in_a_backup_but_those_left_out_on_purpose(sealed: Path) -> None:
    kept = {name.removeprefix("tables/") for name in members_of(sealed) if "tables/" in name}
    assert kept | LEFT_OUT == set(metadata.tables)
    assert not kept & LEFT_OUT


def test_no_key_stands_in_a_backup_unless_that_was_asked_for(
    home: Path, sealed: Path, clear: Path
) -> None:
    keys = [json.loads(path.read_text())["private_key_hex"] for path in (home / "keys").iterdir()]
    for content, within in ((sealed.read_bytes(), False), (clear.read_bytes(), True)):
        assert all((key.encode() in content) is within for key in keys)
        assert not any(bytes.fromhex(key) in content for key in keys)
    assert (sealed.stat().st_mode & 0o777) == (clear.stat().st_mode & 0o777) == 0o600


def test_a_backup_is_not_made_over_another_or_without_a_passphrase(
    home: Path, sealed: Path, tmp_path: Path
) -> None:
    with pytest.raises(BackupExists):
        back_up(settings_of(home), sealed, passphrase=PASSPHRASE)
    for passphrase in (None, "too short"):
        with pytest.raises(PassphraseMissing):
            back_up(settings_of(home), tmp_path / "b.tar", passphrase=passphrase)
    with pytest.raises(InvalidInput, match="cannot be written"):
        back_up(settings_of(home), tmp_path / "none" / "b.tar", passphrase=PASSPHRASE)
    assert list(tmp_path.iterdir()) == []


def test_an_installation_is_never_restored_over_another(
    home: Path, sealed: Path, tmp_path: Path
) -> None:
    asked = Restore(file=sealed, passphrase=PASSPHRASE)
    with pytest.raises(HomeNotEmpty, match="not empty"):
        restore(settings_of(home), asked)
    in_use = running_cluster().fresh()
    with pytest.raises(HomeNotEmpty, match="tables"):
        restore(settings_of(tmp_path / "home", in_use), asked)
    assert list(tmp_path.iterdir()) == []
    database = open_postgresql(in_use)
    with database.read() as connection:
        assert "facts" in inspect(connection).get_table_names()
    database.close()
