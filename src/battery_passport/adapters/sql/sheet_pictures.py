"""The points behind the pictures of diagnostic sheets, the newest of each battery.

In: points with what they rest on. Out: the same.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from battery_passport.adapters.sql.schema_diagnoses import sheet_pictures
from battery_passport.adapters.sql.upserts import insert_or_update
from battery_passport.foundation.clock import from_unix_ms, unix_ms
from battery_passport.foundation.strict_json import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPictures:
    """A battery's points as `Pictures.as_json` gives them, and the basis they rest on."""

    battery_id: UUID
    basis: str
    made_at: datetime
    document: JsonObject


class PictureStore:
    """Points of pictures within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, made: StoredPictures) -> None:
        """Save a battery's points in the place of earlier ones."""
        row = {
            "battery_id": str(made.battery_id),
            "basis": made.basis,
            "made_at_ms": unix_ms(made.made_at),
            "document": made.document,
        }
        insert_or_update(self._connection, sheet_pictures, [row], ["battery_id"])

    def of_battery(self, battery_id: UUID) -> StoredPictures | None:
        """Return a battery's newest points."""
        query = select(sheet_pictures).where(sheet_pictures.c.battery_id == str(battery_id))
        row = self._connection.execute(query).mappings().first()
        if row is None:
            return None
        return StoredPictures(
            battery_id=battery_id,
            basis=row["basis"],
            made_at=from_unix_ms(row["made_at_ms"]),
            document=row["document"],
        )
