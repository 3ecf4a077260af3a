"""The list of messages and the page of one message, as pages and as data."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, g, jsonify, redirect, render_template, request, url_for
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import func
from sqlalchemy.orm import Session

from webapp.database import session
from webapp.filters import ask_for_days, quotation_marks, typeset
from webapp.languages import gettext as _
from webapp.languages import language, told
from webapp.messages import panels, queries
from webapp.messages.documents import item, record
from webapp.messages.filters import N_, ORDERS, Choice, Facet, facets, tags, without_spoilers
from webapp.messages.models import Message, Relation
from webapp.navigation import absolute
from webapp.permissions import Act, may
from webapp.rendering import Pages, here, page, page_number, reading
from webapp.revisions.asked import asked
from webapp.revisions.figures import until_changed
from webapp.vocabularies import Word, words

blueprint = Blueprint("messages", __name__)

PAGE_SIZE = 20


@blueprint.get("/messages")
def browse() -> Any:
    """All messages, narrowed down by filters and ordered as the address says, twenty a page."""
    choice = Choice.of(request.args)
    pages, messages = _page_of(choice)
    if pages.beyond:
        return redirect(here(page=pages.count if pages.count > 1 else None), 303)
    found = _facets(choice)
    ask_for_days(*choice.days)
    orders = [(name, _(label), name == choice.order) for name, (label, _columns) in ORDERS.items()]
    return page("messages/browse.html", messages=messages, pages=pages, choice=choice,
                facets=found, tags=tags(choice, found, here), orders=orders)  # fmt: skip


@blueprint.get("/messages.json")
def browse_json() -> Any:
    """The same list as data."""
    choice = Choice.of(request.args)
    pages, messages = _page_of(choice)
    found = _facets(choice)
    following = absolute(here(page=pages.number + 1)) if pages.number < pages.count else None
    return jsonify(
        total=pages.total,
        items=[item(message, reading()) for message in messages],
        facets={each.name: {option.value: option.many for option in each.options} for each in found},
        suggestion=None,
        next=following,
    )


def _facets(choice: Choice) -> list[Facet]:
    """The facets of a list; those of the whole list, which everybody asks for, are counted once until it changes."""
    found = _counted(choice)
    return without_spoilers(found) if reading() == "outsider" else found


def _counted(choice: Choice) -> list[Facet]:
    seen = queries.seen_by(current_user)
    if choice.narrow or may(current_user, Act.DESK):
        return facets(session(), choice, seen, vocabulary())
    return until_changed(session(), f"facets {language()}", lambda own: facets(own, choice, seen, vocabulary()))


def _page_of(choice: Choice) -> tuple[Pages, list[Message]]:
    chosen = queries.visible_to(current_user).where(*choice.conditions())
    total = session.scalar(chosen.with_only_columns(func.count(Message.id))) or 0
    pages = Pages(page_number(), PAGE_SIZE, total)
    if pages.beyond:
        return pages, []
    rows = choice.sorted(chosen).options(*queries.ON_CARD).limit(PAGE_SIZE).offset(pages.offset)
    return pages, list(session.scalars(rows))


@blueprint.get("/messages/<id>")
@blueprint.get("/messages/<id>/<slug>")
def show(id: str, slug: str | None = None) -> Any:
    """One message: its phrase, the claims of what it meant, its broadcasts, its sources, and what stands around it."""
    message = message_found(id)
    if (id, slug or message.slug) != (message.id, message.slug):
        return redirect(here(id=message.id, slug=message.slug), 301)
    outsider = reading() == "outsider"
    permanent = absolute(url_for("reading.permanent", id=message.id, lang=None))
    answer = page(
        "messages/show.html",
        message=message,
        outsider=outsider,
        around=_around(message, outsider),
        permanent=permanent,
        beside=panels.shown(panels.BESIDE, message, current_user, outsider),
        beneath=panels.shown(panels.BENEATH, message, current_user, outsider),
    )
    answer.headers.add("Link", f'<{permanent}>; rel="cite-as"')  # Signposting: what to keep, for programs that cite
    return answer


@blueprint.get("/messages/<id>.json")
def show_json(id: str) -> Any:
    """One message as data."""
    message = message_found(id)
    if id != message.id:
        return redirect(here(id=message.id), 301)
    return jsonify(record(message, reading()))


def message_found(typed: str) -> Message:
    """The message that an identifier leads to, as people type it; raises NotFound or Gone and says why."""
    return asked(typed, queries.get)


def _around(message: Message, outsider: bool) -> list[dict[str, Any]]:
    """The messages related to this one: the chain of alert and action, the variants, the replies, the echoes."""
    relations = session.scalars(queries.relations_of(message, current_user)).all()
    if outsider:  # that one phrase announces another is part of the secret; that two wordings exist is not
        relations = [relation for relation in relations if relation.kind in ("variant-of", "echo-of")]
    groups: dict[str, list[dict[str, Any]]] = {}
    for relation in relations:
        groups.setdefault(_GROUPS.get(relation.kind, "other"), []).append(_seen_from(message, relation))
    return [{"kind": kind, "links": links} for kind, links in groups.items()]


_GROUPS = {
    "alert-for": "chain", "action-for": "chain", "variant-of": "variants", "reply-to": "replies", "echo-of": "echoes",
}  # fmt: skip


def _seen_from(message: Message, relation: Relation) -> dict[str, Any]:
    """A relation as it looks from this message: the other one, which way it goes, what it is called."""
    outward = relation.message_id == message.id
    other = relation.other if outward else relation.message
    # An alert comes before what it announces, an action after what had announced it.
    before = outward == (relation.kind in ("action-for", "reply-to", "echo-of"))
    return {"message": other, "kind": relation.kind, "outward": outward, "before": before, "note": relation.note}


@blueprint.app_template_global("term")
def term(key: str) -> Word:
    """A vocabulary term's words by its key; one that the vocabulary does not have is called by its slug."""
    slug = key.rpartition("/")[2]
    return vocabulary().get(key) or Word({"": slug}, {})


def vocabulary() -> dict[str, Word]:
    """The vocabulary's words, read once until the archive changes."""
    if "vocabulary" not in g:
        g.vocabulary = until_changed(session(), "vocabulary", words)
    return g.vocabulary


@blueprint.app_template_global("message_address")
def message_address(message: Message) -> str:
    """The page of a message; the reading that was asked for goes along, so that a riddle stays one."""
    asked = reading()
    kept = asked if asked != "folded" else None
    return url_for("messages.show", id=message.id, slug=message.slug, reading=kept)


@blueprint.app_template_filter("translated")
def translated(message: Message) -> Any:
    """The phrase in the reader's language, where it is in another one and a translation is known."""
    if message.lang.split("-")[0] == language():
        return None
    found = {code: text for code, text in message.translation.items() if code != message.lang}
    return told(found) or None


@blueprint.app_template_global("unexplained_message")
def unexplained_message() -> Message | None:
    """A message that nobody has explained, another one every day: what a lost reader is shown."""
    today = dt.datetime.now(dt.UTC).date().toordinal()
    query = queries.unexplained(None).options(*queries.ON_CARD).order_by(Message.id)
    count = until_changed(session(), "unexplained", _count_unexplained)
    return session.scalars(query.offset(today % count).limit(1)).first() if count else None


def _count_unexplained(own: Session) -> int:
    return own.scalar(queries.unexplained(None).with_only_columns(func.count(Message.id))) or 0


@blueprint.app_template_global("panel")
def panel(template: str, given: dict[str, Any]) -> Markup:
    """A part of a page that another room has given, with its own context."""
    return Markup(render_template(template, **given))


RELATED = N_("related")
RELATION_WORDS = {
    ("alert-for", True): N_("announced by this alert"),
    ("alert-for", False): N_("the alert for it"),
    ("action-for", True): N_("the alert before it"),
    ("action-for", False): N_("the call to action"),
    ("reply-to", True): N_("what it answers"),
    ("reply-to", False): N_("the answer"),
    ("echo-of", True): N_("what it echoes"),
    ("echo-of", False): N_("an echo of it"),
}


@blueprint.app_template_global("relation_word")
def relation_word(link: dict[str, Any]) -> str:
    """What the other message is to this one."""
    return _(RELATION_WORDS.get((link["kind"], link["outward"]), RELATED))


@blueprint.app_template_global("typeset_phrase")
def typeset_phrase(message: Message) -> str:
    """The phrase between its marks, for titles."""
    before, after = quotation_marks(message.lang)
    return f"{before}{typeset(message.text, message.lang).striptags()}{after}"
