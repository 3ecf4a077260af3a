"""Counting what everybody may see. Code words are left out of counts of messages unless they are asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, distinct, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.broadcasts.models import Broadcast
from webapp.broadcasts.of_messages import certain_year
from webapp.broadcasts.queries import doubtful
from webapp.database import Texts
from webapp.dates import Day
from webapp.messages.models import Meaning, Message, Relation
from webapp.messages.queries import CODEWORD, alphabetical, leading_standing, seen_by, with_leading
from webapp.networks import Network
from webapp.places import Place
from webapp.revisions import Status
from webapp.sources.models import Attestation, Source
from webapp.stations import Station
from webapp.vocabularies import Standing

HASHTAG = "twitter-radiolondres"


def public() -> list[ColumnElement[bool]]:
    """That a message is counted: published, and no code word."""
    return [seen_by(None), Message.kind != CODEWORD]


@dataclass(frozen=True)
class Narrowing:
    """Which messages are counted: a standing of the leading claim, a language, a run of years."""

    standing: str | None = None
    language: str | None = None
    years: tuple[int | None, int | None] = (None, None)

    def conditions(self) -> list[ColumnElement[bool]]:
        """What a message must be."""
        found = public()
        if self.standing:
            chosen = with_leading(select(Message.id)).where(leading_standing() == self.standing)
            found.append(Message.id.in_(chosen.correlate(None)))
        if self.language:
            found.append(Message.lang == self.language)
        if self.years != (None, None):
            found.append(_overlapping(*self.years))
        return found

    def search(self) -> dict[str, str | int | None]:
        """The same as parameters of a search."""
        first, last = self.years
        return {"standing": self.standing, "language": self.language, "from": first, "to": last}


def _overlapping(first: int | None, last: int | None) -> ColumnElement[bool]:
    """That some broadcast may have been in these years, as the search understands a period; None leaves an end open."""
    dated = [Broadcast.message_id == Message.id, Broadcast.edtf.is_not(None)]
    if last is not None:
        dated.append(or_(Broadcast.earliest.is_(None), Broadcast.earliest <= Day(last, 12, 31).ordinal))
    if first is not None:
        dated.append(or_(Broadcast.latest.is_(None), Broadcast.latest >= Day(first, 1, 1).ordinal))
    return exists().where(*dated)


def total(session: Session, *conditions: ColumnElement[bool]) -> int:
    """How many messages are counted under these conditions besides."""
    return session.scalar(select(func.count(Message.id)).where(*public(), *conditions)) or 0


def crossed(session: Session, surface: Any, narrowing: Narrowing) -> Counter[tuple[str, str]]:
    """How many messages have each pair of a surface (a column of the message) and a purpose of some claim."""
    query = (
        select(surface, Meaning.purpose_id, func.count(distinct(Message.id)))
        .join(Message.meanings)
        .where(*narrowing.conditions(), surface.is_not(None), Meaning.purpose_id.is_not(None))
        .group_by(surface, Meaning.purpose_id)
    )
    return Counter({(row[0], row[1]): row[2] for row in session.execute(query)})


def unexplained(session: Session, surface: Any, narrowing: Narrowing) -> Counter[str]:
    """How many messages of each surface have no known meaning."""
    query = with_leading(select(surface, func.count(Message.id)).select_from(Message)).where(
        *narrowing.conditions(), surface.is_not(None), leading_standing() == Standing.UNKNOWN
    )
    return Counter({row[0]: row[1] for row in session.execute(query.group_by(surface))})


def by(session: Session, column: Any, *conditions: ColumnElement[bool]) -> Counter[str]:
    """How many messages there are of each value of a column."""
    query = select(column, func.count(Message.id)).where(*public(), *conditions).group_by(column)
    return Counter({row[0]: row[1] for row in session.execute(query) if row[0]})


def by_standing(session: Session, *conditions: ColumnElement[bool]) -> Counter[str]:
    """How many messages have a leading claim of each standing."""
    query = with_leading(select(leading_standing(), func.count(Message.id)).select_from(Message))
    return Counter(
        {row[0]: row[1] for row in session.execute(query.where(*public(), *conditions).group_by(leading_standing()))}
    )


def claims(session: Session, column: Any, *conditions: ColumnElement[bool]) -> Counter[str]:
    """How many claims there are of each value of a column of the meaning, on messages that are counted."""
    query = select(column, func.count(Meaning.id)).join(Meaning.message).where(*public(), *conditions).group_by(column)
    return Counter({row[0]: row[1] for row in session.execute(query) if row[0]})


def by_purpose(session: Session) -> Counter[str]:
    """How many messages have some claim of each purpose."""
    query = select(Meaning.purpose_id, func.count(distinct(Message.id))).join(Meaning.message).where(*public())
    return Counter({row[0]: row[1] for row in session.execute(query.group_by(Meaning.purpose_id)) if row[0]})


def at(key: str) -> ColumnElement[bool]:
    """That a message belongs to the station of that key in the seed data."""
    return Message.station_id.in_(select(Station.id).where(Station.key == key).correlate(None))


def station_id(session: Session, key: str) -> str | None:
    """The identifier of the station of that key."""
    return session.scalars(select(Station.id).where(Station.key == key)).first()


class Phrase(NamedTuple):
    """A message as a line of a figure."""

    id: str
    key: str | None
    text: str
    lang: str

    @property
    def path(self) -> str:
        """Its page."""
        return f"/messages/{self.id}"


def phrases(session: Session, *conditions: ColumnElement[bool]) -> list[Phrase]:
    """The messages under these conditions, as lines."""
    query = select(Message.id, Message.key, Message.text, Message.lang).where(*public(), *conditions)
    return [Phrase(*row) for row in session.execute(query.order_by(alphabetical(), Message.id))]


def by_year(session: Session, *conditions: ColumnElement[bool]) -> Counter[int]:
    """How many messages were certainly broadcast in each year; one that was read in two years counts in both."""
    year = certain_year().label("year")
    query = select(year, func.count(distinct(Message.id))).join(Message.broadcasts).where(*public(), *conditions)
    return Counter({row[0]: row[1] for row in session.execute(query.group_by(year)) if row[0]})


class Span(NamedTuple):
    """One date of one message: its first and last possible day, and whether it is doubtful."""

    message: str
    first: int | None
    last: int | None
    doubtful: bool

    @property
    def night(self) -> int | None:
        """The one night that it names."""
        return self.first if self.first is not None and self.first == self.last else None


def spans(session: Session, *conditions: ColumnElement[bool]) -> list[Span]:
    """All dates of messages under these conditions."""
    query = (
        select(Broadcast.message_id, Broadcast.earliest, Broadcast.latest, doubtful())
        .join(Broadcast.message)
        .where(*public(), Broadcast.edtf.is_not(None), *conditions)
    )
    return [Span(*row) for row in session.execute(query)]


def within(session: Session, first: int, last: int) -> list[Span]:
    """The dates that lie within these days, of all that everybody may see."""
    return spans(session, Broadcast.earliest >= first, Broadcast.latest <= last)


def sources_by_key(session: Session, keys: Sequence[str]) -> dict[str, Source]:
    """The published sources of these keys."""
    query = select(Source).where(Source.key.in_(keys), Source.status == Status.PUBLISHED)
    return {source.key: source for source in session.scalars(query) if source.key}


class Witness(NamedTuple):
    """A source bearing witness to a message: the kind of source, whether to what it meant, and how well that stands."""

    message: str
    type: str
    inside: bool
    standing: str


def witnesses(session: Session, *conditions: ColumnElement[bool]) -> list[Witness]:
    """Who bears witness to the wording and to the claims of these messages."""
    wording = (
        select(Message.id, Source.type, Message.wording_standing)
        .join(Attestation, Attestation.message_id == Message.id)
        .join(Attestation.source)
        .where(*public(), *conditions)
    )
    claimed = (
        select(Message.id, Source.type, Meaning.standing)
        .join(Message.meanings)
        .join(Attestation, and_(Attestation.meaning_id == Meaning.id))
        .join(Attestation.source)
        .where(*public(), *conditions)
    )
    return [Witness(row[0], row[1], False, row[2]) for row in session.execute(wording)] + [
        Witness(row[0], row[1], True, row[2]) for row in session.execute(claimed)
    ]


class Ground(NamedTuple):
    """A place of some claim, with the coordinates that it has and how many messages are tied to it."""

    id: str
    name: Texts
    region: str
    country: str
    lat: float | None
    lon: float | None
    precision: str
    located_by: str
    messages: int


def grounds(session: Session, *conditions: ColumnElement[bool]) -> list[Ground]:
    """The published places that some claim names, each with its messages."""
    many = func.count(distinct(Message.id))
    query = (
        select(
            Place.id,
            Place.name,
            Place.region,
            Place.country,
            Place.lat,
            Place.lon,
            Place.precision,
            Place.located_by,
            many,
        )
        .join(Meaning, Meaning.place_id == Place.id)
        .join(Meaning.message)
        .where(*public(), Place.status == Status.PUBLISHED, *conditions)
        .group_by(Place.id)
        .order_by(many.desc(), Place.id)
    )
    return [Ground(*row) for row in session.execute(query)]


def addressees(session: Session, *conditions: ColumnElement[bool]) -> dict[str, list[tuple[str, Texts]]]:
    """Of each place, the networks that claims name together with it: identifier and name."""
    query = (
        select(Meaning.place_id, Network.id, Network.name)
        .join(Meaning.network)
        .join(Meaning.message)
        .where(*public(), Network.status == Status.PUBLISHED, Meaning.place_id.is_not(None), *conditions)
        .order_by(Network.id)
        .distinct()
    )
    found: dict[str, list[tuple[str, Texts]]] = {}
    for place, network, name in session.execute(query):
        found.setdefault(place or "", []).append((network, name))
    return found


class Tie(NamedTuple):
    """How one message stands to another, both of them public."""

    kind: str
    message: Phrase
    other: Phrase
    stations: tuple[str | None, str | None]


def ties(session: Session) -> list[Tie]:
    """All relations between messages that everybody may see, code words included."""
    one, other = aliased(Message), aliased(Message)
    query = (
        select(
            Relation.kind,
            one.id,
            one.key,
            one.text,
            one.lang,
            other.id,
            other.key,
            other.text,
            other.lang,
            one.station_id,
            other.station_id,
        )
        .join(one, Relation.message_id == one.id)
        .join(other, Relation.other_id == other.id)
        .where(one.status == Status.PUBLISHED, other.status == Status.PUBLISHED)
        .order_by(Relation.id)
    )
    return [Tie(row[0], Phrase(*row[1:5]), Phrase(*row[5:9]), (row[9], row[10])) for row in session.execute(query)]


def witnessed_claims(session: Session) -> Counter[tuple[str, int]]:
    """How many claims of each standing rest on how many sources."""
    each = (
        select(Meaning.standing.label("standing"), func.count(distinct(Attestation.source_id)).label("n"))
        .join(Meaning.message)
        .outerjoin(Attestation, Attestation.meaning_id == Meaning.id)
        .where(*public())
        .group_by(Meaning.id, Meaning.standing)
        .subquery()
    )
    rows = session.execute(select(each.c.standing, each.c.n, func.count()).group_by(each.c.standing, each.c.n))
    return Counter({(row[0], row[1]): row[2] for row in rows})


def unknown_by(session: Session, column: Any, *conditions: ColumnElement[bool]) -> Counter[str]:
    """How many messages of each value of a column nobody explains."""
    query = with_leading(select(column, func.count(Message.id)).select_from(Message)).where(
        *public(), leading_standing() == Standing.UNKNOWN, *conditions
    )
    return Counter({row[0]: row[1] for row in session.execute(query.group_by(column)) if row[0]})


def many(session: Session, narrowing: Narrowing) -> int:
    """How many messages a narrowing leaves."""
    return session.scalar(select(func.count(Message.id)).where(*narrowing.conditions())) or 0


def codewords(session: Session) -> int:
    """How many code words there are, which are no messages."""
    return session.scalar(select(func.count(Message.id)).where(seen_by(None), Message.kind == CODEWORD)) or 0


def sources(session: Session) -> int:
    """How many published sources there are."""
    return session.scalar(select(func.count(Source.id)).where(Source.status == Status.PUBLISHED)) or 0
