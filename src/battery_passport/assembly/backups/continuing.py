"""Decides whether a restored log may go on under its old name, and opens a new one if not.

In: an installation as restored, the newest checkpoints that others hold. Out: the same log, or a
new origin with a new key whose first record names the old origin and where it ends here.

A log that signed more than the backup holds would sign a second history if it went on. Nobody who
has only the backup can know that it did not; so the old name is kept only when the newest published
checkpoint is shown, and the restored log holds all of it, all that the chain has anchored, and all
that every witness of the settings has cosigned.
"""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from battery_passport.access.acts import Act
from battery_passport.adapters.sql.facts import FactStore
from battery_passport.adapters.sql.schema import checkpoints
from battery_passport.adapters.sql.schema_states import cosignatures, witness_contacts
from battery_passport.assembly.acts import record_act
from battery_passport.assembly.backups.asking import Testimony, ask_witnesses
from battery_passport.assembly.backups.errors import WitnessSilent
from battery_passport.assembly.installation import Installation
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.entry import entry_bytes
from battery_passport.ledger.model import TreeHead
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
    testimonies: tuple[Testimony, ...] = ()

    def as_json(self) -> JsonObject:
        return {
            "origin": self.origin,
            "vkey": self.vkey,
            "restored": _told(self.head),
            "published": None if self.published is None else _told(self.published),
            "witnesses": {
                each.witness: None if each.head is None else _told(each.head)
                for each in self.testimonies
                if each.answered
            },
        }

    @property
    def newest_known(self) -> TreeHead:
        """The greatest tree that is known to have been signed."""
        told = [each.head for each in self.testimonies if each.head is not None]
        heads = [self.head, *told, *([] if self.published is None else [self.published])]
        return max(heads, key=lambda each: each.size)


def look_at_log(installation: Installation, published: bytes | None) -> OldLog:
    """Return the restored log and the newest checkpoints known of it.

    Raises: MalformedNote, WrongOrigin, NoteNotSigned if `published` is no checkpoint of it.
    """
    key = installation.keys.log.key
    trust = LogTrust(key.name, key, retired=installation.keys.retired_log)
    known = None if published is None else open_log_checkpoint(published, trust).head
    with installation.database.read() as connection:
        head = installation.pipeline.log_of(connection).head()
    told = ask_witnesses(installation.settings.witnesses, trust)
    return OldLog(origin=key.name, vkey=key.text(), head=head, published=known, testimonies=told)


def may_go_on(installation: Installation, old: OldLog) -> bool:
    """Return whether the restored log holds all that is known to have been signed or anchored.

    Raises: WitnessSilent if only a witness that does not answer could tell.
    """
    if old.published is None:
        return False
    with installation.anchoring.chain() as chain, installation.database.read() as connection:
        log = installation.pipeline.log_of(connection)
        anchor = chain.latest()
        heads = [old.published, *(each.head for each in old.testimonies)]
        heads.append(None if anchor is None else anchor.head)
        holds_all = all(_holds(log, head) for head in heads if head is not None)
    silent = [each.witness for each in old.testimonies if not each.answered]
    if holds_all and silent:
        raise WitnessSilent(f"What {', '.join(silent)} has cosigned of {old.origin} is not known.")
    return holds_all


def close_old_log(installation: Installation, old: OldLog) -> None:
    """Move the old log's checkpoints into a file of the home, and its key out of use.

    The installation must be opened anew afterwards: it then makes a new log key.
    """
    home = installation.home
    with installation.database.write() as connection:
        rows = connection.execute(select(checkpoints).order_by(checkpoints.c.size)).mappings()
        lines = _cosignatures(connection)
        signed = [
            {"note": row["note"] + lines.get(row["size"], ""), "anchor": row["anchor"]}
            for row in rows
        ]
        for table in (checkpoints, cosignatures, witness_contacts):
            connection.execute(delete(table))
    document = {**old.as_json(), "checkpoints": signed}
    closed = home.folder / f"closed-{old.origin.replace('/', '-')}.json"
    closed.write_text(json.dumps(document, indent=2), encoding="utf-8")
    # The key that was to follow goes too: it may have signed a log of its own since the backup.
    installation.keystore.discard("log")


def begin_new_log(installation: Installation, old: OldLog) -> None:
    """Record, as the new origin's first entry of its own, what came before it.

    The entries restored keep their indices, so that the old log is a part of the new one.
    """
    known = old.newest_known
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


def _cosignatures(connection: Connection) -> dict[int, str]:
    """Return the witnesses' lines under each checkpoint."""
    query = select(cosignatures.c.size, cosignatures.c.line)
    found: dict[int, str] = {}
    for row in connection.execute(query.order_by(cosignatures.c.size, cosignatures.c.witness)):
        found[row.size] = found.get(row.size, "") + row.line
    return found


def _told(head: TreeHead) -> JsonObject:
    return {"size": head.size, "root": head.root.hex()}
