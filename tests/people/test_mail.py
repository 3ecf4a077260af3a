"""Letters: sent for what was saved and for nothing else, once, again when the server was away, and then forgotten."""

from __future__ import annotations

import datetime as dt
import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import settings, signed_in
from tests.people.test_keeping import INVITED, invite
from tests.postgres import empty_database, server
from webapp import create_app, schema
from webapp.database import database, now
from webapp.database import session as current
from webapp.people import mail
from webapp.people.models import Envelope, Person


class Post(socketserver.ThreadingTCPServer):
    """A mail server on this machine that keeps what it takes, or refuses every recipient."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Counter)
        self.taken: list[str] = []
        self.refuses = 0

    @property
    def at(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Counter(socketserver.StreamRequestHandler):
    server: Post

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline().decode().strip().upper():
            if line == "DATA":
                self.say("354 go on")
                read = iter(self.rfile.readline, b".\r\n")
                self.server.taken.append(b"".join(read).decode())
                self.say("250 taken")
            elif line.startswith("RCPT") and self.server.refuses:
                self.say(f"{self.server.refuses} not here")
            else:
                self.say("221 bye" if line == "QUIT" else "250 well")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def post(app: Flask) -> Iterator[Post]:
    """The mail server that the archive uses."""
    with Post() as there:
        threading.Thread(target=there.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        app.config.update(MAIL=there.at, WTF_CSRF_ENABLED=False)
        yield there
        there.shutdown()


@pytest.fixture
def keeper(sign_in: Callable[..., FlaskClient], post: Post) -> FlaskClient:
    return sign_in("keeper")


def kept(session: Session) -> list[Envelope]:
    session.expire_all()
    session.rollback()
    return list(session.scalars(select(Envelope)))


def away(app: Flask) -> None:
    """The mail server does not answer."""
    app.config["MAIL"] = "smtp://127.0.0.1:1"


def deliver(app: Flask, **later: float) -> int:
    return app.extensions["post"].deliver(now() + dt.timedelta(**later))


def test_a_letter_that_has_left_is_forgotten(keeper: FlaskClient, post: Post, session: Session) -> None:
    link = invite(keeper)
    [letter] = post.taken
    assert "lea@example.org" in letter
    assert link.partition("?")[0] in letter.replace("=\r\n", "")
    assert kept(session) == []


def test_no_letter_is_sent_for_what_was_not_saved(app: Flask, post: Post, session: Session) -> None:
    with app.test_request_context("/", method="POST"):
        mail.send("lea@example.org", "Bonjour", "Rien.")
        current.rollback()
        current.commit()
    assert (post.taken, kept(session)) == ([], [])


def test_a_letter_outlives_the_process_that_wrote_it_and_is_sent_once(
    app: Flask, post: Post, session: Session, tmp_path: Path
) -> None:
    app.extensions["post"].deliver = lambda: None  # it dies just after the commit
    with app.test_request_context("/", method="POST"):
        for number in range(20):
            mail.send(f"lea{number}@example.org", "Bonjour", "Rien.")
        current.commit()
    others = [create_app(settings(tmp_path, MAIL=post.at)).extensions["post"] for _ in range(2)]
    threads = [threading.Thread(target=other.deliver) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    to = [re.search("To: (.*)", letter)[1].strip() for letter in post.taken]
    assert sorted(to) == sorted(f"lea{number}@example.org" for number in range(20))
    assert kept(session) == []
    for other in others:
        other.database.dispose()


def test_what_was_to_be_sent_by_who_died_meanwhile_is_sent_by_another(
    app: Flask, keeper: FlaskClient, post: Post, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(mail, "_deliver", die)
        with pytest.raises(SystemExit):
            invite(keeper)
    assert (deliver(app), deliver(app, minutes=6)) == (0, 1)
    assert len(post.taken) == 1


def test_while_the_server_is_away_the_pauses_grow_and_then_keepers_are_told(
    app: Flask, keeper: FlaskClient, post: Post, session: Session
) -> None:
    away(app)
    invite(keeper)
    [letter] = kept(session)
    assert (letter.tries, letter.due_at > now()) == (1, True)
    assert "Nouvel" not in keeper.get("/desk/people").text
    page = keeper.get("/desk/people?lang=en").text
    assert "1 letter could not be sent" in page
    assert "Connection refused" in page
    assert "It is tried again" in page
    assert [deliver(app, minutes=2), kept(session)[0].tries, deliver(app, minutes=3)] == [0, 2, 0]
    deliver(app, hours=25)
    [letter] = kept(session)
    assert (letter.given_up_at is not None, letter.body) == (True, b"")
    assert "It was given up" in keeper.get("/desk/people?lang=en").text
    mail.forget(app.extensions["database"], now() + dt.timedelta(days=40))
    assert kept(session) == []


def test_an_address_that_is_none_is_not_tried_again_and_a_busy_one_is(
    app: Flask, keeper: FlaskClient, post: Post, session: Session
) -> None:
    post.refuses = 550
    invite(keeper)
    post.refuses = 450
    invite(keeper, email="ben@example.org")
    assert [(each.said, each.given_up_at is None) for each in kept(session)] == [
        ("550 not here", False), ("450 not here", True)]  # fmt: skip
    post.refuses = 0
    assert deliver(app, minutes=2) == 1


def test_nobody_who_reads_the_database_finds_a_link_that_lets_in(
    app: Flask, keeper: FlaskClient, session: Session, tmp_path: Path
) -> None:
    away(app)
    secret = invite(keeper).split("/")[-1].split("?")[0]
    [letter] = kept(session)
    assert letter.body
    assert secret.encode() not in letter.body
    assert secret.encode() not in b"".join(each.read_bytes() for each in tmp_path.glob("carottes.db*"))


def test_who_forgot_a_password_is_written_to(app: Flask, post: Post, sign_in: Callable[..., FlaskClient]) -> None:
    sign_in("curator")
    answers = [
        app.test_client().post("/sign-in/reset", data={"email": f"{who}@example.org"}) for who in ("curator", "nobody")
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    [letter] = post.taken
    assert "curator@example.org" in letter


@pytest.mark.postgres
def test_two_nodes_on_postgresql_send_each_letter_once(post: Post, tmp_path: Path) -> None:
    with ExitStack() as stack:
        at = stack.enter_context(empty_database(stack.enter_context(server())))
        nodes = [
            create_app(settings(tmp_path / name, DATABASE=at, MAIL=post.at, WTF_CSRF_ENABLED=False)) for name in "ab"
        ]
        schema.move(nodes[0].extensions["database"])
        for node in nodes:
            mail.start(node)
        keeper = signed_in(nodes[0], "keeper")
        for number in range(5):
            assert (
                keeper.post("/desk/people/invite", data=INVITED | {"email": f"{number}@example.org"}).status_code == 201
            )
        for node in nodes:
            node.extensions["post"].stop()
        nodes[1].extensions["post"].deliver()
        with nodes[0].app_context(), database().reading() as own:
            assert own.scalars(select(Envelope)).all() == []
            assert len(own.scalars(select(Person)).all()) == 6
        assert len(post.taken) == 5
        for node in nodes:
            node.extensions["database"].dispose()
