"""The audit log by what was done: how often a term was changed is asked at every page."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_audit_act"), "audit", ["act"])


def downgrade() -> None:
    op.drop_index(op.f("ix_audit_act"), "audit")
