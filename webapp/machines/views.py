"""Pages about what is for machines: the record of fixity, one's own tokens, and how to use the data."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask_login import current_user
from markupsafe import Markup, escape
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from webapp.database import session
from webapp.languages import language
from webapp.limits import limit
from webapp.machines import fixity, tokens
from webapp.machines.models import Event, Holding
from webapp.navigation import absolute
from webapp.people import audit
from webapp.people.models import Person
from webapp.permissions import Act, needs
from webapp.reading import manual
from webapp.rendering import Pages, page, page_number

blueprint = Blueprint("machines", __name__)
SIZE = 50


@blueprint.get("/desk/fixity")
@needs(Act.KEEP)
def fixity_record() -> Response:
    """Fixity checks, backups and restorations, the newest first, with what they found."""
    own = session()
    pages = Pages(page_number(), SIZE, own.scalar(select(func.count()).select_from(Event)) or 0)
    lines = own.scalars(fixity.events().offset(pages.offset).limit(pages.size)).all()
    held = own.scalar(select(func.count()).select_from(Holding)) or 0
    return page("machines/fixity.html", lines=lines, pages=pages, names=fixity.EVENTS, held=held, due=fixity.due(own))


@blueprint.get("/data")
def data() -> Any:
    """What there is for programs, how it is asked for, and three worked examples."""
    written = manual.chapter("data", language()) or abort(404)
    chapter = written._replace(text=Markup(written.text.replace(manual.EXAMPLE, escape(absolute("")))))
    return page("reading/manual.html", chapter=chapter, chapters=manual.chapters(language()))


def _me() -> Person:
    return current_user._get_current_object()


@blueprint.get("/account/tokens")
@needs(Act.DRAFT)
def tokens_mine() -> Response:
    """One's own tokens."""
    return _tokens()


def _tokens(secret: str = "", status: int = 200, full: bool = False) -> Response:
    response = page("machines/tokens.html", status=status, tokens=tokens.of(session(), _me()), secret=secret, full=full,
                    most=tokens.MOST)  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/account/tokens")
@needs(Act.DRAFT)
@limit("write")
def tokens_give() -> Response:
    """A new token, shown this once."""
    if len(tokens.of(session(), _me())) >= tokens.MOST:
        return _tokens(status=422, full=True)
    secret = tokens.give(session(), _me(), request.form.get("name", ""))
    audit.note(session(), "give token", by=_me())
    session.commit()
    return _tokens(secret, 201)


@blueprint.post("/account/tokens/revoke")
@needs(Act.DRAFT)
@limit("write")
def tokens_revoke() -> Response:
    """End one of one's tokens; it is worth nothing from now on."""
    tokens.revoke(session(), _me(), request.form.get("token", 0, type=int))
    audit.note(session(), "revoke token", by=_me())
    session.commit()
    return redirect(url_for("machines.tokens_mine"), 303)
