"""The form of a collection: read as it was typed, with a sentence for everything that is to mend.

Its texts are typed in one language at a time; those in the other language stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from webapp.collections import gathering
from webapp.collections.models import Licence
from webapp.collections.queries import MOST, Gathered, things
from webapp.languages import N_
from webapp.languages import gettext as _
from webapp.revisions.documents import Document
from webapp.text.plain import plain, plain_line


class Box(NamedTuple):
    """One text of the form: its name, its label, a word of help, how long it may be, and whether it has paragraphs."""

    name: str
    label: str
    help: str = ""
    most: int = 300
    tall: bool = False


BOXES = [
    Box("title", N_("Title")),
    Box("introduction", N_("Introduction"), N_("What the class is going to look at, and why."), 6000, True),
    Box("aims", N_("Aims"),
        N_("What pupils can do afterwards. One on each line, with a hyphen before it."), 4000, True),
    Box("questions", N_("Questions"),
        N_("For the discussion. One on each line, with a hyphen before it. They stand on the worksheet if you wish: ask"
           " without answering."), 4000, True),
    Box("level", N_("Level"), N_("For example: ages 14 to 16."), 120),
    Box("duration", N_("Duration"), N_("For example: one hour."), 120),
    Box("subject", N_("Subject"), N_("For example: history, French, media literacy."), 200),
]  # fmt: skip
LONGEST_NOTE = 2000
LONGEST_AUTHOR = 200


@dataclass
class Row:
    """An item as it stands on the form: what it is, and the note in the language that is typed."""

    thing: Gathered
    note: str


@dataclass
class CollectionForm:
    """What was typed: texts by name, the items in their order, and the sentences of what is to mend by field."""

    lang: str
    texts: dict[str, str]
    author: str
    licence: str
    rows: list[Row]
    listed: bool = False
    opened_on: int | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, document: Document, lang: str, revision: int, listed: bool) -> CollectionForm:
        """The form filled with what is kept."""
        refs = [item["message"] or item["essay"] or item["night"] for item in document["items"]]
        found = things(session, refs, None)
        rows = [Row(found[ref], (item["note"] or {}).get(lang, ""))
                for ref, item in zip(refs, document["items"], strict=True)]  # fmt: skip
        texts = {box.name: (document[box.name] or {}).get(lang, "") for box in BOXES}
        return cls(lang, texts, document["author"], document["licence"], rows, listed, revision)

    @classmethod
    def typed(cls, session: Session, values: MultiDict[str, str], lang: str) -> CollectionForm:
        """The form as it was sent."""
        refs = [ref for ref in values.getlist("item") if len(ref) <= 12]
        notes = values.getlist("note")
        found = things(session, list(dict.fromkeys(refs)), None)
        rows = [Row(found[ref], plain(notes[place] if place < len(notes) else "")) for place, ref in enumerate(refs)]
        texts = {box.name: (plain if box.tall else plain_line)(values.get(box.name, "")) for box in BOXES}
        opened = values.get("opened_on", "")
        revision = int(opened) if opened.isdecimal() and len(opened) < 9 else None
        form = cls(lang, texts, plain_line(values.get("author", "")), values.get("licence", Licence.BY), rows,
                   values.get("listed") == "yes", revision)  # fmt: skip
        form._check()
        return form

    def _check(self) -> None:
        for box in BOXES:
            if len(self.texts[box.name]) > box.most:
                self.errors[box.name] = _too_long(box.most)
        if not self.texts["title"]:
            self.errors["title"] = _("A collection needs a title.")
        if len(self.author) > LONGEST_AUTHOR:
            self.errors["author"] = _too_long(LONGEST_AUTHOR)
        if self.licence not in set(Licence):
            self.errors["licence"] = _("Choose one of the licences.")
        for place, row in enumerate(self.rows):
            if len(row.note) > LONGEST_NOTE:
                self.errors[f"note-{place}"] = _too_long(LONGEST_NOTE)
        if len(self.rows) > MOST:
            self.errors["items"] = _("A collection holds at most %(most)s items; this one would have %(many)s.",
                                     most=MOST, many=len(self.rows))  # fmt: skip

    def do(self, what: str) -> bool:
        """Move or remove a row, as one of the form's own buttons says (``up-3``); whether it was such a button."""
        act, _dash, number = what.partition("-")
        place = int(number) if number.isdecimal() and len(number) < 5 else -1
        if act not in ("up", "down", "remove") or not 0 <= place < len(self.rows):
            return act in ("up", "down", "remove")
        row = self.rows.pop(place)
        if act != "remove":
            self.rows.insert(max(0, place + (-1 if act == "up" else 1)), row)
        return True

    def add(self, session: Session, refs: list[str]) -> None:
        """Put what was gathered meanwhile at the end, each thing once."""
        have = {row.thing.ref for row in self.rows}
        self.rows += [Row(thing, "") for thing in gathering.shown(session, refs) if thing.ref not in have]

    def document(self, before: Document | None = None) -> Document:
        """The collection's new content; texts in the language that was not typed are those of before."""
        before = before or {}
        document: Document = {box.name: self._in(before.get(box.name), self.texts[box.name]) for box in BOXES}
        kept = {_ref(item): item for item in before.get("items", [])}
        items = [_item(row.thing, kept.get(row.thing.ref), self._in(kept.get(row.thing.ref, {}).get("note"), row.note))
                 for row in self.rows if row.thing.ref in kept or not row.thing.gone]  # fmt: skip
        return document | {"author": self.author, "licence": self.licence, "items": items}

    def _in(self, kept: dict[str, str] | None, text: str) -> dict[str, str]:
        texts = {**(kept or {}), self.lang: text}
        return {lang: each for lang, each in sorted(texts.items()) if each}


def _ref(item: Document) -> str:
    return item["message"] or item["essay"] or item["night"]


def _item(thing: Gathered, kept: Document | None, note: dict[str, str]) -> Document:
    """The item as it is kept; what is gone meanwhile stays what it was."""
    if kept:
        return kept | {"note": note}
    return {"message": thing.ref if thing.message else None, "essay": thing.ref if thing.essay else None,
            "night": thing.ref if thing.night else "", "note": note}  # fmt: skip


def _too_long(most: int) -> str:
    return _("At most %(most)s characters can stand here.", most=most)
