"""Homes with very many records, as a state's installation has them, made in minutes.

In: an opened installation, how many leaves. Out: batches signed by devices, events, passports, all
sequenced under many checkpoints; the history is left out, and handlers are told that all is done.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import nacl.bindings

from battery_passport.adapters.sql.evidence import EvidenceStore, ReceivedBatch
from battery_passport.adapters.sql.facts import FactStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.recording import record_event
from battery_passport.foundation.clock import from_unix_ms
from battery_passport.foundation.digests import sha256
from battery_passport.ledger.entry import entry_bytes
from battery_passport.lifecycle.service import ReportedEvent
from battery_passport.registry.model import Battery
from battery_passport.telemetry.codec import encode_samples
from battery_passport.telemetry.cose import SIGNATURE_BYTES, unsigned_sign1
from battery_passport.telemetry.payload import Payload, write_payload
from tests.factories.made_up_cars import Car, enrol
from tests.factories.telemetry import COLLECTED_AT_MS, make_claims, make_samples

GROUP = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """What a home holds: `batteries` cars share the leaves."""

    leaves: int
    batteries: int = 400
    events: int = 12_000
    passports: int = 3_000
    groups_a_checkpoint: int = 5


def fill(installation: Installation, mix: Mix) -> int:
    """Fill an empty home; return the size of its log."""
    cars = [enrol(installation, f"car-{number}") for number in range(mix.batteries)]
    batteries = _batteries(installation, cars)
    installation.pipeline.settle()
    events = _portions(mix.events, mix)
    passports = _portions(mix.passports, mix)
    batches = _batches(cars)
    turn, size = 0, 0
    while size < mix.leaves:
        _record_events(installation, batteries, turn, next(events, 0))
        _issue_passports(installation, batteries, turn, next(passports, 0))
        _store(installation, list(itertools.islice(batches, min(GROUP, mix.leaves - size))))
        size = _sequence(installation)
        turn += 1
        if turn % mix.groups_a_checkpoint == 0:
            installation.anchoring.sign_checkpoint()
    installation.pipeline.settle()
    while installation.anchoring.lag().waiting:
        installation.anchoring.anchor_now()
    installation.anchoring.anchor_now()
    return size


def _portions(total: int, mix: Mix) -> Iterator[int]:
    turns = max(1, mix.leaves // GROUP)
    for turn in range(turns):
        yield total * (turn + 1) // turns - total * turn // turns


def _batteries(installation: Installation, cars: Sequence[Car]) -> list[Battery]:
    with installation.database.read() as connection:
        store = RegistryStore(connection)
        found = [store.battery(car.battery_id) for car in cars]
    return [battery for battery in found if battery is not None]


def _batches(cars: Sequence[Car]) -> Iterator[ReceivedBatch]:
    """Yield signed batches without end, each with a number of its own; samples repeat."""
    samples = make_samples(start_ms=COLLECTED_AT_MS - 600_000, count=60, cells=96)
    layout, frame = encode_samples(samples, collected_at_ms=COLLECTED_AT_MS)
    keys = [nacl.bindings.crypto_sign_seed_keypair(car.seed)[1] for car in cars]
    received_at = from_unix_ms(COLLECTED_AT_MS + 60_000)
    for number in itertools.count():
        car, key = cars[number % len(cars)], keys[number % len(cars)]
        claims = make_claims(sequence=number, device_id=car.device_id, battery_ref=car.battery_ref)
        payload = Payload(
            claims=claims,
            assumptions=(),
            sample_count=samples.sampled_at_ms.shape[0],
            layout=layout,
            frame=frame,
        )
        head, signed = unsigned_sign1(car.device_id.bytes, write_payload(payload))
        encoded = head + nacl.bindings.crypto_sign(signed, key)[:SIGNATURE_BYTES]
        yield ReceivedBatch(
            digest=sha256(encoded),
            device_id=car.device_id,
            boot_id=claims.boot_id,
            sequence=number,
            battery_id=car.battery_id,
            collected_at=claims.collected_at,
            received_at=received_at + timedelta(milliseconds=number),
            encoded=encoded,
        )


def _store(installation: Installation, group: Sequence[ReceivedBatch]) -> None:
    with installation.database.append() as connection:
        EvidenceStore(connection).append_group(group)


def _record_events(
    installation: Installation, batteries: Sequence[Battery], turn: int, count: int
) -> None:
    now = installation.clock.now()
    with installation.database.write() as connection:
        for place in range(count):
            battery = batteries[(turn * 31 + place) % len(batteries)]
            reported = ReportedEvent(
                event_type="repaired",
                occurred_at=now,
                recorded_by="default",
                payload={"work": "Brakes"},
            )
            record_event(connection, battery, reported, now)


def _issue_passports(
    installation: Installation, batteries: Sequence[Battery], turn: int, count: int
) -> None:
    numbers = range(turn * 17, turn * 17 + count)
    for start in range(0, count, len(batteries)):  # one version of each battery at a time
        chosen = [batteries[n % len(batteries)] for n in numbers[start : start + len(batteries)]]
        with installation.database.write() as connection:
            installation.issuer.issue_many(connection, chosen, installation.clock.now())


def _sequence(installation: Installation) -> int:
    """Give everything its place in the log, and tell the handlers that they have seen it."""
    with installation.database.write() as connection:
        store = FactStore(connection)
        pending = store.pending(1_000_000)
        log = installation.pipeline.log_of(connection)
        indices = log.sequence([entry_bytes(each.salt, each.digest) for each in pending]).indices
        store.number(indices.start, [each.position for each in pending])
        for handler in installation.pipeline.handlers:
            store.move_cursor(handler.name, indices.stop)
        return indices.stop


__all__ = ["Mix", "fill"]
