"""Two curators and a job of the archive at the same records, in any order, on the real database."""

from __future__ import annotations

from contextlib import suppress
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.make import Make
from tests.revisions.typing_people import Typist, marks
from webapp.desk import entries
from webapp.desk.merging import merge, unmerge
from webapp.desk.models import Conflict
from webapp.people.actions import create_person
from webapp.revisions import Revision, Status, digest, to_document
from webapp.revisions.actions import Refused, change, discard, publish, restore
from webapp.revisions.documents import canonical

LIVES, STEPS = 30, 14


class Desk:
    """One record at the desk: what may happen to it next, chosen by chance."""

    def __init__(self, session: Session, record: Any, people: list[Any], typist: Typist, source: str) -> None:
        self.session, self.record, self.people = session, record, people
        self.typist, self.source = typist, source
        self.forms: dict[int, tuple[int, Any]] = {}
        self.saved: set[str] = set()

    def step(self) -> None:
        chance = self.typist.chance
        chance.choice([self.open, self.open, self.save, self.save, self.job, self.publish, self.undo, self.give_up])()
        self.session.flush()

    def open(self) -> None:
        opened = entries.open_(self.session, self.record)
        for person in self.people:
            if person.id not in self.forms and self.typist.chance.random() < 0.7:
                document = self.typist.changed(opened.document, self.typist.chance.randint(1, 3))
                self.forms[person.id] = (opened.number, self._possible(document))

    def save(self) -> None:
        for person in self.people:
            if person.id in self.forms and self.typist.chance.random() < 0.6:
                number, document = self.forms.pop(person.id)
                self.saved |= marks(document)
                with suppress(entries.Clashes):  # what was typed is in the conflict then
                    entries.save(self.session, self.record, document, person, number)

    def job(self) -> None:
        document = self._possible(self.typist.changed(entries.open_(self.session, self.record).document, 1))
        self.saved |= marks(document)
        change(self.record, document, by=None, agent="job")

    def publish(self) -> None:
        try:
            publish(self.record, by=None)
        except Refused:  # a rule stands against it; the request would be rolled back
            self.session.rollback()

    def undo(self) -> None:
        restore(self.record, self.typist.chance.randint(1, entries.open_(self.session, self.record).number), by=None)

    def give_up(self) -> None:
        if self.record.status == Status.PUBLISHED and entries.open_(self.session, self.record).waits:
            discard(self.record, by=None)

    def _possible(self, document: Any) -> Any:
        return witnessed(document, self.source)


def witnessed(document: Any, source: str) -> Any:
    """The document with a source that exists as every witness."""
    for row in (document, *document["meanings"], *document["broadcasts"]):
        row["attestations"] = [{**each, "source": source} for each in row["attestations"]]
    return document


def test_every_saved_keystroke_is_in_a_revision_or_on_a_conflict_screen(
    app: Flask, make: Make, session: Session
) -> None:
    with app.app_context():
        people = [create_person(session, f"{name}@example.org", "editor") for name in ("ada", "ben")]
        source = make.source().id
        for seed in range(LIVES):
            typist = Typist(Random(seed))
            record = make.message(typist.words(), status="draft")
            desk = Desk(session, record, people, typist, source)
            for _ in range(STEPS):
                desk.step()
                session.commit()
            kept = session.scalars(select(Revision.document).where(Revision.record_id == record.id)).all()
            waiting = session.scalars(select(Conflict.mine).where(Conflict.record_id == record.id)).all()
            assert desk.saved <= marks([*kept, *waiting]), seed
        for revision in session.scalars(select(Revision)):
            assert revision.sha256 == digest(revision.document, revision.labels)


def test_whatever_two_messages_hold_merging_and_parting_them_changes_nothing(make: Make, session: Session) -> None:
    source = make.source().id
    for seed in range(LIVES):
        typist = Typist(Random(seed))
        pair = []
        for _ in range(2):
            document = witnessed(typist.changed(typist.document(), 4), source)
            rows = {part: [{**row, "id": None} for row in document[part]] for part in ("meanings", "broadcasts")}
            pair.append(make.message(**{**document, **rows, "id": None}, status="draft"))
        before = [canonical(to_document(each)) for each in pair]
        rows_of_both = marks([to_document(each)[part] for each in pair for part in ("meanings", "broadcasts")])
        merged = merge(session, *pair, {"text": typist.chance.choice(["kept", "gone"])}, by=None)
        session.commit()
        assert marks([to_document(pair[0])[part] for part in ("meanings", "broadcasts")]) == rows_of_both
        unmerge(session, merged, by=None)
        session.commit()
        assert [canonical(to_document(each)) for each in pair] == before, seed


def test_undoing_an_undo_gives_back_what_was_there(make: Make, session: Session) -> None:
    source = make.source().id
    for seed in range(LIVES):
        typist = Typist(Random(seed))
        draft = make.message(typist.words(), status="draft")
        for _ in range(3):
            change(draft, witnessed(typist.changed(to_document(draft), 3), source), by=None)
        before = to_document(draft)
        restore(draft, 3, by=None)
        restore(draft, 4, by=None)
        session.commit()
        assert to_document(draft) == before
