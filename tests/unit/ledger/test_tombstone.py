"""Tombstones: one form, one signer, and never to be taken for a checkpoint."""

from datetime import UTC, datetime

import pytest

from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.ledger.checkpoint import open_checkpoint
from battery_passport.ledger.note import sign_note
from battery_passport.ledger.note_keys import Ed25519NoteSigner
from battery_passport.ledger.tombstone import (
    MAX_ENTRIES,
    Tombstone,
    open_tombstone,
    sign_tombstone,
)

ORIGIN = "battery-passport/0123456789abcdef/log"
SIGNER = Ed25519NoteSigner.from_seed(ORIGIN, b"\x01" * 32)
OTHER = Ed25519NoteSigner.from_seed(ORIGIN, b"\x02" * 32)
AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def tombstone(count: int = 3) -> Tombstone:
    leaves = {7 * place: bytes([place % 256]) * 32 for place in range(count)}
    return Tombstone(origin=ORIGIN, erased_at=AT, leaves=leaves)


def test_a_tombstone_is_read_back_as_it_was_signed() -> None:
    made = tombstone(MAX_ENTRIES)
    opened = open_tombstone(sign_tombstone(made, [SIGNER]), origin=ORIGIN, log_keys=[SIGNER.key])
    assert opened == made


@pytest.mark.parametrize("count", [0, MAX_ENTRIES + 1])
def test_it_names_some_entries_and_not_more_than_fit(count: int) -> None:
    with pytest.raises(BatteryPassportError):
        sign_tombstone(tombstone(count), [SIGNER])


def test_another_key_or_log_does_not_count() -> None:
    note = sign_tombstone(tombstone(), [OTHER])
    with pytest.raises(BatteryPassportError):
        open_tombstone(note, origin=ORIGIN, log_keys=[SIGNER.key])
    note = sign_tombstone(tombstone(), [SIGNER])
    with pytest.raises(BatteryPassportError):
        open_tombstone(note, origin="battery-passport/ffff/log", log_keys=[SIGNER.key])


def test_no_byte_of_it_can_be_changed() -> None:
    note = sign_tombstone(tombstone(), [SIGNER])
    for place in range(len(note)):
        changed = note[:place] + bytes([note[place] ^ 1]) + note[place + 1 :]
        with pytest.raises(BatteryPassportError):
            open_tombstone(changed, origin=ORIGIN, log_keys=[SIGNER.key])


@pytest.mark.parametrize(
    "lines",
    [
        ("0 AAAA",),
        ("00 " + "A" * 43 + "=",),
        ("5 " + "A" * 43 + "=", "3 " + "A" * 43 + "="),
        ("x",),
    ],
)
def test_a_signed_text_of_another_form_is_refused(lines: tuple[str, ...]) -> None:
    head = ("battery-passport/tombstone/v1", ORIGIN, "2026-11-23T07:30:00.000Z")
    note = sign_note("".join(f"{line}\n" for line in (*head, *lines)), [SIGNER]).encode()
    with pytest.raises(BatteryPassportError):
        open_tombstone(note, origin=ORIGIN, log_keys=[SIGNER.key])


def test_it_is_no_checkpoint() -> None:
    with pytest.raises(BatteryPassportError):
        open_checkpoint(sign_tombstone(tombstone(), [SIGNER]), origin=ORIGIN, log_key=SIGNER.key)
