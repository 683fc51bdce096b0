# generated: alembic autogenerate from schema_status.py
"""Status lists of passport versions.

In: the tables up to kept answers. Out: the tables of `schema_status`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "status_lists",
        sa.Column("list_id", sa.String(length=22), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("opened_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("list_id"),
    )
    op.create_table(
        "status_places",
        sa.Column("list_id", sa.String(length=22), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("credential_id", sa.String(length=36), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["list_id"], ["status_lists.list_id"]),
        sa.PrimaryKeyConstraint("list_id", "place"),
        sa.UniqueConstraint("credential_id"),
    )
    op.create_index("ix_status_places_status", "status_places", ["list_id", "status"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("status_places")
    op.drop_table("status_lists")
