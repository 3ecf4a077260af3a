"""The queue of contributions: looking at one, asking, accepting, declining."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from webapp.contributions import about as abouts
from webapp.contributions import actions, letters, queries
from webapp.contributions.kinds import KINDS
from webapp.contributions.models import OPEN, WAITING, Contribution, Stage
from webapp.contributions.views import STAGES as SEEN_BY_CONTRIBUTORS
from webapp.contributions.views import about_of
from webapp.database import session
from webapp.desk import moderation
from webapp.desk.blueprint import blueprint
from webapp.desk.duplicates import alike
from webapp.languages import N_
from webapp.languages import gettext as _
from webapp.limits import limit
from webapp.media import storing
from webapp.permissions import Act, needs
from webapp.rendering import Pages, here, page, page_number
from webapp.revisions.queries import latest, of
from webapp.text.plain import plain

PAGE_SIZE = 50
STAGES = SEEN_BY_CONTRIBUTORS | {Stage.QUESTION: N_("a question was asked")}
LONGEST = 5000


# What is said when a step cannot be taken.
SENTENCES: dict[type[Exception], str] = {
    actions.NoReason: N_("Write something: the contributor reads it."),
    actions.NoRecord: N_("Say which record it speaks of: its identifier, its address or its words."),
    actions.Answered: N_("This contribution has been answered already."),
}


@blueprint.get("/contributions")
@needs(Act.MODERATE)
def contributions() -> Response:
    """All contributions, the newest first, narrowed down by kind and stage; each stage with its count."""
    stage, kind = request.args.get("stage", ""), request.args.get("kind", "")
    if (stage and stage not in list(Stage)) or (kind and kind not in KINDS):
        abort(404)
    chosen = queries.listed(kind, stage)
    pages = Pages(page_number(), PAGE_SIZE, queries.how_many(session(), chosen))
    if pages.beyond:
        return redirect(here(page=pages.count if pages.count > 1 else None), 303)
    rows = session.scalars(chosen.limit(PAGE_SIZE).offset(pages.offset))
    lines = [(moderation.line_of(row), _(STAGES[Stage(row.status)])) for row in rows]
    return page("desk/moderation_list.html", pages=pages, lines=lines, stage=stage, kind=kind, kinds=KINDS,
                stages=[(name, _(label)) for name, label in STAGES.items()],
                counts=queries.counts(session(), kind))  # fmt: skip


def _found(number: int) -> Contribution:
    return session.get(Contribution, number) or abort(404)


@blueprint.get("/contributions/<int:number>")
@needs(Act.MODERATE)
def contribution(number: int) -> Response:
    """One contribution, what it speaks of, what was written about it, and the ways to answer it."""
    return _shown(_found(number))


def _shown(found: Contribution, status: int = 200, problem: str = "") -> Response:
    typed = request.form if status != 200 else {}
    about = about_of(session(), found)
    return page(
        "desk/moderation.html", status=status, contribution=found, kind=KINDS[found.kind], about=about,
        stage=_(STAGES[Stage(found.status)]), still_open=found.status in OPEN, waits=found.status in WAITING,
        typed=typed, problem=problem, record=abouts.draft(session(), found.record_id),
        medium=abouts.draft(session(), found.medium_id), needs_record=KINDS[found.kind].about in ("message", "any"),
        duplicates=alike(session(), found.answers.get("phrase", "")) if found.status in OPEN else [],
    )  # fmt: skip


@blueprint.get("/contributions/<int:number>/photo")
@needs(Act.MODERATE)
def contribution_photo(number: int) -> Response:
    """The picture in quarantine, painted anew: whoever decides on it sees it without opening what was sent."""
    found = _found(number)
    copy = storing.look_at(found.photo) if found.photo else None
    if copy is None:
        abort(404)
    answer = Response(copy, mimetype="image/jpeg")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/contributions/<int:number>")
@needs(Act.MODERATE)
@limit("write")
def contribution_submit(number: int) -> Response:
    """Do what the pressed button says."""
    found, step = _found(number), STEPS.get(request.form.get("do", ""))
    if step is None:
        abort(400)
    try:
        said = step(found, plain(request.form.get("text", ""))[:LONGEST])
    except (actions.NoReason, actions.NoRecord, actions.Answered) as refusal:
        session.rollback()
        return _shown(_found(number), 422, _(SENTENCES[type(refusal)]))
    session.commit()
    if found.photo and not queries.waits_with(session(), found.photo):
        storing.throw_away(found.photo)  # kept under its medium now, or declined
    flash(said, "said")
    return redirect(url_for("desk.contribution", number=number), 303)


def _take(found: Contribution, _text: str) -> str:
    actions.take(found, current_user)
    return _("Its contributor sees now that somebody is looking at it.")


def _ask(found: Contribution, text: str) -> str:
    actions.ask(found, text, current_user)
    letters.tell(found)
    return _("The question stands on the contributor’s page.")


def _decline(found: Contribution, text: str) -> str:
    actions.decline(found, text, current_user)
    letters.tell_and_forget(found)
    return _("Declined; the contributor reads the reason.")


def _accept(found: Contribution, text: str) -> str:
    about = abouts.record(session(), request.form.get("about", "")[:1000] or found.about_id or found.about_words)
    record = actions.accept(session(), found, about, text, current_user)
    if record is not None and not KINDS[found.kind].shown:
        last = latest(session(), record.id)
        moderation.remark(session(), found, record, last.number if last else 0, current_user)
    letters.tell_and_forget(found)
    if KINDS[found.kind].shown:
        return _("Accepted, with thanks.")
    if found.kind == "correction" and not _changes(record):
        return _("Accepted, with credit. The words to correct stand there not at all, or more than once: put the "
                 "correction in by hand; it lies with the remarks.")  # fmt: skip
    return _("Accepted: the draft is made, with credit.")


def _changes(record: Any) -> bool:
    """Whether the newest revision of a record differs from the one before."""
    last, before = session.scalars(of(record.id).limit(2))
    return bool(last.document != before.document)


STEPS: dict[str, Callable[[Contribution, str], str]] = {
    "take": _take,
    "ask": _ask,
    "accept": _accept,
    "decline": _decline,
}
