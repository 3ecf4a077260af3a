"""An upgrade is tried on a copy first: what it would do, how long it takes, whether anything would be lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import Result

from tests.conftest import settings
from webapp import cli, create_app, schema
from webapp.config import resource
from webapp.database import Database
from webapp.machines import rows

LATER = '''"""{does}."""

from alembic import op

revision = "9999"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("{statement}")
'''


@pytest.fixture
def old(tmp_path: Path, empty_file: Path) -> Path:
    """An archive that an earlier release left."""
    file = tmp_path / "carottes.db"
    shutil.copy(empty_file, file)
    database = Database(f"sqlite:///{file}")
    schema.move(database, "0003", up=False)
    with database.writer.begin() as connection:
        connection.exec_driver_sql("INSERT INTO identifier (id, kind) VALUES ('90fp5dr', 'message')")
    database.engine.dispose()
    return file


def rehearse(file: Path) -> Result:
    app = create_app(settings(file.parent))
    told = app.test_cli_runner().invoke(cli.carottes, ["migrate", "--rehearse"])
    app.extensions["database"].engine.dispose()
    return told


def content(file: Path) -> tuple[str, str]:
    """The schema and the checksum of all rows."""
    database = Database(f"sqlite:///{file}")
    with database.reader.connect() as connection:
        found = schema.current(database), rows.content(connection)
    database.engine.dispose()
    return found


def test_a_rehearsal_tells_each_step_and_how_long_it_takes_and_touches_nothing(old: Path) -> None:
    before = content(old)
    told = rehearse(old)
    assert told.exit_code == 0, told.output
    assert f"from schema 0003 to {schema.head()} in " in told.output
    assert "  0004  What a WebSub hub was told of each feed." in told.output
    assert "0003  " not in told.output
    assert "1 → 1        identifier" in told.output
    assert content(old) == before


@pytest.mark.parametrize(("does", "statement", "says"), [
    ("Asks for a table that there is not", "UPDATE nobody SET x = 1", "(no such table: nobody)"),
    ("Forgets the identifiers", "DELETE FROM identifier", "These tables would lose rows: identifier. Do not migrate."),
])  # fmt: skip
def test_a_migration_that_fails_or_loses_rows_is_told_in_one_sentence_and_touches_nothing(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str, statement: str, says: str
) -> None:
    later = tmp_path / "later"
    shutil.copytree(resource("migrations"), later)
    written = LATER.format(does=does, before=schema.head(), statement=statement)
    (later / "versions" / "9999_later.py").write_text(written)
    monkeypatch.setattr(schema, "resource", lambda name: later)
    before = content(old)
    told = rehearse(old)
    assert told.exit_code == 1
    assert says in told.output.splitlines()[-1]
    assert "Traceback" not in told.output
    assert content(old) == before
