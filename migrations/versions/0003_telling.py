"""When what everybody is told of a record last changed: until now that was when the record itself did."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("message", "essay", "collection", "medium", "source", "station", "network", "place")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
        public = " AND (listed OR featured)" if table == "collection" else ""
        op.execute(f"UPDATE {table} SET told_at = updated_at WHERE version > 0{public}")
        op.create_index(f"ix_{table}_told_at", table, ["told_at"])


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(f"ix_{table}_told_at", table)
        op.execute(f"ALTER TABLE {table} DROP COLUMN told_at")
