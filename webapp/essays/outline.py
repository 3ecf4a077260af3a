"""What a text of an essay refers to and how long it is, before anybody has asked whether those things exist."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from webapp.text.markdown import render
from webapp.text.references import Phrases, SourceRef


class Outline(NamedTuple):
    """The keys that a text names, in the order in which it names them, and how long it takes to read."""

    messages: tuple[str, ...]
    sources: tuple[str, ...]
    figures: tuple[str, ...]
    words: int
    minutes: int


class _Everything(Phrases):
    """A resolver that believes in every reference, to learn which there are."""

    def __init__(self) -> None:
        super().__init__(lambda key: None)

    def card(self, key: str) -> Markup:
        return Markup()

    def source(self, key: str) -> SourceRef:
        return SourceRef(Markup())

    def figure(self, name: str) -> Markup:
        return Markup()


@lru_cache(maxsize=512)
def outline(text: str, lang: str) -> Outline:
    """The outline of one text, read once."""
    read = render(text, lang=lang, references=_Everything())
    named = tuple(dict.fromkeys(mention.key for mention in read.messages))
    return Outline(named, tuple(read.sources), tuple(read.figures), read.words, read.minutes)
