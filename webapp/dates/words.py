"""A date in words, French or English, plain text ("1er juin 1944") or HTML (1<sup>er</sup>)."""

import re
from dataclasses import replace
from html import escape
from itertools import pairwise

from webapp.dates.days import Day
from webapp.dates.names import month_names, weekday_names
from webapp.dates.shapes import Choice, Interval, Point, Run, Shape
from webapp.dates.voices import Phrase, Voice, voice

_ORDINAL = re.compile(r"\b(1er|[0-9]{1,3}e|[IVX]+(?:er|e))\b")


def words(shape: Shape, lang: str) -> str:
    """The date as a person would write it."""
    speaker = voice(lang)
    if isinstance(shape, Point):
        return _point_words(shape, speaker)
    if isinstance(shape, Interval):
        return _interval_words(shape, speaker)
    return _choice_words(shape, speaker)


def html(shape: Shape, lang: str) -> str:
    """The same words, escaped, with French ordinals raised."""
    return raised(words(shape, lang), lang)


def raised(text: str, lang: str) -> str:
    """Escaped text in which French ordinals are raised: 1<sup>er</sup>, XX<sup>e</sup>."""
    safe = escape(text)
    if voice(lang) is not voice("fr"):
        return safe
    return _ORDINAL.sub(lambda found: re.sub(r"(er|e)$", r"<sup>\1</sup>", found[1]), safe)


def day_words(day: Day, lang: str, weekday: bool = False) -> str:
    """The day in letters: "5 juin 1944", "lundi 5 juin 1944"."""
    return " ".join(_day_parts(day, lang, weekday))


def night_words(day: Day, lang: str, weekday: bool = True) -> str:
    """A night is dated by its evening and named with its morning: "nuit du lundi 5 au mardi 6 juin 1944"."""
    evening, morning = (Phrase(_day_parts(each, lang, weekday)) for each in (day, day.next))
    short = evening.without_tail_of(morning)
    if voice(lang) is voice("fr"):
        return f"nuit du {short.bare} au {morning.bare}"
    return f"night of {short.bare} to {morning.bare}"


def _day_parts(day: Day, lang: str, weekday: bool) -> tuple[str, ...]:
    speaker = voice(lang)
    number = speaker.day(day.day)
    if weekday:
        number = f"{weekday_names(lang)[day.weekday]} {number}"
    return (number, month_names(lang)[day.month - 1], speaker.year(day.year))


def _point_words(point: Point, speaker: Voice) -> str:
    phrase = phrase_of(point, speaker)
    mark = point.mark
    if mark is None:
        return phrase.bare + _component_doubts(point, speaker)
    text = speaker.about(phrase) if mark in ("~", "%") else phrase.bare
    return text + (speaker.query if mark in ("?", "%") else "")


def _component_doubts(point: Point, speaker: Voice) -> str:
    """Says which component a mark is about, when it is not about the whole date."""
    said = ""
    for mark in "?~%":
        marked = [name for name, own in zip(speaker.components, point.marks, strict=False) if own == mark]
        said += speaker.doubted(mark, marked) if marked else ""
    return said


def phrase_of(point: Point, speaker: Voice) -> Phrase:
    """The date without its marks, in parts."""
    if point.is_season:
        return _season(point, speaker)
    if "X" in "".join(point.components):
        return _masked(point, speaker)
    if not point.year.plain:
        return Phrase((_estimate(point, speaker),))
    phrase = speaker.date(_plain_parts(point, speaker))
    return replace(phrase, tail=_clock(point.time, speaker))


def _plain_parts(point: Point, speaker: Voice) -> tuple[str, ...]:
    """The components that are fully written, from small to large."""
    parts = []
    if point.day and "X" not in point.day:
        parts.append(speaker.day(int(point.day)))
    if point.month and "X" not in point.month:
        parts.append(speaker.month(int(point.month)))
    if point.year.plain and not point.year.masked:
        parts.append(speaker.year(point.year.first))
    return tuple(parts)


def _clock(time: str, speaker: Voice) -> str:
    """The wall clock as written; a zone is repeated, never applied."""
    if not time:
        return ""
    zone = {"": "", "Z": " UTC"}.get(time[9:], f" (UTC{time[9:].replace('-', '−')})")
    return speaker.clock(time[1:3], time[4:6], time[7:9]) + zone


def _estimate(point: Point, speaker: Voice) -> str:
    value = point.year.text.partition("S")[0].lstrip("Y")
    mantissa, _, power = value.partition("E")
    number = int(mantissa) * 10 ** int(power or 0)
    return speaker.estimated(*(speaker.year(year) for year in (number, point.year.first, point.year.last)))


def _season(point: Point, speaker: Voice) -> Phrase:
    phrase = _part_of_year(point, speaker)
    return phrase if point.year.plain else replace(phrase, parts=(", ".join(phrase.parts),))


def _part_of_year(point: Point, speaker: Voice) -> Phrase:
    code, year = int(point.month), _year_phrase(point, speaker).bare
    if code >= 40:
        return speaker.share(code - 40, 2, year)
    if code >= 37:
        return speaker.share(code - 37, 3, year)
    if code >= 33:
        return speaker.share(code - 33, 4, year)
    following = None
    if point.year.plain and point.latest and point.latest.year != point.year.first:
        following = speaker.year(point.latest.year)
    phrase = speaker.season((code - 21) % 4, year, following)
    return replace(phrase, tail=speaker.hemispheres[(code - 25) // 4]) if code >= 25 else phrase


def _masked(point: Point, speaker: Voice) -> Phrase:
    """A date with unspecified digits: what is known, then what is not; digits half known become bounds."""
    if any("X" in part and part.strip("X") for part in (point.month, point.day)):
        return Phrase((_half_known(point, speaker),))
    year = _year_phrase(point, speaker)
    unknown = [
        name
        for name, part in zip(speaker.unknown_names, (point.year.text, point.month, point.day), strict=True)
        if part and not part.strip("X")
    ]
    if not point.month:
        return year
    known = list(_plain_parts(point, speaker))
    if point.year.masked and point.year.text.strip("X"):
        unknown.insert(0, year.bare)
    return Phrase((", ".join([" ".join(known)] * bool(known) + unknown),))


def _half_known(point: Point, speaker: Voice) -> str:
    """1944-06-1X is between 10 and 19 June; 1944-06-X5 is 5, 15 or 25 June."""
    ends = point.day or point.month
    contiguous = ends[0] != "X"
    if not point.year.plain or (point.day and "X" in point.month) or not (contiguous or point.day):
        return f"{point.text} ({_bounds(point, speaker)})"
    if contiguous:
        return _bounds(point, speaker)
    assert point.latest is not None, "a parsed point has bounds"
    month, year = speaker.month(int(point.month)), speaker.year(point.year.first)
    days = [speaker.day(day) for day in point.days() if day <= point.latest.day]
    return f"{speaker.either(days)} {month} {year}"


def _bounds(point: Point, speaker: Voice) -> str:
    edges = []
    for edge in (point.earliest, point.latest):
        assert edge is not None, "a parsed point has bounds"
        parts: tuple[str, ...] = (speaker.month(edge.month), speaker.year(edge.year))
        edges.append(speaker.date((speaker.day(edge.day), *parts) if point.day else parts))
    return speaker.between(edges[0].without_tail_of(edges[1]), edges[1])


def _year_phrase(point: Point, speaker: Voice) -> Phrase:
    """A year, a decade (194X), a century (19XX), or the years between which it lies."""
    year = point.year
    if year.plain:
        return speaker.date((speaker.year(year.first),))
    if year.text == "XXXX":
        return Phrase((speaker.unknown_names[0],))
    if year.text[:3].isdecimal() and year.first >= 1000:
        return speaker.decade(year.first)
    if year.text[:2].isdecimal() and year.text.endswith("XX") and year.first >= 100:
        return speaker.century(year.first // 100 + 1)
    edges = [speaker.date((speaker.year(edge),)) for edge in (year.first, year.last)]
    between = speaker.between(*edges)
    return Phrase((between if "X" not in year.text.rstrip("X") else f"{year.text} ({between})",))


def _local(point: Point, speaker: Voice, doubt: bool) -> Phrase:
    """A date inside a longer phrase, where a mark must not seem to be about the whole."""
    phrase, mark = phrase_of(point, speaker), point.mark
    if mark is None:
        return replace(phrase, tail=phrase.tail + _component_doubts(point, speaker))
    if mark in ("~", "%"):
        phrase = speaker.local_about(phrase)
    if doubt and mark in ("?", "%"):
        phrase = replace(phrase, tail=f"{phrase.tail} (?)")
    return phrase


def _doubt_everywhere(shape: Interval | Choice) -> bool:
    """Whether every date of a phrase is uncertain, so that one question mark at its end says it."""
    return all(point.mark in ("?", "%") for point in shape.points)


def _interval_words(shape: Interval, speaker: Voice) -> str:
    whole = _doubt_everywhere(shape)
    phrases = _shortened(shape.points, speaker, doubt=not whole)
    if len(phrases) == 2:
        text = speaker.between(*phrases)
    elif isinstance(shape.start, Point):
        text = (speaker.since if shape.end else speaker.to_unknown)(phrases[0])
    else:
        text = (speaker.until if shape.start else speaker.from_unknown)(phrases[0])
    return text + (speaker.query if whole else "")


def _choice_words(shape: Choice, speaker: Voice) -> str:
    whole = _doubt_everywhere(shape)
    joined = speaker.every if shape.every else speaker.either
    if len(shape.members) == 1 and isinstance(shape.members[0], Run):
        text = _lone_run(shape.members[0], shape.every, speaker, doubt=not whole)
    elif all(isinstance(member, Point) for member in shape.members):
        text = joined([phrase.bare for phrase in _shortened(shape.points, speaker, doubt=not whole)])
    else:
        text = joined([_member_words(member, speaker, doubt=not whole) for member in shape.members])
    return text + (speaker.query if whole else "")


def _lone_run(run: Run, every: bool, speaker: Voice, doubt: bool) -> str:
    phrases = _shortened(run.points, speaker, doubt)
    if len(phrases) == 2:
        return (speaker.from_to if every else speaker.some_time_between)(*phrases)
    if every:
        return (speaker.since if run.first else speaker.until)(phrases[0])
    point = run.points[0]
    if not point.is_plain or point.mark not in ("", "?"):
        return _member_words(run, speaker, doubt)
    beyond = _local(point.neighbour(-1 if run.first else 1), speaker, doubt)
    return (speaker.after if run.first else speaker.before)(beyond)


def _member_words(member: Point | Run, speaker: Voice, doubt: bool) -> str:
    phrases = _shortened(member.points, speaker, doubt)
    if isinstance(member, Point):
        return phrases[0].bare
    if len(phrases) == 2:
        return speaker.from_to(*phrases)
    return (speaker.or_later if member.first else speaker.or_earlier)(phrases[0])


def _shortened(points: tuple[Point, ...], speaker: Voice, doubt: bool) -> list[Phrase]:
    """The dates of a phrase, each without what the next one repeats: "1er", "5 juin 1944"."""
    phrases = [_local(point, speaker, doubt) for point in points]
    pairs = pairwise(phrases)
    return [*(phrase.without_tail_of(following) for phrase, following in pairs), phrases[-1]]
