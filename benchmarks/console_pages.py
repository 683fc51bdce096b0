"""Map, lists, curves and heat map of 2,500 cars in a browser: from the click to the picture.

In: a home made for the run: one simulated car with a year of measurements, 2,499 cars whose rows
are made up. Out: medians, worst and first times beside their goals. Run as
`python -m benchmarks console-pages`; Chromium is needed, and three minutes.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from playwright.sync_api import Browser, Locator, sync_playwright
from playwright.sync_api import Page as Tab
from sqlalchemy import select

from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.schema import batteries
from battery_passport.assembly.city.accounts import give_battery, owner_of, settle_accounts
from battery_passport.assembly.installation import opened_installation
from battery_passport.assembly.settings import load_settings
from battery_passport.simulation.makers import MAKERS
from benchmarks.browsing import TIMES, WATCH, Interaction, Took, follow, point, visit
from benchmarks.figures import Figure
from tests.factories.fleet import seed_fleet
from tools.demo_visits import Demonstration, running_demonstration, sign_everybody_in

CARS = 2_500
DAYS = 120
INTERACTION_MS = 200.0
FIRST_LOOK_MS = 500.0
START_WITHIN_S = 120
CITY = "/desk/city"
SORTS = ("car", "district", "heard", "lag", "samples", "findings")


def measure(folder: Path) -> list[Figure]:
    """Return the times of every interaction."""
    home = folder / "home"
    prepare(home)
    with served(home) as made:
        found = interactions(made)
    return [figure for each in found for figure in figures_of(each)]


def figures_of(each: Interaction) -> Iterator[Figure]:
    """Yield what is told of an interaction."""
    yield _timed(f"{each.name}, median", each.usual_ms, INTERACTION_MS)
    yield _timed(f"{each.name}, worst", each.worst_ms, INTERACTION_MS)
    if each.server_ms:
        name = f"console pages: {each.name}, the server's part"
        yield Figure(name=name, value=each.server_ms, unit="ms")
    if each.first is not None:
        yield _timed(f"{each.name}, first look", each.first.seen_ms, FIRST_LOOK_MS)


def _timed(name: str, value_ms: float, goal_ms: float) -> Figure:
    return Figure(
        name=f"console pages: {name}", value=value_ms, unit="ms", goal=goal_ms, at_most=True
    )


def prepare(home: Path) -> None:
    """Make a home with 2,500 cars, one of them with a year of measurements, and its accounts."""
    wishes = {"BATTERY_PASSPORT_HOME": str(home)}
    command = [sys.executable, "-m", "battery_passport", "simulate", "--vehicles", "1"]
    command += ["--days", "365", "--sampling", "telematics"]
    subprocess.run(command, env={**os.environ, **wishes}, check=True, stdout=subprocess.DEVNULL)
    with opened_installation(load_settings(wishes)) as installation:
        accounts = settle_accounts(installation, makers=[maker.slug for maker in MAKERS.values()])
        with installation.database.write() as connection:
            (battery,) = RegistryStore(connection).all_batteries()
            responsible = connection.execute(select(batteries.c.responsible_id)).scalar_one()
            seed_fleet(
                connection,
                responsible_id=UUID(responsible),
                cars=CARS - 1,
                now=installation.clock.now(),
                days=DAYS,
            )
        give_battery(installation, owner_of(accounts), battery.battery_id)


@contextmanager
def served(home: Path) -> Iterator[Demonstration]:
    """Serve the home from a process of its own, with everybody signed in."""
    wishes = {"BATTERY_PASSPORT_HOME": str(home), "BATTERY_PASSPORT_RATE_LIMIT_FACTOR": "0"}
    command = [sys.executable, "-m", "battery_passport", "serve", "--port", "0"]
    process = subprocess.Popen(
        command,
        env={**os.environ, **wishes},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_serving(home, process)
        made = running_demonstration(home)
        sign_everybody_in(made)
        yield made
    finally:
        process.terminate()
        process.wait(60)


def _wait_until_serving(home: Path, process: subprocess.Popen[bytes]) -> None:
    until, file = time.monotonic() + START_WITHIN_S, home / "run" / "server.json"
    while not file.exists() or not json.loads(file.read_text("utf-8") or "{}"):
        if process.poll() is not None or time.monotonic() > until:
            raise SystemExit("The server of the measurement did not start.")
        time.sleep(0.2)
    time.sleep(1.0)


def interactions(made: Demonstration) -> list[Interaction]:
    """Return everything that was done in a browser, and how long it took."""
    with sync_playwright() as playwright:
        executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=executable)
        officer = _opened(made, browser, "officer")
        found = [*on_the_map(officer, made.address), *in_the_list(officer, made.address)]
        found += other_pages(officer, made.address)
        administrator = _opened(made, browser, "administrator")
        found += in_the_devices(administrator, made.address)
        inspector = _opened(made, browser, "inspector")
        found += over_time(inspector, f"{made.address}/telemetry/{made.examples['battery']}")
        browser.close()
    return found


def _opened(made: Demonstration, browser: Browser, reader: str) -> Tab:
    context = made.context(browser, reader, viewport={"width": 1280, "height": 900})
    context.add_init_script(WATCH)
    return context.new_page()


def _again(act: Callable[[int], Took]) -> tuple[Took, ...]:
    return tuple(act(turn) for turn in range(TIMES))


def _clicked(tab: Tab, name: str, there: Locator, first: Took | None = None) -> Interaction:
    return Interaction(name, _again(lambda _turn: follow(tab, there.click)), first)


def _opened_by_link(tab: Tab, name: str, address: str, path: str) -> Interaction:
    """Open a page as a first look, then again and again by its link beside it."""
    first = visit(tab, f"{address}{path}")
    return _clicked(tab, name, tab.locator(f'.console__nav a[href="{path}"]'), first)


def on_the_map(tab: Tab, address: str) -> list[Interaction]:
    """Open the map, colour it otherwise, choose a district."""
    place = f"{CITY}/fleet"
    opened = _opened_by_link(tab, "map, opened", address, place)
    measures = tab.locator(".measures__link")
    coloured = _again(lambda turn: follow(tab, measures.nth(turn % 4).click))

    def choose(turn: int) -> Took:
        visit(tab, f"{address}{place}")
        return follow(tab, tab.locator(".map__picture a").nth(turn).click)

    return [
        opened,
        Interaction("map, another measure", coloured),
        Interaction("map, a district chosen", _again(choose)),
    ]


def in_the_list(tab: Tab, address: str) -> list[Interaction]:
    """Sort by each column, filter, search, turn pages."""
    place = f"{CITY}/cars"
    opened = _opened_by_link(tab, "cars, opened", address, place)
    headings = tab.locator("th .list__sort")
    sorted_by = [
        _clicked(tab, f"cars, sorted by {key}", headings.nth(index))
        for index, key in enumerate(SORTS)
    ]

    def narrowed(choose: Callable[[], object]) -> Took:
        visit(tab, f"{address}{place}")
        choose()
        return follow(tab, tab.locator("form.narrow button").click)

    def filtered(turn: int) -> Took:
        return narrowed(lambda: tab.select_option("#f-district", index=turn + 1))

    def searched(turn: int) -> Took:
        return narrowed(lambda: tab.fill("#q", f"F0000{turn}"))

    return [
        opened,
        *sorted_by,
        _clicked(tab, "cars, next page", tab.locator("a[rel=next]")),
        Interaction("cars, filtered by district", _again(filtered)),
        Interaction("cars, searched", _again(searched)),
    ]


def other_pages(tab: Tab, address: str) -> list[Interaction]:
    """Open the overview, the report of the month, the findings and those of one car."""
    pages = (("overview", CITY), ("report", f"{CITY}/report"), ("quality", f"{CITY}/quality"))
    found = [_opened_by_link(tab, f"{name}, opened", address, path) for name, path in pages]

    def one_car(turn: int) -> Took:
        visit(tab, f"{address}{CITY}/cars")
        return follow(tab, tab.locator("tbody th a").nth(turn).click)

    return [*found, Interaction("one car's quality, opened", _again(one_car))]


def in_the_devices(tab: Tab, address: str) -> list[Interaction]:
    """Open and sort the devices."""
    path = "/desk/administration/devices"
    opened = _opened_by_link(tab, "devices, opened", address, path)
    return [opened, _clicked(tab, "devices, sorted", tab.locator("th .list__sort").last)]


def over_time(tab: Tab, place: str) -> list[Interaction]:
    """Look at a year, zoom into a charge, move over the heat map."""
    first = visit(tab, f"{place}?span=year")
    lengths = tab.locator(".measures__link")

    def closer(_turn: int) -> Took:
        visit(tab, f"{place}?span=year")
        box = tab.locator(".u-over").first.bounding_box()
        assert box is not None
        tab.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 60)
        tab.mouse.down()
        tab.mouse.move(box["x"] + 0.52 * box["width"], box["y"] + 60, steps=3)
        return follow(tab, tab.mouse.up)

    found = [
        _clicked(tab, "a year of curves and cells, opened", lengths.last, first),
        _clicked(tab, "the last charge, opened", lengths.first),
        Interaction("a year, zoomed by dragging", _again(closer)),
    ]
    visit(tab, f"{place}?span=year")
    tab.locator("[data-cells]").scroll_into_view_if_needed()
    places = [(0.05 + 0.045 * turn, 0.9 - 0.04 * turn) for turn in range(2 * TIMES)]
    return [*found, Interaction("heat map, pointed at", point(tab, "[data-cells]", places))]
