"""Batches that must not be taken, and batches that must be taken and remarked on.

In: a running server. Out: for each its status and its problem, and a home without other changes.
"""

import dataclasses
import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import zstandard

from battery_passport.foundation.clock import unix_ms
from battery_passport.telemetry.codec import encode_samples
from battery_passport.telemetry.envelope import open_envelope
from battery_passport.telemetry.model import ColumnLayout
from battery_passport.telemetry.payload import Payload, write_payload
from tests.integration.support.effects import effects_of, reading
from tests.integration.support.fleet import (
    FIRST_SAMPLE_AT,
    FleetDevice,
    driving_samples,
    enrol_fleet,
)
from tests.integration.support.homes import TestHome
from tests.integration.support.sending import Answer, Sender
from tests.integration.support.servers import Server, running_server

pytestmark = pytest.mark.integration

MIB = 1 << 20
NOBODY = UUID("01937f00-0000-7000-8000-00000000dead")
MEMBERS = {"type", "title", "status", "code", "instance", "detail", "remedy"}


@dataclasses.dataclass(frozen=True)
class Site:
    """A server with two cars; `sender` is a connection that stays open from test to test."""

    server: Server
    fleet: list[FleetDevice]
    sender: Sender

    @property
    def car(self) -> FleetDevice:
        return self.fleet[0]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    # Checkpoints would be rows that no batch is the cause of.
    settings = {"pipeline_interval_s": "0.05", "anchor_interval_s": "3600"}
    home = TestHome(tmp_path_factory.mktemp("site") / "home", settings)
    fleet = enrol_fleet(home, devices=2)
    with running_server(home) as server, Sender(server.port) as sender:
        sender.acknowledged(fleet[0].batch(0))
        server.wait_until_settled()
        yield Site(server, fleet, sender)


def check_refused(site: Site, answer: Answer, *, status: int, code: str) -> None:
    """Check the problem document, and that the connection goes on as if nothing had been."""
    assert (answer.status, answer.code) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.document) >= MEMBERS
    assert answer.document["status"] == status
    assert answer.document["instance"] == "/v1/telemetry"
    assert site.sender.acknowledged(site.car.batch(0)) == "duplicate"


def _payload(car: FleetDevice, sequence: int) -> Payload:
    claims = open_envelope(car.batch(sequence)).claims
    samples = driving_samples(first_ms=unix_ms(FIRST_SAMPLE_AT))
    layout, frame = encode_samples(samples, collected_at_ms=unix_ms(claims.collected_at))
    return Payload(
        claims=claims,
        assumptions=(),
        sample_count=samples.sampled_at_ms.shape[0],
        layout=layout,
        frame=frame,
    )


def _with_frame(car: FleetDevice, sequence: int, frame: bytes) -> bytes:
    payload = dataclasses.replace(_payload(car, sequence), frame=frame)
    return car.signed(write_payload(payload))


def _larger_than_told(car: FleetDevice) -> bytes:
    return _with_frame(car, 51, zstandard.ZstdCompressor(level=1).compress(bytes(256 * MIB)))


def _of_unknown_size(car: FleetDevice) -> bytes:
    compressor = zstandard.ZstdCompressor(write_content_size=False)
    return _with_frame(car, 52, compressor.compress(bytes(100)))


def _of_a_billion_values(car: FleetDevice) -> bytes:
    payload = _payload(car, 53)
    wide = ColumnLayout(
        key="wide_mv",
        name="wide_mv",
        width=1_024,
        mode=0,
        side_planes=8,
        main_planes=8,
        divisor=1,
    )
    columns = (dataclasses.replace(wide, key=f"wide_{number:02}_mv") for number in range(10))
    layout = (payload.layout[0], *columns)
    bomb = dataclasses.replace(payload, sample_count=100_000, layout=layout)
    return car.signed(write_payload(bomb))


def _wrongly_signed(car: FleetDevice) -> bytes:
    batch = car.batch(54)
    return batch[:-1] + bytes([batch[-1] ^ 1])


def _altered(car: FleetDevice) -> bytes:
    batch = bytearray(car.batch(55))
    batch[-80] ^= 1
    return bytes(batch)


def _of_nobody(car: FleetDevice) -> bytes:
    return dataclasses.replace(car, device_id=NOBODY).batch(56)


def _signed_by_another(car: FleetDevice) -> bytes:
    return dataclasses.replace(car, seed=bytes(32)).batch(57)


REFUSED: dict[str, tuple[Callable[[FleetDevice], bytes], int, str]] = {
    "nothing": (lambda _car: b"", 422, "malformed-batch"),
    "not a batch": (lambda _car: b'{"samples": [1, 2, 3]}', 422, "malformed-batch"),
    "truncated": (lambda car: car.batch(50)[:-10], 422, "malformed-batch"),
    "with more behind it": (lambda car: car.batch(58) + bytes(1), 422, "malformed-batch"),
    "over 1 MiB": (lambda car: car.batch(59) + bytes(MIB), 413, "body-too-large"),
    "over 8 MiB": (lambda _car: bytes(8 * MIB), 413, "body-too-large"),
    "a frame larger than its columns": (_larger_than_told, 422, "malformed-batch"),
    "a frame of unknown size": (_of_unknown_size, 422, "malformed-batch"),
    "a billion values": (_of_a_billion_values, 422, "batch-too-large"),
    "wrongly signed": (_wrongly_signed, 422, "wrong-signature"),
    "altered": (_altered, 422, "wrong-signature"),
    "signed by another": (_signed_by_another, 422, "wrong-signature"),
    "an unknown device": (_of_nobody, 422, "unknown-device"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_and_nothing_changed(site: Site, name: str) -> None:
    make, status, code = REFUSED[name]
    before = site.server.counts_at_rest()
    check_refused(site, site.sender.send(make(site.car)), status=status, code=code)
    assert site.server.counts_at_rest() == before


def test_a_foreign_battery_is_refused(site: Site) -> None:
    before = site.server.counts_at_rest()
    for reference in (site.fleet[1].battery_ref, b"battery-16-bytes"):
        batch = dataclasses.replace(site.car, battery_ref=reference).batch(60)
        check_refused(site, site.sender.send(batch), status=422, code="foreign-battery")
    assert site.server.counts_at_rest() == before


def test_another_method_is_refused(site: Site) -> None:
    answer = site.sender.send(b"", method="GET")
    assert (answer.status, answer.code) == (405, "method-not-allowed")


def test_a_body_of_untold_length_has_the_same_limit(site: Site) -> None:
    answer = site.sender.send(bytes(MIB // 4) for _ in range(6))
    check_refused(site, answer, status=413, code="body-too-large")
    batch = site.car.batch(61)
    assert site.sender.send(iter([batch[:40], batch[40:]])).document["outcome"] == "stored"


def test_a_sender_who_leaves_mid_way_leaves_nothing(site: Site) -> None:
    before = site.server.counts_at_rest()
    batch = site.car.batch(62)
    head = b"POST /v1/telemetry HTTP/1.1\r\nhost: localhost\r\ncontent-length: %d\r\n\r\n"
    for cut in (0, 1, len(batch) // 2, len(batch) - 1):
        site.server.talk(head % len(batch) + batch[:cut])
    assert site.server.counts_at_rest() == before
    assert site.sender.acknowledged(site.car.batch(0)) == "duplicate"
    assert '"level": "error"' not in site.server.said()


def test_replays_change_nothing(site: Site) -> None:
    batches = [site.car.batch(number) for number in range(70, 75)]
    assert [site.sender.acknowledged(batch) for batch in batches] == ["stored"] * 5
    before = site.server.counts_at_rest()
    for _ in range(20):
        assert {site.sender.acknowledged(batch) for batch in batches} == {"duplicate"}
    assert site.server.counts_at_rest() == before


def test_a_number_used_twice_is_put_aside_and_alarmed(site: Site) -> None:
    database = site.server.home.database
    site.sender.acknowledged(site.car.batch(80))
    other = site.car.batch(80, variant=1)
    digest = hashlib.sha256(other).hexdigest()
    before = site.server.counts_at_rest()
    for _ in range(2):
        answer = site.sender.send(other)
        check_refused(site, answer, status=409, code="batch-number-reused")
        assert answer.document["outcome"] == "quarantined"
        assert answer.document["digest"] == digest
    # What was put aside is sealed like every row that no log entry covers.
    changed = {name: before[name] + 1 for name in ("quarantined_batches", "row_seals")}
    changed = before | changed
    assert site.server.counts_at_rest() == changed
    with reading(database) as connection:
        query = "SELECT encoded FROM quarantined_batches WHERE digest=?"
        assert connection.execute(query, [bytes.fromhex(digest)]).fetchone() == (other,)
    quarantined = changed["quarantined_batches"]
    assert site.server.components()["intake"] == f"0 waiting, {quarantined} quarantined"
    alarms = [line for line in site.server.said().splitlines() if digest in line]
    assert alarms
    assert all('"level": "warning"' in line and "quarantined" in line for line in alarms)
    assert site.sender.acknowledged(site.car.batch(80)) == "duplicate"


def test_order_of_arrival_makes_no_difference(site: Site) -> None:
    numbers = [94, 91, 93, 90, 92]
    for number in numbers:
        assert site.sender.acknowledged(site.car.batch(number)) == "stored"
    site.server.wait_until_projected()
    stored = effects_of(site.server.home.database)
    assert stored.faults() == []
    digests = {hashlib.sha256(site.car.batch(number)).digest() for number in numbers}
    assert digests <= set(stored.contents)


def test_future_dated_batches_are_kept_and_flagged(site: Site) -> None:
    batch = site.car.batch(100, begun_at=datetime.now(UTC) + timedelta(days=400))
    assert site.sender.acknowledged(batch) == "stored"
    assert {"future-dated", "clock-skew"} <= set(flags_of(site, batch))


def test_a_frame_that_lies_about_its_size_is_kept_as_unreadable(site: Site) -> None:
    """The header of the frame says what the columns need, and many megabytes follow."""
    said = zstandard.get_frame_parameters(_payload(site.car, 101).frame).content_size
    bomb = zstandard.ZstdCompressor(level=1).compress(bytes(16 * MIB))
    # Magic number, descriptor with a size of four bytes and no window, the size itself.
    assert bomb[4] == 0b1000_0000
    lying = bomb[:4] + bytes([0b1010_0000]) + said.to_bytes(4, "little") + bomb[10:]
    batch = _with_frame(site.car, 101, lying)
    assert site.sender.acknowledged(batch) == "stored"
    site.server.wait_until_projected()
    with reading(site.server.home.database) as connection:
        query = "SELECT samples, error FROM batch_contents WHERE digest=?"
        samples, error = connection.execute(query, [hashlib.sha256(batch).digest()]).fetchone()
    assert samples == 0
    assert "decompressed" in error
    assert effects_of(site.server.home.database).faults() == []


def flags_of(site: Site, batch: bytes) -> list[str]:
    """Return the codes of the flags that a stored batch has got."""
    site.server.wait_until_projected()
    with reading(site.server.home.database) as connection:
        query = "SELECT value ->> 'code' FROM batch_contents, json_each(flags) WHERE digest=?"
        return [row[0] for row in connection.execute(query, [hashlib.sha256(batch).digest()])]
