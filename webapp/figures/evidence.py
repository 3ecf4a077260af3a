"""Figures of evidence: who copied whom, on which rung a message stands, how sure claims are, what a diary heard."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from webapp.config import resource
from webapp.figures import queries
from webapp.figures.charts import Arc, Bar, Knot, Line, arcs, bars, matrix
from webapp.figures.figure import Figure, Said, Value, address, counted, percent, search, stating
from webapp.figures.queries import Phrase, Witness
from webapp.figures.texts import rule, title
from webapp.figures.vocabulary import called
from webapp.languages import gettext as _
from webapp.languages import language, ngettext, number
from webapp.messages.models import Meaning, Message
from webapp.sources.models import Attestation, Source
from webapp.stations import LONDON
from webapp.text import typography
from webapp.text.folding import fold
from webapp.vocabularies import Scheme, Standing, term_id

FOOD = term_id(Scheme.THEME, "food")
CARROTS = "les-carottes-sont-cuites"


@lru_cache
def gathered(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a small table that stands beside the seed data; its facts have their sources in it."""
    with (resource("seed_data") / "figures" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


# ---- the chain of copies


class Copy(NamedTuple):
    """A page that tells of the carrots: its source, its year, what it says, whom it repeats and how it shows."""

    source: Source
    year: str
    claim: str
    copied_from: str
    shared: str

    @property
    def title(self) -> str:
        """The page by who publishes it."""
        return self.source.publisher or self.source.title


def copies(session: Session) -> list[Copy]:
    """The pages of the chain that the archive has as sources, the dated ones first."""
    rows = gathered("copy-chain")
    known = queries.sources_by_key(session, [row["source"] for row in rows])
    lang = language()
    return [
        Copy(
            known[row["source"]],
            row["date"],
            typography.typeset(row[f"claim_{lang}"], lang),
            row["copied_from"],
            typography.typeset(row[f"shared_{lang}"], lang),
        )
        for row in rows
        if row["source"] in known
    ]


def copy_chain(session: Session) -> Figure:
    """The pages that tell what the cooked carrots announced, 2007 to 2024, tied where they share a wording."""
    found = copies(session)
    spot = {copy.source.key: number for number, copy in enumerate(found)}
    ties = [Arc(spot[copy.copied_from], spot[copy.source.key]) for copy in found if copy.copied_from in spot]
    knots = [
        Knot(_dated(copy), copy.claim, f"{_dated(copy)}. {copy.claim}", address(f"/sources/{copy.source.id}"))
        for copy in found
    ]
    rows: list[list[Value]] = [
        [
            copy.year or _("no date"),
            Said(copy.title, address(f"/sources/{copy.source.id}")),
            copy.claim,
            found[spot[copy.copied_from]].title if copy.copied_from in spot else "",
            copy.shared,
        ]
        for copy in found
    ]
    return Figure(
        name="copy-chain",
        title=title("copy-chain"),
        rule=rule("copy-chain"),
        denominator=ngettext(
            "%(num)s page, chosen by hand: those that the essay on the carrots weighs.",
            "%(num)s pages, chosen by hand: those that the essay on the carrots weighs.",
            len(found),
        ),
        drawing=arcs(knots, ties),
        heads=[
            _("Year"),
            _("Page"),
            _("What it says of the carrots"),
            _("Shares its wording with"),
            _("What is shared"),
        ],
        rows=rows,
        behind=(_page_of(session, CARROTS), _("The message and its sources")),
    )


def _dated(copy: Copy) -> str:
    return f"{copy.year or '?'} · {copy.title}"


def _page_of(session: Session, key: str) -> str:
    found = session.scalars(select(Message.id).where(Message.key == key, *queries.public())).first()
    return address(f"/messages/{found}" if found else "/messages")


# ---- the ladder

MOST = 60
"""How many rows a figure of single messages has; the search behind it has the rest."""

# The rungs, from the top: by the type of the source, for what nobody doubts and particulars are given.
RUNGS = ("paper", "diary", "participant", "list", "repeated")
RUNG_OF = {
    "archive": "paper",
    "diary": "diary",
    "testimony": "participant",
    "reference": "repeated",
    "fiction": "repeated",
    "bookseller": "repeated",
}
PARTICULARS = (Standing.DOCUMENTED, Standing.ATTESTED)


def rung(witness: Witness) -> str:
    """The rung of one source: later pages stand on the last but one only where they give particulars."""
    own = RUNG_OF.get(witness.type, "list")
    return "repeated" if own == "list" and witness.standing not in PARTICULARS else own


def rungs(session: Session) -> dict[str, dict[str, bool]]:
    """Of each food message of the BBC's French service, the rungs with a source; True where one tells a meaning."""
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    for witness in queries.witnesses(session, *_french_food()):
        where = found[witness.message]
        where[rung(witness)] = where.get(rung(witness), False) or witness.inside
    return found


def _french_food() -> list[ColumnElement[bool]]:
    return [Message.theme_id == FOOD, queries.at(LONDON)]


def ladder_of_evidence(session: Session) -> Figure:
    """Food messages by the kind of source that bears witness to them; the cooked carrots are on the last rung."""
    heads = [_("Paper of the time"), _("Diary"), _("Participant"), _("Later, detailed"), _("Only repeated")]
    found = rungs(session)
    lines = sorted(queries.phrases(session, *_french_food()), key=lambda line: _best(found.get(line.id, {})))
    signs = {True: _("the phrase and a meaning"), False: _("the phrase alone")}
    rows: list[list[Value]] = []
    drawn = []
    for line in lines[:MOST]:
        own = found.get(line.id, {})
        said = typography.typeset(line.text, line.lang)
        rows.append(
            [Said(said, address(line.path), line.lang), *(signs[own[name]] if name in own else "" for name in RUNGS)]
        )
        told = [stating(head, signs[own[name]]) for name, head in zip(RUNGS, heads, strict=True) if name in own]
        marks = [("full" if own[name] else "ring") if name in own else "" for name in RUNGS]
        drawn.append(Line(said, marks, f"{said}. {'; '.join(told)}", address(line.path), line.lang))
    return Figure(
        name="ladder-of-evidence",
        title=title("ladder-of-evidence"),
        rule=rule("ladder-of-evidence"),
        denominator=ngettext(
            "%(num)s message about food of the BBC’s French service.",
            "%(num)s messages about food of the BBC’s French service.",
            len(lines),
        ),
        drawing=matrix(heads, drawn),
        heads=[_("Message"), *heads],
        rows=rows,
        behind=(search(theme="food", station=queries.station_id(session, LONDON)), _("These messages")),
        legend=[("full", signs[True]), ("ring", signs[False])],
    )


def _best(own: dict[str, bool]) -> tuple[int, int]:
    spots = [number for number, name in enumerate(RUNGS) if name in own]
    return (min(spots, default=len(RUNGS)), -len(spots))


# ---- the share of food

FEW = 10


def food_share(session: Session) -> Figure:
    """What share of the messages of each year speaks of food; years with few messages are put together."""
    every, food = queries.by_year(session), queries.by_year(session, Message.theme_id == FOOD)
    years = sorted(year for year in every if every[year] >= FEW)
    lines: list[tuple[str, int, int, str | None]] = [
        (str(year), every[year], food[year], search(theme="food", year=year)) for year in years
    ]
    rest = [year for year in every if every[year] < FEW]
    if rest:
        label = _("%(num)s other years", num=len(rest))
        lines.append((label, sum(every[year] for year in rest), sum(food[year] for year in rest), None))
    rows: list[list[Value]] = [
        [label, Said(number(of), search(year=label) if where else None), Said(number(many), where), percent(many / of)]
        for label, of, many, where in lines
    ]
    drawn = [
        Bar(
            label,
            many / of,
            _("%(many)s of %(of)s", many=number(many), of=number(of)),
            _(
                "%(year)s: %(many)s of %(of)s messages speak of food (%(share)s)",
                year=label,
                many=number(many),
                of=number(of),
                share=percent(many / of),
            ),
            where if many else None,
        )
        for label, of, many, where in lines
    ]
    return Figure(
        name="food-share",
        title=title("food-share"),
        rule=rule("food-share", few=FEW),
        denominator=_(
            "Out of %(all)s dated messages, a message counting once in each of its years.",
            all=number(sum(every.values())),
        ),
        drawing=bars(drawn, labels=110, ends=70),
        heads=[_("Year"), _("Messages"), _("about food"), _("Share")],
        rows=rows,
        behind=(search(theme="food"), _("All messages about food")),
    )


# ---- standings


def standing_counts(session: Session) -> Figure:
    """How many claims there are of each standing, and how many messages it leads."""
    claims, messages = queries.claims(session, Meaning.standing), queries.by_standing(session)
    total = sum(claims.values())
    label = {standing: called(term_id(Scheme.STANDING, standing)) for standing in Standing}
    rows: list[list[Value]] = [
        [label[standing], claims[standing], Said(number(messages[standing]), search(standing=standing.value))]
        for standing in Standing
    ]
    drawn = [
        Bar(
            label[each],
            claims[each],
            counted(claims[each], claims[each] / (total or 1)),
            stating(label[each], number(claims[each])),
            manner=f"standing-{each}",
        )
        for each in Standing
        if claims[each] or each is not Standing.UNKNOWN
    ]
    return Figure(
        name="standing-counts",
        title=title("standing-counts"),
        rule=rule("standing-counts"),
        denominator=_(
            "Out of %(claims)s claims on %(messages)s messages.",
            claims=number(total),
            messages=number(sum(messages.values())),
        ),
        drawing=bars(drawn, labels=90, ends=76),
        heads=[_("Standing"), _("Claims"), _("Messages that it leads")],
        rows=rows,
        behind=(address("/standings"), _("What the standings mean")),
    )


# ---- one night's diary

DIARY = "s-fr-005"
_OPENING = re.compile(r"^(d(?:e|u|es|’)\b.+?\b(?:à|au|aux)\b.+?)\s*[:,]", re.IGNORECASE)


def heard(session: Session) -> list[tuple[Phrase, str]]:
    """The lines of the diary of 17 August 1944: ``full`` (a meaning is known), ``half`` (the addressee) or ``ring``."""
    lines = queries.phrases(session, _noted_in(DIARY))
    explained = set(
        session.scalars(select(Meaning.message_id).where(Meaning.message_id.in_([line.id for line in lines])))
    )
    known = _known_openings(session)
    state = {
        line.id: "full" if line.id in explained else "half" if opening(line.text) in known else "ring" for line in lines
    }
    return sorted(((line, state[line.id]) for line in lines), key=lambda each: ["full", "half", "ring"].index(each[1]))


def opening(text: str) -> str:
    """The address at the head of a message, folded: ``de la chouette au merle blanc``; empty where there is none."""
    found = _OPENING.match(text)
    return fold(found[1]) if found else ""


def _noted_in(source: str) -> ColumnElement[bool]:
    noted = (
        select(Attestation.message_id)
        .join(Attestation.source)
        .where(Source.key == source, Attestation.message_id.is_not(None))
    )
    return Message.id.in_(noted.correlate(None))


def _known_openings(session: Session) -> set[str]:
    """The openings of messages of which some claim names an addressee."""
    rows = session.execute(
        select(Message.text, Meaning.addressee, Meaning.network_id)
        .join(Message.meanings)
        .where(*queries.public(), Message.text.ilike("d%"))
    )
    return {opening(row.text) for row in rows if row.addressee or row.network_id} - {""}


def one_night_heard(session: Session) -> Figure:
    """What the diarist wrote down, and what is known of it today."""
    found = heard(session)
    signs = {"full": _("a meaning is known"), "half": _("the addressee alone is known"), "ring": _("nothing is known")}
    many = {name: sum(state == name for _line, state in found) for name in signs}
    drawn, rows = [], list[list[Value]]()
    for line, state in found:
        said = typography.typeset(line.text, line.lang)
        drawn.append(Line(said, [state], stating(said, signs[state]), address(line.path), line.lang))
        rows.append([Said(said, address(line.path), line.lang), signs[state]])
    return Figure(
        name="one-night-heard",
        title=title("one-night-heard"),
        rule=rule("one-night-heard"),
        denominator=_(
            "Of %(all)s lines: %(full)s with a meaning, %(half)s with an addressee only, %(ring)s with neither.",
            all=len(found),
            **many,
        ),
        drawing=matrix([""], drawn, labels=322, foot=0),
        heads=[_("Message"), _("What is known")],
        rows=rows,
        behind=(_source_page(session, DIARY), _("The diary")),
        legend=list(signs.items()),
    )


def _source_page(session: Session, key: str) -> str:
    found = queries.sources_by_key(session, [key]).get(key)
    return address(f"/sources/{found.id}" if found else "/sources")
