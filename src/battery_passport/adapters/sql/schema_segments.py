"""The table of sealed evidence: which files hold batches that left their table.

In: the `MetaData` of `schema`. Out: the same with this table in it.
"""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table

from battery_passport.adapters.sql.schema import metadata

evidence_segments = Table(
    "evidence_segments",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("file", String(255), nullable=False, unique=True),
    Column("sha256", LargeBinary(32), nullable=False),
    Column("octets", BigInteger, nullable=False),
    Column("batches", Integer, nullable=False),
    Column("first_received_ms", BigInteger, nullable=False),
    Column("last_received_ms", BigInteger, nullable=False),
    Column("sealed_at_ms", BigInteger, nullable=False),
)
