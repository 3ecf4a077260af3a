"""Opaque identifiers: minted once, never reused, hard to mistype.

An identifier is six characters and a check character over an alphabet without vowels and look-alikes. The check is that
of the NOID scheme (position-weighted sum modulo the prime size of the alphabet): every single wrong character and every
swap of two neighbours is noticed.
"""

from __future__ import annotations

import enum
import hashlib
import re
import secrets

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.database import Model

ALPHABET = "0123456789bcdfghjkmnpqrstvwxz"
LENGTH = 7
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
# Spaces, every dash that a printer or a phone may put in, and full stops at the end of a sentence.
_IGNORED = re.compile(r"[\s\-‐-―−­_.]+")


class Identifier(Model):
    """One identifier ever minted: of what, and where it leads now. Rows are never deleted."""

    __tablename__ = "identifier"

    id: Mapped[str] = mapped_column(String(LENGTH), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    target_id: Mapped[str | None] = mapped_column(ForeignKey("identifier.id"), index=True)


class Reading(enum.Enum):
    """What a typed identifier turned out to be."""

    GOOD = "good"
    MISTYPED = "mistyped"
    NONE = "none"


def check_character(stem: str) -> str:
    """The NOID check character of the first six characters."""
    return ALPHABET[sum(place * _VALUE[character] for place, character in enumerate(stem, 1)) % len(ALPHABET)]


def tidy(typed: str) -> str:
    """The identifier as it was meant: lower case, without spaces and dashes of any kind."""
    return _IGNORED.sub("", typed).lower()


def examine(typed: str) -> Reading:
    """Whether the text is an identifier, one with a typing error (its check character is wrong), or something else."""
    text = tidy(typed)
    if len(text) != LENGTH or any(character not in _VALUE for character in text):
        return Reading.MISTYPED if len(text) == LENGTH and text.isascii() and text.isalnum() else Reading.NONE
    return Reading.GOOD if check_character(text[:-1]) == text[-1] else Reading.MISTYPED


def candidate(seed: str | None = None) -> str:
    """A new identifier, random, or always the same for the same seed text (used once, when seed data is made)."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()) if seed else secrets.randbits(64)
    stem = ""
    for _ in range(LENGTH - 1):
        number, value = divmod(number, len(ALPHABET))
        stem += ALPHABET[value]
    return stem + check_character(stem)


def mint(session: Session, kind: str) -> str:
    """A fresh identifier for a record of this kind, kept in the register so that it is never given twice."""
    while session.get(Identifier, fresh := candidate()) is not None:
        pass
    session.add(Identifier(id=fresh, kind=kind))
    return fresh


def register(session: Session, given: str, kind: str) -> None:
    """Enter an identifier that came with the data (seed, restore, move) into the register."""
    if session.get(Identifier, given) is None:
        session.add(Identifier(id=given, kind=kind))


def resolve(session: Session, given: str) -> Identifier | None:
    """The identifier that a given one leads to today, through merges; None when it was never minted."""
    found = session.get(Identifier, tidy(given))
    steps = 0
    while found and found.target_id and steps < 32:  # a chain of merges, never a ring; the bound is a belt
        found = session.get(Identifier, found.target_id)
        steps += 1
    return found
