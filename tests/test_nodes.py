"""Several web nodes on a primary and a standby: who saved sees it everywhere, and reading goes on without a primary."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.conftest import settings, signed_in
from tests.contributions.offering import offer, page_of, patient
from tests.make import Make
from tests.postgres import Pair, address, pair
from webapp import cli, create_app, engines, schema
from webapp.cli import carottes
from webapp.database import Database

pytestmark = pytest.mark.postgres
OFFERED = {"evidence": "Ma tante me l’a raconté, elle écoutait chaque soir."}


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A primary and its standby, with an archive of one message."""
    with pair(confirmed_by="nobody") as both:
        archive = Database(both.address())
        schema.move(archive)
        with archive.new_session(writes=True) as session:
            Make(session).message("Le crapaud vole", meaning="Un parachutage.")
        archive.dispose()
        node = create_app(settings(tmp_path_factory.mktemp("first"), DATABASE=both.address()))
        node.extensions["search"].indexer.rebuild()
        node.extensions["database"].dispose()
        yield both


@pytest.fixture
def nodes(servers: Pair, tmp_path: Path) -> Iterator[list[Flask]]:
    """Two web nodes, with nothing in common but the address of the database and the secret."""
    given = {"DATABASE": servers.address(), "LIMITS": True, "WTF_CSRF_ENABLED": False}
    made = [create_app(settings(tmp_path / name, **given)) for name in "ab"]
    yield made
    for node in made:
        node.extensions["database"].dispose()
        node.extensions["counters"].engine.dispose()


def elsewhere(client: FlaskClient, node: Flask) -> FlaskClient:
    """The same browser, sent to another node by the balancer."""
    other = node.test_client()
    other._cookies = client._cookies
    return other


@contextmanager
def without_primary(servers: Pair) -> Iterator[None]:
    """The primary is dead meanwhile; the standby had everything, though nobody here waits for it at each commit."""
    [[place]] = servers.primary.say("SELECT pg_current_wal_flush_lsn()")
    reached = f"SELECT pg_last_wal_replay_lsn() >= '{place}'"
    until = time.monotonic() + 30
    while not servers.standby.say(reached)[0][0]:
        assert time.monotonic() < until, "the standby does not follow"
        time.sleep(0.01)
    servers.primary.kill()
    try:
        yield
    finally:
        servers.primary.start()


def served_by(client: FlaskClient, address: str = "/messages") -> set[int]:
    """The ports of the servers that a page asks."""
    asked: set[int] = set()
    own = client.application.extensions["database"]

    def note(connection: Any, *_: Any) -> None:
        asked.add(connection.connection.driver_connection.info.port)

    for engine in (own.engine, own.standby):
        event.listen(engine, "before_cursor_execute", note)
    assert client.get(address).status_code == 200
    for engine in (own.engine, own.standby):
        event.remove(engine, "before_cursor_execute", note)
    return asked


def test_a_reader_is_answered_by_the_standby_alone(servers: Pair, nodes: list[Flask]) -> None:
    assert served_by(nodes[0].test_client()) == {servers.standby.port}


def test_what_somebody_saved_is_seen_on_every_node_at_once(servers: Pair, nodes: list[Flask]) -> None:
    client = patient(nodes[0].test_client())
    with servers.delayed():
        receipt = offer(client, "message", phrase="Le lapin court", **OFFERED)
        assert elsewhere(client, nodes[1]).get(f"/contributions/{receipt}").status_code == 200
        stranger = nodes[1].test_client()
        assert stranger.get(f"/contributions/{receipt}").status_code == 404
    assert served_by(client, f"/contributions/{receipt}") == {servers.standby.port}


def test_a_position_that_somebody_made_up_sends_nobody_to_the_primary(servers: Pair, nodes: list[Flask]) -> None:
    client = nodes[0].test_client()
    client.set_cookie("position", "FFFFFFFF/FFFFFFFF")
    assert served_by(client) == {servers.standby.port}


def test_without_a_primary_reading_goes_on_and_a_form_comes_back_as_it_was_sent(
    servers: Pair, nodes: list[Flask]
) -> None:
    client = patient(nodes[0].test_client())
    curator = signed_in(nodes[0], "editor", "ada@example.org")
    with without_primary(servers):
        for path in ("/", "/messages", "/search?q=crapaud", "/contribute/message"):
            assert client.get(path).status_code == 200, path
        assert int(client.get("/about").headers["X-RateLimit-Remaining"]) > 0  # each node counts for itself now
        assert curator.get("/desk").status_code == 200
        answer = page_of(client, "message", phrase="Le lapin court “vite” <b>", meant="Un.\nDeux.", **OFFERED)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert "L’enregistrement est suspendu" in answer.text
        program = client.post("/contribute/message", json={}, headers={"Accept": "application/json"})
        assert (program.status_code, program.mimetype) == (503, "application/problem+json")
    again = sent_again(client, answer)
    assert again.status_code == 303
    shown = client.get(again.location).text
    assert "Le lapin court “vite” &lt;b&gt;" in shown


def sent_again(client: FlaskClient, answer: TestResponse) -> TestResponse:
    """What happens when somebody presses the button of the page."""
    form = re.search(r'<form action="([^"]+)" method="post">(.*?)</form>', answer.text, re.DOTALL)
    assert form
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[2])
    data = MultiDict((html.unescape(name), html.unescape(value)) for name, value in fields)
    return client.post(html.unescape(form[1]), data=data)


def test_a_commit_that_no_standby_confirmed_is_no_success(
    servers: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "CONFIRMED_WITHIN", 0.3)
    strict = servers.address() + "?options=-csynchronous_commit%3Don"
    # Counting waits for no standby: not even when a log record comes along, as with this table every time.
    servers.primary.say("ALTER TABLE passing.hit SET LOGGED")
    node = create_app(settings(tmp_path, DATABASE=strict, LIMITS=True, WTF_CSRF_ENABLED=False))
    answer = page_of(patient(node.test_client()), "message", phrase="Le lapin dort", **OFFERED)
    node.extensions["database"].dispose()
    assert answer.status_code == 503
    assert "vérifiez avant de renvoyer" in answer.text


def test_a_save_that_met_another_one_is_done_again_by_itself(nodes: list[Flask]) -> None:
    tried = []

    @nodes[0].post("/tried")
    def tried_view() -> str:
        tried.append(nodes[0].extensions["database"])
        with tried[-1].writing() as own:
            if len(tried) < 3:
                own.execute(text("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$"))
        return "saved"

    assert nodes[0].test_client().post("/tried", data={"a": "b"}).text == "saved"
    assert len(tried) == 3


def test_what_was_saved_is_never_done_twice(nodes: list[Flask]) -> None:
    tried = []

    @nodes[0].post("/half")
    def half_view() -> str:
        own = nodes[0].extensions["database"]
        with own.writing() as first:
            first.execute(text("SELECT 1"))
        tried.append(1)
        raise OperationalError("SELECT 1", {}, Interrupted())

    assert nodes[0].test_client().post("/half").status_code == 503
    assert tried == [1]


@contextmanager
def only_the_standby(servers: Pair) -> Iterator[str]:
    """A standby given as the only server."""
    yield address(servers.standby.port, "postgres")


@contextmanager
def nobody_we_know(servers: Pair) -> Iterator[str]:
    """A user that the server does not know."""
    yield f"postgresql://stranger:secret@127.0.0.1:{servers.primary.port}/postgres"


@contextmanager
def no_such_database(servers: Pair) -> Iterator[str]:
    """A database that is not there."""
    yield address(servers.primary.port, "carrots")


@contextmanager
def without_rights(servers: Pair) -> Iterator[str]:
    """A user who may do nothing in the database."""
    servers.primary.say("CREATE ROLE guest LOGIN")
    yield f"postgresql://guest@127.0.0.1:{servers.primary.port}/postgres"
    servers.primary.say("DROP ROLE guest")


@contextmanager
def read_only(servers: Pair) -> Iterator[str]:
    """A database that takes nothing in."""
    yield address(servers.primary.port, "postgres") + "?options=-cdefault_transaction_read_only%3Don"


READ_ONLY = "is a standby or read-only"
BAD = [(only_the_standby, READ_ONLY, 200, "paused"),
       (read_only, READ_ONLY, 200, "paused"),
       (nobody_we_know, "does not let this user in", 503, "paused"),
       (no_such_database, "createdb carrots", 503, "paused"),
       (without_rights, "make the user its owner", 503, "ok")]  # fmt: skip


@pytest.mark.parametrize(("trouble", "says", "status", "saving"), BAD, ids=[each[0].__name__ for each in BAD])
def test_the_keeper_reads_one_sentence_and_the_balancer_a_status(
    servers: Pair, tmp_path: Path, trouble: Any, says: str, status: int, saving: str
) -> None:
    with trouble(servers) as at:
        node = create_app(settings(tmp_path, DATABASE=at, PORT=1))
        for words in (["seed"], ["user", "add", "a@example.org", "keeper"], ["check"])[: 2 if status == 200 else 3]:
            told = node.test_cli_runner().invoke(carottes, words)
            assert says in told.output
            assert (told.exit_code, len(told.output.strip().splitlines()[-1:])) == (1, 1)
            assert isinstance(told.exception, SystemExit)
        answer = node.test_client().get("/health")
        assert (answer.status_code, answer.json["saving"].partition(":")[0]) == (status, saving)
        assert "127.0.0.1" not in answer.text
        assert node.test_client().get("/health?saving=1").status_code == 503 if saving == "paused" else status
        node.extensions["database"].dispose()


def test_a_primary_without_a_free_connection_is_not_taken_for_a_standby(
    servers: Pair, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    servers.primary.say("CREATE ROLE archive LOGIN CONNECTION LIMIT 0 IN ROLE carottes")
    reached = servers.primary.say("SELECT pg_current_wal_flush_lsn()")[0][0]
    while not servers.standby.say(f"SELECT pg_last_wal_replay_lsn() >= '{reached}'")[0][0]:
        time.sleep(0.01)
    node = create_app(settings(tmp_path, DATABASE=servers.address().replace("carottes@", "archive@")))
    said = node.test_client().get("/health").json["saving"]
    assert "no connection left" in said
    node.extensions["database"].dispose()


def test_a_node_says_whether_it_can_save_and_starts_without_a_primary(servers: Pair, nodes: list[Flask]) -> None:
    client = nodes[0].test_client()
    assert client.get("/health").json | {"index": 0} == {
        "status": "ok", "saving": "ok", "schema": schema.head(), "read from": "standby", "index": 0}  # fmt: skip
    with without_primary(servers):
        assert client.get("/health").status_code == 200
        assert client.get("/health?saving=1").status_code == 503
        with nodes[1].app_context():
            cli._bring_up_if_possible()


class Interrupted(Exception):
    """Two changes waited for each other, says a driver."""

    sqlstate = "40P01"
