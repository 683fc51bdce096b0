"""A battery model declares how its cells are grouped into modules.

In: the tables up to the unreadable batches. Out: a column of the models, empty for those known.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("battery_models", sa.Column("cells_per_module", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("battery_models", "cells_per_module")
