"""What a node remembers is the archive's present state: what another node changed is shown at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from tests.conftest import settings, signed_in
from tests.desk.filling import visit
from tests.desk.test_adding import vocabulary
from tests.make import Make
from tests.postgres import empty_database, server
from webapp import create_app, schema
from webapp.revisions import Revision
from webapp.revisions.actions import change, publish
from webapp.revisions.documents import to_document
from webapp.revisions.figures import state

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Flask]]:
    """Two nodes on one PostgreSQL."""
    tmp_path = tmp_path_factory.mktemp("nodes")
    with server() as running, empty_database(running) as at:
        made = [create_app(settings(tmp_path / name, DATABASE=at)) for name in "ab"]
        schema.move(made[0].extensions["database"])
        yield made
        for node in made:
            node.extensions["database"].dispose()


def stands(node: Flask, path: str, *words: str) -> list[bool]:
    """Which of these words stand on a page."""
    shown = node.test_client().get(path, follow_redirects=True).text.lower()
    return [word.lower() in shown for word in words]


def test_what_one_node_changes_every_page_of_the_other_shows(nodes: list[Flask]) -> None:
    one, other = nodes
    with one.extensions["database"].new_session(writes=True) as session:
        make = Make(session)
        station = make.station("Radio Londres")
        broadcast = {"edtf": "1944-06-05", "written": "1944-06-05", "station": station.id}
        message = make.message("Le crapaud zozote", broadcasts=[broadcast])
        essay = make.essay(f"On lit [[{message.id}]]. {{{{figure: standing-counts}}}}")
        pages = {
            "/messages?lang=fr": ("zozote", "zigzague"),
            f"/messages/{message.id}?lang=fr": ("zozote", "zigzague", "Radio Londres", "Radio Paris"),
            "/search?q=crapaud&lang=fr": ("zozote", "zigzague", "Radio Londres", "Radio Paris"),
            f"/essays/{essay.id}?lang=fr": ("zozote", "zigzague"),
            "/nights/1944-06-05?lang=fr": ("zozote", "zigzague", "Radio Londres", "Radio Paris"),
            "/stations?lang=fr": ("Radio Londres", "Radio Paris"),
        }
        for path, (old, new, *_) in pages.items():
            assert (path, *stands(other, path, old, new)) == (path, True, False)
        change(message, {**to_document(message), "text": "Le crapaud zigzague"}, by=None)
        publish(message, by=None)
        change(station, {**to_document(station), "name": {"fr": "Radio Paris", "en": "Radio Paris"}}, by=None)
        publish(station, by=None)
        session.commit()
    for path, words in pages.items():
        assert (path, *stands(other, path, *words[1::2])) == (path, *[True] * (len(words) // 2))


def test_a_term_that_one_node_changes_has_its_new_name_on_the_other(nodes: list[Flask]) -> None:
    one, other = nodes
    with one.extensions["database"].new_session(writes=True) as session:
        make = Make(session)
        vocabulary(make)
        message = make.message("Le crapaud zozote", theme="theme/animals")
    editor = signed_in(one, "editor")
    form = visit(editor, "/desk/terms/theme/animals").form()
    pages = [f"/messages/{message.id}?lang=fr", "/search?q=crapaud&lang=fr", "/themes?lang=fr", "/messages?lang=fr"]
    for path in pages:
        assert (path, *stands(other, path, "animaux", "bestioles")) == (path, True, False)
    assert editor.post(form.action, data={**form.values, "label-fr": "bestioles"}).status_code == 303
    for path in pages:
        assert (path, *stands(other, path, "animaux", "bestioles")) == (path, False, True)


def test_a_revision_that_is_committed_late_is_a_new_state_too(nodes: list[Flask]) -> None:
    own = nodes[0].extensions["database"]
    with own.new_session(writes=True) as session:
        Make(session).message()
    columns = ", ".join(each.name for each in Revision.__table__.columns if each.name not in ("id", "number"))
    again = text(f"INSERT INTO revision (number, {columns}) SELECT :number, {columns} FROM revision LIMIT 1")

    def seen() -> tuple[int, ...]:
        with own.reading() as reader:
            return state(reader)

    def write(connection: Connection, number: int) -> None:
        connection.execute(again, {"number": number})

    with own.writer.connect() as slow, own.writer.connect() as quick:
        before = seen()
        write(slow, 101)
        write(quick, 102)
        quick.commit()
        between = seen()
        slow.commit()
    assert len({before, between, seen()}) == 3
