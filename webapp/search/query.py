"""What people type, read as a query. Nothing raises: what is not understood is just words, or is left out and said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from webapp.broadcasts.periods import NO_PERIOD, Period, period
from webapp.navigation import APPEARANCES
from webapp.search.engine import MOST_WORDS, Clause, Query
from webapp.search.facets import BY_NAME, FACETS
from webapp.text.analysis import words

LONGEST = 2000
"""Letters of a query that are read; the rest is left out, and the page says so."""

MOST_VALUES = 20
SORTS = ("relevance", "date", "newest")

FIELD_WORDS = {
    "phrase": "phrase", "message": "phrase",
    "meaning": "meaning", "sens": "meaning",
    "note": "note",
    "essay": "essay", "essai": "essay",
    "translation": "translation", "traduction": "translation",
}  # fmt: skip
"""What may stand before a colon, in either language, and the field it names."""

_MARKS = str.maketrans(dict.fromkeys('"“”«»„', " "))
_QUOTED = r'"[^"]*"|“[^“”]*”|«[^«»]*»|„[^„“”]*[“”]'
_PIECE = re.compile(
    rf"(?P<without>(?<!\S)[-−](?=\S))?(?:(?P<field>{'|'.join(FIELD_WORDS)})\s?:\s?(?=\S))?(?:(?P<quoted>{_QUOTED})|(?P<word>[^\s\"“”«»]+))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Asked:
    """A search as its address asks for it. ``cut`` says that some of its words were left out."""

    text: str = ""
    clauses: tuple[Clause, ...] = ()
    chosen: Mapping[str, list[str]] = field(default_factory=dict)
    period: Period = NO_PERIOD
    sort: str = "relevance"
    exact: bool = False
    cut: bool = False

    @property
    def blank(self) -> bool:
        """Whether nothing at all was asked for."""
        return not (self.text or self.chosen or self.period.asked)

    @property
    def wordless(self) -> bool:
        """Whether something was typed in which there is no word: signs alone."""
        return bool(self.text) and not self.clauses

    @property
    def plain(self) -> str:
        """What was typed, without quotation marks, to be quoted."""
        return " ".join(self.text.translate(_MARKS).split())

    @property
    def quoted(self) -> bool:
        """Whether some of it stands in quotation marks."""
        return any(clause.quoted for clause in self.clauses)

    def query(self, offset: int = 0, size: int = 20, facets: tuple[str, ...] = (), outsider: bool = False) -> Query:
        """The query for an engine; the outsider finds messages alone: networks, places and essays tell too much."""
        days = self.period.days
        messages_only = (("type", frozenset({"message"})),) if outsider else ()
        return Query(
            clauses=self.clauses,
            exact=self.exact,
            filters=messages_only + tuple((name, frozenset(values)) for name, values in self.chosen.items()),
            hidden=tuple((facet.name, facet.hidden) for facet in FACETS if facet.hidden),
            since=days.first if days else None,
            until=days.last if days else None,
            within=self.period.certainly,
            sort=self.sort,
            offset=offset,
            size=size,
            facets=facets,
        )


def asked(args: MultiDict[str, str]) -> Asked:
    """The search that an address asks for; what it does not know is left aside."""
    text = args.get("q", "").replace("\x00", " ").strip()
    clauses, cut = parse(text[:LONGEST])
    chosen = {name: _tidy(values) for name, values in args.lists() if name in BY_NAME}
    sort = args.get("sort", "")
    return Asked(
        text=text[:LONGEST],
        clauses=clauses,
        chosen={name: values for name, values in chosen.items() if values},
        period=period(args),
        sort=sort if sort in SORTS else "relevance",
        exact=args.get("exact", "") == "1",
        cut=cut or len(text) > LONGEST,
    )


def parse(text: str) -> tuple[tuple[Clause, ...], bool]:
    """The clauses of a query, each once, and whether some words were left out because there were too many."""
    clauses: dict[Clause, None] = {}
    for match in _PIECE.finditer(text):
        for clause in _clauses(match, first=not text[: match.start()].strip()):
            if sum(len(each.words) for each in clauses) + len(clause.words) > MOST_WORDS and clause not in clauses:
                return tuple(clauses), True
            clauses[clause] = None
    return tuple(clauses), False


def _clauses(match: re.Match[str], first: bool) -> Iterator[Clause]:
    field_name = FIELD_WORDS[match["field"].lower()] if match["field"] else None
    without, quoted, word = bool(match["without"]), match["quoted"], match["word"]
    found = tuple(each.text for each in words(quoted or word))
    if quoted and found:
        yield Clause(found, field_name, quoted=True, without=without)
    elif without and len(found) > 1:
        yield Clause(found, field_name, quoted=True, without=True)  # -porte-manteau is one thing to leave out
    elif found:
        begun = word.endswith("*") and len(found[-1]) > 1
        yield from (Clause((each,), field_name, without=without) for each in found[:-1])
        name = len(found) == 1 and _as_name(word, first)
        yield Clause((found[-1],), field_name, prefix=begun, without=without, name=name)


def _as_name(word: str, first: bool) -> bool:
    """Whether a word was typed as a name is. The first word of a query may owe its capital to a telephone, but not its
    accents."""
    return word[0].isupper() and not word.isupper() and not (first and word.replace("’", "'").isascii())


def _tidy(values: list[str]) -> list[str]:
    kept = (
        value for value in values if value and len(value) <= 80 and "\x00" not in value and value not in APPEARANCES
    )
    return list(dict.fromkeys(kept))[:MOST_VALUES]
