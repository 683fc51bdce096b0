"""The device at work: takes samples, keeps batches, delivers them, tells how it is.

In: a device's folder, lines of samples. Out: batches at the platform, and what became of them.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from battery_passport import __version__
from battery_passport.assembly.agent.clock_error import ClockError
from battery_passport.assembly.agent.http_way import HttpWay, PlatformRefused
from battery_passport.assembly.agent.joining import sign
from battery_passport.assembly.agent.mqtt_way import MqttWay
from battery_passport.assembly.agent.sources import JsonReader, Measured, SampleReader
from battery_passport.assembly.agent.state import (
    QUEUE_FOLDER,
    DeviceState,
    load_state,
    save_state,
)
from battery_passport.device_agent.agent import AgentPorts, DeviceAgent
from battery_passport.device_agent.clocks import MachineClock
from battery_passport.device_agent.durable_queue import DurableQueue
from battery_passport.device_agent.errors import QueueFull, Unreachable
from battery_passport.device_agent.model import CutPolicy
from battery_passport.foundation.encoding import base64url_encode
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.registry.devices.proofs import report_message

HTTP, MQTT = "http", "mqtt"
REPORT_EVERY_S = 600.0
_LATE_MS = 300_000
_BOOT_BYTES = 16
_AT_ONCE = 8


@dataclass(slots=True)
class Done:
    """What a run came to."""

    samples: int = 0
    refused_lines: int = 0
    lost_samples: int = 0
    acknowledged: int = 0
    set_aside: int = 0
    waiting: int = 0
    clock_ahead_ms: int | None = None
    started_s: float = field(default_factory=time.monotonic)

    def as_json(self) -> JsonObject:
        return {
            "samples": self.samples,
            "refused_lines": self.refused_lines,
            "lost_samples": self.lost_samples,
            "acknowledged": self.acknowledged,
            "set_aside": self.set_aside,
            "waiting": self.waiting,
            "clock_ahead_ms": self.clock_ahead_ms,
        }


class RunningDevice:
    """One start of the device's program. `close` it at the end."""

    def __init__(
        self,
        folder: Path,
        *,
        transport: str = HTTP,
        policy: CutPolicy | None = None,
        authority: str | None = None,
        reader: SampleReader | None = None,
        tell: Callable[[str], None],
    ) -> None:
        self._folder, self._tell = folder, tell
        self._reader = reader or JsonReader()
        self._policy = policy or CutPolicy()
        self._state = load_state(folder)
        self._clock_error = ClockError()
        self._http = HttpWay(self._state.server, self._clock_error)
        self._mqtt = (
            MqttWay(self._state, self._clock_error, authority=authority)
            if transport == MQTT
            else None
        )
        self._queue = DurableQueue(folder / QUEUE_FOLDER)
        for note in self._queue.recovered.notes:
            tell(f"recovered after a loss of power: {note}")
        self._agent = self._started()
        self._report_at_s = 0.0
        self._ending = False
        self.done = Done()

    def run(self, lines: Iterator[str | None], *, drain_s: float) -> Done:
        """Take lines until their end, then deliver for at most so long what waits.

        After `end` nothing more is sent than what goes through at once.
        """
        for line in lines:
            if line is not None:
                self._take(partial(self._reader.take, line))
            self._work()
            if self._ending:
                drain_s = 0.0
                break
        self._take(self._reader.rest)
        self._keep_rest()
        until_s = time.monotonic() + drain_s
        self._work()
        while self._queue.waiting() and time.monotonic() < until_s:
            time.sleep(0.1)
            self._work()
        self._report()
        return self._told()

    def _keep_rest(self) -> None:
        try:
            self._agent.end_session()
        except QueueFull as error:
            self._tell(f"no room for the last samples: {error.message}")

    def end(self) -> None:
        """Let `run` end soon: what is held back is kept in the queue, nothing more is taken."""
        self._ending = True

    def close(self) -> None:
        """Let go of connections and files."""
        if self._mqtt is not None:
            self._mqtt.close()
        self._queue.close()

    def _started(self) -> DeviceAgent:
        ports = AgentPorts(send=self._mqtt or self._http, queue=self._queue, clock=MachineClock())
        boot_id = secrets.token_bytes(_BOOT_BYTES)
        return DeviceAgent(self._state.identity, boot_id=boot_id, ports=ports, policy=self._policy)

    def _take(self, read: Callable[[], list[Measured]]) -> None:
        try:
            for measured in read():
                late = time.time_ns() // 1_000_000 - measured.at_ms > _LATE_MS
                self._agent.record(measured.samples, urgent=measured.urgent, backfill=late)
                self.done.samples += 1
        except QueueFull as error:
            self.done.lost_samples += 1
            self._tell(f"no room: {error.message}")
        except InvalidInput as error:
            self.done.refused_lines += 1
            self._tell(error.message)

    def _work(self) -> None:
        delivery = self._agent.deliver(at_most=_AT_ONCE)
        self.done.acknowledged += delivery.acknowledged + delivery.duplicates
        self.done.set_aside += delivery.refused
        if time.monotonic() >= self._report_at_s:
            self._report_at_s = time.monotonic() + REPORT_EVERY_S
            self._report()

    def _report(self) -> None:
        """Tell the platform how this device is, and hear for which battery it sends."""
        report: JsonObject = {
            "clockAheadMs": self._clock_error.ahead_ms,
            "waiting": self._queue.waiting(),
            "setAside": self._queue.set_aside(),
            "software": __version__,
        }
        message = report_message(device=self._state.device, report=report)
        proof = sign(bytes.fromhex(self._state.key), message)
        try:
            news = self._http.post(
                f"/v1/devices/{self._state.device}/reports",
                {"report": report, "proof": base64url_encode(proof)},
            )
        except Unreachable:
            return
        except PlatformRefused as error:
            self._tell(f"the platform did not take the report: {error.message}")
            return
        self._follow(news)

    def _follow(self, news: JsonObject) -> None:
        """Send for the battery that the platform names, from the next sample on."""
        reference = news.get("batteryRef")
        if isinstance(reference, str) and reference != self._state.battery_ref:
            self._keep_rest()
            self._state = replace(self._state, battery_ref=reference)
            save_state(self._folder, self._state)
            self._agent = self._started()
            self._tell("this device was moved to another battery")

    def _told(self) -> Done:
        self.done.waiting = self._queue.waiting()
        self.done.clock_ahead_ms = self._clock_error.ahead_ms
        return self.done


def status_of(folder: Path) -> JsonObject:
    """Return how a device stands by its own folder: what waits, what was set aside."""
    state: DeviceState = load_state(folder)
    queue = DurableQueue(folder / QUEUE_FOLDER)
    try:
        return {
            "device": state.device,
            "server": state.server,
            "mqtt": state.mqtt_url,
            "waiting": queue.waiting(),
            "set_aside": queue.set_aside(),
            "room": queue.room(),
        }
    finally:
        queue.close()
