"""The cards of what was found. A card is rendered once for each way of showing it and kept while the index stays as it
is; only the found words are put in anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import Any, NamedTuple

from flask import current_app, render_template, request
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.collections.models import Collection
from webapp.database import database, session
from webapp.essays.models import Essay
from webapp.filters import days_asked, shown, typeset
from webapp.languages import N_, Told, gettext, language, told
from webapp.messages.models import Message
from webapp.messages.queries import ON_CARD
from webapp.navigation import exists, path_to
from webapp.networks import Network
from webapp.places import Place
from webapp.rendering import reading
from webapp.revisions import Outbox, Status
from webapp.search.engine import INSIDE, Found, Hit
from webapp.search.facets import KIND_LABELS
from webapp.search.marking import marked
from webapp.sources.models import Source
from webapp.stations import Station
from webapp.text.sentences import shortened

PHRASE, STATEMENT = "\x02", "\x03"
"""Where the phrase and the leading statement go; no text of the archive contains these signs."""

MOST_KEPT = 4000

FOUND_IN = {
    "translation": N_("Found in its translation"), "meaning": N_("Found in its meaning"),
    "note": N_("Found in its notes"), "about": N_("Found in its station, theme or date"),
    "essay": N_("Found in its text"),
}  # fmt: skip
ABOUT_OTHERS = {
    "essay": N_("Found in the name of its author"), "collection": N_("Found in its author, level or subject"),
    "source": N_("Found in its publisher or year"), "network": N_("Found in its country"),
    "station": N_("Found in its country"), "place": N_("Found in its region or country"),
}  # fmt: skip
"""What the field ``about`` tells of where there is no broadcast."""


class Card(NamedTuple):
    """A rendered card with room for its phrase and its leading statement, which stands there too as it is unmarked."""

    pieces: tuple[str, ...]
    phrase: Told
    statement: Told
    unmarked: Markup


class Shown(NamedTuple):
    """One row of the page: its type, its card, and where its words were found when that is not the phrase."""

    type: str
    card: Markup
    why: str


class Remembered:
    """What was made of records, by identifier and manner; forgotten whenever the index has changed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._generation: object = None
        self._kept: dict[tuple[Any, ...], Any] = {}

    def of(self, generation: object) -> dict[tuple[Any, ...], Any]:
        """What goes with this generation of the index."""
        with self._lock:
            if self._generation != generation or len(self._kept) > MOST_KEPT:
                self._generation, self._kept = generation, {}
            return self._kept


def remembered(
    name: str,
    manner: tuple[Any, ...],
    hits: Sequence[Hit],
    generation: object,
    make: Callable[[list[Hit]], dict[str, Any]],
) -> dict[str, Any]:
    """What ``make`` makes of these records, by identifier, as far as everybody may see them now.

    What the index has not heard of yet is made anew, and nothing is remembered while anything waits: a changed name
    of a station waits too, and stands on the cards of many messages.
    """
    kept = current_app.extensions.setdefault(f"search {name}", Remembered()).of(generation)
    waiting = pending()
    known = {hit.id: kept[hit.id, *manner] for hit in hits if hit.id not in waiting and (hit.id, *manner) in kept}
    fresh = make([hit for hit in hits if hit.id not in known])
    if not waiting:
        kept.update({(key, *manner): made for key, made in fresh.items()})
    return known | fresh


def pending() -> set[str]:
    """The records whose change the index has not heard of yet: what the database says of them counts.

    Asked at every search, and under SQLite past the session: a statement of its own takes a tenth of the time. A server
    is asked on the connection that the request has already, which may be to a standby.
    """
    if database().engine.dialect.name != "sqlite":
        return set(session.scalars(select(Outbox.record_id).limit(1000)))
    connection = database().engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT record_id FROM outbox LIMIT 1000")
        return {record_id for (record_id,) in cursor.fetchall()}
    finally:
        connection.close()


def rows(session: Session, found: Found, generation: object) -> list[Shown]:
    """The rows of the page, in order. What was withdrawn a moment ago is left out, and no longer counted."""
    manner = (language(), request.args.get("lang"), reading(), days_asked())
    cards = remembered("cards", manner, found.hits, generation, lambda hits: _rendered(session, hits))
    found.total -= sum(hit.id not in cards for hit in found.hits)
    return [_shown(hit, cards[hit.id], found) for hit in found.hits if hit.id in cards]


def _shown(hit: Hit, card: Card, found: Found) -> Shown:
    phrase = marked(card.phrase.text, card.phrase.lang, found.words, found.stems)
    pieces = card.pieces
    if len(pieces) == 2:
        whole = f"{pieces[0]}{phrase}{pieces[1]}"
    else:
        statement = card.unmarked
        if "meaning" in hit.fields:
            statement = marked(card.statement.text, card.statement.lang, found.words, found.stems)
        whole = f"{pieces[0]}{phrase}{pieces[1]}{statement}{pieces[2]}"
    return Shown(hit.type, Markup(whole), _why(hit))


def _why(hit: Hit) -> str:
    """Where the words stand, when they do not all stand in the phrase; the outsider is not told of meanings."""
    fields = [name for name in FOUND_IN if name in hit.fields]
    if hit.fields <= {"phrase", "name"} or (reading() == "outsider" and INSIDE & hit.fields):
        return ""
    if not fields:
        return ""
    told = FOUND_IN | ({"about": ABOUT_OTHERS[hit.type]} if hit.type in ABOUT_OTHERS else {})
    return gettext(told[fields[0]])


def _rendered(session: Session, hits: Sequence[Hit]) -> dict[str, Card]:
    """The cards of these records, as far as everybody may see them; one query for each type of record."""
    by_type: dict[str, list[str]] = {}
    for hit in hits:
        by_type.setdefault(hit.type, []).append(hit.id)
    return {
        record.id: RENDER[type_].card(record)
        for type_, ids in by_type.items() if type_ in RENDER
        for record in _loaded(session, RENDER[type_], ids)
    }  # fmt: skip


def _loaded(session: Session, way: Way, ids: Iterable[str]) -> Iterable[Any]:
    query = select(way.model).where(way.model.id.in_(list(ids)), way.model.status == Status.PUBLISHED)
    return session.scalars(query.options(*way.load))


class Way(NamedTuple):
    """How records of one type are shown: what to load, and the function that makes the card."""

    model: Any
    load: Sequence[Any]
    card: Callable[[Any], Card]


def _split(html: str, phrase: Told, statement: Told) -> Card:
    before, _, after = html.partition(PHRASE)
    if STATEMENT in after:
        between, _, end = after.partition(STATEMENT)
        return Card((before, between, end), phrase, statement, shown({statement.lang: statement.text}))
    return Card((before, after), phrase, statement, Markup())


def message_card(message: Message) -> Card:
    """A message as a folded slip."""
    html = render_template("messages/_card.html", message=message, card_heading="h2", card_gather=True,
                           card_marked=Markup(PHRASE), card_statement=Markup(STATEMENT))  # fmt: skip
    statement = told(message.meanings[0].statement) if message.meanings else Told("", "")
    return _split(html, Told(message.text, message.lang), statement)


def _record_card(
    type_: str, title: Callable[[Any], Told], text: Callable[[Any], Any], path: str
) -> Callable[[Any], Card]:
    def card(record: Any) -> Card:
        address = f"{path}/{record.id}"
        html = render_template("search/_record.html", label=gettext(KIND_LABELS[type_]), title=Markup(PHRASE),
                               title_lang=title(record).lang, text=text(record),
                               address=path_to(address) if exists(f"{path}/0") else None)  # fmt: skip
        return _split(html, title(record), Told("", ""))

    return card


def _name(record: Any) -> Told:
    return told(record.name)


def _note(record: Any) -> Any:
    return "" if reading() == "outsider" else shown(record.note)


def _source_title(source: Source) -> Told:
    return Told(source.title or source.author, source.lang)


def _source_line(source: Source) -> Any:
    author = source.author if source.title else ""
    return typeset(", ".join(filter(None, (author, source.publisher, source.year))))


def _essay_title(essay: Essay) -> Told:
    return told(essay.title)


def _collection_title(collection: Collection) -> Told:
    return told(collection.title)


def _introduction(collection: Collection) -> Any:
    """The first paragraph; an outsider is told the title alone."""
    text = told(collection.introduction)
    return "" if reading() == "outsider" else typeset(shortened(text.text.partition("\n\n")[0], 240), text.lang)


def _chapo(essay: Essay) -> Any:
    return shown(essay.chapo)


RENDER: dict[str, Way] = {
    "message": Way(Message, ON_CARD, message_card),
    "essay": Way(Essay, (), _record_card("essay", _essay_title, _chapo, "/essays")),
    "collection": Way(Collection, (), _record_card("collection", _collection_title, _introduction, "/collections")),
    "source": Way(Source, (), _record_card("source", _source_title, _source_line, "/sources")),
    "network": Way(Network, (), _record_card("network", _name, _note, "/networks")),
    "place": Way(Place, (), _record_card("place", _name, _note, "/places")),
    "station": Way(Station, (), _record_card("station", _name, _note, "/stations")),
}
