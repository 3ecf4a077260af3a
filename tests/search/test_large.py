"""What finds more than the engine on PostgreSQL looks at one by one; a small archive is taken for a large one here."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, text

from tests.search.conftest import document, ids, words
from webapp.database import Database
from webapp.search.engine import Change, Document, Found, Query
from webapp.search.postgres_engine import PostgresEngine, large
from webapp.search.whoosh_engine import WhooshEngine

pytestmark = pytest.mark.postgres

DUCKS = 120
FACETS = ("kind", "year")
HIDDEN = (("kind", frozenset({"codeword"})),)


class Nodes(NamedTuple):
    """Two nodes on one database."""

    here: PostgresEngine
    there: PostgresEngine


@pytest.fixture
def nodes(postgres_tables: Database, monkeypatch: pytest.MonkeyPatch) -> Nodes:
    """Nearly every question finds too much in their archive."""
    monkeypatch.setattr(large, "MOST_PACKED", 10)
    made = Nodes(PostgresEngine(postgres_tables), PostgresEngine(postgres_tables))
    made.here.rebuild(duck(n) for n in range(DUCKS))
    return made


def duck(n: int, phrase: str = "", revision: int = 1) -> Document:
    """One of the ducks: every tenth is a code word; they are of three years."""
    return document(
        f"d{n:03}", phrase or f"Le canard {'tres ' * (n % 4)}numéro {n}", entered=n, revision=revision,
        facets={"kind": ("codeword" if n % 10 == 9 else "message",), "year": (str(1942 + n % 3),)}, spans=((n, n),),
    )  # fmt: skip


def counts(found: Found) -> tuple[int, dict[str, dict[str, int]], list[str]]:
    """What the page says of how much there is."""
    return found.total, found.facets, found.limits


def seen(engine: PostgresEngine, **more: Any) -> list[str]:
    """All that is found, page by page."""
    pages = [ids(engine.search(words("canard", offset=start, size=15, **more))) for start in range(0, 150, 15)]
    return [each for page in pages for each in page]


def test_pages_show_everything_once(nodes: Nodes) -> None:
    everything = [f"d{n:03}" for n in range(DUCKS)]
    assert sorted(seen(nodes.here)) == everything
    assert seen(nodes.here, sort="date") == everything
    assert seen(nodes.here, sort="newest") == everything[::-1]


def test_the_shortest_phrase_comes_first(nodes: Nodes) -> None:
    assert ids(nodes.here.search(words("canard", size=2))) == ["d000", "d004"]


def test_counts_are_the_same_from_a_tally_and_without_one(nodes: Nodes) -> None:
    year = ("year", frozenset({"1942"}))
    for query, total in (
        (words("canard", facets=FACETS), 120),
        (words("canard", facets=FACETS, hidden=HIDDEN), 108),
        (words("canard", facets=FACETS, hidden=HIDDEN, filters=(year,)), 36),
        (words("canard", facets=FACETS, filters=HIDDEN), 12),
        (words("canard", facets=FACETS, since=0, until=59), 60),
        (Query(facets=FACETS, hidden=HIDDEN), 108),
    ):
        before = nodes.here.search(query)
        nodes.here.tend()
        assert counts(before) == counts(nodes.here.search(query)), query
        assert (before.total, before.limits) == (total, [])


def test_what_is_saved_renamed_and_withdrawn_is_found_and_counted_at_once_on_every_node(nodes: Nodes) -> None:
    query = words("canard", facets=FACETS, size=300)
    for node in nodes:
        node.search(query)
        node.tend()
    nodes.here.apply([Change("d900", duck(900)), Change("d003", duck(3, "Une oie", 2)), Change("d004", None)])
    for node in reversed(nodes):
        found = node.search(query)
        assert set(ids(found)) == {f"d{n:03}" for n in range(DUCKS)} - {"d003", "d004"} | {"d900"}
        assert counts(found) == (119, {"kind": {"codeword": 12, "message": 107},
                                       "year": {"1942": 40, "1943": 39, "1944": 40}}, [])  # fmt: skip
        assert ids(node.search(words("oie"))) == ["d003"]


def test_a_tally_stays_true_over_many_saves_and_when_it_is_made_anew(nodes: Nodes) -> None:
    query = words("canard", facets=FACETS)
    for n in range(200, 230):
        nodes.here.apply([Change(f"d{n}", duck(n))])
        if n % 7 == 0:
            nodes.there.tend()
        assert nodes.there.search(query).total == DUCKS + n - 199
    assert nodes.there.search(query).facets == nodes.here.search(query).facets


def test_an_estimate_is_called_one_until_it_has_been_counted(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "MOST_COUNTED", 30)
    query = words("numero", "tres", facets=FACETS)
    found = nodes.here.search(query)
    assert found.limits == ["about"]
    assert found.hits
    nodes.here.tend()
    assert counts(nodes.here.search(query))[::2] == (90, [])


def test_whoever_turns_pages_is_not_counted_for_from_the_beginning(nodes: Nodes) -> None:
    skipped: list[int] = []

    def note(_c: Any, _cursor: Any, statement: str, given: dict[str, Any], *_: Any) -> None:
        if "OFFSET" in statement:
            skipped.append(given["start"])

    reader = nodes.here.database.engine
    event.listen(reader, "before_cursor_execute", note)
    try:
        for sort in ("date", "newest"):
            seen(nodes.here, sort=sort)
    finally:
        event.remove(reader, "before_cursor_execute", note)
    assert len(skipped) == 16
    assert set(skipped) == {0}


def test_a_search_that_takes_too_long_shows_what_it_has_and_says_so(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(sets: large.Sets, *_: Any) -> None:
        sets.connection.execute(text("SELECT pg_sleep(5)"))

    monkeypatch.setattr(large.Sets, "along", slowly)
    found = nodes.here.search(words("canard", sort="date", seconds=0.2, facets=FACETS))
    assert found.limits == ["time"]
    assert (found.total, found.facets["kind"]) == (DUCKS, {"codeword": 12, "message": 108})
    assert 0 < len(found.hits) < 20, "a part of what there is"


@pytest.mark.parametrize(
    ("found", "told"),
    [(Found(limits=["time"]), "Cette recherche était trop longue."),
     (Found(total=40_000, limits=["about"]), "les nombres sont des estimations")],
)  # fmt: skip
def test_the_page_says_what_was_cut_short_and_what_is_estimated(
    reader: FlaskClient, monkeypatch: pytest.MonkeyPatch, found: Found, told: str
) -> None:
    monkeypatch.setattr(WhooshEngine, "search", lambda *_: found)
    page = reader.get("/search?q=canard").text
    assert told in page
    assert "Rien n’a été trouvé" not in page
