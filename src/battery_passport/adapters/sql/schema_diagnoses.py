"""The tables of diagnoses: the newest of each battery, derived from its history and events.

In: the `MetaData` of `schema`. Out: the same with these tables in it.
"""

from sqlalchemy import JSON, BigInteger, Column, Float, Index, String, Table

from battery_passport.adapters.sql.schema import metadata

diagnoses = Table(
    "diagnoses",
    metadata,
    Column("battery_id", String(36), primary_key=True),
    # What it rests on: another basis means that there is something new to look at.
    Column("basis", String(96), nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("health_percent", Float),
    Column("health_low_percent", Float),
    Column("grade", String(1)),
    Column("document", JSON, nullable=False),
    Index("ix_diagnoses_grade", "grade"),
)

sheet_pictures = Table(
    "sheet_pictures",
    metadata,
    Column("battery_id", String(36), primary_key=True),
    # As in `diagnoses`.
    Column("basis", String(96), nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("document", JSON, nullable=False),
)
"""The points behind the pictures of a battery's diagnostic sheet, kept apart: they are long."""
