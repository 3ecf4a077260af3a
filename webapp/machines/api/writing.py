"""Writing by program, for those who may draft: create, change, submit, through the very actions that the forms use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import ValidationError
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from webapp.database import session
from webapp.identifiers import resolve
from webapp.languages import gettext as _
from webapp.machines.api import shapes
from webapp.machines.api.problems import Problem, errors_of
from webapp.machines.records import Data, Sort
from webapp.people.models import Person
from webapp.revisions import KINDS, Kept, Kind, Part, Revision, Status
from webapp.revisions.actions import Stale, change, create, submit
from webapp.revisions.complete import completed, linked
from webapp.revisions.queries import latest
from webapp.vocabularies import Term

AGENT = "API"


def document_of(sort: Sort, sent: Any) -> Data:
    """What was sent, as a document; raises a Problem that names every fault."""
    try:
        document = shapes.written(sort.name).model_validate(sent).model_dump(exclude_unset=True)
    except ValidationError as error:
        raise Problem(
            422, _("Some of what was sent cannot be used; nothing was changed."), errors=errors_of(error)
        ) from None
    found = shapes.faults(KINDS[sort.kind], document)
    if found:
        errors = [{"pointer": at, "detail": why} for at, why in found]
        raise Problem(422, _("Some of what was sent cannot be used; nothing was changed."), errors=errors)
    return document


def ensure_links(kind: Kind, document: Data) -> None:
    """Raise a Problem unless everything that is linked to is there: a name must not lead nowhere."""
    lost = sorted({id for model, id in linked(kind, document) if not _there(model, id)})
    if lost:
        raise Problem(409, _("The archive has nothing under these names: %(names)s. Nothing was changed.",
                             names=", ".join(lost[:10])), missing=lost)  # fmt: skip
    _ensure_schemes(kind, document)


def _there(model: Any, id: str) -> bool:
    thing = session.get(model, id)
    return thing is not None and not (isinstance(thing, Kept) and thing.status == Status.WITHDRAWN)


def _ensure_schemes(shape: Kind | Part, document: Data) -> None:
    """A purpose is no theme."""
    for each in shape.fields:
        value = document.get(each.name) if each.type == "link" else None
        term = bool(value) and inspect(shape.model).relationships[each.name].mapper.class_ is Term
        if term and not str(value).startswith(f"{each.name}/"):
            raise Problem(409, _("“%(term)s” is of another vocabulary. Nothing was changed.", term=value))
    for part in shape.parts:
        for row in document.get(part.name) or []:
            _ensure_schemes(part, row)


def ensure_own_rows(kind: Kind, document: Data, newest: Data) -> None:
    """Raise a Problem for a row whose identifier is that of another record's row, or was never given."""
    strange = _row_ids(kind, document) - _row_ids(kind, newest)
    if strange:
        raise Problem(409, _("These rows are not of this record: %(names)s. Nothing was changed.",
                             names=", ".join(sorted(strange)[:10])))  # fmt: skip


def _row_ids(shape: Kind | Part, document: Data) -> set[str]:
    found: set[str] = set()
    for part in shape.parts:
        for row in document.get(part.name) or []:
            found |= {row["id"]} if row.get("id") else set()
            found |= _row_ids(part, row)
    return found


def add(sort: Sort, sent: Any, by: Person) -> Any:
    """A new draft."""
    kind, document = KINDS[sort.kind], document_of(sort, sent)
    ensure_own_rows(kind, document, {})
    ensure_links(kind, document)
    with _fitting():
        record = create(session(), kind, completed(kind, document), by=by, agent=AGENT)
        session.commit()
    return record


@contextmanager
def _fitting() -> Iterator[None]:
    """Raise a Problem for what the database itself refuses: the same relation twice, say."""
    try:
        yield
    except IntegrityError:
        session.rollback()
        raise Problem(409, _("This does not fit with what the archive holds. Nothing was changed.")) from None


def find(sort: Sort, id: str) -> Any:
    """The record of an identifier, drafts included; raises a Problem that says why not."""
    known = resolve(session(), id)
    record = session.get(sort.model, known.id) if known and known.kind == sort.kind else None
    if record is None:
        raise Problem(404, _("No record and no page has this address. A search may find what you are looking for."))
    if record.status == Status.WITHDRAWN:
        raise Problem(410, _("This record was withdrawn: an editor can bring it back at the desk."))
    return record


def draft(record: Any) -> Data:
    """The newest content of a record, a waiting change included."""
    last = newest(record)
    return {"type": last.kind, "id": record.id, "status": last.status, "revision": last.number,
            "version": record.version, "document": last.document}  # fmt: skip


def newest(record: Any) -> Revision:
    """The newest revision of a record; every record has one."""
    last = latest(session(), record.id)
    if last is None:
        raise LookupError(record.id)
    return last


def etag(record: Any) -> str:
    """What ``If-Match`` must say: the number of the newest revision."""
    return f"r{newest(record).number}"


def ensure_matches(record: Any, if_match: Any) -> None:
    """Raise a Problem unless the sender has seen the newest content; a star has seen nothing."""
    if not if_match or if_match.star_tag:
        raise Problem(428, _("Say in If-Match which revision you have seen: its ETag is told by the draft."))
    if not if_match.contains(etag(record)):
        raise _moved(record)


def _moved(record: Any) -> Problem:
    why = _("Somebody has changed this record meanwhile. Nothing was changed; the newest content is in “current”.")
    return Problem(412, why, current=draft(record), etag=f'"{etag(record)}"')


def revise(sort: Sort, record: Any, sent: Any, if_match: Any, by: Person) -> None:
    """New content for some fields; lists are replaced whole."""
    ensure_matches(record, if_match)
    kind, last = KINDS[sort.kind], newest(record)
    document = document_of(sort, sent)
    ensure_own_rows(kind, document, last.document)
    whole = {**last.document, **document}
    ensure_links(kind, document)
    if whole == last.document:
        return
    try:
        with _fitting():
            change(record, completed(kind, whole), by=by, agent=AGENT, opened_on=last.number)
            session.commit()
    except Stale:
        session.rollback()
        raise _moved(record) from None


def ask_review(record: Any, if_match: Any, by: Person) -> None:
    """Send the newest content for review."""
    ensure_matches(record, if_match)
    last = newest(record)
    if last.status == Status.PUBLISHED:
        raise Problem(409, _("Nothing of this record waits: change it first."))
    if last.status != Status.IN_REVIEW:
        submit(record, by=by)
        session.commit()
