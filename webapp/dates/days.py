"""One day of the proleptic Gregorian calendar, of any year: no clock, no time zone, no year 1 to 9999 limit."""

from typing import NamedTuple

_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS_IN_400_YEARS = 146_097


def is_leap(year: int) -> bool:
    """Whether the year has a 29 February; year 0 and negative years are counted as ISO 8601 does (0 is 1 BC)."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    """Number of days in a month, 28 to 31."""
    return 29 if month == 2 and is_leap(year) else _LENGTHS[month - 1]


def _days_before(year: int) -> int:
    before = year - 1
    return before * 365 + before // 4 - before // 100 + before // 400


class Day(NamedTuple):
    """A day. Days compare in the order of time; the night of a broadcast is the Day of its evening."""

    year: int
    month: int
    day: int

    @property
    def ordinal(self) -> int:
        """Days counted so that 0001-01-01 is 1, as date.toordinal does, and on below it for earlier years."""
        months = sum(month_length(self.year, month) for month in range(1, self.month))
        return _days_before(self.year) + months + self.day

    @classmethod
    def from_ordinal(cls, ordinal: int) -> "Day":
        """The day with that ordinal."""
        year = ordinal * 400 // _DAYS_IN_400_YEARS + 1
        while _days_before(year) >= ordinal:
            year -= 1
        while _days_before(year + 1) < ordinal:
            year += 1
        rest, month = ordinal - _days_before(year), 1
        while rest > month_length(year, month):
            rest, month = rest - month_length(year, month), month + 1
        return cls(year, month, rest)

    @property
    def iso(self) -> str:
        """The day as in "1944-06-05"; years beyond four digits carry a sign, as ISO 8601 asks."""
        sign = "-" if self.year < 0 else "+" if self.year > 9999 else ""
        return f"{sign}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"

    @property
    def weekday(self) -> int:
        """Monday is 0, Sunday is 6."""
        return (self.ordinal + 6) % 7

    @property
    def next(self) -> "Day":
        """The following day: the morning on which a night ends."""
        return Day.from_ordinal(self.ordinal + 1)

    @property
    def previous(self) -> "Day":
        """The day before."""
        return Day.from_ordinal(self.ordinal - 1)
