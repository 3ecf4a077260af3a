"""Found words, marked in the texts that are shown."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from markupsafe import Markup, escape

from webapp.text import typography
from webapp.text.analysis import stems, words
from webapp.text.found import highlight
from webapp.text.stemming import primary


@lru_cache(maxsize=16384)
def _set(text: str, lang: str) -> tuple[str, tuple[tuple[int, int, str, tuple[str, ...]], ...]]:
    """The text as it is printed, and its words: place, folded form, stems as they stand in the index."""
    printed, tongue = typography.typeset(text, lang), primary(lang)
    return printed, tuple(
        (word.start, word.end, word.text, tuple(f"{tongue}:{stem}" for stem in stems(word.text, tongue)))
        for word in words(printed)
    )


def marked(text: str, lang: str, wanted_words: Collection[str], wanted_stems: Collection[str]) -> Markup:
    """The text escaped and set by the rules of its language, found words in ``<mark>``."""
    printed, parts = _set(text, lang)
    spans = [
        (start, end)
        for start, end, word, its_stems in parts
        if word in wanted_words or any(stem in wanted_stems for stem in its_stems)
    ]
    if not spans:
        return Markup(typography.html(text, lang))
    return highlight(printed, spans)


def in_bold(text: str) -> Markup:
    """Words of the reader's, escaped, as they are repeated in a notice."""
    return Markup("<b>{}</b>").format(escape(text))
