"""The facets as the page shows them, and the filters in place."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from flask import current_app
from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from webapp.filters import capitalised
from webapp.languages import gettext, language, number
from webapp.search.engine import Found
from webapp.search.facets import FACETS, Facet
from webapp.search.query import Asked

MOST_OPTIONS = 12


class Option(NamedTuple):
    """One value that can be chosen: how it is called, and what one would find by choosing it too."""

    value: str
    label: str
    many: int
    chosen: bool


class Box(NamedTuple):
    """One facet with its values."""

    name: str
    legend: str
    options: list[Option]

    @property
    def checks(self) -> Markup:
        """The checkboxes. A page has a hundred of them; a template would take as long for them as for all the rest."""
        return Markup("".join(_check(self.name, at, option) for at, option in enumerate(self.options, 1)))


def _check(name: str, at: int, option: Option) -> str:
    id_, checked = f"{name}-{at}", " checked" if option.chosen else ""
    many = option.many if option.many < 1000 else number(option.many)
    return (
        f'<div class="check"><input type="checkbox" id="{id_}" name="{name}" value="{_escaped(option.value)}"{checked}>'
        f'<label for="{id_}">{_escaped(option.label)}</label><span class="n" aria-hidden="true">{many}</span></div>'
    )


@lru_cache(maxsize=8192)
def _escaped(text: str) -> str:
    return str(escape(text))


class Names:
    """How facet values are called, remembered while the index stays as it is."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._generation: object = None
        self._kept: dict[tuple[str, str], dict[str, str]] = {}

    def of(self, session: Session, facet: Facet, values: list[str], generation: object) -> dict[str, str]:
        """The names of these values, and perhaps of others, in the reader's language."""
        if self._generation != generation:
            with self._lock:
                self._generation, self._kept = generation, {}
        known = self._kept.setdefault((language(), facet.name), {})
        missing = [value for value in values if value not in known]
        if missing:
            names = facet.names(session, missing)
            known.update({value: capitalised(names.get(value) or value) for value in missing})
        return known


def wanted_facets(outsider: bool) -> tuple[str, ...]:
    """The facets that the page counts."""
    return tuple(facet.name for facet in FACETS if not (outsider and facet.inside))


def boxes(session: Session, asked: Asked, found: Found, generation: object) -> list[Box]:
    """Every facet that was counted and has something to choose."""
    shown = [(facet, found.facets[facet.name]) for facet in FACETS if found.facets.get(facet.name)]
    return [_box(session, facet, counts, asked.chosen.get(facet.name, []), generation) for facet, counts in shown]


def _box(session: Session, facet: Facet, counts: dict[str, int], chosen: list[str], generation: object) -> Box:
    values = [value for _, value in sorted((-count, value) for value, count in counts.items())[:MOST_OPTIONS]]
    values += [value for value in chosen if value not in values]
    if facet.by_value:
        values.sort()
    names = _names().of(session, facet, values, generation)
    options = [Option(value, names[value], counts.get(value, 0), value in chosen) for value in values]
    return Box(facet.name, gettext(facet.label), options)


def _names() -> Names:
    return current_app.extensions.setdefault("search names", Names())


def tags(session: Session, asked: Asked, address: Callable[..., str], generation: object) -> list[tuple[str, str]]:
    """The filters in place: the address without it, and what it is called."""
    found = []
    for facet in [facet for facet in FACETS if facet.name in asked.chosen]:
        chosen = asked.chosen[facet.name]
        names = _names().of(session, facet, chosen, generation)
        for value in chosen:
            rest = [other for other in chosen if other != value]
            label = gettext("%(filter)s: %(value)s", filter=gettext(facet.label), value=names[value])
            found.append((address(**{facet.name: rest, "page": None}), label))
    return found + _period_tag(asked, address)


def _period_tag(asked: Asked, address: Callable[..., str]) -> list[tuple[str, str]]:
    if asked.period.days is None:
        return []
    return [(address(**{"from": None, "to": None, "within": None, "page": None}), asked.period.words)]
