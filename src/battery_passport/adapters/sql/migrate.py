"""Brings a database file to the newest schema.

In: an open database. Out: the same with every migration applied, in order, each once.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from battery_passport.adapters.sql.database import Database
from battery_passport.foundation.errors import Misconfigured

_SCRIPTS = Path(__file__).parent / "migrations"


class NewerSchema(Misconfigured):
    """The database was written by a newer release."""

    code = "newer-schema"
    remedy = "Start the newer release, or restore a backup made by this one."


def upgrade(database: Database) -> None:
    """Apply the migrations that are missing.

    Raises: NewerSchema if the file knows a migration that this release does not.
    """
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    scripts = ScriptDirectory.from_config(config)
    with database.read() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present == scripts.get_current_head():
        return
    known = {script.revision for script in scripts.walk_revisions()}
    if present is not None and present not in known:
        raise NewerSchema(f"The database is at migration {present}, unknown to this release.")
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
