"""The table of keys by which inspection bodies sign what they measured.

In: the `MetaData` of `schema`. Out: the same with this table in it.
"""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, String, Table

from battery_passport.adapters.sql.schema import metadata

inspection_keys = Table(
    "inspection_keys",
    metadata,
    Column("key_id", String(64), primary_key=True),
    Column("organisation_id", String(36), nullable=False),
    Column("jwk", JSON, nullable=False),
    # Whether the installation's keystore keeps the private half for the organisation.
    Column("kept_here", Boolean, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger),
    Index("ix_inspection_keys_organisation", "organisation_id"),
)
