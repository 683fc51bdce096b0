"""Which evidence is held: what a published figure rests on stays as long as the figure does.

In: batteries. Out: digests of batches that their health statements name.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.adapters.sql.records import CredentialStore
from battery_passport.assembly.issuing import opened_payload
from battery_passport.proof.model import HEALTH_STATEMENT
from battery_passport.proof.statement import named_evidence


def held_digests(connection: Connection, batteries: Iterable[UUID]) -> frozenset[bytes]:
    """Return the digests of all batches behind the batteries' published figures."""
    store = CredentialStore(connection)
    return frozenset(
        digest
        for battery_id in batteries
        for statement in store.of_battery(HEALTH_STATEMENT, battery_id)
        for digest in named_evidence(opened_payload(statement)).batches
    )
