"""The audit: every stored record against the log, the log against its checkpoints and the chain.

In: records, log and anchors through ports, in log order. Out: counts, or the first that is wrong.
One pass, in memory logarithmic in the size of the log (but for the chain's list of anchors).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge

from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.anchoring import NO_ROOT
from battery_passport.ledger.checkpoint import open_checkpoint
from battery_passport.ledger.model import Anchor, SignedCheckpoint, TreeHead
from battery_passport.ledger.tlog_proof import LogTrust
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
            "anchors": self.anchors,
            "log": {"size": self.log_size, "root": self.root.hex()},
        }

    def lines(self) -> list[str]:
        """Return the report for people."""
        return [
            f"INTACT: {self.records} records are exactly those that were logged.",
            f"{self.checkpoints} signed checkpoints and {self.anchors} anchors agree with the log.",
            f"{self.pending} records wait for their place in the log." if self.pending else "",
            f"{self.erased} records were erased on purpose." if self.erased else "",
        ]


@dataclass(frozen=True, slots=True)
class _Milestone:
    """A root that somebody committed to: a checkpoint or an anchor."""

    name: str
    head: TreeHead


class Audit:
    """One audit of one installation."""

    def __init__(
        self, records: StoredRecords, log: StoredLog, chain: AnchoredRoots, *, trust: LogTrust
    ) -> None:
        self._records = records
        self._log = log
        self._chain = chain
        self._trust = trust
        self._tree = GrowingRoot()
        self._anchored: frozenset[TreeHead] = frozenset()
        self._remembered: frozenset[TreeHead] = frozenset()
        self._newest_anchored_size = 0
        self._counts = {"erased": 0, "pending": 0, "checkpoints": 0, "anchors": 0}

    def run(self, progress: Progress | None = None) -> AuditReport:
        """Return the counts of what was checked; `progress` is told how many records so far.

        Raises: StoredRecordAltered, naming the first record, entry, checkpoint or anchor that
        does not hold; ChainUnavailable.
        """
        anchors = self._chain.anchors()
        self._anchored = frozenset(anchor.head for anchor in anchors)
        self._remembered = frozenset(self._log.anchored_heads())
        self._newest_anchored_size = max((head.size for head in self._anchored), default=0)
        milestones = merge(
            self._checkpoints(), self._anchors(anchors), key=lambda each: each.head.size
        )
        self._walk(milestones, progress or _ignore)
        self._check_outside_the_log()
        return AuditReport(
            records=self._tree.size,
            log_size=self._tree.size,
            root=self._tree.root(),
            **self._counts,
        )

    def _walk(self, milestones: Iterator[_Milestone], progress: Progress) -> None:
        """Go through log and records side by side, comparing each committed root on the way."""
        records = self._records.in_log_order()
        milestone = next(milestones, None)
        for leaf in self._log.leaf_hashes():
            self._check_next(next(records, None), leaf)
            self._tree.append(leaf)
            while milestone is not None and milestone.head.size == self._tree.size:
                self._compare(milestone)
                milestone = next(milestones, None)
            if self._tree.size % PROGRESS_STEP == 0:
                progress(self._tree.size)
        progress(self._tree.size)
        self._compare(_Milestone("The recorded tree head", self._log.head()))
        if milestone is not None:
            self._compare(milestone)
        surplus = next(records, None)
        if surplus is not None:
            raise StoredRecordAltered(
                f"The {surplus.kind} {surplus.name} is recorded as log entry {surplus.log_index}, "
                f"but the log ends before {self._tree.size}."
            )

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
        self._counts["erased"] += stored.erased

    def _compare(self, milestone: _Milestone) -> None:
        found = TreeHead(self._tree.size, self._tree.root())
        if milestone.head != found:
            raise StoredRecordAltered(
                f"{milestone.name} commits to {milestone.head.size} entries with root "
                f"{milestone.head.root.hex()}; the log has {found.size} with {found.root.hex()}."
            )

    def _checkpoints(self) -> Iterator[_Milestone]:
        for checkpoint in self._log.checkpoints():
            name = f"The checkpoint of {checkpoint.head.size} entries"
            self._check_signature(name, checkpoint)
            self._check_on_chain(name, checkpoint.head)
            self._counts["checkpoints"] += 1
            yield _Milestone(name, checkpoint.head)

    def _check_signature(self, name: str, checkpoint: SignedCheckpoint) -> None:
        try:
            signed = open_checkpoint(
                checkpoint.note, origin=self._trust.origin, log_key=self._trust.log_key
            )
        except BatteryPassportError as error:
            raise StoredRecordAltered(f"{name} does not hold: {error.message}") from error
        if signed.head != checkpoint.head:
            raise StoredRecordAltered(f"{name} is stored with another size or root than it signs.")

    def _anchors(self, anchors: Sequence[Anchor]) -> Iterator[_Milestone]:
        number, root = 0, NO_ROOT
        for anchor in anchors:
            name = f"Anchor {anchor.number} on the chain"
            if (anchor.number, anchor.previous_root) != (number, root):
                raise StoredRecordAltered(f"{name} does not follow the one before.")
            number, root = number + 1, anchor.head.root
            self._counts["anchors"] += 1
            yield _Milestone(name, anchor.head)

    def _check_on_chain(self, name: str, head: TreeHead) -> None:
        if head not in self._anchored and (
            head in self._remembered or head.size < self._newest_anchored_size
        ):
            raise StoredRecordAltered(f"{name} was anchored, but the chain does not hold it.")

    def _check_outside_the_log(self) -> None:
        for stored in self._records.pending():
            check_stored_record(stored)
            self._counts["pending"] += 1
        name = next(self._records.unannounced(), None)
        if name is not None:
            raise StoredRecordAltered(f"{name} is stored, but was never announced to the log.")


def _ignore(_count: int) -> None:
    """Take no notice of progress."""
