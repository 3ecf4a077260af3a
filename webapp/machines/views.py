"""The record of what is done to keep the archive whole, for keepers."""

from __future__ import annotations

from flask import Blueprint
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from webapp.database import session
from webapp.machines import fixity
from webapp.machines.models import Event, Holding
from webapp.permissions import Act, needs
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
