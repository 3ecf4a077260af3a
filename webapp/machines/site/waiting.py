"""The pages that were ever wanted, each once, in a file beside the folder: as many as there are, in little memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from webapp.machines.site.spots import Spot


class Waiting:
    """A queue that takes everything once."""

    def __init__(self, file: Path) -> None:
        self.file = sqlite3.connect(file, isolation_level=None)
        self.file.execute("PRAGMA journal_mode=OFF")
        self.file.execute("PRAGMA synchronous=OFF")
        self.file.execute(
            "CREATE TABLE spot (id INTEGER PRIMARY KEY, file TEXT UNIQUE, path TEXT, lang TEXT, reading TEXT,"
            " more TEXT)"
        )
        self.done = 0
        self.want = lru_cache(maxsize=20_000)(self._want)

    def _want(self, spot: Spot) -> None:
        row = (spot.file, spot.path, spot.lang, spot.reading, "/".join(spot.more))
        self.file.execute("INSERT OR IGNORE INTO spot (file, path, lang, reading, more) VALUES (?, ?, ?, ?, ?)", row)

    def __iter__(self) -> Iterator[Spot]:
        """Those that wait, also those that come meanwhile."""
        query = "SELECT id, path, lang, reading, more FROM spot WHERE id > ? ORDER BY id LIMIT 1"
        while row := self.file.execute(query, (self.done,)).fetchone():
            self.done, path, lang, reading, more = row
            yield Spot(path, lang, reading, tuple(filter(None, more.split("/"))))

    def close(self) -> None:
        self.file.close()
