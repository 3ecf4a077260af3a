"""Keeping the index true to the database: outbox rows in, documents out, by one thread of one process.

The database is the truth and the index disposable. Everything here can be done twice, so that a kill at any moment is
harmless: the rows of the outbox go only when the index that holds their changes lies safely on the disk.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from whoosh.index import LockError

from webapp.database import Database, now
from webapp.revisions import Outbox
from webapp.search import documents
from webapp.search.engine import Broken, Change, Engine

log = logging.getLogger("carottes.search")

AT_ONCE = 500
LOOK_EVERY = 0.15
"""Seconds between two looks into the outbox."""


class Indexer:
    """Brings an engine up to date with a database."""

    def __init__(self, database: Database, engine: Engine, notes: Path) -> None:
        self.database, self.engine, self.notes = database, engine, notes
        self._work = threading.Lock()
        self._building = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Whether a thread of this process looks after the index."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Look after the index in a thread of its own until ``stop``."""
        if not self.running:
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, name="indexer", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread when it has finished what it is doing."""
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=30)

    def _run(self) -> None:
        begun = False
        while not self._stop.is_set():
            try:
                self.ensure()
                if not begun:
                    self.bring_terms()
                    begun = True
                self.catch_up()
                self.engine.warm()
            except LockError:
                log.info("another process is writing the index")
            except Exception:
                log.exception("the index could not be brought up to date; trying again")
                self._stop.wait(2)
            self._stop.wait(LOOK_EVERY)

    def ensure(self) -> None:
        """Build the index where there is none, or none that can be read; who comes meanwhile waits for that."""
        if self.engine.state() == "ready":
            return
        with self._building:
            state = self.engine.state()
            if state == "ready":
                return
            log.warning("the search index is %s: building it from the database", state)
            with self._work:
                if state == "broken":
                    self.engine.put_aside()
            self.rebuild()

    def rebuild(self, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
        """Build the index anew; what changes meanwhile is still in the outbox and comes in afterwards."""
        with self._work, self.database.reading() as session:
            total = documents.how_many(session)
            last = session.scalar(select(func.max(Outbox.id))) or 0
            terms = documents.terms_state(session)
            done = self.engine.rebuild(documents.all_documents(session), lambda done: progress(done, total))
        self._keep_terms(terms)
        with self.database.writing() as own:
            own.execute(delete(Outbox).where(Outbox.id <= last))
        return done

    def catch_up(self) -> int:
        """Bring in everything that waits in the outbox; gives the number of records that were looked at."""
        looked_at = 0
        with self._work:
            while taken := self._take():
                looked_at += taken
        return looked_at

    def _take(self) -> int:
        with self.database.reading() as session:
            rows = session.execute(
                select(Outbox.id, Outbox.kind, Outbox.record_id).order_by(Outbox.id).limit(AT_ONCE)
            ).all()
            if not rows:
                return 0
            changes = self._changes(session, [(row.kind, row.record_id) for row in rows])
        self.engine.apply(changes)
        with self.database.writing() as own:
            own.execute(delete(Outbox).where(Outbox.id.in_([row.id for row in rows])))
        return len(rows)

    def _changes(self, session: Session, told: Iterable[tuple[str, str]]) -> list[Change]:
        """The changed records, and the messages in which a changed record is named."""
        by_kind: dict[str, set[str]] = {}
        for kind, record_id in told:
            by_kind.setdefault(kind, set()).add(record_id)
            by_kind.setdefault("message", set()).update(documents.messages_naming(session, kind, record_id))
            if kind == "essay":
                with suppress(Broken):  # whoever builds the search anew brings in everything
                    by_kind["message"].update(self.engine.with_value("essay", record_id))
        changes = []
        for kind, ids in by_kind.items():
            made = documents.documents_of(session, kind, sorted(ids)) if kind in documents.MAKERS else {}
            changes += [Change(record_id, made.get(record_id)) for record_id in sorted(ids)]
        return changes

    def bring_terms(self) -> None:
        """Index anew the messages that have a term whose label was changed."""
        with self.database.reading() as session:
            terms, known = documents.terms_state(session), self._known_terms()
            changed = [("term", key) for key, label in terms.items() if key in known and known[key] != label]
            changes = self._changes(session, changed)
        changes = [change for change in changes if change.document]
        if changes:
            self.engine.apply(changes)
        if terms != known:
            self._keep_terms(terms)

    def _known_terms(self) -> dict[str, str]:
        try:
            return json.loads(self.notes.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}

    def _keep_terms(self, terms: dict[str, str]) -> None:
        self.notes.parent.mkdir(parents=True, exist_ok=True)
        self.notes.write_text(json.dumps(terms, ensure_ascii=False), encoding="utf-8")

    def lag(self) -> tuple[int, float]:
        """How many changes wait for the index, and for how many seconds the oldest of them has."""
        with self.database.reading() as session:
            waiting = session.scalar(select(func.count()).select_from(Outbox)) or 0
            oldest = session.scalar(select(func.min(Outbox.at)))
        return waiting, max(0.0, (now() - oldest).total_seconds()) if oldest else 0.0

    def differences(self) -> dict[str, list[str]]:
        """What the index lacks, has too much, or has in an old revision, beside what waits in the outbox."""
        with self.database.reading() as session:
            truth = documents.published_revisions(session)
            waiting = set(session.scalars(select(Outbox.record_id)))
        try:
            held = self.engine.revisions()
        except Broken:
            held = {}
        return {
            "missing": sorted(truth.keys() - held.keys() - waiting),
            "surplus": sorted(held.keys() - truth.keys() - waiting),
            "outdated": sorted(
                key for key in truth.keys() & held.keys() if truth[key] != held[key] and key not in waiting
            ),
        }
