"""Seals batches with the device's key and numbers them within one start of the device.

In: identity, samples, clocks. Out: signed bytes, each number used once.
"""

from collections.abc import Iterable, Iterator

from battery_passport.device_agent.clocks import FollowingClock
from battery_passport.device_agent.cutting import Cutter
from battery_passport.device_agent.errors import InvalidDevice
from battery_passport.device_agent.model import DeviceIdentity
from battery_passport.device_agent.ports import AgentClock
from battery_passport.telemetry.envelope import seal_batch
from battery_passport.telemetry.model import BatchClaims, Samples

_BOOT_BYTES = 16
HISTORY_SAMPLES = 600
"""A past is cut into longer batches than the present: nobody waits for them."""


class Sealer:
    """Numbers and signs batches from one start of the device on.

    `boot_id` is 16 bytes, fresh at each start, so that numbers may begin anew.
    """

    def __init__(self, identity: DeviceIdentity, *, boot_id: bytes, clock: AgentClock) -> None:
        if len(boot_id) != _BOOT_BYTES:
            raise InvalidDevice(f"A boot id has {_BOOT_BYTES} bytes, not {len(boot_id)}.")
        self._identity = identity
        self._boot_id = boot_id
        self._clock = clock
        self._sequence = 0

    def seal(self, samples: Samples, *, backfill: bool) -> bytes:
        """Return the signed batch of samples, with the next number."""
        claims = BatchClaims(
            device_id=self._identity.device_id,
            boot_id=self._boot_id,
            sequence=self._sequence,
            collected_at=self._clock.now(),
            monotonic_ms=self._clock.monotonic_ms(),
            backfill=backfill,
            battery_ref=self._identity.battery_ref,
        )
        encoded = seal_batch(claims=claims, samples=samples, signing_key=self._identity.signing_key)
        self._sequence += 1
        return encoded


def sealed_history(
    identity: DeviceIdentity,
    windows: Iterable[Samples],
    *,
    boot_id: bytes,
    samples_per_batch: int = HISTORY_SAMPLES,
) -> Iterator[bytes]:
    """Yield the signed batches of a past, marked backfill; each window ends with a batch.

    Collected at the time of its last sample, as by a device that was offline since.
    """
    sealer: Sealer | None = None
    clock = FollowingClock(0)
    cutter = Cutter(samples_per_batch=samples_per_batch)
    for window in windows:
        if sealer is None:
            clock = FollowingClock(int(window.sampled_at_ms[0]))
            sealer = Sealer(identity, boot_id=boot_id, clock=clock)
        for samples in [*cutter.add(window), *cutter.flush()]:
            clock.follow(int(samples.sampled_at_ms[-1]))
            yield sealer.seal(samples, backfill=True)
