"""Where two people's changes of the same field are settled: mine, theirs, the base, or words of one's own."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import abort, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from webapp.database import now, session
from webapp.desk import entries, receiving
from webapp.desk.blueprint import blueprint
from webapp.desk.models import Conflict
from webapp.desk.telling import Teller
from webapp.languages import gettext as _
from webapp.limits import limit
from webapp.people.models import Person
from webapp.permissions import Act, needs
from webapp.rendering import page
from webapp.revisions import KINDS, Part, Revision
from webapp.revisions.actions import change
from webapp.revisions.merging import Clash, Merged, settle

SIDES = ("mine", "theirs", "base")


class Question(NamedTuple):
    """One clash as the screen asks it: where it is, what each side holds, what was chosen and typed so far."""

    name: str
    where: str
    sides: dict[str, str]
    clash: Clash
    chosen: str
    own: str

    @property
    def free(self) -> bool:
        """Whether words of one's own may stand here: in texts, and not in choices, links and rows."""
        return not isinstance(self.clash.field, Part) and self.clash.field.type in ("text", "texts")


@blueprint.get("/conflicts/<int:number>")
@needs(Act.DRAFT)
def conflict(number: int) -> Response:
    """What we both changed, side by side; from one that is settled, the way to its record."""
    settled = session.get(Conflict, number)
    if settled is not None and settled.person_id == current_user.id and settled.settled_at is not None:
        flash(_("This conflict is settled already."), "said")
        return redirect(url_for("desk.edit", kind=KINDS[settled.kind], id=settled.record_id), 303)
    found, record = _conflict(number)
    merged, base, current = entries.clashes_of(session(), found, record)
    return _screen(found, record, merged, base, current)


def _conflict(number: int) -> tuple[Conflict, Any]:
    found = session.get(Conflict, number)
    if found is None or found.person_id != current_user.id or found.settled_at is not None:
        abort(404)
    return found, session.get(KINDS[found.kind].model, found.record_id)


def _questions(found: Conflict, merged: Merged, base: Revision, current: Revision) -> list[Question]:
    kind = KINDS[found.kind]
    teller = Teller(session(), kind, {**base.labels, **current.labels}, [current.document, base.document, found.mine])
    asked = []
    for clash in merged.clashes:
        name = entries.clash_name(clash)
        sides = {side: teller.value(clash.path, clash.field, getattr(clash, side)) for side in SIDES}
        chosen = request.form.get(f"pick-{name}", "")
        own = request.form.get(f"own-{name}", sides["mine"])
        asked.append(Question(name, teller.path(clash.path), sides, clash, chosen, own))
    return asked


def _screen(
    found: Conflict, record: Any, merged: Merged, base: Revision, current: Revision, status: int = 200
) -> Response:
    them = session.get(Person, current.person_id) if current.person_id else None
    return page("desk/conflict.html", status=status, conflict=found, record=record, kind=KINDS[found.kind], base=base,
                current=current, them=them, questions=_questions(found, merged, base, current), side_names=side_names(),
                moved=status == 409, missing=status == 422)  # fmt: skip


def side_names() -> dict[str, str]:
    """What the three sides are called."""
    return {"mine": _("Mine"), "theirs": _("Theirs"), "base": _("Before")}


@blueprint.post("/conflicts/<int:number>")
@needs(Act.DRAFT)
@limit("write")
def conflict_settle(number: int) -> Response:
    """What was chosen for each field; asked again when somebody saved meanwhile or when a choice is missing."""
    found, record = _conflict(number)
    merged, base, current = entries.clashes_of(session(), found, record)
    questions = _questions(found, merged, base, current)
    all_sides = request.form.get("do", "")
    if request.form.get("current", type=int) != current.number:
        return _screen(found, record, merged, base, current, 409)
    if all_sides not in SIDES and any(question.chosen not in (*SIDES, "own") for question in questions):
        return _screen(found, record, merged, base, current, 422)
    document = merged.document
    for question in reversed(questions):  # from the last row to the first, so that no row changes its place meanwhile
        chosen = all_sides if all_sides in SIDES else question.chosen
        value = receiving.tidy(question.own) if chosen == "own" else getattr(question.clash, chosen)
        document = settle(KINDS[found.kind], document, question.clash, value)
    if document != current.document:
        change(record, document, by=current_user, reason=found.reason)
    found.settled_at, found.settled_as = now(), entries.open_(session(), record).number
    session.commit()
    flash(_("The two changes are one now."), "said")
    return redirect(url_for("desk.edit", kind=found.kind, id=record.id), 303)
