"""The search of the folder: a prebuilt index of words in small scripts, of which a browser reads only those it needs.

A folder may not be fetched from, but a page may load scripts out of it. ``heard`` holds what everybody heard, ``meant``
what tells of meanings; the outsider's page asks for nothing of the latter. A word lies by its first two letters.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.machines.records import BY_KIND
from webapp.machines.sitemaps import WORDS
from webapp.revisions import KINDS
from webapp.search.documents import all_documents
from webapp.search.engine import INSIDE, Document
from webapp.search.facets import BY_NAME
from webapp.text.folding import fold
from webapp.text.slug import slug

IN_ONE = 500
"""How many records stand in one script."""
WEIGHTS = {"phrase": 4, "translation": 2, "meaning": 2, "name": 3}
_WORD = re.compile(r"\w+")


def write_index(session: Session, folder: Path) -> None:
    """Write the index of everything that everybody may see into a folder of its own."""
    folder.mkdir()
    draft = folder / ".words"
    words = sqlite3.connect(draft, isolation_level=None)
    words.execute("PRAGMA journal_mode=OFF")
    words.execute("PRAGMA synchronous=OFF")
    words.execute("CREATE TABLE held (room TEXT, shelf TEXT, word TEXT, record INTEGER, weight INTEGER)")
    try:
        count = _write_records(session, folder, words)
        _write_words(folder, words)
    finally:
        words.close()
        draft.unlink()
    _script(folder / "about.js", f"CAROTTES.about({json.dumps({'records': count, 'in': IN_ONE})});\n")


def _write_records(session: Session, folder: Path, words: sqlite3.Connection) -> int:
    number, names = -1, _Names(session)
    parts = groupby(enumerate(all_documents(session)), key=lambda pair: pair[0] // IN_ONE)
    for part, pairs in parts:
        lines, standings = [], []
        words.execute("BEGIN")
        for number, document in pairs:
            lines.append(
                json.dumps([document.type, document.lang, document.title, names.path(document)], ensure_ascii=False)
            )
            standings.append(next(iter(document.facets.get("standing", ())), ""))
            words.executemany("INSERT INTO held VALUES (?, ?, ?, ?, ?)", _held(document, number))
        words.execute("COMMIT")
        _script(folder / "records" / f"{part}.js", f"CAROTTES.records({part}, [\n" + ",\n".join(lines) + "\n]);\n")
        _script(folder / "standings" / f"{part}.js", f"CAROTTES.standings({part}, {json.dumps(standings)});\n")
    return number + 1


class _Names:
    """The paths of records. An essay is called in its address by its English title, and there are few essays."""

    def __init__(self, session: Session) -> None:
        column, spoken = WORDS["essay"]
        self.essays = {id: spoken(title) for id, title in session.execute(select(KINDS["essay"].model.id, column))}

    def path(self, document: Document) -> str:
        """Where a record lies below the folder of a language."""
        word = slug(document.title) if document.type == "message" else self.essays.get(document.id, "")
        return "/".join(filter(None, [BY_KIND[document.type].name, document.id, word]))


def _held(document: Document, number: int) -> Iterator[tuple[str, str, str, int, int]]:
    """Each word and each facet value of a record, once in each room, with how much it weighs."""
    found: dict[tuple[str, str], int] = {}
    for text in document.texts:
        room = "meant" if document.type != "message" or text.field in INSIDE else "heard"
        for word in _WORD.findall(fold(text.words)):
            found[room, word] = max(found.get((room, word), 0), WEIGHTS.get(text.field, 1))
    yield from ((room, shelf(word), word, number, weight) for (room, word), weight in found.items())
    for name, values in document.facets.items():
        if name in BY_NAME:
            room = "meant" if BY_NAME[name].inside or document.type != "message" else "heard"
            yield from ((room, f"facet-{name}", value, number, 1) for value in values)


def shelf(word: str) -> str:
    """Where a word lies: its first two letters, as numbers, whatever letters they are."""
    return "-".join(format(ord(letter), "x") for letter in word[:2])


def _write_words(folder: Path, words: sqlite3.Connection) -> None:
    rows = words.execute("SELECT room, shelf, word, record, weight FROM held ORDER BY room, shelf, word, record")
    for (room, shelf), held in groupby(rows, key=lambda row: row[:2]):
        path = folder / room / f"{shelf}.js"
        path.parent.mkdir(exist_ok=True)
        with path.open("w", encoding="utf-8") as out:
            out.write(f'CAROTTES.words("{room}", "{shelf}", {{\n')
            out.writelines(_line(word, records) for word, records in groupby(held, key=lambda row: row[2]))
            out.write("});\n")


def _line(word: str, rows: Iterable[Any]) -> str:
    """A word with its records, and how much it weighs in each: ``12`` counts for one, ``12.4`` for four."""
    told = " ".join(f"{row[3]}.{row[4]}" if row[4] > 1 else str(row[3]) for row in rows)
    return f'{json.dumps(word, ensure_ascii=False)}:"{told}",\n'


def _script(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
