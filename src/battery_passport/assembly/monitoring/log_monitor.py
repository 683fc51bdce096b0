"""Follows another organisation's log from its public tiles, and trusts nothing but its key.

In: the log's address, its trust file, a state file; a node of its chain if there is one. Out: a
standing; the first entry, tile, checkpoint, anchor or state epoch that does not continue what was
seen. The whole log is rebuilt: every bundle is hashed, every checkpoint's root computed.
"""

from dataclasses import dataclass
from typing import cast

from battery_passport.adapters.evm.anchor_events import AnchorEvents
from battery_passport.adapters.witness.client import LogClient
from battery_passport.assembly.monitoring.state_epochs import SeenEpoch, follow_epochs
from battery_passport.assembly.state_file import StateFile
from battery_passport.foundation.errors import BatteryPassportError, TemporarilyUnavailable
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.audit import TileWalk
from battery_passport.ledger.checkpoint import open_checkpoint
from battery_passport.ledger.errors import AnchorContradictsLog, LogRolledBack, NotConsistent
from battery_passport.ledger.model import TreeHead
from battery_passport.ledger.tiles import TILE_WIDTH
from battery_passport.ledger.tlog_proof import LogTrust
from battery_passport.ledger.tree import TiledTree
from battery_passport.proof.audit_state import AuditState, read_state
from battery_passport.proof.growing_root import GrowingRoot

_EPOCH = "epoch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """How far a log was followed."""

    size: int
    anchors: int
    epochs: int = 0
    finding: str | None = None

    def as_json(self) -> JsonObject:
        return {
            "size": self.size,
            "anchors": self.anchors,
            "epochs": self.epochs,
            "finding": self.finding,
        }


class LogMonitor:
    """Follows one log."""

    def __init__(
        self, log: LogClient, trust: LogTrust, file: StateFile, chain: AnchorEvents | None = None
    ) -> None:
        self._log = log
        self._trust = trust
        self._file = file
        self._chain = chain

    def look(self) -> Followed:
        """Read what is new; a finding stays until somebody removes the state file.

        Raises: WitnessUnavailable, ChainUnavailable: nobody answers, which says nothing.
        """
        kept = self._file.read()
        if kept.get("finding") is not None:
            return Followed(size=_number(kept, "size"), anchors=0, finding=str(kept["finding"]))
        try:
            followed = self._follow(kept)
        except TemporarilyUnavailable:
            raise
        except BatteryPassportError as error:
            self._file.write({**kept, "finding": error.message})
            size = _number(kept, "size")
            return Followed(size=size, anchors=0, finding=error.message)
        return followed

    def _follow(self, kept: JsonObject) -> Followed:
        checkpoint = open_checkpoint(
            self._log.checkpoint(), origin=self._trust.origin, log_key=self._trust.log_key
        )
        head, seen = checkpoint.head, _number(kept, "size")
        if head.size < seen:
            raise LogRolledBack(f"The log was signed with {head.size} entries after {seen}.")
        self._log.size = head.size
        state = kept.get("state")
        now = self._rebuild(read_state(state) if isinstance(state, dict) else AuditState(), head)
        if seen and TiledTree(self._log, seen).root().hex() != kept["root"]:
            raise NotConsistent(f"The first {seen} entries are not those that were signed before.")
        anchors = self._compare_anchors(head)
        known = kept.get(_EPOCH)
        epoch = follow_epochs(
            self._log, head.size, None if known is None else SeenEpoch.read(known)
        )
        document: JsonObject = {
            "size": head.size,
            "root": head.root.hex(),
            "state": now.as_json(),
            _EPOCH: None if epoch is None else epoch.as_json(),
            "finding": None,
        }
        self._file.write(document)
        epochs = 0 if epoch is None else epoch.epoch.number
        return Followed(size=head.size, anchors=anchors, epochs=epochs)

    def _rebuild(self, state: AuditState, head: TreeHead) -> AuditState:
        """Return the state after all whole tiles. Raises: TilesContradict, NotConsistent."""
        tree = GrowingRoot(size=state.size, subtrees=state.subtrees)
        following = state.size // TILE_WIDTH
        walk = TileWalk(self._log, head.size, following=following, open_hashes=state.open_hashes)
        after = state
        for leaves in walk:
            for leaf in leaves:
                tree.append(leaf)
            if len(leaves) == TILE_WIDTH:
                after = AuditState(
                    size=tree.size,
                    subtrees=tree.subtrees,
                    open_hashes=[list(hashes) for hashes in walk.open_hashes],
                )
        if tree.root() != head.root:
            raise NotConsistent(
                f"The log signs root {head.root.hex()} over {head.size} entries; "
                f"they give {tree.root().hex()}."
            )
        return after

    def _compare_anchors(self, head: TreeHead) -> int:
        """Return how many anchors are roots of this log. Raises: AnchorContradictsLog."""
        anchored = self._chain.heads() if self._chain is not None else []
        for number, anchor in enumerate(anchored):
            if anchor.size <= head.size and TiledTree(self._log, anchor.size).root() != anchor.root:
                raise AnchorContradictsLog(
                    f"Anchor {number} has root {anchor.root.hex()} at {anchor.size} entries, "
                    "which the log does not give."
                )
        return len(anchored)


def _number(document: JsonObject, name: str) -> int:
    return cast("int", document.get(name, 0))
