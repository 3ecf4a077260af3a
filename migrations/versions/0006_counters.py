"""On PostgreSQL, what nodes count together: in a schema of its own, unlogged, no part of the records or of a backup."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Every count changes a row where it lies: no index but the key, and room left in each page.
TABLES = (
    "CREATE SCHEMA passing",
    """
    CREATE UNLOGGED TABLE passing.hit (
        name char(32) PRIMARY KEY,
        hits integer NOT NULL,
        until double precision NOT NULL
    ) WITH (fillfactor = 50)
    """,
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for statement in TABLES:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP SCHEMA passing CASCADE")
