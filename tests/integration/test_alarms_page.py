"""The city's list of alarms: what a burning car sent stands there, for its own city alone.

In: a city with a car that sends batches to its handlers. Out: pages of two cities' officers.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import nacl.bindings
import pytest

from battery_passport.access.model import Role
from battery_passport.adapters.sql.fleet import place_batteries
from battery_passport.assembly.desks import open_desks
from battery_passport.assembly.device_directory import DeviceDirectory
from battery_passport.assembly.intake import admit_batch, store_group
from battery_passport.foundation.clock import FixedClock
from battery_passport.web.session import CookieNames
from tests.factories.asgi import asgi_client
from tests.factories.desk_city import FIRST, DeskCity, Visitor, battery_path, desk_city
from tests.factories.installation import run
from tests.factories.people import KeptMail, Office, city, join, person, session
from tests.factories.reading_city import battery_of
from tests.integration.support.fleet import FleetDevice
from tests.integration.test_live_alarms import burning, measured, sealed

pytestmark = pytest.mark.integration

SEED = b"a burning car in the test's city"
HAEUNDAE = "21090"
PLACES = [(Role.CITY_OFFICER, "/desk/city"), (Role.ADMINISTRATOR, "/desk/administration")]


@dataclass(frozen=True, slots=True)
class Fires:
    """A city, the car that sends from it, and when its measurements begin."""

    city: DeskCity
    car: FleetDevice
    now: datetime

    def send(self, *batches: bytes) -> None:
        """Take batches in, and let every handler read them."""
        _take_in(self.city, batches)


@pytest.fixture(scope="module")
def fires(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fires]:
    with desk_city(tmp_path_factory.mktemp("fires") / "home") as busan:
        installation = busan.installation
        public_key: bytes = nacl.bindings.crypto_sign_seed_keypair(SEED)[0]
        enrolled = run(installation, "device-add", battery=FIRST, public_key=public_key.hex())
        battery = battery_of(installation, FIRST)
        with installation.database.write() as connection:
            place_batteries(connection, {battery.battery_id: HAEUNDAE})
        car = FleetDevice(
            alias=FIRST,
            battery_id=battery.battery_id,
            device_id=UUID(str(enrolled["device"])),
            battery_ref=bytes.fromhex(str(enrolled["battery_ref"])),
            seed=SEED,
        )
        yield Fires(busan, car, installation.clock.now())


def _take_in(made: DeskCity, batches: Sequence[bytes]) -> None:
    installation = made.installation
    directory = DeviceDirectory(installation.database)
    now = installation.clock.now()
    store_group(installation.database, [admit_batch(each, directory, now) for each in batches])
    installation.pipeline.settle()


def officer_elsewhere(made: DeskCity, role: Role) -> Visitor:
    """Return a browser of somebody who does the same work in another city."""
    installation = made.installation
    office = Office(open_desks(installation), FixedClock(installation.clock.now()), KeptMail())
    member = person(office, email=f"{role.value}@pohang.example")
    join(office, member, city(office, "pohang"), roles=frozenset({role}), steward=True)
    address = installation.base_url
    client = asgi_client(made.site, base_url=address, headers={"accept": "text/html"})
    client.cookies.set(CookieNames.at(address).session, session(office, member))
    return Visitor(client, "en")


def test_an_alarm_stands_in_the_list_of_its_city_and_in_no_other(fires: Fires) -> None:
    officer = fires.city.visit(Role.CITY_OFFICER)
    assert "No alarm was raised." in officer.text("/desk/city/alarms")

    minute = timedelta(minutes=1)
    fires.send(
        sealed(fires.car, 1, measured(fires.now - 4 * 24 * 60 * minute)),
        sealed(fires.car, 2, burning(fires.now - 3 * 24 * 60 * minute)),
        sealed(fires.car, 3, measured(fires.now - 10 * minute)),
    )
    fires.send(sealed(fires.car, 4, burning(fires.now - 5 * minute)))
    with fires.city.installation.database.read() as connection:
        digests = connection.exec_driver_sql("SELECT hex(batch_digest) FROM alarms ORDER BY at_ms")
        old, new = (each.lower() for each in digests.scalars())

    for role, base in PLACES:
        page = fires.city.visit(role).get(f"{base}/alarms").text
        assert page.index(new[:16]) < page.index(old[:16])
        assert f'href="{base}{battery_path(FIRST)}/quality?lang=en"' in page
        text = fires.city.visit(role).text(f"{base}/alarms")
        assert text.count("temperature, insulation") == 2
        assert text.count("Haeundae-gu") == 2
        assert re.search(r"in time.*more than a day late", text)
        elsewhere = officer_elsewhere(fires.city, role)
        assert "No alarm was raised." in elsewhere.text(f"{base}/alarms")

    korean = fires.city.visit(Role.CITY_OFFICER, language="ko").text("/desk/city/alarms")
    assert "온도, 절연" in korean
    assert "하루 넘게 늦음" in korean


@pytest.mark.parametrize("role", [Role.TRADER, Role.DISMANTLER])
def test_others_see_no_alarms(fires: Fires, role: Role) -> None:
    assert fires.city.visit(role).get("/desk/city/alarms").status_code == 403
