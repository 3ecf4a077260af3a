"""For crawlers: every public page with its last change, and what not to crawl."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort, url_for
from sqlalchemy import func, select

from webapp.broadcasts import queries as broadcasts
from webapp.broadcasts.documents import address as night_address
from webapp.database import session
from webapp.essays.models import Essay
from webapp.machines.records import BY_NAME, SORTS, Sort
from webapp.messages.models import Message
from webapp.navigation import absolute, exists
from webapp.revisions import KINDS
from webapp.text.slug import slug
from webapp.vocabularies import Scheme, Term

blueprint = Blueprint("sitemaps", __name__)

IN_ONE = 5000
XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"
PAGES = ["/", "/messages", "/nights", "/essays", "/collections", "/stations", "/networks", "/places", "/sources",
         "/themes", "/purposes", "/standings", "/map", "/timeline", "/surface-and-secret", "/about", "/help", "/feeds",
         "/data"]  # fmt: skip
# Facets, readings and lists in every order are the same records over and over: a trap without end.
NOT_CRAWLED = ["/search?", "/search.", "/messages?", "/*?*reading=", "/*?*theme=", "/*?*seed=", "/desk", "/account",
               "/sign-in", "/enter/", "/invitations/", "/contributions/", "/api/", "/oai", "/preview/"]  # fmt: skip

Line = tuple[str, dt.datetime | None]


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What crawlers are asked to leave alone, and where the list of pages is."""
    lines = ["User-agent: *", "Allow: /messages?page=", *(f"Disallow: {path}" for path in NOT_CRAWLED), "",
             f"Sitemap: {absolute('/sitemap.xml')}"]  # fmt: skip
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/sitemap.xml")
def index() -> Response:
    """The list of lists."""
    return _xml("sitemapindex", "sitemap", _lists())


def _lists() -> Iterator[Line]:
    yield absolute(url_for("sitemaps.pages", lang=None)), None
    yield absolute(url_for("sitemaps.nights", lang=None)), None
    for sort in SORTS:
        model = sort.model
        counted = sort.visible().order_by(None).with_only_columns(func.count(model.id), func.max(model.told_at))
        count, last = session().execute(counted).one()
        for number in range(1, -(-count // IN_ONE) + 1):
            yield absolute(url_for("sitemaps.records", name=sort.name, number=number, lang=None)), last


@blueprint.get("/sitemap-pages.xml")
def pages() -> Response:
    """Lists, help, and the terms that messages are listed under."""
    terms = session().execute(select(Term.scheme, Term.slug).where(Term.scheme.in_([Scheme.THEME, Scheme.PURPOSE])))
    paths = [path for path in PAGES if exists(path)] + sorted(f"/{row.scheme}s/{row.slug}" for row in terms)
    return _xml("urlset", "url", ((absolute(path), None) for path in paths))


@blueprint.get("/sitemap-nights.xml")
def nights() -> Response:
    """The nights that have broadcasts."""
    found = broadcasts.calendar(session(), None).nights
    return _xml("urlset", "url", ((night_address(night.day), None) for night in found))


@blueprint.get("/sitemap-<name>-<int:number>.xml")
def records(name: str, number: int) -> Response:
    """Five thousand records of a sort, by identifier."""
    sort = BY_NAME.get(name)
    if sort is None or not 1 <= number < 10_000:
        abort(404)
    found = _records(sort, number)
    return _xml("urlset", "url", found) if found else abort(404)


# What stands in the address of a record besides its identifier.
WORDS: dict[str, tuple[Any, Callable[[Any], str]]] = {
    "message": (Message.text, slug),
    "essay": (Essay.title, lambda title: slug(title.get("en") or next(iter(title.values()), ""))),
}


def _records(sort: Sort, number: int) -> Sequence[Line]:
    model, (column, spoken) = sort.model, WORDS.get(sort.kind, (sort.model.id, None))
    query = sort.visible().order_by(None).with_only_columns(model.id, model.told_at, column.label("named"))
    rows = session().execute(query.order_by(model.id).limit(IN_ONE).offset((number - 1) * IN_ONE)).all()
    endpoint = KINDS[sort.kind].endpoint
    return [
        (absolute(url_for(endpoint, id=row.id, slug=spoken(row.named) if spoken else None, lang=None)), row.told_at)
        for row in rows
    ]


def _xml(root: str, each: str, lines: Any) -> Response:
    def written() -> Iterator[str]:
        yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{XMLNS}">\n'
        for address, last in lines:
            changed = f"<lastmod>{last.isoformat()}</lastmod>" if last else ""
            yield f"<{each}><loc>{escape(address)}</loc>{changed}</{each}>\n"
        yield f"</{root}>\n"

    return Response("".join(written()), mimetype="application/xml")
