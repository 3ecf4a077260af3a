"""The archive as plain tables: for each kind of record, and each part of one, a sheet; and what every column means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from webapp.dates import parse
from webapp.machines.records import BY_KIND, Data
from webapp.revisions import KINDS, Field, Kind, Part

LANGUAGES = ("fr", "en")


@dataclass(frozen=True)
class Column:
    """One column: its name, the type of its values, and what it means in both languages."""

    name: str
    type: str
    fr: str
    en: str


# What the fields of records mean. A field that means something else in one place is named with it.
MEANS: dict[str, tuple[str, str]] = {
    "id": ("identifiant permanent, jamais réutilisé", "permanent identifier, never reused"),
    "version": ("numéro de la dernière version publiée", "number of the last published version"),
    "status": ("état : draft, in-review, published, withdrawn", "status: draft, in-review, published, withdrawn"),
    "record": ("notice à laquelle la ligne appartient", "record that the row belongs to"),
    "of": (
        "ce dont la ligne est une partie : une notice, un sens ou une diffusion",
        "what the row is a part of: a record, a meaning or a broadcast",
    ),
    "position": ("rang dans la liste, à partir de 0", "place in the list, from 0"),
    "text": ("la phrase, telle qu’elle fut dite", "the phrase, as it was said"),
    "lang": ("langue (BCP 47)", "language (BCP 47)"),
    "kind": ("genre", "kind"),
    "rendering": ("seule une traduction de l’original est connue", "only a translation of the original is known"),
    "translation": ("traduction", "translation"),
    "station": ("identifiant de l’émetteur", "identifier of the station"),
    "theme": ("thème de surface (vocabulaire)", "surface theme (vocabulary)"),
    "surface": ("ce que la phrase est en surface (vocabulaire)", "what the phrase is on the surface (vocabulary)"),
    "wording_standing": (
        "état de preuve de ces mots, non de leur sens",
        "standing of the wording, not of what it meant",
    ),
    "standing": (
        "état de preuve : documented, attested, attributed, disputed, legend ou unknown",
        "standing: documented, attested, attributed, disputed, legend or unknown",
    ),
    "note": ("note", "note"),
    "statement": (
        "ce que, dit-on, le message voulait dire ; à lire avec son état de preuve",
        "what the message is said to have meant; to be read with its standing",
    ),
    "purpose": ("but (vocabulaire)", "purpose (vocabulary)"),
    "addressee": ("destinataire", "addressee"),
    "network": ("identifiant du réseau", "identifier of the network"),
    "operation": ("opération", "operation"),
    "place": ("identifiant du lieu", "identifier of the place"),
    "other": ("identifiant de l’autre message", "identifier of the other message"),
    "source": ("identifiant de la source", "identifier of the source"),
    "locator": ("page, minute ou folio dans la source", "page, minute or folio in the source"),
    "written": ("date comme l’écrit la source", "date as the source writes it"),
    "edtf": ("date en EDTF (ISO 8601-2)", "date in EDTF (ISO 8601-2)"),
    "earliest": ("premier jour possible ; vide s’il n’est pas connu", "first possible day; empty where unknown"),
    "latest": ("dernier jour possible ; vide s’il n’est pas connu", "last possible day; empty where unknown"),
    "time": ("heure de Londres", "London wall time"),
    "dated": ("ce que la date est : broadcast (diffusion) ou operation", "what the date is of: broadcast or operation"),
    "said": ("nombre de lectures", "how many times it was read"),
    "place_in_night": ("rang dans l’émission du soir", "place in the evening’s programme"),
    "type": ("type", "type"),
    "author": ("auteur", "author"),
    "title": ("titre", "title"),
    "publisher": ("éditeur", "publisher"),
    "year": ("année, comme l’écrit la source", "year, as the source writes it"),
    "url": ("adresse", "address"),
    "linkable": ("l’adresse peut être donnée en lien", "the address may be linked to"),
    "name": ("nom", "name"),
    "country": ("pays (ISO 3166-1)", "country (ISO 3166-1)"),
    "region": ("région", "region"),
    "lat": ("latitude (WGS 84)", "latitude (WGS 84)"),
    "lon": ("longitude (WGS 84)", "longitude (WGS 84)"),
    "precision": ("précision de la position", "how exactly the place is known"),
    "located_by": ("qui a donné les coordonnées", "who gave the coordinates"),
    "chapo": ("chapeau", "opening"),
    "body": ("texte, en Markdown", "text, in Markdown"),
    "introduction": ("présentation", "introduction"),
    "aims": ("objectifs", "aims"),
    "questions": ("questions", "questions"),
    "level": ("niveau", "level"),
    "duration": ("durée", "duration"),
    "subject": ("matière", "subject"),
    "licence": ("licence", "licence"),
    "adapted_from": ("identifiant de la collection adaptée", "identifier of the adapted collection"),
    "adapted_version": ("version de la collection adaptée", "version of the adapted collection"),
    "message": ("identifiant du message", "identifier of the message"),
    "essay": ("identifiant de l’essai", "identifier of the essay"),
    "night": ("nuit, datée par son soir", "night, dated by its evening"),
    "file": ("SHA-256 du fichier", "SHA-256 of the file"),
    "alt": ("description pour qui ne voit pas l’image", "description for those who do not see the picture"),
    "caption": ("légende de l’image", "caption"),
    "transcript": ("transcription", "transcript"),
    "credit": ("mention de l’auteur", "credit"),
    "rights": ("droits (adresse d’une licence ou d’une mention)", "rights (address of a licence or statement)"),
    "open_original": ("le fichier d’origine est ouvert à tous", "the original file is open to everybody"),
    "term": ("clé du terme", "key of the term"),
    "scheme": ("vocabulaire", "vocabulary"),
    "slug": ("nom du terme dans les adresses", "name of the term in addresses"),
    "label": ("libellé", "label"),
    "definition": ("définition", "definition"),
}
IN = {"fr": ("en français", "in French"), "en": ("en anglais", "in English"),
      "other": ("dans d’autres langues, en JSON", "in other languages, in JSON")}  # fmt: skip
TYPES = {"texts": "text", "text": "text", "flag": "boolean", "number": "number", "edtf": "edtf", "link": "identifier"}


@dataclass(frozen=True)
class Sheet:
    """One table: its name and its columns."""

    name: str
    columns: tuple[Column, ...]


Row = tuple[str, list[Any]]


def column(name: str, sort: str = "text", lang: str = "") -> Column:
    """A column with what it means."""
    fr, en = MEANS[name]
    if not lang:
        return Column(name, sort, fr, en)
    return Column(f"{name}_{lang}", sort, f"{fr}, {IN[lang][0]}", f"{en}, {IN[lang][1]}")


def _columns(fields: list[Field]) -> Iterator[Column]:
    for each in fields:
        if each.type == "texts":
            yield from (column(each.name, "text", lang) for lang in IN)
        else:
            yield column(each.name, TYPES[each.type])
        if each.type == "edtf":
            yield from (column("earliest", "date"), column("latest", "date"))


def sheets(hidden_too: bool = False) -> dict[str, Sheet]:
    """Every sheet by name, the records first."""
    found: dict[str, Sheet] = {}
    for kind in (KINDS[name] for name in BY_KIND):
        head = [column("id", "identifier"), column("version", "number")]
        head += [column("status")] if hidden_too else []
        head += [column("standing")] if kind.name == "message" else []
        name = BY_KIND[kind.name].name
        found[name] = Sheet(name, (*head, *_columns(kind.fields)))
        _add_parts(found, kind)
    terms = [column("term"), column("scheme"), column("slug"), column("position", "number")]
    terms += [column(name, "text", lang) for name in ("label", "definition") for lang in IN]
    return found | {"terms": Sheet("terms", tuple(terms))}


def _add_parts(found: dict[str, Sheet], shape: Kind | Part) -> None:
    for part in shape.parts:
        head = [column("id", "identifier")] if part.identified else []
        head += [column("record", "identifier"), column("of", "identifier"), column("position", "number")]
        found.setdefault(part.name, Sheet(part.name, (*head, *_columns(part.fields))))
        _add_parts(found, part)


def rows_of(kind: Kind, document: Data, **more: Any) -> Iterator[Row]:
    """The rows that a record's document is, each with the name of its sheet; ``more`` fills the first columns."""
    head = [document["id"], *more.values()]
    if kind.name == "message":
        head.append(document["meanings"][0]["standing"] if document["meanings"] else "unknown")
    yield BY_KIND[kind.name].name, head + list(_values(kind.fields, document))
    yield from _part_rows(kind, document, document["id"], document["id"])


def _part_rows(shape: Kind | Part, document: Data, record: str, of: str) -> Iterator[Row]:
    for part in shape.parts:
        for position, row in enumerate(document[part.name]):
            head = [row["id"]] if part.identified else []
            yield part.name, [*head, record, of, position, *_values(part.fields, row)]
            yield from _part_rows(part, row, record, row.get("id", of))


def _values(fields: list[Field], document: Data) -> Iterator[Any]:
    for each in fields:
        value = document[each.name]
        if each.type == "texts":
            yield from texts(value)
        else:
            yield value
        if each.type == "edtf":
            date = parse(value) if value else None
            yield date.earliest.iso if date and date.earliest else None
            yield date.latest.iso if date and date.latest else None


def texts(value: dict[str, str]) -> list[Any]:
    """A text in several languages as three cells: French, English, and all others."""
    return [
        value.get("fr"),
        value.get("en"),
        {lang: text for lang, text in value.items() if lang not in LANGUAGES} or None,
    ]


def term_row(term: Data) -> Row:
    """A term of a vocabulary as a row."""
    return "terms", [term["term"], term["type"], term["id"], term["position"], *texts(term["label"]),
                     *texts(term["definition"])]  # fmt: skip
