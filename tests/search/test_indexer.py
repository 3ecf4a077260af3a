"""The index follows the database, whatever happens to either."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.make import Make
from webapp.revisions import Outbox
from webapp.revisions.actions import change, publish
from webapp.search import Search, documents, status
from webapp.search.engine import Clause, Query


def found(search: Search, word: str) -> list[str]:
    """What a search for one word finds."""
    return [hit.id for hit in search.find(Query((Clause((word,)),))).hits]


@pytest.fixture
def search(app: Flask) -> Search:
    """The search of the test's own archive."""
    return app.extensions["search"]


def test_everything_published_is_in_the_index_and_nothing_else(search: Search, make: Make, session: Session) -> None:
    published, draft = make.message("Le crapaud vole"), make.message("La girafe dort", status="draft")
    make.essay("La girafe de l’essai")
    search.settle()
    assert published.id in search.engine.revisions()
    assert draft.id not in search.engine.revisions()
    assert search.engine.revisions() == documents.published_revisions(session)


def test_the_outbox_is_empty_once_the_index_has_heard(search: Search, make: Make, session: Session) -> None:
    make.message("Le crapaud vole")
    search.settle()
    make.message("Le canard nage")
    assert session.scalar(select(func.count()).select_from(Outbox)) == 1
    search.settle()
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Outbox)) == 0
    assert len(found(search, "canard")) == 1


def test_a_published_change_replaces_what_was_there(search: Search, make: Make, session: Session) -> None:
    message = make.message("Le crapaud vole")
    search.settle()
    change(message, {"text": "Le crapaud nage"}, by=None)
    session.commit()
    assert found(search, "vole") == [message.id], "a change beside the published text is not public yet"
    publish(message, by=None)
    session.commit()
    assert found(search, "nage") == [message.id]
    assert found(search, "vole") == []


def test_an_essay_that_no_longer_speaks_of_a_message_leaves_its_facet(
    search: Search, make: Make, session: Session
) -> None:
    message = make.message("Le crapaud vole")
    essay = make.essay(f"Voici [[{message.id}]].")
    has_essay = Query(filters=(("has_essay", frozenset({"yes"})),))
    assert [hit.id for hit in search.find(has_essay).hits] == [message.id]
    change(essay, {"body": {"fr": "Voici rien.", "en": "Nothing."}}, by=None)
    publish(essay, by=None)
    session.commit()
    assert search.find(has_essay).total == 0


def test_the_thread_finds_a_change_by_itself(app: Flask, search: Search, make: Make) -> None:
    search.indexer.start()
    try:
        wait_for(lambda: search.engine.status().state == "ready")
        message = make.message("Le crapaud vole")
        wait_for(lambda: found(search, "crapaud") == [message.id])
        with app.app_context():
            wait_for(lambda: status()["waiting"] == 0)
    finally:
        search.indexer.stop()


# Whoosh leaves the file of contents open when it cannot read it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_readers_who_come_while_there_is_no_index_wait_for_one_building_of_it(
    search: Search, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.message("Le crapaud vole")
    built: list[int] = []
    rebuild = search.indexer.rebuild

    def slowly() -> None:
        built.append(1)
        time.sleep(0.2)  # long enough for all the others to come
        rebuild()

    monkeypatch.setattr(search.indexer, "rebuild", slowly)
    readers = [threading.Thread(target=search.indexer.ensure) for _ in range(6)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len(built) == 1
    assert search.engine.state() == "ready"


def test_a_broken_index_is_put_aside_and_built_anew(search: Search, make: Make) -> None:
    message = make.message("Le crapaud vole")
    search.settle()
    for path in search.engine.folder.glob("*.seg"):
        path.write_bytes(b"\x00" * 100)
    for path in search.engine.folder.glob("*.toc"):
        path.write_bytes(path.read_bytes()[:-20])
    fresh = Search(type(search.engine)(search.engine.folder), search.indexer)
    search.indexer.engine = fresh.engine
    assert fresh.engine.status().state == "broken"
    assert found(fresh, "crapaud") == [message.id]
    assert search.engine.folder.with_name("index.broken").is_dir()


def test_an_index_of_another_release_is_built_anew(search: Search, make: Make) -> None:
    message = make.message("Le crapaud vole")
    search.settle()
    (search.engine.folder / "format").write_text("1")
    search.engine = search.indexer.engine = type(search.engine)(search.engine.folder)
    assert search.engine.state() == "broken"
    assert found(search, "crapaud") == [message.id]


def test_while_there_is_no_index_phrases_are_searched_plainly_and_the_page_says_so(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = make.message("Les sanglots longs des violons de l’automne")
    monkeypatch.setattr(type(app.extensions["search"]), "settle", lambda self: None)
    html = app.test_client().get("/search?q=violons+automne&lang=en").text
    assert "The index is being built" in html
    assert message.id in html
    assert message.id not in app.test_client().get("/search?q=crapaud").text


def test_verification_names_what_differs(search: Search, make: Make, session: Session) -> None:
    message, other = make.message("Le crapaud vole"), make.message("Le canard nage")
    search.settle()
    assert not any(search.indexer.differences().values())
    message.status, other.revision = "draft", 99
    session.commit()
    assert search.indexer.differences() == {"missing": [], "surplus": [message.id], "outdated": [other.id]}


def test_a_changed_label_reaches_the_messages_that_have_it(search: Search, make: Make, session: Session) -> None:
    term = make.term("theme", "food", "nourriture", "food")
    message = make.message("Le crapaud vole", theme="theme/food")
    assert found(search, "nourriture") == [message.id]
    term.label = {"fr": "victuailles", "en": "food"}
    session.commit()
    search.indexer.bring_terms()
    assert found(search, "victuailles") == [message.id]
    assert found(search, "nourriture") == []


KILLED = """
import sys
from webapp import create_app
from webapp.database import database
from webapp.revisions import KINDS
from webapp.revisions.actions import create, publish

app = create_app({{"DATA": {folder!r}, "LIMITS": False, "SECRET_KEY": "x"}})
app.extensions["search"].indexer.start()
with app.app_context():
    for n in range(10_000):
        with database().writing() as own:
            publish(create(own, KINDS["message"], {{"text": f"Le canard {{n}} nage", "lang": "fr"}}, by=None), by=None)
        print(n, flush=True)
"""


def test_killed_at_any_moment_the_index_recovers_and_equals_the_database(
    app: Flask, search: Search, tmp_path: Path, session: Session
) -> None:
    for wait in (0.05, 0.4, 1.1):
        program = [sys.executable, "-c", KILLED.format(folder=str(tmp_path))]
        with subprocess.Popen(program, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as writer:
            assert writer.stdout
            writer.stdout.readline()
            time.sleep(wait)
            os.kill(writer.pid, signal.SIGKILL)
        fresh = Search(type(search.engine)(search.engine.folder), search.indexer)
        search.indexer.engine = fresh.engine
        fresh.settle()
        session.rollback()
        assert fresh.engine.revisions() == documents.published_revisions(session)
        assert not any(search.indexer.differences().values())


def wait_for(happened: object, seconds: float = 60) -> None:
    """Wait until it has happened, and fail when it does not."""
    end = time.monotonic() + seconds
    while not happened():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
