"""What a sheet is made from: a collection as it stood at a moment, a night, or some messages that a search found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import abort, request, url_for

from webapp.broadcasts import queries as nights
from webapp.broadcasts.calendar import NoDay, read_day
from webapp.database import Texts, session
from webapp.dates import Day, night_words
from webapp.filters import capitalised
from webapp.identifiers import Reading, examine
from webapp.languages import gettext as _
from webapp.languages import language, told
from webapp.revisions import Revision
from webapp.revisions.frozen import Version
from webapp.revisions.queries import versions
from webapp.search import search
from webapp.search.pages import query_of
from webapp.search.query import asked
from webapp.teaching.records import find
from webapp.teaching.worksheets.material import MOST


@dataclass(frozen=True)
class Chosen:
    """What a sheet is made from.

    ``base`` is the path that its sheets' addresses begin with, ``page`` that of the thing itself, ``open_to_all`` its
    outsider's reading, which a pupil may see. ``listed`` says that the addresses name the messages, since nothing that
    is frozen does.
    """

    base: str
    page: str
    title: str
    title_lang: str
    ids: tuple[str, ...]
    open_to_all: str
    citation: str
    questions: Texts = field(default_factory=dict)
    listed: bool = True


def of_collection(id: str, moment: dt.datetime) -> Chosen:
    """A collection in the version that was public at the moment; raises NotFound, Missing or Withdrawn."""
    record = find(session(), id, "collection").record
    frozen = Version(_version_at(record.id, moment) or abort(404))
    title = told(frozen.title)
    return Chosen(
        f"/collections/{record.id}",
        url_for("collections.show", id=record.id),
        title.text,
        title.lang,
        tuple(item.message_id for item in frozen.items if item.message_id),
        url_for("collections.show", id=record.id, reading="outsider"),
        f"/id/{record.id}/v{frozen.version}",
        frozen.questions,
        listed=False,
    )


def _version_at(id: str, moment: dt.datetime) -> Revision | None:
    """The version at the moment; the first one, if the moment was before."""
    query = versions(id)
    then = session.scalars(query.where(Revision.at <= moment).limit(1)).first()
    return then or session.scalars(query.order_by(None).order_by(Revision.number).limit(1)).first()


def of_night(id: str, _moment: dt.datetime) -> Chosen:
    """A night; its messages are those in the address, else those that are certainly of it today."""
    day = day_of(id)
    path = f"/nights/{day.iso}"
    page, open_to_all = (url_for("nights.show", day=day.iso, reading=reading) for reading in (None, "outsider"))
    title = capitalised(night_words(day, language()))
    return Chosen(path, page, title, language(), _listed() or tuple(_of_night(day)), open_to_all, path)


def day_of(typed: str) -> Day:
    """The night of an address, if the archive covers it; raises NotFound."""
    try:
        day = read_day(typed)
    except NoDay:
        abort(404)
    if not nights.calendar(session(), None).holds(day):
        abort(404)
    return day


def _of_night(day: Day) -> Iterable[str]:
    found = session.scalars(nights.of_night(day, None)).unique()
    return sorted({broadcast.message_id for broadcast in found})[:MOST]


def of_search(_id: str, _moment: dt.datetime) -> Chosen:
    """Messages that a search found. The sheet's address names them and forgets the words: those may tell too much."""
    path = "/search"
    kept: dict[str, Any] = {name: values for name, values in request.args.lists() if name not in OWN}
    page, open_to_all = url_for("search.show", **kept), url_for("messages.browse", reading="outsider")
    ids = _listed() or tuple(_found())
    return Chosen(path, page, _("Messages of the archive"), language(), ids, open_to_all, "/messages")


OWN = {"at", "ex", "edition", "items", "paper", "lang", "variant", "reading", "theme", "page"}
"""The parameters of a sheet's address; all others are those of the search."""


def _found() -> list[str]:
    what = asked(request.args)
    if what.wordless or what.blank:
        return []
    hits = search().find(query_of(what, size=MOST)).hits
    return [hit.id for hit in hits if hit.type == "message"]


def _listed() -> tuple[str, ...]:
    """The messages that the address names."""
    names = request.args.get("items", "")[:2000].split(".")
    return tuple(name for name in dict.fromkeys(names) if examine(name) is Reading.GOOD)[:MOST]


@dataclass(frozen=True)
class Source:
    """One kind of thing that sheets are made from: its name, the rule of its addresses, and how it is found."""

    name: str
    rule: str
    find: Callable[[str, dt.datetime], Chosen]


SOURCES = [
    Source("collection", "/collections/<id>", of_collection),
    Source("night", "/nights/<id>", of_night),
    Source("search", "/search", of_search),
]
