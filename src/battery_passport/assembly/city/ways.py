"""The two ways into a home: alone, doing everything here, or through the server that runs on it.

In: settings. Out: a `Way` that performs operations and stores batches, whichever it is.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

from battery_passport.assembly.calling import call, running_server
from battery_passport.assembly.city.transport import HttpTransport
from battery_passport.assembly.device_directory import DeviceDirectory
from battery_passport.assembly.home import Home
from battery_passport.assembly.installation import Installation, opened_installation
from battery_passport.assembly.intake import admit_batch, store_group
from battery_passport.assembly.performing import perform
from battery_passport.assembly.settings import Settings
from battery_passport.device_agent.errors import Unreachable
from battery_passport.device_agent.model import Refused, RetryLater
from battery_passport.device_agent.ports import SendBatch
from battery_passport.foundation.errors import TemporarilyUnavailable
from battery_passport.foundation.strict_json import JsonObject

_LONGEST_WAIT_S = 5.0
_PATIENCE_S = 300.0
_SETTLING_S = 3_600.0


class ServerTooBusy(TemporarilyUnavailable):
    """The server has not taken a batch for minutes."""

    code = "server-too-busy"
    remedy = "Look at the server's log; run the same command again: nothing is stored twice."


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a city gets into a home. `store` returns how many batches were refused for good."""

    perform: Callable[[str, JsonObject], JsonObject]
    store: Callable[[Sequence[bytes]], int]
    settle: Callable[[], None]


@contextmanager
def way_into(settings: Settings) -> Iterator[Way]:
    """Open the way into the home of the settings. Raises: ServerUnreachable, RoleTaken."""
    home = Home(settings.home)
    home.prepare()
    server = running_server(home)
    if server is not None:
        transport = HttpTransport(server.host, server.port)
        with closing(transport):
            yield _beside(transport)
        return
    with opened_installation(settings) as installation:
        yield _alone(installation)


def _alone(installation: Installation) -> Way:
    directory = DeviceDirectory(installation.database)

    def store(batches: Sequence[bytes]) -> int:
        now = installation.clock.now()
        store_group(installation.database, [admit_batch(each, directory, now) for each in batches])
        return 0

    return Way(
        perform=lambda name, request: perform(installation, name, request),
        store=store,
        settle=lambda: installation.pipeline.settle(timeout_s=_SETTLING_S),
    )


def _beside(transport: SendBatch) -> Way:
    return Way(
        perform=call,
        store=lambda batches: sum(not _delivered(transport, each) for each in batches),
        settle=lambda: None,
    )


def _delivered(send: SendBatch, encoded: bytes) -> bool:
    """Return whether a batch was taken, however long the server asks to wait meanwhile."""
    deadline_s = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline_s:
        try:
            outcome = send(encoded)
        except Unreachable as error:
            outcome = RetryLater(retry_after_s=error.retry_after_s)
        if not isinstance(outcome, RetryLater):
            return not isinstance(outcome, Refused)
        time.sleep(min(_LONGEST_WAIT_S, max(0.05, outcome.retry_after_s)))
    raise ServerTooBusy(f"A batch waits since {_PATIENCE_S:.0f} s.")
