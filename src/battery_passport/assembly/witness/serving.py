"""The witness program's server, with a thread for each log that it reads by itself.

In: settings. Out: a listening server until the process is told to end.
"""

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import uvicorn

from battery_passport.adapters.witness.client import LogClient
from battery_passport.assembly.background import Repeating
from battery_passport.assembly.home import Home
from battery_passport.assembly.leases import Leases, Role
from battery_passport.assembly.listening import ended_by_request, listening
from battery_passport.assembly.logs import configure_logs
from battery_passport.assembly.settings import Settings
from battery_passport.assembly.witness.home import WitnessHome, opened_witness
from battery_passport.assembly.witness.polling import poll_log
from battery_passport.ledger.errors import LogRolledBack, NotConsistent
from battery_passport.ledger.witnessing import MalformedSubmission, Witness
from battery_passport.web.witness.application import witness_application

_LOG = logging.getLogger(__name__)
_LEASE_S = 5


def serve_witness(settings: Settings, *, announce: Callable[[str], None]) -> None:
    """Serve until the process is told to end; `announce` is given the address.

    Raises: NoWitnessHere, RoleTaken, PortTaken.
    """
    configure_logs(settings.log_level)
    with opened_witness(settings) as (home, witness):
        Leases(Home(settings.home).run).keep(Role.SERVER, timeout_s=_LEASE_S)
        with (
            listening(settings.host, settings.port) as listener,
            _polling(settings, home, witness),
            ended_by_request(),
        ):
            _run(witness, home, listener, announce)


def _run(
    witness: Witness,
    home: WitnessHome,
    listener: socket.socket,
    announce: Callable[[str], None],
) -> None:
    host, port = listener.getsockname()[:2]
    server = uvicorn.Server(
        uvicorn.Config(
            witness_application(witness, home.origins),
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            limit_concurrency=200,
            timeout_graceful_shutdown=_LEASE_S,
        )
    )
    announce(f"http://{host}:{port}")
    server.run(sockets=[listener])


@contextmanager
def _polling(settings: Settings, home: WitnessHome, witness: Witness) -> Iterator[None]:
    tasks = [
        Repeating(
            f"reading {each.key.name}",
            partial(_poll, witness, LogClient(each.url)),
            interval_s=settings.witness_interval_s,
        )
        for each in home.logs
        if each.url
    ]
    for task in tasks:
        task.start()
    try:
        yield
    finally:
        for task in tasks:
            task.stop()


def _poll(witness: Witness, log: LogClient) -> None:
    try:
        poll_log(witness, log)
    except (NotConsistent, MalformedSubmission) as error:
        raise LogRolledBack(
            f"ALARM: the log does not continue what was cosigned: {error.message}",
            remedy="Keep both checkpoints, and ask the log's operator and the other witnesses.",
        ) from error
