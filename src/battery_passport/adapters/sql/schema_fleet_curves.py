"""The table of curves learned from fleets, each version kept.

In: the `MetaData` of `schema`. Out: the same with this table in it. A curve is derived from
evidence and can be learned again; statements made with it carry it themselves.
"""

from sqlalchemy import JSON, BigInteger, Column, Integer, LargeBinary, String, Table

from battery_passport.adapters.sql.schema import metadata

fleet_curves = Table(
    "fleet_curves",
    metadata,
    Column("model_id", String(36), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("cars", Integer, nullable=False),
    Column("learned_at_ms", BigInteger, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("content", JSON, nullable=False),
)
