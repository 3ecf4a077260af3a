"""A date of the archive: its EDTF text, its first and last possible day, and its words."""

from dataclasses import dataclass, field
from functools import lru_cache

from webapp.dates import grammar, words
from webapp.dates.days import Day
from webapp.dates.shapes import Shape


@dataclass(frozen=True)
class Edtf:
    """A date; equal to another when both have the same canonical text."""

    text: str
    shape: Shape = field(compare=False, repr=False)
    earliest: Day | None = field(compare=False)
    latest: Day | None = field(compare=False)

    @classmethod
    def of(cls, shape: Shape) -> "Edtf":
        """The date of a shape."""
        return cls(shape.text, shape, shape.earliest, shape.latest)

    @property
    def day(self) -> Day | None:
        """The day, when it is exactly one and not "about" one; it may still be uncertain (1944-06-05?)."""
        return self.earliest if self.earliest == self.latest and not self.approximate else None

    @property
    def uncertain(self) -> bool:
        """Whether any part of it is marked ? or %."""
        return any(mark in ("?", "%") for point in self.shape.points for mark in point.marks)

    @property
    def approximate(self) -> bool:
        """Whether any part of it is marked ~ or %, or only its first digits are significant."""
        marked = any(mark in ("~", "%") for point in self.shape.points for mark in point.marks)
        return marked or any("S" in point.year.text for point in self.shape.points)

    @property
    def doubtful(self) -> bool:
        """Whether it is uncertain or approximate: then nothing is certain of it, not even its year."""
        return self.uncertain or self.approximate

    def words(self, lang: str) -> str:
        """Plain text in French or English: "vers mai 1944", "5 juin 1944 ?"."""
        return words.words(self.shape, lang)

    def html(self, lang: str) -> str:
        """The words as escaped HTML, with 1<sup>er</sup> in French."""
        return words.html(self.shape, lang)

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=4096)
def parse(text: str) -> Edtf:
    """The date of an EDTF text (ISO 8601-2:2019), as stored or sent by machines; raises BadDate."""
    return Edtf.of(grammar.shape(text))
