"""The surface against the secret: heat maps of what a message looks like and what it was for; purposes in a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from webapp.figures import queries
from webapp.figures.charts import Bar, Cell, bars, heat
from webapp.figures.figure import Figure, Said, Value, address, search, stating
from webapp.figures.queries import Narrowing
from webapp.figures.texts import rule, title
from webapp.figures.vocabulary import called, ordered, slug
from webapp.languages import gettext as _
from webapp.languages import ngettext, number
from webapp.messages.models import Meaning, Message
from webapp.stations import LONDON
from webapp.vocabularies import Scheme, Standing


class Crossing(NamedTuple):
    """A heat map before it is drawn: the surfaces and purposes that occur, and how many messages have both.

    The last row has no purpose: nobody claims to know what these messages meant.
    """

    scheme: Scheme
    surfaces: list[str]
    purposes: list[str]
    counts: Counter[tuple[str, str]]
    unexplained: Counter[str]
    total: int
    narrowing: Narrowing

    def cells(self) -> dict[tuple[int, int], Cell]:
        """Every cell that is not empty, each with the search that finds exactly its messages."""
        found: dict[tuple[int, int], Cell] = {}
        for column, surface in enumerate(self.surfaces):
            for row, purpose in enumerate(self.purposes):
                if many := self.counts[surface, purpose]:
                    found[row, column] = self._cell(many, surface, purpose)
            if many := self.unexplained[surface]:
                found[len(self.purposes), column] = self._cell(many, surface, "")
        return found

    def _cell(self, many: int, surface: str, purpose: str) -> Cell:
        meant = called(purpose) if purpose else _("No known meaning")
        name = stating(f"{called(surface)}, {meant}", number(many))
        return Cell(many, name, self.address(surface, purpose))

    def address(self, surface: str, purpose: str) -> str | None:
        """The search behind a cell. Only an unknown standing can be asked for where there is no purpose."""
        query = self.narrowing.search() | {self.scheme.value: slug(surface)}
        if purpose:
            return search(**query | {"purpose": slug(purpose)})
        if self.narrowing.standing not in (None, Standing.UNKNOWN):
            return None
        return search(**query | {"standing": Standing.UNKNOWN.value})


EVERYTHING = Narrowing()
COLUMNS: dict[Scheme, Any] = {Scheme.THEME: Message.theme_id, Scheme.SURFACE: Message.surface_id}


def crossing(session: Session, scheme: Scheme, narrowing: Narrowing = EVERYTHING) -> Crossing:
    """The messages counted by what they look like and by what they are said to have been for."""
    column = COLUMNS[scheme]
    counts = queries.crossed(session, column, narrowing)
    unexplained = queries.unexplained(session, column, narrowing)
    seen = {surface for surface, _purpose in counts} | set(unexplained)
    meant = {purpose for _surface, purpose in counts}
    return Crossing(
        scheme,
        [key for key in ordered(session, scheme) if key in seen],
        [key for key in ordered(session, Scheme.PURPOSE) if key in meant],
        counts,
        unexplained,
        queries.total(session, *narrowing.conditions()),
        narrowing,
    )


def _table(found: Crossing) -> list[list[Value]]:
    cells = found.cells()
    rows: list[list[Value]] = []
    for row, purpose in enumerate([*found.purposes, ""]):
        label = called(purpose) if purpose else _("No known meaning")
        line: list[Value] = [label]
        for column in range(len(found.surfaces)):
            cell = cells.get((row, column))
            line.append(Said(number(cell.many), cell.address) if cell else "0")
        rows.append(line)
    return rows


def heat_map(name: str, found: Crossing) -> Figure:
    """A crossing as a figure."""
    heads = [called(key) for key in found.surfaces]
    sides = [*(called(key) for key in found.purposes), _("No known meaning")]
    denominator = ngettext(
        "Out of %(num)s message; one with several claims stands in several rows.",
        "Out of %(num)s messages; one with several claims stands in several rows.",
        found.total,
    )
    return Figure(
        name=name,
        title=title(name),
        rule=rule(name),
        denominator=denominator,
        drawing=heat(heads, sides, found.cells()),
        heads=[_("Purpose"), *heads],
        rows=_table(found),
        behind=_behind(found.narrowing),
    )


def _behind(narrowing: Narrowing) -> tuple[str, str]:
    asked = narrowing.search()
    return (search(**asked) if any(asked.values()) else address("/messages"), _("The messages"))


def surface_purpose(session: Session) -> Figure:
    """What a stranger would take each message for, against its purpose."""
    return heat_map("surface-purpose", crossing(session, Scheme.SURFACE))


def theme_purpose(session: Session) -> Figure:
    """What each message speaks of, against its purpose."""
    return heat_map("theme-purpose", crossing(session, Scheme.THEME))


# Purposes that prove something or carry news instead of ordering something; the essay on proof by radio asks for them.
PROOFS = ("acknowledgement", "authentication", "family-news", "negotiation")


def purpose_counts(session: Session) -> Figure:
    """How many claims there are of each purpose, in all and on the BBC's French service; proofs are marked off."""
    every = queries.claims(session, Meaning.purpose_id)
    french = queries.claims(session, Meaning.purpose_id, queries.at(LONDON))
    messages = queries.by_purpose(session)
    keys = sorted(
        (key for key in ordered(session, Scheme.PURPOSE) if every[key]), key=lambda key: slug(key) not in PROOFS
    )
    rows: list[Sequence[Value]] = [
        [called(key), every[key], french[key], Said(number(messages[key]), search(purpose=slug(key)))] for key in keys
    ]
    return Figure(
        name="purpose-counts",
        title=title("purpose-counts"),
        rule=rule("purpose-counts"),
        denominator=_(
            "Out of %(all)s claims, %(french)s of them about the BBC’s French service.",
            all=number(sum(every.values())),
            french=number(sum(french.values())),
        ),
        drawing=bars([_purpose_bar(key, every[key], french[key]) for key in keys], labels=172),
        heads=[_("Purpose"), _("Claims"), _("of the BBC in French"), _("Messages")],
        rows=rows,
        behind=(address("/purposes"), _("Purposes")),
    )


def _purpose_bar(key: str, every: int, french: int) -> Bar:
    label = called(key)
    name = _(
        "%(purpose)s: %(all)s claims, %(french)s of them of the BBC in French",
        purpose=label,
        all=number(every),
        french=number(french),
    )
    manner = "bar--proof" if slug(key) in PROOFS else "bar--whole"
    return Bar(label, every, number(every), name, search(purpose=slug(key)), part=french, manner=manner)
