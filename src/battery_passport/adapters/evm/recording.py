"""What the embedded chain's journal says: genesis, blocks, their hashes, state dumps, addresses.

In: a journal. Out: typed views of its entries, and the writing of new ones.
"""

from dataclasses import dataclass
from typing import cast

from battery_passport.adapters.evm.errors import JournalDamaged
from battery_passport.adapters.evm.journal import Journal
from battery_passport.foundation.strict_json import JsonObject

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class RecordedBlock:
    """A block as it is replayed: its time and its transactions in order."""

    number: int
    timestamp_s: int
    transactions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StateDump:
    """A file that holds the engine's state after a block."""

    number: int
    file: str
    sha256: str


class Recording:
    """The embedded chain's history; it is whole in the journal at every moment."""

    def __init__(self, journal: Journal, *, chain_id: int, now_s: int) -> None:
        """Read the journal; give an empty one its genesis.

        Raises: JournalDamaged if its lines do not make one chain of that id.
        """
        self._journal = journal
        self.blocks: list[RecordedBlock] = []
        self.hashes: dict[int, str] = {}
        self.addresses: dict[str, str] = {}
        self.dump: StateDump | None = None
        if not journal.entries:
            journal.append(
                {"kind": "genesis", "v": FORMAT_VERSION, "chain_id": chain_id, "timestamp": now_s}
            )
        genesis, *entries = journal.entries
        if (genesis.get("kind"), genesis.get("v")) != ("genesis", FORMAT_VERSION):
            raise JournalDamaged("The chain journal does not begin with a known genesis.")
        if genesis["chain_id"] != chain_id:
            raise JournalDamaged(
                f"The chain journal is of chain {genesis['chain_id']}, expected {chain_id}."
            )
        self.genesis_s = cast("int", genesis["timestamp"])
        for entry in entries:
            self._take(entry)

    @property
    def last_timestamp_s(self) -> int:
        return self.blocks[-1].timestamp_s if self.blocks else self.genesis_s

    def record_block(self, block: RecordedBlock) -> None:
        """Write a block down before it is mined."""
        self._append(
            {
                "kind": "block",
                "number": block.number,
                "timestamp": block.timestamp_s,
                "transactions": list(block.transactions),
            }
        )

    def record_hash(self, number: int, block_hash: str) -> None:
        """Write down the hash that a block turned out to have."""
        self._append({"kind": "mined", "number": number, "hash": block_hash})

    def record_dump(self, dump: StateDump) -> None:
        """Write down that a state dump is on disk."""
        self._append(
            {"kind": "state", "number": dump.number, "file": dump.file, "sha256": dump.sha256}
        )

    def record_address(self, name: str, address: str) -> None:
        """Write down where a contract is."""
        self._append({"kind": "address", "name": name, "address": address})

    def _append(self, entry: JsonObject) -> None:
        self._journal.append(entry)
        self._take(entry)

    def _take(self, entry: JsonObject) -> None:
        taker = getattr(self, f"_take_{entry.get('kind')}", None)
        if taker is None:
            raise JournalDamaged(f"The chain journal has an entry of kind {entry.get('kind')!r}.")
        taker(entry)

    def _take_block(self, entry: JsonObject) -> None:
        number = cast("int", entry["number"])
        if number != len(self.blocks) + 1:
            raise JournalDamaged(
                f"The chain journal has block {number}, expected {len(self.blocks) + 1}."
            )
        transactions = tuple(cast("list[str]", entry["transactions"]))
        self.blocks.append(RecordedBlock(number, cast("int", entry["timestamp"]), transactions))

    def _take_mined(self, entry: JsonObject) -> None:
        self.hashes[cast("int", entry["number"])] = cast("str", entry["hash"])

    def _take_state(self, entry: JsonObject) -> None:
        self.dump = StateDump(
            number=cast("int", entry["number"]),
            file=cast("str", entry["file"]),
            sha256=cast("str", entry["sha256"]),
        )

    def _take_address(self, entry: JsonObject) -> None:
        self.addresses[cast("str", entry["name"])] = cast("str", entry["address"])
