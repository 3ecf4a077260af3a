"""A plain look into the phrases, for the time in which there is no index: no typos, no facets, and the page says so."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from webapp.messages.models import Message
from webapp.revisions import Status
from webapp.search.engine import Found, Hit, Query
from webapp.text.analysis import words

MOST = 500


def simple_search(session: Session, query: Query) -> Found:
    """The published messages in whose phrase all the words stand, the newest first."""
    wanted = [word for clause in query.clauses if not clause.without for word in clause.words]
    conditions = [_like(word) for word in wanted]
    rows = session.execute(
        select(Message.id, Message.revision, Message.text)
        .where(Message.status == Status.PUBLISHED, *conditions)
        .order_by(Message.published_at.desc(), Message.id)
        .limit(MOST)
    ).all()
    fitting = [row for row in rows if _fits(row.text, wanted)]
    page = fitting[query.offset : query.offset + query.size]
    return Found(
        total=len(fitting),
        hits=[Hit("message", row.id, row.revision, frozenset(["phrase"] if wanted else [])) for row in page],
        words=frozenset(wanted),
        limits=["simple"],
    )


def _like(word: str) -> ColumnElement[bool]:
    """Letters that may carry an accent stand for any letter: the look is coarse, ``_fits`` is exact."""
    pattern = "".join(letter if letter.isascii() and letter in "bdfghjklmpqrtvwx0123456789" else "%" for letter in word)
    return Message.text.ilike(f"%{pattern}%")


def _fits(text: str, wanted: list[str]) -> bool:
    return set(wanted) <= {word.text for word in words(text)}
