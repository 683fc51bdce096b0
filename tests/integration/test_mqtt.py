"""Collection through a real broker: nothing acknowledged is lost, nothing is there twice."""

import asyncio
import hashlib
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from battery_passport.adapters.mqtt.device_client import MqttDeviceClient
from battery_passport.adapters.mqtt.link import BrokerAccess, NotConnected
from battery_passport.adapters.mqtt.topics import DeviceTopics
from battery_passport.assembly.agent.clock_error import ClockError
from battery_passport.assembly.agent.mqtt_way import MqttWay
from battery_passport.assembly.agent.state import DeviceState, load_state
from battery_passport.device_agent.durable_queue import DurableQueue
from battery_passport.device_agent.errors import Unreachable
from battery_passport.device_agent.model import Acknowledged, Duplicate, RetryLater
from battery_passport.telemetry.envelope import seal_batch
from tests.factories.certificates import Certificates, make_certificates
from tests.factories.telemetry import make_claims, make_samples
from tests.integration.support.broker import (
    Running,
    broker_of,
    collector_of,
    free_port,
    need_mosquitto,
)
from tests.integration.support.effects import effects_of, reading
from tests.integration.support.homes import PROGRAM, TestHome
from tests.integration.support.servers import Server, running_server

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300), pytest.mark.xdist_group("mqtt")]

BATCHES = 60
KILL_BROKER_AT, KILL_COLLECTOR_AT = 20, 40


@dataclass(frozen=True, slots=True)
class World:
    """A server, a broker and a collector of one home, and where each lies."""

    home: TestHome
    server: Server
    broker: Running
    collector: Running
    port: int
    folder: Path
    keys: Certificates


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    need_mosquitto()
    folder, port = tmp_path_factory.mktemp("mqtt"), free_port()
    keys = make_certificates(folder)
    settings = {
        "mqtt_url": f"mqtts://127.0.0.1:{port}",
        "mqtt_authority": str(keys.authority),
        "mqtt_certificate": str(keys.server),
        "mqtt_certificate_key": str(keys.server_key),
    }
    home = TestHome(folder / "home", settings)
    with (
        running_server(home) as server,
        broker_of(home, folder / "broker", port) as broker,
        collector_of(home, folder / "collector.log") as collector,
    ):
        yield World(home, server, broker, collector, port, folder, keys)


def enrolled(world: World, alias: str) -> DeviceState:
    """Enrol a device over HTTP as its owner would; the broker learns of it while it runs."""
    world.server.ask("battery-add", {"battery": alias})
    code = str(world.server.ask("device-code", {"battery": alias})["code"])
    folder = world.folder / alias
    address = f"http://127.0.0.1:{world.server.port}"
    command = [*PROGRAM, "device", "enrol", code, "--server", address, "--folder", str(folder)]
    subprocess.run(command, env=world.home.environment(), check=True, capture_output=True)
    state = load_state(folder)
    wait_until(lambda: state.device in passwords_of(world).read_text())
    return state


def passwords_of(world: World) -> Path:
    """Return the file by which the broker knows its devices."""
    return world.folder / "broker" / "passwords"


def wait_until(holds: Callable[[], bool]) -> None:
    """Return once something holds. Raises: AssertionError."""
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def batch_of(state: DeviceState, sequence: int) -> bytes:
    claims = make_claims(
        sequence=sequence,
        device_id=UUID(state.device),
        battery_ref=bytes.fromhex(state.battery_ref),
    )
    samples = make_samples()
    return seal_batch(claims=claims, samples=samples, signing_key=bytes.fromhex(state.key))


def access(world: World, state: DeviceState, *, password: str | None = None) -> BrokerAccess:
    return BrokerAccess(
        host="127.0.0.1",
        port=world.port,
        client_id=state.device,
        username=state.device,
        password=state.mqtt_password if password is None else password,
        tls=world.keys.trusting(),
    )


def way_of(world: World, state: DeviceState) -> MqttWay:
    authority = str(world.keys.authority)
    return MqttWay(state, ClockError(), authority=authority, answer_timeout_s=3.0)


def send_through(way: MqttWay, encoded: bytes) -> bool:
    """Send a batch again and again, as the agent does; return whether it was there already."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            outcome = way(encoded)
        except Unreachable:
            continue
        if isinstance(outcome, Acknowledged | Duplicate):
            return isinstance(outcome, Duplicate)
    raise AssertionError("no acknowledgement in a minute")


def test_every_acknowledged_batch_is_there_once_though_broker_and_collector_are_killed(
    world: World,
) -> None:
    state = enrolled(world, "killed")
    way = way_of(world, state)
    sent = [batch_of(state, number) for number in range(BATCHES)]
    try:
        for number, encoded in enumerate(sent):
            if number == KILL_BROKER_AT:
                world.broker.kill()
                world.broker.start()
            if number == KILL_COLLECTOR_AT:
                world.collector.kill()
                world.collector.start()
            send_through(way, encoded)
        assert send_through(way, sent[0]), "the same bytes again are known already"
    finally:
        way.close()

    digests = {hashlib.sha256(encoded).digest() for encoded in sent}
    effects = effects_of(world.home.database)
    assert effects.missing(digests) == set()


def test_a_device_cannot_publish_for_another_nor_without_its_password(world: World) -> None:
    state, other = enrolled(world, "honest"), enrolled(world, "posing")
    foreign, own = batch_of(state, 0), batch_of(other, 0)

    async def attempt() -> list[str]:
        told = []
        for who, topics, encoded in (
            (access(world, other), topics_of(other), own),
            # Under the honest device's topic: the broker keeps it from everybody.
            (access(world, other), topics_of(state), own),
            # Under its own topic a batch of the honest device: the collector refuses it.
            (access(world, other), topics_of(other), foreign),
            (access(world, state, password="wrong"), topics_of(state), foreign),
        ):
            client = MqttDeviceClient(who, topics, answer_timeout_s=4.0)
            client.start()
            try:
                answer = await client.send(encoded)
                told.append(answer.code or answer.outcome)
            except NotConnected:
                told.append("silence")
            finally:
                await client.stop()
        return told

    assert asyncio.run(attempt()) == ["stored", "silence", "foreign-topic", "silence"]
    assert effects_of(world.home.database).batches[hashlib.sha256(foreign).digest()] == 0


def topics_of(state: DeviceState) -> DeviceTopics:
    return DeviceTopics(state.tenant, UUID(state.device))


def test_the_agent_works_offline_and_delivers_over_mqtt_when_it_can(world: World) -> None:
    state = enrolled(world, "offline")
    folder = world.folder / "offline"
    lines = "".join(
        f'{{"at": {1_795_419_000_000 + 1_000 * row}, "current_ma": {row}}}\n' for row in range(150)
    )
    run = [*PROGRAM, "device", "run", "--folder", str(folder), "--transport", "mqtt", "--json"]
    run += ["--mqtt-authority", str(world.keys.authority)]

    world.broker.kill()
    offline = subprocess.run(
        [*run, "--drain", "0"],
        env=world.home.environment(),
        input=lines,
        text=True,
        capture_output=True,
        check=False,
    )
    assert offline.returncode == 3, offline.stderr
    queue = DurableQueue(folder / "queue")
    waiting = {hashlib.sha256(encoded).digest() for encoded in queue.all_waiting()}
    queue.close()
    assert len(waiting) == 3
    world.broker.start()
    online = subprocess.run(
        run, env=world.home.environment(), input="", text=True, capture_output=True, check=False
    )

    assert online.returncode == 0, online.stderr
    assert effects_of(world.home.database).missing(waiting) == set()
    with reading(world.home.database) as connection:
        told = connection.execute(
            "SELECT waiting, clock_ahead_ms FROM device_reports WHERE device_id=?", (state.device,)
        ).fetchone()
    assert told[0] == 0
    assert abs(told[1]) < 5_000


def test_a_suspended_device_is_shut_out_of_the_broker(world: World) -> None:
    state = enrolled(world, "suspended")
    way = way_of(world, state)
    try:
        send_through(way, batch_of(state, 0))
        world.server.ask("device-suspend", {"device": state.device})
        wait_until(lambda: state.device not in passwords_of(world).read_text())
        assert passwords_of(world).stat().st_mode & 0o077 == 0
        # Until the broker has read its files anew, the platform itself tells the device to wait.
        wait_until(lambda: is_shut_out(way, batch_of(state, 1)))
    finally:
        way.close()


def is_shut_out(way: MqttWay, encoded: bytes) -> bool:
    """Return whether the broker is closed to a device, whose batch is not taken either way."""
    try:
        outcome = way(encoded)
    except Unreachable:
        return True
    assert isinstance(outcome, RetryLater)
    return False
