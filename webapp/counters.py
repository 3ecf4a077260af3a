"""How often somebody did something lately: counted once for all web workers and, on PostgreSQL, for all nodes.

Each count is one short statement on a connection of its own, which belongs to no request's transaction. While nothing
can be counted there, each process counts for itself and reading goes on. Who is counted is kept only as a keyed hash.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask, current_app, has_request_context, request
from limits.storage import MemoryStorage, Storage
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from webapp import engines

log = logging.getLogger("carottes.limits")

FILE = "limits.db"
CLEAR = 600.0
"""Seconds between two times that a process throws old counts away."""
AGAIN = 2.0
"""Seconds between two attempts to count for all again."""

# Time is the database's own: the clocks of nodes differ. "hit" lies in a schema of what is no record. An unlogged row
# may still bring along a log record of another page, and its commit must not wait for a standby then: said for the one
# statement, since a pooler hands the connection on to those who must wait.
TABLES = {"sqlite": ("hit", "(julianday('now') - 2440587.5) * 86400.0", ""),
          "postgresql": ("passing.hit", "CAST(extract(epoch FROM clock_timestamp()) AS double precision)",
                         ", set_config('synchronous_commit', 'off', true)")}  # fmt: skip
MADE = (
    "CREATE TABLE IF NOT EXISTS hit (name TEXT PRIMARY KEY, hits INTEGER NOT NULL, until REAL NOT NULL) WITHOUT ROWID"
)
ADD = """INSERT INTO {table} AS known (name, hits, until) VALUES (:name, :amount, {now} + :seconds)
         ON CONFLICT (name) DO UPDATE SET
            hits = CASE WHEN known.until <= {now} THEN excluded.hits ELSE known.hits + excluded.hits END,
            until = CASE WHEN known.until <= {now} THEN excluded.until ELSE known.until END
         RETURNING hits, until - {now}{aside}"""
LOOK = "SELECT hits, until - {now} FROM {table} WHERE name = :name AND until > {now}"
FORGET = "DELETE FROM {table} WHERE until <= {now} RETURNING hits{aside}"


class Count(NamedTuple):
    """How often, and when (by this process's clock) counting begins anew."""

    hits: int
    until: float


class Counters:
    """Counts of an application: in the shared database, else in a small file that the workers of a machine share."""

    def __init__(self, address: str, folder: Path, secret: str) -> None:
        own = address.partition(":")[0] in engines.SQLITE
        self.engine = engines.aside(f"sqlite:///{folder.resolve() / FILE}" if own else address)
        table, present, aside = TABLES[self.engine.dialect.name]
        self._add, self._look, self._forget = (
            text(each.format(table=table, now=present, aside=aside)) for each in (ADD, LOOK, FORGET)
        )
        self._made = not own
        self._secret = hashlib.sha256(secret.encode()).digest()
        self._alone = MemoryStorage()
        self._knocking = threading.Lock()
        self._away = False
        self._knock_at = 0.0
        self._clear_at = time.monotonic() + CLEAR

    def add(self, key: str, seconds: float, amount: int) -> Count:
        """Count something that is forgotten after so many seconds, and give how often it was."""
        said = self._ask(self._add, {"name": self._hidden(key), "amount": amount, "seconds": seconds})
        if said is None:
            return self._kept_here(self._alone.incr(key, seconds, amount), key)
        return said

    def look(self, key: str) -> Count:
        """How often something was counted so far."""
        said = self._ask(self._look, {"name": self._hidden(key)})
        return self._kept_here(self._alone.get(key), key) if said is None else said

    def _kept_here(self, hits: int, key: str) -> Count:
        return Count(hits, self._alone.get_expiry(key))

    def _hidden(self, key: str) -> str:
        # A key holds somebody's address: that is nobody's business in a table.
        return hashlib.blake2b(key.encode(), key=self._secret, digest_size=16).hexdigest()

    def _ask(self, statement: Any, values: dict[str, Any]) -> Count | None:
        """What the database answers; None while it is not asked."""
        if self._away:
            self._knock()
            return None
        try:
            row = self._say(statement, values)
        except (SQLAlchemyError, OSError) as error:
            self._leave(error)
            return None
        return Count(row[0], time.time() + max(0.0, row[1])) if row else Count(0, time.time())

    def _say(self, statement: Any, values: dict[str, Any]) -> Any:
        with self.engine.connect() as connection:
            if not self._made:
                connection.exec_driver_sql(MADE)
                self._made = True
            if self._clear_at < time.monotonic():
                self._clear_at = time.monotonic() + CLEAR
                connection.execute(self._forget)
            return connection.execute(statement, values).one_or_none()

    def _leave(self, error: Exception) -> None:
        if not self._away:
            log.warning("limits are counted by each process for itself for now: %s", type(error).__name__)
        self._away, self._knock_at = True, time.monotonic() + AGAIN

    def _knock(self) -> None:
        """See, beside the request, whether it can be counted for all again."""
        if time.monotonic() >= self._knock_at and self._knocking.acquire(blocking=False):
            threading.Thread(target=self._try_again, name="limits", daemon=True).start()

    def _try_again(self) -> None:
        try:
            self._say(self._look, {"name": ""})
        except (SQLAlchemyError, OSError):
            self._knock_at = time.monotonic() + AGAIN
        else:
            log.warning("limits are counted for all again")
            self._away = False
        finally:
            self._knocking.release()


class OfThisArchive(Storage):
    """What ``limits`` takes for a storage: the counters of whichever application answers the request."""

    STORAGE_SCHEME = ["archive"]

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """What can go wrong: nothing that is not seen to here."""
        return ()

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count; once in a request, however often that has to be done again."""
        counted = _counted()
        if key not in counted:
            counted[key] = counters().add(key, expiry, amount)
        return counted[key].hits

    def get(self, key: str) -> int:
        """How often it was counted."""
        return self._known(key).hits

    def get_expiry(self, key: str) -> float:
        """When counting begins anew."""
        return self._known(key).until

    def _known(self, key: str) -> Count:
        return _counted().get(key) or counters().look(key)

    def check(self) -> bool:
        """Whether it can be asked."""
        return True

    def reset(self) -> int | None:
        """Nobody does this."""
        raise NotImplementedError

    def clear(self, key: str) -> None:
        """Nobody does this either."""
        raise NotImplementedError


COUNTED = "carottes.counted"
"""Under this name a request carries what was counted for it."""


def _counted() -> dict[str, Count]:
    return request.environ.setdefault(COUNTED, {}) if has_request_context() else {}


def counters() -> Counters:
    """The counters of the current application."""
    return current_app.extensions["counters"]


def init_app(app: Flask, address: str) -> None:
    """Give the application its counters."""
    app.extensions["counters"] = Counters(address, Path(app.config["DATA"]), app.config["SECRET_KEY"])
