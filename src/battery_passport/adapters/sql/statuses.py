"""Places in status lists at rest: drawn at random, told by list, changed one by one.

In: credentials that were issued. Out: their places; the places of a list that are not good.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from battery_passport.adapters.sql.schema_status import status_lists, status_places
from battery_passport.foundation.clock import unix_ms
from battery_passport.foundation.encoding import base64url_encode

LIST_ID_BYTES = 16


class TakenPlace(NamedTuple):
    """A credential's place in a list, and what it says (0 is good)."""

    list_id: str
    place: int
    status: int = 0


class StatusStore:
    """Status lists within one transaction."""

    def __init__(self, connection: Connection, *, places: int) -> None:
        self._connection = connection
        self._places = places

    def take(
        self, credential_ids: Sequence[UUID], *, status: int, moment: datetime
    ) -> list[TakenPlace]:
        """Give each credential a place of its own, drawn at random, and return them in order.

        A list is never filled beyond half, so that drawing stays quick and says nothing.
        """
        list_id = self._open_list(len(credential_ids), moment)
        drawn = self._draw(list_id, len(credential_ids))
        rows = [
            {
                "list_id": list_id,
                "place": place,
                "credential_id": str(credential_id),
                "status": status,
                "changed_at_ms": unix_ms(moment) if status else None,
            }
            for credential_id, place in zip(credential_ids, drawn, strict=True)
        ]
        self._connection.execute(insert(status_places), rows)
        taken = status_lists.c.taken + len(rows)
        where = status_lists.c.list_id == list_id
        self._connection.execute(update(status_lists).where(where).values(taken=taken))
        return [TakenPlace(list_id, place, status) for place in drawn]

    def place_of(self, credential_id: UUID) -> TakenPlace | None:
        """Return a credential's place."""
        query = select(status_places.c.list_id, status_places.c.place, status_places.c.status)
        found = self._connection.execute(
            query.where(status_places.c.credential_id == str(credential_id))
        ).first()
        return None if found is None else TakenPlace(*found)

    def change(self, credential_id: UUID, *, status: int, moment: datetime) -> None:
        """Let a credential's place say something else."""
        self._connection.execute(
            update(status_places)
            .where(status_places.c.credential_id == str(credential_id))
            .values(status=status, changed_at_ms=unix_ms(moment))
        )

    def size_of(self, list_id: str) -> int | None:
        """Return how many places a list has; None if there is no such list."""
        query = select(status_lists.c.places).where(status_lists.c.list_id == list_id)
        return self._connection.execute(query).scalar()

    def not_good(self, list_id: str) -> Mapping[int, int]:
        """Return the places of a list that say anything but good."""
        query = select(status_places.c.place, status_places.c.status).where(
            status_places.c.list_id == list_id, status_places.c.status != 0
        )
        return {row.place: row.status for row in self._connection.execute(query)}

    def _open_list(self, wanted: int, moment: datetime) -> str:
        """Return the list that has room left, opened now if none has."""
        query = (
            select(status_lists.c.list_id)
            .where(status_lists.c.taken + wanted <= status_lists.c.places // 2)
            .order_by(status_lists.c.opened_at_ms.desc())
            .limit(1)
        )
        found: str | None = self._connection.execute(query).scalar()
        if found is not None:
            return found
        row = {
            "list_id": base64url_encode(secrets.token_bytes(LIST_ID_BYTES)),
            "places": self._places,
            "taken": 0,
            "opened_at_ms": unix_ms(moment),
        }
        self._connection.execute(insert(status_lists), [row])
        return str(row["list_id"])

    def _draw(self, list_id: str, wanted: int) -> list[int]:
        """Return so many different free places of a list."""
        places = self.size_of(list_id) or self._places
        drawn: dict[int, None] = {}
        while len(drawn) < wanted:
            tried = {secrets.randbelow(places) for _ in range(wanted - len(drawn))}
            drawn |= dict.fromkeys(sorted(tried - self._taken_of(list_id, tried)))
        chosen = list(drawn)
        secrets.SystemRandom().shuffle(chosen)
        return chosen

    def _taken_of(self, list_id: str, places: set[int]) -> set[int]:
        query = select(status_places.c.place).where(
            status_places.c.list_id == list_id, status_places.c.place.in_(places)
        )
        return set(self._connection.execute(query).scalars())
