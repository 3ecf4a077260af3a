"""Found words, marked in the texts that are shown."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup, escape

from webapp.text import typography
from webapp.text.analysis import stems, words
from webapp.text.stemming import primary


class Cut(NamedTuple):
    """A word of a printed text, escaped, with what stands before it, its folded form, and its stems as indexed."""

    before: str
    word: str
    folded: str
    stems: tuple[str, ...]


class Prepared(NamedTuple):
    """A text ready to be marked: its words, what stands after the last one, and how it looks when nothing is marked."""

    cuts: tuple[Cut, ...]
    after: str
    unmarked: Markup


@lru_cache(maxsize=32768)
def _prepared(text: str, lang: str) -> Prepared:
    printed, tongue, at = typography.typeset(text, lang), primary(lang), 0
    cuts = []
    for word in words(printed):
        tagged = tuple(f"{tongue}:{stem}" for stem in stems(word.text, tongue))
        cuts.append(
            Cut(str(escape(printed[at : word.start])), str(escape(printed[word.start : word.end])), word.text, tagged)
        )
        at = word.end
    return Prepared(tuple(cuts), str(escape(printed[at:])), Markup(typography.html(text, lang)))


def words_of(text: str, lang: str) -> list[str]:
    """The words of a text as they are searched for; remembered with what is marked in it."""
    return [cut.folded for cut in _prepared(text, lang).cuts]


def marked(text: str, lang: str, wanted_words: Collection[str], wanted_stems: Collection[str]) -> Markup:
    """The text escaped and set by the rules of its language, found words in ``<mark>``."""
    prepared, pieces, some = _prepared(text, lang), [], False
    for before, word, folded, its_stems in prepared.cuts:
        wanted = folded in wanted_words or any(stem in wanted_stems for stem in its_stems)
        some = some or wanted
        pieces.append(f"{before}<mark>{word}</mark>" if wanted else before + word)
    return Markup("".join(pieces) + prepared.after) if some else prepared.unmarked


def in_bold(text: str) -> Markup:
    """Words of the reader's, escaped, as they are repeated in a notice."""
    return Markup("<b>{}</b>").format(escape(text))
