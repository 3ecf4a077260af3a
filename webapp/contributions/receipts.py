"""Receipt codes: the scheme of the identifiers, only longer, because whoever has one may read and erase."""

from __future__ import annotations

import secrets

from webapp.identifiers import ALPHABET, check_character, tidy

STEM = 11


def new() -> str:
    """A fresh receipt code: eleven characters that nobody guesses, and one that catches typing errors."""
    stem = "".join(secrets.choice(ALPHABET) for _ in range(STEM))
    return stem + check_character(stem)


def read(typed: str) -> str | None:
    """The code as it was meant, however it was typed; None when a character is wrong or missing."""
    text = tidy(typed)
    whole = len(text) == STEM + 1 and all(character in ALPHABET for character in text)
    return text if whole and check_character(text[:-1]) == text[-1] else None


def spaced(receipt: str) -> str:
    """The code in groups of four, as it is shown and dictated."""
    return "-".join(receipt[start : start + 4] for start in range(0, len(receipt), 4))
