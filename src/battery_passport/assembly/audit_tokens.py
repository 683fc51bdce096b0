"""The audit of registered passports: the registry's tokens against its events and the records.

In: a passport as events tell of it, as the registry holds it, as it is stored. Out: nothing, or the
first thing in which they differ, and the block of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.adapters.sql.onchain_archive import ArchivedLeaf
from battery_passport.adapters.sql.records import EventStore
from battery_passport.ledger.onchain.checking import same_address
from battery_passport.ledger.onchain.history import TokenAsTold
from battery_passport.ledger.onchain.state import TokenState
from battery_passport.ledger.onchain.statuses import CODE_OF_STATUS, StatusCode
from battery_passport.lifecycle.records import parse_event_record
from battery_passport.lifecycle.status import STATUS_EVENTS
from battery_passport.proof.errors import StoredRecordAltered


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The records, whose organisation's they are, and since which block of the chain they know."""

    connection: Connection
    issuer: str
    known_from: int


def check_token(
    books: Books,
    battery_id: UUID,
    told: TokenAsTold,
    *,
    leaves: Sequence[ArchivedLeaf],
    held: TokenState | None,
) -> None:
    """Return if events, registry and records agree about a passport. Raises: StoredRecordAltered.

    `leaves` are those stored of the battery in the batch that it was registered from.
    """
    name = f"The passport of the battery {battery_id} in the registry"
    if told.registered_in > books.known_from:
        _check_beginning(name, told, leaves)
    _check_held(name, told, held)
    _check_statuses(name, books, battery_id, told)


def _check_beginning(name: str, told: TokenAsTold, leaves: Sequence[ArchivedLeaf]) -> None:
    beginnings = [each.linked.leaf for each in leaves if each.linked is not None]
    begun = (told.beginning, told.commitment, told.evidence)
    if begun not in [(each.status, each.commitment, each.evidence) for each in beginnings]:
        raise StoredRecordAltered(
            f"{name} began in block {told.registered_in} otherwise than as it is stored.",
            block=told.registered_in,
        )


def _check_held(name: str, told: TokenAsTold, held: TokenState | None) -> None:
    said = (
        told.holder.lower(),
        told.responsible.lower(),
        told.status,
        told.revoked,
        told.successors,
        told.batch,
    )
    found = held and (
        held.holder.lower(),
        held.responsible.lower(),
        held.status,
        held.revoked,
        held.successors,
        held.batch,
    )
    if found != said:
        raise StoredRecordAltered(
            f"{name} is held as {found}; its events up to block {told.block_number} say {said}.",
            block=told.block_number,
        )


def _check_statuses(name: str, books: Books, battery_id: UUID, told: TokenAsTold) -> None:
    """Compare the changes that this organisation recorded with the battery's events here."""
    own = [
        each
        for each in told.changes
        if same_address(each.actor, books.issuer) and each.block_number > books.known_from
    ]
    if not own:
        return
    recorded = _recorded_statuses(books.connection, battery_id)
    for each in own:
        if each.status not in recorded:
            raise StoredRecordAltered(
                f"{name} became {each.status.name.lower()} in block {each.block_number} in this "
                "organisation's name; no event stored here says so.",
                block=each.block_number,
            )


def _recorded_statuses(connection: Connection, battery_id: UUID) -> set[StatusCode]:
    found = set()
    for stored in EventStore(connection).of_battery(battery_id):
        if stored.type == "recycled":
            found.add(StatusCode.RECYCLED)
        elif stored.type in STATUS_EVENTS:
            payload = parse_event_record(stored.record).payload
            found.add(CODE_OF_STATUS.get(str(payload.get("to")), StatusCode.NONE))
    return found
