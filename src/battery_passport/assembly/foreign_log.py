"""Keys and records belong together: no home signs the log of another.

In: a database and the home's log key. Out: nothing, or a refusal to start.
"""

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.log import SqlCheckpointStore
from battery_passport.foundation.errors import Misconfigured


class ForeignLog(Misconfigured):
    """The records were signed under a log key that this home does not have."""

    code = "foreign-log"
    remedy = (
        "Let BATTERY_PASSPORT_HOME and BATTERY_PASSPORT_DATABASE_URL name the two halves of one "
        "installation, or an empty database."
    )


def refuse_foreign_log(database: Database, origin: str) -> None:
    """Return if the records' newest checkpoint is of that origin, or if there is none.

    Raises: ForeignLog.
    """
    with database.read() as connection:
        newest = SqlCheckpointStore(connection).latest()
    found = origin if newest is None else newest.note.decode("utf-8").split("\n", 1)[0]
    if found != origin:
        raise ForeignLog(f"The records are of the log {found}, this home's key is of {origin}.")
