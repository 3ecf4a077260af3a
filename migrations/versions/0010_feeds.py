"""What feeds read, in their order: the messages by when each was first published, and by when it last changed since."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

AGAIN = sa.text("version > 1")


def upgrade() -> None:
    op.create_index("ix_message_status_published_at_id", "message", ["status", "published_at", "id"])
    op.create_index(
        "ix_message_status_updated_at_id",
        "message",
        ["status", "updated_at", "id"],
        sqlite_where=AGAIN,
        postgresql_where=AGAIN,
    )


def downgrade() -> None:
    op.drop_index("ix_message_status_updated_at_id", "message")
    op.drop_index("ix_message_status_published_at_id", "message")
