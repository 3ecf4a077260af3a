"""The desk itself: what waits and what the archive needs, and the lists behind it."""

from __future__ import annotations

from flask import abort, request
from flask_login import current_user
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from webapp.database import session
from webapp.desk import links
from webapp.desk.blueprint import blueprint, plural
from webapp.desk.piles import pile, piles_for
from webapp.desk.words import edited
from webapp.languages import gettext as _
from webapp.permissions import Act, may, needs
from webapp.rendering import Pages, page, page_number
from webapp.revisions import Kind, Status
from webapp.text.analysis import phrase_key

PAGE_SIZE = 50


@blueprint.get("")
@needs(Act.DESK)
def home() -> Response:
    """What waits for me and what the archive needs."""
    mine = piles_for(current_user)
    groups = [(_(title), [(pile, pile.count(session(), current_user)) for pile in piles]) for title, piles in mine]
    return page("desk/home.html", groups=groups, kinds=edited())


@blueprint.get("/piles/<name>")
@needs(Act.DESK)
def heap(name: str) -> Response:
    """All that lies on one pile."""
    found = pile(name)
    if found is None:
        abort(404)
    if not may(current_user, found.act):
        abort(403)
    pages = Pages(page_number(), PAGE_SIZE, found.count(session(), current_user))
    chosen = found.select(session(), current_user).limit(PAGE_SIZE).offset(pages.offset)
    whole_rows = len(chosen.column_descriptions) > 1
    rows = session.execute(chosen).all() if whole_rows else session.scalars(chosen).all()
    return page("desk/pile.html", pile=found, pages=pages, lines=[found.line(row) for row in rows])


@blueprint.get("/<kind:kind>")
@needs(Act.DRAFT)
def browse(kind: Kind) -> Response:
    """All records of a kind, drafts included, by name; narrowed down by words and status."""
    model, words, wanted = kind.model, request.args.get("q", "")[:200], request.args.get("status", "")
    chosen = select(model)
    if words.strip():
        chosen = chosen.where(model.folded.contains(phrase_key(words), autoescape=True))
    if wanted in list(Status):
        chosen = chosen.where(model.status == wanted)
    pages = Pages(page_number(), PAGE_SIZE, session.scalar(select(func.count()).select_from(chosen.subquery())) or 0)
    rows = session.scalars(chosen.order_by(model.folded, model.id).limit(PAGE_SIZE).offset(pages.offset))
    records = [(record, links.offer(record)) for record in rows]
    return page("desk/browse.html", kind=kind, plural=plural(kind), records=records, pages=pages, words=words,
                wanted=wanted, statuses=list(Status))  # fmt: skip
