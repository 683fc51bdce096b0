"""Chargers and devices in pages: who runs a site, who is connected, what a meter said last.

In: the tables up to the modules of models. Out: columns that are empty for what is known already,
and an index over acts by their kind.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("charging_sites", "operator_id", sa.String(36)),
    ("charge_points", "heard_at_ms", sa.BigInteger()),
    ("charge_points", "alive_at_ms", sa.BigInteger()),
    ("charge_points", "sockets", sa.JSON()),
    ("charging_sessions", "metered", sa.JSON()),
)


def upgrade() -> None:
    """Add the columns and the index."""
    for table, name, kind in _COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=True))
    op.create_index("ix_audit_records_act", "audit_records", ["act", "at_ms"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_audit_records_act", table_name="audit_records")
    for table, name, _kind in reversed(_COLUMNS):
        op.drop_column(table, name)
