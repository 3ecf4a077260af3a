"""Reading a date as people write it, in French, in English, in numbers or in EDTF.

A sentence is tried against a list of rules, from the plainest to the most composed; none of them guesses. What could
be two dates is refused, and what was decided (day first, a night by its evening) is said in the echo.
"""

import re
from collections.abc import Callable

from webapp.dates import grammar
from webapp.dates.echo import Understood
from webapp.dates.edtf import Edtf, parse
from webapp.dates.errors import BadDate
from webapp.dates.folding import folded
from webapp.dates.pieces import ABOUT, DOUBT, Piece, filled, piece
from webapp.dates.shapes import OPEN, UNKNOWN, Choice, Interval, Point, Run, Shape

Rule = Callable[[str], Shape | None]


def read(text: str) -> Edtf:
    """The date a person wrote; raises BadDate with a message that says what to type."""
    return understand(text).date


def understand(text: str) -> Understood:
    """The date a person wrote and what was decided in reading it, to be echoed; raises BadDate."""
    grammar.check_characters(text)
    plain = folded(text)
    try:
        found = _phrase(plain)
        if found is None:
            raise _unreadable(plain)
        return Understood.of(plain, parse(found.text))
    except BadDate as refusal:
        if "text" not in refusal.params:
            raise
        raise BadDate(refusal.code, **{**refusal.params, "text": text.strip()}) from None


def _phrase(plain: str) -> Shape | None:
    for rule in _RULES:
        found = rule(plain)
        if found is not None:
            return found
    return None


_CLOCK = re.compile(r"\d ?(?:h|:|heures?|am|pm)(?: ?\d{2})?$")
_BARE_NUMBERS = re.compile(r"\d{1,2}(?:[/.-]\d{1,2})?")


def _unreadable(plain: str) -> BadDate:
    """Why a text is no date, as precisely as can be told."""
    if _CLOCK.search(plain):
        return BadDate("has-time", text=plain)
    found = piece(plain)
    if found and found.month and found.day:
        return _no_year(plain, found)
    if (found and not found.year) or _BARE_NUMBERS.fullmatch(plain):
        return BadDate("no-year", text=plain)
    return BadDate("not-understood", text=plain)


def _no_year(plain: str, found: Piece) -> BadDate:
    """A number of two digits after a month is a day in English and may be a year in either language."""
    if found.month <= "12" and re.search(r"[a-z] \d{2}$", plain):
        return BadDate("day-or-year", text=plain, number=found.day, month=int(found.month))
    return BadDate("no-year", text=plain)


_SHORT_RANGE = re.compile(r"(?P<year>\d{4}) ?(?P<sign>[-/]) ?(?P<last>\d{2})")


def _year_range(plain: str) -> Shape | None:
    """1943-44 and 1943/44 are years, 1944-06 is a month; 1940-41 could also be a part of 1940 in EDTF."""
    match = _SHORT_RANGE.fullmatch(plain)
    if match is None or int(match["last"]) <= int(match["year"][2:]):
        return None
    year, last = match["year"], match["year"][:2] + match["last"]
    if match["sign"] == "-" and int(match["last"]) <= 12:
        return None
    if match["sign"] == "-" and 21 <= int(match["last"]) <= 41:
        raise BadDate("which-years", text=plain, year=year, last=last)
    return grammar.shape(f"{year}/{last}")


_EDTF = re.compile(r"[0-9XYESTZ?~%./\[\]{},:+-]+")
_LOOSE = re.compile(r" ?([?~%,/\[\]{}]|\.\.) ?")


def _edtf(plain: str) -> Shape | None:
    """EDTF, also with spaces and small letters."""
    text = _LOOSE.sub(r"\1", plain).upper()
    if not _EDTF.fullmatch(text):
        return None
    try:
        return grammar.shape(text)
    except BadDate as refusal:
        if refusal.code == "not-edtf":
            return None
        raise


def _lone(plain: str) -> Point | None:
    found = piece(plain)
    return found.point() if found and found.year else None


def _points(texts: list[str]) -> list[Point] | None:
    """The dates of a list, each filled from its neighbours; None when one of them is no date."""
    pieces = [found for text in texts if (found := piece(text))]
    return [each.point() for each in filled(pieces)] if len(pieces) == len(texts) else None


def _marking(pattern: str, mark: str) -> Rule:
    """A rule for words that qualify everything beside them."""
    compiled = re.compile(pattern)

    def rule(plain: str) -> Shape | None:
        match = compiled.fullmatch(plain)
        found = _phrase(match[1]) if match else None
        return found.marked(mark) if found else None

    return rule


_NIGHT = re.compile(
    r"(?:(?:dans|pendant|au cours de|during|on|in|le|la|the) )*(?:nuit|night|soiree|soir|evening)s? "
    r"(?:d[eu] |des |d'|of |from |on )?(.+)"
)
_EVENING = re.compile(r"(.+?),? (?:au soir|dans la (?:nuit|soiree)|in the evening|at night|night|evening|soir)")
_TWO_DAYS = re.compile(r"(.+?) (?:au|to|et|and|-|until) (.+)")


def _night(plain: str) -> Shape | None:
    """A night is dated by its evening: the night of 5 to 6 June is 5 June."""
    match = _NIGHT.fullmatch(plain) or _EVENING.fullmatch(plain)
    if match is None:
        return None
    pair = _TWO_DAYS.fullmatch(match[1])
    points = _points(list(pair.groups())) if pair else None
    if points is None:
        return _evening(match[1])
    evening, morning = (point.earliest if point.day else None for point in points)
    if evening is None or morning is None or evening.next != morning:
        raise BadDate("not-one-night", text=plain)
    return points[0]


def _evening(plain: str) -> Shape | None:
    found = _phrase(plain)
    if found is None or isinstance(found, Interval):
        return None
    if not all(point.day for point in found.points):
        raise BadDate("not-one-night", text=plain)
    return found


def _bounding(patterns: tuple[str, ...], bound: Callable[[Point], Run]) -> Rule:
    """A rule for one date of which only a bound is known: "avant 1944" is one date up to 1943."""
    compiled = [re.compile(pattern) for pattern in patterns]

    def rule(plain: str) -> Shape | None:
        for pattern in compiled:
            match = pattern.fullmatch(plain)
            points = _points([match[1]]) if match else None
            if points:
                return Choice((bound(points[0]),), every=False)
        return None

    return rule


_BEFORE = _bounding((r"(?:avant|before|anterieure? a|prior to) (.+)",), lambda point: Run(None, point.neighbour(-1)))
_AFTER = _bounding((r"(?:apres|after|posterieure? a) (.+)",), lambda point: Run(point.neighbour(1), None))
_AT_LATEST = _bounding(
    (
        r"(?:au plus tard|no later than|not after|pas apres|by) (.+)",
        r"(.+?),? (?:au plus tard|at the latest|(?:ou|or) (?:avant|before|plus tot|earlier))",
    ),
    lambda point: Run(None, point),
)
_AT_EARLIEST = _bounding(
    (
        r"(?:au plus tot|no earlier than|not before|pas avant) (.+)",
        r"(.+?),? (?:au plus tot|at the earliest|(?:ou|or) (?:apres|after|plus tard|later))",
    ),
    lambda point: Run(point, None),
)


def _some_time_between(plain: str) -> Shape | None:
    match = re.fullmatch(r"(?:une date entre (.+) et (.+)|a date between (.+) and (.+))", plain)
    points = _points([text for text in match.groups() if text]) if match else None
    return Choice((Run(*points),), every=False) if points else None


_TO = r"(?:au|a|aux|jusqu'(?:au|a l'|aux|a|en))"
_INTERVALS = tuple(
    re.compile(pattern)
    for pattern in (
        r"entre (.+) et (.+)",
        r"between (.+) and (.+)",
        rf"(?:du|de l'|de|des|d'|depuis) ?(.+?) {_TO} (.+)",
        r"from (.+?) (?:to|until|till|through) (.+)",
        rf"(.+?) (?:to|until|till|through|{_TO}) (.+)",
    )
)
_NOBODY_KNOWS = {"une date inconnue", "an unknown date"}


def _interval(plain: str) -> Shape | None:
    for pattern in _INTERVALS:
        match = pattern.fullmatch(plain)
        found = _ends(match[1], match[2]) if match else None
        if found:
            return found
    return None


def _ends(first: str, last: str) -> Interval | None:
    known = [text for text in (first, last) if text not in _NOBODY_KNOWS]
    points = _points(known)
    if not points:
        return None
    if len(points) == 2:
        return Interval(points[0], points[1])
    return Interval(UNKNOWN, points[0]) if first in _NOBODY_KNOWS else Interval(points[0], UNKNOWN)


_SINCE = re.compile(r"(?:depuis|a (?:partir|compter) d(?:es|e l'|e|u|')|des|since|from) ?(.+?)(?: on| onwards?)?")
_UNTIL = re.compile(r"(?:jusqu'(?:aux|au|a|en)|until|till|up to) ?(.+)")


def _open_interval(plain: str) -> Shape | None:
    """From a date on, or until one: it lasted, and the other end is open."""
    for pattern, build in (
        (_SINCE, lambda point: Interval(point, OPEN)),
        (_UNTIL, lambda point: Interval(OPEN, point)),
    ):
        match = pattern.fullmatch(plain)
        points = _points([match[1]]) if match else None
        if points:
            return build(points[0])
    return None


_OR = re.compile(r",? (?:ou bien|ou|or) (?:en |in |le |the )?|, ")
_AND = re.compile(r",? (?:et|and|&) |, ")


def _alternatives(plain: str) -> Shape | None:
    """One of several dates (ou, or) or all of them (et, and)."""
    plain = re.sub(r"^(?:soit|either) ", "", plain)
    for word, separator, every in ((r" (?:ou|or) ", _OR, False), (r" (?:et|and|&) ", _AND, True)):
        points = _points(separator.split(plain)) if re.search(word, plain) else None
        if points:
            return Choice(tuple(points), every)
    return None


def _dash(plain: str) -> Shape | None:
    """Both ends of a range with a dash must be of one kind, since a dash says little: "5 - 6 juin 1944"."""
    texts = re.sub(r"^annees (?=\d{4} - \d{4}$)", "", plain).split(" - ")
    pieces = filled([found for text in texts if (found := piece(text))])
    if len(texts) != 2 or len(pieces) != 2 or pieces[0].kind != pieces[1].kind:
        return None
    return Interval(pieces[0].point(), pieces[1].point())


_RULES: tuple[Rule, ...] = (
    _year_range,
    _edtf,
    _lone,
    _marking(r"(.*[^? ]) ?\?+", "?"),
    _marking(rf"{DOUBT} (.+)", "?"),
    _marking(rf"{ABOUT} (.+)", "~"),
    _night,
    _AT_LATEST,
    _AT_EARLIEST,
    _BEFORE,
    _AFTER,
    _some_time_between,
    _interval,
    _open_interval,
    _alternatives,
    _dash,
)
