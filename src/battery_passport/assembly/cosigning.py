"""Asks witnesses to cosign what the log has signed; picks checkpoints that enough have cosigned.

In: the settings' witnesses, signed checkpoints. Out: cosignatures in the records, how far each
witness lags. It runs beside everything else: nothing waits for a witness but a proof that needs it.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from sqlalchemy import Connection

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.log import SqlCheckpointStore, SqlTileStore
from battery_passport.adapters.sql.witnesses import WitnessContact, WitnessStore
from battery_passport.adapters.witness.client import WitnessClient
from battery_passport.assembly.witness_settings import ConfiguredWitness, WitnessSettings
from battery_passport.foundation.clock import Clock
from battery_passport.foundation.errors import BatteryPassportError, TemporarilyUnavailable
from battery_passport.ledger.cosigning import cosignature_in, cosigned_note, witness_id
from battery_passport.ledger.errors import LogRolledBack
from battery_passport.ledger.model import SignedCheckpoint
from battery_passport.ledger.note import parse_note
from battery_passport.ledger.tree import TiledTree
from battery_passport.ledger.witnessing import OtherSizeSeen, Submission

_LOG = logging.getLogger(__name__)
_AT_ONCE = 8


class NotCosignedYet(TemporarilyUnavailable):
    """Fewer witnesses than a proof needs have cosigned an anchored checkpoint that covers it."""

    code = "not-cosigned-yet"
    remedy = "Try again in half a minute; if it stays so, look at /log/witnesses."


class Cosigning:
    """The rounds of asking."""

    def __init__(self, database: Database, settings: WitnessSettings, clock: Clock) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock

    def ask_all(self) -> None:
        """Ask every witness that has not cosigned the newest checkpoint yet, side by side.

        A witness that does not answer is noted and asked again in the next round.
        """
        with self._database.read() as connection:
            newest = SqlCheckpointStore(connection).latest()
        if newest is None or not self._settings.witnesses:
            return
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="witness") as pool:
            list(pool.map(lambda each: self._ask(each, newest), self._settings.witnesses))

    def contacts(self) -> dict[str, WitnessContact]:
        """Return how each witness was last met, by its name."""
        with self._database.read() as connection:
            store = WitnessStore(connection)
            return {each.name: store.contact(witness_id(each.key)) for each in self._witnesses}

    @property
    def _witnesses(self) -> Sequence[ConfiguredWitness]:
        return self._settings.witnesses

    def _ask(self, witness: ConfiguredWitness, newest: SignedCheckpoint) -> None:
        name = witness_id(witness.key)
        with self._database.read() as connection:
            store = WitnessStore(connection)
            known, contact = store.lines(newest.head.size, [name]), store.contact(name)
        if known and contact.failing_since is None:
            return
        try:
            line = self._cosignature_of(witness, newest, contact.size)
        except BatteryPassportError as error:
            _LOG.warning("witness %s did not cosign: %s", witness.name, error)
            with self._database.write() as connection:
                WitnessStore(connection).failed(name, error=error.message, moment=self._clock.now())
            return
        with self._database.write() as connection:
            store, moment = WitnessStore(connection), self._clock.now()
            store.add(newest.head.size, name, line=line, moment=moment)
            store.answered(name, size=newest.head.size, moment=moment)

    def _cosignature_of(
        self, witness: ConfiguredWitness, newest: SignedCheckpoint, seen_size: int
    ) -> str:
        client = WitnessClient(witness.url)
        try:
            answer = client.add_checkpoint(self._submission(newest, seen_size))
        except OtherSizeSeen as other:
            answer = client.add_checkpoint(self._submission(newest, other.size))
        return cosignature_in(newest.note, answer, witness.key)

    def _submission(self, newest: SignedCheckpoint, old_size: int) -> bytes:
        if old_size > newest.head.size:
            raise LogRolledBack(
                f"It has cosigned {old_size} entries of this log, which now has "
                f"{newest.head.size}: an older backup was restored, or there are two logs."
            )
        path: Sequence[bytes] = ()
        if old_size:
            with self._database.read() as connection:
                tree = TiledTree(SqlTileStore(connection), newest.head.size)
                path = tree.consistency_path(old_size)
        note = parse_note(newest.note)
        return Submission(old_size=old_size, path=tuple(path), note=note).encode()


def proven_checkpoint(
    connection: Connection, settings: WitnessSettings, *, covering: int
) -> SignedCheckpoint | None:
    """Return the newest anchored checkpoint that enough witnesses cosigned, with what they signed.

    None while nothing is anchored.
    Raises: NotCosignedYet if those that enough have cosigned do not cover the log entry.
    """
    store, witnesses = SqlCheckpointStore(connection), WitnessStore(connection)
    ids = [witness_id(key) for key in settings.keys]
    newest = store.latest_anchored()
    if newest is None or newest.checkpoint.head.size <= covering:
        return None
    found = newest.checkpoint
    if settings.required:
        size = witnesses.greatest_anchored(ids, required=settings.required)
        cosigned = None if size is None or size <= covering else store.of_size(size)
        if cosigned is None:
            raise NotCosignedYet(
                f"No anchored checkpoint with log entry {covering} has been cosigned by "
                f"{settings.required} witnesses."
            )
        found = cosigned
    return replace(found, note=cosigned_note(found.note, witnesses.lines(found.head.size, ids)))
