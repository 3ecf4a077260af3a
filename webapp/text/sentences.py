"""Sentences and excerpts of plain text."""

import re
from bisect import bisect_right

_END = re.compile(r"[.!?…][\s»”\"’)\]]{0,6}\s(?=[\s«“\"(]{0,6}[A-ZÀ-ÖØ-ÞŒ])")

_SPACE = re.compile(r"[ \t\r\n\f\v]+")


class Sentences:
    """A text cut into its sentences, once, however often it is asked."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(boundary.end() for boundary in _END.finditer(text))]

    def at(self, place: int) -> str:
        """The sentence in which the character at this place stands."""
        nth = bisect_right(self._starts, place)
        end = self._starts[nth] if nth < len(self._starts) else len(self.text)
        return self.text[self._starts[max(nth - 1, 0)] : end].strip()


def one_line(text: str) -> str:
    """The text with every break and run of spaces as one space; the printer's own spaces stay."""
    return _SPACE.sub(" ", text).strip(" ")


def shortened(text: str, limit: int) -> str:
    """The text on one line, cut at a word so that it has at most `limit` characters, … included."""
    line = one_line(text)
    if len(line) <= limit:
        return line
    cut = line[:limit].rsplit(" ", 1)[0] if " " in line[:limit] else line[: limit - 1]
    return cut[: limit - 1].rstrip(" ,;:.!?…«“(–—-") + "…"
