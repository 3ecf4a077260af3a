"""What a text refers to, and who answers: the essay asks a resolver, so that this room needs no database."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from markupsafe import Markup


class MessageRef(NamedTuple):
    """A message as an essay shows it: its address, its phrase and the language of the phrase."""

    url: str
    text: str
    lang: str


class SourceRef(NamedTuple):
    """A source as a note shows it: the citation as trusted HTML, and the address of its record, if it has one."""

    html: Markup
    url: str | None = None


class Resolver(Protocol):
    """Finds what is referred to; None is the answer for what the visitor may not see or nobody knows."""

    def message(self, key: str) -> MessageRef | None:
        """The message of this key or identifier."""

    def card(self, key: str) -> Markup | None:
        """The message as a slip, trusted HTML."""

    def source(self, key: str) -> SourceRef | None:
        """The source of this key or identifier."""

    def figure(self, name: str) -> Markup | None:
        """The figure the archive computes under this name, trusted HTML."""


class Nobody:
    """A resolver that knows nothing: every reference is reported as not found."""

    def message(self, key: str) -> MessageRef | None:
        return None

    def card(self, key: str) -> Markup | None:
        return None

    def source(self, key: str) -> SourceRef | None:
        return None

    def figure(self, name: str) -> Markup | None:
        return None


class Phrases(Nobody):
    """A resolver for reading a text without showing it: every message is found, with its phrase where it is known."""

    def __init__(self, phrase: Callable[[str], str | None]) -> None:
        self.phrase = phrase

    def message(self, key: str) -> MessageRef | None:
        return MessageRef("", self.phrase(key) or key.replace("-", " "), "")


class Heading(NamedTuple):
    """A line of the table of contents."""

    level: int
    id: str
    title: str


class Mention(NamedTuple):
    """A text speaks of a message in this sentence; a card belongs to the sentence before it."""

    key: str
    sentence: str


class Problem(NamedTuple):
    """What an editor should mend: a code from `strings.PROBLEMS`, what it is about, and the line, from 1."""

    code: str
    what: str
    line: int


@dataclass
class Rendered:
    """A text made ready for the page, and what was learnt while reading it."""

    body: Markup
    """The text without its notes."""
    notes: Markup
    """The numbered notes as a section, empty when there are none."""
    toc: list[Heading] = field(default_factory=list)
    messages: list[Mention] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    words: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def html(self) -> Markup:
        """The whole text, notes last."""
        return self.body + self.notes

    @property
    def minutes(self) -> int:
        """How long reading takes at 200 words a minute, one at least."""
        return max(1, -(-self.words // 200))
