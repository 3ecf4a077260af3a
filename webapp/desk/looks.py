"""How each field of a document is shown on a form: its label, a word of help, and the control it is typed in.

A field without a line here is still shown, by its type; a line makes it speak.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from webapp.broadcasts.models import Dated
from webapp.filters import language_name
from webapp.languages import N_, told
from webapp.languages import gettext as _
from webapp.media.rights import RIGHTS
from webapp.places import Precision
from webapp.revisions import Field, Kind, Part
from webapp.text.folding import fold
from webapp.vocabularies import Scheme, Term, terms

T = TypeVar("T", Field, Part)
Options = Callable[[Session], list[tuple[str, str]]]

# The languages in which messages of this archive were sent, and the neighbours'.
LANGUAGE_CODES = ["fr", "en", "it", "de", "es", "nl", "pl", "da", "no", "cs", "el", "pt", "ru", "sr", "sv", "fi", "hu",
                  "ro", "sk", "sq", "tr", "uk", "ar", "he", "yi-Latn", "la", "ja", "ja-Latn", "ko", "th", "vi", "bn",
                  "zh-Hans", "zh-Hant", "zh-Latn", "yue-Latn", "ga", "br", "oc", "ca", "eu"]  # fmt: skip


def of_scheme(scheme: Scheme) -> Options:
    """The terms of a vocabulary, kept by their slug."""
    return lambda session: [(term.slug, told(term.label).text) for term in session.scalars(terms(scheme))]


def of_languages(_: Session) -> list[tuple[str, str]]:
    """Languages by name, in the reader's order."""
    return sorted(((code, language_name(code)) for code in LANGUAGE_CODES), key=lambda pair: fold(pair[1]))


PRECISIONS = {
    Precision.POINT: N_("the very point"),
    Precision.LOCALITY: N_("the town or village"),
    Precision.REGION: N_("the region"),
    Precision.COUNTRY: N_("the country"),
    Precision.UNKNOWN: N_("not known"),
}
DATED = {Dated.BROADCAST: N_("of the broadcast"), Dated.OPERATION: N_("of the operation only")}


def of_words(words: dict[Any, str]) -> Options:
    """A closed list kept in the code."""
    return lambda _session: [(str(value), _(label)) for value, label in words.items()]


@dataclass(frozen=True)
class Look:
    """A label, help, and a control: line, voice (a phrase), typed, area, markdown, choice, standing, flag, date, pick.

    ``options`` are the values of a choice; ``fallback`` is what an empty choice means, where it must mean something.
    What is ``rare`` is folded away until it says something. ``said`` are words of help for single values, where those of
    the vocabulary do not fit the field.
    """

    label: str
    control: str = ""
    help: str = ""
    options: Options | None = None
    fallback: str = ""
    wide: bool = False
    rare: bool = False
    said: Mapping[str, str] = field(default_factory=dict)


# What a standing says of words, and not of a meaning.
OF_WORDS = {
    "documented": N_("A recording, a paper of the time or a scholarly edition has these very words."),
    "attested": N_("A witness, a museum or a local historian quotes these words."),
    "attributed": N_("These words are repeated, or stand in a list, without proof."),
    "disputed": N_("The sources give other words, or deny that they were sent."),
    "legend": N_("These words are told everywhere; nobody proves that they were sent."),
    "unknown": N_("How sure these words are has not been said yet."),
}

LOOKS: dict[str, Look] = {
    "message.text": Look(N_("Exact words"), "voice", N_("The characters as they were read or written, without quotation marks.")),
    "message.lang": Look(N_("Language"), "choice", options=of_languages, fallback="fr"),
    "message.kind": Look(N_("Kind"), "choice", options=of_scheme(Scheme.KIND), fallback="message"),
    "message.rendering": Look(N_("Only a translation of the lost original is known"), rare=True),
    "message.translation": Look(N_("Translation"), "line"),
    "message.station": Look(N_("Station")),
    "message.theme": Look(N_("Surface theme")),
    "message.surface": Look(N_("Looks like"), rare=True),
    "message.wording_standing": Look(N_("Standing of the wording"), "standing", N_("How sure it is that these words were sent; each meaning has its own standing."),
                                     of_scheme(Scheme.STANDING), "unknown", said=OF_WORDS),
    "message.note": Look(N_("Note"), "area", rare=True),
    "message.meanings": Look(N_("Meanings"), help=N_("Meaning")),
    "message.broadcasts": Look(N_("Broadcasts"), help=N_("Broadcast")),
    "message.relations": Look(N_("Relations"), help=N_("Relation")),
    "message.attestations": Look(N_("Sources of the wording"), help=N_("Source")),
    "meanings.statement": Look(N_("What the phrase signified"), "area"),
    "meanings.purpose": Look(N_("Purpose")),
    "meanings.standing": Look(N_("Standing"), "standing", options=of_scheme(Scheme.STANDING), fallback="unknown"),
    "meanings.addressee": Look(N_("For whom, in words"), "line"),
    "meanings.network": Look(N_("Network")),
    "meanings.operation": Look(N_("Operation"), rare=True),
    "meanings.place": Look(N_("Place")),
    "meanings.note": Look(N_("Note"), "area", rare=True),
    "meanings.attestations": Look(N_("Sources"), help=N_("Source")),
    "broadcasts.station": Look(N_("Station"), help=N_("Left empty: the station of the message.")),
    "broadcasts.edtf": Look(N_("Date, as one writes it"), "date", N_("For example “night of 5 to 6 June 1944”, “about May 44”, “after 3 May 1943?”.")),
    "broadcasts.written": Look(N_("As the source writes it"), "typed", N_("Left empty: as typed in the date."), rare=True),
    "broadcasts.time": Look(N_("London time"), "time", N_("For example 21:15.")),
    "broadcasts.dated": Look(N_("The date is"), "choice", options=of_words(DATED), fallback="broadcast", rare=True),
    "broadcasts.said": Look(N_("Times read"), rare=True),
    "broadcasts.place_in_night": Look(N_("Place in the bulletin"), rare=True),
    "broadcasts.note": Look(N_("Note"), "area", rare=True),
    "broadcasts.attestations": Look(N_("Sources"), help=N_("Source")),
    "attestations.source": Look(N_("Source")),
    "attestations.locator": Look(N_("Locator"), "typed", N_("Page, minute, folio.")),
    "relations.kind": Look(N_("Relation"), "choice", options=of_scheme(Scheme.RELATION), fallback="variant-of"),
    "relations.other": Look(N_("Other message")),
    "relations.note": Look(N_("Note"), "line", rare=True),
    "source.type": Look(N_("Type"), "choice", options=of_scheme(Scheme.SOURCE_TYPE), fallback="web"),
    "source.author": Look(N_("Author")),
    "source.title": Look(N_("Title"), "voice"),
    "source.publisher": Look(N_("Publisher, site or archive")),
    "source.year": Look(N_("Year"), "typed", N_("As the source writes it.")),
    "source.url": Look(N_("Address on the web"), "typed", wide=True),
    "source.linkable": Look(N_("The address may be linked (it is no unlicensed copy)")),
    "source.lang": Look(N_("Language"), "choice", options=of_languages),
    "source.note": Look(N_("Note"), "area"),
    "station.name": Look(N_("Name"), "line"),
    "station.kind": Look(N_("Kind")),
    "station.country": Look(N_("Country"), "typed", N_("Two letters: FR, GB.")),
    "station.note": Look(N_("Note"), "area"),
    "network.name": Look(N_("Name"), "line"),
    "network.kind": Look(N_("Kind")),
    "network.country": Look(N_("Country"), "typed", N_("Two letters: FR, GB.")),
    "network.note": Look(N_("Note"), "area"),
    "place.name": Look(N_("Name"), "line"),
    "place.region": Look(N_("Region")),
    "place.country": Look(N_("Country"), "typed", N_("Two letters: FR, GB.")),
    "place.lat": Look(N_("Latitude"), "typed", N_("Degrees, north positive: 44.9333.")),
    "place.lon": Look(N_("Longitude"), "typed", N_("Degrees, east positive: 0.5667.")),
    "place.precision": Look(N_("What the sources locate"), "choice", options=of_words(PRECISIONS), fallback="unknown"),
    "place.located_by": Look(N_("Who gave the coordinates")),
    "place.note": Look(N_("Note"), "area"),
    "essay.title": Look(N_("Title"), "line"),
    "essay.chapo": Look(N_("Opening lines"), "area"),
    "essay.body": Look(N_("Text"), "markdown", N_("Markdown. [[key]] shows a message, [@source, p. 12] cites, [^1] notes, {{figure: name}} is computed.")),
    "essay.author": Look(N_("Author"), "line"),
    "essay.position": Look(N_("Place in the list of essays")),
    "medium.file": Look(N_("File"), "fixed"),
    "medium.title": Look(N_("Title"), "line"),
    "medium.alt": Look(N_("What it shows, in words"), "area", N_("For those who do not see the picture: what one would say on the telephone.")),
    "medium.caption": Look(N_("Caption"), "area"),
    "medium.transcript": Look(N_("Transcript"), "area", N_("For those who do not hear the recording: every word, and what else is heard.")),
    "medium.credit": Look(N_("Made or lent by")),
    "medium.edtf": Look(N_("Date, as one writes it"), "date", N_("Of the picture or the recording.")),
    "medium.written": Look(N_("As the source writes it"), "typed", N_("Left empty: as typed in the date.")),
    "medium.rights": Look(N_("Rights"), "choice", N_("From rightsstatements.org or Creative Commons."), of_words(RIGHTS), wide=True),
    "medium.open_original": Look(N_("Readers may have the original file, with what a camera wrote into it")),
    "medium.subjects": Look(N_("Shown with"), help=N_("Record or night")),
    "subjects.message": Look(N_("Message")),
    "subjects.source": Look(N_("or source")),
    "subjects.night": Look(N_("or night"), "date", N_("The day of its evening: 5 June 1944.")),
    "term.label": Look(N_("Name"), "line"),
    "term.definition": Look(N_("Definition"), "area"),
    "term.position": Look(N_("Place in the vocabulary")),
}  # fmt: skip

_BY_TYPE = {"text": "line", "texts": "area", "flag": "flag", "number": "number", "edtf": "date", "link": "pick"}


def in_order(shape: Kind | Part, things: Iterable[T]) -> list[T]:
    """Fields or lists in the order of ``LOOKS``; what has no line there comes last, as its kind has it."""
    places = {name: place for place, name in enumerate(LOOKS)}
    return sorted(things, key=lambda each: places.get(f"{shape.name}.{each.name}", len(places)))


def look_of(shape: Kind | Part, each: Field | Part) -> Look:
    """The look of a field or of a list of rows; what has no line in ``LOOKS`` is called by its name."""
    return LOOKS.get(f"{shape.name}.{each.name}") or Look(each.name.replace("_", " ").capitalize())


def control_of(shape: Kind | Part, each: Field) -> str:
    """How a field is typed; a link to a vocabulary term is chosen from a list."""
    if each.type == "link" and target(shape, each) is Term:
        return "choice"
    return look_of(shape, each).control or _BY_TYPE.get(each.type, "line")


def target(shape: Kind | Part, each: Field) -> type:
    """The class of what a link leads to."""
    return inspect(shape.model).relationships[each.name].mapper.class_


def options_of(shape: Kind | Part, each: Field) -> Options | None:
    """The values to choose from: those of the look, or the vocabulary that a link leads to, by its terms' keys."""
    if each.type == "link" and target(shape, each) is Term:
        return _terms_of(Scheme(each.name))
    return look_of(shape, each).options


def _terms_of(scheme: Scheme) -> Options:
    return lambda session: [(term.id, told(term.label).text) for term in session.scalars(terms(scheme))]
