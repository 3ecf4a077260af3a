"""WebSub: the feeds name a hub, and the hub is told when what they say has changed; by a thread, never in a request.

What is compared is what the feeds say, and not what was done to the archive: however a change came in (a form, an
import, a merge, midnight), it is noticed once it can be read, and a ping for nothing is never sent. What the hub was
told last lies in the database: it survives a restart, and of several processes one sends each ping.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import http.client
import logging
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from webapp.database import Database, now
from webapp.languages import LANGUAGES
from webapp.leading import Job
from webapp.machines.feeds import FEEDS, FORMS, address
from webapp.machines.models import Topic
from webapp.machines.records import as_visitor
from webapp.revisions.figures import State, state

log = logging.getLogger("carottes.websub")

LOOK = 5.0
"""Seconds between two looks at whether anything has changed."""
ANYWAY = 300.0
"""Seconds after which the feeds are compared although no revision was made: a term may have been renamed."""
GATHER = dt.timedelta(seconds=10)
"""How long a change waits for others that come with it."""
REST = dt.timedelta(minutes=1)
"""How long a topic is left alone after a ping."""
LEASE = dt.timedelta(minutes=2)
"""How long a ping is nobody else's to send; after that, who was to send it is taken to have died."""
AGAIN = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720)]
"""How long to wait after each failure; after the last one the next change is waited for."""
PATIENCE = 10.0
PAUSE = 0.5
"""Seconds between two pings."""


class Answer(NamedTuple):
    """What a hub said: why it failed, if it did; whether asking again may help, and when at the earliest."""

    why: str = ""
    lasting: bool = False
    after: dt.timedelta = dt.timedelta()


Ring = Callable[[str, str], Answer]
"""Tells a hub that a topic has changed."""


def contents(app: Flask) -> dict[str, str]:
    """What each feed says at present, as a checksum by its address, in every form and language."""
    found: dict[str, str] = {}
    for lang in LANGUAGES:
        with as_visitor(app, lang), app.extensions["database"].reading() as own:
            for feed in FEEDS:
                said = hashlib.sha256(repr(list(feed.entries(own))).encode()).hexdigest()
                chosen = (lang, "") if lang == app.config["LANGUAGE"] else (lang,)
                found |= {address(feed.name, form, each): said for form in FORMS for each in chosen}
    return found


def note(database: Database, found: dict[str, str], at: dt.datetime) -> None:
    """Keep what the feeds say, and of those that say something else than before that the hub is to be told.

    A feed that was never seen before is no news: nobody can have followed it.
    """
    with database.reading() as own:
        known = {topic.url: topic.says for topic in own.scalars(select(Topic))}
    if known == found:
        return
    with database.writing() as own:
        own.execute(delete(Topic).where(Topic.url.not_in(found)))
        for url, says in found.items():
            topic = own.get(Topic, url)
            if topic is None:
                own.add(Topic(url=url, says=says, told=says, due_at=at))
            elif topic.says != says:
                topic.says, topic.tries, topic.due_at = says, 0, max(topic.due_at, at + GATHER)


def ping(database: Database, hub: str, ring: Ring, at: dt.datetime, pause: float = PAUSE) -> int:
    """Tell the hub of every topic that is due; gives how many it took."""
    with database.reading() as own:
        due = own.scalars(select(Topic).where(Topic.says != Topic.told, Topic.due_at <= at).order_by(Topic.url)).all()
    taken = 0
    for topic in due:
        if _claimed(database, topic, at):
            answer = ring(hub, topic.url)
            with database.writing() as own:
                _after(own, topic, answer, at)
            taken += not answer.why
            time.sleep(pause)
    return taken


def _claimed(database: Database, topic: Topic, at: dt.datetime) -> bool:
    mine = update(Topic).where(Topic.url == topic.url, Topic.due_at == topic.due_at).values(due_at=at + LEASE)
    with database.writing() as own:
        return len(own.execute(mine.returning(Topic.url)).all()) == 1


def _after(own: Session, sent: Topic, answer: Answer, at: dt.datetime) -> None:
    topic = own.get(Topic, sent.url)
    if topic is None:
        return
    topic.said = answer.why[:200]
    if not answer.why:
        topic.told, topic.tries, topic.due_at = sent.says, 0, at + REST
    elif answer.lasting or topic.tries >= len(AGAIN):
        log.warning("the hub was not told of %s: %s; the next change is waited for", topic.url, answer.why)
        topic.told, topic.tries, topic.due_at = sent.says, 0, at + REST
    else:
        topic.due_at = at + max(AGAIN[topic.tries], answer.after)
        topic.tries += 1


class Stand(NamedTuple):
    """How many topics the hub has still to be told of, and how many it did not take when it was last told."""

    waiting: int
    failed: int


def waiting(session: Session) -> Stand:
    """How the hub stands."""
    count = select(func.count()).select_from(Topic)
    return Stand(session.scalar(count.where(Topic.says != Topic.told)) or 0,
                 session.scalar(count.where(Topic.said != "")) or 0)  # fmt: skip


def over_the_web(hub: str, topic: str) -> Answer:
    """A ping as hubs take it: a form with the topic's address."""
    form = urlencode({"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}).encode()
    request = urllib.request.Request(hub, form, {"User-Agent": "Carottes (WebSub publisher)"})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE):
            return Answer()
    except urllib.error.HTTPError as error:
        told = error.headers.get("Retry-After", "")
        after = dt.timedelta(seconds=min(int(told), 86_400)) if told.isdecimal() else dt.timedelta()
        return Answer(f"{error.code} {error.reason}", error.code < 500 and error.code not in (408, 425, 429), after)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(str(getattr(error, "reason", error)) or type(error).__name__)


def jobs(app: Flask) -> list[Job]:
    """Looking after the hub, if there is one."""
    return [Job("websub", LOOK, _Watch(app))] if app.config["HUB"] else []


class _Watch:
    """Compares the feeds when something may have changed, and tells the hub what is due."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.seen: tuple[State, dt.date, int] | None = None

    def __call__(self) -> None:
        database = self.app.extensions["database"]
        present = self._present()
        if present != self.seen:
            note(database, contents(self.app), now())
            self.seen = present
        ping(database, self.app.config["HUB"], over_the_web, now())

    def _present(self) -> tuple[State, dt.date, int]:
        """What stays the same while nothing has changed: the last revision, the day, and a while for what leaves no
        revision."""
        with self.app.extensions["database"].reading() as own:
            return state(own), now().date(), int(time.monotonic() // ANYWAY)
