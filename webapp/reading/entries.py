"""What lists messages under a name: stations, networks, places, themes, purposes; one list of small things."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, distinct, func, select, union_all
from sqlalchemy.orm import Session

from webapp.broadcasts.models import Broadcast
from webapp.database import Texts
from webapp.languages import N_, told
from webapp.messages.models import Meaning, Message
from webapp.messages.queries import CODEWORD, seen_by
from webapp.networks import Network
from webapp.permissions import Act, may
from webapp.places import Place
from webapp.revisions import Status
from webapp.revisions.figures import until_changed
from webapp.stations import Station
from webapp.text.folding import fold
from webapp.vocabularies import Scheme, Term

Pairs = Callable[[], Select[Any]]


@dataclass(frozen=True)
class Authority:
    """One kind of name that messages are listed under.

    ``pairs`` gives every (name, message) there is, as columns ``name`` and ``message``; counts and lists both come from
    it. ``spoils`` says that to list messages under such a name is to say what they meant: the outsider is told so
    instead. ``parameter`` is the filter of the search for it, if there is one.
    """

    name: str
    title: str
    one: str
    about: str
    pairs: Pairs
    model: Any = Term
    scheme: Scheme | None = None
    spoils: bool = False
    parameter: str = ""

    @property
    def type(self) -> str:
        """What data call it: station, theme."""
        return self.name.removesuffix("s")

    def seen_by(self, person: Any) -> ColumnElement[bool]:
        """Which of its records this person may see; a vocabulary is for everybody."""
        if self.scheme:
            return Term.scheme == self.scheme
        if may(person, Act.DESK):
            return self.model.status != Status.WITHDRAWN
        return self.model.status == Status.PUBLISHED

    def messages(self, key: str) -> ColumnElement[bool]:
        """That a message stands under this name."""
        pairs = self.pairs().subquery()
        return Message.id.in_(select(pairs.c.message).where(pairs.c.name == key))

    def label(self, record: Any) -> Texts:
        """What a record of it is called."""
        return record.label if self.scheme else record.name

    def spot(self, record: Any) -> str:
        """How a record stands in the address: its identifier, or the slug of a term."""
        return record.slug if self.scheme else record.id


def _of_stations() -> Select[Any]:
    own = select(Message.station_id.label("name"), Message.id.label("message"))
    return union_all(own, select(Broadcast.station_id, Broadcast.message_id))  # type: ignore[return-value]


def _of(column: Any, message: Any) -> Pairs:
    return lambda: select(column.label("name"), message.label("message"))


STATIONS = Authority(
    "stations", N_("Stations"), N_("Station"),
    N_("Who transmitted the messages, or where they appeared."),
    _of_stations, Station, parameter="station",
)  # fmt: skip
NETWORKS = Authority(
    "networks", N_("Networks"), N_("Network"),
    N_("For whom messages were meant: circuits, maquis, groups, people."),
    _of(Meaning.network_id, Meaning.message_id), Network, spoils=True, parameter="network",
)  # fmt: skip
PLACES = Authority(
    "places", N_("Places"), N_("Place"),
    N_("Where something was to happen: drop grounds, towns, regions."),
    _of(Meaning.place_id, Meaning.message_id), Place, spoils=True,
)  # fmt: skip
THEMES = Authority(
    "themes", N_("Themes"), N_("Surface theme"),
    N_("What the phrases are about on the surface."),
    _of(Message.theme_id, Message.id), scheme=Scheme.THEME, parameter="theme",
)  # fmt: skip
PURPOSES = Authority(
    "purposes", N_("Purposes"), N_("Purpose"),
    N_("What the messages were for, as far as it is claimed."),
    _of(Meaning.purpose_id, Meaning.message_id), scheme=Scheme.PURPOSE, spoils=True, parameter="purpose",
)  # fmt: skip
AUTHORITIES = [STATIONS, NETWORKS, PLACES, THEMES, PURPOSES]


class Entry(NamedTuple):
    """One name in a list: how it stands in the address, what it is called, how many messages and code words it has."""

    spot: str
    label: Texts
    messages: int
    codewords: int
    draft: bool


def entries(session: Session, authority: Authority, person: Any, lang: str) -> list[Entry]:
    """Every name of one kind with its counts, by the alphabet (terms in their own order); kept until a change."""
    who = "desk" if may(person, Act.DESK) else "everybody"
    return until_changed(
        session, f"{authority.name} for {who} in {lang}", lambda own: _entries(own, authority, person, lang)
    )


def _entries(session: Session, authority: Authority, person: Any, lang: str) -> list[Entry]:
    counts = _counts(session, authority, person)
    model, scheme = authority.model, authority.scheme
    query = select(model).where(authority.seen_by(person))
    if scheme:
        query = query.order_by(Term.position, Term.slug)
    found = []
    for record in session.scalars(query):
        messages, codewords = counts.get(record.id, (0, 0))
        draft = not scheme and record.status != Status.PUBLISHED
        found.append(Entry(authority.spot(record), authority.label(record), messages, codewords, draft))
    return found if scheme else sorted(found, key=lambda entry: (fold(told(entry.label, lang).text), entry.spot))


def _counts(session: Session, authority: Authority, person: Any) -> dict[str, tuple[int, int]]:
    pairs = authority.pairs().subquery()
    codeword = case((Message.kind == CODEWORD, Message.id))
    other = case((Message.kind != CODEWORD, Message.id))
    query = (
        select(pairs.c.name, func.count(distinct(other)), func.count(distinct(codeword)))
        .join(Message, Message.id == pairs.c.message)
        .where(seen_by(person), pairs.c.name.is_not(None))
        .group_by(pairs.c.name)
    )
    return {name: (messages, codewords) for name, messages, codewords in session.execute(query)}
