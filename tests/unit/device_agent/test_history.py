"""A past is sealed at once: backfill, in order, cut at each window's end, alike each time."""

from itertools import pairwise

import pytest

from battery_passport.device_agent.clocks import FollowingClock, MachineClock
from battery_passport.device_agent.errors import InvalidDevice
from battery_passport.device_agent.sealing import Sealer, sealed_history
from battery_passport.foundation.clock import unix_ms
from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.envelope import open_envelope, verify_envelope
from tests.factories.simulation import make_city, make_identity, make_windows
from tests.factories.telemetry import PUBLIC_KEY

BOOT = b"boot-of-16-bytes"


def test_a_past_becomes_numbered_backfill_batches() -> None:
    windows = make_windows(make_city().cars[0], days=12)
    batches = list(sealed_history(make_identity(), windows, boot_id=BOOT, samples_per_batch=200))
    opened = [open_envelope(encoded) for encoded in batches]
    for number, envelope in enumerate(opened):
        verify_envelope(envelope, PUBLIC_KEY)
        times = decode_batch(envelope).sampled_at_ms
        assert envelope.claims.sequence == number
        assert envelope.claims.backfill
        assert unix_ms(envelope.claims.collected_at) == times[-1]
        assert envelope.sample_count <= 200
    assert all(a.claims.monotonic_ms < b.claims.monotonic_ms for a, b in pairwise(opened))
    assert sum(e.sample_count for e in opened) == sum(w.sampled_at_ms.shape[0] for w in windows)
    ends = {int(window.sampled_at_ms[-1]) for window in windows}
    assert ends <= {unix_ms(envelope.claims.collected_at) for envelope in opened}


def test_the_same_past_gives_the_same_bytes() -> None:
    windows = make_windows(make_city().cars[1], days=5)
    once, twice = (list(sealed_history(make_identity(), windows, boot_id=BOOT)) for _ in range(2))
    assert once == twice
    assert list(sealed_history(make_identity(), [], boot_id=BOOT)) == []


def test_a_boot_id_has_sixteen_bytes() -> None:
    with pytest.raises(InvalidDevice, match="16 bytes, not 3"):
        Sealer(make_identity(), boot_id=b"abc", clock=FollowingClock(0))


def test_a_following_clock_never_steps_back() -> None:
    clock = FollowingClock(1_000)
    clock.follow(5_000)
    clock.follow(2_000)
    assert unix_ms(clock.now()) == 5_000
    assert clock.monotonic_ms() == 4_000


def test_the_machines_clock_starts_at_zero_and_goes_on() -> None:
    clock = MachineClock()
    first = clock.monotonic_ms()
    assert 0 <= first < 5_000
    assert clock.monotonic_ms() >= first
    assert clock.now().tzinfo is not None
