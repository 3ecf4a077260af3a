"""A hub hears that a feed has changed: once, after the request, again when it did not answer, and of nothing else."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import feedparser
import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import settings
from tests.make import Make
from webapp import create_app
from webapp.config import BadSetting, read_settings
from webapp.database import Database
from webapp.machines import websub
from webapp.machines.models import Topic

HERE = "https://archive.example"
MORNING = dt.datetime(2026, 11, 25, 8, tzinfo=dt.UTC)
ALL_FORMS = {
    f"{HERE}/feeds/messages.{form}{lang}" for form in ("atom", "json") for lang in ("", "?lang=fr", "?lang=en")
}


class Hub(ThreadingHTTPServer):
    """A hub on this machine: remembers what it is told, and answers with the status that it is given."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Receiver)
        self.heard: list[dict[str, list[str]]] = []
        self.answer = 204
        self.headers: dict[str, str] = {}

    @property
    def topics(self) -> list[str]:
        return [each["hub.url"][0] for each in self.heard]


class _Receiver(BaseHTTPRequestHandler):
    server: Any

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.heard.append(parse_qs(text))
        self.send_response(self.server.answer)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def serving_hub() -> Iterator[Hub]:
    hub = Hub()
    Thread(target=hub.serve_forever, daemon=True).start()
    yield hub
    hub.shutdown()
    hub.server_close()


@pytest.fixture
def hub(serving_hub: Hub) -> Hub:
    """A hub that was told nothing yet."""
    serving_hub.heard.clear()
    serving_hub.answer, serving_hub.headers = 204, {}
    return serving_hub


@pytest.fixture
def followed(tmp_path: Path, empty_file: Path, hub: Hub) -> Iterator[Flask]:
    """An archive with that hub, which has been looked at once."""
    shutil.copy(empty_file, tmp_path / "carottes.db")
    address = f"http://127.0.0.1:{hub.server_port}/publish/"
    app = create_app(settings(tmp_path, HUB=address, URL=HERE))
    websub.note(app.extensions["database"], websub.contents(app), MORNING)
    yield app
    app.extensions["database"].engine.dispose()


def publish(app: Flask, text: str = "Le crapaud vole", **more: Any) -> None:
    """Somebody publishes a message."""
    with app.extensions["database"].new_session(writes=True) as own:
        Make(own).message(text, **more)


def look(app: Flask, at: dt.datetime) -> int:
    """What the thread does from time to time, without its clock."""
    database: Database = app.extensions["database"]
    websub.note(database, websub.contents(app), at)
    return websub.ping(database, app.config["HUB"], websub.over_the_web, at, pause=0)


def after(**more: float) -> dt.datetime:
    return MORNING + dt.timedelta(**more)


def test_a_feed_names_its_hub_in_every_way_that_followers_look_for(followed: Flask, hub: Hub) -> None:
    client, address = followed.test_client(), followed.config["HUB"]
    atom = client.get("/feeds/messages.atom?lang=fr", base_url=HERE)
    links = {link.rel: link.href for link in feedparser.parse(atom.data).feed.links}
    assert links["hub"] == address
    assert links["self"] == f"{HERE}/feeds/messages.atom?lang=fr"
    assert f'<{address}>; rel="hub"' in atom.headers.getlist("Link")
    assert f'<{links["self"]}>; rel="self"' in atom.headers.getlist("Link")
    told = client.get("/feeds/messages.json", base_url=HERE)
    assert json.loads(told.data)["hubs"] == [{"type": "WebSub", "url": address}]
    assert json.loads(told.data)["feed_url"] == f"{HERE}/feeds/messages.json"


def test_a_feed_that_the_hub_is_never_told_of_names_none(followed: Flask, client: Any) -> None:
    assert "hub" not in followed.test_client().get("/feeds/messages.atom?reading=outsider").text
    assert "hub" not in client.get("/feeds/messages.json").text
    assert "Link" not in client.get("/feeds/messages.atom").headers


def test_the_hub_is_told_of_each_form_of_a_feed_that_changed_and_of_no_other(followed: Flask, hub: Hub) -> None:
    assert look(followed, MORNING) == 0
    publish(followed)
    assert hub.heard == []  # nothing was asked of it while somebody waited for an answer
    assert look(followed, after(seconds=1)) == 0  # others may come with it
    assert look(followed, after(seconds=12)) == 6
    assert set(hub.topics) == ALL_FORMS
    assert len(hub.heard) == 6
    assert all(each["hub.mode"] == ["publish"] for each in hub.heard)
    assert look(followed, after(hours=1)) == 0


def test_many_changes_are_told_once_and_the_hub_is_left_alone_for_a_while(followed: Flask, hub: Hub) -> None:
    publish(followed)
    look(followed, after(seconds=1))
    publish(followed, "Il fait chaud à Suez")
    assert look(followed, after(seconds=11)) == 0
    assert look(followed, after(seconds=22)) == 6
    publish(followed, "Jean a de longues moustaches")
    assert look(followed, after(seconds=23)) == 0
    assert look(followed, after(seconds=40)) == 0
    assert look(followed, after(seconds=85)) == 6


def test_a_hub_that_does_not_answer_is_told_again_later_and_not_for_ever(followed: Flask, hub: Hub) -> None:
    hub.answer = 503
    publish(followed)
    look(followed, MORNING)
    times = [1, 2, 7, 22, 82, 322, 1042]
    asked = [minute for time in times for minute in (time - 0.9, time) if heard_at(followed, hub, minute)]
    assert asked == times
    assert not heard_at(followed, hub, 3000)
    assert hub.topics.count(f"{HERE}/feeds/messages.atom") == 7
    hub.answer = 204
    publish(followed, "Il fait chaud à Suez")
    look(followed, after(minutes=3001))
    assert look(followed, after(minutes=3002)) == 6


def heard_at(app: Flask, hub: Hub, minute: float) -> bool:
    """Whether the hub heard something in that minute after the morning."""
    before = len(hub.heard)
    websub.ping(app.extensions["database"], app.config["HUB"], websub.over_the_web, after(minutes=minute), pause=0)
    return len(hub.heard) > before


def test_a_hub_that_asks_for_patience_gets_it(followed: Flask, hub: Hub) -> None:
    hub.answer, hub.headers = 429, {"Retry-After": "1800"}
    publish(followed)
    look(followed, MORNING)
    assert heard_at(followed, hub, 1)
    assert not heard_at(followed, hub, 30)
    hub.answer = 202
    assert heard_at(followed, hub, 31)


def test_a_hub_that_refuses_is_not_asked_again_until_something_changes(followed: Flask, hub: Hub) -> None:
    hub.answer = 403
    publish(followed)
    look(followed, MORNING)
    assert heard_at(followed, hub, 1)
    assert not heard_at(followed, hub, 1000)
    told = followed.test_client().get("/metrics").text
    assert 'carottes_hub_topics{state="failed"} 6' in told
    assert 'carottes_hub_topics{state="waiting"} 0' in told


def test_a_hub_that_is_gone_stops_nothing(followed: Flask, hub: Hub) -> None:
    publish(followed)
    look(followed, MORNING)
    nobody = "http://127.0.0.1:9/"
    assert websub.ping(followed.extensions["database"], nobody, websub.over_the_web, after(minutes=1), pause=0) == 0
    with followed.extensions["database"].reading() as own:
        said = {topic.said for topic in own.scalars(select(Topic).where(Topic.tries == 1))}
    assert len(said) == 1
    assert "refused" in said.pop()


def test_of_two_processes_one_sends_each_ping(followed: Flask, hub: Hub) -> None:
    database: Database = followed.extensions["database"]
    publish(followed)
    look(followed, MORNING)

    def both(address: str, topic: str) -> websub.Answer:
        assert websub.ping(database, address, websub.over_the_web, after(minutes=1), pause=0) < 6
        return websub.over_the_web(address, topic)

    websub.ping(database, followed.config["HUB"], both, after(minutes=1), pause=0)
    assert sorted(hub.topics) == sorted(ALL_FORMS)


def test_what_changed_while_nothing_ran_is_told_afterwards(followed: Flask, hub: Hub, tmp_path: Path) -> None:
    publish(followed)
    again = create_app(settings(tmp_path, HUB=followed.config["HUB"], URL=HERE))
    look(again, after(days=1))
    assert f"{HERE}/feeds/messages.atom" not in hub.topics
    look(again, after(days=1, minutes=1))
    assert set(hub.topics) >= ALL_FORMS
    again.extensions["database"].engine.dispose()


def test_a_draft_is_no_news_for_the_hub(followed: Flask, hub: Hub) -> None:
    publish(followed, "Phrase encore secrète", status="draft")
    look(followed, MORNING)
    assert not heard_at(followed, hub, 1)


def test_the_feeds_are_compared_when_something_was_changed(followed: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websub, "now", lambda: MORNING)
    monkeypatch.setattr(websub, "ANYWAY", 1e12)
    compared: list[int] = []
    monkeypatch.setattr(websub, "contents", lambda app: compared.append(1) or {})
    [job] = websub.jobs(followed)
    job.turn()
    job.turn()
    assert len(compared) == 1
    publish(followed)
    job.turn()
    assert len(compared) == 2


def test_a_hub_without_the_address_of_the_archive_is_refused() -> None:
    with pytest.raises(BadSetting, match="CAROTTES_URL"):
        read_settings(environment={"CAROTTES_HUB": "https://hub.example/"})
    with pytest.raises(BadSetting, match="CAROTTES_HUB"):
        read_settings(environment={"CAROTTES_HUB": "hub.example", "CAROTTES_URL": HERE})
