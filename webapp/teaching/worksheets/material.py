"""What a sheet is made of: phrases and claims as they stood at a moment, read from the frozen versions of messages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.database import Texts
from webapp.languages import told
from webapp.messages.models import Message
from webapp.revisions import Status
from webapp.revisions.documents import Document
from webapp.revisions.queries import public_at

MOST = 40
"""How many phrases a sheet is chosen from; more would make its address too long for paper."""


@dataclass(frozen=True)
class Witness:
    """A source that bears witness to a claim: what it is called, and where in it."""

    name: Texts
    locator: str


@dataclass(frozen=True)
class Claim:
    """One claim of what a phrase meant."""

    id: str
    statement: Texts
    standing: str
    purpose: str
    purpose_label: Texts
    for_whom: tuple[Texts, ...]
    note: Texts
    witnesses: tuple[Witness, ...]


@dataclass(frozen=True)
class Phrase:
    """A message: what everybody heard, then what was claimed of it, and which other phrases it goes with."""

    id: str
    text: str
    lang: str
    translation: Texts
    rendering: bool
    claims: tuple[Claim, ...] = ()
    relations: tuple[tuple[str, str], ...] = field(default=())

    @property
    def standing(self) -> str:
        """The standing of the leading claim."""
        return self.claims[0].standing if self.claims else "unknown"


@dataclass(frozen=True)
class Material:
    """The phrases there are; how many were asked for and are gone, and how many have changed since."""

    phrases: tuple[Phrase, ...]
    gone: int = 0
    changed: int = 0


def material(session: Session, ids: Iterable[str], moment: dt.datetime) -> Material:
    """The messages of these identifiers as they were published at the moment, in their order; two queries.

    What was withdrawn since is left out: a reason to withdraw is a reason not to print.
    """
    wanted = list(dict.fromkeys(ids))[:MOST]
    public = select(Message.id, Message.version).where(Message.id.in_(wanted), Message.status == Status.PUBLISHED)
    rows = {row.id: row.version for row in session.execute(public)}
    then = public_at(session, list(rows), moment)
    phrases = tuple(_phrase(then[id].document, then[id].labels) for id in wanted if id in then)
    changed = sum(then[id].version != rows[id] for id in then)
    return Material(phrases, len(wanted) - len(phrases), changed)


def _phrase(document: Document, labels: dict[str, Texts]) -> Phrase:
    return Phrase(
        document["id"], document["text"], document["lang"], document["translation"], document["rendering"],
        tuple(_claim(meaning, labels) for meaning in document["meanings"]),
        tuple((relation["kind"], relation["other"]) for relation in document["relations"]),
    )  # fmt: skip


def _claim(meaning: Document, labels: dict[str, Texts]) -> Claim:
    whom = [meaning["addressee"], *(labels.get(meaning[name] or "", {}) for name in ("network", "place"))]
    if meaning["operation"]:
        whom.append({"": meaning["operation"]})
    return Claim(
        meaning["id"], meaning["statement"], meaning["standing"], meaning["purpose"] or "",
        labels.get(meaning["purpose"] or "", {}), tuple(each for each in whom if each), meaning["note"],
        tuple(Witness(labels.get(each["source"], {}), each["locator"]) for each in meaning["attestations"]),
    )  # fmt: skip


_SPACE = re.compile(r"\s+")


def one_line(texts: Texts, lang: str) -> str:
    """The text in this language, else in another, on one line."""
    return _SPACE.sub(" ", told(texts, lang).text).strip()


def secrets(phrase: Phrase) -> Iterator[str]:
    """Everything that would give a phrase away: statements, remarks and addressees in every language, and identifiers
    of claims."""
    for claim in phrase.claims:
        yield claim.id
        for texts in (claim.statement, claim.note, *claim.for_whom):
            yield from (text for text in texts.values() if len(text) > 3)
