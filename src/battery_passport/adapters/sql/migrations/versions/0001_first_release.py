# generated: alembic autogenerate from schema.py, for the first release
"""The first release: registry, evidence, facts, records, log and projections.

In: an empty database. Out: every table of the first release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "batch_contents",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("samples", sa.Integer(), nullable=False),
        sa.Column("first_ms", sa.BigInteger(), nullable=True),
        sa.Column("last_ms", sa.BigInteger(), nullable=True),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("assumptions", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_batch_contents_battery", "batch_contents", ["battery_id"], unique=False)
    op.create_table(
        "batches",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("boot_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("collected_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("received_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("encoded", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
        sa.UniqueConstraint("device_id", "boot_id", "sequence", name="uq_batches_key"),
    )
    op.create_index(
        "ix_batches_battery", "batches", ["battery_id", "collected_at_ms"], unique=False
    )
    op.create_table(
        "checkpoints",
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("anchored_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("anchor", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("size"),
    )
    op.create_table(
        "credentials",
        sa.Column("credential_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("issued_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("issuer_jwt", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("credential_id"),
        sa.UniqueConstraint("kind", "battery_id", "sequence", name="uq_credentials_sequence"),
    )
    op.create_table(
        "disclosures",
        sa.Column("credential_id", sa.String(length=36), nullable=False),
        sa.Column("section", sa.String(length=32), nullable=False),
        sa.Column("disclosure", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("credential_id", "section"),
    )
    op.create_table(
        "events",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("occurred_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
        sa.UniqueConstraint("battery_id", "sequence", name="uq_events_sequence"),
    )
    op.create_table(
        "facts",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("fact_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("recorded_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=True),
        sa.Column("log_index", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("fact_id"),
        sa.UniqueConstraint("log_index"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_facts_digest", "facts", ["digest"], unique=False)
    op.create_table(
        "handler_cursors",
        sa.Column("handler", sa.String(length=64), nullable=False),
        sa.Column("next_log_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("handler"),
    )
    op.create_table(
        "history_parts",
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("first_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_ms", sa.BigInteger(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("battery_id", "month", "generation"),
        sa.UniqueConstraint("file"),
    )
    op.create_table(
        "history_waiting",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index(
        "ix_history_waiting_battery", "history_waiting", ["battery_id", "since_ms"], unique=False
    )
    op.create_table(
        "log_heads",
        sa.Column("log", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("log"),
    )
    op.create_table(
        "log_tiles",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("tile_index", sa.BigInteger(), nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "tile_index"),
    )
    op.create_table(
        "organisations",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("registered_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id"),
        sa.UniqueConstraint("slug"),
    )
    op.create_table(
        "passports_due",
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("battery_id"),
    )
    op.create_table(
        "poisoned_facts",
        sa.Column("fact_id", sa.String(length=36), nullable=False),
        sa.Column("handler", sa.String(length=64), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("failed_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("fact_id", "handler"),
    )
    op.create_table(
        "quarantined_batches",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("known_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("boot_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("received_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("encoded", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "battery_models",
        sa.Column("model_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("gtin", sa.String(length=14), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("manufacturer_id", sa.String(length=36), nullable=False),
        sa.Column("rated_capacity_ah", sa.Float(), nullable=True),
        sa.Column("cells_in_series", sa.Integer(), nullable=True),
        sa.Column("chemistry", sa.String(length=8), nullable=True),
        sa.Column("data_points", sa.JSON(), nullable=False),
        sa.Column("registered_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["manufacturer_id"],
            ["organisations.organisation_id"],
        ),
        sa.PrimaryKeyConstraint("model_id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "batteries",
        sa.Column("battery_id", sa.String(length=36), nullable=False),
        sa.Column("gtin", sa.String(length=14), nullable=False),
        sa.Column("serial", sa.String(length=20), nullable=False),
        sa.Column("alias", sa.String(length=64), nullable=True),
        sa.Column("battery_ref", sa.LargeBinary(length=16), nullable=False),
        sa.Column("log_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("model_id", sa.String(length=36), nullable=True),
        sa.Column("rated_capacity_ah", sa.Float(), nullable=True),
        sa.Column("cells_in_series", sa.Integer(), nullable=True),
        sa.Column("chemistry", sa.String(length=8), nullable=True),
        sa.Column("responsible_id", sa.String(length=36), nullable=False),
        sa.Column("registered_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["battery_models.model_id"],
        ),
        sa.ForeignKeyConstraint(
            ["responsible_id"],
            ["organisations.organisation_id"],
        ),
        sa.PrimaryKeyConstraint("battery_id"),
        sa.UniqueConstraint("alias"),
        sa.UniqueConstraint("battery_ref"),
        sa.UniqueConstraint("gtin", "serial", name="uq_batteries_identifier"),
        sa.UniqueConstraint("log_key"),
    )
    op.create_table(
        "devices",
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("battery_id", sa.String(length=36), nullable=True),
        sa.Column("enrolled_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["battery_id"],
            ["batteries.battery_id"],
        ),
        sa.PrimaryKeyConstraint("device_id"),
        sa.UniqueConstraint("public_key"),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("devices")
    op.drop_table("batteries")
    op.drop_table("battery_models")
    op.drop_table("quarantined_batches")
    op.drop_table("poisoned_facts")
    op.drop_table("passports_due")
    op.drop_table("organisations")
    op.drop_table("log_tiles")
    op.drop_table("log_heads")
    op.drop_index("ix_history_waiting_battery", table_name="history_waiting")
    op.drop_table("history_waiting")
    op.drop_table("history_parts")
    op.drop_table("handler_cursors")
    op.drop_index("ix_facts_digest", table_name="facts")
    op.drop_table("facts")
    op.drop_table("events")
    op.drop_table("disclosures")
    op.drop_table("credentials")
    op.drop_table("checkpoints")
    op.drop_index("ix_batches_battery", table_name="batches")
    op.drop_table("batches")
    op.drop_index("ix_batch_contents_battery", table_name="batch_contents")
    op.drop_table("batch_contents")
