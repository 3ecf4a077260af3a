"""What keepers do with accounts: invite, give roles, shut out, let in again; and the audit log."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, url_for
from flask_login import current_user
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from webapp.database import session
from webapp.errors import BadInput
from webapp.languages import gettext as _
from webapp.languages import language
from webapp.limits import limit
from webapp.navigation import absolute
from webapp.people import actions, audit, letters, mail, queries, sign_ins
from webapp.people.forms import InviteForm, RoleForm
from webapp.people.models import Person
from webapp.people.roles import all_in_words, in_words
from webapp.permissions import Act, needs
from webapp.rendering import Pages, page, page_number

blueprint = Blueprint("keeping", __name__, url_prefix="/desk")
SIZE = 50


def me() -> Person:
    """The keeper who is signed in."""
    return current_user._get_current_object()


@blueprint.get("/people")
@needs(Act.ACCOUNTS)
def people() -> Response:
    """Everybody with an account: role, whether they have come in, how they sign in, when they were last seen."""
    pages = Pages(page_number(), SIZE, queries.count(session()))
    shown = queries.people(session(), pages.offset, pages.size)
    return page(
        "people/people.html", people=shown, pages=pages, role=in_words, letters=list(session.scalars(mail.stuck())),
        seen=queries.last_seen(session(), shown), with_passkey=queries.with_passkey(session(), shown),
    )  # fmt: skip


@blueprint.get("/people/invite")
@needs(Act.ACCOUNTS)
def invite() -> Response:
    """The form that invites, with what each role may do."""
    return _invite(InviteForm(lang=language(), role="curator"))


def _invite(form: InviteForm, status: int = 200) -> Response:
    return page("people/invite.html", status=status, form=form, roles=all_in_words())


@blueprint.post("/people/invite")
@needs(Act.ACCOUNTS)
@limit("write")
def invite_submit() -> Response:
    """Make the account, send the letter, and show the link this once."""
    form = InviteForm()
    if not form.validate():
        return _invite(form, 422)
    chosen = {"name": form.name.data, "lang": form.lang.data}
    person, secret = actions.invite(session(), form.email.data, form.role.data, by=me(), **chosen)
    return _link(person, secret, "invitation")


def _link(person: Person, secret: str, letter: str) -> Response:
    link = absolute(url_for("people.invitation", secret=secret, lang=person.lang))
    letters.post(letter, person, link=link, by=me())
    session.commit()
    return page("people/link.html", status=201, person=person, link=link, letter=letter)


@blueprint.get("/people/<int:number>")
@needs(Act.ACCOUNTS)
def person(number: int) -> Response:
    """One person: role, sessions, what was done to their account lately."""
    return _person(queries.get(session(), number))


def _person(person: Person, status: int = 200, refusal: str = "") -> Response:
    lines = list(session.scalars(audit.entries(person.id).limit(20)))
    return page(
        "people/person.html", status=status, person=person, refusal=refusal, form=RoleForm(role=person.role),
        roles=all_in_words(), sign_ins=sign_ins.of_person(session(), person), lines=lines,
        names=audit.names(session(), lines), acts=audit.ACTS, detail=audit.detail, me=me(),
    )  # fmt: skip


@blueprint.post("/people/<int:number>/role")
@needs(Act.ACCOUNTS)
@limit("write")
def change_role(number: int) -> Response:
    """Give a person another role."""
    whom, form = queries.get(session(), number), RoleForm()
    if not form.validate():
        return _person(whom, 422, _("Choose one of the roles."))

    def change(whom: Person) -> str:
        if actions.change_role(session(), whom, form.role.data, by=me()):
            letters.post("role", whom, by=me())
        return _("%(name)s now has the role: %(role)s.", name=whom.name, role=in_words(whom.role).label)

    return _do(whom, change)


@blueprint.post("/people/<int:number>/shut-out")
@needs(Act.ACCOUNTS)
@limit("write")
def shut_out(number: int) -> Response:
    """Close an account; its sessions end at once."""

    def act(whom: Person) -> str:
        actions.shut_out(session(), whom, by=me())
        return _("%(name)s is shut out, and signed out everywhere.", name=whom.name)

    return _do(queries.get(session(), number), act)


@blueprint.post("/people/<int:number>/let-in")
@needs(Act.ACCOUNTS)
@limit("write")
def let_in(number: int) -> Response:
    """Open a closed account again."""

    def act(whom: Person) -> str:
        actions.let_in(session(), whom, by=me())
        return _("%(name)s may come in again.", name=whom.name)

    return _do(queries.get(session(), number), act)


@blueprint.post("/people/<int:number>/sign-out")
@needs(Act.ACCOUNTS)
@limit("write")
def sign_out(number: int) -> Response:
    """End every session of a person."""

    def act(whom: Person) -> str:
        sign_ins.end_all(session(), whom, but_this=whom.id == me().id)
        audit.note(session(), "end session", by=me(), whom=whom)
        return _("%(name)s is signed out everywhere.", name=whom.name)

    return _do(queries.get(session(), number), act)


@blueprint.post("/people/<int:number>/second-step-off")
@needs(Act.ACCOUNTS)
@limit("write")
def second_step_off(number: int) -> Response:
    """For somebody who lost telephone and recovery codes."""

    def act(whom: Person) -> str:
        actions.remove_second_step(session(), whom, by=me())
        return _("%(name)s signs in without a second step now.", name=whom.name)

    return _do(queries.get(session(), number), act)


@blueprint.post("/people/<int:number>/link")
@needs(Act.ACCOUNTS)
@limit("write")
def new_link(number: int) -> Response:
    """A new way in, by mail and shown this once."""
    whom = queries.get(session(), number)
    if not whom.active:
        return _person(whom, 409, _("A closed account has no way in. Open it again first."))
    secret = actions.give_new_link(session(), whom, by=me())
    return _link(whom, secret, "new_link")


def _do(whom: Person, act: Callable[[Person], str]) -> Response:
    """Do something to this person and say so, or say why not."""
    try:
        said = act(whom)
    except BadInput as refusal:
        session.rollback()
        return _person(queries.get(session(), whom.id), 409, str(refusal))
    session.commit()
    flash(said, "success")
    return redirect(url_for("keeping.person", number=whom.id), 303)


@blueprint.get("/audit")
@needs(Act.KEEP)
def log() -> Response:
    """The audit log, the newest first."""
    total = session.scalar(select(func.count()).select_from(audit.entries().subquery())) or 0
    pages = Pages(page_number(), SIZE, total)
    lines = list(session.scalars(audit.entries().offset(pages.offset).limit(pages.size)))
    return page(
        "people/audit.html",
        lines=lines,
        names=audit.names(session(), lines),
        acts=audit.ACTS,
        detail=audit.detail,
        pages=pages,
    )
