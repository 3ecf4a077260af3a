"""Reviewing, publishing, giving back and withdrawing, apart from the form; remarks on fields; who has what open."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from webapp.database import now, session
from webapp.desk import entries, receiving, removing
from webapp.desk.blueprint import blueprint
from webapp.desk.duplicates import alike
from webapp.desk.models import Comment, Presence
from webapp.desk.telling import Teller
from webapp.desk.words import ACT_WORDS
from webapp.identifiers import tidy
from webapp.languages import gettext as _
from webapp.languages import ngettext, told
from webapp.limits import limit
from webapp.people.models import Person
from webapp.permissions import Act, may, needs
from webapp.rendering import page
from webapp.revisions import Kind, Revision, Status, kind_of, label_of, labels, queries
from webapp.revisions.actions import NothingWaits, Refused, discard, hand_back, outlook, revision_of, withdraw
from webapp.revisions.comparing import compare
from webapp.revisions.queries import of

AWAY_AFTER = dt.timedelta(minutes=2)


def found(kind: Kind, id: str) -> Any:
    """The record of that identifier, or 404."""
    record = session.get(kind.model, tidy(id))
    if record is None:
        abort(404)
    return record


def remarks_on(record_id: str) -> dict[str, list[Comment]]:
    """The unsettled remarks on a record, by the field that they are about, the oldest first."""
    query = (
        select(Comment)
        .where(Comment.record_id == record_id, Comment.settled_at.is_(None))
        .options(joinedload(Comment.person))
        .order_by(Comment.id)
    )
    by_field: dict[str, list[Comment]] = {}
    for comment in session.scalars(query):
        by_field.setdefault(comment.field, []).append(comment)
    return by_field


@blueprint.get("/<kind:kind>/<id>/review")
@needs(Act.REVIEW)
def review(kind: Kind, id: str) -> Response:
    """What changes against the published version, remarks field by field, and what may be done with it."""
    return _review(kind, found(kind, id))


def _review(kind: Kind, record: Any, refused: Refused | None = None) -> Response:
    opened = entries.open_(session(), record)
    before = revision_of(session(), record, record.revision) if opened.waits else None
    after = revision_of(session(), record, opened.number)
    then = before.document if before else {}
    names = {**(before.labels if before else labels(record)), **after.labels}
    against, cautions = outlook(record)
    if open_remarks := sum(map(len, remarks_on(record.id).values())):
        cautions.append(ngettext("%(num)s remark is not settled.", "%(num)s remarks are not settled.", open_remarks))
    teller = Teller(session(), kind, names, [after.document, then])
    return page(
        "desk/review.html", status=422 if refused else 200, kind=kind, record=record, opened=opened, teller=teller,
        differences=list(compare(kind, then, after.document)), remarks=remarks_on(record.id), refused=refused,
        may_publish=may(current_user, Act.PUBLISH), along=_named(entries.going_along(session(), record)),
        newest=after, did=_(ACT_WORDS.get(after.act, after.act)), author=_author(after),
        against=[] if refused else against, cautions=cautions,
        duplicates=alike(session(), after.document["text"], record.id) if kind.name == "message" else [],
        proposed=_proposed(record), may_remove=removing.may_remove(session(), current_user, record),
    )  # fmt: skip


def _proposed(record: Any) -> str:
    """The line for the change log that was written last since the newest version, by whoever worked on the record."""
    since = of(record.id).where(Revision.act.in_(["create", "change", "submit"]), Revision.reason != "")
    public = queries.versions(record.id).with_only_columns(Revision.number).limit(1)
    found = session.scalars(since.where(Revision.number > func.coalesce(public.scalar_subquery(), 0)).limit(1)).first()
    return found.reason if found else ""


def _author(revision: Revision) -> str:
    person = session.get(Person, revision.person_id) if revision.person_id else None
    if person is None:
        return _("the archive’s own data") if revision.agent else _("somebody")
    return person.name


@blueprint.post("/<kind:kind>/<id>/review")
@needs(Act.REVIEW)
@limit("write")
def review_submit(kind: Kind, id: str) -> Response:
    """A remark, or one of the steps that the page offers."""
    record, wish = found(kind, id), request.form.get("do", "")
    step = STEPS.get(wish)
    if step is None:
        abort(400)
    act, take = step
    if not may(current_user, act):
        abort(403)
    try:
        said = take(record)
    except Refused as refused:
        session.rollback()
        return _review(kind, found(kind, id), refused)
    except NothingWaits:
        said = _("Nothing waits beside the published version.")
    id, there = record.id, not inspect(record).deleted
    session.commit()
    flash(said, "said")
    return redirect(url_for("desk.review", kind=kind, id=id) if there else url_for("desk.home"), 303)


def _reason() -> str:
    return receiving.tidy(request.form.get("reason", ""))[:2000]


def _remark(record: Any) -> str:
    text = receiving.tidy(request.form.get("text", ""))[:4000]
    if not text:
        return _("The remark was empty.")
    number = entries.open_(session(), record).number
    comment = Comment(record_id=record.id, kind=kind_of(record).name, revision=number, text=text)
    comment.field, comment.person_id = request.form.get("field", "")[:160], current_user.id
    session.add(comment)
    return _("The remark is there.")


def _settle_remark(record: Any) -> str:
    comment = session.get(Comment, request.form.get("comment", 0, type=int))
    if comment is None or comment.record_id != record.id:
        abort(404)
    comment.settled_at = now()
    return _("The remark is settled.")


def _send(record: Any) -> str:
    entries.send(record, current_user, _reason())
    return sent(record)


def sent(record: Any) -> str:
    """That it was sent for review, and what will have to be mended before it is published."""
    refusals, _cautions = outlook(record)
    said = _("Sent for review.")
    return f"{said} {_('Before it can be published')}{_(': ')}{' '.join(map(str, refusals))}" if refusals else said


def _hand_back(record: Any) -> str:
    reason = _reason()
    if not reason and not remarks_on(record.id):
        sentence = _("Say what is to be done, here or as a remark: the author reads it.")
        raise Refused([entries.NoReason(sentence, "reason")])
    hand_back(record, by=current_user, reason=reason)
    return _("Given back to be worked on.")


def _publish(record: Any) -> str:
    return released(record, _reason())


def released(record: Any, reason: str) -> str:
    """Publish, and say as which version and which drafts have gone public with it."""
    along = _named(entries.going_along(session(), record))
    entries.release(session(), record, current_user, reason)
    said = _("Published as version %(n)s.", n=record.version)
    return said + " " + _("Published with it: %(names)s.", names=along) if along else said


def _named(records: list[Any]) -> str:
    return _("; ").join(dict.fromkeys(told(label_of(each)).text for each in records))


def _discard(record: Any) -> str:
    discard(record, by=current_user, reason=_reason())
    return _("The change is given up; it stays in the history.")


def _remove(record: Any) -> str:
    if not removing.may_remove(session(), current_user, record):
        abort(403)
    removing.throw_away(session(), record, current_user, _reason())
    return _("The draft is deleted. Its identifier will not be given to anything else.")


# What the page of a review can do: the name of the button, who may, and how.
STEPS = {
    "remark": (Act.REVIEW, _remark),
    "settle": (Act.REVIEW, _settle_remark),
    "send": (Act.DRAFT, _send),
    "back": (Act.PUBLISH, _hand_back),
    "publish": (Act.PUBLISH, _publish),
    "discard": (Act.DRAFT, _discard),
    "remove": (Act.DRAFT, _remove),
}


@blueprint.get("/<kind:kind>/<id>/withdraw")
@needs(Act.PUBLISH)
def withdraw_ask(kind: Kind, id: str) -> Response:
    """What withdrawing means, and the reason that the tombstone will give."""
    return page("desk/withdraw.html", kind=kind, record=found(kind, id), missing=False)


@blueprint.post("/<kind:kind>/<id>/withdraw")
@needs(Act.PUBLISH)
@limit("write")
def withdraw_submit(kind: Kind, id: str) -> Response:
    """Take the record out of public sight."""
    record, reason = found(kind, id), _reason()
    if not reason or record.status != Status.PUBLISHED:
        return page("desk/withdraw.html", status=422, kind=kind, record=record, missing=True)
    withdraw(record, by=current_user, reason=reason)
    session.commit()
    flash(_("Withdrawn. Its address answers with the reason."), "said")
    return redirect(url_for("desk.edit", kind=kind, id=record.id), 303)


@blueprint.post("/<kind:kind>/<id>/open")
@needs(Act.DRAFT)
@limit("suggest")
def opened(kind: Kind, id: str) -> Response:
    """The form is still open: say so to colleagues, and hear who else has it open."""
    record_id = tidy(id)
    if session.get(kind.model, record_id) is None:
        abort(404)
    note_presence(session(), record_id)
    session.commit()
    return page("desk/_others.html", others=others_with(record_id))


def note_presence(own: Session, record_id: str) -> None:
    """Keep that this person has the record open now."""
    present = own.get(Presence, (record_id, current_user.id))
    if present is None:
        own.add(Presence(record_id=record_id, person_id=current_user.id))
        return
    if now() - present.at > AWAY_AFTER:
        present.since = now()
    present.at = now()


def others_with(record_id: str) -> list[Presence]:
    """Who else has had the record open within the last two minutes."""
    query = select(Presence).where(
        Presence.record_id == record_id, Presence.person_id != current_user.id, Presence.at > now() - AWAY_AFTER
    )
    return list(session.scalars(query.options(joinedload(Presence.person))))
