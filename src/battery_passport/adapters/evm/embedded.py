"""The embedded development ledger: an engine of our own behind a journal that outlives it.

In: signed transactions. Out: blocks that are in the journal before anyone is told of them.
"""

import json
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from battery_passport.adapters.evm.engine import EngineProcess
from battery_passport.adapters.evm.errors import (
    MethodNotAllowed,
    ReplayDiverged,
    RpcRefused,
    TransactionRefused,
)
from battery_passport.adapters.evm.journal import Journal, write_durably
from battery_passport.adapters.evm.node import TransactionReceipt, octets, quantity
from battery_passport.adapters.evm.recording import RecordedBlock, Recording
from battery_passport.adapters.evm.replay import (
    check_height,
    load_dump,
    mine,
    replay,
    save_dump,
)
from battery_passport.adapters.evm.rpc import (
    CHAIN_METHODS,
    DEVELOPMENT_METHODS,
    READING_METHODS,
    RpcClient,
)
from battery_passport.foundation.clock import Clock
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.ledger.errors import ChainUnavailable

DEVELOPMENT_CHAIN_ID = 31_900
BLOCKS_PER_DUMP = 500
"""A start replays at most so many blocks, about a second's work."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ChainPlaces:
    """Where the embedded chain keeps its journal, says where it listens, and finds its engine."""

    state_folder: Path
    address_file: Path
    program: Path


@dataclass
class _Running:
    """All that belongs to one life of the engine."""

    journal: Journal
    recording: Recording
    engine: EngineProcess
    rpc: RpcClient

    def end(self) -> None:
        self.rpc.close()
        self.engine.kill()
        self.journal.close()


class EmbeddedChain:
    """A chain of one process that loses nothing it has acknowledged, however it ends.

    Whatever goes wrong, the engine is killed and the next call starts a new one from the journal.
    Safe to use from several threads.
    """

    finality = "development ledger"

    def __init__(
        self,
        places: ChainPlaces,
        clock: Clock,
        *,
        chain_id: int = DEVELOPMENT_CHAIN_ID,
        blocks_per_dump: int = BLOCKS_PER_DUMP,
    ) -> None:
        self.chain_id = chain_id
        self._places = places
        self._clock = clock
        self._blocks_per_dump = blocks_per_dump
        self._running: _Running | None = None
        self._lock = threading.RLock()

    def start(self) -> None:
        """Start the engine and replay the journal, if that is not done already.

        Raises: ChainInUse, EngineMissing, JournalDamaged, ReplayDiverged, ChainUnavailable.
        """
        with self._lock:
            self._ensure_running()

    def close(self) -> None:
        """End the engine and free the journal; nothing is lost."""
        with self._lock:
            self._abandon()

    @property
    def engine_pid(self) -> int:
        """The engine's process id; 0 if none runs."""
        return self._running.engine.pid if self._running else 0

    def request(self, method: str, parameters: Sequence[JsonValue] = ()) -> JsonValue:
        """Return the result of a call that changes nothing; if the engine died, ask a new one.

        Raises: MethodNotAllowed, RpcRefused, ChainUnavailable, and what `start` raises.
        """
        if method not in READING_METHODS:
            raise MethodNotAllowed(f"The method {method} may change the chain.")
        with self._lock:
            try:
                return self._ensure_running().rpc.request(method, parameters)
            except ChainUnavailable:
                self._abandon()
                return self._ensure_running().rpc.request(method, parameters)

    def commit(self, transactions: Sequence[bytes]) -> list[TransactionReceipt]:
        """Return the receipts of signed transactions, all in one block that is in the journal.

        Raises: TransactionRefused, after which nothing was changed; ChainUnavailable, after which
        the transactions were carried out or not; what `start` raises.
        """
        with self._lock:
            running = self._ensure_running()
            try:
                return self._commit(running, [f"0x{each.hex()}" for each in transactions])
            except TransactionRefused:
                raise
            except BaseException:
                # The engine and the journal may differ now: the journal decides.
                self._abandon()
                raise

    def address_of(self, name: str) -> str | None:
        """Return the address remembered for a contract."""
        with self._lock:
            return self._ensure_running().recording.addresses.get(name)

    def remember_address(self, name: str, address: str) -> None:
        """Keep a contract's address in the journal."""
        with self._lock:
            running = self._ensure_running()
            try:
                running.recording.record_address(name, address)
            except BaseException:
                self._abandon()
                raise

    def _commit(self, running: _Running, transactions: list[str]) -> list[TransactionReceipt]:
        """Fill the pool, write the block down, mine it, write its hash down."""
        rpc, recording = running.rpc, running.recording
        hashes = _fill_pool(rpc, transactions)
        block = RecordedBlock(
            number=len(recording.blocks) + 1,
            timestamp_s=max(int(self._clock.now().timestamp()), recording.last_timestamp_s + 1),
            transactions=tuple(transactions),
        )
        recording.record_block(block)
        mine(rpc, block)
        check_height(rpc, recording, block.number)
        receipts = [_receipt(rpc, each) for each in hashes]
        if block.number % self._blocks_per_dump == 0:
            save_dump(rpc, recording, self._places.state_folder)
        return receipts

    def _ensure_running(self) -> _Running:
        if self._running is not None and not self._running.engine.is_running():
            _log.warning("the development ledger's engine ended; starting it from the journal")
            self._abandon()
        if self._running is None:
            self._running = self._launch(with_dump=True)
            self._publish_address(self._running.engine)
        return self._running

    def _launch(self, *, with_dump: bool) -> _Running:
        """Return a new engine at the journal's height."""
        now_s = int(self._clock.now().timestamp())
        journal = Journal(self._places.state_folder / "journal")
        try:
            recording = Recording(journal, chain_id=self.chain_id, now_s=now_s)
            engine = EngineProcess(
                self._places.program, chain_id=self.chain_id, genesis_s=recording.genesis_s
            )
        except BaseException:
            journal.close()
            raise
        rpc = RpcClient("127.0.0.1", engine.port, methods=CHAIN_METHODS | DEVELOPMENT_METHODS)
        running = _Running(journal=journal, recording=recording, engine=engine, rpc=rpc)
        try:
            height = load_dump(rpc, recording, self._places.state_folder) if with_dump else 0
            replay(rpc, recording, height=height)
        except ReplayDiverged:
            running.end()
            if not with_dump or recording.dump is None:
                raise
            _log.warning("the state dump is of no use; replaying the whole journal")
            return self._launch(with_dump=False)
        except BaseException:
            running.end()
            raise
        return running

    def _abandon(self) -> None:
        if self._running is not None:
            self._running.end()
            self._running = None
            self._places.address_file.unlink(missing_ok=True)

    def _publish_address(self, engine: EngineProcess) -> None:
        """Tell other processes of this home where the chain listens."""
        self._places.address_file.parent.mkdir(parents=True, exist_ok=True)
        content = {
            "kind": self.finality,
            "url": f"http://127.0.0.1:{engine.port}",
            "port": engine.port,
            "chain_id": self.chain_id,
            "pid": engine.pid,
        }
        write_durably(self._places.address_file, json.dumps(content).encode() + b"\n")


def _fill_pool(rpc: RpcClient, transactions: Sequence[str]) -> list[str]:
    """Return the hashes of the transactions once the engine's pool holds them all, ready to mine.

    Raises: TransactionRefused, after which the pool is empty.
    """
    try:
        hashes = [str(rpc.request("eth_sendRawTransaction", [each])) for each in transactions]
    except RpcRefused as error:
        rpc.request("anvil_dropAllTransactions")
        raise TransactionRefused(error.message) from error
    status = cast("dict[str, JsonValue]", rpc.request("txpool_status"))
    if quantity(status["pending"]) != len(transactions) or quantity(status["queued"]):
        rpc.request("anvil_dropAllTransactions")
        raise TransactionRefused("A transaction's nonce does not follow that of the one before.")
    return hashes


def _receipt(rpc: RpcClient, transaction_hash: str) -> TransactionReceipt:
    found = rpc.request("eth_getTransactionReceipt", [transaction_hash])
    if not isinstance(found, dict):
        raise ChainUnavailable(f"Transaction {transaction_hash} is in no block.")
    return TransactionReceipt(
        transaction_hash=octets(transaction_hash),
        block_number=quantity(found["blockNumber"]),
        succeeded=quantity(found["status"]) == 1,
        gas_used=quantity(found["gasUsed"]),
    )
