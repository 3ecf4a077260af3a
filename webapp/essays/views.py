"""The essays: all of them, and one, as pages and as data."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, jsonify, redirect, url_for
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import func, select

from webapp.database import session
from webapp.dates import Day, day_words, raised
from webapp.essays import panels, queries
from webapp.essays.documents import item, record
from webapp.essays.models import Essay
from webapp.essays.outline import outline
from webapp.essays.texts import language_of, named_messages, named_sources, text_of
from webapp.languages import language
from webapp.navigation import absolute
from webapp.rendering import Pages, here, page, page_number, reading
from webapp.revisions.asked import asked

blueprint = Blueprint("essays", __name__)

PAGE_SIZE = 20


@blueprint.get("/essays")
def listing() -> Any:
    """All essays in their own order, each with its summary and how long it takes to read."""
    pages, essays = _page_of()
    if pages.beyond:
        return redirect(here(page=pages.count if pages.count > 1 else None), 303)
    spoken = queries.spoken_of(session(), essays)
    entries = [(essay, _minutes(essay), spoken.get(essay.id, 0)) for essay in essays]
    return page("essays/listing.html", entries=entries, pages=pages)


def _minutes(essay: Essay) -> int:
    lang = language_of(essay)
    return outline(essay.body.get(lang, ""), lang).minutes


@blueprint.get("/essays.json")
def listing_json() -> Any:
    """All essays as data."""
    pages, essays = _page_of()
    return jsonify(
        total=pages.total,
        items=[item(essay) for essay in essays],
        facets={},
        suggestion=None,
        next=absolute(here(page=pages.number + 1)) if pages.number < pages.count else None,
    )


def _page_of() -> tuple[Pages, list[Essay]]:
    own, query = session(), queries.visible_to(current_user)
    total = own.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = Pages(page_number(), PAGE_SIZE, total)
    return pages, list(own.scalars(query.limit(PAGE_SIZE).offset(pages.offset)))


@blueprint.get("/essays/<id>")
@blueprint.get("/essays/<id>/<slug>")
def show(id: str, slug: str | None = None) -> Any:
    """One essay in the reader's language: its text with its slips and notes, its messages, its bibliography."""
    essay = _found(id)
    if (id, slug or essay.slug) != (essay.id, essay.slug):
        return redirect(here(id=essay.id, slug=essay.slug), 301)
    shelf = list(session.scalars(queries.shelf(current_user)))
    spot = next((spot for spot, other in enumerate(shelf) if other.id == essay.id), None)
    return page(
        "essays/show.html",
        essay=essay,
        text=text_of(session(), essay),
        number=spot + 1 if spot is not None else None,
        of=len(shelf),
        before=shelf[spot - 1] if spot else None,
        after=shelf[spot + 1] if spot is not None and spot + 1 < len(shelf) else None,
        permanent=absolute(url_for("reading.permanent", id=essay.id, lang=None)),
        beneath=panels.shown(panels.BENEATH, essay, current_user, reading() == "outsider"),
    )


@blueprint.get("/essays/<id>.json")
def show_json(id: str) -> Any:
    """One essay as data."""
    essay = _found(id)
    if id != essay.id:
        return redirect(here(id=essay.id), 301)
    return jsonify(record(essay, named_messages(session(), essay), named_sources(session(), essay)))


def _found(typed: str) -> Essay:
    """The essay that an identifier leads to, as people type it; raises NotFound or Gone and says why."""
    return asked(typed, queries.get)


@blueprint.app_template_global("essay_address")
def essay_address(essay: Essay) -> str:
    """The page of an essay; the reading that was asked for goes along."""
    asked = reading()
    return url_for("essays.show", id=essay.id, slug=essay.slug, reading=asked if asked != "folded" else None)


@blueprint.app_template_filter("on_day")
def on_day(moment: dt.datetime) -> Markup:
    """A moment of the archive's own life as a day in words."""
    day = Day(moment.year, moment.month, moment.day)
    words = Markup(raised(day_words(day, language()), language()))
    return Markup('<time datetime="{}">{}</time>').format(day.iso, words)
