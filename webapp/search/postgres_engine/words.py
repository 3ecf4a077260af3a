"""The archive's own words, as one node knows them: read once, and then only what is new."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from sqlalchemy import Connection, text

from webapp.search.whoosh_engine.vocabulary import Vocabulary

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

    def learn(self, connection: Connection, last: int) -> None:
        """Take in what other nodes and this one have written since, up to the last word that is there."""
        if last <= self._last:
            return
        with self._lock:
            rows = connection.execute(
                text("SELECT number, kind, word FROM search.word WHERE number > :last"), {"last": self._last}
            ).all()
            self._last = max((self._last, *(row.number for row in rows)))
            self.languages = tuple(sorted({*self.languages, *(row.word for row in rows if row.kind == "l")}))
            self._add(row.word for row in rows if row.kind == "w")

    def knows(self, word: str) -> bool:
        """Whether a word was ever written."""
        return any(part.knows(word) for part in self.parts)

    def beginning(self, prefix: str, most: int) -> tuple[list[str], bool]:
        """The first words that begin so, and whether some were left out."""
        found = sorted({word for part in self.parts for word in part.beginning(prefix)})
        return found[:most], len(found) > most

    def _add(self, new: Iterable[str]) -> None:
        known, recent = self.parts[0], set(new).union(*(part.words for part in self.parts[1:]))
        if len(recent) > FEW:
            self.parts = [Vocabulary(sorted({*known.words, *recent}))]
        elif recent:
            self.parts = [known, Vocabulary(sorted(recent - set(known.words)))]
