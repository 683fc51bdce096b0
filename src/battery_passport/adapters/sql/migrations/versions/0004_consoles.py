# generated: alembic autogenerate from schema_consoles.py
"""Drafts of work, audits asked for.

In: the tables of owners and sharing. Out: the tables of `schema_consoles`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "work_drafts",
        sa.Column("draft_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("begun_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("saved_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("draft_id"),
    )
    op.create_index(
        "ix_work_drafts_person", "work_drafts", ["person_id", "organisation_id"], unique=False
    )
    op.create_table(
        "audit_runs",
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("asked_by", sa.String(length=36), nullable=True),
        sa.Column("started_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("intact", sa.Boolean(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("run_id"),
    )
    op.create_index("ix_audit_runs_started", "audit_runs", ["started_at_ms"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("audit_runs")
    op.drop_table("work_drafts")
