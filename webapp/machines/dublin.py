"""Any record in the fifteen words of Dublin Core; a meaning never without how sure it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from webapp.database import Texts
from webapp.machines.records import Data
from webapp.machines.xml import element, words
from webapp.revisions import kind_of
from webapp.vocabularies import Word

RIGHTS = {"message": "https://creativecommons.org/publicdomain/zero/1.0/",
          "essay": "https://creativecommons.org/licenses/by/4.0/"}  # fmt: skip
TYPES = {"message": "Text", "essay": "Text", "collection": "Collection", "source": "BibliographicResource"}


class Statement(NamedTuple):
    """One word of Dublin Core with its value and the language it is in."""

    name: str
    value: str
    lang: str = ""


Vocabulary = dict[str, Word]


def statements(thing: Any, data: Data, vocabulary: Vocabulary) -> Iterator[Statement]:
    """What Dublin Core says of a record: from the thing, and from its data as everybody may see them."""
    kind = kind_of(thing).name
    yield from MORE.get(kind, _by_name)(thing, data, vocabulary)
    yield Statement("identifier", data["permanent"])
    yield Statement("relation", data["url"])
    if kind in TYPES:
        yield Statement("type", TYPES[kind])
    yield Statement("rights", RIGHTS.get(kind, RIGHTS["message"]))


def _each(name: str, texts: Texts | None) -> Iterator[Statement]:
    yield from (Statement(name, text, lang) for lang, text in (texts or {}).items())


def _by_name(thing: Any, data: Data, _: Vocabulary) -> Iterator[Statement]:
    yield from _each("title", data.get("name") or data.get("titles"))
    yield from _each("description", data.get("note") if isinstance(data.get("note"), dict) else data.get("alt"))


def _message(message: Any, data: Data, vocabulary: Vocabulary) -> Iterator[Statement]:
    labels: dict[str, Texts] = data["labels"]
    yield Statement("title", data["text"], data["lang"])
    yield Statement("language", data["lang"])
    for lang, text in data["translation"].items():
        yield Statement("title", text, lang)
    yield from _each("publisher", labels.get(data["station"] or ""))
    yield from _each("subject", labels.get(data["theme"] or ""))
    yield from (Statement("date", each["edtf"]) for each in data["broadcasts"] if each["edtf"])
    for meaning in data["meanings"]:
        yield from _claim(meaning, labels, vocabulary)
    if not data["meanings"]:
        yield from _sure("unknown", {"fr": "Sens inconnu.", "en": "Meaning unknown."}, vocabulary)


def _claim(meaning: Data, labels: dict[str, Texts], vocabulary: Vocabulary) -> Iterator[Statement]:
    statement = meaning["statement"] or labels.get(meaning["purpose"] or "") or {"": "—"}
    yield from _sure(meaning["standing"], statement, vocabulary)
    yield from _each("coverage", labels.get(meaning["place"] or ""))
    for each in meaning["attestations"]:
        for name in labels.get(each["source"], {}).values():
            yield Statement("source", f"{name}{', ' + each['locator'] if each['locator'] else ''}")


def _sure(standing: str, statement: Texts, vocabulary: Vocabulary) -> Iterator[Statement]:
    """A claim with its standing before it, so that none is read as a fact."""
    word = vocabulary.get(f"standing/{standing}")
    for lang, text in statement.items():
        said = (word.label.get(lang) or word.label.get("en") if word else None) or standing
        yield Statement("description", f"[{said}] {text}", lang)


def _essay(_thing: Any, data: Data, _: Vocabulary) -> Iterator[Statement]:
    yield from _each("title", data["title"])
    yield from _each("creator", data["author"])
    yield from _each("description", data["chapo"])
    yield from (Statement("language", lang) for lang in data["body"])
    if data["published"]:
        yield Statement("date", data["published"][:10])


def _collection(_thing: Any, data: Data, _: Vocabulary) -> Iterator[Statement]:
    yield from _each("title", data["title"])
    yield from _each("subject", data["subject"])
    yield from _each("description", data.get("introduction"))
    if data["author"]:
        yield Statement("creator", data["author"])


def _source(_thing: Any, data: Data, _: Vocabulary) -> Iterator[Statement]:
    yield Statement("title", data["name"] or data["title"], data["lang"])
    for name, value in (("creator", data["author"]), ("publisher", data["publisher"]), ("date", data["year"]),
                        ("language", data["lang"]), ("relation", data["link"])):  # fmt: skip
        if value:
            yield Statement(name, value)


MORE: dict[str, Callable[[Any, Data, Vocabulary], Iterator[Statement]]] = {
    "message": _message, "essay": _essay, "collection": _collection, "source": _source,
}  # fmt: skip


def as_xml(found: Iterator[Statement]) -> str:
    """The statements as ``oai_dc``."""
    lines = (element(f"dc:{each.name}", words(each.value), xml_lang=each.lang or None) for each in found if each.value)
    return (
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd">'
        f"{''.join(lines)}</oai_dc:dc>"
    )
