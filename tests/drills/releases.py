"""A next release of the archive: this one, and a migration that widens a table as migrations may while nodes serve."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.drills.world import ROOT, base

WIDEN = '''"""What only this drill adds: a column that the present release does not know, and does not need to."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("drill", sa.Text()))
    op.create_table("drill", sa.Column("id", sa.Integer, primary_key=True), sa.Column("text", sa.Text()))


def downgrade() -> None:
    op.drop_table("drill")
    op.drop_column("message", "drill")
'''


def next_release() -> Path:
    """The folder of the next release; made at the first call."""
    folder = base() / "next"
    if not folder.exists():
        draft = base() / "next.draft"
        for each in ("webapp", "migrations", "seed_data"):
            shutil.copytree(ROOT / each, draft / each, ignore=shutil.ignore_patterns("__pycache__"))
        heads = {path.stem.split("_")[0] for path in (draft / "migrations/versions").glob("*.py")}
        (draft / "migrations/versions/9999_drill.py").write_text(WIDEN.format(head=max(heads)))
        draft.rename(folder)
    return folder
