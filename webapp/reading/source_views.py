"""The pages of sources: what each is, what it bears witness to, and where it says so."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, jsonify, redirect, url_for
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import func, select

from webapp.broadcasts.models import Broadcast
from webapp.database import session
from webapp.essays import queries as essays
from webapp.essays.documents import item as essay_item
from webapp.filters import shown
from webapp.messages.documents import item as message_item
from webapp.messages.queries import ON_CARD
from webapp.navigation import absolute
from webapp.reading import witness
from webapp.reading.authorities import PAGE_SIZE, next_page, record_of
from webapp.rendering import Pages, here, page, page_number, reading
from webapp.revisions import Status, label_of, to_document
from webapp.sources.models import Source

SHELF_SIZE = 60  # references on one page of the list

blueprint = Blueprint("sources", __name__)


@blueprint.get("/sources")
def listing() -> Any:
    """Every source by author and title, with how many messages it bears witness to."""
    pages, found = _shelf()
    if pages.beyond:
        return redirect(here(page=pages.count if pages.count > 1 else None), 303)
    return page("authorities/sources.html", pages=pages, listed=found)


@blueprint.get("/sources.json")
def listing_json() -> Any:
    """The same list as data."""
    pages, found = _shelf()
    items = [_source_item(each.source) | {"messages": each.messages} for each in found]
    return jsonify(total=pages.total, items=items, facets={}, suggestion=None, next=next_page(pages))


def _shelf() -> tuple[Pages, list[witness.Listed]]:
    every = witness.shelf(session(), current_user)
    pages = Pages(page_number(), SHELF_SIZE, len(every))
    return pages, witness.listed(session(), every[pages.offset : pages.offset + pages.size])


def _source_item(source: Source) -> dict[str, Any]:
    return {
        "type": "source",
        "id": source.id,
        "url": absolute(url_for("sources.show", id=source.id, lang=None)),
        "title": label_of(source)[""],
        "lang": source.lang,
    }


@blueprint.get("/sources/<id>")
def show(id: str) -> Any:
    """One source: its reference, what it bears witness to with the locators, the essays that cite it."""
    source = record_of(Source, id)
    if id != source.id:
        return redirect(here(id=source.id), 301)
    outsider = reading() == "outsider"
    pages, found = _witnesses(source, outsider)
    if pages.beyond:
        return redirect(here(page=pages.count if pages.count > 1 else None), 303)
    return page(
        "authorities/source.html",
        source=source,
        note=_note(source),
        pages=pages,
        witnesses=found,
        essays=essays.citing(session(), source),
        permanent=absolute(url_for("reading.permanent", id=source.id, lang=None)),
        outsider=outsider,
    )


KEY = re.compile(r"\bs-[a-z]+-\d{3,4}\b")


def _note(source: Source) -> Markup:
    """The note of a source; where it names another by its key (“same page as s-e-076”), a link with its title."""
    text = shown(source.note)
    chosen = select(Source).where(Source.key.in_(set(KEY.findall(text))), Source.status == Status.PUBLISHED)
    named = {each.key: each for each in session.scalars(chosen)} if KEY.search(text) else {}

    def linked(match: re.Match[str]) -> str:
        other = named.get(match[0])
        link = Markup('<a href="{}">{}</a>')
        return link.format(url_for("sources.show", id=other.id), label_of(other)[""]) if other else match[0]

    return Markup(KEY.sub(linked, str(text)))  # the text is escaped already, and a key has nothing to escape


def _witnesses(source: Source, outsider: bool) -> tuple[Pages, list[witness.Witness]]:
    own, query = session(), witness.messages_of(source, current_user, outsider)
    total = own.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = Pages(page_number(), PAGE_SIZE, total)
    messages = own.scalars(query.options(*ON_CARD).limit(PAGE_SIZE).offset(pages.offset)).unique().all()
    return pages, witness.witnesses(own, source, messages, outsider)


@blueprint.get("/sources/<id>.json")
def show_json(id: str) -> Any:
    """One source as data."""
    source = record_of(Source, id)
    if id != source.id:
        return redirect(here(id=source.id), 301)
    pages, found = _witnesses(source, reading() == "outsider")
    document = to_document(source)
    document.pop("id")
    if not source.linkable:
        document["url"] = ""
    return jsonify(
        _source_item(source)
        | {"permanent": absolute(url_for("reading.permanent", id=source.id, lang=None)), "version": source.version}
        | {name: value for name, value in document.items() if name not in ("title", "url")}
        | {"name": document["title"], "link": document["url"] or None}
        | {
            "attests": {"total": pages.total, "items": [_attested(each) for each in found], "next": next_page(pages)},
            "essays": [essay_item(essay) for essay in essays.citing(session(), source)],
        }
    )


def _attested(each: witness.Witness) -> dict[str, Any]:
    return message_item(each.message, reading()) | {
        "wording": each.wordings,
        "claims": [
            {"id": meaning.id, "standing": meaning.standing, "statement": meaning.statement, "locator": locator}
            for meaning, locator in each.claims
        ],
        "broadcast": [
            {"id": broadcast.id, "date": _edtf(broadcast), "locator": locator} for broadcast, locator in each.broadcasts
        ],
    }


def _edtf(broadcast: Broadcast) -> str | None:
    return broadcast.edtf.text if broadcast.edtf else None
