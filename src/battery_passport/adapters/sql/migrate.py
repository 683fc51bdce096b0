"""Brings a database to a schema: the newest, one that a backup was made under, or none.

In: an open database. Out: the same with every migration applied, in order, each once.
"""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.row_seals import drop_triggers, ensure_seals
from battery_passport.foundation.errors import Misconfigured

if TYPE_CHECKING:
    from alembic.config import Config

NEWEST = "head"
_NOTHING = "base"
_SCRIPTS = Path(__file__).parent / "migrations"
_VERSION_TABLE = "alembic_version"
_NAMED = re.compile(r'^(revision|down_revision) = "(\w+)"$', re.MULTILINE)


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
    if present != newest_revision():
        if present is not None:
            refuse_unknown(present)
        with database.write() as connection:
            drop_triggers(connection)
            upgrade_within(connection)
    ensure_seals(database)


def upgrade_within(connection: Connection, revision: str = NEWEST) -> None:
    """Apply, in that transaction, the migrations up to a revision."""
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def downgrade(database: Database, revision: str = _NOTHING) -> None:
    """Undo migrations down to a revision; without one, down to an empty database."""
    from alembic import command

    config = _config()
    with database.write() as connection:
        drop_triggers(connection)
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def revision_of(connection: Connection) -> str | None:
    """Return the newest migration that was applied, or None for an empty database."""
    if not inspect(connection).has_table(_VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {_VERSION_TABLE}")).scalar()  # noqa: S608 - our own name
    return None if found is None else str(found)


@cache
def newest_revision() -> str:
    """Return the migration that no other builds on.

    Read from the scripts themselves: alembic takes a tenth of a second to load, which every verb
    would pay for a question whose answer is mostly that there is nothing to do.
    """
    known = revisions()
    (newest,) = known.keys() - set(known.values())
    return newest


def revisions() -> dict[str, str | None]:
    """Return each migration with the one that it builds on."""
    found: dict[str, str | None] = {}
    for script in _SCRIPTS.glob("versions/[0-9]*.py"):
        names = dict(_NAMED.findall(script.read_text(encoding="utf-8")))
        found[names["revision"]] = names.get("down_revision") or None
    return found


def refuse_unknown(revision: str) -> None:
    """Return if this release knows that migration. Raises: NewerSchema."""
    if revision not in revisions():
        raise NewerSchema(f"The database is at migration {revision}, unknown to this release.")


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    return config
