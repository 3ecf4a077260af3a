"""Narrowing a list of messages down: one list of filters, one of orders; each state is an address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from webapp.filters import Days, capitalised, language_name, year_days
from webapp.languages import gettext as _
from webapp.languages import told
from webapp.messages.models import Meaning, Message
from webapp.messages.queries import CODEWORD, alphabetical, leading_standing, with_leading
from webapp.networks import Network
from webapp.places import Place
from webapp.stations import Station
from webapp.vocabularies import Word

MOST_OPTIONS = 12
Words = Mapping[str, Word]
Names = Mapping[str, str]


def N_(message: str) -> str:
    """Mark a text for translation where it is only kept; it is translated where it is shown."""
    return message


def _no_names(_: Session, __: Iterable[str], ___: Words) -> Names:
    return {}


@dataclass(frozen=True)
class Filter:
    """One way of narrowing down: its name in the address, its legend, the column that must hold one of the values.

    ``joined`` brings the column's table into a query of messages. ``names`` says how values are called; ``read`` and
    ``write`` change a value between the column and the address (``purpose/decoy`` is ``decoy`` there). ``spoils`` says
    that its values give meanings away.
    """

    name: str
    legend: str
    column: Callable[[], Any]
    joined: Callable[[Select[Any]], Select[Any]] = lambda query: query
    names: Callable[[Session, Iterable[str], Words], Names] = _no_names
    scheme: str = ""
    number: bool = False
    spoils: bool = False

    def knows(self, value: str) -> bool:
        """Whether a value in the address can be one at all: a filter by number takes numbers."""
        return not self.number or (value.isascii() and value.isdigit() and len(value) < 7)

    def aside(self, value: str) -> str:
        """That a value was left aside, in the reader's language."""
        return _(
            "“%(value)s” is no number: the filter “%(filter)s” was left aside.", value=value, filter=_(self.legend)
        )

    def read(self, value: str) -> Any:
        """The value of the column for a value in the address."""
        if self.number:
            return int(value) if self.knows(value) else -1
        return f"{self.scheme}/{value}" if self.scheme else value

    def write(self, value: Any) -> str:
        """The value in the address for a value of the column."""
        return str(value).removeprefix(f"{self.scheme}/") if self.scheme else str(value)

    def condition(self, values: list[str]) -> ColumnElement[bool]:
        """That a message has one of these values."""
        found = self.joined(select(Message.id)).where(self.column().in_([self.read(value) for value in values]))
        return Message.id.in_(found.correlate(None))

    def counts(self, among: Iterable[ColumnElement[bool]]) -> Select[Any]:
        """The values there are among these messages, with how many messages have each."""
        column, count = self.column().label("value"), func.count(func.distinct(Message.id)).label("n")
        query = self.joined(select(column, count).select_from(Message)).where(*among, self.column().is_not(None))
        return query.group_by(column).order_by(count.desc(), column)


def _records(model: Any) -> Callable[[Session, Iterable[str], Words], Names]:
    def names(session: Session, ids: Iterable[str], _: Words) -> Names:
        rows = session.execute(select(model.id, model.name).where(model.id.in_(list(ids))))
        return {row.id: told(row.name).text for row in rows}

    return names


def _terms(scheme: str) -> Callable[[Session, Iterable[str], Words], Names]:
    def names(_: Session, slugs: Iterable[str], words: Words) -> Names:
        return {slug: told(words[key].label).text for slug in slugs if (key := f"{scheme}/{slug}") in words}

    return names


def _languages(_: Session, codes: Iterable[str], __: Words) -> Names:
    return {code: language_name(code) for code in codes}


def _through(*steps: Any) -> Callable[[Select[Any]], Select[Any]]:
    def joined(query: Select[Any]) -> Select[Any]:
        for step in steps:
            query = query.join(step)
        return query

    return joined


FILTERS: list[Filter] = [
    Filter("standing", N_("Standing"), leading_standing, with_leading, _terms("standing"), spoils=True),
    Filter("purpose", N_("Purpose"), lambda: Meaning.purpose_id, _through(Message.meanings), _terms("purpose"),
           scheme="purpose", spoils=True),
    Filter("theme", N_("Surface theme"), lambda: Message.theme_id, names=_terms("theme"), scheme="theme"),
    Filter("station", N_("Station"), lambda: Message.station_id, names=_records(Station)),
    Filter("language", N_("Language of the phrase"), lambda: Message.lang, names=_languages),
    Filter("network", N_("Network"), lambda: Meaning.network_id, _through(Message.meanings), _records(Network),
           spoils=True),
    Filter("region", N_("Region"), lambda: func.nullif(Place.region, ""), _through(Message.meanings, Meaning.place),
           spoils=True),
    Filter("kind", N_("Kind"), lambda: Message.kind, names=_terms("kind")),
]  # fmt: skip


class Bound(NamedTuple):
    """A way of narrowing down that is no choice of values: its parameters, the conditions, the words for it, sentences
    about what was left aside, and the days it asks for."""

    names: tuple[str, ...]
    conditions: tuple[ColumnElement[bool], ...]
    words: str
    problems: tuple[str, ...]
    days: Days | None


BOUNDS: list[Callable[[MultiDict[str, str]], Bound | None]] = []

# How a list may be ordered: its name in the address, its label, what to sort by.
ORDERS: dict[str, tuple[str, Callable[[], list[ColumnElement[Any]]]]] = {
    "phrase": (N_("phrase, A to Z"), lambda: [alphabetical()]),
    "new": (N_("newest additions"), lambda: [Message.published_at.desc()]),
}


class Option(NamedTuple):
    """One checkbox of a facet."""

    value: str
    label: str
    many: int
    chosen: bool


class Facet(NamedTuple):
    """One filter with the values that can be chosen now."""

    name: str
    legend: str
    options: list[Option]


@dataclass(frozen=True)
class Choice:
    """What the address asks for: values by filter, and an order."""

    values: Mapping[str, list[str]] = field(default_factory=dict)
    order: str = "phrase"
    bounds: tuple[Bound, ...] = ()
    problems: tuple[str, ...] = ()

    @classmethod
    def of(cls, args: MultiDict[str, str]) -> Choice:
        """The choice that an address makes; what it does not know is left aside, and nothing is too long."""
        typed = {each.name: _tidy(args.getlist(each.name)) for each in FILTERS}
        values = {each.name: [value for value in typed[each.name] if each.knows(value)] for each in FILTERS}
        bounds = tuple(bound for make in BOUNDS if (bound := make(args)))
        aside = [each.aside(value) for each in FILTERS for value in typed[each.name] if not each.knows(value)]
        order = args.get("sort", "")
        return cls({name: chosen for name, chosen in values.items() if chosen}, order if order in ORDERS else "phrase",
                   bounds, (*aside, *(sentence for bound in bounds for sentence in bound.problems)))  # fmt: skip

    @property
    def narrow(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.values or any(bound.conditions for bound in self.bounds))

    @property
    def days(self) -> list[tuple[Days, ...]]:
        """The days it asks for: one of each of these."""
        return [year_days(self.values.get("year", [])), *((bound.days,) for bound in self.bounds if bound.days)]

    def conditions(self, besides: str = "") -> list[ColumnElement[bool]]:
        """What a message must be, apart from one filter. Code words are left out unless they are asked for."""
        chosen = [
            each.condition(self.values[each.name])
            for each in FILTERS
            if each.name in self.values and each.name != besides
        ]
        chosen += [condition for bound in self.bounds for condition in bound.conditions]
        return chosen if "kind" in self.values or besides == "kind" else [*chosen, Message.kind != CODEWORD]

    def sorted(self, query: Select[Any]) -> Select[Any]:
        """The query in the chosen order, the same from page to page."""
        return query.order_by(*ORDERS[self.order][1](), Message.id)


def _tidy(values: list[str]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value and len(value) <= 80 and "\x00" not in value))[:20]


def facets(session: Session, choice: Choice, seen: ColumnElement[bool], words: Words) -> list[Facet]:
    """Every filter with its values and counts under the other filters: one query a filter, whatever the rows."""
    return [_facet(session, each, choice, seen, words) for each in FILTERS]


def _facet(session: Session, each: Filter, choice: Choice, seen: ColumnElement[bool], words: Words) -> Facet:
    rows = session.execute(each.counts([seen, *choice.conditions(besides=each.name)])).all()
    found = {each.write(row.value): row.n for row in rows}
    chosen = choice.values.get(each.name, [])
    values = list(dict.fromkeys([*chosen, *list(found)[:MOST_OPTIONS]]))
    names = each.names(session, values, words)
    options = [
        Option(value, capitalised(names.get(value, value)), found.get(value, 0), value in chosen) for value in values
    ]
    return Facet(each.name, _(each.legend), sorted(options, key=lambda option: -option.many))


def without_spoilers(facets: list[Facet]) -> list[Facet]:
    """The facets for an outsider: of those that give meanings away, only what the address itself says."""
    spoilers = {each.name for each in FILTERS if each.spoils}
    return [
        each._replace(options=[option for option in each.options if option.chosen or each.name not in spoilers])
        for each in facets
    ]


def tags(choice: Choice, facets: list[Facet], address: Callable[..., str]) -> list[tuple[str, str]]:
    """The filters in place: the address without it, and its name."""
    bounds = [(address(**dict.fromkeys(each.names), page=None), each.words) for each in choice.bounds if each.words]
    return [
        (address(**{facet.name: [value for value in choice.values[facet.name] if value != option.value], "page": None}),
         _("%(filter)s: %(value)s", filter=facet.legend, value=option.label))
        for facet in facets for option in facet.options if option.chosen
    ] + bounds  # fmt: skip
