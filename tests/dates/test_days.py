"""Days are counted over all years, without a clock and without a time zone."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.dates import Day, month_length


@given(st.dates())
def test_a_day_has_the_ordinal_and_weekday_of_the_common_calendar(date: datetime.date) -> None:
    day = Day(date.year, date.month, date.day)
    assert (day.ordinal, day.weekday, day.iso) == (date.toordinal(), date.weekday(), date.isoformat())
    assert Day.from_ordinal(date.toordinal()) == day


@given(st.integers(-400_000_000_000, 400_000_000_000))
def test_every_ordinal_is_one_day(ordinal: int) -> None:
    day = Day.from_ordinal(ordinal)
    assert day.ordinal == ordinal
    assert 1 <= day.month <= 12
    assert 1 <= day.day <= month_length(day.year, day.month)
    assert day < day.next
    assert day.next.previous == day


@pytest.mark.parametrize(
    ("day", "ordinal", "iso"),
    [
        (Day(1, 1, 1), 1, "0001-01-01"),
        (Day(0, 12, 31), 0, "0000-12-31"),
        (Day(0, 2, 29), -306, "0000-02-29"),
        (Day(-1, 12, 31), -366, "-0001-12-31"),
        (Day(1944, 6, 5), 709_822, "1944-06-05"),
        (Day(17000, 1, 1), 6_208_758, "+17000-01-01"),
    ],
)
def test_years_before_1_and_after_9999_are_counted_too(day: Day, ordinal: int, iso: str) -> None:
    assert (day.ordinal, day.iso) == (ordinal, iso)


def test_the_night_before_the_landings_began_on_a_monday() -> None:
    assert Day(1944, 6, 5).weekday == 0


def test_the_day_after_28_february_depends_on_the_year() -> None:
    assert Day(1944, 2, 28).next == Day(1944, 2, 29)
    assert Day(1943, 2, 28).next == Day(1943, 3, 1)
    assert Day(1900, 2, 28).next == Day(1900, 3, 1)
    assert Day(2000, 3, 1).previous == Day(2000, 2, 29)
