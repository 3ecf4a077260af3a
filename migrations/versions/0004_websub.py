"""What a WebSub hub was told of each feed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hub_topic",
        sa.Column("url", sa.String(400), nullable=False),
        sa.Column("says", sa.String(64), nullable=False),
        sa.Column("told", sa.String(64), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("said", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_hub_topic")),
    )


def downgrade() -> None:
    op.drop_table("hub_topic")
