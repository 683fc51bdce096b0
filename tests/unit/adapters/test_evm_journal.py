"""The chain's journal: what was appended is there after any end, and damage is told from tearing.

In: journals cut, torn and altered at every byte. Out: a true prefix, or a refusal.
"""

from pathlib import Path

import pytest

from battery_passport.adapters.evm.errors import ChainInUse, JournalDamaged
from battery_passport.adapters.evm.journal import Journal
from battery_passport.adapters.evm.recording import RecordedBlock, Recording, StateDump
from battery_passport.foundation.strict_json import JsonObject

ENTRIES: list[JsonObject] = [{"kind": "test", "number": n, "text": "x" * 5 * n} for n in range(6)]


def write_journal(path: Path) -> bytes:
    with Journal(path) as journal:
        for entry in ENTRIES:
            journal.append(entry)
    return path.read_bytes()


def test_entries_come_back_and_more_can_follow(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "journal"
    write_journal(path)
    with Journal(path) as journal:
        assert journal.entries == ENTRIES
        journal.append({"more": 1})
    with Journal(path) as journal:
        assert journal.entries == [*ENTRIES, {"more": 1}]
        assert journal.cut_bytes == 0


def test_a_cut_at_any_byte_leaves_the_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    content = write_journal(path)
    for length in range(len(content) + 1):
        path.write_bytes(content[:length])
        with Journal(path) as journal:
            assert journal.entries == ENTRIES[: content[:length].count(b"\n")]
            assert journal.cut_bytes == length - (content[:length].rfind(b"\n") + 1)
            journal.append({"after": length})
        with Journal(path) as journal:
            assert journal.entries[-1] == {"after": length}


@pytest.mark.parametrize("filler", [b"\x00", b"\xff"])
def test_a_torn_last_line_of_full_length_is_cut(tmp_path: Path, filler: bytes) -> None:
    path = tmp_path / "journal"
    content = write_journal(path)
    start = content[:-1].rfind(b"\n") + 1
    for place in range(start, len(content) - 1):
        torn = content[:place] + filler * (len(content) - 1 - place)
        for tail in (b"", b"\n"):
            path.write_bytes(torn + tail)
            with Journal(path) as journal:
                assert journal.entries == ENTRIES[:-1]


def test_damage_before_the_last_line_is_not_taken_for_tearing(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    content = write_journal(path)
    last = content[:-1].rfind(b"\n") + 1
    for place in range(last - 1):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(JournalDamaged):
            Journal(path)
    lines = content.splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2] + lines[3:]))
    with pytest.raises(JournalDamaged):
        Journal(path)
    assert path.read_bytes() == b"".join(lines[:2] + lines[3:])


def test_one_process_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Journal(path), pytest.raises(ChainInUse):
        Journal(path)
    Journal(path).close()
    assert path.stat().st_mode & 0o077 == 0


def test_a_recording_reads_back_what_it_wrote(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    block = RecordedBlock(number=1, timestamp_s=1_001, transactions=("0x01", "0x02"))
    with Journal(path) as journal:
        recording = Recording(journal, chain_id=7, now_s=1_000)
        assert recording.last_timestamp_s == 1_000
        recording.record_block(block)
        recording.record_hash(1, "0xab")
        recording.record_address("name", "0xcd")
        recording.record_dump(StateDump(number=1, file="state", sha256="00"))
    with Journal(path) as journal:
        recording = Recording(journal, chain_id=7, now_s=5_000)
        assert (recording.genesis_s, recording.last_timestamp_s) == (1_000, 1_001)
        assert recording.blocks == [block]
        assert recording.hashes == {1: "0xab"}
        assert recording.addresses == {"name": "0xcd"}
        assert recording.dump == StateDump(number=1, file="state", sha256="00")
        with pytest.raises(JournalDamaged, match="expected 2"):
            recording.record_block(block)


@pytest.mark.parametrize(
    "entries",
    [
        [{"kind": "block", "number": 1, "timestamp": 1, "transactions": []}],
        [{"kind": "genesis", "v": 2, "chain_id": 7, "timestamp": 1}],
        [{"kind": "genesis", "v": 1, "chain_id": 8, "timestamp": 1}],
        [{"kind": "genesis", "v": 1, "chain_id": 7, "timestamp": 1}, {"kind": "other"}],
        [
            {"kind": "genesis", "v": 1, "chain_id": 7, "timestamp": 1},
            {"kind": "block", "number": 2, "timestamp": 1, "transactions": []},
        ],
    ],
)
def test_other_recordings_are_refused(tmp_path: Path, entries: list[JsonObject]) -> None:
    with Journal(tmp_path / "journal") as journal:
        for entry in entries:
            journal.append(entry)
        with pytest.raises(JournalDamaged):
            Recording(journal, chain_id=7, now_s=1)
