"""`mqtt serve`: takes batches from the broker, commits them in groups, acknowledges each.

In: settings. Out: a process that runs until it is told to end; several share the work.
"""

import asyncio
import fcntl
import signal
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

from battery_passport.adapters.mqtt.collector import Collector, ForeignTopic
from battery_passport.adapters.mqtt.link import BrokerAccess
from battery_passport.assembly.authorizing import authorize_collection, build_authorizer
from battery_passport.assembly.background import Repeating
from battery_passport.assembly.device_directory import DeviceDirectory
from battery_passport.assembly.flow_control import flow_control
from battery_passport.assembly.ingest_writer import IngestWriter
from battery_passport.assembly.installation import Installation, opened_installation
from battery_passport.assembly.intake import admit_batch
from battery_passport.assembly.leases import RoleTaken
from battery_passport.assembly.logs import configure_logs
from battery_passport.assembly.mqtt.broker_files import (
    COLLECTOR_NAME,
    BrokerFilesKeeper,
    collector_secret,
)
from battery_passport.assembly.mqtt_settings import MqttSettings
from battery_passport.assembly.settings import Settings
from battery_passport.assembly.takers import telling

MOST_WINDOW = 1_000
"""Messages that the broker may hand over before the first of them is durable, at most."""

MOST_COLLECTORS = 64

_TRANSPORT = "mqtt"
_LOOK_EVERY_S = 2.0


def serve_mqtt(settings: Settings, *, announce: Callable[[str], None]) -> None:
    """Run until the process is told to end; `announce` hears each time the broker was reached."""
    configure_logs(settings.log_level)
    with opened_installation(settings) as installation:
        authorize_collection(build_authorizer(installation.clock))
        writer = IngestWriter(
            installation.database,
            queue_batches=settings.ingest_queue_batches,
            flow=flow_control(installation.database, settings),
        )
        keeper = Repeating(
            "broker-files", BrokerFilesKeeper(installation).step, interval_s=_LOOK_EVERY_S
        )
        with _place(installation.home.run) as name:
            writer.start()
            keeper.start()
            try:
                with telling(installation.home.run, lambda: writer.state(_TRANSPORT)):
                    asyncio.run(_collect(installation, writer, name, announce))
            finally:
                keeper.stop()
                writer.stop()


@contextmanager
def _place(folder: Path) -> Iterator[str]:
    """Give the name under which the broker keeps this collector's session.

    The first that no other collector of this home has: who follows one that died is handed what
    the broker kept for it, and does not wait until that session has ended.
    """
    for number in range(1, MOST_COLLECTORS + 1):
        with (folder / f"mqtt-collector-{number}.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield f"{COLLECTOR_NAME}-{socket.gethostname()[:40]}-{number}"
            return
    raise RoleTaken(f"{MOST_COLLECTORS} collectors work on this home already.")


async def _collect(
    installation: Installation,
    writer: IngestWriter,
    name: str,
    announce: Callable[[str], None],
) -> None:
    directory = DeviceDirectory(installation.database)
    clock, settings = installation.clock, installation.settings

    async def take(encoded: bytes, device_id: UUID) -> str:
        batch = admit_batch(encoded, directory, clock.now())
        if batch.device_id != device_id:
            raise ForeignTopic("The batch was published under the topic of another device.")
        return (await writer.submit(batch)).value

    collector = Collector(
        _access(installation, name),
        take=take,
        now=clock.now,
        window=min(MOST_WINDOW, settings.ingest_queue_batches),
    )
    link = asyncio.create_task(collector.link.run())
    ending = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ending.set)
    telling = asyncio.create_task(_announce(collector, settings.mqtt, announce))
    await ending.wait()
    for task in (telling, link):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _announce(
    collector: Collector, settings: MqttSettings, announce: Callable[[str], None]
) -> None:
    await collector.link.connected.wait()
    announce(f"{settings.broker.host}:{settings.broker.port}")


def _access(installation: Installation, name: str) -> BrokerAccess:
    settings = installation.settings.mqtt
    return BrokerAccess(
        host=settings.broker.host,
        port=settings.broker.port,
        client_id=name,
        username=COLLECTOR_NAME,
        password=collector_secret(installation.home),
        tls=tls_context(settings.authority) if settings.broker.encrypted else None,
    )


def tls_context(authority: str) -> ssl.SSLContext:
    """Return how a broker's certificate is checked: by the system's authorities, or one's own."""
    return ssl.create_default_context(cafile=authority or None)
