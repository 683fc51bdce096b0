"""Registering a simulated city that is killed half way: what was kept counts, the rest follows."""

import multiprocessing
import os
import signal
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.city.registering import RegisteredCity, registered_city
from battery_passport.assembly.home import Home
from battery_passport.assembly.installation import opened_installation
from battery_passport.assembly.operations.seeding import CARS_AT_ONCE
from battery_passport.assembly.performing import perform
from battery_passport.assembly.recorded import events_of_all
from battery_passport.assembly.settings import PREFIX, load_settings
from battery_passport.assembly.simulated.wishes import CityWish
from battery_passport.registry.model import Battery

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

WISH = CityWish(vehicles=CARS_AT_ONCE + 3, days=1, seed=9, faults="none")


def silent(_what: str, _done: int, _total: int) -> None:
    pass


def register(folder: Path) -> RegisteredCity:
    settings = load_settings({f"{PREFIX}HOME": str(folder)})
    with opened_installation(settings) as opened:
        return registered_city(
            lambda name, request: perform(opened, name, request), Home(folder), WISH, silent
        )


def register_until_killed(folder: Path, statement: str) -> None:
    """Register, and die with a row of that table written and not committed."""

    def die_before_commit(connection: Connection) -> None:
        if connection.info.get("wrote"):
            os.kill(os.getpid(), signal.SIGKILL)

    def remember(connection: Connection, _cursor: object, text: str, *_rest: object) -> None:
        if text.startswith(statement):
            connection.info["wrote"] = True

    event.listen(Engine, "before_cursor_execute", remember)
    event.listen(Engine, "commit", die_before_commit)
    register(folder)


def killed(folder: Path, statement: str) -> int | None:
    child = multiprocessing.get_context("spawn").Process(
        target=register_until_killed, args=(folder, statement)
    )
    child.start()
    child.join(60)
    return child.exitcode


def lives(folder: Path) -> Mapping[Battery, list[int]]:
    """Return each registered battery's events by their numbers."""
    settings = load_settings({f"{PREFIX}HOME": str(folder)})
    with opened_installation(settings) as opened, opened.database.read() as connection:
        batteries = RegistryStore(connection).all_batteries()
        known = events_of_all(connection, batteries)
    return {each: [event.sequence for event in known[each.battery_id]] for each in batteries}


def test_a_city_killed_while_it_is_registered_goes_on(tmp_path: Path) -> None:
    assert killed(tmp_path, "INSERT INTO devices") == -signal.SIGKILL
    assert not lives(tmp_path)
    assert killed(tmp_path, "INSERT INTO events") == -signal.SIGKILL
    half = lives(tmp_path)
    assert len(half) == CARS_AT_ONCE
    assert not any(half.values())

    whole = register(tmp_path)
    assert not whole.is_new
    assert len({each.device_id for each in whole.devices}) == WISH.vehicles
    after = lives(tmp_path)
    assert len(after) == WISH.vehicles
    assert half.keys() <= after.keys()
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in after.values())
    assert all(after.values())

    assert register(tmp_path).devices == whole.devices
    assert lives(tmp_path) == after
