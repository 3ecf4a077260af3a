"""Limits are what they say, however many workers and nodes serve it; and they stand in no reader's way."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import settings
from tests.postgres import empty_database, server
from webapp import counters, create_app, schema
from webapp.limits import LIMITS

READS = int(LIMITS["read"].partition("/")[0])


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def nodes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, empty_file: Path
) -> Iterator[list[Flask]]:
    """Two applications of one archive: two workers on one file, two nodes on one PostgreSQL."""
    tmp_path = tmp_path_factory.mktemp("limits")
    with ExitStack() as stack:
        folders, at = [tmp_path, tmp_path], ""
        if request.param == "postgresql":
            folders, at = [tmp_path / "a", tmp_path / "b"], stack.enter_context(
                empty_database(stack.enter_context(server())))  # fmt: skip
        else:
            shutil.copy(empty_file, tmp_path / "carottes.db")
        made = [create_app(settings(each, DATABASE=at, LIMITS=True, WTF_CSRF_ENABLED=False)) for each in folders]
        if at:
            schema.move(made[0].extensions["database"])
        yield made
        for node in made:
            node.extensions["database"].dispose()
            node.extensions["counters"].engine.dispose()


def left(node: Flask, address: str = "192.0.2.7") -> int:
    """How often this address may still read a page, after reading it now."""
    answer = node.test_client().get("/about", environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == 200
    return int(answer.headers["X-RateLimit-Remaining"])


def test_what_is_read_on_one_node_counts_on_the_other_and_once(nodes: list[Flask]) -> None:
    one, other = nodes
    assert [left(one), left(other), left(one)] == [READS - 1, READS - 2, READS - 3]
    assert left(other, "192.0.2.8") == READS - 1


def test_many_threads_that_count_at_once_are_all_counted_for_all(nodes: list[Flask]) -> None:
    own = [node.extensions["counters"] for node in nodes]

    def count(thread: int) -> None:
        for _ in range(50):
            own[thread % 2].add("crowd", 60, 1)

    with ThreadPoolExecutor(16) as crowd:
        list(crowd.map(count, range(16)))
    assert own[0].look("crowd").hits == own[1].look("crowd").hits == 16 * 50


def test_who_guesses_on_one_node_is_told_to_wait_on_the_other(nodes: list[Flask]) -> None:
    guess = {"email": "anne@example.org", "password": ""}
    for number in range(20):
        assert nodes[number % 2].test_client().post("/sign-in", data=guess).status_code == 200
    answers = [node.test_client().post("/sign-in", data=guess) for node in nodes]
    assert [answer.status_code for answer in answers] == [429, 429]
    assert 0 < int(answers[0].headers["Retry-After"]) <= 60


def test_a_count_begins_anew_when_its_time_is_over_and_is_thrown_away(nodes: list[Flask]) -> None:
    count = nodes[0].extensions["counters"]
    count.add("brief", -1, 1)
    assert (count.look("brief").hits, count.add("brief", 60, 1).hits, count.add("brief", 60, 1).hits) == (0, 1, 2)
    count.add("old", -1, 1)
    table = counters.TABLES[count.engine.dialect.name][0]
    kept = f"SELECT count(*) FROM {table} WHERE name IN ('{count._hidden('brief')}', '{count._hidden('old')}')"
    with count.engine.connect() as connection:
        assert connection.exec_driver_sql(kept).scalar() == 2
        count._clear_at = 0.0
        count.look("brief")
        assert connection.exec_driver_sql(kept).scalar() == 1


def test_nobody_who_reads_the_counts_learns_who_was_counted(nodes: list[Flask]) -> None:
    left(nodes[0], "192.0.2.77")
    count = nodes[0].extensions["counters"]
    with count.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"SELECT * FROM {counters.TABLES[count.engine.dialect.name][0]}").all()
    assert rows
    assert "192.0.2" not in repr(rows)


def test_pages_are_read_while_nothing_can_be_counted_and_each_counts_for_itself(
    tmp_path: Path, empty_file: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "AGAIN", 0.0)
    shutil.copy(empty_file, tmp_path / "carottes.db")
    (tmp_path / counters.FILE).mkdir()
    node = create_app(settings(tmp_path, LIMITS=True))
    assert [left(node), left(node), left(node)] == [READS - 1, READS - 2, READS - 3]
    assert [record.name for record in caplog.records].count("carottes.limits") == 1
    (tmp_path / counters.FILE).rmdir()
    count = node.extensions["counters"]
    count._knocking.acquire()
    count._try_again()
    assert left(node) == READS - 1
    with sqlite3.connect(tmp_path / counters.FILE) as file:
        assert file.execute("SELECT hits FROM hit").fetchall() == [(1,)]
    node.extensions["database"].dispose()
