"""From every earlier schema to the newest, with the real seed data: what the old tables held is held, and the export of
the whole archive is the same byte for byte.

An archive of an earlier release is made by undoing the migrations that came since: what they added is taken away.
``make upgrades`` runs this.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from tests.conftest import settings
from tests.held import as_far_as, held
from tests.postgres import empty_database, server
from webapp import create_app, schema
from webapp.database import Database
from webapp.machines import records
from webapp.machines.exports import Job, export
from webapp.machines.moving import move_to

EARLIER = [step.revision for step in ScriptDirectory.from_config(schema._config()).walk_revisions()][1:]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest, tmp_path: Path, seeded_file: Path) -> Iterator[str]:
    """Where an archive with the real seed data lies."""
    shutil.copy(seeded_file, tmp_path / "carottes.db")
    here = f"sqlite:///{tmp_path / 'carottes.db'}"
    if request.param == "sqlite":
        yield here
        return
    with server() as at, empty_database(at) as there:
        move_to(Database(here), there)
        yield there


def exported(address: str, data: Path, folder: Path) -> dict[str, bytes]:
    """The whole archive, history and drafts too, as files."""
    app = create_app(settings(data, DATABASE=address))
    with records.as_visitor(app), app.extensions["database"].reading() as own:
        export(Job(own, hidden_too=True), folder, "jsonl")
    app.extensions["database"].dispose()
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("earlier", EARLIER[::-1])
def test_an_archive_of_an_earlier_schema_keeps_all_that_it_held(address: str, earlier: str, tmp_path: Path) -> None:
    before = exported(address, tmp_path, tmp_path / "before")
    database = Database(address)
    schema.move(database, earlier, up=False)
    known, began = held(database), time.perf_counter()
    schema.move(database)
    seconds = time.perf_counter() - began
    assert schema.current(database) == schema.head()
    assert as_far_as(known, held(database)) == known
    database.engine.dispose()
    assert exported(address, tmp_path, tmp_path / "after") == before
    count = sum(map(len, known.values()))
    print(f"{earlier} → {schema.head()} on {address.partition(':')[0]}: {seconds:.2f} s, {count} rows, as they were")
