"""The form in which a contribution came in, so that the same form sent again is no second one."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("contribution") as table:
        table.add_column(sa.Column("mark", sa.String(64), nullable=True))
        table.create_unique_constraint(op.f("uq_contribution_mark"), ["mark"])


def downgrade() -> None:
    with op.batch_alter_table("contribution") as table:
        table.drop_constraint(op.f("uq_contribution_mark"), type_="unique")
        table.drop_column("mark")
