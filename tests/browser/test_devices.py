"""A collection device's life in a real browser: code, enrolment, suspension, a batch refused."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from battery_passport.access.model import Role
from battery_passport.adapters.sql.evidence import Outcome
from battery_passport.assembly.agent.joining import enrol
from battery_passport.assembly.agent.state import DeviceState
from battery_passport.assembly.device_directory import DeviceDirectory
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.intake import admit_batch, store_group
from battery_passport.foundation.clock import unix_ms
from battery_passport.registry.devices.errors import SuspendedDevice
from battery_passport.telemetry.envelope import seal_batch
from battery_passport.web.session import CookieNames
from tests.browser.looking import DESKTOP, PHONE, visiting
from tests.browser.serving import serving
from tests.factories.desk_city import SECOND, THIRD, DeskCity, desk_city
from tests.factories.telemetry import make_claims, make_samples

DEVICES = "/desk/administration/devices"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DeskCity, str]]:
    with (
        desk_city(tmp_path_factory.mktemp("devices") / "home") as city,
        serving(lambda _address: city.site) as address,
    ):
        yield city, address


@pytest.fixture
def page(browser: Browser, running: tuple[DeskCity, str]) -> Iterator[Page]:
    city, address = running
    with visiting(browser, width=DESKTOP, script=False) as visit:
        visit.page.context.add_cookies([_cookie(city, address)])
        yield visit.page


def _cookie(city: DeskCity, address: str) -> Any:
    name = CookieNames.at(city.installation.base_url).session
    return {"name": name, "value": city.sessions[Role.ADMINISTRATOR.value], "url": address}


def _code(page: Page, address: str, battery: str) -> str:
    page.goto(f"{address}{DEVICES}?lang=en")
    page.get_by_role("link", name="Enrol a device").click()
    page.get_by_label("Battery identifier").fill(battery)
    page.get_by_role("button", name="Make the code").click()
    expect(page.get_by_role("img", name="QR code that enrols a device")).to_be_visible()
    return page.locator(".handout__code").inner_text()


def _batch(state: DeviceState, installation: Installation, sequence: int) -> bytes:
    now, who = installation.clock.now(), state.identity
    claims = make_claims(
        sequence=sequence,
        device_id=who.device_id,
        battery_ref=who.battery_ref,
        collected_at=now,
    )
    samples = make_samples(start_ms=unix_ms(now) - 10_000)
    return seal_batch(claims=claims, samples=samples, signing_key=bytes.fromhex(state.key))


def _sent(installation: Installation, encoded: bytes) -> Outcome:
    directory = DeviceDirectory(installation.database)
    batch = admit_batch(encoded, directory, installation.clock.now())
    (outcome,) = store_group(installation.database, [batch])
    installation.pipeline.settle()
    return outcome


def test_a_device_enrols_is_suspended_and_comes_back(
    page: Page, running: tuple[DeskCity, str], tmp_path: Path
) -> None:
    city, address = running
    code = _code(page, address, SECOND)
    state = enrol(tmp_path, code=code, server=address)
    assert _sent(city.installation, _batch(state, city.installation, 0)) is Outcome.STORED

    page.goto(f"{address}{DEVICES}?lang=en&q={state.device}")
    page.get_by_role("link", name=state.device).click()
    expect(page.locator("main")).to_contain_text("Fitted to a battery")
    expect(page.get_by_role("table", name="Last batches").locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Suspend", exact=True).click()
    page.get_by_role("button", name="Suspend", exact=True).click()
    expect(page.locator(".field__fault")).to_have_text("Choose why the device is suspended.")
    page.get_by_label("Reason").select_option("implausible")
    page.get_by_role("button", name="Suspend", exact=True).click()
    expect(page.locator(".device__standing")).to_have_text(
        "suspended: Its measurements are not plausible"
    )
    with pytest.raises(SuspendedDevice, match="is suspended"):
        _sent(city.installation, _batch(state, city.installation, 1))

    page.goto(f"{address}{DEVICES}?lang=en&standing=suspended")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name=state.device).click()
    page.get_by_role("link", name="Take into service again").click()
    page.get_by_role("button", name="Take into service again").click()
    expect(page.locator(".device__standing")).to_have_text("active")
    assert _sent(city.installation, _batch(state, city.installation, 1)) is Outcome.STORED


def test_a_device_moves_and_is_replaced(
    page: Page, running: tuple[DeskCity, str], tmp_path: Path
) -> None:
    _city, address = running
    first = enrol(tmp_path / "first", code=_code(page, address, SECOND), server=address)
    page.goto(f"{address}{DEVICES}/{first.device}/move?lang=en")
    page.get_by_label("Battery identifier").fill(SECOND)
    page.get_by_role("button", name="Move").click()
    expect(page.get_by_role("alert")).to_contain_text("on that battery already")
    page.get_by_label("Battery identifier").fill(THIRD)
    page.get_by_role("button", name="Move").click()
    expect(page.locator("main")).to_contain_text("Taken off a battery")

    page.get_by_role("link", name="Replace with another device").click()
    page.get_by_role("button", name="Make the code").click()
    expect(page.locator("main")).to_contain_text(first.device)
    code = page.locator(".handout__code").inner_text()
    second = enrol(tmp_path / "second", code=code, server=address)
    assert second.device != first.device
    page.goto(f"{address}{DEVICES}/{first.device}?lang=en")
    expect(page.locator(".device__standing")).to_have_text("retired")
    page.goto(f"{address}/desk/administration/acts?lang=en")
    expect(page.locator("main")).to_contain_text("Collection device moved to another battery")


def test_the_printed_sheet_holds_code_and_qr_code(
    browser: Browser, running: tuple[DeskCity, str]
) -> None:
    city, address = running
    with visiting(browser, width=PHONE) as visit:
        visit.page.context.add_cookies([_cookie(city, address)])
        code = _code(visit.page, address, THIRD)
        assert re.fullmatch(r"[0-9A-Z]+(-[0-9A-Z]+)+", code)
        visit.page.emulate_media(media="print")
        expect(visit.page.locator(".handout__code")).to_be_visible()
        expect(visit.page.locator(".console__nav")).to_be_hidden()
        assert visit.complaints == []
