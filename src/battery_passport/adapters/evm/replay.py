"""Brings a fresh engine to the recorded chain, block for block, with identical hashes.

In: a recording, perhaps with a state dump. Out: an engine at the recorded height, or an error.
"""

import hashlib
from pathlib import Path

from battery_passport.adapters.evm.errors import ReplayDiverged, RpcRefused
from battery_passport.adapters.evm.journal import fsync_folder, write_durably
from battery_passport.adapters.evm.node import quantity
from battery_passport.adapters.evm.recording import RecordedBlock, Recording, StateDump
from battery_passport.adapters.evm.rpc import RpcClient


def load_dump(rpc: RpcClient, recording: Recording, folder: Path) -> int:
    """Return the height a state dump brought the engine to; 0 if there is none to be trusted.

    After 0 with a dump that was loaded, the engine must be started afresh: see `ReplayDiverged`.
    Raises: ReplayDiverged if the dump was loaded and is of another chain.
    """
    dump = recording.dump
    if dump is None:
        return 0
    path = folder / dump.file
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != dump.sha256:
        return 0
    try:
        rpc.request("anvil_loadState", [content.decode("ascii")])
    except RpcRefused as error:
        raise ReplayDiverged("The engine refuses the state dump.") from error
    check_height(rpc, recording, dump.number)
    return dump.number


def replay(rpc: RpcClient, recording: Recording, *, height: int) -> None:
    """Bring the engine from a height to the end of the recording; note hashes not yet noted.

    Raises: ReplayDiverged.
    """
    for block in recording.blocks[height:]:
        try:
            for transaction in block.transactions:
                rpc.request("eth_sendRawTransaction", [transaction])
        except RpcRefused as error:
            raise ReplayDiverged(f"Block {block.number} cannot be replayed: {error}") from error
        mine(rpc, block)
    if recording.blocks:
        check_height(rpc, recording, len(recording.blocks))


def mine(rpc: RpcClient, block: RecordedBlock) -> None:
    """Make the next block of what waits in the engine's pool, at the block's time."""
    rpc.request("evm_mine", [hex(block.timestamp_s)])


def check_height(rpc: RpcClient, recording: Recording, number: int) -> None:
    """Return if the engine's newest block is that one, with the hash on record.

    A hash names all blocks before it, so that the newest vouches for the whole chain. A block
    whose hash was not noted before a crash gets it noted now.
    Raises: ReplayDiverged.
    """
    newest = rpc.request("eth_getBlockByNumber", ["latest", False])
    found = newest if isinstance(newest, dict) else {}
    if quantity(found.get("number", "0x0")) != number:
        raise ReplayDiverged(f"The replay ended at block {found.get('number')}, not {number}.")
    expected = recording.hashes.get(number)
    if expected is None:
        recording.record_hash(number, str(found.get("hash")))
    elif found.get("hash") != expected:
        raise ReplayDiverged(
            f"Replayed block {number} has hash {found.get('hash')}, expected {expected}."
        )


def save_dump(rpc: RpcClient, recording: Recording, folder: Path) -> None:
    """Keep the engine's state on disk, so that the next start replays only what follows."""
    content = str(rpc.request("anvil_dumpState")).encode("ascii")
    number = len(recording.blocks)
    before = recording.dump
    dump = StateDump(
        number=number,
        file=f"state-{number:09d}.hex",
        sha256=hashlib.sha256(content).hexdigest(),
    )
    write_durably(folder / dump.file, content)
    recording.record_dump(dump)
    if before is not None and before.file != dump.file:
        (folder / before.file).unlink(missing_ok=True)
        fsync_folder(folder)
