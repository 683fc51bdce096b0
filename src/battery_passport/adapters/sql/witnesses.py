"""Cosignatures at rest, and how each witness was last met.

In: signature lines by size and witness. Out: the same; who lags, since when and why.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, and_, func, or_, select

from battery_passport.adapters.sql.schema import checkpoints
from battery_passport.adapters.sql.schema_states import cosignatures, witness_contacts
from battery_passport.adapters.sql.upserts import insert_or_ignore, insert_or_update
from battery_passport.foundation.clock import from_unix_ms, unix_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessContact:
    """The size a witness saw last, and whether it answers."""

    size: int = 0
    answered_at: datetime | None = None
    failing_since: datetime | None = None
    error: str | None = None


class WitnessStore:
    """Cosignatures and contacts within one transaction; a witness goes by its verifier key id."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, size: int, witness: str, *, line: str, moment: datetime) -> None:
        """Keep a witness's signature line under a checkpoint; the first one stays."""
        row = {"size": size, "witness": witness, "line": line, "cosigned_at_ms": unix_ms(moment)}
        insert_or_ignore(self._connection, cosignatures, [row])

    def lines(self, size: int, witnesses: Collection[str]) -> list[str]:
        """Return the signature lines of those witnesses under the checkpoint of that size."""
        query = (
            select(cosignatures.c.line)
            .where(cosignatures.c.size == size, cosignatures.c.witness.in_(witnesses))
            .order_by(cosignatures.c.witness)
        )
        return list(self._connection.execute(query).scalars())

    def stored(self, following: tuple[int, str], *, limit: int) -> list[tuple[int, str, str]]:
        """Return sizes, witnesses and lines in this order, beyond a size and witness."""
        size, witness = following
        beyond = or_(
            cosignatures.c.size > size,
            and_(cosignatures.c.size == size, cosignatures.c.witness > witness),
        )
        query = (
            select(cosignatures.c.size, cosignatures.c.witness, cosignatures.c.line)
            .where(cosignatures.c.size >= size, beyond)
            .order_by(cosignatures.c.size, cosignatures.c.witness)
            .limit(limit)
        )
        return [(row.size, row.witness, row.line) for row in self._connection.execute(query)]

    def greatest_anchored(self, witnesses: Collection[str], *, required: int) -> int | None:
        """Return the greatest anchored size that at least so many of the witnesses cosigned."""
        query = (
            select(cosignatures.c.size)
            .join(checkpoints, checkpoints.c.size == cosignatures.c.size)
            .where(cosignatures.c.witness.in_(witnesses), checkpoints.c.anchored_at_ms.is_not(None))
            .group_by(cosignatures.c.size)
            .having(func.count() >= required)
            .order_by(cosignatures.c.size.desc())
            .limit(1)
        )
        return self._connection.execute(query).scalar()

    def contact(self, witness: str) -> WitnessContact:
        """Return how a witness was last met."""
        query = select(witness_contacts).where(witness_contacts.c.witness == witness)
        row = self._connection.execute(query).mappings().first()
        return WitnessContact() if row is None else _contact(row)

    def answered(self, witness: str, *, size: int, moment: datetime) -> None:
        """Note that a witness has seen the log at that size."""
        row = {
            "witness": witness,
            "size": size,
            "answered_at_ms": unix_ms(moment),
            "failing_since_ms": None,
            "error": None,
        }
        insert_or_update(self._connection, witness_contacts, [row], keys=["witness"])

    def failed(self, witness: str, *, error: str, moment: datetime) -> None:
        """Note that a witness did not cosign; the time of the first failure in a row stays."""
        since = self.contact(witness).failing_since or moment
        row = {
            "witness": witness,
            "size": self.contact(witness).size,
            "failing_since_ms": unix_ms(since),
            "error": error,
        }
        insert_or_update(self._connection, witness_contacts, [row], keys=["witness"])


def _contact(row: RowMapping) -> WitnessContact:
    return WitnessContact(
        size=row["size"],
        answered_at=_time(row["answered_at_ms"]),
        failing_since=_time(row["failing_since_ms"]),
        error=row["error"],
    )


def _time(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_unix_ms(milliseconds)
