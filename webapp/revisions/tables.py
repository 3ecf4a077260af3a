"""A record as rows of tables, and many rows written at once: a few statements instead of thousands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Table, bindparam, insert, inspect, update
from sqlalchemy.orm import Session

from webapp.revisions.documents import Kind, Part

CHUNK = 500
T = TypeVar("T")


def chunks(things: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The things in lists of a size that a database takes as parameters."""
    left = iter(things)
    while taken := list(islice(left, size)):
        yield taken


Rows = dict[tuple[str, str], tuple[Table, dict[str, Any]]]
Lists = dict[tuple[str, str, str], tuple[Table, list[dict[str, Any]]]]


@dataclass
class Flat:
    """A record as rows of tables: its own, those of identified parts, and lists of rows without identity by owner."""

    own: dict[str, Any]
    rows: Rows
    lists: Lists


def flattened(record: Any, kind: Kind) -> Flat:
    """The record as rows of its tables."""
    flat = Flat(_values(record), {}, {})
    _flatten(record, kind, flat)
    return flat


def _flatten(thing: Any, shape: Kind | Part, flat: Flat) -> None:
    for part in shape.parts:
        owner = _owner_column(shape.model, part.name)
        table: Table = part.model.__table__
        for each in getattr(thing, part.name):
            row = _values(each) | {owner: thing.id}
            if part.identified:
                flat.rows[table.name, each.id] = (table, row)
            else:
                flat.lists.setdefault((table.name, owner, thing.id), (table, []))[1].append(row)
            _flatten(each, part, flat)


def _owner_column(model: Any, part: str) -> str:
    ((_parent, child),) = inspect(model).relationships[part].synchronize_pairs
    return child.key


def _values(thing: Any) -> dict[str, Any]:
    return {column.key: thing.__dict__[column.key] for column in thing.__table__.c if column.key in thing.__dict__}


def insert_rows(session: Session, table: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Insert these rows, those with the same columns together."""
    for some in chunks(rows, 2 * CHUNK):
        by_columns: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
        for row in some:
            by_columns[frozenset(row)].append(row)
        for alike in by_columns.values():
            session.execute(insert(table), alike)


def update_rows(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Set the columns that each of these rows names, by its identifier."""
    by_columns: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_columns[frozenset(row)].append(row)
    for columns, alike in by_columns.items():
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns if name != "id"}
        statement = update(table).where(table.c.id == bindparam("the_id")).values(values)
        for some in chunks(alike, 2 * CHUNK):
            renamed = [{"the_id": row["id"], **{f"new_{name}": row[name] for name in values}} for row in some]
            session.connection().execute(statement, renamed)
