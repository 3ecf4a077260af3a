"""What helps while one types: dates echoed, records to pick, likely duplicates. Every form is complete without."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response

from webapp.database import session
from webapp.dates import BadDate, understand
from webapp.desk import links
from webapp.desk.blueprint import blueprint
from webapp.desk.duplicates import alike
from webapp.languages import language
from webapp.limits import limit
from webapp.permissions import Act, needs
from webapp.rendering import page
from webapp.revisions import Kind

LONGEST = 400


@blueprint.get("/date")
@needs(Act.DRAFT)
@limit("suggest")
def date() -> Response:
    """What is understood of a typed date, in words and as EDTF, or why it is not."""
    typed = request.args.get("q", "")[:LONGEST].strip()
    try:
        return page("desk/_echo.html", understood=understand(typed) if typed else None, each=None)
    except BadDate as error:
        return page("desk/_not_understood.html", sentence=error.message(language()))


@blueprint.get("/pick/<kind:kind>")
@needs(Act.DRAFT)
@limit("suggest")
def pick(kind: Kind) -> Response:
    """Records of a kind for what was typed so far, as options of a picker, and the way to make a new one."""
    typed = request.args.get("q", "")[:LONGEST]
    return page("desk/_offers.html", offers=links.offers(session(), kind, typed), kind=kind, typed=typed.strip())


@blueprint.get("/duplicates")
@needs(Act.DRAFT)
@limit("suggest")
def duplicates() -> str:
    """Messages much like the phrase that is being typed."""
    found = alike(session(), request.args.get("q", "")[:LONGEST], request.args.get("besides", ""))
    return render_template("desk/_duplicates.html", duplicates=found)
