"""The desk on PostgreSQL, as on SQLite: an entry, a conflict, a merge and every pile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import settings, signed_in
from tests.desk.filling import anew, visit
from tests.desk.test_adding import vocabulary
from tests.desk.test_merging import exported
from tests.desk.test_piles import listed, shown
from tests.make import Make
from tests.postgres import empty_database, server
from webapp import create_app, schema
from webapp.database import database
from webapp.desk.merging import merge, unmerge

pytestmark = pytest.mark.postgres


@pytest.fixture
def far(tmp_path: Path) -> Iterator[Flask]:
    """An empty archive on PostgreSQL."""
    with server() as running, empty_database(running) as address:
        app = create_app(settings(tmp_path, DATABASE=address))
        with app.app_context():
            schema.move(database())
        yield app
        app.extensions["database"].engine.dispose()


def test_curators_work_the_same_on_postgresql(far: Flask) -> None:
    with far.extensions["database"].new_session(writes=True) as session:
        make = Make(session)
        vocabulary(make)
        message = make.message("Le crapaud vole", status="draft", meaning="Un parachutage.", night="1944-06-05")
        kept, gone = make.message("Le lapin court", meaning="Un."), make.message("Le lapin court !", meaning="Deux.")
        other = make.message("Oui", meaning="Trois.", relations=[{"kind": "reply-to", "other": gone.id}])
        make.place("Tulle", precision="locality")
        make.essay("On a dit [[rien]].")
        ada, ben = signed_in(far, "editor", "ada@example.org"), signed_in(far, "editor", "ben@example.org")
        address = f"/desk/messages/{message.id}"
        hers, his = visit(ada, address).form(), visit(ben, address).form()
        hers.press(ada, "save", text="Le crapaud vole bas").follow()
        asked = his.press(ben, "save", text="Le crapaud vole haut").follow()
        assert shown(ben)["conflicts"] == 1
        asked.form("conflict").press(ben, "mine").follow()
        visit(ben, address).form().press(ben, "publish").follow()
        anew(session)
        assert (message.text, message.version) == ("Le crapaud vole haut", 1)
        assert "crapaud" in visit(ada, "/desk/duplicates", q="Le crapaud vole").text
        for name, count in shown(ada).items():
            assert len(listed(ada, name)) == count, name
        before = exported(kept, gone, other)
        merged = merge(session, kept, gone, {}, by=None)
        session.commit()
        assert [each.other_id for each in other.relations] == [kept.id]
        unmerge(session, merged, by=None)
        session.commit()
        assert exported(kept, gone, other) == before
