"""The right thing is found: measured on the published set of queries, over the real archive."""

from __future__ import annotations

import csv
from pathlib import Path
from statistics import mean

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from webapp.database import session
from webapp.messages.models import Message
from webapp.search import Search
from webapp.search.documents import documents_of
from webapp.search.engine import Found
from webapp.search.query import asked
from webapp.text.analysis import words

FOLDER = Path(__file__).parent / "relevance"
LEAST_MRR, LEAST_RECALL = 0.95, 0.95


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one file of the set."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def find(archive: Flask, text: str, size: int) -> Found:
    """What a reader finds who types this."""
    search: Search = archive.extensions["search"]
    query = asked(MultiDict({"q": text}))
    return Found() if query.wordless else search.find(query.query(size=size))


@pytest.fixture
def keys(archive: Flask) -> dict[str, str]:
    """The keys of all messages by their identifiers."""
    with archive.app_context():
        return {row.id: row.key for row in session.execute(select(Message.id, Message.key))}


def test_the_set_is_large_enough() -> None:
    negatives = (FOLDER / "negatives.txt").read_text(encoding="utf-8").splitlines()
    assert len(rows("known_items.csv")) + len(rows("topics.csv")) + len(negatives) >= 300


def test_known_messages_are_found_among_the_first(archive: Flask, keys: dict[str, str]) -> None:
    ranks: dict[str, list[float]] = {}
    lost = []
    with archive.app_context():
        for row in rows("known_items.csv"):
            got = [keys.get(hit.id) for hit in find(archive, row["query"], 10).hits]
            place = next((at for at, key in enumerate(got, 1) if key in row["messages"].split()), 0)
            ranks.setdefault(row["kind"], []).append(1 / place if place else 0.0)
            if not 0 < place <= 3:
                lost.append((row["query"], place))
    assert mean(rank for kind in ranks.values() for rank in kind) >= LEAST_MRR, lost
    assert {kind: mean(each) for kind, each in ranks.items() if mean(each) < 0.9} == {}, lost


def test_all_messages_about_something_are_on_the_first_page(archive: Flask, keys: dict[str, str]) -> None:
    recalls = {}
    with archive.app_context():
        for row in rows("topics.csv"):
            relevant = {each.rpartition(":")[0] for each in row["messages"].split()}
            got = {keys.get(hit.id) for hit in find(archive, row["query"], 20).hits}
            recalls[row["query"]] = len(relevant & got) / min(20, len(relevant))
    assert mean(recalls.values()) >= LEAST_RECALL, {query: each for query, each in recalls.items() if each < 1}


def test_messages_whose_phrase_has_it_come_before_those_whose_meaning_has_it(
    archive: Flask, keys: dict[str, str]
) -> None:
    with archive.app_context():
        for row in rows("topics.csv"):
            grade = {key: int(g) for key, _, g in (each.rpartition(":") for each in row["messages"].split())}
            got = [keys.get(hit.id, "") for hit in find(archive, row["query"], 20).hits]
            if set(grade.values()) == {1, 2} and got:
                assert grade.get(got[0]) == 2, row["query"]


def test_what_is_not_there_is_not_found(archive: Flask) -> None:
    with archive.app_context():
        for query in (FOLDER / "negatives.txt").read_text(encoding="utf-8").splitlines():
            assert find(archive, query, 10).total == 0, query


def test_quoted_queries_find_nothing_that_lacks_the_quoted_words(archive: Flask) -> None:
    queries = [row["query"] for row in rows("known_items.csv") if row["kind"] == "quoted"]
    queries += [f'"{row["query"]}"' for row in rows("topics.csv")]
    with archive.app_context():
        for query in queries:
            wanted = [word.text for word in words(query)]
            for hit in find(archive, query, 50).hits:
                document = documents_of(session(), hit.type, [hit.id])[hit.id]
                texts = [[word.text for word in words(text.words)] for text in document.texts]
                assert any(
                    each[at : at + len(wanted)] == wanted for each in texts for at in range(len(each))
                ), (query, hit.id)  # fmt: skip
