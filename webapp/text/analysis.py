"""One analysis for every surface: folded words with their places in the text as written.

No stop words: coded messages are made of small words, and "qu'il" must not become an empty query.
"""

import re
import unicodedata
from typing import NamedTuple

from webapp.text.folding import fold, fold_with_origin
from webapp.text.phonetics import phonetic
from webapp.text.stemming import stems

__all__ = ["ELISIONS", "Word", "fold", "phonetic", "phrase_key", "same_phrase", "stems", "words"]

ELISIONS = frozenset(
    ["l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"]  # French
).union(
    ["dell", "all", "dall", "nell", "sull", "un"]  # Italian
)
"""What loses its vowel before a letter and is then no word of its own."""

_UNSPACED = frozenset(
    ["CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC", "THAI", "LAO", "KHMER", "MYANMAR"]
)
"""Scripts written without spaces: each letter with its marks is a word, and a phrase finds them in a row."""

_RUN = re.compile(r"[ld][ldm]*|um*")
_BEFORE_LETTER = re.compile(r"'[lu]")


class Word(NamedTuple):
    """A folded word, and the slice `start:end` of the original text it was read from."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of a text in order; an elided particle yields none, a hyphen separates two."""
    folded = fold_with_origin(text)
    kinds = folded.text.translate(_KINDS)
    return [
        Word(folded.text[start:end].replace("'", ""), folded.starts[start], folded.ends[end - 1])
        for start, end in _runs(folded.text, kinds)
    ]


def phrase_key(text: str) -> str:
    """What two wordings share when they differ only by accents, case, punctuation, elisions or spacing."""
    return " ".join(word.text for word in words(text)) or " ".join(fold(text).split())


def same_phrase(one: str, other: str) -> bool:
    """Whether two wordings are the same sentence to a reader."""
    return phrase_key(one) == phrase_key(other)


def _runs(text: str, kinds: str) -> list[tuple[int, int]]:
    """The slices of the folded text that are words."""
    runs: list[tuple[int, int]] = []
    for match in _RUN.finditer(kinds):
        start, end = match.span()
        if text[start:end] in ELISIONS and _BEFORE_LETTER.match(kinds, end):
            continue
        if not (runs and runs[-1][1] == start - 1 and kinds[start - 1] == "'" and _clings(text, start, end)):
            runs.append((start, end))
        elif text[start:end] == "t":
            runs[-1] = (runs[-1][0], end)
    return runs


def _clings(text: str, start: int, end: int) -> bool:
    """English after an apostrophe: the s of "Marie's" is no word; "don't" is one, as in "dont"."""
    return text[start:end] == "s" or (text[start:end] == "t" and text[start - 2] == "n")


class _Kinds(dict[int, str]):
    """For `str.translate`: letter, digit, mark, unspaced letter, apostrophe; a space for what parts words."""

    def __missing__(self, ordinal: int) -> str:
        self[ordinal] = kind = _kind(chr(ordinal))
        return kind


def _kind(char: str) -> str:
    if char == "'":
        return char
    if unicodedata.name(char, "").split(" ")[0] in _UNSPACED and unicodedata.category(char)[0] in "LN":
        return "u"
    return {"L": "l", "N": "d", "M": "m"}.get(unicodedata.category(char)[0], " ")


_KINDS = _Kinds()
