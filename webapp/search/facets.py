"""The facets of a search: one list. Each says which values a message has, and how a value is called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from babel import Locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.dates import Day
from webapp.filters import language_name
from webapp.languages import N_, gettext, language, told
from webapp.messages.models import Message
from webapp.networks import Network
from webapp.revisions import Status
from webapp.stations import Station
from webapp.vocabularies import Term

Values = Callable[[Message], Iterable[str | None]]
Names = Callable[[Session, list[str]], Mapping[str, str]]

KIND_LABELS = {
    "message": N_("message"), "codeword": N_("code word"), "tune": N_("tune"), "signal": N_("signal"),
    "essay": N_("essay"), "collection": N_("collection"), "source": N_("source"), "network": N_("network"),
    "place": N_("place"), "station": N_("station"),
}  # fmt: skip


def _records(model: Any) -> Names:
    def names(session: Session, ids: list[str]) -> Mapping[str, str]:
        return {
            row.id: told(row.name).text
            for row in session.execute(select(model.id, model.name).where(model.id.in_(ids)))
        }

    return names


def _terms(scheme: str) -> Names:
    def names(session: Session, slugs: list[str]) -> Mapping[str, str]:
        rows = session.execute(select(Term.slug, Term.label).where(Term.scheme == scheme, Term.slug.in_(slugs)))
        return {row.slug: told(row.label).text for row in rows}

    return names


def _territories(_: Session, codes: list[str]) -> Mapping[str, str]:
    known = Locale(language()).territories
    return {code: known.get(code, code) for code in codes}


def _languages(_: Session, codes: list[str]) -> Mapping[str, str]:
    return {code: language_name(code) for code in codes}


def _kinds(_: Session, kinds: list[str]) -> Mapping[str, str]:
    return {kind: gettext(KIND_LABELS.get(kind, kind)) for kind in kinds}


def _yes(_: Session, values: list[str]) -> Mapping[str, str]:
    return {value: gettext("yes") for value in values}


def _plain(_: Session, values: list[str]) -> Mapping[str, str]:
    return {value: value for value in values}


def _slug(term_id: str | None) -> str | None:
    return term_id.partition("/")[2] if term_id else None


def _stations(message: Message) -> Iterable[str | None]:
    return [message.station_id, *(each.station_id for each in message.broadcasts)]


def _purposes(message: Message) -> Iterable[str | None]:
    return [_slug(each.purpose_id) for each in message.meanings]


def _regions(message: Message) -> Iterable[str | None]:
    return [each.place.region for each in message.meanings if each.place]


def _countries(message: Message) -> Iterable[str | None]:
    return [each.place.country for each in message.meanings if each.place]


def certain_years(message: Message) -> Iterable[str]:
    """The years in which a broadcast certainly fell; none where it may have been one or another, or is doubtful."""
    for each in message.broadcasts:
        if each.earliest is not None and each.latest is not None and each.edtf and not each.edtf.doubtful:
            first, last = Day.from_ordinal(each.earliest).year, Day.from_ordinal(each.latest).year
            if first == last:
                yield str(first)


def has_sound(message: Message) -> bool:
    """Whether everybody may hear a recording of it."""
    return any(each.status == Status.PUBLISHED and each.stored.is_sound for each in message.media)


@dataclass(frozen=True)
class Facet:
    """One way of narrowing a search down.

    ``inside`` says that it tells of meanings, and is therefore no part of the outsider's page. ``by_value`` puts the
    values in their own order instead of the most frequent first. ``hidden`` values are left out unless asked for.
    """

    name: str
    label: str
    values: Values
    names: Names = _plain
    inside: bool = False
    by_value: bool = False
    hidden: frozenset[str] = field(default_factory=frozenset)


FACETS = [
    Facet("kind", N_("Kind"), lambda m: [m.kind], _kinds, hidden=frozenset({"codeword"})),
    Facet("standing", N_("Standing"), lambda m: [m.standing], _terms("standing"), inside=True),
    Facet("station", N_("Station"), _stations, _records(Station)),
    Facet("language", N_("Language of the phrase"), lambda m: [m.lang], _languages),
    Facet("purpose", N_("Purpose"), _purposes, _terms("purpose"), inside=True),
    Facet("theme", N_("Surface theme"), lambda m: [_slug(m.theme_id)], _terms("theme")),
    Facet("surface", N_("What it is on the surface"), lambda m: [_slug(m.surface_id)], _terms("surface"), inside=True),
    Facet("region", N_("Region"), _regions, inside=True),
    Facet("country", N_("Country"), _countries, _territories, inside=True),
    Facet("network", N_("Network"), lambda m: [each.network_id for each in m.meanings], _records(Network), inside=True),
    Facet("year", N_("Year of broadcast"), certain_years, by_value=True),
    Facet("has_essay", N_("An essay speaks of it"), lambda m: ["yes"] if m.mentions else [], _yes),
    Facet("has_audio", N_("A recording of it can be heard"), lambda m: ["yes"] if has_sound(m) else [], _yes),
]  # fmt: skip

BY_NAME = {facet.name: facet for facet in FACETS}


def facet_values(message: Message) -> dict[str, tuple[str, ...]]:
    """Every facet's values for one message."""
    return {facet.name: tuple(dict.fromkeys(value for value in facet.values(message) if value)) for facet in FACETS}
