"""How a gateway's process begins and ends.

In: settings and the gateway's name. Out: an office with its writer, figures told every few seconds;
an orderly end on SIGTERM, after which nothing that was begun is left undone.
"""

import asyncio
import contextlib
import logging
import signal
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from battery_passport.assembly.flow_control import flow_control
from battery_passport.assembly.gateways.bound import BoundBatteries
from battery_passport.assembly.gateways.identity import GatewayName, open_gateway
from battery_passport.assembly.gateways.office import Office
from battery_passport.assembly.gateways.recording import Recorder
from battery_passport.assembly.gateways.reports import REPORT_EVERY_S, Figures
from battery_passport.assembly.gateways.subjects import Hasher
from battery_passport.assembly.ingest_writer import IngestWriter
from battery_passport.assembly.installation import Installation, opened_installation
from battery_passport.assembly.logs import configure_logs
from battery_passport.assembly.settings import LOOPBACK_NAMES, Settings
from battery_passport.assembly.takers import telling
from battery_passport.foundation.errors import Misconfigured

_LOG = logging.getLogger(__name__)

Announce = Callable[[str], None]
"""Given the address once the process listens."""


class UnsafeGateway(Misconfigured):
    """A gateway would be reachable by strangers without what protects it."""

    code = "unsafe-gateway"
    remedy = "Name a certificate (--tls-certificate, --tls-key), or listen on 127.0.0.1."


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Where a gateway listens."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None

    def tls(self) -> ssl.SSLContext | None:
        """Return the TLS of the door, if there is any. Raises: UnsafeGateway."""
        if self.certificate is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_cert_chain(self.certificate, self.key)
        except (OSError, ssl.SSLError) as error:
            raise UnsafeGateway(f"The certificate cannot be used: {error}.") from error
        return context


def check_listening(listen: Listen, settings: Settings, *, behind: str) -> None:
    """Refuse to listen beyond loopback in clear, but where somebody says what stands before it.

    Raises: UnsafeGateway.
    """
    if listen.host in LOOPBACK_NAMES:
        return
    if settings.mode != "production":
        raise UnsafeGateway(
            "A demonstration listens on loopback only.", remedy="Use --host 127.0.0.1."
        )
    if listen.certificate is None and not behind:
        raise UnsafeGateway(f"The gateway would listen on {listen.host} in clear.")


@contextmanager
def opened_office(settings: Settings, name: GatewayName, *, gateway: str) -> Iterator[Office]:
    """Open an installation for a gateway's process.

    Raises: Misconfigured, KeystoreUnavailable, RoleTaken.
    """
    configure_logs(settings.log_level)
    with opened_installation(settings) as installation:
        writer = IngestWriter(
            installation.database,
            queue_batches=settings.ingest_queue_batches,
            flow=flow_control(installation.database, settings),
        )
        writer.start()
        try:
            with telling(installation.home.run, lambda: writer.state(gateway)):
                yield office_of(installation, name, gateway=gateway, writer=writer)
        finally:
            writer.stop()


def office_of(
    installation: Installation, name: GatewayName, *, gateway: str, writer: IngestWriter
) -> Office:
    """Return what the desks of one process share. Raises: KeystoreUnavailable."""
    database, clock = installation.database, installation.clock
    device = open_gateway(installation, name)
    return Office(
        gateway=gateway,
        database=database,
        clock=clock,
        recorder=Recorder(database, device, writer=writer, clock=clock),
        bound=BoundBatteries(database),
        hasher=hasher_of(installation),
        figures=Figures(gateway, clock),
    )


def hasher_of(installation: Installation) -> Hasher:
    """Return what hashes tokens and vehicle numbers at this installation."""
    return Hasher(installation.keys.lookup_secret)


@asynccontextmanager
async def reporting(office: Office) -> AsyncIterator[None]:
    """Tell the office's figures every few seconds, and once more at the end."""
    await asyncio.to_thread(office.figures.save, office.database)
    task = asyncio.create_task(repeated(lambda: _save(office), every_s=REPORT_EVERY_S))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        with contextlib.suppress(Exception):
            await asyncio.to_thread(office.figures.save, office.database, ended=True)


async def _save(office: Office) -> None:
    await asyncio.to_thread(office.figures.save, office.database)


async def repeated(work: Callable[[], Awaitable[object]], *, every_s: float) -> None:
    """Do a piece of work again and again; a failure is logged and does not end it."""
    while True:
        try:
            await work()
        except Exception:  # noqa: BLE001 - it must outlive whatever it meets
            _LOG.exception("a gateway's repeated work failed")
        await asyncio.sleep(every_s)


async def told_to_end() -> None:
    """Return once the process is told to end."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    await ended.wait()
