"""Folding: what is left of a text when accents, case, apostrophes and dashes no longer matter.

Every surface of the archive (search box, suggestions, duplicate hints, look-ups in forms, both engines)
folds by this one file, so that what was written one way is found when it is typed another way.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

APOSTROPHES = "'’‘‛ʼʹʻʽ′´`＇ꞌ׳"
"""Typed, typographic, prime, accent keys struck by mistake, Hebrew geresh: all one apostrophe."""

LETTERS = {
    "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŧ": "t",
    "ё": "е", "ـ": "", "º": "", "ª": "", "ƶ": "z",
}  # fmt: skip
"""Letters that no decomposition takes apart; ordinal signs and the Arabic stroke are ornaments."""

_MARK_BLOCKS = (
    (0x0300, 0x036F), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670),
    (0x06D6, 0x06ED), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
)  # fmt: skip
"""Accents, Hebrew points, Arabic vowels. The signs of Bengali, Thai or kana are letters and stay."""

_JAMO = ((0x1160, 0x11FF), (0xD7B0, 0xD7FF), (0xFF9E, 0xFF9F))
"""No marks, and yet they complete the character before: Korean vowels and finals, half-width voicing."""


class Folded(NamedTuple):
    """A folded text; `starts[i]:ends[i]` is the slice of the original that gave its i-th character."""

    text: str
    starts: list[int]
    ends: list[int]


def fold(text: str) -> str:
    """The text without accents, case, soft hyphens or typographic variety: "L’Œuvre" gives "l'oeuvre"."""
    if text.isascii():
        return text.translate(_ASCII).lower()
    return "".join(_folded_cluster(cluster) for cluster, _, _ in _clusters(text))


def fold_with_origin(text: str) -> Folded:
    """The folded text, and for each of its characters where it came from in the text as written."""
    if text.isascii():
        return Folded(fold(text), list(range(len(text))), list(range(1, len(text) + 1)))
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for cluster, start, end in _clusters(text):
        piece = _folded_cluster(cluster)
        pieces.append(piece)
        starts += [start] * len(piece)
        ends += [end] * len(piece)
    return Folded("".join(pieces), starts, ends)


def _clusters(text: str) -> Iterator[tuple[str, int, int]]:
    """Each character with the marks that complete it; invisible characters belong to nobody."""
    cluster, start, end = "", 0, 0
    for at, char in enumerate(text):
        role = _role(char)
        if role == "invisible":
            continue
        if role == "completes" and cluster:
            cluster, end = cluster + char, at + 1
            continue
        if cluster:
            yield cluster, start, end
        cluster, start, end = char, at, at + 1
    if cluster:
        yield cluster, start, end


@lru_cache(maxsize=8192)
def _role(char: str) -> str:
    """Whether a character stands alone, completes the one before, or is not seen (soft hyphen, joiners)."""
    category = unicodedata.category(char)
    if category == "Cf" or 0xFE00 <= ord(char) <= 0xFE0F or char == "\u034f":
        return "invisible"
    return "completes" if category[0] == "M" or _within(char, _JAMO) else "alone"


@lru_cache(maxsize=16384)
def _folded_cluster(cluster: str) -> str:
    """One character with its marks, folded; NFC and NFD give the same."""
    composed = unicodedata.normalize("NFC", _compatible(cluster))
    lowered = _without_marks(composed).casefold()
    spelt = "".join(_letter(char) for char in _without_marks(lowered))
    return unicodedata.normalize("NFC", spelt)


def _compatible(cluster: str) -> str:
    """Full-width letters and printers' ligatures as plain letters; other look-alikes stay what they are."""
    plain = "\uff01" <= cluster[0] <= "\uff9f" or "\ufb00" <= cluster[0] <= "\ufb06"
    return unicodedata.normalize("NFKC", cluster) if plain else cluster


def _without_marks(text: str) -> str:
    """Accents taken off. Russian's short i and Ukrainian's yi are letters of their own, and stay."""
    if text and text[0] in "йЙїЇўЎ":
        return text[0]
    parts = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(char for char in parts if not _within(char, _MARK_BLOCKS)))


@lru_cache(maxsize=8192)
def _letter(char: str) -> str:
    """One lower-case character by the tables: ligatures spelt out, one apostrophe, one dash, one space."""
    if char in APOSTROPHES:
        return "'"
    if unicodedata.category(char) == "Pd" or char in "−⁃":
        return "-"
    return " " if char.isspace() else LETTERS.get(char, char)


def _within(char: str, blocks: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(char) <= last for first, last in blocks)


_ASCII = str.maketrans({"`": "'", **dict.fromkeys("\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f", " ")})
