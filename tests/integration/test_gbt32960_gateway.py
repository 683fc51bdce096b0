"""Cars speak GB/T 32960 to a gateway over TCP, in both editions and in every kind of piece."""

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from battery_passport.adapters.gbt32960.frame import decode_frame, encode_frame
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.installation import Installation, opened_installation
from battery_passport.assembly.performing import perform
from battery_passport.assembly.settings import load_settings
from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.envelope import open_envelope
from tests.factories.certificates import make_certificates
from tests.integration.support.gateways import GatewayProcess, gateway
from tests.integration.support.homes import TestHome
from tests.integration.support.moments import Beginning

BEGUN = Beginning()
now, at = BEGUN.now, BEGUN.at
VIN, STRANGER = "LNBSCCAK7JW000001", "LNBSCCAK7JW999999"
USER, PASSWORD = "city-hub", "sixteen-letters!"


def opened(home: TestHome) -> Any:
    return opened_installation(load_settings(home.environment()))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> TestHome:
    made = TestHome(tmp_path_factory.mktemp("gbt") / "home")
    with opened(made) as installation:
        perform(installation, "battery-add", {"battery": "bus-1"})
        perform(installation, "gbt32960-bind", {"vin": VIN, "battery": "bus-1"})
        perform(installation, "gbt32960-platform-add", {"user": USER, "password": PASSWORD})
    return made


@pytest.fixture(scope="module")
def vehicles(home: TestHome) -> Iterator[GatewayProcess]:
    with gateway(home, ("gbt32960", "serve", "--idle-s", "20")) as running:
        yield running


def frame(command: str, *, edition: int = 2016, vin: str = VIN, **values: Any) -> bytes:
    document: JsonObject = {"edition": edition, "command": command, "vin": vin, **values}
    return encode_frame(document)


def login(edition: int = 2016, vin: str = VIN) -> bytes:
    codes: JsonObject = (
        {"pack_count": 1, "pack_code_bytes": 0, "pack_codes": []}
        if edition == 2016
        else {"packs_per_bms": [], "pack_codes": []}
    )
    values = {"time": at(-60), "serial": 1, "iccid": "89860000000000000001", **codes}
    return frame("vehicle-login", edition=edition, vin=vin, **values)


def vehicle(current_a: float) -> JsonObject:
    """What a car reports of itself, without what this edition has besides."""
    return {
        "type": "vehicle",
        "vehicle_state": "started",
        "charging_state": "not-charging",
        "running_mode": "electric",
        "speed_kmh": 50.0,
        "odometer_km": 12_345.6,
        "pack_voltage_v": 380.5,
        "current_a": current_a,
        "soc_percent": 63,
        "dcdc_state": "working",
        "insulation_kohm": 2_500,
    }


def report(second: float, current_a: float, *, command: str = "realtime", **more: Any) -> bytes:
    block = {**vehicle(current_a), **_OF_2016}
    return frame(command, time=at(second), blocks=[block], **more)


_OF_2016: JsonObject = {
    "gear_bits": 0b10_1110,
    "accelerator_percent": 10,
    "brake_percent": 0,
}


class Car:
    """One connection."""

    def __init__(self, port: int, tls: ssl.SSLContext | None = None) -> None:
        plain = socket.create_connection(("127.0.0.1", port), timeout=20)
        name = "127.0.0.1"
        self._socket = plain if tls is None else tls.wrap_socket(plain, server_hostname=name)

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self._socket.sendall(piece)
            time.sleep(0.01)

    def answer(self) -> JsonObject:
        head = self._exactly(24)
        return decode_frame(head + self._exactly(int.from_bytes(head[22:24], "big") + 1))

    def asked(self, *pieces: bytes) -> JsonObject:
        self.send(*pieces)
        return self.answer()

    def _exactly(self, count: int) -> bytes:
        octets = b""
        while len(octets) < count:
            piece = self._socket.recv(count - len(octets))
            assert piece, "the gateway hung up"
            octets += piece
        return octets

    def is_hung_up(self) -> bool:
        try:
            return not self._socket.recv(1)
        except ConnectionResetError:
            return True

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def car(vehicles: GatewayProcess) -> Iterator[Car]:
    made = Car(vehicles.port)
    yield made
    made.close()


def history(installation: Installation) -> Any:
    installation.pipeline.settle()
    with installation.database.read() as connection:
        battery = RegistryStore(connection).battery_by_alias("bus-1")
        assert battery is not None
        encoded = [
            each for _, each in installation.evidence.of(connection).of_battery(battery.battery_id)
        ]
    return installation.history.read(battery.battery_id), encoded


def test_a_car_logs_in_reports_and_is_answered_once_it_is_kept(home: TestHome, car: Car) -> None:
    first = car.asked(login())
    assert (first["command"], first["answer"], first["vin"]) == ("vehicle-login", "success", VIN)
    assert first["time"] == at(-60)
    one, two, late = report(-3, 12.5), report(-2, -80.0), report(-900, 7.0, command="backfill")
    # In pieces, joined, and behind garbage that holds half a start.
    assert car.asked(one[:10], one[10:40], one[40:])["answer"] == "success"
    car.send(b"\x00garbage#" + two + late)
    assert [car.answer()["answer"], car.answer()["answer"]] == ["success", "success"]
    broken = bytearray(report(-1, 99.0))
    broken[40] ^= 0xFF
    again = car.asked(bytes(broken) + one)
    assert again["time"] == at(-3), "the broken frame is passed over, the one behind it is heard"
    assert car.asked(frame("heartbeat"))["answer"] == "success"
    synchronised = car.asked(frame("time-synchronisation"))
    assert str(synchronised["time"]) >= format_utc(now())
    logout = frame("vehicle-logout", time=at(0), serial=1)
    assert car.asked(logout)["answer"] == "success"
    with opened(home) as installation:
        table, encoded = history(installation)
    assert table.columns["current_ma"].tolist() == [7_000, 12_500, -80_000]
    assert table.columns["pack_voltage_mv"].tolist() == [380_500] * 3
    assert table.columns["bms_soc_permyriad"].tolist() == [6_300] * 3
    batches = [decode_batch(open_envelope(each)) for each in encoded]
    assert sorted(each.claims.backfill for each in batches) == [False, False, True]
    assert all(each.assumptions[0] == "signed-by-gateway" for each in batches)


def test_who_is_unknown_is_told_so_and_seen(home: TestHome, car: Car) -> None:
    assert car.asked(login(2025, STRANGER))["answer"] == "vin-unknown"
    assert car.asked(login(2016, STRANGER))["answer"] == "error"
    assert car.asked(report(0, 1.0))["answer"] == "error", "not logged in"
    deadline = time.monotonic() + 20
    with opened(home) as installation:
        while "vin-unknown" not in str(
            refused := perform(installation, "gbt32960-status", {})["refused"]
        ):
            assert time.monotonic() < deadline, refused
            time.sleep(0.2)
    for path in home.folder.rglob("*"):
        if path.is_file():
            assert not any(
                each in path.read_bytes() for each in (VIN.encode(), STRANGER.encode())
            ), path


def test_a_platform_signs_in_and_passes_on(home: TestHome, car: Car) -> None:
    def sign_in(password: str) -> bytes:
        return frame(
            "platform-login",
            time=at(0),
            serial=1,
            user=USER,
            password=password,
            encryption_rule="none",
        )

    assert car.asked(sign_in("wrong-password!!"))["answer"] == "error"
    assert car.asked(report(5, 1.0))["answer"] == "error"
    assert car.asked(sign_in(PASSWORD))["answer"] == "success"
    many = [report(10 + second, float(second)) for second in range(100)]
    car.send(b"".join(many))
    answers = [car.answer() for _ in many]
    assert [each["time"] for each in answers] == [at(10 + second) for second in range(100)]
    assert {each["answer"] for each in answers} == {"success"}
    with opened(home) as installation:
        table, _encoded = history(installation)
    assert table.columns["current_ma"].tolist()[-100:] == [1_000 * each for each in range(100)]


def test_nonsense_is_hung_up_on(car: Car) -> None:
    randbytes = Random(1).randbytes  # not secret
    car.send(b"".join(b"##" + randbytes(1_000) for _ in range(100)))
    assert car.is_hung_up()


def test_a_killed_gateway_loses_nothing_that_it_answered(home: TestHome) -> None:
    with ExitStack() as stack, gateway(home, ("gbt32960", "serve")) as first:
        car = stack.enter_context(closing(Car(first.port)))
        assert car.asked(login())["answer"] == "success"
        for second in range(12):
            assert car.asked(report(1_000 + second, -1.0 - second))["answer"] == "success"
        car.send(report(2_000, -500.0))
        first.kill()
    with ExitStack() as stack, gateway(home, ("gbt32960", "serve")) as second_run:
        car = stack.enter_context(closing(Car(second_run.port)))
        assert car.asked(login())["answer"] == "success"
        assert car.asked(report(2_000, -500.0))["answer"] == "success"
        assert car.asked(report(1_011, -12.0))["answer"] == "success"
    with opened(home) as installation:
        table, _encoded = history(installation)
    currents = table.columns["current_ma"].tolist()
    assert currents[-13:] == [-1_000 * each for each in range(1, 13)] + [-500_000]


def test_a_car_comes_by_tls(home: TestHome, tmp_path: Path) -> None:
    made = make_certificates(tmp_path)
    words = ("--tls-certificate", str(made.server), "--tls-key", str(made.server_key))
    with gateway(home, ("gbt32960", "serve", *words)) as running:
        with closing(Car(running.port, made.trusting())) as car:
            assert car.asked(login(2025))["answer"] == "success"
        with closing(Car(running.port)) as car:
            car.send(login())
            assert car.is_hung_up()
