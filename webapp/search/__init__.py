"""Search: one interface, engines beside each other, one indexer, and the pages that show what was found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from webapp import failures
from webapp.database import Database, session
from webapp.search.engine import Broken, Engine, Found, Query
from webapp.search.indexer import Indexer
from webapp.search.postgres_engine import PostgresEngine
from webapp.search.simple import simple_search
from webapp.search.whoosh_engine import WhooshEngine
from webapp.search.within import Within


@dataclass
class Search:
    """The engine and the indexer of an application."""

    engine: Engine
    indexer: Indexer

    def find(self, query: Query) -> Found:
        """What the query finds; from the phrases alone while the index is missing or broken and is built anew."""
        self.settle()
        try:
            return self.engine.search(query)
        except Broken:
            return simple_search(session(), query)

    def settle(self) -> None:
        """Where no thread looks after the index (commands, tests), bring it up to date before it is asked."""
        if self.indexer.running:
            return
        try:
            self.indexer.ensure()
            self.indexer.catch_up()
        except SQLAlchemyError as error:
            if not failures.paused(error):
                raise


def search() -> Search:
    """The search of the current application."""
    return current_app.extensions["search"]


def init_app(app: Flask) -> None:
    """Give the application its search: PostgreSQL's own where the records lie there, else Whoosh's in the data folder.

    ``start`` makes a thread look after it.
    """
    folder = Path(app.config["DATA"]).resolve()
    database: Database = app.extensions["database"]
    notes = folder / "index-terms.json"
    if database.engine.dialect.name == "postgresql":
        rows = PostgresEngine(database)
        app.extensions["search"] = Search(rows, Within(database, rows, notes))
    else:
        engine = WhooshEngine(folder / "index")
        app.extensions["search"] = Search(engine, Indexer(database, engine, notes))


def start(app: Flask) -> None:
    """Look after the index in a thread of this process; the server calls this in each worker."""
    app.extensions["search"].indexer.start()


def status() -> dict[str, Any]:
    """How the index stands, for ``/health``: its state, what waits, and how it differs from the database."""
    found = search()
    waiting, seconds = found.indexer.lag()
    stands = found.engine.status()
    return {"state": stands.state, "documents": stands.documents, "segments": stands.segments, "bytes": stands.bytes,
            "waiting": waiting, "lag_seconds": seconds, "indexer": found.indexer.running}  # fmt: skip
