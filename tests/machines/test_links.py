"""The web addresses of sources are asked politely, and what they say is kept as it came."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.make import Make
from webapp.cli import carottes
from webapp.machines import links
from webapp.machines.links import check, due, over_the_web
from webapp.sources.models import WebLink


class Answers(http.server.BaseHTTPRequestHandler):
    """Says what its path says: /200, /404, /onward to /200, /ftp to another sort of address, /headless by GET alone."""

    def do_HEAD(self) -> None:
        name = self.path.strip("/")
        if name in ("onward", "ftp"):
            self.send_response(302)
            self.send_header("Location", "/200" if name == "onward" else "ftp://example.org/x")
        else:
            self.send_response({"headless": 500}.get(name) or int(name))
        self.end_headers()

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/headless" else int(self.path.strip("/")))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def web() -> Iterator[str]:
    """A small web on this machine."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def _open_web(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "refuse_private", lambda url: None)


@pytest.mark.usefixtures("_open_web")
@pytest.mark.parametrize(("path", "said"), [
    ("200", ""), ("404", "404 Not Found"), ("410", "410 Gone"), ("onward", ""), ("headless", ""), ("403", ""),
    ("429", ""), ("500", "500 Internal Server Error"), ("ftp", "the address leads on to ftp:"),
])  # fmt: skip
def test_an_address_is_alive_when_a_reader_would_find_something_there(web: str, path: str, said: str) -> None:
    assert over_the_web(f"{web}/{path}") == said


@pytest.mark.usefixtures("_open_web")
def test_a_server_that_is_gone_is_said_to_be_gone() -> None:
    assert "refused" in over_the_web("http://127.0.0.1:9/")


@pytest.mark.parametrize("url", ["http://127.0.0.1/x", "http://[::1]:8000/", "http://10.0.0.1/", "http://169.254.0.1/"])
def test_nothing_inside_a_private_network_is_asked(url: str) -> None:
    assert over_the_web(url) == "the address lies in a private network"


@pytest.mark.parametrize("url", ["http://", "http://[::1", "https://exa mple.org/", "http://x.invalid/"])
def test_an_address_that_is_none_gets_a_reason(url: str) -> None:
    assert over_the_web(url)


def test_those_never_asked_come_first_then_those_asked_longest_ago(app: Flask, make: Make, session: Session) -> None:
    database = app.extensions["database"]
    first, second = (make.source(name, url=f"https://example.org/{name}").id for name in "ab")
    list(check(database, 10, lambda _: "", pause=0))
    third = make.source("c", url="https://example.org/c").id
    (
        make.source("d"),
        make.source("e", url="ftp://example.org/e"),
        make.source("f", url="https://x.org/", status="draft"),
    )
    session.get_one(WebLink, second).asked_at = session.get_one(WebLink, first).asked_at.replace(year=2001)
    session.commit()
    assert [id_ for id_, _ in due(session, 10)] == [third, second, first]
    assert [id_ for id_, _ in due(session, 2)] == [third, second]


def test_one_server_is_not_asked_in_a_rush(app: Flask, make: Make, session: Session) -> None:
    for name in "abc":
        make.source(name, url=f"https://example.org/{name}")
    asked: list[float] = []
    list(check(app.extensions["database"], 10, lambda _: asked.append(time.monotonic()) or "", pause=0.05))
    assert all(later - earlier >= 0.05 for earlier, later in pairwise(asked))
    assert len(asked) == 3


def test_the_command_names_the_dead(app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    make.source("Parti", url="https://example.org/gone")
    monkeypatch.setattr(links, "over_the_web", lambda url: "404 Not Found")
    done = app.test_cli_runner().invoke(carottes, ["links"])
    assert done.exit_code == 0, done.output
    assert "https://example.org/gone\n  404 Not Found" in done.output
    assert "1 addresses asked, 1 did not answer" in done.output
