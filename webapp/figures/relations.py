"""How messages answer each other: alerts and actions, variants, echoes of another time, replies; as arcs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy.orm import Session

from webapp.figures import queries
from webapp.figures.charts import Arc, Knot, arcs
from webapp.figures.figure import Figure, Said, address
from webapp.figures.queries import Phrase, Tie
from webapp.figures.svg import Drawing, stacked
from webapp.figures.texts import rule, title
from webapp.filters import capitalised, language_name
from webapp.languages import gettext as _
from webapp.languages import ngettext
from webapp.text import typography
from webapp.text.folding import fold


class Pair(NamedTuple):
    """Two messages in the order in which they belong: alert and action, original and variant, question and reply."""

    first: Phrase
    second: Phrase


def alert_and_action(tie: Tie) -> Pair | None:
    """The alert, then the action that it announces."""
    if tie.kind == "alert-for":
        return Pair(tie.message, tie.other)
    return Pair(tie.other, tie.message) if tie.kind == "action-for" else None


def reply(tie: Tie) -> Pair | None:
    """What was said, then the reply."""
    return Pair(tie.other, tie.message) if tie.kind == "reply-to" else None


def variant(tie: Tie) -> Pair | None:
    """A wording, then another wording of the same station."""
    return Pair(tie.other, tie.message) if tie.kind == "variant-of" and not _elsewhere(tie) else None


def echo(tie: Tie) -> Pair | None:
    """A wording, then another one that was heard elsewhere: in a film, in another language, sixty years later.

    An echo that was entered as one, or a variant of another station.
    """
    returns = tie.kind == "echo-of" or (tie.kind == "variant-of" and _elsewhere(tie))
    return Pair(tie.other, tie.message) if returns else None


def _elsewhere(tie: Tie) -> bool:
    return tie.stations[0] != tie.stations[1]


def pairs(session: Session, read: Callable[[Tie], Pair | None]) -> list[Pair]:
    """The pairs of one kind, each once, however often it was entered."""
    return list(dict.fromkeys(pair for tie in queries.ties(session) if (pair := read(tie))))


def families(found: list[Pair]) -> list[list[Phrase]]:
    """The messages that hang together, the first ones first; each family in the order of its pairs."""
    neighbours: dict[Phrase, list[Phrase]] = defaultdict(list)
    for pair in found:
        neighbours[pair.first].append(pair.second)
        neighbours[pair.second].append(pair.first)
    seconds, seen, made = {pair.second for pair in found}, set[Phrase](), list[list[Phrase]]()
    for start in sorted(neighbours, key=lambda each: (each in seconds, fold(each.text))):
        family, waiting = list[Phrase](), [start]
        while waiting:
            each = waiting.pop(0)
            if each not in seen:
                seen.add(each)
                family.append(each)
                waiting += neighbours[each]
        made += [family] if family else []
    return made


MOST = 200
"""How many pairs are drawn and listed; the denominator says how many there are."""

Read = Callable[[Tie], Pair | None]


def _figure(session: Session, name: str, heads: tuple[str, str], read: Read, manner: str = "") -> Figure:
    found = pairs(session, read)
    shown = found[:MOST]
    return Figure(
        name=name,
        title=title(name),
        rule=rule(name),
        denominator=ngettext("%(num)s pair of published messages.", "%(num)s pairs of published messages.", len(found)),
        drawing=stacked([_family(family, shown, manner) for family in families(shown)], 10),
        heads=heads,
        rows=[[_said(pair.first), _said(pair.second)] for pair in shown],
        behind=(address("/messages"), _("All messages")),
    )


def _family(family: list[Phrase], found: list[Pair], manner: str) -> Drawing:
    spot = {each: number for number, each in enumerate(family)}
    ties = [Arc(spot[pair.first], spot[pair.second], manner) for pair in found if pair.first in spot]
    return arcs([_knot(each) for each in family], ties, gutter=40)


def _said(line: Phrase) -> Said:
    return Said(typography.typeset(line.text, line.lang), address(line.path), line.lang)


def _knot(line: Phrase) -> Knot:
    said = typography.typeset(line.text, line.lang)
    return Knot(said, capitalised(language_name(line.lang)), said, address(line.path), line.lang)


def alerts_and_actions(session: Session) -> Figure:
    """Alerts, each with the action that it announced."""
    return _figure(session, "alerts-and-actions", (_("Alert"), _("Action")), alert_and_action)


def variants(session: Session) -> Figure:
    """Other wordings of the same message by the same station."""
    return _figure(session, "variants", (_("Wording"), _("Other wording")), variant, "tie--variant")


def echoes(session: Session) -> Figure:
    """Wordings that come back elsewhere."""
    return _figure(session, "echoes", (_("Wording"), _("Echo")), echo, "tie--variant")


def replies(session: Session) -> Figure:
    """Messages that answer another."""
    return _figure(session, "replies", (_("Message"), _("Reply")), reply, "tie--reply")
