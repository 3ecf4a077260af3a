"""Keeping a search that lies in the database itself: written in the transaction of the record, on whatever node.

Whoever has saved finds it at once, on every node that reads this database. What could not be written so (the search is
being built at this moment) waits in the outbox, from which any node takes it; two nodes never take the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from webapp.database import Database
from webapp.revisions import Outbox
from webapp.search import documents
from webapp.search.indexer import AT_ONCE, Indexer
from webapp.search.postgres_engine import PostgresEngine

log = logging.getLogger("carottes.search")

TOLD = "outbox"
"""Under this name a session remembers which rows of the outbox are its own."""


class Within(Indexer):
    """Writes the search with the records; its thread brings in what had to wait."""

    def __init__(self, database: Database, engine: PostgresEngine, notes: Path) -> None:
        super().__init__(database, engine, notes)
        self.rows = engine
        event.listen(database.sessions, "after_flush", _remember)
        event.listen(database.sessions, "before_commit", self._write_with)

    def rebuild(self, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
        """Write the search anew; what changes meanwhile stays in the outbox and comes in afterwards."""
        with self._work, self.database.reading() as session:
            waiting = list(session.scalars(select(Outbox.id)))
            total = documents.how_many(session)
            terms = documents.terms_state(session)
            done = self.engine.rebuild(documents.all_documents(session), lambda done: progress(done, total))
        self._keep_terms(terms)
        with self.database.writing() as own:
            for start in range(0, len(waiting), AT_ONCE):
                own.execute(delete(Outbox).where(Outbox.id.in_(waiting[start : start + AT_ONCE])))
        return done

    def _take(self) -> int:
        """Bring in what waits and nobody else is bringing in, and take it out of the outbox: all of it or nothing."""
        with self.database.writing() as own:
            rows = own.scalars(select(Outbox).order_by(Outbox.id).limit(AT_ONCE).with_for_update(skip_locked=True))
            return self._bring(own, list(rows))

    def _write_with(self, session: Session) -> None:
        """Before a commit: the search of what this very transaction has told the outbox."""
        if session.in_nested_transaction() or not (session.info.get(TOLD) or session.new):
            return
        session.flush()
        told = session.info.pop(TOLD, [])
        for start in range(0, len(told), AT_ONCE):
            rows = session.scalars(select(Outbox).where(Outbox.id.in_(told[start : start + AT_ONCE])))
            self._bring(session, list(rows))

    def _bring(self, session: Session, rows: list[Outbox]) -> int:
        if not rows:
            return 0
        changes = self._changes(session, [(row.kind, row.record_id) for row in rows])
        if not self.rows.write(session.connection(), changes):
            return 0
        session.execute(delete(Outbox).where(Outbox.id.in_([row.id for row in rows])))
        return len(rows)


def _remember(session: Session, _: Any) -> None:
    made = [each.id for each in session.new if isinstance(each, Outbox)]
    if made:
        session.info.setdefault(TOLD, []).extend(made)
