"""A device's life on a real installation: code, own key, new keys, moves, suspension, end."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import nacl.bindings
import pytest

from battery_passport.adapters.sql.evidence import Outcome
from battery_passport.assembly.device_directory import LOOK_EVERY_S, DeviceDirectory
from battery_passport.assembly.devices.enrolling import EnrolmentRequest
from battery_passport.assembly.devices.enrolling import enrol as enrol_with_code
from battery_passport.assembly.devices.reporting import (
    ReportRequest,
    RotationRequest,
    rotate_key,
    take_report,
)
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.intake import admit_batch, store_group
from battery_passport.foundation.clock import unix_ms
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.registry.devices.codes import read_code
from battery_passport.registry.devices.errors import (
    DeviceStandsOtherwise,
    NoSuchDevice,
    SuspendedDevice,
    WrongEnrolmentCode,
    WrongProof,
)
from battery_passport.registry.devices.proofs import (
    enrolment_message,
    report_message,
    rotation_message,
)
from battery_passport.registry.devices.rules import OVERLAP
from battery_passport.telemetry.envelope import seal_batch
from battery_passport.telemetry.errors import ForeignBattery, WrongSignature
from tests.factories.installation import installed, run
from tests.factories.telemetry import make_claims, make_samples

if TYPE_CHECKING:
    from battery_passport.foundation.strict_json import JsonObject

pytestmark = pytest.mark.integration
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("home")) as opened:
        yield opened


@dataclass
class Key:
    """A device's key; the same seed, the same key."""

    seed: bytes
    public: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.public = nacl.bindings.crypto_sign_seed_keypair(self.seed)[0]

    def sign(self, message: bytes) -> bytes:
        _, secret = nacl.bindings.crypto_sign_seed_keypair(self.seed)
        return nacl.bindings.crypto_sign(message, secret)[:64]


def key(name: str) -> Key:
    return Key((name.encode() * 32)[:32])


def battery(installation: Installation, alias: str) -> bytes:
    return bytes.fromhex(str(run(installation, "battery-add", battery=alias)["battery_ref"]))


def code_for(installation: Installation, alias: str) -> str:
    return str(run(installation, "device-code", battery=alias)["code"])


def join(installation: Installation, code: str, own: Key) -> UUID:
    message = enrolment_message(code=str(read_code(code)), public_key=own.public)
    asked = EnrolmentRequest(code=code, public_key=own.public, proof=own.sign(message))
    return UUID(str(enrol_with_code(installation, asked)["device"]))


def renew(
    installation: Installation, device: UUID, old: Key, new: Key, sealed_until: datetime
) -> None:
    sealed_until_ms = unix_ms(sealed_until)
    message = rotation_message(
        device=str(device), public_key=new.public, sealed_until_ms=sealed_until_ms
    )
    rotate_key(
        installation,
        RotationRequest(
            device_id=device,
            public_key=new.public,
            sealed_until_ms=sealed_until_ms,
            proof=old.sign(message),
            proof_of_new=new.sign(message),
        ),
    )


def batch(device: UUID, own: Key, ref: bytes, sequence: int, at: datetime) -> bytes:
    claims = make_claims(sequence=sequence, device_id=device, battery_ref=ref, collected_at=at)
    samples = make_samples(start_ms=unix_ms(at) - 10_000)
    return seal_batch(claims=claims, samples=samples, signing_key=own.seed)


def accepted(installation: Installation, encoded: bytes, received_at: datetime) -> Outcome:
    directory = DeviceDirectory(installation.database)
    group = [admit_batch(encoded, directory, received_at)]
    return store_group(installation.database, group)[0]


def refusal(installation: Installation, encoded: bytes, at: datetime) -> type[BatteryPassportError]:
    with pytest.raises(BatteryPassportError) as caught:
        accepted(installation, encoded, at)
    return caught.type


def test_a_code_enrols_one_device_and_the_lost_answer_is_given_again(
    installation: Installation,
) -> None:
    ref = battery(installation, "coded")
    code = code_for(installation, "coded")
    device = join(installation, code, key("a"))

    assert join(installation, code.lower().replace("-", ""), key("a")) == device
    with pytest.raises(WrongEnrolmentCode):
        join(installation, code, key("b"))
    now = installation.clock.now()
    assert accepted(installation, batch(device, key("a"), ref, 0, now), now) is Outcome.STORED


def test_five_wrong_tries_spend_a_code(installation: Installation) -> None:
    battery(installation, "tried")
    code = code_for(installation, "tried")
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    for _ in range(5):
        with pytest.raises(WrongEnrolmentCode):
            join(installation, wrong, key("guess"))

    with pytest.raises(WrongEnrolmentCode):
        join(installation, code, key("late"))


def test_a_key_must_be_shown_not_only_named(installation: Installation) -> None:
    battery(installation, "posed")
    code = code_for(installation, "posed")
    message = enrolment_message(code=code, public_key=key("c").public)
    asked = EnrolmentRequest(code=code, public_key=key("c").public, proof=key("d").sign(message))

    with pytest.raises(WrongProof):
        enrol_with_code(installation, asked)


def test_batches_sealed_before_a_new_key_still_come_in_and_the_audit_holds(
    installation: Installation,
) -> None:
    ref = battery(installation, "renewed")
    device = join(installation, code_for(installation, "renewed"), key("e"))
    now = installation.clock.now()
    renew(installation, device, key("e"), key("f"), now)
    renew(installation, device, key("e"), key("f"), now)  # the answer was lost: asked again

    before, after = now - SECOND, now + SECOND
    queued = batch(device, key("e"), ref, 0, before)
    assert accepted(installation, queued, now) is Outcome.STORED
    assert accepted(installation, batch(device, key("f"), ref, 1, after), now) is Outcome.STORED
    assert refusal(installation, batch(device, key("e"), ref, 2, after), now) is WrongSignature
    late = batch(device, key("e"), ref, 3, before)
    assert refusal(installation, late, now + OVERLAP + SECOND) is WrongSignature
    with pytest.raises(WrongProof):
        renew(installation, device, key("e"), key("g"), now)
    installation.pipeline.settle()
    run(installation, "audit")  # raises at the first record that does not hold


def test_a_suspended_device_waits_and_every_process_notices_in_seconds(
    installation: Installation,
) -> None:
    ref = battery(installation, "suspended")
    device = join(installation, code_for(installation, "suspended"), key("h"))
    seconds = [0.0]
    elsewhere = DeviceDirectory(installation.database, monotonic_s=lambda: seconds[0])
    now = installation.clock.now()
    encoded = batch(device, key("h"), ref, 0, now)
    admit_batch(encoded, elsewhere, now)

    told = run(installation, "device-suspend", device=str(device), reason="implausible")

    assert (told["standing"], told["reason"]) == ("suspended", "implausible")
    seconds[0] += LOOK_EVERY_S
    assert LOOK_EVERY_S <= 5
    with pytest.raises(SuspendedDevice):
        admit_batch(encoded, elsewhere, now)
    with pytest.raises(DeviceStandsOtherwise):
        run(installation, "device-suspend", device=str(device))
    run(installation, "device-lift", device=str(device))
    assert accepted(installation, encoded, now) is Outcome.STORED


def test_a_moved_device_sends_for_the_new_battery_and_learns_of_it(
    installation: Installation,
) -> None:
    former, present = battery(installation, "moved-from"), battery(installation, "moved-to")
    device = join(installation, code_for(installation, "moved-from"), key("i"))
    now = installation.clock.now()
    collected = batch(device, key("i"), former, 0, now - SECOND)

    told = run(installation, "device-move", device=str(device), battery="moved-to")

    assert told["battery"] == "moved-to"
    assert accepted(installation, collected, now) is Outcome.STORED
    assert accepted(installation, batch(device, key("i"), present, 1, now), now) is Outcome.STORED
    foreign = batch(device, key("i"), former, 2, now + timedelta(days=2))
    assert refusal(installation, foreign, now + timedelta(days=2)) is ForeignBattery
    report: JsonObject = {"clockAheadMs": 1_500, "waiting": 3, "setAside": 0, "software": "1"}
    message = report_message(device=str(device), report=report)
    asked = ReportRequest(device_id=device, report=report, proof=key("i").sign(message))
    assert take_report(installation, asked)["battery_ref"] == present.hex()
    listed = run(installation, "device-list", search="moved-to")["devices"]
    assert isinstance(listed, list)
    (row,) = listed
    assert isinstance(row, dict)
    assert (row["clock_ahead_ms"], row["waiting"]) == (1_500, 3)


def test_a_replaced_device_ends_and_a_compromised_one_ends_at_once(
    installation: Installation,
) -> None:
    ref = battery(installation, "replaced")
    first = join(installation, code_for(installation, "replaced"), key("j"))
    code = str(run(installation, "device-replace", device=str(first))["code"])
    second = join(installation, code, key("k"))
    now = installation.clock.now()

    queued = batch(first, key("j"), ref, 0, now - SECOND)
    assert accepted(installation, queued, now) is Outcome.STORED
    assert accepted(installation, batch(second, key("k"), ref, 0, now), now) is Outcome.STORED
    run(installation, "device-retire", device=str(second), compromised=True)
    stolen = batch(second, key("k"), ref, 1, now - SECOND)
    assert refusal(installation, stolen, installation.clock.now()) is WrongSignature
    with pytest.raises(NoSuchDevice):
        run(installation, "device-retire", device="nobody")


def test_every_change_is_in_the_log(installation: Installation) -> None:
    with installation.database.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT type, count(*) FROM events GROUP BY type UNION ALL "
            "SELECT act, count(*) FROM audit_records GROUP BY act"
        )
        counts = {str(row[0]): int(row[1]) for row in rows}

    assert counts["device_fitted"] >= 7
    assert counts["device_removed"] >= 3
    for act in ("device-suspended", "device-suspension-lifted", "device-retired"):
        assert counts[act] >= 1
    assert counts["device-key-rotated"] == 1
    installation.pipeline.settle()
    run(installation, "audit")  # raises at the first record that does not hold
