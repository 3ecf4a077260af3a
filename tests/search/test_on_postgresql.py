"""The whole site on PostgreSQL, on two nodes: who saves finds it at once, whichever node answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import settings, signed_in
from tests.desk.filling import visit
from tests.desk.test_adding import vocabulary
from tests.make import Make
from tests.postgres import empty_database, server
from webapp import create_app, schema
from webapp.database import Database, database
from webapp.revisions import KINDS, Outbox
from webapp.revisions.actions import create, publish
from webapp.search.engine import Clause, Query

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A database with every table and no row, on a real server."""
    with server() as running, empty_database(running) as made:
        archive = Database(made)
        schema.move(archive)
        archive.engine.dispose()
        yield made


@pytest.fixture
def nodes(address: str, tmp_path: Path) -> Iterator[tuple[Flask, Flask]]:
    """Two nodes of one archive, each with a data folder of its own."""
    made = [create_app(settings(tmp_path / name, DATABASE=address)) for name in ("one", "other")]
    for app in made:
        app.extensions["search"].indexer.ensure()
    yield made[0], made[1]
    for app in made:
        app.extensions["database"].engine.dispose()


def found(app: Flask, word: str) -> list[str]:
    """What a node finds, without anybody looking into the outbox before."""
    return [hit.id for hit in app.extensions["search"].engine.search(Query((Clause((word,)),))).hits]


def waiting(app: Flask) -> int:
    """How much waits in the outbox."""
    with app.extensions["database"].reading() as own:
        return own.scalar(select(func.count()).select_from(Outbox)) or 0


def test_every_sort_of_page_is_served(nodes: tuple[Flask, Flask]) -> None:
    with nodes[0].extensions["database"].new_session(writes=True) as session:
        message = Make(session).message("Le hibou compte les heures", meaning="Un parachutage", night="1944-06-05")
    client = nodes[1].test_client()
    for path in ("/", "/messages", f"/messages/{message.id}", "/nights/1944-06-05", "/search?q=hibou", "/essays",
                 "/figures", "/search.json?q=hibou", "/search.atom?q=hibou", "/health", "/sitemap.xml"):  # fmt: skip
        assert client.get(path).status_code == 200, path
    assert message.id in client.get("/search?q=hibou").text
    assert "compte les heures" in client.get("/search/suggestions?q=hib").text


def test_who_saves_at_the_desk_finds_it_at_once_on_every_node(nodes: tuple[Flask, Flask]) -> None:
    with nodes[0].extensions["database"].new_session(writes=True) as session:
        vocabulary(make := Make(session))
        message = make.message("Le crapaud vole", meaning="Un parachutage.", night="1944-06-05")
    ada = signed_in(nodes[0], "editor", "ada@example.org")
    form = visit(ada, f"/desk/messages/{message.id}").form()
    form.press(ada, "publish", text="La chouette ulule", reason="Mal entendu").follow()
    assert [found(node, "chouette") for node in nodes] == [[message.id]] * 2
    assert [found(node, "crapaud") for node in nodes] == [[], []]
    assert waiting(nodes[0]) == 0


def test_what_was_not_saved_is_not_found(nodes: tuple[Flask, Flask]) -> None:
    with nodes[0].extensions["database"].new_session(writes=True) as own:
        publish(create(own, KINDS["message"], {"text": "Le lynx dort", "lang": "fr"}, by=None), by=None)
        own.flush()
        own.rollback()
        own.commit()
    assert found(nodes[0], "lynx") == []
    assert waiting(nodes[0]) == 0


def test_a_save_while_the_search_is_built_waits_and_comes_in_afterwards(nodes: tuple[Flask, Flask]) -> None:
    archive = nodes[0].extensions["database"]
    with archive.writer.begin() as builder:
        builder.exec_driver_sql("SELECT pg_advisory_xact_lock(19440606)")
        with nodes[1].extensions["database"].writing() as own:
            made = publish(create(own, KINDS["message"], {"text": "Le castor bâtit", "lang": "fr"}, by=None), by=None)
        assert waiting(nodes[0]) == 1
    nodes[0].extensions["search"].indexer.catch_up()
    assert found(nodes[1], "castor") == [made.record_id]
    assert waiting(nodes[0]) == 0


def test_two_nodes_that_empty_the_outbox_together_take_each_row_once(nodes: tuple[Flask, Flask]) -> None:
    archive = nodes[0].extensions["database"]
    with archive.writer.begin() as builder:
        builder.exec_driver_sql("SELECT pg_advisory_xact_lock(19440606)")
        for n in range(60):
            with archive.writing() as own:
                publish(create(own, KINDS["message"], {"text": f"Le merle {n}", "lang": "fr"}, by=None), by=None)
    took: list[int] = []
    threads = [Thread(target=lambda node=node: took.append(node.extensions["search"].indexer.catch_up()))
               for node in nodes]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(took) == 60
    assert not any(nodes[0].extensions["search"].indexer.differences().values())


def test_the_search_is_written_anew_beside_what_is_there(nodes: tuple[Flask, Flask]) -> None:
    with nodes[0].app_context(), database().writing() as own:
        made = publish(create(own, KINDS["message"], {"text": "Le blaireau creuse", "lang": "fr"}, by=None), by=None)
    nodes[0].extensions["search"].indexer.rebuild()
    assert [found(node, "blaireau") for node in nodes] == [[made.record_id]] * 2
    assert [found(node, "blereau") for node in nodes] == [[made.record_id]] * 2
