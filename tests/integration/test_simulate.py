"""A simulated city in a home: alone, and live into a running server over HTTP and a real broker."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.city.histories import History, into_home
from battery_passport.assembly.city.present import LiveWish, NoServer, live_into_server
from battery_passport.assembly.finding import find_battery
from battery_passport.assembly.installation import opened_installation
from battery_passport.assembly.operations.proofs import assemble_bundle
from battery_passport.assembly.performing import perform
from battery_passport.assembly.settings import PREFIX, load_settings
from battery_passport.assembly.simulated.wishes import CityWish, OtherCity
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.simulation.errors import InvalidCity
from tests.integration.support.broker import broker_of, collector_of, free_port, need_mosquitto
from tests.integration.support.effects import effects_of
from tests.integration.support.homes import TestHome
from tests.integration.support.servers import Server, running_server

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

WISH = CityWish(vehicles=3, days=3, seed=9, faults="bms-reset=0.3")


def silent(_what: str, _done: int, _total: int) -> None:
    pass


def simulated(folder: Path, wish: CityWish = WISH) -> JsonObject:
    """Simulate into a home alone; three cars need no further process."""
    settings = load_settings({f"{PREFIX}HOME": str(folder / "home")})
    return into_home(settings, History(wish=wish, truth=folder / "truth"), silent)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("city")


@pytest.fixture(scope="module")
def told(folder: Path) -> JsonObject:
    return simulated(folder)


def test_what_devices_signed_is_evidence_and_every_car_has_a_passport(
    folder: Path, told: JsonObject
) -> None:
    effects = effects_of(folder / "home" / "records.sqlite")
    assert effects.faults() == []
    assert told["refused"] == effects.quarantined == 0
    assert told["batches"] == len(effects.batches) > 3
    truth = json.loads((folder / "truth" / "truth.json").read_text(encoding="utf-8"))
    serials = list(truth["batteries"])
    assert len(serials) == 3
    with opened_installation(load_settings({f"{PREFIX}HOME": str(folder / "home")})) as opened:
        with opened.database.read() as connection:
            battery = find_battery(RegistryStore(connection), f"09526000064015/{serials[0]}")
        # Nothing is opened or anchored for this proof: seeding left a state that knows the version.
        assert json.loads(assemble_bundle(opened, battery))["state"] is not None


def test_the_same_again_changes_nothing(folder: Path, told: JsonObject) -> None:
    database = folder / "home" / "records.sqlite"
    before = effects_of(database)
    assert simulated(folder)["batches"] == told["batches"]
    after = effects_of(database)
    assert after.batches == before.batches
    assert after.quarantined == 0


@pytest.mark.usefixtures("told")
def test_another_city_is_refused(folder: Path) -> None:
    for other in (replace(WISH, vehicles=4), replace(WISH, seed=8), replace(WISH, sampling="full")):
        with pytest.raises(OtherCity, match="holds a city of 3 cars"):
            simulated(folder, other)


def test_a_city_that_cannot_be_leaves_none_behind(tmp_path: Path) -> None:
    for wrong in (
        replace(WISH, faults="fire=1"),
        replace(WISH, models=("Nobody's",)),
        replace(WISH, vehicles=0),
        replace(WISH, days=0),
        replace(WISH, sampling="some"),
    ):
        with pytest.raises(InvalidCity):
            simulated(tmp_path, wrong)
    assert not (tmp_path / "home" / "city.json").exists()


def test_a_production_home_takes_no_made_up_cars(folder: Path) -> None:
    settings = load_settings({f"{PREFIX}HOME": str(folder / "home")})
    with opened_installation(settings) as opened:
        serious = replace(opened, settings=replace(settings, mode="production"))
        with pytest.raises(Exception, match="no place in a production"):
            perform(serious, "city-register", WISH.as_request())


@pytest.fixture
def live_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestHome:
    home = TestHome(tmp_path / "home", {"mqtt_url": f"mqtt://127.0.0.1:{free_port()}"})
    for name, value in home.environment().items():
        if name.startswith(PREFIX):
            monkeypatch.setenv(name, value)
    return home


def lived(home: TestHome, transport: str) -> JsonObject:
    """Let a city relive its days for some seconds, and return what it says of itself."""
    wanted = LiveWish(
        wish=WISH,
        truth=home.folder.parent / "truth",
        speed=20_000,
        seconds=8,
        transport=transport,
    )
    return live_into_server(load_settings(os.environ), wanted, lambda _sent: None, silent)


def check_once_and_whole(home: TestHome, told: JsonObject) -> None:
    effects = effects_of(home.database)
    batches, waiting = told["batches"], told["waiting"]
    assert isinstance(batches, int)
    assert isinstance(waiting, int)
    assert effects.faults() == []
    assert told["refused"] == told["duplicates"] == 0
    assert 3 < batches <= len(effects.batches) <= batches + waiting


def test_without_a_server_nobody_can_live(live_home: TestHome) -> None:
    with pytest.raises(NoServer):
        lived(live_home, "http")


def test_a_live_city_is_acknowledged_once_and_whole(live_home: TestHome) -> None:
    with running_server(live_home) as server:
        told = lived(live_home, "http")
        server.wait_until_projected()
        check_once_and_whole(live_home, told)
        _check_past_beside(live_home, server)


def _check_past_beside(home: TestHome, server: Server) -> None:
    """The past of the same city goes through the server that runs, and so do its passports."""
    before = len(effects_of(home.database).batches)
    history = History(wish=WISH, truth=home.folder.parent / "truth")
    told = into_home(load_settings(os.environ), history, silent)
    server.wait_until_projected()
    effects = effects_of(home.database)
    assert effects.faults() == []
    assert told["refused"] == 0
    assert len(effects.batches) - before == told["batches"]
    status, shown = server.get(f"/v1/passports/09526000064015/{_serial(home)}")
    assert status == 200, shown


def _serial(home: TestHome) -> str:
    truth = json.loads((home.folder.parent / "truth" / "truth.json").read_text(encoding="utf-8"))
    return str(next(iter(truth["batteries"])))


@pytest.fixture
def with_broker(live_home: TestHome, tmp_path: Path) -> Iterator[Server]:
    need_mosquitto()
    port = int(live_home.settings["mqtt_url"].rpartition(":")[2])
    with (
        running_server(live_home) as server,
        broker_of(live_home, tmp_path / "broker", port),
        collector_of(live_home, tmp_path / "collector.log"),
    ):
        yield server


@pytest.mark.long
def test_over_a_broker_it_is_the_same(live_home: TestHome, with_broker: Server) -> None:
    told = lived(live_home, "mqtt")
    with_broker.wait_until_projected()
    check_once_and_whole(live_home, told)
