"""From signed batches to pages: findings, curves, cells and losses of a real installation."""

import time
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest

from battery_passport.access.model import Role
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.device_directory import DeviceDirectory
from battery_passport.assembly.intake import admit_batch, store_group
from battery_passport.assembly.performing import perform
from battery_passport.assembly.sites.measuring import last_charge_in
from battery_passport.assembly.sites.sheet_paper import UnknownLanguage
from battery_passport.credentials.signing import Ed25519Signer
from battery_passport.foundation.clock import HOUR_MS, unix_ms
from battery_passport.registry.model import Device, DeviceKind
from battery_passport.telemetry.envelope import seal_batch
from battery_passport.telemetry.model import BatchClaims, Samples
from tests.factories.desk_city import SECOND, DeskCity, battery_path, desk_city

CELLS, WEAK = 96, 41
KEY = b"k" * 32


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskCity]:
    """Two days of a battery, a sample a minute; the third batch is lost, one has a stuck cell."""
    with desk_city(tmp_path_factory.mktemp("measured") / "home") as city:
        installation = city.installation
        _, serial = SECOND.split("/")
        with installation.database.write() as connection:
            store = RegistryStore(connection)
            battery = next(
                each for each in store.all_batteries() if each.identifier.serial == serial
            )
            device = Device(
                device_id=uuid4(),
                kind=DeviceKind.VEHICLE,
                public_key=Ed25519Signer(KEY).public_key.coordinates,
                battery_id=battery.battery_id,
                enrolled_at=installation.clock.now(),
            )
            store.add_device(device)
        now = installation.clock.now()
        claims = BatchClaims(
            device_id=device.device_id,
            boot_id=b"b" * 16,
            sequence=0,
            collected_at=now,
            monotonic_ms=0,
            backfill=True,
            battery_ref=battery.battery_ref,
        )
        sealed = []
        for hour in range(48):
            at = now - timedelta(hours=48 - hour)
            claimed = replace(claims, sequence=hour, collected_at=at + timedelta(hours=1))
            samples = _hour(unix_ms(at), charging=hour == 47, stuck=hour == 20)
            sealed.append(seal_batch(claims=claimed, samples=samples, signing_key=KEY))
        del sealed[2]
        directory = DeviceDirectory(installation.database)
        store_group(installation.database, [admit_batch(each, directory, now) for each in sealed])
        installation.pipeline.settle()
        yield city


def _hour(start_ms: int, *, charging: bool, stuck: bool) -> Samples:
    minutes = np.arange(60, dtype=np.int64)
    voltage = 3_700 + minutes * (2 if charging or stuck else 0)
    cells = np.repeat(voltage[:, None], CELLS, axis=1)
    cells[:, WEAK - 1] -= 25
    if stuck:
        cells[:, 9] = 3_701
    return Samples(
        sampled_at_ms=start_ms + minutes * 60_000,
        columns={
            "current_ma": np.full(60, -20_000 if charging else 500, np.int64),
            "pack_voltage_mv": cells.sum(axis=1),
            "bms_soc_permyriad": np.full(60, 6_000, np.int64),
            "temperature_max_dc": np.full(60, 210, np.int64),
            "cell_voltage_mv": cells,
        },
    )


def _address(path: str) -> str:
    gtin, serial = SECOND.split("/")
    return f"/v1/batteries/{gtin}/{serial}/{path}"


def test_findings_and_losses_come_with_the_batches(measured: DeskCity) -> None:
    told = measured.visit(Role.INSPECTOR).http.get(_address("quality")).json()
    found = {(each["kind"], each["column"]): each for each in told["findings"]}
    assert found["stuck", "cell_voltage_mv"]["count"] == 60
    assert found["backfilled", None]["count"] == 47 * 60
    assert told["missingBatches"] == 1
    assert told["samples"] == 47 * 60


def test_an_officer_sees_the_findings_and_no_measurement(measured: DeskCity) -> None:
    officer = measured.visit(Role.CITY_OFFICER)
    assert "Stuck value" in officer.text(f"/desk/city{battery_path(SECOND)}/quality")
    assert officer.get(f"/telemetry{battery_path(SECOND)}").status_code == 403
    assert officer.http.get(_address("measurements")).status_code == 403


@pytest.mark.parametrize(("days", "span_ms"), [(1, 120_000), (30, HOUR_MS)])
def test_curves_and_cells_are_summed_up_by_spans(
    measured: DeskCity, days: int, span_ms: int
) -> None:
    inspector = measured.visit(Role.INSPECTOR)
    answer = inspector.http.get(_address(f"measurements?last={days * 86_400_000}"))
    told = answer.json()
    assert told["spanMs"] == span_ms
    assert told["cells"]["weakest"] == WEAK
    assert {row[WEAK - 1] for row in told["cells"]["deviation"]} == {-250}
    assert len(told["at"]) == len(told["series"]["current"]["mean"]) <= 750
    assert min(told["series"]["current"]["low"]) == -20.0
    tag = {"If-None-Match": answer.headers["etag"]}
    again = inspector.http.get(_address(f"measurements?last={days * 86_400_000}"), headers=tag)
    assert again.status_code == 304


def test_the_page_says_in_words_and_tables_what_the_pictures_show(measured: DeskCity) -> None:
    inspector = measured.visit(Role.INSPECTOR)
    week = inspector.text(f"/telemetry{battery_path(SECOND)}")
    assert f"the weakest is cell {WEAK}" in week
    assert "Current: from -20 to 0.5 A" in week
    charge = inspector.text(f"/telemetry{battery_path(SECOND)}?span=charge")
    assert "State of charge" in charge
    korean = measured.visit(Role.INSPECTOR, language="ko").text(f"/telemetry{battery_path(SECOND)}")
    assert f"가장 약한 셀은 {WEAK}번" in korean


def test_an_unknown_battery_is_not_found(measured: DeskCity) -> None:
    inspector = measured.visit(Role.INSPECTOR)
    unknown = f"/v1/batteries/09526170000202/{UUID(int=1).hex[:12]}/measurements"
    assert inspector.http.get(unknown).status_code == 404


def test_the_diagnostic_sheet_is_made_once_and_then_given_at_once(measured: DeskCity) -> None:
    inspector = measured.visit(Role.INSPECTOR)
    address = f"/diagnosis{battery_path(SECOND)}"
    until = time.monotonic() + 60
    while (answer := inspector.get(address)).status_code == 202:
        assert "Refresh" in answer.headers
        assert time.monotonic() < until
        time.sleep(0.2)
    assert answer.status_code == 200
    said = inspector.text(address)
    assert f"the lowest is cell {WEAK}" in said
    assert "Nine inspection items" in said
    assert "Stuck value" in said
    assert measured.visit(Role.AUTHORITY).get(address).status_code == 200
    assert measured.visit(Role.CITY_OFFICER).get(address).status_code == 403
    assert measured.visit(Role.RECYCLER).get(address).status_code == 403
    paper = inspector.http.get(f"{address}?format=pdf")
    assert paper.content.startswith(b"%PDF-")
    assert paper.headers["content-type"] == "application/pdf"


def test_braking_is_no_charge() -> None:
    minute = 60_000
    times = np.arange(60, dtype=np.int64) * minute
    current = np.full(60, 20_000, dtype=np.int64)
    current[10:25] = -40_000  # a quarter of an hour at a charger
    current[[30, 31, 45]] = -60_000  # brakes
    assert last_charge_in(times, current) == (10 * minute, 24 * minute)
    assert last_charge_in(times[30:], current[30:]) is None


def test_the_command_line_gets_the_same_sheet(measured: DeskCity) -> None:
    answer = perform(measured.installation, "sheet", {"battery": SECOND, "language": "ko"})
    assert b64decode(str(answer["pdf"])).startswith(b"%PDF-")
    with pytest.raises(UnknownLanguage):
        perform(measured.installation, "sheet", {"battery": SECOND, "language": "tlh"})
