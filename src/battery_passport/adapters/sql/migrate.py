"""Brings a database to a schema: the newest, one that a backup was made under, or none.

In: an open database. Out: the same with every migration applied, in order, each once.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.row_seals import drop_triggers, ensure_seals
from battery_passport.foundation.errors import Misconfigured

NEWEST = "head"
_NOTHING = "base"
_SCRIPTS = Path(__file__).parent / "migrations"


class NewerSchema(Misconfigured):
    """The database was written by a newer release."""

    code = "newer-schema"
    remedy = "Start the newer release, or restore a backup made by this one."


def upgrade(database: Database) -> None:
    """Apply the migrations that are missing, and seal what no log vouches for.

    Raises: NewerSchema if the file knows a migration that this release does not.
    """
    with database.read() as connection:
        present = revision_of(connection)
    if present != _scripts().get_current_head():
        if present is not None:
            refuse_unknown(present)
        with database.write() as connection:
            drop_triggers(connection)
            upgrade_within(connection)
    ensure_seals(database)


def upgrade_within(connection: Connection, revision: str = NEWEST) -> None:
    """Apply, in that transaction, the migrations up to a revision."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def downgrade(database: Database, revision: str = _NOTHING) -> None:
    """Undo migrations down to a revision; without one, down to an empty database."""
    config = _config()
    with database.write() as connection:
        drop_triggers(connection)
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def revision_of(connection: Connection) -> str | None:
    """Return the newest migration that was applied, or None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def refuse_unknown(revision: str) -> None:
    """Return if this release knows that migration. Raises: NewerSchema."""
    if revision not in {script.revision for script in _scripts().walk_revisions()}:
        raise NewerSchema(f"The database is at migration {revision}, unknown to this release.")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
