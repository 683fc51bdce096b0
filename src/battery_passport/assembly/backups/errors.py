"""What can be wrong with a backup, or with the place it is restored to."""

from battery_passport.foundation.errors import Conflict, InvalidInput, TemporarilyUnavailable


class BackupUnusable(InvalidInput):
    """The file is no whole, unaltered backup; nothing was written."""

    code = "backup-unusable"
    remedy = "Fetch the file again from where it is kept, or take the backup before it."


class BackupExists(Conflict):
    """A file of that name is there already."""

    code = "backup-exists"
    remedy = "Name a file that does not exist; a backup never replaces another."


class WrongPassphrase(InvalidInput):
    """The passphrase does not open the keys, or the backup was altered; nothing was written."""

    code = "wrong-passphrase"
    remedy = "Give the passphrase that the backup was made with."


class PassphraseMissing(InvalidInput):
    """Keys would have to be written, or were written, without protection or under no passphrase."""

    code = "passphrase-missing"
    remedy = "Name a file that holds a passphrase of 12 characters or more (--passphrase-file)."


class HomeNotEmpty(Conflict):
    """There is an installation already where one is to be restored."""

    code = "home-not-empty"
    remedy = "Set BATTERY_PASSPORT_HOME (and BATTERY_PASSPORT_DATABASE_URL) to an empty place."


class WitnessSilent(TemporarilyUnavailable):
    """A witness that may have seen more than the backup does not answer; nothing was restored."""

    code = "witness-silent"
    remedy = (
        "Try again when it answers. Without --published-checkpoint a new log is opened, for which "
        "no witness need be asked."
    )


class SegmentExpired(TemporarilyUnavailable):
    """Evidence that was to be copied has been let go meanwhile."""

    code = "segment-expired"
    remedy = "Take the backup again."


class RestoredNotIntact(InvalidInput):
    """What was restored does not pass the audit; it was removed again."""

    code = "restored-not-intact"
    remedy = "Take an older backup, and find out who could write to this one."
