"""Locks that a PostgreSQL server holds for a session and frees when its connection ends.

In: the number of a role. Out: a held lock, which knows whether the server still holds it for us.
"""

from contextlib import suppress

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from battery_passport.adapters.sql.postgresql import LOCK_SPACE, connect


class HeldLock:
    """One lock on one connection of its own: when that dies, the server frees the lock."""

    def __init__(self, connection: Connection, number: int) -> None:
        self._connection = connection
        self._place = {"space": LOCK_SPACE, "lock": number}

    def still_held(self) -> bool:
        """Return whether the connection, and with it the lock, is alive."""
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True

    def release(self) -> None:
        """Free the lock and end its connection.

        The server ends a connection in its own time; whoever asks right after us must find the
        lock free.
        """
        with suppress(DBAPIError):
            self._connection.execute(text("SELECT pg_advisory_unlock(:space, :lock)"), self._place)
        self._connection.close()


class AdvisoryLocks:
    """Session-level advisory locks of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def try_take(self, number: int) -> HeldLock | None:
        """Return the lock of that number, or None while another session holds it."""
        connection = connect(self._engine).execution_options(isolation_level="AUTOCOMMIT")
        query = text("SELECT pg_try_advisory_lock(:space, :lock)")
        taken = connection.execute(query, {"space": LOCK_SPACE, "lock": number}).scalar_one()
        if not taken:
            connection.close()
            return None
        connection.detach()
        return HeldLock(connection, number)
