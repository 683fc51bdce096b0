"""Leases on a database server: one process at a time, freed however the holder ends.

The same over file locks: tests/unit/assembly/test_leases.py.
"""

import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from sqlalchemy import text

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.opening import locks_of, open_database
from battery_passport.assembly.leases import Leases, Role, RoleTaken


def leases_of(database: Database, folder: Path) -> Leases:
    folder.mkdir(exist_ok=True)
    return Leases(folder, shared=locks_of(database))


def hold_until_killed(url: str, folder: Path, ready: Connection) -> None:
    leases = leases_of(open_database(url, folder / "none"), folder)
    leases.keep(Role.SEQUENCER, timeout_s=5)
    ready.send("held")
    signal.pause()


def test_a_killed_holder_frees_its_roles_for_other_homes(
    postgresql: Database, tmp_path: Path
) -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    url = postgresql.engine.url.render_as_string(hide_password=False)
    arguments = (url, tmp_path / "theirs", theirs)
    holder = context.Process(target=hold_until_killed, args=arguments)
    holder.start()
    assert ours.recv() == "held"
    leases = leases_of(postgresql, tmp_path / "ours")
    assert not leases.is_free(Role.SEQUENCER)
    assert leases.is_free(Role.ANCHORER)
    with pytest.raises(RoleTaken, match="sequencer"), leases.hold(Role.SEQUENCER, timeout_s=0.1):
        pass
    assert holder.pid is not None
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    with leases.hold(Role.SEQUENCER, timeout_s=5), leases.hold(Role.SEQUENCER, timeout_s=0):
        assert not leases_of(postgresql, tmp_path / "third").is_free(Role.SEQUENCER)
    assert leases_of(postgresql, tmp_path / "third").is_free(Role.SEQUENCER)


def test_a_released_role_is_free_at_once(postgresql: Database, tmp_path: Path) -> None:
    ours, theirs = (leases_of(postgresql, tmp_path / name) for name in ("ours", "theirs"))
    for _ in range(40):
        with ours.hold(Role.MONITOR, timeout_s=0):
            pass
        assert theirs.is_free(Role.MONITOR)


def test_each_home_may_have_its_own_server(postgresql: Database, tmp_path: Path) -> None:
    first, second = (leases_of(postgresql, tmp_path / name) for name in ("one", "two"))
    with first.hold(Role.SERVER, timeout_s=0), second.hold(Role.SERVER, timeout_s=0):
        assert not leases_of(postgresql, tmp_path / "one").is_free(Role.SERVER)


def test_a_role_whose_connection_died_is_taken_anew_or_refused(
    postgresql: Database, tmp_path: Path
) -> None:
    ours, theirs = (leases_of(postgresql, tmp_path / name) for name in ("ours", "theirs"))
    end_others = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    ours.keep(Role.ANCHORER, timeout_s=0)
    with postgresql.write() as connection:
        connection.execute(end_others)
    with ours.hold(Role.ANCHORER, timeout_s=5):
        assert not theirs.is_free(Role.ANCHORER)
    with postgresql.write() as connection:
        connection.execute(end_others)
    with (
        theirs.hold(Role.ANCHORER, timeout_s=5),
        pytest.raises(RoleTaken),
        ours.hold(Role.ANCHORER, timeout_s=0),
    ):
        pass
