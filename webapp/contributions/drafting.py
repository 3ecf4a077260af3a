"""What an accepted contribution becomes: a drafted change of a record, or a new draft; one function for each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from webapp.contributions.models import Contribution
from webapp.dates import BadDate, read
from webapp.languages import gettext as _
from webapp.messages.models import MESSAGE
from webapp.people.models import Person
from webapp.revisions import Kind, kind_of, to_document
from webapp.revisions.actions import change, create
from webapp.revisions.documents import Document
from webapp.revisions.queries import latest
from webapp.sources.models import SOURCE
from webapp.stations import called
from webapp.vocabularies import Standing


class Drafted(NamedTuple):
    """The record that was drafted on, and the revision that holds the draft."""

    record: Any
    revision: int


Draft = Callable[[Session, Contribution, Any, Person], Drafted]


def draft(session: Session, contribution: Contribution, about: Any, by: Person) -> Drafted:
    """Draft what the contribution offers; of what is only shown (a recollection, an answer), the record spoken of."""
    maker = DRAFTS.get(contribution.kind)
    if maker is None:
        return Drafted(about, about.revision if about is not None else 0)
    return maker(session, contribution, about, by)


def reason_for(contribution: Contribution) -> str:
    """The line of the history: it thanks by the name that was wished for, and names nobody otherwise."""
    name = contribution.name or _("a reader")
    return _("Offered by %(name)s, contribution %(number)s.", name=name, number=contribution.id)


def _changed(session: Session, contribution: Contribution, record: Any, document: Document, by: Person) -> Drafted:
    revision = change(record, document, by=by, reason=reason_for(contribution))
    return Drafted(record, revision.number)


def _new(session: Session, contribution: Contribution, kind: Kind, document: Document, by: Person) -> Drafted:
    record = create(session, kind, document, by=by, reason=reason_for(contribution))
    return Drafted(record, record.revision)


def newest(session: Session, record: Any) -> Document:
    """The newest content of a record, a change that waits included, as something that may be changed."""
    last = latest(session, record.id)
    return dict(last.document if last else to_document(record))


def broadcast(session: Session, contribution: Contribution) -> Document:
    """A reading as it was offered: the date as written, and as EDTF where it is understood; never a made-up day."""
    written = contribution.answers.get("date", "")
    try:
        edtf = read(written).text
    except BadDate:
        edtf = None
    where = contribution.answers.get("where", "")
    station = called(session, where)
    said = [each for each in ("" if station else where, witness(contribution)) if each]
    return {"written": written, "edtf": edtf, "station": station.id if station else None,
            "note": {contribution.lang: "\n".join(said)} if said else {}}  # fmt: skip


# Written into a text of the archive, hence in the language of the contribution and not in the editor’s.
KNOWN_BY = {"fr": "La personne qui l’a proposé le tient de\u00a0: %s", "en": "Whoever offered it knows it from: %s"}


def witness(contribution: Contribution) -> str:
    """How the contributor knows, as a note of the draft; its editor makes a source of it before it is published."""
    return KNOWN_BY.get(contribution.lang, KNOWN_BY["en"]) % contribution.evidence if contribution.evidence else ""


def _meaning(contribution: Contribution, statement: str) -> Document:
    """A claim as it was offered: attributed, which no editor can publish before a source stands beside it."""
    whom = contribution.answers.get("whom", "")
    return {
        "statement": {contribution.lang: statement},
        "standing": Standing.ATTRIBUTED,
        "addressee": {contribution.lang: whom} if whom else {},
        "note": {contribution.lang: known} if (known := witness(contribution)) else {},
        "attestations": [],
    }


def _message(session: Session, contribution: Contribution, about: Any, by: Person) -> Drafted:
    answers = contribution.answers
    document: Document = {"text": answers["phrase"], "lang": answers["lang"], "kind": "message"}
    if answers.get("date") or answers.get("where"):
        document["broadcasts"] = [broadcast(session, contribution)]
    if answers.get("meant"):
        document["meanings"] = [_meaning(contribution, answers["meant"])]
    return _new(session, contribution, MESSAGE, document, by)


def _variant(session: Session, contribution: Contribution, about: Any, by: Person) -> Drafted:
    remark = contribution.answers.get("remark", "")
    document: Document = {
        "text": contribution.answers["phrase"], "lang": about.lang, "kind": about.kind,
        "note": {contribution.lang: remark} if remark else {},
        "relations": [{"kind": "variant-of", "other": about.id, "note": {}}],
    }  # fmt: skip
    return _new(session, contribution, MESSAGE, document, by)


def _interpretation(session: Session, contribution: Contribution, about: Any, by: Person) -> Drafted:
    document = newest(session, about)
    meaning = _meaning(contribution, contribution.answers["statement"])
    document["meanings"] = [*document.get("meanings", []), meaning]
    return _changed(session, contribution, about, document, by)


def _date(session: Session, contribution: Contribution, about: Any, by: Person) -> Drafted:
    document = newest(session, about)
    document["broadcasts"] = [*document.get("broadcasts", []), broadcast(session, contribution)]
    return _changed(session, contribution, about, document, by)


def _reference(session: Session, contribution: Contribution, about: Any, by: Person) -> Drafted:
    answers = contribution.answers
    fields = {name: answers.get(name, "") for name in ("title", "author", "year", "url")}
    source = _new(session, contribution, SOURCE, {"type": "web" if fields["url"] else "book", **fields}, by).record
    document = newest(session, about)
    witness = {"source": source.id, "locator": answers.get("locator", "")}
    document["attestations"] = [*document.get("attestations", []), witness]
    return _changed(session, contribution, about, document, by)


def _correction(session: Session, contribution: Contribution, about: Any, by: Person) -> Drafted:
    """The words that are wrong are replaced where they stand exactly once; else an editor finds the place."""
    document, answers = newest(session, about), contribution.answers
    wrong = answers.get("wrong", "")
    places = list(_places(kind_of(about), document, wrong)) if wrong else []
    if len(places) == 1:
        holder, name = places[0]
        holder[name] = holder[name].replace(wrong, answers["right"])
    return _changed(session, contribution, about, document, by)


def _places(kind: Kind, document: Document, wrong: str) -> list[tuple[dict[str, Any], str]]:
    found: list[tuple[dict[str, Any], str]] = []
    for each in kind.fields:
        value = document.get(each.name)
        if each.type == "text" and isinstance(value, str) and value.count(wrong) == 1:
            found.append((document, each.name))
        elif each.type == "texts" and isinstance(value, dict):
            document[each.name] = texts = dict(value)
            found += [(texts, lang) for lang, text in texts.items() if text.count(wrong) == 1]
    return found


DRAFTS: dict[str, Draft] = {
    "message": _message,
    "variant": _variant,
    "interpretation": _interpretation,
    "date": _date,
    "reference": _reference,
    "correction": _correction,
}
