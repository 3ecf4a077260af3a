"""The columns of a spreadsheet of messages: one list, from which headings are matched, templates and exports made.

One row is one message. What a message has several of stands in numbered groups of columns: ``meaning 1 …``,
``meaning 2 …``, ``broadcast 1 …``. A text in several languages has a column for each: ``translation (fr)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from webapp.imports import cells
from webapp.languages import LANGUAGES, language
from webapp.text.analysis import fold

MOST_GROUPS = 60


@dataclass(frozen=True)
class Column:
    """One column: its name in the seed data, its headings in French and English, how its cells are read.

    ``reads`` is one of id, key, revision, nothing, text, texts (one column a language), lang, flag, number, date,
    written, time, slug (of a vocabulary that is closed), term (of one that may grow), link, sources, relations; ``of``
    is the vocabulary or the kind of record. ``field`` is its name in the document, ``others`` more headings.
    """

    name: str
    fr: str
    en: str
    reads: str = "text"
    of: str = ""
    field: str = ""
    help_fr: str = ""
    help_en: str = ""
    others: tuple[str, ...] = ()

    @property
    def of_document(self) -> str:
        """The field of the document that it fills."""
        return self.field or self.name


MESSAGE = [
    Column("id", "identifiant", "identifier", "id", help_fr="Vide pour un nouveau message.", help_en="Empty for a new message."),
    Column("key", "clé", "key", "key", help_fr="Un nom court et unique de votre choix, facultatif.",
           help_en="A short unique name of your choice, optional."),
    Column("revision", "révision", "revision", "revision", help_fr="Telle que l’export l’a écrite ; sans elle, rien n’est changé.",
           help_en="As the export wrote it; without it nothing is changed."),
    Column("status", "statut", "status", "nothing", help_fr="Écrit par l’export, jamais lu.", help_en="Written by the export, never read."),
    Column("text", "texte exact", "exact words", others=("mots exacts", "phrase", "texte", "message", "wording", "libellé", "words"),
           help_fr="Obligatoire : la phrase telle qu’elle fut lue.", help_en="Required: the phrase as it was read."),
    Column("lang", "langue", "language", "lang", help_fr="fr, en, it… ; vide : fr.", help_en="fr, en, it…; empty: fr."),
    Column("kind", "genre", "kind", "slug", "kind", others=("nature",), help_fr="Vide : message.", help_en="Empty: message."),
    Column("rendering", "traduction seule", "translation only", "flag", help_fr="oui ou non", help_en="yes or no"),
    Column("translation", "traduction", "translation", "texts"),
    Column("station", "station", "station", "link", "station", help_fr="Nom, clé ou identifiant.", help_en="Name, key or identifier."),
    Column("theme", "thème", "theme", "term", "theme", others=("thème de surface", "surface theme")),
    Column("surface", "apparence", "looks like", "term", "surface"),
    Column("wording_standing", "état de preuve du texte", "standing of the wording", "slug", "standing"),
    Column("wording_sources", "sources du texte", "sources of the wording", "sources", field="attestations",
           others=("sources", "source", "sources du libellé"), help_fr="source @ page | autre source @ page", help_en="source @ page | other source @ page"),
    Column("note", "note", "note", "texts"),
    Column("relations", "relations", "relations", "relations", help_fr="variant-of clé | reply-to identifiant",
           help_en="variant-of key | reply-to identifier"),
]  # fmt: skip
MEANING = [
    Column("id", "identifiant", "identifier", "id", help_fr="Vide pour un nouveau sens.", help_en="Empty for a new meaning."),
    Column("statement", "énoncé", "statement", "texts", others=("",)),
    Column("standing", "état de preuve", "standing", "slug", "standing", others=("crédit",), help_fr="Vide : inconnu.", help_en="Empty: unknown."),
    Column("purpose", "but", "purpose", "term", "purpose"),
    Column("addressee", "destinataire", "addressee", "texts"),
    Column("network", "réseau", "network", "link", "network"),
    Column("operation", "opération", "operation"),
    Column("place", "lieu", "place", "link", "place"),
    Column("note", "note", "note", "texts"),
    Column("sources", "sources", "sources", "sources", field="attestations", others=("source",),
           help_fr="source @ page | autre source @ page", help_en="source @ page | other source @ page"),
]  # fmt: skip
BROADCAST = [
    Column("id", "identifiant", "identifier", "id", help_fr="Vide pour une nouvelle diffusion.", help_en="Empty for a new broadcast."),
    Column("date", "date", "date", "date", field="edtf", others=("edtf", "night", "nuit", ""),
           help_fr="Comme on l’écrit : nuit du 5 au 6 juin 1944, vers mai 44, 1944-06-05?",
           help_en="As one writes it: night of 5 to 6 June 1944, about May 44, 1944-06-05?"),
    Column("written", "écrit par la source", "as the source writes it", "written",
           help_fr="Vide : comme la date.", help_en="Empty: like the date."),
    Column("time", "heure de Londres", "London time", "time", others=("heure",), help_fr="21:15", help_en="21:15"),
    Column("station", "station", "station", "link", "station"),
    Column("what", "la date est", "the date is", "slug", "dated", field="dated", others=("dated",),
           help_fr="celle de la diffusion, ou celle de l’opération", help_en="of the broadcast, or of the operation"),
    Column("said", "nombre de lectures", "times read", "number", others=("fois",)),
    Column("place_in_night", "rang dans le bulletin", "place in the bulletin", "number"),
    Column("note", "note", "note", "texts"),
    Column("sources", "sources", "sources", "sources", field="attestations", others=("source",),
           help_fr="source @ page | autre source @ page", help_en="source @ page | other source @ page"),
]  # fmt: skip
COLUMNS: dict[str, list[Column]] = {"": MESSAGE, "meaning": MEANING, "broadcast": BROADCAST}
"""All columns, by the group that they stand in."""

GROUPS = {"meaning": ("sens", "meaning"), "broadcast": ("diffusion", "broadcast")}
PARTS = {"meaning": "meanings", "broadcast": "broadcasts"}
_GROUP = re.compile(
    r"(?P<group>sens|signification|meaning|diffusion|emission|broadcast)s?(?: (?P<n>\d{1,3}))?(?: (?P<rest>.*))?"
)
_WORDS = {"sens": "meaning", "signification": "meaning", "meaning": "meaning",
          "diffusion": "broadcast", "emission": "broadcast", "broadcast": "broadcast"}  # fmt: skip
_LANG_WORDS = {"francais": "fr", "french": "fr", "anglais": "en", "english": "en"}
_LANG = re.compile(
    r"(?P<stem>.*?) ?(?P<lang>francais|french|anglais|english|und|[a-z]{2,3}(?: (?:latn|hans|hant|cyrl|arab))?)"
)
_NUMBER_FIRST = re.compile(r"(?P<group>[a-z]+?)_?(?P<n>\d+)_")


class Place(NamedTuple):
    """Where a column of a file goes: its group and number there ("" and 0 for the message's own), column, language."""

    group: str
    n: int
    name: str
    lang: str = ""

    @property
    def column(self) -> Column:
        return by_name(self.group)[self.name]

    @property
    def machine(self) -> str:
        """Its name without spaces: meaning_1_statement_fr."""
        start = f"{self.group}_{self.n}_" if self.group else ""
        return start + self.name + (f"_{self.lang or 'und'}" if self.column.reads == "texts" else "")

    def label(self, lang: str | None = None) -> str:
        """Its heading: Sens 1 : énoncé (fr)."""
        lang = lang or language()
        name = self.column.fr if lang == "fr" else self.column.en
        if self.column.reads == "texts":
            name += f" ({self.lang or 'und'})"
        if not self.group:
            return name[0].upper() + name[1:]
        word = GROUPS[self.group][0 if lang == "fr" else 1].capitalize()
        return f"{word} {self.n}\u00a0: {name}" if lang == "fr" else f"{word} {self.n}: {name}"


@cache
def by_name(group: str) -> dict[str, Column]:
    """The columns of a group by name."""
    return {each.name: each for each in COLUMNS[group]}


def from_machine(name: str) -> Place | None:
    """The place of a name as ``Place.machine`` writes it."""
    found = re.fullmatch(r"(?:(meaning|broadcast)_(\d{1,3})_)?(.+)", name)
    if not found:
        return None
    group, n, rest = found[1] or "", int(found[2] or 0), found[3]
    columns = by_name(group)
    if rest in columns and columns[rest].reads != "texts":
        return Place(group, n, rest)
    stem, _, lang = rest.rpartition("_")
    return Place(group, n, stem, "" if lang == "und" else lang) if stem in columns else None


def match(heading: str) -> Place | None:
    """The place that a heading means, in French, in English or as the seed data calls it; None when nobody knows."""
    if exact := _by_label().get(_plain(heading)):
        return exact
    plain = _plain(heading)
    return _find("", 0, plain) or _in_group(plain) or _flat(plain)


def matched(headings: Iterable[str]) -> list[Place | None]:
    """Where each heading goes; the first that means a place has it, another that means the same has none."""
    taken: set[Place] = set()
    found = []
    for heading in headings:
        place = match(heading) if heading else None
        found.append(place if place not in taken else None)
        taken |= {place} if place else set()
    return found


def _plain(heading: str) -> str:
    return " ".join(re.sub(r"[^\w-]+|_", " ", fold(cells.tidy(heading))).replace("-", " ").split())


@cache
def _by_label() -> dict[str, Place]:
    places = [Place("", 0, each.name) for each in MESSAGE if each.reads != "texts"]
    return {_plain(place.label(lang)): place for place in places for lang in LANGUAGES}


def _in_group(plain: str) -> Place | None:
    found = _GROUP.fullmatch(plain)
    if not found or not 1 <= int(found["n"] or 1) <= MOST_GROUPS:
        return None
    return _find(_WORDS[found["group"]], int(found["n"] or 1), found["rest"] or "")


def _flat(plain: str) -> Place | None:
    """A heading of a simple list, of what there is only one: date, purpose, place."""
    for group in GROUPS:
        if plain not in ("", "id", "identifier", "identifiant") and (place := _find(group, 1, plain)):
            return place
    return None


def _find(group: str, n: int, plain: str) -> Place | None:
    names = _names(group)
    if plain in names:
        column = names[plain]
        return Place(group, n, column.name, language() if column.reads == "texts" else "")
    found = _LANG.fullmatch(plain)
    if found and found["stem"] and (column_ := names.get(found["stem"])) and column_.reads == "texts":
        lang = _LANG_WORDS.get(found["lang"], found["lang"])
        return Place(group, n, column_.name, "" if lang == "und" else _lang_tag(lang))
    return None


def _lang_tag(lang: str) -> str:
    start, _, script = lang.partition(" ")
    return f"{start}-{script.capitalize()}" if script else start


@cache
def _names(group: str) -> dict[str, Column]:
    return {_plain(name): each for each in COLUMNS[group] for name in (*each.others, each.en, each.fr, each.name)}


def places(meanings: int = 2, broadcasts: int = 2, langs: Iterable[str] = LANGUAGES) -> list[Place]:
    """All places, in the order of a file that has this many groups and languages."""
    langs = list(langs)
    many = {"": range(1), "meaning": range(1, meanings + 1), "broadcast": range(1, broadcasts + 1)}
    return [
        Place(group, n, column.name, lang)
        for group, numbers in many.items() for n in numbers for column in COLUMNS[group]
        for lang in (langs if column.reads == "texts" else [""])
    ]  # fmt: skip
