"""One date among others in a sentence: "5", "juin 1944", "l’été", "vers le lundi 5 juin 44"; what it leaves out
("entre mars et mai 1943") is filled in from its neighbours."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from webapp.dates import grammar
from webapp.dates.errors import BadDate
from webapp.dates.folding import MONTH, MONTHS, NTH, WEEKDAYS
from webapp.dates.names import weekday_names
from webapp.dates.shapes import Point, merged_mark, year_text


@dataclass(frozen=True)
class Piece:
    """A date as far as it was written."""

    year: str = ""
    month: str = ""
    day: str = ""
    mark: str = ""
    weekday: int | None = None
    is_part: bool = False

    @property
    def kind(self) -> tuple[bool, bool, bool]:
        """How precise it is, so that two ends of a range can be compared."""
        return bool(self.day), bool(self.month), self.month > "20"

    def point(self) -> Point:
        """The date it names; raises BadDate when the calendar has none such, or on another weekday."""
        if not self.year or (self.day and not self.month):
            raise BadDate("no-year" if self.month else "not-understood", text=f"{self.day} {self.month}".strip())
        found = grammar.point("-".join(part for part in (self.year, self.month, self.day) if part))
        if self.is_part and self.day:
            raise BadDate("no-part", text=found.text)
        if self.weekday is not None and self.day and found.earliest:
            _check_weekday(found, self.weekday)
        return found.marked(self.mark)


def _check_weekday(found: Point, said: int) -> None:
    day = found.earliest
    if day is None or day.weekday == said:
        return
    names = {
        f"{which}_{lang}": weekday_names(lang)[index]
        for lang in ("fr", "en")
        for which, index in (("said", said), ("true", day.weekday))
    }
    raise BadDate("wrong-weekday", day=day.day, month=day.month, year=day.year, **names)


ABOUT = r"(?:vers|environ|circa|ca|c|about|around|approximately|approx|autour d[eu]|aux (?:environs|alentours) d[eu])"
DOUBT = r"(?:peut-etre|probablement|sans doute|possiblement|possibly|perhaps|probably|maybe)"
_PART = r"(?:debut|mi|fin|milieu|courant|early|mid|late|beginning|start|end|middle|(?:premiers|derniers) jours)"
_ARTICLE = (
    r"(?:le|la|les|the|on|en|in|au|aux|a|du|de|des|of|mois|month|years?|during|pendant|dans|cours"
    r"|annee|annees(?! '?(?:\d{3}0|\d0)(?!\d)))"
)
_PREFIX = re.compile(
    rf"(?P<about>{ABOUT} |~ ?)|(?P<doubt>{DOUBT} )|(?P<part>{_PART}[ -])|(?P<article>{_ARTICLE} |[ld]')"
    rf"|(?P<weekday>{'|'.join(WEEKDAYS)}),? "
)
_SUFFIX = re.compile(r"(?P<about> environ| approximately|~)$|(?P<doubt> ?\(\?\)| ?\?)$")

_YEAR = (
    r"(?:(?P<y>-?\d{4})|'?(?P<yy>\d{2})"
    r"|(?P<bc>\d{1,4}) (?:av j-?c|bce?)|(?P<ad>\d{1,4}) (?:apr j-?c|ad|ce))"
)
_DAY = rf"(?P<d>\d{{1,2}}){NTH}?"
_M = rf"(?P<m>{MONTH})"
_OF = r"(?:[ -](?:of |de |d')?)"
_SEASONS = {
    "printemps": "21", "spring": "21", "ete": "22", "summer": "22", "automne": "23", "autumn": "23", "fall": "23",
    "hiver": "24", "winter": "24",
}  # fmt: skip
_SHARES = {"trimestre": 33, "quarter": 33, "quadrimestre": 37, "semestre": 40, "half": 40}
_ROMAN = {"i": 1, "v": 5, "x": 10}

Builder = Callable[[re.Match[str]], Piece | None]


def _year_of(match: re.Match[str]) -> str:
    """The year in four digits; two digits mean 19xx in this archive."""
    said = match.groupdict()
    if said.get("yy"):
        return f"19{said['yy']}"
    if said.get("bc") or said.get("ad"):
        year = 1 - int(said["bc"]) if said["bc"] else int(said["ad"])
        return year_text(year)
    return said.get("y") or ""


def _by_name(match: re.Match[str]) -> Piece:
    said = match.groupdict()
    day = f"{int(said['d']):02d}" if said.get("d") else ""
    return Piece(_year_of(match), f"{MONTHS[match['m']]:02d}", day)


def _bare_number(match: re.Match[str]) -> Piece:
    number = int(match["n"])
    return Piece(day=f"{number:02d}") if number <= 31 else Piece(year=f"19{number:02d}")


def _by_numbers(match: re.Match[str]) -> Piece:
    """Day first, as France and Britain write: 6/5/1944 is 6 May. A month above 12 is refused, never swapped."""
    day, month = int(match["d"]), int(match["m"])
    if month > 12 and 1 <= day <= 12:
        swapped = f"{month}/{day}/{match['y'] or match['yy']}"
        raise BadDate("day-first", text=match[0], number=month, swapped=swapped)
    return Piece(_year_of(match), f"{month:02d}", f"{day:02d}")


def _year_first(match: re.Match[str]) -> Piece:
    return Piece(match["y"], f"{int(match['m']):02d}", f"{int(match['d']):02d}")


def _month_and_year(match: re.Match[str]) -> Piece | None:
    if match["yy"] and int(match["yy"]) <= 31:
        raise BadDate("no-year", text=match[0])
    return Piece(_year_of(match), f"{int(match['m']):02d}")


def _season(match: re.Match[str]) -> Piece:
    season, year = _SEASONS[match["season"]], _year_of(match)
    if season == "24" and year:
        raise which_winter(year)
    return Piece(year, season)


def which_winter(year: str) -> BadDate:
    """The refusal of "winter 1943", which is the one before or the one after."""
    number = int(year.replace("X", "0"))
    return BadDate("which-winter", year=year, before=year_text(number - 1), after=year_text(number + 1))


def _winter(match: re.Match[str]) -> Piece:
    first, last = match["first"], match["last"]
    if f"{int(first) + 1:04d}"[-len(last) :] != last:
        raise BadDate("one-winter", text=match[0])
    return Piece(first, "24")


def _share(match: re.Match[str]) -> Piece | None:
    kind, index = match["share"], int(match["d"]) - 1
    count = {33: 4, 37: 3, 40: 2}[_SHARES[kind]]
    return Piece(_year_of(match), str(_SHARES[kind] + index)) if 0 <= index < count else None


def _decade(match: re.Match[str]) -> Piece:
    first = match["first"] if len(match["first"]) == 4 else f"19{match['first']}"
    if first.endswith("00"):
        raise BadDate("which-decade", text=match[0], decade=first[:3], century=first[:2])
    return Piece(f"{first[:3]}X")


def _century(match: re.Match[str]) -> Piece | None:
    number = int(match["n"]) if match["n"] else _from_roman(match["roman"])
    return Piece(f"{number - 1:02d}XX") if 1 <= number <= 100 else None


def _from_roman(letters: str) -> int:
    values = [_ROMAN[letter] for letter in letters]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))


def _edtf_point(match: re.Match[str]) -> Piece:
    year, month, day = (*match[0].upper().split("-"), "", "")[:3]
    return Piece(year, month, day)


_PATTERNS: tuple[tuple[str, Builder], ...] = (
    (r"[0-9x]{4}(?:-[0-9x]{2}){0,2}", _edtf_point),
    (rf"{_DAY}{_OF}{_M}(?:[ -],? ?{_YEAR})?", _by_name),
    (rf"{_M}(?:{_OF})(?P<y>-?\d{{4}})", _by_name),
    (rf"{_M}{_OF}'(?P<yy>\d{{2}})", _by_name),
    (rf"{_M}[ -](?P<yy>3[2-9]|[4-9]\d)", _by_name),
    (rf"{_M} {_DAY}(?:,? {_YEAR})?", _by_name),
    (rf"{_M} {_YEAR}", _by_name),
    (_M, _by_name),
    (rf"{_DAY} {_YEAR}", lambda match: Piece(_year_of(match), "", f"{int(match['d']):02d}")),
    (r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?:(?P<y>\d{4})|(?P<yy>\d{2}))", _by_numbers),
    (r"(?P<y>\d{4})[/.-](?P<m>\d{1,2})[/.-](?P<d>\d{1,2})", _year_first),
    (r"(?P<m>\d{1,2})[/.-](?:(?P<y>\d{4})|(?P<yy>\d{2}))", _month_and_year),
    (rf"(?P<n>\d{{1,2}}){NTH}?", _bare_number),
    (_YEAR, lambda match: Piece(_year_of(match))),
    (rf"(?P<season>{'|'.join(_SEASONS)})(?:{_OF}{_YEAR})?", _season),
    (rf"(?:hiver|winter){_OF}(?P<first>\d{{4}})(?: ?[-/] ?)(?P<last>\d{{4}}|\d{{2}})", _winter),
    (rf"(?P<d>\d){NTH} (?P<share>{'|'.join(_SHARES)})(?:{_OF}{_YEAR})?", _share),
    (r"'?(?P<first>\d{3}0|\d0)'?s", _decade),
    (r"(?:annees|decennie) '?(?P<first>\d{3}0|\d0)", _decade),
    (rf"(?:(?P<n>\d{{1,3}})|(?P<roman>[ivx]+?)){NTH} (?:siecle|century)(?: \(\d+ ?- ?\d+\))?", _century),
)
_COMPILED = tuple((re.compile(pattern), build) for pattern, build in _PATTERNS)


def piece(text: str) -> Piece | None:
    """The date a folded text names, as far as it says it; None when it is no date at all."""
    text, found = _without_surroundings(text)
    for pattern, build in _COMPILED:
        match = pattern.fullmatch(text)
        named = build(match) if match else None
        if named:
            return replace(named, mark=found.mark, weekday=found.weekday, is_part=found.is_part)
    return None


def _without_surroundings(text: str) -> tuple[str, Piece]:
    """Takes "vers", "peut-être", articles, weekday and "(?)" off, and remembers what they said."""
    found = Piece()
    while match := _SUFFIX.search(text) or _PREFIX.match(text):
        said = match.groupdict()
        mark = "~" if said["about"] else "?" if said["doubt"] else ""
        weekday = WEEKDAYS.get(said.get("weekday") or "", found.weekday)
        found = Piece(
            mark=merged_mark(found.mark, mark), weekday=weekday, is_part=found.is_part or bool(said.get("part"))
        )
        text = text[: match.start()] if match.start() else text[match.end() :]
    return text, found


def filled(pieces: list[Piece]) -> list[Piece]:
    """Each piece with what it leaves to its neighbours: "1er ou 5 juin 1944", "June 5 or 8, 1944"."""
    return _months_onward(_from_the_next(pieces))


def _from_the_next(pieces: list[Piece]) -> list[Piece]:
    done: list[Piece] = []
    for each in reversed(pieces):
        following = done[0] if done else Piece()
        if each.day and not each.month and following.day:
            each = replace(each, month=following.month)
        if not each.year and (each.month or each.day):
            if each.month == "24" and following.year:
                raise which_winter(following.year)
            each = replace(each, year=following.year)
        done.insert(0, each)
    return done


def _months_onward(pieces: list[Piece]) -> list[Piece]:
    done: list[Piece] = []
    for each in pieces:
        if each.day and not each.month and done and done[-1].day:
            each = replace(each, month=done[-1].month)
        done.append(each)
    return done
