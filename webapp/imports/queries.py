"""Finding imports and their rows, and the messages that an export holds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from webapp.imports.models import ImportRow, ImportRun, Plan
from webapp.messages.filters import Choice
from webapp.messages.models import Message
from webapp.messages.queries import visible_to
from webapp.search import search
from webapp.search.query import asked

WHOLE = 1_000_000
# In the order in which a plan is read: what is wrong first.
ORDER = [Plan.ERROR, Plan.DUPLICATE, Plan.CREATE, Plan.CHANGE, Plan.SAME]


def runs() -> Select[ImportRun]:
    """All imports, the newest first."""
    return select(ImportRun).order_by(ImportRun.id.desc())


def rows_of(run_id: int, plan: str = "") -> Select[ImportRow]:
    """The rows of a plan in the order of the file, those that the file only names first; of one sort if it is given."""
    query = select(ImportRow).where(ImportRow.run_id == run_id).order_by(ImportRow.number, ImportRow.id)
    return query.where(ImportRow.plan == plan) if plan else query


def how_many(session: Session, run_id: int) -> dict[str, int]:
    """The number of rows of each sort, in the order in which a plan is read."""
    rows = session.execute(
        select(ImportRow.plan, func.count()).where(ImportRow.run_id == run_id).group_by(ImportRow.plan)
    )
    found: dict[str, int] = {plan: count for plan, count in rows}  # noqa: C416  # a result is no list of pairs to dict()
    return {str(plan): found[plan] for plan in ORDER if plan in found}


def exported(session: Session, args: MultiDict[str, str], person: Any) -> list[str]:
    """The identifiers of the messages that an address asks for: a search when it has words, else a list, else all."""
    chosen = visible_to(person).with_only_columns(Message.id)
    if args.get("q", "").strip():
        hits = search().find(asked(args).query(size=WHOLE)).hits
        wanted = [hit.id for hit in hits if hit.type == "message"]
        allowed = set(session.scalars(chosen))
        return [id for id in wanted if id in allowed]
    choice = Choice.of(args)
    if choice.values:
        chosen = chosen.where(*choice.conditions())
    return list(session.scalars(chosen.order_by(Message.folded, Message.id)))
