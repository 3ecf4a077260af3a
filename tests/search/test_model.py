"""Whatever happens to an index, it answers like a plain reading of the documents that should be in it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.search.conftest import document, ids
from tests.search.oracle import Oracle
from webapp.database import Database
from webapp.search.engine import Change, Clause, Document, Engine, Query
from webapp.search.postgres_engine import PostgresEngine
from webapp.search.whoosh_engine import WhooshEngine, writing

WORDS = ["le", "crapaud", "vole", "volent", "carotte", "carottes", "cuite", "l’aigle", "œuf", "été", "chante"]
KEYS = [f"m{n}" for n in range(12)]
YEARS = ["1941", "1942", "1943", "1944"]

phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
days = st.one_of(st.none(), st.integers(0, 30))
spans = st.lists(st.tuples(days, days).filter(lambda s: None in s or s[0] <= s[1]), max_size=3).map(tuple)
doubts = st.frozensets(st.integers(0, 2))


@st.composite
def documents(draw: st.DrawFn, key: str) -> Document:
    years = draw(st.lists(st.sampled_from(YEARS), max_size=3, unique=True))
    return document(key, draw(phrases), draw(st.sampled_from(["fr", "it", "pl"])), meaning=draw(phrases),
                    facets={"year": tuple(years)}, spans=draw(spans), doubtful=draw(doubts),
                    revision=draw(st.integers(1, 99)))  # fmt: skip


changes = st.sampled_from(KEYS).flatmap(
    lambda key: st.one_of(st.just(Change(key, None)), documents(key).map(lambda made: Change(key, made)))
)
plain = [word.replace("l’", "").replace("œ", "oe").replace("é", "e") for word in WORDS]
clauses = st.one_of(
    st.builds(lambda w, f, out: Clause((w,), f, without=out), st.sampled_from(plain),
              st.sampled_from([None, "phrase", "meaning"]), st.booleans()),
    st.builds(lambda ws: Clause(tuple(ws), quoted=True), st.lists(st.sampled_from(plain), min_size=1, max_size=3)),
    st.builds(lambda w: Clause((w[:3],), prefix=True), st.sampled_from([word for word in plain if len(word) > 3])),
)  # fmt: skip
queries = st.builds(
    lambda asked, years, since, until, within, exact: Query(
        tuple(asked), exact, (("year", frozenset(years)),) if years else (), (), since, until, within, size=100,
        facets=("year", "language"),
    ),
    st.lists(clauses, max_size=3), st.lists(st.sampled_from(YEARS), max_size=2), days, days, st.booleans(),
    st.booleans(),
)  # fmt: skip


class Index(RuleBasedStateMachine):
    """Adds, updates, deletes, merges, reopens; and asks."""

    def __init__(self) -> None:
        super().__init__()
        self.room = tempfile.TemporaryDirectory()
        self.engine = self.opened()
        self.engine.rebuild([])
        self.oracle = Oracle()
        self._limits = writing.SMALL, writing.MOST_SMALL
        writing.SMALL, writing.MOST_SMALL = 6, 2  # merge often

    def opened(self) -> Engine:
        """The engine, as a process has it that has just started."""
        return WhooshEngine(Path(self.room.name) / "index")

    def teardown(self) -> None:
        writing.SMALL, writing.MOST_SMALL = self._limits
        self.room.cleanup()

    @rule(some=st.lists(changes, min_size=1, max_size=6))
    def change(self, some: list[Change]) -> None:
        self.engine.apply(some)
        for each in some:
            self.oracle.documents.pop(each.id, None)
            if each.document:
                self.oracle.documents[each.id] = each.document

    @rule()
    def reopen(self) -> None:
        self.engine = self.opened()

    @rule()
    def rebuild(self) -> None:
        self.engine.rebuild(self.oracle.documents.values())

    @rule(query=queries)
    def ask(self, query: Query) -> None:
        expected = self.oracle.having(query)
        found = self.engine.search(query)
        if found.partial or found.replaced:
            in_words = Query(query.clauses, query.exact)
            assert not self.oracle.having(Query(tuple(each for each in in_words.clauses if not each.without)))
            return
        assert set(ids(found)) == expected
        assert found.total == len(found.hits) == len(expected)
        unfiltered = self.oracle.having(replace(query, filters=()))
        assert found.facets["language"] == self.oracle.counts(expected, "language")
        assert found.facets["year"] == self.oracle.counts(unfiltered, "year")

    @invariant()
    def holds_what_it_should(self) -> None:
        assert self.engine.revisions() == {key: each.revision for key, each in self.oracle.documents.items()}


@pytest.mark.postgres
def test_a_search_in_postgresql_answers_the_same(postgres_tables: Database) -> None:
    class Rows(Index):
        def opened(self) -> Engine:
            return PostgresEngine(postgres_tables)

    run_state_machine_as_test(Rows, settings=settings(max_examples=15, stateful_step_count=15, deadline=None))


TestIndex = Index.TestCase
TestIndex.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
