"""The audit: every stored record against the log, the log against its checkpoints and the chain.

In: records, log and anchors through ports, in log order. Out: counts, or the first that is wrong.
One pass, a tile at a time, in memory logarithmic in the size of the log. After any tile it can
stop, and another audit can go on from its state.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.errors import TilesContradict
from battery_passport.ledger.model import TreeHead
from battery_passport.ledger.tiles import TILE_WIDTH
from battery_passport.ledger.tlog_proof import LogTrust
from battery_passport.proof.audit_milestones import Milestone, Milestones
from battery_passport.proof.audit_state import AuditState
from battery_passport.proof.errors import StoredRecordAltered
from battery_passport.proof.growing_root import GrowingRoot
from battery_passport.proof.ports import AnchoredRoots, StoredLog, StoredRecord, StoredRecords
from battery_passport.proof.stored_records import check_entry, check_stored_record

PROGRESS_STEP = 10_000
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """What an audit went through without finding anything wrong."""

    records: int
    erased: int
    pending: int
    checkpoints: int
    cosignatures: int
    anchors: int
    log_size: int
    root: bytes

    def as_json(self) -> JsonObject:
        return {
            "intact": True,
            "records": self.records,
            "erased": self.erased,
            "pending": self.pending,
            "checkpoints": self.checkpoints,
            "cosignatures": self.cosignatures,
            "anchors": self.anchors,
            "log": {"size": self.log_size, "root": self.root.hex()},
        }

    def lines(self) -> list[str]:
        """Return the report for people."""
        return [
            f"INTACT: {self.records} records are exactly those that were logged.",
            f"{self.checkpoints} signed checkpoints and {self.anchors} anchors agree with the log.",
            f"{self.cosignatures} cosignatures of witnesses hold." if self.cosignatures else "",
            f"{self.pending} records wait for their place in the log." if self.pending else "",
            f"{self.erased} records were erased on purpose." if self.erased else "",
        ]


class Audit:
    """One audit of one installation."""

    def __init__(
        self,
        records: StoredRecords,
        log: StoredLog,
        chain: AnchoredRoots,
        *,
        trust: LogTrust,
        state: AuditState | None = None,
    ) -> None:
        """`state` is where an earlier audit stopped."""
        self.state = state or AuditState()
        self._records = records
        self._log = log
        self._chain = chain
        self._trust = trust
        self._tree = GrowingRoot(size=self.state.size, subtrees=self.state.subtrees)

    @property
    def at(self) -> int:
        """The log index that the audit looks at, or would look at next."""
        return self._tree.size

    def run(self, progress: Progress | None = None) -> AuditReport:
        """Return the counts of what was checked; `progress` is told how many records so far.

        Raises: StoredRecordAltered, naming the first record, entry, tile, checkpoint or anchor
        that does not hold; ChainUnavailable.
        """
        told = self.state.size // PROGRESS_STEP
        for size in self.slices():
            if progress is not None and size // PROGRESS_STEP > told:
                told = size // PROGRESS_STEP
                progress(size)
        if progress is not None:
            progress(self._tree.size)
        return self.finish()

    def slices(self) -> Iterator[int]:
        """Check a tile each time one is asked for, and give the number of entries so far.

        `state` is then up to date. Raises: as `run`.
        """
        head = self._log.head()
        records = self._records.in_log_order(self.state.size)
        milestones = iter(Milestones(self._log, self._chain, self._trust, self.state))
        milestone = next(milestones, None)
        walk = self._log.tiles(self.state.size // TILE_WIDTH, self.state.open_hashes)
        tiles = iter(walk)
        while (leaves := _next_tile(tiles)) is not None:
            for leaf in leaves:
                self._check_next(next(records, None), leaf)
                self._tree.append(leaf)
                while milestone is not None and milestone.head.size == self._tree.size:
                    self._compare(milestone)
                    milestone.note_in(self.state)
                    milestone = next(milestones, None)
            if len(leaves) == TILE_WIDTH:
                self._note(walk.open_hashes)
            yield self._tree.size
        self._compare(Milestone("The recorded tree head", head))
        if milestone is not None:
            self._compare(milestone)
        self._refuse_surplus(next(records, None))

    def finish(self) -> AuditReport:
        """Check what lies outside the log, and return the counts. Raises: StoredRecordAltered."""
        pending = 0
        for stored in self._records.pending():
            check_stored_record(stored)
            pending += 1
        name = next(self._records.unannounced(), None)
        if name is not None:
            raise StoredRecordAltered(f"{name} is stored, but was never announced to the log.")
        return AuditReport(
            records=self._tree.size,
            erased=self.state.erased,
            pending=pending,
            checkpoints=self.state.checkpoints,
            cosignatures=self.state.cosignatures,
            anchors=self.state.anchors,
            log_size=self._tree.size,
            root=self._tree.root(),
        )

    def _note(self, open_hashes: list[list[bytes]]) -> None:
        self.state.size = self._tree.size
        self.state.subtrees = self._tree.subtrees
        self.state.open_hashes = [list(hashes) for hashes in open_hashes]

    def _check_next(self, stored: StoredRecord | None, leaf: bytes) -> None:
        index = self._tree.size
        if stored is None or stored.log_index is None or stored.log_index > index:
            raise StoredRecordAltered(f"Log entry {index} has no record: it was removed.")
        if stored.log_index < index:
            raise StoredRecordAltered(
                f"The {stored.kind} {stored.name} claims log entry {stored.log_index}, "
                "which another record stands for."
            )
        check_stored_record(stored)
        check_entry(stored, leaf)
        self.state.erased += stored.erased

    def _compare(self, milestone: Milestone) -> None:
        found = TreeHead(self._tree.size, self._tree.root())
        if milestone.head != found:
            raise StoredRecordAltered(
                f"{milestone.name} commits to {milestone.head.size} entries with root "
                f"{milestone.head.root.hex()}; the log has {found.size} with {found.root.hex()}."
            )

    def _refuse_surplus(self, surplus: StoredRecord | None) -> None:
        if surplus is not None:
            raise StoredRecordAltered(
                f"The {surplus.kind} {surplus.name} is recorded as log entry {surplus.log_index}, "
                f"but the log ends before {self._tree.size}."
            )


def _next_tile(tiles: Iterator[list[bytes]]) -> list[bytes] | None:
    try:
        return next(tiles, None)
    except TilesContradict as error:
        raise StoredRecordAltered(error.message) from error


__all__ = ["Audit", "AuditReport", "AuditState", "Progress"]
