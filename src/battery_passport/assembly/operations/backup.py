"""`backup` and `restore`: one file that holds an installation, and an installation from it.

In: settings and file names. Out: what was kept or restored. Both work beside a running server: a
backup reads one snapshot, a restore builds another home. Neither needs the server's help, so that a
passphrase never leaves the process that was given it.
"""

from pathlib import Path

from battery_passport.assembly.backups.archive import write_backup
from battery_passport.assembly.backups.errors import PassphraseMissing
from battery_passport.assembly.backups.restoring import Restore, restore_audited
from battery_passport.assembly.backups.taking import BackupTaker
from battery_passport.assembly.installation import opened_installation
from battery_passport.assembly.operations.audits import audit
from battery_passport.assembly.settings import Settings
from battery_passport.foundation.strict_json import JsonObject


def back_up(
    settings: Settings, output: Path, *, passphrase: str | None, insecure_keys: bool = False
) -> JsonObject:
    """Write a backup of the home, and tell what is in it.

    Raises: PassphraseMissing, BackupExists.
    """
    if passphrase is None and not insecure_keys:
        raise PassphraseMissing("A backup holds the keys of this installation.")
    with opened_installation(settings) as installation:
        taker = BackupTaker(
            installation.home,
            installation.database,
            installation.clock,
            passphrase=passphrase,
            origin=installation.keys.log.name,
        )
        write_backup(output, taker)
    return {
        "file": str(output),
        "bytes": output.stat().st_size,
        "rows": taker.rows,
        "keys": "in clear" if passphrase is None else "encrypted",
        "checkpoint": None if taker.checkpoint is None else taker.checkpoint.decode(),
    }


def restore(settings: Settings, asked: Restore) -> JsonObject:
    """Make an installation from a backup in the empty home of the settings, all of it audited.

    Raises: HomeNotEmpty, BackupUnusable, WrongPassphrase, PassphraseMissing, RestoredNotIntact.
    """
    return restore_audited(settings, asked, audit)


__all__ = ["Restore", "back_up", "restore"]
