"""Simulated devices' ways to the platform over MQTT: one connection each, one event loop for all.

In: the broker's address, cars with their devices. Out: `SendBatch` for each.
"""

import asyncio
import ssl
import threading
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from battery_passport.adapters.mqtt.device_client import MqttDeviceClient
from battery_passport.adapters.mqtt.link import BrokerAccess, NotConnected
from battery_passport.adapters.mqtt.topics import DeviceTopics
from battery_passport.assembly.agent.mqtt_way import outcome_of
from battery_passport.assembly.city.streaming import LiveCar
from battery_passport.assembly.finding import DEFAULT_ORGANISATION
from battery_passport.assembly.mqtt_settings import MqttSettings, broker_address
from battery_passport.assembly.operations.simulating import broker_password
from battery_passport.device_agent.errors import Unreachable
from battery_passport.device_agent.model import Outcome
from battery_passport.device_agent.ports import SendBatch

_Result = TypeVar("_Result")


@contextmanager
def broker_ways(settings: MqttSettings, cars: Sequence[LiveCar]) -> Iterator[list[SendBatch]]:
    """Give each car's device a connection to the broker, and end them all afterwards."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="city-mqtt", daemon=True)
    thread.start()

    def run(work: Coroutine[Any, Any, _Result]) -> _Result:
        return asyncio.run_coroutine_threadsafe(work, loop).result()

    clients = run(_connected(settings, cars))
    try:
        yield [_way(client, loop) for client in clients]
    finally:
        run(_ended(clients))
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _way(client: MqttDeviceClient, loop: asyncio.AbstractEventLoop) -> SendBatch:
    def send(encoded: bytes) -> Outcome:
        try:
            answer = asyncio.run_coroutine_threadsafe(client.send(encoded), loop).result()
        except NotConnected as error:
            raise Unreachable(error.message) from error
        return outcome_of(answer)

    return send


async def _connected(settings: MqttSettings, cars: Sequence[LiveCar]) -> list[MqttDeviceClient]:
    address = broker_address(settings.public_url, "MQTT_PUBLIC_URL")
    tls = None
    if address.encrypted:
        tls = ssl.create_default_context(cafile=settings.authority or None)
    clients = []
    for each in cars:
        device = str(each.identity.device_id)
        access = BrokerAccess(
            host=address.host,
            port=address.port,
            # Two devices of one cloned identity must not push each other out.
            client_id=device if not each.copy else f"{device}-{each.copy}",
            username=device,
            password=broker_password(each.identity),
            tls=tls,
        )
        topics = DeviceTopics(DEFAULT_ORGANISATION, each.identity.device_id)
        clients.append(MqttDeviceClient(access, topics))
        clients[-1].start()
    return clients


async def _ended(clients: Sequence[MqttDeviceClient]) -> None:
    await asyncio.gather(*(client.stop() for client in clients))
