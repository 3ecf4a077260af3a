"""What the tests of the search share: every engine there is, empty, and documents with good defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.postgres import empty_database, server
from webapp import schema
from webapp.database import Database
from webapp.search.engine import Clause, Document, Engine, Query, Text
from webapp.search.postgres_engine import PostgresEngine
from webapp.search.whoosh_engine import WhooshEngine


def _whoosh(request: pytest.FixtureRequest) -> Engine:
    return WhooshEngine(request.getfixturevalue("tmp_path") / "index")


def _postgresql(request: pytest.FixtureRequest) -> Engine:
    return PostgresEngine(request.getfixturevalue("postgres_tables"))


# A new engine is a line here; it then has to pass every test that asks for ``engine``.
ENGINES: dict[str, Callable[[pytest.FixtureRequest], Engine]] = {"whoosh": _whoosh, "postgresql": _postgresql}


@pytest.fixture(scope="session")
def postgres_tables() -> Iterator[Database]:
    """A database with every table on a real PostgreSQL; whoever uses it empties the search first."""
    with server() as running, empty_database(running) as address:
        database = Database(address)
        schema.move(database)
        yield database
        database.engine.dispose()


@pytest.fixture(params=["whoosh", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn, empty."""
    made = ENGINES[request.param](request)
    made.rebuild([])
    return made


def document(key: str, phrase: str = "", lang: str = "fr", *, type_: str = "message", **more: Any) -> Document:
    """A document; ``meaning="…"`` and the like are texts in French, ``facets`` and ``spans`` as they are."""
    facets = {"kind": (type_,), "language": (lang,)} | more.pop("facets", {})
    known = {name: more.pop(name) for name in ("spans", "doubtful", "entered", "revision") if name in more}
    first = [Text("phrase" if type_ == "message" else "name", phrase, lang)] if phrase else []
    texts = [*first, *(Text(field, text, "fr") for field, text in more.items())]
    return Document(id=key, type=type_, lang=lang, title=phrase, texts=tuple(texts), facets=facets, **known)


def words(*all_words: str, **more: Any) -> Query:
    """A query for these words."""
    return Query(tuple(Clause((word,)) for word in all_words), **more)


def ids(found: Any) -> list[str]:
    """The identifiers of what was found, in order."""
    return [hit.id for hit in found.hits]
