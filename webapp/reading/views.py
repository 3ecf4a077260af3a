"""Home, about and help, and the permanent addresses of everything that can be cited."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, abort, redirect, url_for

from webapp.broadcasts.models import Broadcast
from webapp.database import session
from webapp.identifiers import Identifier, tidy
from webapp.languages import N_, language
from webapp.languages import gettext as _
from webapp.messages.models import Meaning, Message
from webapp.reading import around as _around  # noqa: F401  # its panel belongs on the page of a message
from webapp.reading import manual, queries
from webapp.rendering import page, reading
from webapp.revisions import KINDS
from webapp.revisions.asked import known
from webapp.vocabularies import Standing

blueprint = Blueprint("reading", __name__)


# What stood open to everybody, by how it was sent; a letter or a telegram was nobody else's to hear.
FACES = {
    "broadcaster": N_("What everybody heard"), "clandestine-radio": N_("What everybody heard"),
    "numbers-station": N_("What everybody heard"), "song": N_("What everybody heard"),
    "film": N_("What everybody heard"),
    "press": N_("What everybody could read"), "social-media": N_("What everybody could read"),
    "letter": N_("What a stranger would have read"), "telegram": N_("What a stranger would have read"),
    "telephone": N_("What a stranger would have heard"),
}  # fmt: skip


def face(message: Message) -> str:
    """The heading over a phrase: who could know its surface."""
    known = FACES.get(message.station.kind if message.station else "")
    return _(known) if known else _("What it said to a stranger")


@blueprint.get("/")
def home() -> Any:
    """What this is in one screen: a phrase of the day, a search, the dial, the standings, the carrots, the ways in."""
    own = session()
    tonight, anniversary = queries.tonight(own, dt.datetime.now(dt.UTC).date())
    cards = queries.cards(own, [tonight], queries.CARROTS)
    legend, real = (cards.get(key) for key in queries.CARROTS)
    return page(
        "reading/home.html",
        figures=queries.figures(own),
        standings=list(Standing),
        message=(shown := cards.get(tonight or "")),
        face=face(shown) if shown else "",
        anniversary=anniversary,
        legend=legend,
        real=real,
        essays=queries.essays(own),
    )


@blueprint.get("/about")
def about() -> Any:
    """What the archive is, who makes it, and what it promises."""
    return _chapter("about")


@blueprint.get("/accessibility")
def accessibility() -> Any:
    """The address under which people look for the statement; it is a chapter of the manual."""
    return redirect(url_for("reading.help_page", name="accessibility"), 301)


@blueprint.get("/help")
def help_index() -> Any:
    """The chapters of the manual."""
    return page("reading/help.html", chapters=manual.chapters(language()))


@blueprint.get("/help/<name>")
def help_page(name: str) -> Any:
    """One chapter of the manual."""
    return _chapter(name) if name != "about" else redirect(url_for("reading.about"), 301)


def _chapter(name: str) -> Any:
    """A chapter of the manual in the reader's language, else in the other one; raises NotFound where there is none."""
    chapter = manual.chapter(name, language()) or abort(404)
    return page("reading/manual.html", chapter=chapter, chapters=manual.chapters(language()))


# Parts of records that can be cited by themselves: the table of the part, and the kind of the record it belongs to.
PARTS: dict[str, tuple[Any, str]] = {"meaning": (Meaning, "message"), "broadcast": (Broadcast, "message")}


@blueprint.get("/id/<id>")
def permanent(id: str) -> Any:
    """The short address that never changes: it leads to whatever page the record has today."""
    target = known(id)
    if target is None:
        abort(404)
    merged = target.id != tidy(id)  # for good, unlike the address of today's page
    return redirect(_address(target), 301 if merged else 302)


def _address(known: Identifier) -> str:
    asked = reading() if reading() != "folded" else None
    if known.kind in PARTS:
        model, kind = PARTS[known.kind]
        part = session.get(model, known.id)
        owner = getattr(part, f"{kind}_id", None) or abort(404)
        return url_for(KINDS[kind].endpoint, id=owner, reading=asked, _anchor=known.id)
    if known.kind not in KINDS:
        abort(404)
    return url_for(KINDS[known.kind].endpoint, id=known.id, reading=asked)
