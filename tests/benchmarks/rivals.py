"""What the archive's search is measured beside: SQLite's FTS5, and tantivy where it is installed."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.benchmarks.synthetic import Ask
from webapp.search.engine import Document
from webapp.text.analysis import words

try:
    import tantivy
except ImportError:
    tantivy = None

COUNTED = ("language", "theme", "year", "standing")


class Fts5:
    """One FTS5 table beside one table of facets, as a careful developer would make them."""

    name = "FTS5"
    cannot = frozenset({"typo", "nothing"})

    def __init__(self, folder: Path) -> None:
        self.file = folder / "fts5.db"
        self.database = sqlite3.connect(self.file)

    def build(self, documents: Iterable[Document]) -> None:
        run = self.database.execute
        run("PRAGMA journal_mode=WAL")
        run("CREATE TABLE row (id INTEGER PRIMARY KEY, station, language, theme, year, standing, first, last, entered)")
        run("CREATE VIRTUAL TABLE text USING fts5(phrase, translation, meaning, prefix='2 3',"
            " tokenize=\"unicode61 remove_diacritics 2\")")  # fmt: skip
        for number, document in enumerate(documents):
            field = {name: " ".join(t.words for t in document.texts if t.field == name)
                     for name in ("phrase", "translation", "meaning")}  # fmt: skip
            facets = [document.facets[name][0] for name in ("station", *COUNTED)]
            run("INSERT INTO row VALUES (?,?,?,?,?,?,?,?,?)", (number, *facets, *document.spans[0], document.entered))
            run("INSERT INTO text(rowid, phrase, translation, meaning) VALUES (?,?,?,?)", (number, *field.values()))
        for name in ("station", "first"):
            run(f"CREATE INDEX row_{name} ON row({name})")
        run("INSERT INTO text(text) VALUES ('optimize')")
        self.database.commit()

    def size(self) -> int:
        return self.file.stat().st_size

    def ask(self, ask: Ask) -> int:
        match, offset = self._match(ask), (ask.page - 1) * 20
        run = self.database.execute
        if ask.kind == "suggest":
            return len(run("SELECT phrase FROM text WHERE text MATCH ? ORDER BY rank LIMIT 6", (match,)).fetchall())
        where, values = "text MATCH ?", [match]
        if ask.station:
            where, values = f"{where} AND row.station = ?", [*values, ask.station]
        if ask.days:
            where, values = f"{where} AND row.first <= ? AND row.last >= ?", [*values, ask.days[1], ask.days[0]]
        joined = "text JOIN row ON row.id = text.rowid" if ask.station or ask.days or ask.kind == "by date" else "text"
        order = "row.first" if ask.kind == "by date" else "bm25(text, 4, 2, 2)"
        run(
            f"SELECT text.rowid FROM {joined} WHERE {where} ORDER BY {order} LIMIT 20 OFFSET {offset}", values
        ).fetchall()
        total = run(f"SELECT count(*) FROM {joined} WHERE {where}", values).fetchone()[0]
        if ask.kind == "facets":
            for name in COUNTED:
                run(f"SELECT {name}, count(*) FROM {joined} WHERE {where} GROUP BY 1", values).fetchall()
        return total

    def _match(self, ask: Ask) -> str:
        if ask.kind == "phrase":
            return '"' + " ".join(ask.words) + '"'
        begun = ask.kind in ("prefix", "suggest")
        *whole, last = (f'"{word}"' for word in ask.words)
        return " ".join([*whole, last + ("*" if begun else "")])


class Tantivy:
    """tantivy with one catch-all field, folded by our analysis; what would need other code is left out."""

    name = "tantivy"
    cannot = frozenset({"facets", "dates", "typo", "suggest", "prefix", "nothing"})

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "tantivy"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("text", stored=False, tokenizer_name="whitespace")
        schema.add_integer_field("number", stored=True, indexed=True, fast=True)
        schema.add_integer_field("first", stored=False, indexed=True, fast=True)
        self.index = tantivy.Index(schema.build(), path=str(self.folder))

    def build(self, documents: Iterable[Document]) -> None:
        writer = self.index.writer(256_000_000, 1)
        for number, document in enumerate(documents):
            text = " ".join(word.text for each in document.texts for word in words(each.words))
            writer.add_document(tantivy.Document(text=text, number=number, first=document.spans[0][0]))
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()

    def size(self) -> int:
        return sum(path.stat().st_size for path in self.folder.iterdir())

    def ask(self, ask: Ask) -> int:
        searcher = self.index.searcher()
        folded = " ".join(word.text for each in ask.words for word in words(each)) or "x"
        typed = f'"{folded}"' if ask.kind == "phrase" else " ".join(f"+{word}" for word in folded.split())
        query = self.index.parse_query(typed, ["text"])
        order: dict[str, Any] = {}
        if ask.kind == "by date":
            order = {"order_by_field": "first", "order": tantivy.Order.Asc}
        return searcher.search(query, limit=20, count=True, offset=(ask.page - 1) * 20, **order).count or 0


def rivals(folder: Path) -> list[Any]:
    """Those that can run here."""
    return [Fts5(folder), *([Tantivy(folder)] if tantivy else [])]
