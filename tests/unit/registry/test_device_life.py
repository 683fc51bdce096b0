"""Codes, proofs and what may come in by the life of a device."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import nacl.bindings
import pytest

from battery_passport.registry.devices.codes import (
    MOST_ATTEMPTS,
    EnrolmentCode,
    KeptCode,
    check_code,
    hashed_secret,
    new_code,
    read_code,
)
from battery_passport.registry.devices.errors import (
    DeviceStandsOtherwise,
    SuspendedDevice,
    WrongEnrolmentCode,
    WrongProof,
)
from battery_passport.registry.devices.model import DeviceKey, DeviceLife, Fitting, Standing
from battery_passport.registry.devices.proofs import check_proof, enrolment_message
from battery_passport.registry.devices.rules import (
    CLOCK_ALLOWANCE,
    OVERLAP,
    check_change,
    check_standing,
    keys_for,
    may_send_for,
)
from battery_passport.registry.model import DeviceKind

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
DAY = timedelta(days=1)
FORMER, PRESENT = UUID(int=1), UUID(int=2)

LIFE = DeviceLife(
    device_id=UUID(int=7),
    kind=DeviceKind.VEHICLE,
    standing=Standing.ACTIVE,
    reason="",
    tenant="default",
    enrolled_at=NOW - 90 * DAY,
    keys=(
        DeviceKey(public_key=b"new", since=NOW),
        DeviceKey(
            public_key=b"old", since=NOW - 90 * DAY, sealed_until=NOW, taken_until=NOW + OVERLAP
        ),
    ),
    fittings=(
        Fitting(battery_id=PRESENT, fitted_at=NOW),
        Fitting(
            battery_id=FORMER,
            fitted_at=NOW - 90 * DAY,
            removed_at=NOW,
            taken_until=NOW + OVERLAP,
        ),
    ),
)


def kept(code: EnrolmentCode) -> KeptCode:
    return KeptCode(
        handle=code.handle,
        secret_hash=hashed_secret(code),
        battery_id=PRESENT,
        replaces=None,
        made_at=NOW,
        expires_at=NOW + DAY,
        attempts=1,
        used_by=None,
    )


def test_a_code_is_read_as_people_write_it() -> None:
    code = EnrolmentCode("0K1M", "9XP2TFD0")

    assert str(code) == "0K1M-9XP2-TFD0"
    for text in ("0K1M-9XP2-TFD0", "0k1m9xp2tfd0", "OKIM 9XP2 TFDO", "oklm-9xp2-tfdo"):
        assert read_code(text) == code
    assert code.secret not in repr(code)


@pytest.mark.parametrize(
    "text", ["", "0K1M-9XP2-TFD", "0K1M-9XP2-TFD00", "0K1M-9XP2-TFDU", "é" * 12]
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(WrongEnrolmentCode):
        read_code(text)


def test_codes_differ_and_only_the_right_secret_opens_in_time_and_tries() -> None:
    code, other = new_code(), new_code()
    assert code != other
    check_code(code, kept(code), now=NOW)

    for wrong, at, row in (
        (EnrolmentCode(code.handle, other.secret), NOW, kept(code)),
        (code, NOW + DAY, kept(code)),
        (code, NOW, replace(kept(code), attempts=MOST_ATTEMPTS + 1)),
    ):
        with pytest.raises(WrongEnrolmentCode):
            check_code(wrong, row, now=at)


def test_a_proof_is_of_one_key_and_one_message() -> None:
    public_key, secret_key = nacl.bindings.crypto_sign_seed_keypair(b"s" * 32)
    message = enrolment_message(code="0K1M-9XP2-TFD0", public_key=public_key)
    signature = nacl.bindings.crypto_sign(message, secret_key)[:64]

    check_proof(message, signature, public_key)
    for changed in (
        (message + b" ", signature, public_key),
        (message, signature[:-1] + b"\x00", public_key),
        (message, signature, b"k" * 32),
        (message, b"", public_key),
    ):
        with pytest.raises(WrongProof):
            check_proof(*changed)


@pytest.mark.parametrize(
    ("collected", "received", "expected"),
    [
        (-DAY, timedelta(), (b"new", b"old")),
        (timedelta(seconds=1), timedelta(seconds=1), (b"new",)),
        (-DAY, OVERLAP, (b"new",)),
    ],
)
def test_an_old_key_counts_for_what_was_sealed_before_for_some_time(
    collected: timedelta, received: timedelta, expected: tuple[bytes, ...]
) -> None:
    found = keys_for(LIFE, collected_at=NOW + collected, received_at=NOW + received)
    assert found == expected


@pytest.mark.parametrize(
    ("battery", "collected", "received", "expected"),
    [
        (PRESENT, DAY, DAY, True),
        (FORMER, -DAY, DAY, True),
        (FORMER, CLOCK_ALLOWANCE, DAY, True),
        (FORMER, CLOCK_ALLOWANCE + timedelta(seconds=1), 2 * DAY, False),
        (FORMER, -DAY, OVERLAP, False),
        (UUID(int=3), -DAY, DAY, False),
    ],
)
def test_a_moved_device_sends_for_its_former_battery_what_it_collected_there(
    battery: UUID, collected: timedelta, received: timedelta, *, expected: bool
) -> None:
    found = may_send_for(LIFE, battery, collected_at=NOW + collected, received_at=NOW + received)
    assert found is expected
    assert LIFE.battery_id == PRESENT


def test_a_suspended_device_is_told_to_wait() -> None:
    suspended = replace(LIFE, standing=Standing.SUSPENDED)

    check_standing(LIFE)
    with pytest.raises(SuspendedDevice) as caught:
        check_standing(suspended)
    assert caught.value.retry_after_s >= 60
    with pytest.raises(DeviceStandsOtherwise):
        check_change(suspended, Standing.ACTIVE)
