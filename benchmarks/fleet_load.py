"""A process of many live devices: real agents, each with its queue, key and way of sending again.

In: a plan of devices, an address, how long. Out: each acknowledged digest in a file, as it is
heard; what was seen as one JSON object on stdout once every queue is empty.
Run as `python -m benchmarks.fleet_load PLAN HEARD --http URL | --mqtt HOST:PORT`.
"""

import argparse
import asyncio
import hashlib
import heapq
import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO
from uuid import UUID

import numpy as np

from battery_passport.adapters.mqtt.device_client import MqttDeviceClient
from battery_passport.adapters.mqtt.link import BrokerAccess, NotConnected
from battery_passport.adapters.mqtt.topics import DeviceTopics
from battery_passport.assembly.agent.clock_error import ClockError
from battery_passport.assembly.agent.http_way import HttpWay
from battery_passport.assembly.agent.mqtt_way import outcome_of
from battery_passport.device_agent.agent import AgentPorts, DeviceAgent
from battery_passport.device_agent.clocks import MachineClock
from battery_passport.device_agent.errors import Unreachable
from battery_passport.device_agent.model import Acknowledged, DeviceIdentity, Duplicate, Outcome
from battery_passport.device_agent.ports import SendBatch
from battery_passport.device_agent.queueing import MemoryQueue
from battery_passport.telemetry.model import Samples
from tests.integration.support.many_devices import CELLS, PlannedDevice, read_plan

SAMPLES = 60
TENANT = "default"
_CONNECTS_AT_ONCE = 50
_CONNECT_PAUSE_S = 0.1


@dataclass
class Seen:
    """What all devices heard; safe to use from several threads."""

    heard: TextIO
    lags_s: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, digest: bytes, outcome: Outcome, lag_s: float) -> None:
        """Note an answer, and in the file that the platform has a batch."""
        with self.lock:
            self.outcomes[type(outcome).__name__] += 1
            if isinstance(outcome, Acknowledged | Duplicate):
                self.lags_s.append(lag_s)
                self.heard.write(digest.hex() + "\n")
                self.heard.flush()


def listening(send: SendBatch, seen: Seen) -> SendBatch:
    """Return the same way, whose answers are noted."""

    def noted(encoded: bytes) -> Outcome:
        begun_s = time.perf_counter()
        try:
            outcome = send(encoded)
        except Unreachable:
            with seen.lock:
                seen.outcomes["Unreachable"] += 1
            raise
        seen.note(hashlib.sha256(encoded).digest(), outcome, time.perf_counter() - begun_s)
        return outcome

    return noted


class Worker(threading.Thread):
    """Some of the devices, one after another in the order in which they are due."""

    def __init__(
        self,
        devices: Sequence[tuple[PlannedDevice, SendBatch]],
        *,
        begins_s: float,
        ends_s: float,
        period_s: float,
    ) -> None:
        super().__init__()
        self._agents = [_agent(device, send) for device, send in devices]
        self._ends_s, self._period_s = ends_s, period_s
        self._rows = np.random.default_rng(1)
        share = period_s / max(1, len(devices))
        self._due = [(begins_s + share * (n + 0.5), n, True) for n in range(len(devices))]
        heapq.heapify(self._due)
        self.sealed = 0
        self.gave_up = 0

    def run(self) -> None:
        """Record and deliver until the end, then deliver what still waits."""
        while self._due:
            at_s, number, is_new = heapq.heappop(self._due)
            time.sleep(max(0.0, at_s - time.monotonic()))
            agent = self._agents[number]
            if is_new and at_s < self._ends_s:
                agent.record(self._samples())
                self.sealed += 1
                heapq.heappush(self._due, (at_s + self._period_s, number, True))
            delivery = agent.deliver()
            if delivery.waiting and time.monotonic() > self._ends_s + 300:
                self.gave_up += delivery.waiting
            elif delivery.waiting:
                again_s = time.monotonic() + max(delivery.wait_s, 0.05)
                heapq.heappush(self._due, (again_s, number, False))

    def _samples(self) -> Samples:
        """Return a minute of a pack under load, at one sample a second."""
        first_ms = time.time_ns() // 1_000_000 - 1_000 * SAMPLES
        seconds = np.arange(SAMPLES, dtype=np.int64)
        load = self._rows.integers(-200, 400, SAMPLES).cumsum()
        spread = self._rows.integers(-8, 9, (1, CELLS)) + self._rows.integers(
            -2, 3, (SAMPLES, CELLS)
        )
        cells = 3_700 - load[:, None] // 200 + spread
        return Samples(
            sampled_at_ms=first_ms + 1_000 * seconds,
            columns={
                "current_ma": 20_000 + 10 * load,
                "pack_voltage_mv": cells.sum(axis=1),
                "cell_voltage_mv": cells,
                "probe_temperature_dc": 215 + self._rows.integers(-1, 2, (SAMPLES, 4)),
                "bms_soc_permyriad": 7_000 - seconds,
            },
        )


def _agent(device: PlannedDevice, send: SendBatch) -> DeviceAgent:
    identity = DeviceIdentity(
        device_id=UUID(device.device_id),
        battery_ref=bytes.fromhex(device.battery_ref),
        signing_key=bytes.fromhex(device.seed),
    )
    ports = AgentPorts(send=send, queue=MemoryQueue(), clock=MachineClock())
    return DeviceAgent(identity, boot_id=os.urandom(16), ports=ports)


class Broker:
    """All devices' connections to one broker, in an event loop of its own thread."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._host, self._port = host, int(port)
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def connect(self, devices: Sequence[PlannedDevice]) -> list[SendBatch]:
        """Return each device's way, once all of them are connected."""
        return asyncio.run_coroutine_threadsafe(self._connect(devices), self._loop).result()

    async def _connect(self, devices: Sequence[PlannedDevice]) -> list[SendBatch]:
        clients = []
        for number, device in enumerate(devices):
            access = BrokerAccess(
                host=self._host,
                port=self._port,
                client_id=device.device_id,
                username=device.device_id,
                password=device.password,
                tls=None,
            )
            client = MqttDeviceClient(access, DeviceTopics(TENANT, UUID(device.device_id)))
            client.start()
            clients.append(client)
            if number % _CONNECTS_AT_ONCE == _CONNECTS_AT_ONCE - 1:
                await asyncio.sleep(_CONNECT_PAUSE_S)
        for client in clients:
            await client.connected()
        return [self._way(client) for client in clients]

    def _way(self, client: MqttDeviceClient) -> SendBatch:
        def send(encoded: bytes) -> Outcome:
            future = asyncio.run_coroutine_threadsafe(client.send(encoded), self._loop)
            try:
                return outcome_of(future.result())
            except NotConnected as error:
                raise Unreachable(error.message) from error

        return send


def _workers(arguments: argparse.Namespace, seen: Seen) -> list[Worker]:
    devices = read_plan(arguments.plan)
    ways: list[SendBatch] = []
    if arguments.mqtt:
        ways = Broker(arguments.mqtt).connect(devices)
    print("ready", file=sys.stderr, flush=True)
    begins_s = time.monotonic()
    workers = []
    for start in range(arguments.threads):
        mine = range(start, len(devices), arguments.threads)
        if not arguments.mqtt:
            # A thread's devices share a connection: which device sends is in the batch alone.
            ways_of_thread: list[SendBatch] = [HttpWay(arguments.http, ClockError())] * len(mine)
        else:
            ways_of_thread = [ways[number] for number in mine]
        pairs = [
            (devices[number], listening(way, seen))
            for number, way in zip(mine, ways_of_thread, strict=True)
        ]
        workers.append(
            Worker(
                pairs,
                # Not all at once: the workers' devices lie between one another.
                begins_s=begins_s + start / arguments.rate,
                ends_s=begins_s + arguments.seconds,
                period_s=len(devices) / arguments.rate,
            )
        )
    return workers


def main() -> None:
    """Be the devices until the time is over and every queue is empty."""
    parser = argparse.ArgumentParser()
    parser.add_argument("plan", type=Path)
    parser.add_argument("heard", type=Path)
    parser.add_argument("--http", default="")
    parser.add_argument("--mqtt", default="")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--rate", type=float, default=42.0, help="batches a second, all together")
    parser.add_argument("--threads", type=int, default=32)
    arguments = parser.parse_args()
    with arguments.heard.open("a", encoding="ascii") as heard:
        seen = Seen(heard)
        workers = _workers(arguments, seen)
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    lags_s = sorted(seen.lags_s) or [0.0]
    print(
        json.dumps(
            {
                "sealed": sum(worker.sealed for worker in workers),
                "gave_up": sum(worker.gave_up for worker in workers),
                "outcomes": dict(seen.outcomes),
                "p50_s": lags_s[len(lags_s) // 2],
                "p99_s": lags_s[len(lags_s) * 99 // 100],
                "longest_s": lags_s[-1],
            }
        ),
        flush=True,
    )
    # The broker's connections are many, and nothing of them is worth a farewell.
    os._exit(0)


if __name__ == "__main__":
    main()
