"""The nights that have broadcasts, in the order of time: what comes before, after, nearest, or on a day of the year."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from webapp.dates import Day, is_leap, month_length

YEAR = 366  # days of a year that has every day


class Night(NamedTuple):
    """A night of the archive: how many messages, and how many of them are dated to it with a question mark only.

    This is what the archive means wherever it counts the messages of a night: those that some date puts on this very
    night, each once, code words that were read included. Wider dates that include the night are counted apart.
    """

    ordinal: int
    messages: int
    doubtful: int

    @property
    def day(self) -> Day:
        """The evening that dates the night."""
        return Day.from_ordinal(self.ordinal)

    @property
    def certain(self) -> int:
        """How many messages were certainly read that night."""
        return self.messages - self.doubtful


class NoDay(Exception):
    """The text in the address is no day; ``reason`` is ``shape``, ``month``, ``length`` or ``year``."""

    def __init__(self, reason: str, year: int = 0, month: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.year, self.month = reason, year, month


_DASHES = re.compile(r"[\s‐-―−./]+")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_DAY_OF_YEAR = re.compile(r"(\d{1,2})-(\d{1,2})", re.ASCII)


def read_day(typed: str) -> Day:
    """The day of an address, any dash forgiven; raises NoDay with the reason."""
    found = _DAY.fullmatch(_tidy(typed))
    if not found:
        raise NoDay("shape")
    year, month, day = (int(number) for number in found.groups())
    if year == 0:
        raise NoDay("year")
    return Day(year, *_checked(year, month, day))


def read_day_of_year(typed: str) -> tuple[int, int]:
    """Month and day of an address; 29 February is one; raises NoDay with the reason."""
    found = _DAY_OF_YEAR.fullmatch(_tidy(typed))
    if not found:
        raise NoDay("shape")
    return _checked(2000, int(found[1]), int(found[2]))


def _tidy(typed: str) -> str:
    return _DASHES.sub("-", typed[:40].strip())


def _checked(year: int, month: int, day: int) -> tuple[int, int]:
    if not 1 <= month <= 12:
        raise NoDay("month", year, month)
    if not 1 <= day <= month_length(year, month):
        raise NoDay("length", year, month)
    return month, day


class Calendar:
    """All nights with broadcasts. Built once and kept until the archive changes."""

    def __init__(self, nights: Iterable[Night]) -> None:
        self.nights = sorted(nights)
        self._ordinals = [night.ordinal for night in self.nights]
        self.years = Counter(night.day.year for night in self.nights)

    def at(self, day: Day) -> Night | None:
        """The night of that day, if it has broadcasts."""
        spot = bisect_left(self._ordinals, day.ordinal)
        return self.nights[spot] if self._ordinals[spot : spot + 1] == [day.ordinal] else None

    def before(self, day: Day) -> Night | None:
        """The last night with broadcasts before that day."""
        spot = bisect_left(self._ordinals, day.ordinal)
        return self.nights[spot - 1] if spot else None

    def after(self, day: Day) -> Night | None:
        """The first night with broadcasts after that day."""
        spot = bisect_right(self._ordinals, day.ordinal)
        return self.nights[spot] if spot < len(self.nights) else None

    def nearest(self, day: Day) -> Night | None:
        """The night with broadcasts that is nearest to that day, itself included; the earlier of two."""
        near = [night for night in (self.at(day), self.before(day), self.after(day)) if night]
        return min(near, key=lambda night: (abs(night.ordinal - day.ordinal), night.ordinal), default=None)

    def between(self, first: Day, last: Day) -> list[Night]:
        """The nights from the first to the last day."""
        return self.nights[bisect_left(self._ordinals, first.ordinal) : bisect_right(self._ordinals, last.ordinal)]

    def month(self, year: int, month: int) -> list[tuple[Day, Night | None]]:
        """Every day of a month with its night, or None where the archive has nothing."""
        days = [Day(year, month, number) for number in range(1, month_length(year, month) + 1)]
        return [(day, self.at(day)) for day in days]

    def months(self, year: int) -> list[tuple[int, list[Night]]]:
        """The months of a year that have nights, each with them."""
        by_month: dict[int, list[Night]] = {}
        for night in self.between(Day(year, 1, 1), Day(year, 12, 31)):
            by_month.setdefault(night.day.month, []).append(night)
        return list(by_month.items())

    def on(self, month: int, day: int) -> list[Night]:
        """The nights of that day in any year, in the order of time."""
        years = [year for year in sorted(self.years) if (month, day) != (2, 29) or is_leap(year)]
        return [night for year in years if (night := self.at(Day(year, month, day)))]

    def days_of_year(self) -> list[tuple[int, int]]:
        """The days of the year that have a night in some year."""
        return sorted({(night.day.month, night.day.day) for night in self.nights})

    def holds(self, day: Day) -> bool:
        """Whether the day lies in the years that the archive covers, from its first night to its last."""
        return bool(self.years) and min(self.years) <= day.year <= max(self.years)

    @property
    def fullest_year(self) -> int | None:
        """The year with most nights."""
        return max(self.years, key=lambda year: (self.years[year], year), default=None)


def nearest_day_of_year(days: list[tuple[int, int]], month: int, day: int) -> tuple[int, int] | None:
    """The day of the year nearest to one, across the turn of the year; the earlier of two."""
    wanted = _number(month, day)

    def away(each: tuple[int, int]) -> tuple[int, int]:
        ahead = (_number(*each) - wanted) % YEAR
        return min(ahead, YEAR - ahead), ahead

    return min(days, key=away, default=None)


def around_day_of_year(
    days: list[tuple[int, int]], month: int, day: int
) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """The days of the year with nights before and after one, going round at the turn of the year."""
    others = [each for each in days if each != (month, day)]
    if not others:
        return None, None
    spot = bisect_left(others, (month, day))
    return others[spot - 1], others[spot % len(others)]


def _number(month: int, day: int) -> int:
    return Day(2000, month, day).ordinal - Day(2000, 1, 1).ordinal
