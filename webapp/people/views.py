"""Entering by a one-time link, and one's own account."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, url_for
from flask_login import current_user
from flask_security import auth_required
from flask_security.utils import login_user
from werkzeug.wrappers import Response

from webapp.database import database, session
from webapp.languages import gettext as _
from webapp.limits import limit
from webapp.people import actions
from webapp.people.models import Person
from webapp.rendering import page

blueprint = Blueprint("people", __name__)


@blueprint.get("/enter/<secret>")
@limit("sign in")
def enter(secret: str) -> Response:
    """Sign a person in by the link that was given to them; it works once."""
    try:
        with database().writing() as own:  # a link is followed with GET, and spent by it
            person_id = actions.use_entry_link(own, secret).id
    except actions.LinkSpent:
        return page("errors/error.html", status=410, code=410, title=_("This link has been used or has expired"),
                    text=_("Ask a keeper for a new one, or type “carottes user link” on the server."), error=None)  # fmt: skip
    person = session.get(Person, person_id)
    if person is None:
        abort(404)
    login_user(person, authn_via=["link"])
    return redirect(url_for("people.account"), 303)


@blueprint.get("/account")
@auth_required("session")
def account() -> Response:
    """One's own account: name, address, role, password."""
    return page("people/account.html", person=current_user)
