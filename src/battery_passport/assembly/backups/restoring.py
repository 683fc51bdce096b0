"""Builds an installation from a backup beside the home, audits it, and only then gives it its name.

In: a backup, an empty home (and an empty database, if a server keeps the records). Out: an audited
installation under that home, or nothing at all.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from battery_passport.adapters.evm.node import quantity
from battery_passport.adapters.sql.migrate import downgrade
from battery_passport.adapters.sql.opening import open_database
from battery_passport.assembly.audit_registry import CHAIN_BLOCK, RESTORED_FILE
from battery_passport.assembly.backups.continuing import (
    begin_new_log,
    close_old_log,
    look_at_log,
    may_go_on,
)
from battery_passport.assembly.backups.errors import (
    BackupUnusable,
    HomeNotEmpty,
    RestoredNotIntact,
)
from battery_passport.assembly.backups.reading import Backup, opened_backup
from battery_passport.assembly.backups.records import load_records, refuse_database_in_use
from battery_passport.assembly.backups.sealing import unseal
from battery_passport.assembly.backups.taking import CHAIN, HOME, KEYS, SEGMENTS
from battery_passport.assembly.home import Home
from battery_passport.assembly.installation import Installation, opened_installation
from battery_passport.assembly.onchain.opening import as_registry_chain
from battery_passport.assembly.settings import Settings
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject, canonical_json

AuditOf = Callable[[Installation, JsonObject], JsonObject]
"""The audit of an installation, as the verb of that name runs it."""

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """What is to be restored, and what is known beside the backup."""

    file: Path
    passphrase: str | None = None
    published_checkpoint: bytes | None = None
    chain_folder: Path | None = None


def restore_audited(settings: Settings, asked: Restore, audit: AuditOf) -> JsonObject:
    """Restore into the empty home of the settings and return what was found in it.

    Raises: HomeNotEmpty, BackupUnusable, WrongPassphrase, PassphraseMissing, RestoredNotIntact,
    WitnessSilent.
    """
    _refuse_home_in_use(settings.home)
    with opened_backup(asked.file) as backup:
        keys = _keys(backup, asked.passphrase)
        with _staged(settings) as staged:
            _put_files(Home(staged.home), backup, keys, asked.chain_folder)
            with _records(staged, backup) as rows:
                told = _continue(staged, asked.published_checkpoint, audit)
    return {**told, "rows": rows, "made_at": backup.manifest.get("made_at")}


def _refuse_home_in_use(home: Path) -> None:
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise HomeNotEmpty(f"The home folder {home} is not empty.")


def _keys(backup: Backup, passphrase: str | None) -> dict[str, str]:
    manifest = dict(backup.manifest)
    how, listed = manifest.pop("keys", None), manifest.get("parts")
    if not isinstance(how, dict) or not isinstance(listed, list):
        raise BackupUnusable("The backup does not tell how its keys are protected.")
    bound = {**manifest, "parts": [each for each in listed if not _names_keys(each)]}
    return unseal(backup.read(KEYS), passphrase, how=how, bound=bound)


def _names_keys(part: object) -> bool:
    return isinstance(part, dict) and part.get("name") == KEYS


@contextmanager
def _staged(settings: Settings) -> Iterator[Settings]:
    """Give settings whose home is a draft beside the real one, which gets its name at the end."""
    draft = settings.home.with_name(f".{settings.home.name}.restoring-{os.getpid()}")
    staged = replace(settings, home=draft)
    _make_folder(draft)
    try:
        yield staged
        shutil.rmtree(Home(draft).run)  # locks and addresses are of the draft
        for folder in (draft, *(path for path in draft.rglob("*") if path.is_dir())):
            _sync(folder)
        draft.replace(settings.home)
        _sync(settings.home.parent)
    except BaseException:
        shutil.rmtree(draft)
        raise


def _make_folder(draft: Path) -> None:
    try:
        draft.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise InvalidInput(
            f"{draft.parent} cannot be written to: {error.strerror}.",
            remedy="Set BATTERY_PASSPORT_HOME to a folder in a place that you may write to.",
        ) from error


def _put_files(home: Home, backup: Backup, keys: dict[str, str], chain: Path | None) -> None:
    home.prepare()
    for name in backup.names(HOME):
        _write(home.folder, name.removeprefix(HOME), backup.read(name))
    home.segments.mkdir(mode=0o700, exist_ok=True)
    for name in backup.names(SEGMENTS):
        _write(home.segments, name.removeprefix(SEGMENTS), backup.read(name))
    for name, text in keys.items():
        _write(home.keys, name, text.encode())
    if chain is not None:
        shutil.copytree(chain, home.chain, dirs_exist_ok=True)
        return
    for name in backup.names(CHAIN):
        _write(home.chain, name.removeprefix(CHAIN), backup.read(name))


def _write(folder: Path, name: str, content: bytes) -> None:
    if not _FILE_NAME.fullmatch(name):
        raise BackupUnusable(f"The backup has a file of an odd name: {name!r}.")
    descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        os.fsync(file.fileno())


@contextmanager
def _records(staged: Settings, backup: Backup) -> Iterator[int]:
    """Load the records and give their number; a database server's are removed if all fails."""
    database = open_database(staged.database_url, Home(staged.home).database)
    try:
        refuse_database_in_use(database)
        try:
            yield load_records(database, backup)
        except BaseException:
            downgrade(database)
            raise
    finally:
        database.close()


def _continue(staged: Settings, published: bytes | None, audit: AuditOf) -> JsonObject:
    """Let the log go on or open a new one, audit everything, and tell of both."""
    with opened_installation(staged) as installation:
        old = look_at_log(installation, published)
        if may_go_on(installation, old):
            return _tell(installation, {"new": False, "old": old.as_json()}, audit)
        close_old_log(installation, old)
    with opened_installation(staged) as installation:
        begin_new_log(installation, old)
        return _tell(installation, {"new": True, "old": old.as_json()}, audit)


def _tell(installation: Installation, log: JsonObject, audit: AuditOf) -> JsonObject:
    """Write down what was decided, which the audit takes into account, and audit everything."""
    told: JsonObject = {"log": {"origin": installation.keys.log.name, **log}}
    with installation.anchoring.chain() as chain:
        block = quantity(as_registry_chain(chain).node.request("eth_blockNumber"))
    kept = canonical_json({**told, CHAIN_BLOCK: block})
    _write(installation.home.folder, RESTORED_FILE, kept)
    report = audit(installation, {})
    if report["finding"] is not None:
        raise RestoredNotIntact(f"The audit found: {report['finding']}")
    return {**told, "audit": report}


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
