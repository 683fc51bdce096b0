"""Sealed evidence: its files, and where in them each batch lies; levels of the history's parts.

In: the tables up to those of quality. Out: the table of `schema_segments`, columns for batches
and parts. Of a month's parts only those in force stay in the manifest.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0017"
branch_labels = None
depends_on = None

_PLACE = (
    ("segment_number", sa.Integer()),
    ("segment_offset", sa.BigInteger()),
    ("segment_octets", sa.Integer()),
)


def upgrade() -> None:
    """Create the table and the columns."""
    op.create_table(
        "evidence_segments",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("octets", sa.BigInteger(), nullable=False),
        sa.Column("batches", sa.Integer(), nullable=False),
        sa.Column("first_received_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_received_ms", sa.BigInteger(), nullable=False),
        sa.Column("sealed_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("file"),
    )
    for name, kind in _PLACE:
        op.add_column("batches", sa.Column(name, kind))
    op.add_column(
        "history_parts", sa.Column("level", sa.Integer(), server_default="0", nullable=False)
    )
    op.execute(
        "DELETE FROM history_parts WHERE EXISTS (SELECT 1 FROM history_parts AS newer"
        " WHERE newer.battery_id = history_parts.battery_id AND newer.month = history_parts.month"
        " AND newer.generation > history_parts.generation)"
    )


def downgrade() -> None:
    """Drop the columns and the table; batches that lie in segments must be put back before."""
    op.drop_column("history_parts", "level")
    for name, _kind in reversed(_PLACE):
        op.drop_column("batches", name)
    op.drop_table("evidence_segments")
