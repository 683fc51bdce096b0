"""A small simulated city, and what a device needs to be tried without a network.

In: what a test varies. Out: values of the simulation and device-agent stages.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np

from battery_passport.device_agent.errors import Unreachable
from battery_passport.device_agent.model import Acknowledged, DeviceIdentity, Duplicate, Outcome
from battery_passport.foundation.clock import unix_ms
from battery_passport.simulation.charge_windows import charge_windows
from battery_passport.simulation.fleet import city
from battery_passport.simulation.model import Car, City
from battery_passport.telemetry.envelope import open_envelope
from battery_passport.telemetry.model import Samples
from tests.factories.telemetry import SEED

SEED_OF_CITY = 7
PRESENT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def make_city(*, seed: int = SEED_OF_CITY, vehicles: int = 5) -> City:
    """Return a city that has one car of each model."""
    return city(seed, vehicles)


def make_windows(car: Car, *, days: float = 14, until: datetime = PRESENT) -> list[Samples]:
    """Return the charge windows of a car's last days."""
    return list(charge_windows(car, until - timedelta(days=days), until))


def joined_samples(parts: Sequence[Samples]) -> Samples:
    """Return recordings one behind the other."""
    return Samples(
        sampled_at_ms=np.concatenate([part.sampled_at_ms for part in parts]),
        columns={
            name: np.concatenate([part.columns[name] for part in parts])
            for name in parts[0].columns
        },
    )


def make_identity(*, number: int = 1) -> DeviceIdentity:
    """Return a device with a made-up key."""
    return DeviceIdentity(
        device_id=UUID(int=(7 << 76) | (2 << 62) | number),
        battery_ref=number.to_bytes(16, "big"),
        signing_key=SEED,
    )


class HandClock:
    """A device's clocks, moved by hand."""

    def __init__(self) -> None:
        self.elapsed_ms = 0

    def now(self) -> datetime:
        return PRESENT + timedelta(milliseconds=self.elapsed_ms)

    def monotonic_ms(self) -> int:
        return self.elapsed_ms

    def pass_s(self, seconds: float) -> None:
        self.elapsed_ms += round(1_000 * seconds)


class Platform:
    """A platform in memory: keeps what it acknowledges, and can be told to answer otherwise.

    `answers` are given first, one for each attempt: an outcome, or an error for a lost connection.
    With `lose_answers` it keeps a batch and the answer is lost on the way.
    """

    def __init__(self, answers: Sequence[Outcome | Unreachable] = ()) -> None:
        self.answers = list(answers)
        self.lose_answers = 0
        self.attempts: list[bytes] = []
        self.kept: dict[tuple[bytes, bytes, int], bytes] = {}

    def __call__(self, encoded: bytes) -> Outcome:
        self.attempts.append(encoded)
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Unreachable):
                raise answer
            if not isinstance(answer, Acknowledged):
                return answer
        return self._keep(encoded)

    def _keep(self, encoded: bytes) -> Outcome:
        claims = open_envelope(encoded).claims
        key = (claims.device_id.bytes, claims.boot_id, claims.sequence)
        before = self.kept.get(key)
        assert before in {None, encoded}, "one number was used for two batches"
        self.kept[key] = encoded
        if self.lose_answers:
            self.lose_answers -= 1
            raise Unreachable("The answer was lost.")
        return Acknowledged() if before is None else Duplicate()


def present_ms() -> int:
    """Return the present of these tests in milliseconds since 1970."""
    return unix_ms(PRESENT)
