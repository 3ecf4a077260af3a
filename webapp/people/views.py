"""Entering by a one-time link or an invitation, and one's own account."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from flask import session as cookie
from flask_login import current_user
from flask_security import auth_required
from flask_security.utils import login_user
from werkzeug.wrappers import Response

from webapp.database import session
from webapp.languages import gettext as _
from webapp.limits import limit
from webapp.people import actions, audit, second_step, sign_ins
from webapp.people.forms import AccountForm, BeginForm, CodeForm, WelcomeForm, said
from webapp.people.models import Person
from webapp.people.roles import in_words
from webapp.rendering import page

blueprint = Blueprint("people", __name__)
FRESH: dict[str, Any] = {
    "within": lambda: current_app.config["SECURITY_FRESHNESS"],
    "grace": lambda: current_app.config["SECURITY_FRESHNESS_GRACE_PERIOD"],
}


def me() -> Person:
    """The person who is signed in."""
    return current_user._get_current_object()


@blueprint.get("/enter/<secret>")
@limit("sign in")
def enter(secret: str) -> Response:
    """Sign a person in by the link that the server printed for them; it works once."""
    if request.method == "HEAD":  # whoever only asks whether the page is there does not spend the link
        return Response(status=200)
    try:
        person = actions.use_entry_link(session(), secret)
    except actions.LinkSpent:
        return _spent()
    login_user(person, authn_via=["link"])
    session.commit()
    return redirect(url_for("people.account"), 303)


def _spent() -> Response:
    return page(
        "errors/error.html", status=410, code=410, title=_("This link has been used or has expired"), error=None,
        text=_("Ask a keeper for a new one, or type “carottes user link” on the server."),
    )  # fmt: skip


@blueprint.get("/invitations/<secret>")
@limit("sign in")
def invitation(secret: str) -> Response:
    """What an invited person may do here, and the form with which they come in; looking spends nothing."""
    try:
        _link, person = actions.find_entry_link(session(), secret, "invite")
    except actions.LinkSpent:
        return _spent()
    return _welcome(WelcomeForm(name=person.name), person, secret)


@blueprint.post("/invitations/<secret>")
@limit("sign in")
def invitation_accept(secret: str) -> Response:
    """Come in with a name and a password; who has a second step takes it still."""
    form = WelcomeForm()
    try:
        _link, person = actions.find_entry_link(session(), secret, "invite")
        if not form.validate():
            return _welcome(form, person, secret, 422)
        person = actions.accept(session(), secret, name=form.name.data, password=form.password.data)
    except actions.LinkSpent:
        return _spent()
    second = current_app.extensions["security"].two_factor_plugins.tf_enter(person, False, "link", next_loc=None)
    if not second:
        login_user(person, authn_via=["invitation"])
    session.commit()
    return second or redirect(url_for("people.account"), 303)


def _welcome(form: WelcomeForm, person: Person, secret: str, status: int = 200) -> Response:
    return page(
        "people/welcome.html", status=status, form=form, person=person, secret=secret, role=in_words(person.role)
    )


@blueprint.get("/account")
@auth_required("session")
def account() -> Response:
    """One's own account: name, address, how one signs in, what one's role may do, where one is signed in."""
    return _account()


def _account(form: AccountForm | None = None, begin: BeginForm | None = None, status: int = 200) -> Response:
    person = me()
    begin = None if person.password else begin or BeginForm(person)
    return page(
        "people/account.html", status=status, person=person, form=form or AccountForm(obj=person),
        begin=begin, role=in_words(person.role) if person.role else None,
        sign_ins=sign_ins.of_person(session(), person), is_this=sign_ins.is_this,
        has_second_step=second_step.has_second_step(person),
    )  # fmt: skip


@blueprint.post("/account")
@auth_required("session")
@limit("write")
def account_change() -> Response:
    """Keep another name or language of letters."""
    form = AccountForm()
    if not form.validate():
        return _account(form, status=422)
    person = me()
    if person.name != form.name.data:
        audit.note(session(), "change name", by=person)
    form.populate_obj(person)
    session.commit()
    flash(_("Kept."), "success")
    return redirect(url_for("people.account"), 303)


@blueprint.post("/account/begin")
@auth_required("session", **FRESH)
@limit("write")
def begin() -> Response:
    """Name, address and password of somebody who has no password yet."""
    person = me()
    if person.password:
        return redirect(url_for("people.account"), 303)
    form = BeginForm(person)
    if not form.validate():
        return _account(begin=form, status=422)
    actions.begin(session(), person, name=form.name.data, email=form.email.data, password=form.password.data)
    session.commit()
    flash(_("From now on you sign in with %(email)s and your password.", email=person.email), "success")
    return redirect(url_for("people.account"), 303)


@blueprint.post("/account/sessions/end")
@auth_required("session")
@limit("write")
def end_session() -> Response:
    """End one of one's own sessions, or all the others."""
    which = request.form.get("session", "")
    if which == "others":
        if sign_ins.end_all(session(), me(), but_this=True):
            audit.note(session(), "end session", by=me(), about="others")
        flash(_("Everywhere else you are signed out."), "success")
    elif sign_ins.end(session(), me(), which, by=me()):
        flash(_("That session is ended."), "success")
    else:
        flash(_("That session had ended already."), "info")
    session.commit()
    return redirect(url_for("people.account") + "#sessions", 303)


@blueprint.get("/account/second-step", endpoint="second_step")
@auth_required("session", **FRESH)
def second_step_page() -> Response:
    """Whether a code of an app is asked for at sign-in, and how to switch that on or off."""
    return page("people/second_step.html", person=me(), setup=None, form=None)


_SECRET = "second_step_secret"  # encrypted by the factory, so that the cookie does not show it


@blueprint.post("/account/second-step")
@auth_required("session", **FRESH)
@limit("sign in")
def second_step_change() -> Response:
    """Begin to switch the second step on, confirm it with a first code, or switch it off."""
    steps = {"begin": _second_step_begin, "confirm": _second_step_confirm, "off": _second_step_off}
    step = steps.get(request.form.get("step", ""))
    return step() if step else abort(400)


def _second_step_begin() -> Response:
    cookie[_SECRET] = _codes().generate_totp_secret()
    return _second_step_setup(CodeForm(formdata=None))


def _second_step_setup(form: CodeForm, status: int = 200) -> Response:
    setup = _codes().fetch_setup_values(cookie[_SECRET], me())
    return page("people/second_step.html", status=status, person=me(), setup=setup, form=form)


def _second_step_confirm() -> Response:
    secret = cookie.get(_SECRET)
    if not secret:
        return redirect(url_for("people.second_step"), 303)
    form, person = CodeForm(), me()
    if form.validate():
        if _codes().verify_totp(form.code.data.replace(" ", ""), secret, person, window=30):
            cookie.pop(_SECRET)
            person.tf_primary_method, person.tf_totp_secret = "authenticator", secret
            audit.note(session(), "second step on", by=person)
            session.commit()
            flash(
                _("The second step is on. Now keep some recovery codes for the day the telephone is lost."), "success"
            )
            return redirect(url_for("security.mf_recovery_codes"), 303)
        form.code.errors = [said("INVALID_CODE")]
    return _second_step_setup(form, 422)


def _second_step_off() -> Response:
    actions.remove_second_step(session(), me(), by=me())
    session.commit()
    flash(said("TWO_FACTOR_DISABLED"), "success")
    return redirect(url_for("people.second_step"), 303)


def _codes() -> second_step.Codes:
    return current_app.extensions["security"].totp_factory
