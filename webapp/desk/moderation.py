"""Contributions on the desk: their piles, and the remarks that go with an accepted one to the draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from sqlalchemy import Select
from sqlalchemy.orm import Session

from webapp.contributions import queries
from webapp.contributions.kinds import KINDS, Offered
from webapp.contributions.models import Contribution
from webapp.desk.models import Comment
from webapp.desk.piles import WAITING, Line, Pile
from webapp.languages import N_
from webapp.languages import gettext as _
from webapp.people.models import Person
from webapp.permissions import Act
from webapp.revisions import kind_of

LABEL_LENGTH = 120


def heart_of(contribution: Contribution) -> str:
    """What a contribution is called in lists: the first of its answers."""
    answers = (contribution.answers.get(question.name, "") for question in KINDS[contribution.kind].questions)
    return next((answer for answer in answers if answer), contribution.about_words)[:LABEL_LENGTH]


def line_of(contribution: Contribution) -> Line:
    """A contribution as one line of a pile."""
    where, lang = url_for("desk.contribution", number=contribution.id), contribution.answers.get("lang", "")
    note = f"{contribution.at:%Y-%m-%d %H:%M} {_(KINDS[contribution.kind].label)}"
    return Line(where, heart_of(contribution), lang, note)


def _pile(name: str, title: str, chosen: Callable[[], Select[Contribution]]) -> Pile:
    """A pile of those who may answer contributions."""
    return Pile(name, title, lambda *_: chosen(), line_of, counted_always=True, act=Act.MODERATE)


PILES = [
    _pile("contributions", N_("Contributions to answer"), queries.waiting),
    _pile("replies", N_("Answers of readers"), queries.replies_waiting),
    _pile("questions", N_("Questions to contributors"), queries.asked),
]
WAITING.extend(PILES)


def remark(session: Session, contribution: Contribution, record: Any, revision: int, by: Person) -> None:
    """Lay beside the draft what it cannot hold, for whoever reviews it: how the contributor knows, in which words."""
    text = "\n\n".join(_told(contribution, KINDS[contribution.kind]))
    session.add(Comment(record_id=record.id, kind=kind_of(record).name, revision=revision, text=text, person_id=by.id))


def _told(contribution: Contribution, kind: Offered) -> list[str]:
    told = [_("Contribution %(number)s.", number=contribution.id)]
    for question in kind.questions:
        if answer := contribution.answers.get(question.name):
            told.append(f"{_(question.label)}\n{answer}")
    if contribution.evidence:
        told.append(f"{_('How do you know?')}\n{contribution.evidence}")
    after = _("Written afterwards")
    return told + [f"{after}\n{each.text}" for each in contribution.letters if not each.by_editor]
