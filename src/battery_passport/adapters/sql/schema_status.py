"""The tables of status lists: which place of which list tells whether a passport version counts.

In: the `MetaData` of `schema`. Out: the same with these tables in it.
A place is drawn at random, so that it says nothing about when or for whom a version was issued.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table

from battery_passport.adapters.sql.schema import metadata

status_lists = Table(
    "status_lists",
    metadata,
    # 16 random bytes in base64url: the last part of the list's address.
    Column("list_id", String(22), primary_key=True),
    Column("places", Integer, nullable=False),
    Column("taken", Integer, nullable=False),
    Column("opened_at_ms", BigInteger, nullable=False),
)

status_places = Table(
    "status_places",
    metadata,
    Column("list_id", ForeignKey("status_lists.list_id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("credential_id", String(36), nullable=False, unique=True),
    # 0 valid, 1 revoked, 2 suspended.
    Column("status", Integer, nullable=False),
    Column("changed_at_ms", BigInteger),
    Index("ix_status_places_status", "list_id", "status"),
)
