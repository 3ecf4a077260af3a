"""EDTF (ISO 8601-2:2019) text to shape: level 0 and 1 whole; of level 2 sets, component qualification, unspecified
digits anywhere, seasons and parts of a year 21 to 41, exponential years and significant digits."""

import re
import unicodedata

from webapp.dates.days import is_leap, month_length
from webapp.dates.errors import BadDate
from webapp.dates.shapes import OPEN, UNKNOWN, Choice, End, Interval, Point, Run, Shape, Year, merged_mark

LIMIT = 200
_MAX_YEAR_DIGITS = 12

_POINT = re.compile(
    r"(?P<left0>[?~%]?)(?P<year>-?[0-9X]{4})(?P<right0>[?~%]?)"
    r"(?:-(?P<left1>[?~%]?)(?P<month>[0-9X]{2})(?P<right1>[?~%]?)"
    r"(?:-(?P<left2>[?~%]?)(?P<day>[0-9X]{2})(?P<right2>[?~%]?))?)?"
)
_LONG_YEAR = re.compile(
    r"(?P<left>[?~%]?)(?P<year>(?P<prefix>Y?)(?P<sign>-?)(?P<digits>[0-9]+)(?:E(?P<power>[0-9]+))?(?:S(?P<sure>[0-9]+))?)"
    r"(?P<right>[?~%]?)"
)
_MOMENT = re.compile(
    r"(?P<date>-?[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?P<time>T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:Z|[+-](?:0[0-9]|1[0-4])(?::[0-5][0-9])?)?)"
)


def check_characters(text: str) -> None:
    """Refuses what no date holds: more than 200 characters, controls, invisible characters, other scripts' digits."""
    if not text.strip(" "):
        raise BadDate("empty")
    if len(text) > LIMIT:
        raise BadDate("too-long", limit=LIMIT)
    for char in text:
        foreign_digit = not char.isascii() and char.isdigit()
        if foreign_digit or unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"}:
            raise BadDate("characters", codepoint=f"U+{ord(char):04X}")


def shape(text: str) -> Shape:
    """The shape of an EDTF text; raises BadDate."""
    check_characters(text)
    text = text.strip(" ")
    if text[0] in "[{":
        return _choice(text)
    if "/" in text:
        return _interval(text)
    if "T" in text:
        return _moment(text)
    return point(text)


def point(text: str) -> Point:
    """A date of any precision, marks included, without time; raises BadDate."""
    match = _POINT.fullmatch(text)
    if match is None:
        return _long_year(text)
    year, month, day = match["year"], match["month"] or "", match["day"] or ""
    found = Point(_year(year), month, day, _marks(match, 1 + bool(month) + bool(day)))
    _check_calendar(found)
    return found


def _marks(match: re.Match[str], count: int) -> tuple[str, ...]:
    """A mark to the right qualifies its component and all to its left; one to the left, its component alone."""
    rights = [match[f"right{index}"] or "" for index in range(count)]
    lefts = [match[f"left{index}"] or "" for index in range(count)]
    return tuple(merged_mark(left, *rights[index:]) for index, left in enumerate(lefts))


def _year(text: str) -> Year:
    """A year of four digits, some perhaps unspecified. "-0000" is not a year: 0000 is."""
    digits = text.lstrip("-")
    low, high = int(digits.replace("X", "0")), int(digits.replace("X", "9"))
    if not text.startswith("-"):
        return Year(text, low, high)
    if high == 0:
        raise BadDate("not-edtf", text=text)
    return Year(text, -high, -max(low, 1))


def _check_calendar(found: Point) -> None:
    """Refuses months and days that no calendar has; the rule for 29 February is the Gregorian one, of any year."""
    month, day = found.month, found.day
    if found.is_season and not day:
        return
    if month.isdecimal() and not 1 <= int(month) <= 12:
        raise BadDate("no-such-month", number=month, year=found.year.text)
    if found.earliest is not None:
        return
    if not found.is_plain:
        raise BadDate("no-match", text=found.text)
    year, number = found.year.first, int(month)
    if (number, day) == (2, "29") and not is_leap(year):
        raise BadDate("not-leap", year=found.year.text)
    raise BadDate("no-such-day", day=int(day), month=number, length=month_length(year, number), year=found.year.text)


def _long_year(text: str) -> Point:
    """Years with a letter: Y170000002, Y-17E7, 1950S2, Y171010000S3."""
    match = _LONG_YEAR.fullmatch(text)
    if match is None or not (match["prefix"] or match["sure"]):
        raise BadDate("not-edtf", text=text)
    digits = _digits(match, text)
    if match["prefix"] and (len(digits) <= 4 or match["digits"].startswith("0")):
        raise BadDate("year-prefix", text=text)
    if not match["prefix"] and (len(match["digits"]) != 4 or match["power"]):
        raise BadDate("not-edtf", text=text)
    first, last = _significant(digits, match["sure"], text)
    if match["sign"]:
        first, last = -last, -first
    return Point(Year(match["year"], first, last), marks=(merged_mark(match["left"], match["right"]),))


def _digits(match: re.Match[str], text: str) -> str:
    power = match["power"] or "0"
    if len(match["digits"]) > _MAX_YEAR_DIGITS or len(power) > 2:
        raise BadDate("year-too-far", text=text)
    digits = match["digits"] + "0" * int(power)
    if len(digits) > _MAX_YEAR_DIGITS:
        raise BadDate("year-too-far", text=text)
    return digits


def _significant(digits: str, sure: str | None, text: str) -> tuple[int, int]:
    """1950S2 is a year from 1900 to 1999 thought to be 1950 (ISO 8601-2, significant digits)."""
    if sure is None:
        return int(digits), int(digits)
    if len(sure) > 2 or not 1 <= int(sure) <= len(digits):
        raise BadDate("significant-digits", text=text)
    span = 10 ** (len(digits) - int(sure))
    first = int(digits) // span * span
    return first, first + span - 1


def _moment(text: str) -> Point:
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise BadDate("no-such-time", text=text)
    day = point(match["date"])
    return Point(day.year, day.month, day.day, day.marks, match["time"])


def _interval(text: str) -> Interval:
    parts = text.split("/")
    if len(parts) != 2:
        raise BadDate("not-edtf", text=text)
    start, end = (_end(part) for part in parts)
    found = Interval(start, end)
    if not found.points:
        raise BadDate("no-bounds", text=text)
    _check_order(found, text)
    return found


def _end(text: str) -> End:
    return text if text in (OPEN, UNKNOWN) else point(text)


def _check_order(found: Interval | Run, text: str) -> None:
    if found.earliest and found.latest and found.earliest > found.latest:
        raise BadDate("reversed", text=text)


def _choice(text: str) -> Choice:
    every = text[0] == "{"
    if text[-1] != ("}" if every else "]") or not text[1:-1].strip(" "):
        raise BadDate("not-edtf", text=text)
    members = tuple(_member(part.strip(" "), text) for part in text[1:-1].split(","))
    return Choice(members, every)


def _member(part: str, whole: str) -> Point | Run:
    if ".." not in part:
        return point(part)
    first, _, last = part.partition("..")
    run = Run(point(first) if first else None, point(last) if last else None)
    if not run.points:
        raise BadDate("no-bounds", text=whole)
    _check_order(run, part)
    return run
