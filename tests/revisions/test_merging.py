"""Merging two people's documents: what one of them typed is in the result or asked about, whatever they did."""

from __future__ import annotations

import itertools
from random import Random
from typing import Any

import pytest

from tests.revisions.typing_people import Document, Typist, marks
from webapp.messages.models import MESSAGE
from webapp.revisions.comparing import compare, compared_words
from webapp.revisions.merging import merge, settle

INTERLEAVINGS = 5000


def three(seed: int) -> tuple[Document, Document, Document]:
    typist = Typist(Random(seed))
    base = typist.document()
    return base, typist.changed(base, typist.chance.randint(0, 5)), typist.changed(base, typist.chance.randint(0, 5))


def test_nothing_that_either_typed_is_lost() -> None:
    for seed in range(INTERLEAVINGS):
        base, mine, theirs = three(seed)
        merged = merge(MESSAGE, base, mine, theirs)
        kept = marks(merged.document) | marks([(clash.mine, clash.theirs) for clash in merged.clashes])
        assert (marks(mine) | marks(theirs)) - marks(base) <= kept, seed
        assert marks(mine) & marks(theirs) <= kept, seed


def test_what_only_one_touched_is_taken_as_it_is() -> None:
    for seed in range(300):
        base, mine, theirs = three(seed)
        assert merge(MESSAGE, base, mine, base).clashes == []
        assert merge(MESSAGE, base, base, theirs).document == theirs
        assert merge(MESSAGE, base, theirs, theirs).clashes == []


def test_a_clash_is_settled_to_either_side_or_to_other_words() -> None:
    settled = 0
    for seed in range(400):
        base, mine, theirs = three(seed)
        merged = merge(MESSAGE, base, mine, theirs)
        document = merged.document
        for clash in reversed(merged.clashes):
            document = settle(MESSAGE, document, clash, clash.mine)
        assert marks([clash.mine for clash in merged.clashes]) <= marks(document), seed
        settled += len(merged.clashes)
    assert settled > 40


class Archive:
    """The life of one record in memory: revisions, and the conflicts that wait; saving as the desk does it."""

    def __init__(self, first: Document) -> None:
        self.revisions, self.conflicts = [first], []
        self._ids = (f"n{number:06}" for number in itertools.count())

    def save(self, mine: Document, opened_on: int) -> None:
        self._identify(mine)
        if opened_on == len(self.revisions) - 1:
            self.revisions.append(mine)
            return
        merged = merge(MESSAGE, self.revisions[opened_on], mine, self.revisions[-1])
        if merged.clashes:
            self.conflicts.append((opened_on, mine))
        else:
            self.revisions.append(merged.document)

    def settle(self, chance: Random, words: str) -> None:
        opened_on, mine = self.conflicts[0]
        merged = merge(MESSAGE, self.revisions[opened_on], mine, self.revisions[-1])
        document = merged.document
        for clash in reversed(merged.clashes):
            choices = [clash.mine, clash.theirs, clash.base] + ([words] if isinstance(clash.mine, str) else [])
            document = settle(MESSAGE, document, clash, chance.choice(choices))
        self.revisions.append(document)

    def _identify(self, document: Document) -> None:
        for row in (*document["meanings"], *document["broadcasts"]):
            row.setdefault("id", next(self._ids))


def live(seed: int) -> tuple[Archive, Typist, list[str]]:
    """Two curators with their forms open, and a job that saves at once, in any order."""
    chance = Random(seed)
    typist = Typist(chance)
    archive = Archive(typist.document())
    forms: dict[str, tuple[int, Document]] = {}
    saved: list[str] = []
    for _ in range(chance.randint(4, 12)):
        who = chance.choice(["ada", "ben", "job"])
        if who == "job" or who not in forms:
            forms[who] = (len(archive.revisions) - 1, typist.changed(archive.revisions[-1], chance.randint(0, 3)))
        if who == "job" or chance.random() < 0.6:
            opened_on, document = forms.pop(who)
            saved.extend(marks(document))
            archive.save(document, opened_on)
        if archive.conflicts and chance.random() < 0.3:
            archive.settle(chance, typist.words())
    return archive, typist, saved


def test_every_saved_keystroke_is_in_a_revision_or_on_a_conflict_screen() -> None:
    conflicts = 0
    for seed in range(INTERLEAVINGS):
        archive, _, saved = live(seed)
        assert set(saved) <= marks([archive.revisions, archive.conflicts]), seed
        conflicts += len(archive.conflicts)
    assert conflicts > INTERLEAVINGS / 50


@pytest.mark.parametrize(
    ("before", "after", "gone", "new"),
    [
        ("Le crapaud vole", "Le crapaud vole bas", "", " bas"),
        ("Le crapaud vole", "La grenouille vole", "Lecrapaud", "Lagrenouille"),
        ("", "Le crapaud", "", "Le crapaud"),
        ("l’âne", "l’ane", "âne", "ane"),
    ],
)
def test_the_words_that_differ_are_marked(before: str, after: str, gone: str, new: str) -> None:
    left, right = compared_words(before, after)
    assert "".join(run.text for run in left) == before
    assert "".join(run.text for run in right) == after
    assert "".join(run.text for run in left if run.changed) == gone
    assert "".join(run.text for run in right if run.changed) == new


def test_a_comparison_names_every_field_that_differs_and_no_other() -> None:
    typist = Typist(Random(7))
    before = typist.document()
    after: Any = {
        **before,
        "text": "autre",
        "meanings": [before["meanings"][1] | {"operation": "autre"}, before["meanings"][0]],
    }
    paths = [each.path for each in compare(MESSAGE, before, after)]
    assert paths == [("text",), ("meanings", "m000002", "operation"), ("meanings", "order")]
    assert list(compare(MESSAGE, before, before)) == []
