"""The archive's own words, as one node knows them: read once, and then only what is new."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from sqlalchemy import Connection, text

from webapp.search.whoosh_engine.vocabulary import Vocabulary

BEHIND = 200
"""A number that is given out is not written yet: so many are looked at again."""

FEW = 500
"""So many new words stand beside the old ones before all are put in one order again."""


class Words:
    """All words that were ever written into the search of this archive, and the languages of the stems."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.forget()

    def forget(self) -> None:
        """Begin anew: the search was built anew."""
        self.languages: tuple[str, ...] = ()
        self.parts: list[Vocabulary] = [Vocabulary([])]
        self._last = 0
        self._seen: set[int] = set()

    def learn(self, connection: Connection) -> None:
        """Take in what other nodes and this one have written since."""
        with self._lock:
            found = connection.execute(
                text("SELECT number, kind, word FROM search.word WHERE number > :last"), {"last": self._last - BEHIND}
            ).all()
            rows = [row for row in found if row.number not in self._seen]
            if not rows:
                return
            self._last = max(row.number for row in found)
            self._seen = {row.number for row in found if row.number > self._last - BEHIND}
            self.languages = tuple(sorted({*self.languages, *(row.word for row in rows if row.kind == "l")}))
            self._add(row.word for row in rows if row.kind == "w")

    def _add(self, new: Iterable[str]) -> None:
        known, recent = self.parts[0], set(new).union(*(part.words for part in self.parts[1:]))
        if len(recent) > FEW:
            self.parts = [Vocabulary(sorted({*known.words, *recent}))]
        elif recent:
            self.parts = [known, Vocabulary(sorted(recent - set(known.words)))]
