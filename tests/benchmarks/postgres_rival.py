"""The plain plan on PostgreSQL, as its manual shows it: one table, ``words @@ query`` by its GIN index, and GROUP BY.

Words are folded by our analysis, as for the other rivals; a misspelt word is looked for by trigrams.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

from tests.benchmarks.rivals import COUNTED
from tests.benchmarks.synthetic import Ask
from webapp.database import Database
from webapp.search.postgres_engine.rows import SEPARATOR, quoted
from webapp.text.analysis import words

MATCHED = "FROM plain, CAST(:asked AS tsquery) AS asked WHERE words @@ asked"
RANKED = f"SELECT id, title, ts_rank(words, asked) {MATCHED}{{where}} ORDER BY {{order}} LIMIT 20 OFFSET :start"
FACETS = f"""
    SELECT value, count(*) FROM (SELECT unnest(facets) AS value {MATCHED}{{where}}) AS found
    WHERE split_part(value, '{SEPARATOR}', 1) = ANY(:names) GROUP BY value
    """
NEAREST = "SELECT word FROM plain_word WHERE word % :word ORDER BY similarity(word, :word) DESC, word LIMIT 1"
SAVE = "UPDATE plain SET words = words || CAST(:more AS tsvector), entered = entered + 1 WHERE number = :number"


class Plain:
    """What a developer writes first."""

    name = "plain"
    cannot = frozenset({"nothing"})

    def __init__(self, database: Database) -> None:
        self.database = database

    def ask(self, ask: Ask) -> int:
        """The total; rows and counts are fetched."""
        folded = [word.text for each in ask.words for word in words(each)]
        with self.database.reader.connect() as connection:
            if ask.kind == "typo":
                folded = [self._nearest(connection, word) for word in folded]
            given: dict[str, Any] = {"asked": _query(ask, folded), "start": (ask.page - 1) * 20}
            where = self._where(ask, given)
            order = "first_day, number" if ask.kind == "by date" else "3 DESC, number"
            connection.execute(text(RANKED.format(where=where, order=order)), given).all()
            if ask.kind == "facets":
                connection.execute(text(FACETS.format(where=where)), given | {"names": list(COUNTED)}).all()
            return connection.scalar(text(f"SELECT count(*) {MATCHED}{where}"), given) or 0

    def rest(self) -> None:
        """It has nothing to do meanwhile."""

    def save(self, number: int) -> None:
        """Change one row."""
        with self.database.writer.begin() as connection:
            connection.execute(text(SAVE), {"more": f"changed{number}:99", "number": number})

    @staticmethod
    def _nearest(connection: Connection, word: str) -> str:
        return connection.scalar(text(NEAREST), {"word": word}) or word

    @staticmethod
    def _where(ask: Ask, given: dict[str, Any]) -> str:
        where = ""
        if ask.station:
            given["station"] = [f"station{SEPARATOR}{ask.station}"]
            where += " AND facets @> CAST(:station AS text[])"
        if ask.days:
            given |= {"since": ask.days[0], "until": ask.days[1]}
            where += " AND first_day BETWEEN :since AND :until"
        return where


def _query(ask: Ask, folded: list[str]) -> str:
    *whole, last = map(quoted, folded)
    begun = ":*" if ask.kind in ("prefix", "suggest") else ""
    return (" <-> " if ask.kind == "phrase" else " & ").join([*whole, last + begun])
