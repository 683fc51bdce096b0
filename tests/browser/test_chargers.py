"""A charger of the `ocpp` library in the pages: connected, charging, limited, stopped."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from ocpp.v16 import call
from playwright.sync_api import Browser, Page, expect

from battery_passport.access.model import Role
from battery_passport.access.records.organisations import OrganisationKind
from battery_passport.web.session import CookieNames
from tests.browser.looking import DESKTOP, visiting
from tests.browser.serving import serving
from tests.factories.chargers import PASSWORD, Charger16, connected, meter_values_16
from tests.factories.desk_city import FIRST, DeskCity, desk_city
from tests.factories.installation import run
from tests.integration.support.gateways import gateway
from tests.integration.support.homes import TestHome

CHARGER, CARD = "GATE-1", "04A2B3C4D5"
WITHIN_MS = 30_000
ORDERED_WITHIN_S = 90


@dataclass
class Charging:
    """A charger in a thread of its own, which charges until it is told to stop."""

    address: str
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def run(self) -> None:
        asyncio.run(self._charge())

    async def _charge(self) -> None:
        async with connected(Charger16, self.address, CHARGER) as charger:
            charger.asked = self.asked
            boot = call.BootNotification(charge_point_model="F100", charge_point_vendor="Made up")
            await charger.call(boot)
            for status in ("Preparing", "Charging"):
                told = call.StatusNotification(connector_id=1, error_code="NoError", status=status)
                await charger.call(told)
            began = call.StartTransaction(
                connector_id=1, id_tag=CARD, meter_start=125_000, timestamp=_now()
            )
            number = (await charger.call(began)).transaction_id
            values = meter_values_16(_now(), soc=40.5, amps=120.5, volts=651.2)
            measured = call.MeterValues(connector_id=1, transaction_id=number, meter_value=values)
            await charger.call(measured)
            await asyncio.wait_for(charger.was_stopped.wait(), ORDERED_WITHIN_S)
            ended = call.StopTransaction(
                meter_stop=127_100, timestamp=_now(), transaction_id=number, id_tag=CARD
            )
            await charger.call(ended)
            free = call.StatusNotification(connector_id=1, error_code="NoError", status="Available")
            await charger.call(free)


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DeskCity, str, Charging]]:
    folder = tmp_path_factory.mktemp("chargers") / "home"
    with desk_city(folder) as city, serving(lambda _address: city.site) as address:
        operator = city.short_name(OrganisationKind.SITE_OPERATOR)
        run(city.installation, "ocpp-site", site="gate", operator=operator)
        run(city.installation, "ocpp-site", site="elsewhere")
        run(city.installation, "ocpp-charger-add", charger=CHARGER, site="gate", password=PASSWORD)
        run(city.installation, "ocpp-charger-add", charger="FAR-1", site="elsewhere")
        run(city.installation, "ocpp-bind", token=CARD, battery=FIRST)
        with gateway(TestHome(folder), ("ocpp", "serve")) as central:
            charging = Charging(central.address)
            thread = threading.Thread(target=charging.run)
            thread.start()
            try:
                yield city, address, charging
            finally:
                central.stop()
                thread.join()


def _opened(page: Page, city: DeskCity, address: str, role: Role, path: str) -> None:
    cookie: Any = {
        "name": CookieNames.at(city.installation.base_url).session,
        "value": city.sessions[role.value],
        "url": address,
    }
    page.context.add_cookies([cookie])
    page.goto(f"{address}{path}")


def test_an_operator_limits_and_stops_a_session(
    browser: Browser, running: tuple[DeskCity, str, Charging]
) -> None:
    city, address, charging = running
    with visiting(browser, width=DESKTOP, script=False) as visit:
        page = visit.page
        _opened(page, city, address, Role.SITE_OPERATOR, "/desk/site/chargers?lang=en")
        _until(page, page.locator("main"), "1: taken")
        row = page.get_by_role("row").filter(has_text=CHARGER)
        expect(row).to_contain_text("connected")
        expect(row).to_contain_text("OCPP 1.6")
        expect(page.locator("main")).not_to_contain_text("FAR-1")
        page.get_by_role("link", name=CHARGER).click()
        now = page.locator(".charge")
        _until(page, now, "78.47")
        expect(now).to_contain_text("40.5")
        expect(now).to_contain_text("registered here")
        expect(page.locator("main")).not_to_contain_text(FIRST)

        page.get_by_role("link", name="Limit the power").click()
        page.get_by_role("button", name="Set the limit").click()
        expect(page.locator(".field__fault")).to_contain_text("from 0 to 10,000")
        page.get_by_label("At most").fill("22")
        page.get_by_role("button", name="Set the limit").click()
        expect(page.get_by_role("status")).to_contain_text("keeps to the limit")
        _until(page, now, "22\u2009kW")
        page.get_by_role("link", name="Stop charging").click()
        page.get_by_role("button", name="Stop charging").click()
        expect(page.get_by_role("status")).to_contain_text("has stopped the session")
        _until(page, page.locator("main"), "Nobody charges here now.")
        assert [name for name, _payload in charging.asked] == ["limit", "stop"]

        page.goto(f"{address}/desk/site/sessions?lang=en")
        expect(page.locator("tbody tr")).to_have_count(1)
        expect(page.locator("tbody tr")).to_contain_text("2.1\u2009kWh")
        _opened(page, city, address, Role.ADMINISTRATOR, "/desk/administration/chargers?lang=en")
        expect(page.locator("main")).to_contain_text("FAR-1")
        expect(page.locator("main")).to_contain_text(CHARGER)
        page.goto(f"{address}/desk/administration/acts?lang=en")
        expect(page.locator("main")).to_contain_text("Charging session stopped")


def test_another_organisation_s_charger_is_not_there(
    browser: Browser, running: tuple[DeskCity, str, Charging]
) -> None:
    city, address, _charging = running
    with visiting(browser, width=DESKTOP) as visit:
        _opened(visit.page, city, address, Role.SITE_OPERATOR, "/desk/site/chargers/FAR-1?lang=en")
        expect(visit.page.locator("main")).not_to_contain_text("FAR-1")
        assert any("404" in each for each in visit.complaints)


def _until(page: Page, where: Any, text: str) -> None:
    """Load the page anew until it tells; the charger has a pace of its own."""

    def told() -> bool:
        page.reload()
        return text in (where.first.text_content(timeout=WITHIN_MS) or "")

    for _ in range(60):
        if told():
            return
        page.wait_for_timeout(250)
    expect(where).to_contain_text(text)
