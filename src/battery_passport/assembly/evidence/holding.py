"""Which evidence is held: what a published figure rests on stays as long as the figure does.

In: batteries. Out: digests of batches that their statements name: every one of health, and the
newest of figures, which counts over a year that moves on.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.adapters.sql.records import CredentialStore, StoredCredential
from battery_passport.assembly.recorded import opened_payload
from battery_passport.proof.model import FIGURES_STATEMENT, HEALTH_STATEMENT
from battery_passport.proof.statement import named_evidence


def held_digests(connection: Connection, batteries: Iterable[UUID]) -> frozenset[bytes]:
    """Return the digests of all batches behind the batteries' published figures."""
    store = CredentialStore(connection)
    return frozenset(
        digest
        for battery_id in batteries
        for statement in _counting(store, battery_id)
        for digest in named_evidence(opened_payload(statement), statement.kind).batches
    )


def _counting(store: CredentialStore, battery_id: UUID) -> Iterator[StoredCredential]:
    yield from store.of_battery(HEALTH_STATEMENT, battery_id)
    newest = store.latest(FIGURES_STATEMENT, battery_id)
    if newest is not None:
        yield newest
