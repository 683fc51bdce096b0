"""Streams a city live into a running server: each car behind a real agent, over a real transport.

In: a wish, a speed, for how long. Out: batches acknowledged by the server; figures as they grow.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from battery_passport.assembly.calling import RunningServer, call, running_server
from battery_passport.assembly.city.broker_ways import broker_ways
from battery_passport.assembly.city.registering import RegisteredCity, Tell, registered_city
from battery_passport.assembly.city.streaming import Devices, FastClock, LiveCar, Sent
from battery_passport.assembly.city.transport import HttpTransport
from battery_passport.assembly.home import Home
from battery_passport.assembly.settings import Settings
from battery_passport.assembly.simulated.truth_files import write_truth
from battery_passport.assembly.simulated.wishes import SAMPLING, CityWish
from battery_passport.device_agent.ports import SendBatch
from battery_passport.foundation.clock import Clock, SystemClock
from battery_passport.foundation.errors import TemporarilyUnavailable
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.simulation.devices import copies_of

HTTP, MQTT = "http", "mqtt"

_LOOK_EVERY_S = 1.0
_BOOT_BYTES = 16


class NoServer(TemporarilyUnavailable):
    """No server runs on this home, so nobody could take what the cars send."""

    code = "no-server"
    remedy = "Start one on the same home: battery-passport serve."


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveWish:
    """Which city lives, how fast, for how many seconds (None: until it is ended)."""

    wish: CityWish
    truth: Path
    speed: float = 1.0
    seconds: float | None = None
    connections: int = 4
    transport: str = HTTP


def live_into_server(
    settings: Settings, wanted: LiveWish, tell: Callable[[Sent], None], tell_registered: Tell
) -> JsonObject:
    """Let a city live until its time is over or it is interrupted; return what it sent.

    `tell_registered` hears how many cars are registered before any lives.
    Raises: NoServer, OtherCity, ServerUnreachable.
    """
    home = Home(settings.home)
    home.prepare()
    server = running_server(home)
    if server is None:
        raise NoServer("No server runs on this home.")
    over_mqtt = wanted.transport == MQTT
    city = registered_city(call, home, wanted.wish, tell_registered, mqtt=over_mqtt)
    plan = city.plan
    first, last = plan.past_begins_at.date(), plan.past_ends_at.date()
    write_truth(wanted.truth, plan.city(), first=first, last=last)
    relives = city.is_new and wanted.speed > 1
    since = plan.past_begins_at if relives else plan.past_ends_at
    cars = _cars(city, since)
    began_s = time.monotonic()
    with ExitStack() as opened:
        if over_mqtt:
            ways = opened.enter_context(broker_ways(settings.mqtt, cars))
        else:
            ways = opened.enter_context(_http_ways(cars, server, wanted.connections))
        sent = _run(_crews(cars, ways, wanted, since), wanted, tell)
    return {
        "cars": len(plan.seeds),
        "devices": len(cars),
        "samples": sent.samples,
        "batches": sent.batches,
        "duplicates": sent.duplicates,
        "refused": sent.refused,
        "waiting": sent.waiting,
        "seconds": round(time.monotonic() - began_s, 1),
        "truth": str(wanted.truth),
    }


def _cars(city: RegisteredCity, since: datetime) -> list[LiveCar]:
    return [
        LiveCar(
            car=car,
            identity=identity,
            boot_id=secrets.token_bytes(_BOOT_BYTES),
            since=since,
            copy=copy,
        )
        for car, identity in zip(city.plan.city().cars, city.devices, strict=True)
        for copy in range(copies_of(car))
    ]


@contextmanager
def _http_ways(
    cars: Sequence[LiveCar], server: RunningServer, connections: int
) -> Iterator[list[SendBatch]]:
    """Give each car its way: those of one crew share a connection."""
    ways = [HttpTransport(server.host, server.port) for _ in range(connections)]
    try:
        yield [ways[number % connections] for number in range(len(cars))]
    finally:
        for way in ways:
            way.close()


def _crews(
    cars: Sequence[LiveCar], ways: Sequence[SendBatch], wanted: LiveWish, since: datetime
) -> "list[_Crew]":
    clock: Clock = SystemClock()
    if wanted.speed > 1:
        clock = FastClock(clock, starts_at=since, speed=wanted.speed)
    return [
        _Crew(
            Devices(
                cars[turn :: wanted.connections],
                send=ways[turn :: wanted.connections],
                clock=clock,
                keep=SAMPLING[wanted.wish.sampling],
            )
        )
        for turn in range(min(wanted.connections, len(cars)))
    ]


class _Crew:
    """Some devices on one connection, in a thread of their own."""

    def __init__(self, devices: Devices) -> None:
        self.devices = devices
        self.failure: BaseException | None = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Let the present step be the last, and wait for it."""
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._ending.is_set():
                self.devices.step()
                self._ending.wait(_LOOK_EVERY_S)
        except BaseException as error:  # noqa: BLE001 - told to whoever started the crew
            self.failure = error


def _run(crews: "Sequence[_Crew]", wanted: LiveWish, tell: Callable[[Sent], None]) -> Sent:
    deadline_s = None if wanted.seconds is None else time.monotonic() + wanted.seconds
    for crew in crews:
        crew.start()
    try:
        while deadline_s is None or time.monotonic() < deadline_s:
            time.sleep(_LOOK_EVERY_S)
            tell(_total(crews))
            failed = next((crew.failure for crew in crews if crew.failure), None)
            if failed is not None:
                raise failed
    except KeyboardInterrupt:
        pass
    finally:
        for crew in crews:
            crew.end()
    return _total(crews)


def _total(crews: "Sequence[_Crew]") -> Sent:
    counts = [crew.devices.sent for crew in crews]
    return Sent(
        samples=sum(each.samples for each in counts),
        batches=sum(each.batches for each in counts),
        duplicates=sum(each.duplicates for each in counts),
        refused=sum(each.refused for each in counts),
        waiting=sum(each.waiting for each in counts),
    )
