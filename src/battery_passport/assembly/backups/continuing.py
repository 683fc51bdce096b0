"""Decides whether a restored log may go on under its old name, and opens a new one if not.

In: an installation as restored, the newest checkpoint that others hold. Out: the same log, or a new
origin with a new key whose first record names the old origin and where it ends here.

A log that signed more than the backup holds would sign a second history if it went on. Nobody who
has only the backup can know that it did not; so the old name is kept only when the newest published
checkpoint is shown, and the restored log holds all of it.
"""

import json
from dataclasses import dataclass

from sqlalchemy import delete, select

from battery_passport.access.acts import Act
from battery_passport.adapters.sql.facts import FactStore
from battery_passport.adapters.sql.schema import checkpoints
from battery_passport.assembly.acts import record_act
from battery_passport.assembly.installation import Installation
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.entry import entry_bytes
from battery_passport.ledger.model import EMPTY_TREE, TreeHead
from battery_passport.ledger.service import MerkleLog
from battery_passport.ledger.tlog_proof import LogTrust, open_log_checkpoint

LOG_OPENED = "log-opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class OldLog:
    """The log as it was restored; `vkey` by which its proofs are still checked."""

    origin: str
    vkey: str
    head: TreeHead
    published: TreeHead | None

    def as_json(self) -> JsonObject:
        return {
            "origin": self.origin,
            "vkey": self.vkey,
            "restored": _told(self.head),
            "published": None if self.published is None else _told(self.published),
        }


def look_at_log(installation: Installation, published: bytes | None) -> OldLog:
    """Return the restored log and the newest checkpoint known of it.

    Raises: MalformedNote, WrongOrigin, NoteNotSigned if `published` is no checkpoint of it.
    """
    key = installation.keys.log.key
    known = None
    if published is not None:
        trust = LogTrust(key.name, key, retired=installation.keys.retired_log)
        known = open_log_checkpoint(published, trust).head
    with installation.database.read() as connection:
        head = installation.pipeline.log_of(connection).head()
    return OldLog(origin=key.name, vkey=key.text(), head=head, published=known)


def may_go_on(installation: Installation, old: OldLog) -> bool:
    """Return whether the restored log holds all that is known to have been signed or anchored."""
    with installation.anchoring.chain() as chain, installation.database.read() as connection:
        log = installation.pipeline.log_of(connection)
        anchor = chain.latest()
        nothing_signed = old.head == EMPTY_TREE and old.published is None and anchor is None
        shown = old.published is not None and _holds(log, old.published)
        return nothing_signed or (shown and (anchor is None or _holds(log, anchor.head)))


def close_old_log(installation: Installation, old: OldLog) -> None:
    """Move the old log's checkpoints into a file of the home, and its key out of use.

    The installation must be opened anew afterwards: it then makes a new log key.
    """
    home = installation.home
    with installation.database.write() as connection:
        rows = connection.execute(select(checkpoints).order_by(checkpoints.c.size)).mappings()
        signed = [{"note": row["note"], "anchor": row["anchor"]} for row in rows]
        connection.execute(delete(checkpoints))
    document = {**old.as_json(), "checkpoints": signed}
    closed = home.folder / f"closed-{old.origin.replace('/', '-')}.json"
    closed.write_text(json.dumps(document, indent=2), encoding="utf-8")
    # The key that was to follow goes too: it may have signed a log of its own since the backup.
    installation.keystore.discard("log")


def begin_new_log(installation: Installation, old: OldLog) -> None:
    """Record, as the new origin's first entry of its own, what came before it.

    The entries restored keep their indices, so that the old log is a part of the new one.
    """
    known = old.head if old.published is None else old.published
    act = Act(
        name=LOG_OPENED,
        details={
            "origin": installation.keys.log.name,
            "old-origin": old.origin,
            "old-size": known.size,
            "old-root": known.root.hex(),
            "restored-size": old.head.size,
            "restored-root": old.head.root.hex(),
        },
    )
    with installation.database.write() as connection:
        facts = FactStore(connection)
        first = facts.by_record(record_act(connection, act, installation.clock.now()))
        log = installation.pipeline.log_of(connection)
        indices = log.sequence([entry_bytes(first.salt, first.digest)]).indices
        facts.number(indices.start, [first.position])


def _holds(log: MerkleLog, head: TreeHead) -> bool:
    return log.root_at(head.size) == head.root


def _told(head: TreeHead) -> JsonObject:
    return {"size": head.size, "root": head.root.hex()}
