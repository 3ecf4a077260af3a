"""What is cited: one record of the archive, as it stood at a version, reduced to what a reference says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from webapp.dates import Day, Edtf, parse


class When(NamedTuple):
    """A date of a message, and whether it is that of the operation: then nobody knows when the phrase was read."""

    date: Edtf
    operation: bool = False


@dataclass(frozen=True)
class Citable:
    """A record as a reference sees it. What nobody knows is empty, and no style fills it in.

    ``kind`` is message, meaning, night, essay, source, station, network, place or collection. ``title`` is the phrase,
    the title or the name, ``lang`` its language. ``authors`` are as they sign; "Family, Given" is turned about where a
    style wants it, any other name stays as it is, since a program cannot tell a surname from a newspaper. ``standing``
    is empty where it must not be told (the outsider's reading). ``url`` is the permanent address of this version;
    ``version`` is None for what has none (a night). ``issued`` is the date of a source as its own page writes it.
    """

    kind: str
    title: str
    url: str
    id: str = ""
    lang: str = ""
    authors: tuple[str, ...] = ()
    translation: str = ""
    form: str = "message"
    rendering: bool = False
    station: str = ""
    dates: tuple[When, ...] = ()
    version: int | None = None
    versioned: Day | None = None
    standing: str = ""
    statement: str = ""
    publisher: str = ""
    issued: str = ""
    original: str = ""
    withdrawn: bool = False
    accessed: Day | None = None

    @property
    def known(self) -> tuple[When, ...]:
        """The dates that a reference gives, each once: those of broadcasts, else those of operations."""
        read = [when for when in self.dates if not when.operation]
        return tuple(dict.fromkeys(read or self.dates))

    @property
    def made(self) -> Edtf | None:
        """The day on which this version was made; the date of what the archive itself says."""
        return parse(self.versioned.iso) if self.versioned else None

    @property
    def own_work(self) -> bool:
        """Whether it is somebody else's work that the archive only describes: a source."""
        return self.kind != "source"
