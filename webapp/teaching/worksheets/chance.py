"""Chance that comes out the same every year: made of SHA-256, not of a library's generator, which may change.

Orders depend on the number of the variant and on what everybody may read, never on an answer: from the number and the
program, which are public, nothing can be worked back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

EDITION = 1
"""The edition of the exercises. A change that would alter a printed sheet is a new edition beside the old one."""

MOST = 999_999_999


class BadVariant(ValueError):
    """The variant is no whole number from 0 to MOST."""


def variant(typed: str) -> int:
    """The number of a variant as it was typed; raises BadVariant."""
    text = typed.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST))):
        raise BadVariant(typed[:40])
    return int(text)


class Chance:
    """The dice of one variant."""

    def __init__(self, number: int, edition: int = EDITION) -> None:
        self.number, self.edition = number, edition

    def rank(self, *names: str) -> bytes:
        """Where something falls, among others of the same names but the last."""
        return hashlib.sha256("\x1f".join((str(self.edition), str(self.number), *names)).encode()).digest()

    def shuffled(self, things: Iterable[T], name: str, key: Callable[[T], str]) -> list[T]:
        """The things in an order of chance. Each has its own place: what is taken away does not move the others."""
        return sorted(things, key=lambda thing: self.rank(name, key(thing)))
