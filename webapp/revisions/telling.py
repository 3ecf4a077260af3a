"""When what everybody is told of a record last changed: with its own content, or with a name that stands in it.

Whoever harvests asks what has changed since they last came. A station's name stands in the data of all its messages:
when it is renamed, those have changed too, though nobody touched them; their content, revisions and versions stay as
they are, and only ``told_at`` moves. It is set at the commit, in a few statements for all that the transaction told: a
long import is stamped when it can be seen, not when it began.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, event, inspect, or_, select, union_all, update
from sqlalchemy.orm import Session

from webapp.database import now
from webapp.revisions.documents import KINDS, Kind, Part
from webapp.revisions.models import Status

Holders = Callable[[Any], Select[Any]]
"""From the identifiers of some records, as a list or a select, the identifiers of those in whose data they stand."""

BESIDES: dict[tuple[str, str], list[Holders]] = defaultdict(list)
"""What no link of a kind says: by what is named, and by the kind of record that names it, where to look."""
QUOTING: set[str] = set()
"""Kinds whose data hold more of what they name than its name: they change with every version of it."""
PUBLIC: dict[str, Callable[[], ColumnElement[bool]]] = {}
"""What a record of a kind must be for everybody to be told of it, if that is more than to be published."""
TOLD = "told"
"""Under this name a session remembers what it has told: by kind, which records, and whether by another name."""
AT_ONCE = 500


@dataclass(frozen=True)
class Teller:
    """A kind of record, and where in it records of another kind are named."""

    kind: Kind
    holders: tuple[Holders, ...]

    def naming(self, ids: Any) -> Any:
        """The identifiers of its records in which any of these is named."""
        return union_all(*(holders(ids) for holders in self.holders))


def tell(session: Session, kind: str, ids: Iterable[str], renamed: bool = True) -> None:
    """Note that everybody is told otherwise of these records from now on; ``renamed``: their names too, or whether they
    may be named at all."""
    told: dict[str, dict[str, bool]] = session.info.setdefault(TOLD, {})
    for id in ids:
        told.setdefault(kind, {})[id] = renamed or told.get(kind, {}).get(id, False)


@event.listens_for(Session, "before_commit")
def _stamp(session: Session) -> None:
    if session.in_nested_transaction() or not session.info.get(TOLD):
        return
    session.flush()
    for kind, told in session.info.pop(TOLD).items():
        for renamed in (True, False):
            ids = sorted(id for id, each in told.items() if each == renamed)
            for start in range(0, len(ids), AT_ONCE):
                _move(session, kind, ids[start : start + AT_ONCE], renamed)


def _move(session: Session, kind: str, ids: Any, renamed: bool) -> None:
    if kind in KINDS:
        _set(session, KINDS[kind], ids, _public(KINDS[kind]))
    for teller in tellers(kind):
        if renamed or teller.kind.name in QUOTING:
            naming = teller.naming(ids)
            _set(session, teller.kind, naming)
            _quoted(session, teller.kind, naming)


def _public(kind: Kind) -> ColumnElement[bool]:
    return PUBLIC[kind.name]() if kind.name in PUBLIC else kind.model.status == Status.PUBLISHED


def _quoted(session: Session, kind: Kind, ids: Any) -> None:
    """What quotes a record also quotes the names in it."""
    for teller in tellers(kind.name):
        if teller.kind.name in QUOTING:
            _set(session, teller.kind, teller.naming(ids))


def _set(session: Session, kind: Kind, ids: Any, or_where: ColumnElement[bool] | None = None) -> None:
    """Of what nobody was ever told, nobody hears that it has changed either."""
    model = kind.model
    known = model.told_at.is_not(None) if or_where is None else or_(model.told_at.is_not(None), or_where)
    told = update(model).where(model.id.in_(ids), known).values(told_at=now())
    # What the session holds of the records themselves is kept true; what it holds of others is not asked for.
    session.execute(told.execution_options(synchronize_session="auto" if isinstance(ids, list) else False))


@cache
def tellers(named: str) -> tuple[Teller, ...]:
    """In which kinds of records the names of this kind stand, from the links of all kinds."""
    found = ((kind, (*_holders(kind, named, kind.model.id), *BESIDES.get((named, kind.name), ())))
             for kind in KINDS.values())  # fmt: skip
    return tuple(Teller(kind, holders) for kind, holders in found if holders)


def _holders(shape: Kind | Part, named: str, owner: Any) -> Iterator[Holders]:
    """For each link to that kind in a document and its parts, what leads from there to the ``owner``."""
    relations = inspect(shape.model).relationships
    for each in shape.fields:
        if each.type == "link" and relations[each.name].mapper.class_.__tablename__ == named:
            yield _where(owner, getattr(shape.model, each.column))
    for part in shape.parts:
        ((_own, above),) = relations[part.name].local_remote_pairs
        for inner in _holders(part, named, above):
            yield inner if isinstance(shape, Kind) else _through(owner, shape.model.id, inner)


def _where(owner: Any, column: Any) -> Holders:
    return lambda ids: select(owner).where(column.in_(ids))


def _through(owner: Any, column: Any, inner: Holders) -> Holders:
    return lambda ids: select(owner).where(column.in_(inner(ids)))
