"""Erases records of people who left, once those records have their place in the log.

In: pseudonyms that were cut from their people. Out: records, digests and salts removed, and signed
tombstones naming their places in the log, so that the audit knows the erasure from tampering.
"""

from battery_passport.adapters.sql.acts import ErasableFact, ErasureStore
from battery_passport.adapters.sql.database import Database
from battery_passport.foundation.clock import Clock
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.ledger.entry import entry_hash
from battery_passport.ledger.note import NoteSigner
from battery_passport.ledger.tombstone import MAX_ENTRIES, Tombstone, sign_tombstone


class ErasureKeeper:
    """Fulfils `pipeline.Housekeeping`."""

    def __init__(self, database: Database, *, signer: NoteSigner, clock: Clock) -> None:
        self._database = database
        self._signer = signer
        self._clock = clock

    def run(self, *, urgent: bool) -> bool:  # noqa: ARG002 - whoever left need not wait
        """Erase what is due of one person; return whether anything was."""
        with self._database.read() as connection:
            due = ErasureStore(connection).due()
        return any(self._erase(pseudonym) for pseudonym in due)

    def _erase(self, pseudonym: str) -> bool:
        with self._database.write() as connection:
            store = ErasureStore(connection)
            found = store.erasable(pseudonym, MAX_ENTRIES)
            if found:
                moment = self._clock.now()
                note = sign_tombstone(self._tombstone(found), [self._signer])
                store.add_tombstone(new_uuid7(moment), note, moment)
                store.erase(found)
            return store.settle(pseudonym) or bool(found)

    def _tombstone(self, erased: list[ErasableFact]) -> Tombstone:
        return Tombstone(
            origin=self._signer.name,
            erased_at=self._clock.now(),
            leaves={each.log_index: entry_hash(each.salt, each.digest) for each in erased},
        )
