"""The table of answers that programs may ask for again.

In: the `MetaData` of `schema`. Out: the same with this table in it.
"""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table, Text

from battery_passport.adapters.sql.schema import metadata

kept_answers = Table(
    "kept_answers",
    metadata,
    Column("sender", String(128), primary_key=True),
    Column("key_sha256", LargeBinary(32), primary_key=True),
    Column("request_sha256", LargeBinary(32), nullable=False),
    Column("answer", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Index("ix_kept_answers_at", "at_ms"),
)
