"""Feeds to follow the archive by: Atom (RFC 4287) and JSON Feed 1.1, one list of them, and their page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, jsonify, render_template, request, url_for
from sqlalchemy import Integer, literal_column
from sqlalchemy.orm import Session

from webapp.broadcasts import queries as broadcasts
from webapp.collections import queries as collections
from webapp.collections.documents import address as collection_address
from webapp.collections.models import Collection
from webapp.database import now, session
from webapp.dates import Day, day_words
from webapp.essays import queries as essays
from webapp.essays.documents import address as essay_address
from webapp.essays.models import Essay
from webapp.languages import LANGUAGES, N_, language, told
from webapp.languages import gettext as _
from webapp.limits import limit
from webapp.machines.xml import sound
from webapp.messages import queries as messages
from webapp.messages.models import Message
from webapp.messages.views import vocabulary
from webapp.navigation import absolute
from webapp.rendering import page, reading

blueprint = Blueprint("feeds", __name__)

IN_FEED = 50
DAYS = 7
FORMS = ("atom", "json")
ONCE = literal_column("1", Integer)
"""Written out in the query: only so does the database see that its index of what was published again serves."""


class Entry(NamedTuple):
    """One thing in a feed. ``key`` makes its permanent name; ``standing`` is empty where there is none to tell."""

    key: str
    title: str
    lang: str
    url: str
    summary: str
    published: dt.datetime
    updated: dt.datetime
    standing: str = ""
    author: str = ""


class Feed(NamedTuple):
    """A feed: its name in the address, what it is called, what it brings, and its entries, the newest first."""

    name: str
    title: str
    about: str
    entries: Callable[[Session], Iterable[Entry]]


def _newest(own: Session) -> Iterator[Entry]:
    query = messages.visible_to(None).where(Message.kind != messages.CODEWORD)
    query = query.order_by(Message.published_at.desc(), Message.id.desc()).options(*messages.ON_CARD).limit(IN_FEED)
    return map(_message, own.scalars(query).unique())


def _changed(own: Session) -> Iterator[Entry]:
    query = messages.visible_to(None).where(Message.kind != messages.CODEWORD, Message.version > ONCE)
    query = query.order_by(Message.updated_at.desc(), Message.id.desc()).options(*messages.ON_CARD).limit(IN_FEED)
    for message in own.scalars(query).unique():
        entry = _message(message)
        yield entry._replace(key=f"{message.id}/v{message.version}", published=message.updated_at)


def _message(message: Message) -> Entry:
    outsider = reading() == "outsider"
    kept = "outsider" if outsider else None
    url = absolute(url_for("messages.show", id=message.id, slug=message.slug, lang=None, reading=kept))
    return Entry(message.id, message.text, message.lang, url, _surface(message, outsider), _first(message),
                 message.updated_at, "" if outsider else message.standing)  # fmt: skip


def _surface(message: Message, outsider: bool) -> str:
    """The translation, the station, the dates; and how sure what it meant is, never what it meant."""
    station = told(message.station.name).text if message.station else ""
    dates = [each.edtf.words(language()) for each in message.broadcasts if each.edtf]
    translated = message.translation.get(language(), "") if message.lang != language() else ""
    sure = "" if outsider else _("Standing: %(standing)s", standing=standing_word(message.standing))
    return ". ".join(filter(None, (translated, ", ".join(filter(None, [station, *dates[:3]])), sure)))


def standing_word(standing: str) -> str:
    """What a standing is called in the reader's language."""
    word = vocabulary().get(f"standing/{standing}")
    return told(word.label).text if word else standing


def _first(record: Any) -> dt.datetime:
    return record.published_at or record.updated_at


def _essays(own: Session) -> Iterator[Entry]:
    query = essays.visible_to(None).order_by(None).order_by(Essay.published_at.desc(), Essay.id).limit(IN_FEED)
    for essay in own.scalars(query):
        title = told(essay.title)
        yield Entry(essay.id, title.text, title.lang, essay_address(essay), told(essay.chapo).text, _first(essay),
                    essay.updated_at, author=told(essay.author).text)  # fmt: skip


def _collections(own: Session) -> Iterator[Entry]:
    query = collections.visible_to(None).order_by(Collection.published_at.desc(), Collection.id).limit(IN_FEED)
    for each in own.scalars(query):
        title = told(each.title)
        yield Entry(each.id, title.text, title.lang, collection_address(each), told(each.subject).text, _first(each),
                    each.updated_at, author=each.author)  # fmt: skip


def _on_this_day(own: Session) -> Iterator[Entry]:
    """Today and the six days before, each with what was read on that day of any year; days without are left out."""
    calendar = broadcasts.calendar(own, None)
    for back in range(DAYS):
        moment = (now() - dt.timedelta(days=back)).replace(hour=0, minute=0, second=0)
        nights = calendar.on(moment.month, moment.day)
        if nights:
            yield _day(moment, [night.day for night in nights])


def _day(moment: dt.datetime, evenings: list[Day]) -> Entry:
    words = [day_words(each, language()) for each in evenings]
    title = _("On this day: %(days)s", days=", ".join(words))
    url = absolute(url_for("nights.on_this_day", day=f"{moment:%m-%d}", lang=None))
    return Entry(f"on-this-day/{moment:%Y-%m-%d}", title, language(), url, title, moment, moment)


FEEDS = [
    Feed("messages", N_("New messages"), N_("Each message when it is first published."), _newest),
    Feed("changes", N_("Changed messages"), N_("Each new version of a message that was published before."), _changed),
    Feed("essays", N_("Essays"), N_("Each essay when it is first published."), _essays),
    Feed("collections", N_("Collections"), N_("New collections for the classroom."), _collections),
    Feed("on-this-day", N_("On this day"), N_("Every day, the nights of that day in other years."), _on_this_day),
]


@blueprint.get("/feeds")
def listing() -> Response:
    """Every feed, with both its addresses."""
    return page("machines/feeds.html", feeds=FEEDS)


@blueprint.get("/feeds/<name>.atom")
@limit("heavy")
def atom(name: str) -> Response:
    """A feed as Atom."""
    feed = _named(name)
    found = feed.entries(session())
    entries = [(entry._replace(title=sound(entry.title), summary=sound(entry.summary)), _tag(entry.key))
               for entry in found]  # fmt: skip
    text = render_template(
        "machines/feed.xml", entries=entries, title=_(feed.title), about=_(feed.about), tag=_tag(f"feeds/{name}"),
        address=_self(), updated=_updated([entry for entry, _tag in entries]),
        standing_word=standing_word, hub=_hub(),
    )  # fmt: skip
    return _sent(Response(text, mimetype="application/atom+xml"))


@blueprint.get("/feeds/<name>.json")
@limit("heavy")
def json_feed(name: str) -> Response:
    """A feed as JSON Feed."""
    feed = _named(name)
    response = jsonify(
        version="https://jsonfeed.org/version/1.1", title=f"Carottes, {_(feed.title)}", description=_(feed.about),
        home_page_url=absolute("/"), feed_url=_self(), language=language(),
        items=[_item(entry) for entry in feed.entries(session())],
        **({"hubs": [{"type": "WebSub", "url": _hub()}]} if _hub() else {}),
    )  # fmt: skip
    response.mimetype = "application/feed+json"
    return _sent(response)


def _item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": _tag(entry.key), "url": entry.url, "title": entry.title, "content_text": entry.summary or entry.title,
        "date_published": entry.published.isoformat(), "date_modified": entry.updated.isoformat(),
        "language": entry.lang or language(),
    }  # fmt: skip
    if entry.author:
        item["authors"] = [{"name": entry.author}]
    if entry.standing:
        item["tags"] = [standing_word(entry.standing)]
        item["_carottes"] = {"standing": entry.standing}
    return item


def _named(name: str) -> Feed:
    return next((feed for feed in FEEDS if feed.name == name), None) or abort(404)


def address(name: str, form: str, lang: str = "") -> str:
    """Where a feed is, in a form; in a language, or in the one that is asked for."""
    return absolute(f"/feeds/{name}.{form}") + (f"?lang={lang}" if lang else "")


def _self() -> str:
    return absolute(request.full_path.rstrip("?"))


def _hub() -> str:
    """The hub that is told when this very feed changes (WebSub); none is told of what the outsider reads."""
    chosen = list(request.args.items(multi=True))
    told_of = not chosen or chosen in [[("lang", lang)] for lang in LANGUAGES]
    return current_app.config["HUB"] if told_of else ""


def _tag(key: str) -> str:
    """A name that stays when addresses change (RFC 4151); the same that the feeds of searches give."""
    return f"tag:{urlsplit(absolute('/')).hostname},2026:{key}"


def _updated(entries: list[Entry]) -> str:
    return max((entry.updated for entry in entries), default=now()).isoformat()


def _sent(response: Response) -> Response:
    response.add_etag()
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept-Language")
    if _hub():
        response.headers.add("Link", f'<{_hub()}>; rel="hub"')
        response.headers.add("Link", f'<{_self()}>; rel="self"')
    response.make_conditional(request)
    return response
