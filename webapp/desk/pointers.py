"""Who points at a record, by a link or by a reference in an essay's text; and how to point elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, Text, cast, exists, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.desk.looks import target
from webapp.essays.models import Essay
from webapp.revisions import KINDS, Kind, Part, Revision, Status
from webapp.revisions.documents import Document


def pointing_at(session: Session, record: Any) -> list[Any]:
    """The records whose published or drafted content in the tables names this one, each once, itself not."""
    found: dict[str, Any] = {}
    for kind in KINDS.values():
        for query in _queries(kind, type(record), record.id):
            found |= {other.id: other for other in session.scalars(query)}
    found |= {essay.id: essay for essay in session.scalars(_essays(record))}
    found.pop(record.id, None)
    return list(found.values())


def _queries(kind: Kind, model: type, id: str) -> Iterator[Select[Any]]:
    for steps, column in _columns(kind, kind.model, (), model):
        yield _query(kind.model, steps, column == id)


def _query(table: Any, steps: tuple[Any, ...], condition: Any) -> Select[Any]:
    ids = select(table.id).where(condition)
    for step in steps:
        ids = ids.join(step)
    return select(table).where(table.id.in_(ids))


def _columns(shape: Kind | Part, owner: Any, steps: tuple[Any, ...], model: type) -> Iterator[tuple[Any, Any]]:
    for each in shape.fields:
        if each.type == "link" and target(shape, each) is model:
            yield steps, getattr(owner, each.column)
    for part in shape.parts:
        # A part may be of the same table as its record (a relation leads to a message): each step has its own name.
        there = aliased(part.model)
        yield from _columns(part, there, (*steps, getattr(owner, part.name).of_type(there)), model)


def _essays(record: Any) -> Select[Any]:
    names = [name for name in (record.id, record.key) if name]
    body = cast(Essay.body, Text)
    return select(Essay).where(or_(*(body.contains(name, autoescape=True) for name in names)))


def drafts_naming(session: Session, record: Any) -> list[Revision]:
    """Changes that wait beside a published record and name this one."""
    newer = aliased(Revision)
    return list(
        session.scalars(
            select(Revision).where(
                Revision.status.in_([Status.DRAFT, Status.IN_REVIEW]),
                Revision.record_id != record.id,
                cast(Revision.document, Text).contains(record.id, autoescape=True),
                ~exists().where(newer.record_id == Revision.record_id, newer.number > Revision.number),
            )
        )
    )


def repointed(shape: Kind | Part, document: Document, gone: Any, kept: Any, owner: str = "") -> Document:
    """The document with every link and reference to one record leading to another; rows that become the same are one,
    and a message is not related to itself."""
    fresh = dict(document)
    for each in shape.fields:
        if each.type == "link" and document.get(each.name) == gone.id and isinstance(gone, target(shape, each)):
            fresh[each.name] = kept.id
    if shape.name == "essay":
        fresh["body"] = {lang: _text(body, gone, kept) for lang, body in document["body"].items()}
    owner = owner or document.get("id", "")
    for part in shape.parts:
        rows = [repointed(part, row, gone, kept, owner) for row in document.get(part.name) or []]
        fresh[part.name] = rows if part.identified else distinct(part, rows, owner)
    return fresh


def distinct(part: Part, rows: list[Document], owner: str) -> list[Document]:
    """Rows without identity, the same only once; relations by what they say and to whom, never to the owner."""
    kept: dict[tuple[Any, ...], Document] = {}
    for row in rows:
        if part.name == "relations":
            if row["other"] != owner:
                kept.setdefault((row["kind"], row["other"]), row)
        else:
            kept.setdefault(tuple(str(row.get(each.name)) for each in part.fields), row)
    return list(kept.values())


def _text(body: str, gone: Any, kept: Any) -> str:
    """An essay's text whose ``[[message]]`` and ``[@source]`` references lead to the other record."""
    names = "|".join(re.escape(name) for name in (gone.id, gone.key) if name)
    fresh = kept.key or kept.id
    body = re.sub(rf"(\[\[\s*)(?:{names})(?=\s*[\]|\\])", lambda found: found[1] + fresh, body)
    return re.sub(rf"(@)(?:{names})(?![\w-])", lambda found: found[1] + fresh, body)
