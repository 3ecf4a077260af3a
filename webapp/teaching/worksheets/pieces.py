"""A sheet before it is drawn: tasks of a few kinds of pieces, which the page and the PDF draw each in its own way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Said(NamedTuple):
    """A phrase between its marks; ``mark`` is its number, ``gap`` a box to write in."""

    text: str
    lang: str
    translation: str = ""
    mark: str = ""
    gap: bool = False


class Claimed(NamedTuple):
    """What is told about a phrase, and what it rests on."""

    text: str
    rests_on: str = ""
    mark: str = ""
    gap: bool = False


class Choices(NamedTuple):
    """What can be chosen: a letter and its words."""

    rows: tuple[tuple[str, str], ...]


class Write(NamedTuple):
    """A question with room for the answer."""

    question: str
    lines: int = 2


Piece = Said | Claimed | Choices | Write


class Answer(NamedTuple):
    """A line of the key: of what, the answer, what is to be said about it, and the phrase that it answers."""

    mark: str
    text: str
    more: tuple[str, ...] = ()
    said: Said | None = None


@dataclass
class Task:
    """One exercise on the sheet. ``answers`` are for the key alone; ``hidden`` are the phrases whose meaning must stay
    out of the pupil's bytes, ``shown`` those whose claims stand on the sheet."""

    name: str
    title: str
    skill: str
    instruction: str
    pieces: list[Piece]
    answers: list[Answer]
    hidden: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)

    def words(self) -> list[str]:
        """Every text that stands on the pupil's sheet."""
        found = [self.title, self.skill, self.instruction]
        for piece in self.pieces:
            if isinstance(piece, Choices):
                found += [word for row in piece.rows for word in row]
            else:
                found += [str(value) for value in piece if isinstance(value, str)]
        return found
