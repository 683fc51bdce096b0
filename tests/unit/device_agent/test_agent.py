"""The device resends until it is answered, keeps what it cannot deliver, and uses numbers once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from battery_passport.device_agent.agent import AgentPorts, DeviceAgent
from battery_passport.device_agent.errors import InvalidDevice, QueueFull, Unreachable
from battery_passport.device_agent.model import (
    Acknowledged,
    CutPolicy,
    Delivery,
    DeviceIdentity,
    Outcome,
    Refused,
    RetryLater,
)
from battery_passport.device_agent.queueing import MemoryQueue
from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.envelope import open_envelope, verify_envelope
from battery_passport.telemetry.errors import InvalidSamples
from battery_passport.telemetry.model import Samples
from tests.factories.simulation import HandClock, Platform, make_identity
from tests.factories.telemetry import PUBLIC_KEY, make_samples

BOOT = b"boot-of-16-bytes"


def make_agent(
    platform: Platform, *, queue: MemoryQueue | None = None, samples: int = 10
) -> tuple[DeviceAgent, HandClock]:
    clock = HandClock()
    ports = AgentPorts(send=platform, queue=queue or MemoryQueue(), clock=clock)
    policy = CutPolicy(samples=samples, age_s=60.0)
    return DeviceAgent(make_identity(), boot_id=BOOT, ports=ports, policy=policy), clock


def test_full_batches_go_out_signed_and_numbered_from_zero() -> None:
    platform = Platform()
    agent, clock = make_agent(platform)
    clock.pass_s(3)
    agent.record(make_samples(count=35))
    assert agent.deliver() == Delivery(
        acknowledged=3, duplicates=0, refused=0, waiting=0, wait_s=0.0
    )
    for number, encoded in enumerate(platform.attempts):
        envelope = open_envelope(encoded)
        verify_envelope(envelope, PUBLIC_KEY)
        assert envelope.claims.sequence == number
        assert envelope.claims.boot_id == BOOT
        assert envelope.claims.monotonic_ms == 3_000
        assert not envelope.claims.backfill
        assert decode_batch(envelope).sampled_at_ms.shape == (10,)


def test_the_rest_goes_out_at_the_end_of_a_session_on_an_event_and_when_old() -> None:
    platform = Platform()
    agent, clock = make_agent(platform)
    agent.record(make_samples(count=4))
    assert agent.deliver().acknowledged == 0
    agent.end_session()
    assert agent.deliver().acknowledged == 1
    agent.record(make_samples(count=1), urgent=True)
    assert agent.deliver().acknowledged == 1
    agent.record(make_samples(count=2))
    clock.pass_s(59)
    assert agent.deliver().acknowledged == 0
    clock.pass_s(1)
    assert agent.deliver().acknowledged == 1
    agent.end_session()
    assert agent.deliver().acknowledged == 0


def test_a_lost_answer_is_followed_by_the_very_same_bytes() -> None:
    platform = Platform()
    platform.lose_answers = 1
    agent, clock = make_agent(platform)
    agent.record(make_samples(count=10))
    first = agent.deliver()
    assert (first.waiting, first.acknowledged) == (1, 0)
    assert 1.0 <= first.wait_s <= 1.5
    assert agent.deliver().waiting == 1
    assert len(platform.attempts) == 1
    clock.pass_s(first.wait_s)
    second = agent.deliver()
    assert (second.duplicates, second.waiting) == (1, 0)
    assert platform.attempts[0] == platform.attempts[1]


def test_waits_double_up_to_five_minutes_and_start_anew_after_success() -> None:
    platform = Platform([Unreachable("No network.")] * 14)
    agent, clock = make_agent(platform)
    agent.record(make_samples(count=10))
    waits = []
    for _ in range(14):
        waits.append(agent.deliver().wait_s)
        clock.pass_s(waits[-1])
    assert all(2**n <= wait <= 1.5 * 2**n for n, wait in enumerate(waits[:8]))
    assert all(300 <= wait <= 450 for wait in waits[9:])
    assert agent.deliver().acknowledged == 1
    platform.answers = [Unreachable("No network.")]
    agent.record(make_samples(count=10))
    assert agent.deliver().wait_s <= 1.5


def test_the_platform_may_ask_for_a_longer_wait() -> None:
    platform = Platform([RetryLater(retry_after_s=42.0)])
    agent, clock = make_agent(platform)
    agent.record(make_samples(count=20))
    assert agent.deliver().wait_s == pytest.approx(42.0)
    clock.pass_s(41.9)
    assert agent.deliver().waiting == 2
    assert len(platform.attempts) == 1
    clock.pass_s(0.2)
    assert agent.deliver().acknowledged == 2


def test_a_refused_batch_is_set_aside_and_the_next_goes_on() -> None:
    queue = MemoryQueue()
    agent, _ = make_agent(Platform([Refused(code="unknown-device")]), queue=queue)
    agent.record(make_samples(count=20))
    delivery = agent.deliver()
    assert (delivery.refused, delivery.acknowledged, delivery.waiting) == (1, 1, 0)
    [(encoded, refusal)] = queue.set_aside
    assert open_envelope(encoded).claims.sequence == 0
    assert refusal.code == "unknown-device"


def test_a_full_queue_takes_nothing_and_loses_nothing() -> None:
    platform = Platform([Unreachable("No network.")])
    queue = MemoryQueue(limit=3)
    agent, clock = make_agent(platform, queue=queue)
    agent.record(make_samples(count=35))
    with pytest.raises(QueueFull, match="room for 0"):
        agent.record(make_samples(count=5, start_ms=9_000_000))
    with pytest.raises(QueueFull):
        agent.end_session()
    clock.pass_s(61)
    assert agent.deliver().waiting == 3
    clock.pass_s(2)
    assert agent.deliver().acknowledged == 3
    agent.record(make_samples(count=5, start_ms=9_000_000))
    agent.deliver()
    assert sum(open_envelope(e).sample_count for e in platform.kept.values()) == 40


def test_past_and_present_never_share_a_batch() -> None:
    platform = Platform()
    agent, _ = make_agent(platform)
    agent.record(make_samples(count=3), backfill=True)
    agent.record(make_samples(count=3, start_ms=9_000_000))
    agent.end_session()
    agent.deliver()
    claims = [open_envelope(encoded).claims for encoded in platform.attempts]
    assert [claim.backfill for claim in claims] == [True, False]


def test_samples_that_no_batch_can_carry_are_not_taken() -> None:
    platform = Platform()
    agent, _ = make_agent(platform)
    agent.record(make_samples(count=4))
    good = make_samples(count=3, start_ms=9_000_000)
    bad = Samples(sampled_at_ms=good.sampled_at_ms, columns={"Current": good.sampled_at_ms})
    with pytest.raises(InvalidSamples):
        agent.record(bad)
    agent.record(good)
    agent.end_session()
    agent.deliver()
    assert sum(open_envelope(e).sample_count for e in platform.kept.values()) == 7


def test_a_key_is_not_shown() -> None:
    assert make_identity().signing_key.hex() not in repr(make_identity())
    assert "signing_key" not in repr(make_identity())


@pytest.mark.parametrize(("reference", "key"), [(bytes(15), bytes(32)), (bytes(16), bytes(31))])
def test_a_device_needs_a_whole_key_and_reference(reference: bytes, key: bytes) -> None:
    with pytest.raises(InvalidDevice):
        DeviceIdentity(device_id=make_identity().device_id, battery_ref=reference, signing_key=key)


_ANSWERS = st.lists(
    st.sampled_from(
        [
            Acknowledged(),
            RetryLater(retry_after_s=3.0),
            Unreachable("No network."),
        ]
    ),
    max_size=40,
)


@given(answers=_ANSWERS, lost=st.integers(0, 5), counts=st.lists(st.integers(1, 30), max_size=8))
def test_whatever_the_network_does_every_sample_arrives_once(
    answers: list[Outcome | Unreachable], lost: int, counts: list[int]
) -> None:
    platform = Platform(answers)
    platform.lose_answers = lost
    agent, clock = make_agent(platform)
    for place, count in enumerate(counts):
        agent.record(make_samples(count=count, start_ms=100_000 * place))
        agent.deliver()
    agent.end_session()
    delivery = agent.deliver()
    for _ in range(200):
        if not delivery.waiting:
            break
        clock.pass_s(max(0.001, delivery.wait_s))
        delivery = agent.deliver()
    assert delivery.waiting == 0
    numbers = [open_envelope(encoded).claims.sequence for encoded in platform.kept.values()]
    assert sorted(numbers) == list(range(len(numbers)))
    assert sum(open_envelope(e).sample_count for e in platform.kept.values()) == sum(counts)
