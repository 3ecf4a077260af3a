"""The history of a record, for everybody: its published versions and what changed between any two of them. At the desk
also every draft between them, by whom, and the way back to any."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import func, or_, select
from sqlalchemy.orm import load_only
from werkzeug.wrappers import Response

from webapp.database import session
from webapp.desk import receiving
from webapp.desk.blueprint import blueprint as desk
from webapp.desk.blueprint import plural
from webapp.desk.review_views import found
from webapp.desk.telling import Teller
from webapp.desk.words import ACT_WORDS, edited
from webapp.identifiers import resolve
from webapp.languages import N_
from webapp.languages import gettext as _
from webapp.limits import limit
from webapp.messages import panels
from webapp.messages.panels import Panel
from webapp.people.models import Person
from webapp.permissions import ROLES, Act, may, needs
from webapp.rendering import Pages, page, page_number, reading
from webapp.revisions import KINDS, Kind, Revision, Status, kind_of
from webapp.revisions.actions import restore
from webapp.revisions.comparing import Difference, compare
from webapp.revisions.queries import latest, of

blueprint = Blueprint("history", __name__)

PAGE_SIZE = 50

ROLE_WORDS = {
    "educator": N_("an educator"),
    "curator": N_("a curator"),
    "editor": N_("an editor"),
    "keeper": N_("a keeper"),
}


panels.BESIDE.append(Panel("revisions/_link.html", lambda message, _person: {"record": message}, spoils=False))


@blueprint.record_once
def _addresses(state: Any) -> None:
    # One rule for each kind: a rule for all would lose against “/messages/<id>/<slug>”.
    for kind in KINDS.values():
        rule = f"/{plural(kind)}/<id>/history"
        state.add_url_rule(rule, "show", show, defaults={"kind": kind.name})


def show(kind: str, id: str) -> Response:
    """The versions of a record and the comparison of any two; names of people are shown at the desk only."""
    shape = KINDS[kind]
    inside = may(current_user, Act.DESK) and shape in edited()
    record = _visible(shape, id, inside)
    chosen = visible(record.id, inside)
    pages = Pages(page_number(), PAGE_SIZE, session.scalar(_count(record.id, inside)) or 0)
    lines = options_without_documents(chosen).limit(PAGE_SIZE).offset(pages.offset)
    revisions = list(session.scalars(lines))
    pair = _pair(chosen, revisions)
    outsider = reading() == "outsider"
    return page(
        "revisions/history.html", kind=shape, plural=plural(shape), record=record, revisions=revisions, pages=pages,
        pair=pair, authors=_authors(revisions, inside), acts={act: _(word) for act, word in ACT_WORDS.items()},
        differences=_differences(shape, pair, outsider), teller=_teller(shape, pair), inside=inside, outsider=outsider,
        may_restore=inside and may(current_user, Act.DRAFT),
    )  # fmt: skip


def visible(record_id: str, inside: bool) -> Any:
    """The revisions that may be seen, the newest first: everybody sees what was public, the desk sees all."""
    public = or_(Revision.version.is_not(None), Revision.act == "withdraw")
    return of(record_id) if inside else of(record_id).where(public)


def options_without_documents(query: Any) -> Any:
    """The same revisions, their contents left in the database."""
    light = load_only(Revision.number, Revision.at, Revision.act, Revision.version, Revision.reason, Revision.status,
                      Revision.person_id, Revision.agent, Revision.record_id)  # fmt: skip
    return query.options(light)


def _count(record_id: str, inside: bool) -> Any:
    return visible(record_id, inside).order_by(None).with_only_columns(func.count(Revision.id))


def _visible(kind: Kind, id: str, inside: bool) -> Any:
    known = resolve(session(), id)
    record = session.get(kind.model, known.id) if known else None
    if record is None or (not inside and record.version == 0):
        abort(404)
    if not inside and record.status != Status.PUBLISHED:
        abort(410 if record.status == Status.WITHDRAWN else 404)
    return record


def _pair(chosen: Any, revisions: list[Revision]) -> tuple[Revision, Revision] | None:
    """The two revisions that the address asks to compare; else the newest, with the version before it."""
    newest = revisions[0].number if revisions else 0
    earlier = [each.number for each in revisions[1:] if each.version] or [each.number for each in revisions[1:]]
    numbers = {request.args.get("from", (earlier or [0])[0], type=int), request.args.get("to", newest, type=int)}
    both = list(session.scalars(chosen.where(Revision.number.in_(numbers))))
    return (both[1], both[0]) if len(both) == 2 else None


def _differences(kind: Kind, pair: tuple[Revision, Revision] | None, outsider: bool) -> list[Difference]:
    if pair is None:
        return []
    found_ = compare(kind, pair[0].document, pair[1].document)
    return [each for each in found_ if not (outsider and kind.tells(*each.path))]


def _teller(kind: Kind, pair: tuple[Revision, Revision] | None) -> Teller | None:
    if pair is None:
        return None
    before, after = pair
    return Teller(session(), kind, {**before.labels, **after.labels}, [after.document, before.document])


def _authors(revisions: list[Revision], inside: bool) -> dict[int, str]:
    """Who made each revision: at the desk by name, for everybody else by role."""
    ids = {revision.person_id for revision in revisions if revision.person_id}
    people = {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(ids)))}
    return {revision.number: _author(revision, people, inside) for revision in revisions}


def _author(revision: Revision, people: dict[int, Person], inside: bool) -> str:
    person = people.get(revision.person_id or 0)
    if person is None:
        return _("the archive’s own data") if revision.agent else _("somebody")
    if inside:
        return person.name
    roles = [role.name for role in person.roles]
    highest = next((name for name in reversed(ROLES) if name in roles), "")
    return _(ROLE_WORDS[highest]) if highest else _("somebody")


@desk.post("/<kind:kind>/<id>/restore")
@needs(Act.DRAFT)
@limit("write")
def bring_back(kind: Kind, id: str) -> Response:
    """Bring back the content of an earlier revision, as a new change."""
    record, number = found(kind, id), request.form.get("number", 0, type=int)
    if _is_now(record, number):
        flash(_("This is what the record says already; nothing was changed."), "said")
        return redirect(url_for("desk.edit", kind=kind, id=record.id), 303)
    reason = receiving.tidy(request.form.get("reason", ""))[:500] or _("Back to revision %(n)s", n=number)
    try:
        restore(record, number, by=current_user, reason=reason)
    except LookupError:
        abort(404)
    session.commit()
    flash(_("Revision %(n)s is back, as a new change.", n=number), "said")
    return redirect(url_for("desk.edit", kind=kind, id=record.id), 303)


def _is_now(record: Any, number: int) -> bool:
    """Whether bringing that revision back would change nothing of the newest content."""
    earlier, last = session.scalar(of(record.id).where(Revision.number == number)), latest(session(), record.id)
    if earlier is None or last is None:
        return False
    return not any(compare(kind_of(record), earlier.document, last.document))
