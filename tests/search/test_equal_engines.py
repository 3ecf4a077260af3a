"""Both engines, asked the same over the real archive: the same is found, counted, corrected, and comes first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from tests.search.test_relevance import FOLDER, rows
from webapp.database import Database
from webapp.search import documents
from webapp.search.engine import Engine, Found, Query
from webapp.search.facets import FACETS
from webapp.search.postgres_engine import PostgresEngine, large
from webapp.search.query import asked
from webapp.search.whoosh_engine import WhooshEngine

pytestmark = pytest.mark.postgres

EACH = 5
"""Of the published set, every fifth query: the whole of it takes minutes, and was tried once."""

NAMES = tuple(facet.name for facet in FACETS)


@pytest.fixture(scope="module")
def built(
    archive: Flask, postgres_tables: Database, tmp_path_factory: pytest.TempPathFactory
) -> tuple[WhooshEngine, PostgresEngine]:
    """The two engines with everything that everybody may see."""
    with archive.extensions["database"].reading() as session:
        everything = list(documents.all_documents(session))
    engines = WhooshEngine(tmp_path_factory.mktemp("both") / "index"), PostgresEngine(postgres_tables)
    for engine in engines:
        engine.rebuild(everything)
    return engines


@pytest.fixture(scope="module", params=["looked at", "counted"])
def both(
    request: pytest.FixtureRequest, built: tuple[WhooshEngine, PostgresEngine]
) -> Iterator[tuple[WhooshEngine, PostgresEngine]]:
    """The same, where PostgreSQL's looks at all that it finds one by one, and where most of it is too much for that."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "counted":
            patch.setattr(large, "MOST_PACKED", 250)
        yield built


def questions() -> list[str]:
    """What is typed in the published set of queries, with quotes, fields and beginnings."""
    typed = [row["query"] for name in ("known_items.csv", "topics.csv") for row in rows(name)]
    typed += (Path(FOLDER) / "negatives.txt").read_text(encoding="utf-8").splitlines()
    typed += [f'"{row["query"]}"' for row in rows("topics.csv")]
    typed = typed[::EACH]
    return [*typed, "le", "cara*", "meaning:parachutage", "crapaud -vole", 'phrase:"sont cuites"', "-le", ""]


def both_found(both: tuple[Engine, Engine], query: Query) -> tuple[Found, Found]:
    """What each engine finds."""
    return both[0].search(query), both[1].search(query)


def query_of(text: str, **more: object) -> Query:
    """The query of a reader who types this, and who has time: a busy machine is no difference between engines."""
    return replace(asked(MultiDict({"q": text, **more})).query(size=1000, facets=NAMES), seconds=60.0)


def test_the_same_is_found_counted_corrected_and_comes_first(both: tuple[WhooshEngine, PostgresEngine]) -> None:
    for text in questions():
        one, other = both_found(both, query_of(text))
        if "about" in other.limits and other.partial:  # too much had some of the words
            assert {hit.id for hit in other.hits} <= {hit.id for hit in one.hits}, text
        else:
            assert {hit.id for hit in other.hits} == {hit.id for hit in one.hits}, text
            assert (other.total, other.facets, other.limits) == (one.total, one.facets, one.limits), text
        assert (other.partial, other.replaced) == (one.partial, one.replaced), text
        assert (other.words, other.stems) == (one.words, one.stems), text
        assert other.hits[:1] == one.hits[:1] or not text.split(), text


def test_filters_and_dates_narrow_both_down_alike(both: tuple[WhooshEngine, PostgresEngine]) -> None:
    asked_for = [
        {"kind": "message"}, {"kind": "codeword"}, {"language": "it"}, {"year": "1944"}, {"theme": "animals"},
        {"from": "1944-06-01", "to": "1944-06-30"}, {"from": "1944", "to": "1944", "within": "certain"},
        {"from": "1943", "year": "1944", "standing": "documented"},
    ]  # fmt: skip
    for more in asked_for:
        for text in ("", "le", "crapaud", "les -sont"):
            for sort in ("relevance", "date", "newest"):
                one, other = both_found(both, query_of(text, sort=sort, **more))
                assert (other.total, other.facets) == (one.total, one.facets), (text, more)
                assert {hit.id for hit in other.hits} == {hit.id for hit in one.hits}, (text, more)


def test_the_same_is_offered_while_typing(both: tuple[WhooshEngine, PostgresEngine]) -> None:
    kinds = {"message": 6, "network": 2, "place": 2, "essay": 2, "station": 1}
    for typed in ("crap", "le crap", "sanglots lon", "crapo vol", "nest", "jean", "hippopo", "x"):
        one, other = (engine.suggest(tuple(typed.split()), kinds) for engine in both)
        assert [each.type for each in other] == [each.type for each in one], typed
        assert {each.title for each in other} == {each.title for each in one} or len(one) >= 5, typed
