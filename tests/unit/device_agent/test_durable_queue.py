"""What a device's queue in files keeps: order, bounds, torn tails, refused batches."""

from pathlib import Path

import pytest

from battery_passport.device_agent.durable_queue import DurableQueue
from battery_passport.device_agent.errors import QueueFull
from battery_passport.device_agent.model import Refused

BATCHES = [b"batch %d " % number * 40 for number in range(12)]


def filled(folder: Path, *, segment_bytes: int = 1_000) -> DurableQueue:
    queue = DurableQueue(folder, segment_bytes=segment_bytes)
    for batch in BATCHES:
        queue.append(batch)
    return queue


def reopened(queue: DurableQueue, folder: Path) -> DurableQueue:
    queue.close()
    return DurableQueue(folder, segment_bytes=1_000)


def drained(queue: DurableQueue) -> list[bytes]:
    found = []
    while (batch := queue.first()) is not None:
        found.append(batch)
        queue.remove_first()
    queue.close()
    return found


def test_batches_come_out_in_order_after_a_restart(tmp_path: Path) -> None:
    queue = reopened(filled(tmp_path), tmp_path)

    assert queue.waiting() == len(BATCHES)
    assert list(queue.all_waiting()) == BATCHES
    assert drained(queue) == BATCHES


def test_what_was_delivered_is_not_given_again_and_its_segments_go(tmp_path: Path) -> None:
    queue = filled(tmp_path)
    segments = len(list(tmp_path.glob("*.seg")))
    for _ in range(7):
        queue.remove_first()

    queue = reopened(queue, tmp_path)

    assert queue.waiting() == 5
    assert len(list(tmp_path.glob("*.seg"))) < segments
    assert drained(queue) == BATCHES[7:]


@pytest.mark.parametrize("cut", [1, 5, 9, 300])
def test_a_torn_tail_is_cut_off_and_the_rest_is_there(tmp_path: Path, cut: int) -> None:
    queue = DurableQueue(tmp_path)
    for batch in BATCHES:
        queue.append(batch)
    queue.close()
    segment = next(tmp_path.glob("*.seg"))
    segment.write_bytes(segment.read_bytes()[:-cut])

    queue = DurableQueue(tmp_path)
    assert queue.recovered.torn_bytes > 0
    queue.append(b"after the loss of power")

    assert drained(queue) == [*BATCHES[:-1], b"after the loss of power"]


@pytest.mark.parametrize("content", ["", "9 9", "1 3", "x y", "1 99999999"])
def test_a_lost_note_of_what_was_delivered_gives_batches_again(
    tmp_path: Path, content: str
) -> None:
    queue = filled(tmp_path, segment_bytes=1 << 20)
    queue.remove_first()
    queue.close()
    (tmp_path / "delivered").write_text(content)

    assert drained(DurableQueue(tmp_path)) == BATCHES


def test_a_full_queue_takes_nothing_until_some_is_delivered(tmp_path: Path) -> None:
    queue = DurableQueue(tmp_path, limit=2)
    queue.append(b"one")
    queue.append(b"two")

    with pytest.raises(QueueFull):
        queue.append(b"three")
    queue.remove_first()
    queue.append(b"three")

    assert drained(queue) == [b"two", b"three"]


def test_bytes_bound_the_queue_too(tmp_path: Path) -> None:
    queue = DurableQueue(tmp_path, limit_bytes=500, segment_bytes=200)
    queue.append(bytes(600))

    assert queue.room() == 0
    queue.remove_first()
    assert queue.room() > 0
    queue.close()


def test_a_refused_batch_is_kept_for_a_person_and_takes_room(tmp_path: Path) -> None:
    queue = DurableQueue(tmp_path, limit=3)
    queue.append(b"refused")
    queue.append(b"good")
    queue.set_aside_first(Refused(code="foreign-battery"))

    queue.close()
    queue = DurableQueue(tmp_path, limit=3)

    assert (queue.waiting(), queue.set_aside(), queue.room()) == (1, 1, 1)
    kept = next((tmp_path / "set-aside").glob("*.cose"))
    assert kept.read_bytes() == b"refused"
    assert "foreign-battery" in kept.with_suffix(".json").read_text()
    queue.close()
