"""What an EDTF text is made of: a point (a date of any precision), an interval, or a choice between dates.

Bounds are those of the digits written: "about" and "uncertain" say how far to trust them, they do not move them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from webapp.dates.days import Day, month_length
from webapp.dates.names import GROUPINGS


def year_text(year: int) -> str:
    """A year as EDTF writes it: four digits, a minus before year 0, Y before longer ones."""
    sign = "-" if year < 0 else ""
    return f"{'Y' if abs(year) > 9999 else ''}{sign}{abs(year):04d}"


def merged_mark(*marks: str) -> str:
    """One mark for several on the same component: uncertain (?) and approximate (~) together are %."""
    joined = "".join(marks)
    uncertain, approximate = "?" in joined or "%" in joined, "~" in joined or "%" in joined
    return "%" if uncertain and approximate else "?" if uncertain else "~" if approximate else ""


def fits(number: int, mask: str) -> bool:
    """Whether a number answers to digits of which some are unspecified (X)."""
    digits = str(number).zfill(len(mask))
    return len(digits) == len(mask) and all(m in ("X", d) for m, d in zip(mask, digits, strict=True))


@dataclass(frozen=True)
class Year:
    """A year as written, with the first and the last year it may be."""

    text: str
    first: int
    last: int

    @property
    def masked(self) -> bool:
        """Whether some of its digits are unspecified."""
        return "X" in self.text

    @property
    def plain(self) -> bool:
        """Whether it is one year."""
        return self.first == self.last

    def candidates(self, latest_first: bool = False) -> Iterator[int]:
        """Every year it may be, in order of time or backwards."""
        years = range(self.last, self.first - 1, -1) if latest_first else range(self.first, self.last + 1)
        mask = self.text.lstrip("-")
        return (year for year in years if not self.masked or fits(abs(year), mask))


@dataclass(frozen=True)
class Point:
    """A date with as many components as are written, each with its mark (?, ~, % or none)."""

    year: Year
    month: str = ""
    day: str = ""
    marks: tuple[str, ...] = ("",)
    time: str = ""

    @property
    def components(self) -> tuple[str, ...]:
        """Year, then month or season, then day, as far as written."""
        return tuple(part for part in (self.year.text, self.month, self.day) if part)

    @property
    def mark(self) -> str | None:
        """The mark when it is the same on every component; None when they differ."""
        return self.marks[0] if len(set(self.marks)) == 1 else None

    @property
    def is_season(self) -> bool:
        """Whether the month stands for a season, a quarter or another part of a year."""
        return self.month.isdecimal() and int(self.month) in GROUPINGS

    @property
    def is_plain(self) -> bool:
        """Whether it is one year, month or day, every digit known."""
        return self.year.plain and not self.is_season and not self.time and "X" not in self.month + self.day

    @property
    def points(self) -> tuple["Point", ...]:
        """Itself."""
        return (self,)

    @cached_property
    def earliest(self) -> Day | None:
        """The first day it may be; None when no day of the calendar answers to it."""
        return self._edge(latest=False)

    @cached_property
    def latest(self) -> Day | None:
        """The last day it may be."""
        return self._edge(latest=True)

    def months(self) -> list[int]:
        """The months it may be in."""
        return [month for month in range(1, 13) if not self.month or fits(month, self.month)]

    def days(self) -> list[int]:
        """The days of a month it may be, whatever the month's length."""
        return [day for day in range(1, 32) if not self.day or fits(day, self.day)]

    def _edge(self, latest: bool) -> Day | None:
        if self.is_season:
            return self._season_edge(latest)
        months, days = sorted(self.months(), reverse=latest), sorted(self.days(), reverse=latest)
        for year in self.year.candidates(latest):
            for month in months:
                for day in days:
                    if day <= month_length(year, month):
                        return Day(year, month, day)
        return None

    def _season_edge(self, latest: bool) -> Day:
        part = GROUPINGS[int(self.month)]
        if not latest:
            return Day(self.year.first, part.first_month, 1)
        months = part.first_month + part.months - 2
        year, month = self.year.last + months // 12, months % 12 + 1
        return Day(year, month, month_length(year, month))

    def marked(self, mark: str) -> "Point":
        """The same date, with a mark more on all its components."""
        return replace(self, marks=tuple(merged_mark(old, mark) for old in self.marks))

    @property
    def text(self) -> str:
        """Canonical EDTF: a mark shared from the year on stands once, to the right; others stand to the left."""
        shared = self._shared_marks()
        parts = []
        for index, (part, mark) in enumerate(zip(self.components, self.marks, strict=True)):
            left = mark if index >= shared else ""
            right = mark if index == shared - 1 else ""
            parts.append(f"{left}{part}{right}")
        return "-".join(parts) + self.time

    def _shared_marks(self) -> int:
        count = 0
        while count < len(self.marks) and self.marks[0] and self.marks[count] == self.marks[0]:
            count += 1
        return count

    def neighbour(self, step: int) -> "Point":
        """The day, month or year just before (-1) or after (1), of the precision of the edge it leaves.

        Before summer 1944 is until May 1944; after the 1940s is from 1950 on.
        """
        edge = self.earliest if step < 0 else self.latest
        assert edge is not None, "a parsed point has bounds"
        day = Day.from_ordinal(edge.ordinal + step)
        year = Year(year_text(day.year), day.year, day.year)
        if self.day:
            return Point(year, f"{day.month:02d}", f"{day.day:02d}", (self.mark or "",) * 3)
        if self.month:
            return Point(year, f"{day.month:02d}", "", (self.mark or "",) * 2)
        return Point(year, marks=(self.mark or "",))


OPEN, UNKNOWN = "..", ""
End = Point | str


@dataclass(frozen=True)
class Interval:
    """From a start to an end; either may be open ("..", it goes on) or unknown (empty)."""

    start: End
    end: End

    @property
    def points(self) -> tuple[Point, ...]:
        """The ends that are dates."""
        return tuple(end for end in (self.start, self.end) if isinstance(end, Point))

    @property
    def earliest(self) -> Day | None:
        """The first day of the start; None when open or unknown."""
        return self.start.earliest if isinstance(self.start, Point) else None

    @property
    def latest(self) -> Day | None:
        """The last day of the end; None when open or unknown."""
        return self.end.latest if isinstance(self.end, Point) else None

    def marked(self, mark: str) -> "Interval":
        """The same interval with a mark more on its dates."""
        start, end = (e.marked(mark) if isinstance(e, Point) else e for e in (self.start, self.end))
        return Interval(start, end)

    @property
    def text(self) -> str:
        """Canonical EDTF."""
        return "/".join(end.text if isinstance(end, Point) else end for end in (self.start, self.end))


@dataclass(frozen=True)
class Run:
    """A stretch inside a choice, "1670..1672"; None is the open end of "..1672" or "1670.."."""

    first: Point | None
    last: Point | None

    @property
    def points(self) -> tuple[Point, ...]:
        """The ends that are dates."""
        return tuple(end for end in (self.first, self.last) if end)

    @property
    def earliest(self) -> Day | None:
        """The first day; None when open."""
        return self.first.earliest if self.first else None

    @property
    def latest(self) -> Day | None:
        """The last day; None when open."""
        return self.last.latest if self.last else None

    def marked(self, mark: str) -> "Run":
        """The same stretch with a mark more on its dates."""
        return Run(self.first and self.first.marked(mark), self.last and self.last.marked(mark))

    @property
    def text(self) -> str:
        """Canonical EDTF."""
        return "..".join(end.text if end else "" for end in (self.first, self.last))


@dataclass(frozen=True)
class Choice:
    """Several dates: one of them, "[1943,1944]", or all of them, "{1943,1944}"."""

    members: tuple[Point | Run, ...]
    every: bool

    @property
    def points(self) -> tuple[Point, ...]:
        """Every date named in it."""
        return tuple(point for member in self.members for point in member.points)

    @property
    def earliest(self) -> Day | None:
        """The first possible day of any member; None when one is open."""
        days = [member.earliest for member in self.members]
        return None if None in days else min(day for day in days if day)

    @property
    def latest(self) -> Day | None:
        """The last possible day of any member; None when one is open."""
        days = [member.latest for member in self.members]
        return None if None in days else max(day for day in days if day)

    def marked(self, mark: str) -> "Choice":
        """The same choice with a mark more on its dates."""
        return Choice(tuple(member.marked(mark) for member in self.members), self.every)

    @property
    def text(self) -> str:
        """Canonical EDTF, without spaces."""
        inside = ",".join(member.text for member in self.members)
        return f"{{{inside}}}" if self.every else f"[{inside}]"


Shape = Point | Interval | Choice
