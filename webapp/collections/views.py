"""Collections: all that are listed, and one of them, as pages and as data; where one gathers on other pages."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, redirect, url_for
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import Select, func, select

from webapp.broadcasts import panels as night_panels
from webapp.collections import actions, documents, gathering, panels, queries
from webapp.collections import citing as _citing  # noqa: F401  # how a collection is cited
from webapp.collections import making as _making  # noqa: F401  # its addresses hang on the same blueprint
from webapp.collections.blueprint import blueprint, found
from webapp.collections.models import Collection, Licence
from webapp.database import session
from webapp.dates import Day, night_words
from webapp.essays import panels as essay_panels
from webapp.filters import typeset
from webapp.languages import gettext as _
from webapp.languages import language, told
from webapp.messages import panels as message_panels
from webapp.navigation import absolute
from webapp.permissions import Act, may, needs
from webapp.rendering import Pages, here, page, page_number, reading
from webapp.revisions import Status

PAGE_SIZE = 20


# -- reading -----------------------------------------------------------------------------------------------------------


@blueprint.get("/collections")
def listing() -> Any:
    """The listed collections, the featured ones first, twenty a page; for editors, the way to those not listed."""
    pages, collections = _page_of(queries.in_order(queries.visible_to(current_user)))
    if pages.beyond:
        return redirect(here(page=pages.count if pages.count > 1 else None), 303)
    sizes = queries.sizes(session(), collections)
    return page("collections/listing.html", collections=collections, pages=pages, sizes=sizes,
                gathering=len(gathering.read()), editor=may(current_user, Act.FEATURE),
                educator=may(current_user, Act.COLLECT))  # fmt: skip


@blueprint.get("/collections.json")
def listing_json() -> Any:
    """The same list as data."""
    pages, collections = _page_of(queries.in_order(queries.visible_to(current_user)))
    sizes = queries.sizes(session(), collections)
    return jsonify(
        total=pages.total,
        items=[documents.item(collection, sizes.get(collection.id, 0)) for collection in collections],
        facets={},
        suggestion=None,
        next=absolute(here(page=pages.number + 1)) if pages.number < pages.count else None,
    )


def _page_of(query: Select[Collection]) -> tuple[Pages, list[Collection]]:
    own = session()
    total = own.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = Pages(page_number(), PAGE_SIZE, total)
    return pages, list(own.scalars(query.limit(PAGE_SIZE).offset(pages.offset)))


@blueprint.get("/collections/mine")
@needs(Act.COLLECT)
def mine() -> Any:
    """The collections under one's own account."""
    return _shelf(queries.of_person(current_user), _("Your collections"))


@blueprint.get("/collections/unlisted")
@needs(Act.FEATURE)
def unlisted() -> Any:
    """The collections that stand in no list, for editors to look through."""
    return _shelf(queries.unlisted(), _("Collections that are not listed"))


def _shelf(query: Select[Collection], title: str) -> Response:
    pages, collections = _page_of(query)
    return page("collections/shelf.html", title=title, collections=collections, pages=pages,
                sizes=queries.sizes(session(), collections))  # fmt: skip


@blueprint.get("/collections/<id>")
def show(id: str) -> Any:
    """One collection: its aims and its items with their notes; in the outsider's reading, the phrases alone."""
    collection = found(id)
    if id != collection.id:
        return redirect(here(id=collection.id), 301)
    outsider = reading() == "outsider"
    return page(
        "collections/show.html",
        collection=collection,
        things=queries.gathered(session(), collection.items, current_user),
        outsider=outsider,
        licence=Licence(collection.licence),
        permanent=absolute(url_for("reading.permanent", id=collection.id, lang=None)),
        mine=actions.may_change(collection, current_user),
        editor=may(current_user, Act.FEATURE),
        beside=panels.shown(panels.BESIDE, collection, current_user, outsider),
        beneath=panels.shown(panels.BENEATH, collection, current_user, outsider),
    )


@blueprint.get("/collections/<id>.json")
def show_json(id: str) -> Any:
    """One collection as data."""
    collection = found(id)
    if id != collection.id:
        return redirect(here(id=collection.id), 301)
    things = queries.gathered(session(), collection.items, current_user)
    return jsonify(documents.record(collection, things, reading()))


# -- on the pages of other rooms ---------------------------------------------------------------------------------------


def _gatherable(thing: Any, _person: Any) -> dict[str, Any]:
    if isinstance(thing, Day):
        return {"ref": thing.iso, "name": night_words(thing, language()), "night": thing.iso}
    if thing.status != Status.PUBLISHED:
        return {}
    return {"ref": thing.id, "name": thing.text if thing.__tablename__ == "message" else told(thing.title).text}


message_panels.BESIDE.append(message_panels.Panel("collections/_gather.html", _gatherable, spoils=False))
night_panels.BESIDE.append(night_panels.Panel("collections/_gather.html", _gatherable, spoils=False))
essay_panels.BENEATH.append(essay_panels.Panel("collections/_gather.html", _gatherable, spoils=False))


# -- templates ---------------------------------------------------------------------------------------------------------


@blueprint.app_template_global("collection_address")
def collection_address(collection: Collection) -> str:
    """The page of a collection; the reading that was asked for goes along."""
    asked = reading()
    return url_for("collections.show", id=collection.id, reading=asked if asked != "folded" else None)


@blueprint.app_template_filter("paragraphs")
def paragraphs(texts: dict[str, str] | None) -> Markup:
    """A typed text as paragraphs and lists: a blank line parts, a line with a hyphen before it is an item."""
    text = told(texts)
    html = Markup("").join(_block(block, text.lang or language()) for block in text.text.split("\n\n") if block.strip())
    return html if text.lang in ("", language()) else Markup('<div lang="{}">{}</div>').format(text.lang, html)


def _block(block: str, lang: str) -> Markup:
    lines = [line.strip() for line in block.splitlines() if line.strip()]
    if all(line.startswith(("- ", "– ", "• ", "* ")) for line in lines):
        return Markup("<ul>{}</ul>").format(
            Markup("").join(Markup("<li>{}</li>").format(typeset(line[2:], lang)) for line in lines)
        )
    return Markup("<p>{}</p>").format(Markup("<br>").join(typeset(line, lang) for line in lines))
