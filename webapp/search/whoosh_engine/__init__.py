"""The engine on Whoosh's segments: they keep lexicon, postings and commits; numpy answers."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, EmptyIndexError, FileIndex
from whoosh.index import IndexError as WhooshError
from whoosh.reading import SegmentReader

from webapp.search.engine import Broken, Change, Document, Found, Missing, Progress, Query, Status, Suggested, state_of
from webapp.search.whoosh_engine import searching, writing
from webapp.search.whoosh_engine.segments import UNREADABLE, Segment
from webapp.search.whoosh_engine.snapshot import Snapshot

log = logging.getLogger("carottes.search")

LOOK_EVERY = 0.1
"""Seconds between two looks for a new generation."""


class WhooshEngine:
    """A search engine in a private folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()
        self._segments: dict[str, Segment] = {}
        self._snapshot: Snapshot | None = None
        self._looked = 0.0

    def search(self, query: Query) -> Found:
        """What the query finds. Raises ``Broken``."""
        with self._reading() as snapshot:
            return searching.search(snapshot, query)

    def suggest(self, words: tuple[str, ...], types: Mapping[str, int]) -> list[Suggested]:
        """What begins so: up to so many of each type. Raises ``Broken``."""
        with self._reading() as snapshot:
            return searching.suggest(snapshot, words, types)

    def apply(self, changes: Iterable[Change]) -> None:
        """Bring these records up to date, durably; merging happens here and never in a request."""
        with self._lock:
            snapshot = self._load()
            index = FileIndex(FileStorage(str(self.folder)), indexname="MAIN")
            last = {change.id: change for change in changes}.values()
            writing.apply(index, self.folder, last, lambda record_id: _numbers_of(snapshot, record_id))
            self._load()

    def rebuild(self, documents: Iterable[Document], progress: Progress = lambda done: None) -> int:
        """Build beside the old index, then put the new one in its place."""
        draft = self.folder.with_name(f"{self.folder.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        count = writing.build(draft, documents, progress)
        with self._lock:
            self._put_away("old")
            draft.rename(self.folder)
            self._segments, self._snapshot = {}, None
            self._load()
            shutil.rmtree(self.folder.with_name(f"{self.folder.name}.old"), ignore_errors=True)
        return count

    def put_aside(self) -> None:
        """Move a broken index away, so that it can be looked at; one is kept."""
        with self._lock:
            self._put_away("broken")
            self._segments, self._snapshot = {}, None

    def revisions(self) -> dict[str, int]:
        """Which revision of which record the index holds. Raises ``Broken``."""
        with self._reading() as snapshot:
            rows = snapshot.rows[snapshot.everything]
            return {row["id"].decode(): int(row["revision"]) for row in rows}

    def with_value(self, facet: str, value: str) -> list[str]:
        """The records that have this facet value. Raises ``Broken``."""
        with self._reading() as snapshot:
            column = snapshot.facets.get(facet)
            if column is None:
                return []
            docs = column.documents(value)
            living = docs[searching.matching.found_in(docs, snapshot.everything)]
            return [row["id"].decode() for row in snapshot.rows[living]]

    def state(self) -> str:
        """Whether the index is ``ready``, ``missing`` or ``broken``."""
        return state_of(self._reading)

    def status(self) -> Status:
        """How the index stands, with its size."""
        state = self.state()
        if state != "ready":
            return Status(state)
        with self._reading() as snapshot:
            size = sum(path.stat().st_size for path in self.folder.iterdir())
            return Status(state, snapshot.count, snapshot.generation, len(snapshot.places), size)

    @property
    def generation(self) -> int:
        """The generation that searches see now; what was worked out from an earlier one is out of date."""
        return self._snapshot.generation if self._snapshot else -1

    @contextmanager
    def _reading(self) -> Iterator[Snapshot]:
        """The present snapshot; what a damaged index raises becomes ``Broken``."""
        snapshot = self._snapshot
        if snapshot is None or time.monotonic() - self._looked > LOOK_EVERY:
            with self._lock:
                snapshot = self._load()
        try:
            yield snapshot
        except UNREADABLE as error:
            if self._whole():
                raise
            raise Broken(str(error)) from error

    def _whole(self) -> bool:
        """Whether the index on the disk can be read from beginning to end: then the fault is not its own."""
        try:
            toc = TOC.read(FileStorage(str(self.folder)), "MAIN")
            for segment in toc.segments:
                fresh = Segment(SegmentReader(FileStorage(str(self.folder)), toc.schema, segment))
                _ = fresh.rows, fresh.codes, fresh.more_spans
                for word in fresh.vocabulary.words:
                    fresh.postings("a", word)
        except UNREADABLE:
            return False
        return True

    def _load(self) -> Snapshot:
        """The snapshot of the generation on the disk; segments that are known already bring their caches."""
        self._looked = time.monotonic()
        storage = FileStorage(str(self.folder))
        try:
            generation = TOC._latest_generation(storage, "MAIN") if self.folder.is_dir() else -1
            if generation < 0:
                raise Missing(str(self.folder))
            if self._snapshot is None or self._snapshot.generation != generation:
                if not writing.is_of_this_format(self.folder):
                    raise Broken("the index is of another release")
                try:
                    self._snapshot = self._opened(storage)
                except FileNotFoundError:  # another process merged that segment away in this very moment
                    self._snapshot = self._opened(storage)
        except (EmptyIndexError, WhooshError, *UNREADABLE) as error:
            raise Broken(str(error)) from error
        return self._snapshot

    def _opened(self, storage: FileStorage) -> Snapshot:
        toc = TOC.read(storage, "MAIN")
        known, self._segments = self._segments, {}
        for segment in toc.segments:
            name = segment.segment_id()
            self._segments[name] = known.get(name) or Segment(SegmentReader(storage, toc.schema, segment))
        pairs = [(self._segments[each.segment_id()], set(each.deleted_docs())) for each in toc.segments]
        snapshot = Snapshot(toc.generation, pairs)
        _ = snapshot.rows, snapshot.everything, snapshot.facets, snapshot.tiers, snapshot.mean_length
        return snapshot

    def warm(self) -> None:
        """Prepare what the first misspelt word would otherwise wait for."""
        with self._reading() as snapshot:
            for place in snapshot.places:
                place.segment.vocabulary.prepare()

    def _put_away(self, name: str) -> None:
        target = self.folder.with_name(f"{self.folder.name}.{name}")
        if self.folder.exists():
            shutil.rmtree(target, ignore_errors=True)
            self.folder.rename(target)


def _numbers_of(snapshot: Snapshot, record_id: str) -> list[int]:
    return [
        place.base + number
        for place in snapshot.places
        for number in place.segment.numbers_of(record_id)
        if place.alive is None or place.alive[number]
    ]
