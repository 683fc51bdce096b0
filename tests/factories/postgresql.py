"""A real PostgreSQL server in a folder of its own, one for each test process.

In: the programs that Debian's package installs. Out: addresses of fresh databases with every
migration applied; the server ends with the process, even if that is killed.
"""

import atexit
import functools
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from battery_passport.adapters.sql.migrate import upgrade
from battery_passport.adapters.sql.postgresql import open_postgresql

_PATIENCE_S = 30
_PREFIX = "bp-postgresql-"
_ABANDONED_S = 600
_TEMPLATE = "migrated"
_numbers = itertools.count()

# Everything as by default, fsync and full_page_writes on; only smaller, and reached by file alone.
OPTIONS = ("listen_addresses=", "shared_buffers=64MB", "max_connections=120", "fsync=on")


class Cluster:
    """A running server."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes], user: str) -> None:
        self._folder = folder
        self._process = process
        self._user = user

    def url(self, database: str) -> str:
        """Return the address of a database of that name."""
        return f"postgresql://{self._user}@/{database}?host={self._folder}"

    def fresh(self, *, template: str = _TEMPLATE) -> str:
        """Return the address of a new database; `template0` is one without any table."""
        name = f"test_{next(_numbers)}"
        self.order(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def order(self, statement: str) -> None:
        """Run a statement as the server's owner."""
        conninfo = f"host={self._folder} user={self._user} dbname=postgres"
        with psycopg.connect(conninfo, autocommit=True) as connection:
            connection.execute(statement.encode())

    def wait(self) -> None:
        """Return once the server answers."""
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                return self.order("SELECT 1")
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def stop(self) -> None:
        """End the server and remove its folder."""
        self._process.send_signal(signal.SIGINT)  # ends sessions that are still open
        self._process.wait(_PATIENCE_S)
        shutil.rmtree(self._folder)


def running_cluster() -> Cluster:
    """Return this process's server; skips the test where PostgreSQL is not installed."""
    programs = programs_of_postgresql()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    return _cluster(programs)


def programs_of_postgresql() -> Path | None:
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("initdb")
    if found is not None:
        candidates.append(Path(found).resolve().parent)
    return next((each for each in candidates if (each / "postgres").exists()), None)


@functools.cache
def _cluster(programs: Path) -> Cluster:
    _remove_what_killed_tests_left()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    started_by = as_owner(folder)
    files = folder / "files"
    init = [*started_by, f"{programs}/initdb", f"--pgdata={files}", "--auth=trust", "--no-sync"]
    init += ["--encoding=UTF8", "--locale=C.UTF-8", "--username=tester"]
    subprocess.run(init, check=True, capture_output=True, cwd=folder)
    options = [word for option in OPTIONS for word in ("-c", option)]
    command = [*started_by, f"{programs}/postgres", "-D", f"{files}", "-k", f"{folder}", *options]
    log = (folder / "server.log").open("wb")
    process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    log.close()
    cluster = Cluster(folder, process, "tester")
    atexit.register(cluster.stop)
    cluster.wait()
    cluster.order(f"CREATE DATABASE {_TEMPLATE}")
    database = open_postgresql(cluster.url(_TEMPLATE))
    upgrade(database)
    database.close()
    return cluster


def _remove_what_killed_tests_left() -> None:
    """Remove old folders whose server has ended; its process file goes with it."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        running = (folder / "files" / "postmaster.pid").exists()
        if not running and time.time() - folder.stat().st_mtime > _ABANDONED_S:
            shutil.rmtree(folder, ignore_errors=True)


def as_owner(folder: Path) -> list[str]:
    """Return the words that start a program which ends with us and, for root, as somebody else."""
    words = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        owner = _unprivileged()
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        words += [f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
    return words


def _unprivileged() -> pwd.struct_passwd:
    # A server refuses to run as root.
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")
