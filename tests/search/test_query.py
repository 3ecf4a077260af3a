"""What people type, and what is understood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from webapp.search.engine import MOST_WORDS, Clause
from webapp.search.query import asked, parse

READ = [
    ("le crapaud vole", [Clause(("le",)), Clause(("crapaud",)), Clause(("vole",))]),
    ("L’Automne", [Clause(("automne",))]),
    ("qu'il", [Clause(("il",))]),
    ('"le crapaud vole"', [Clause(("le", "crapaud", "vole"), quoted=True)]),
    ("« le crapaud vole »", [Clause(("le", "crapaud", "vole"), quoted=True)]),
    ("“le crapaud”", [Clause(("le", "crapaud"), quoted=True)]),
    ("crapaud -vole", [Clause(("crapaud",)), Clause(("vole",), without=True)]),
    ('crapaud -"qui vole"', [Clause(("crapaud",)), Clause(("qui", "vole"), quoted=True, without=True)]),
    ("porte-manteau", [Clause(("porte",)), Clause(("manteau",))]),
    ("— le crapaud", [Clause(("le",)), Clause(("crapaud",))]),
    ("phrase:girafe", [Clause(("girafe",), "phrase")]),
    ("sens : parachutage", [Clause(("parachutage",), "meaning")]),
    ('meaning:"pleine lune"', [Clause(("pleine", "lune"), "meaning", quoted=True)]),
    ("essai:carotte note:doute", [Clause(("carotte",), "essay"), Clause(("doute",), "note")]),
    ("Attention: le crapaud", [Clause(("attention",)), Clause(("le",)), Clause(("crapaud",))]),
    ("parach*", [Clause(("parach",), prefix=True)]),
    ("*", []),
    ("bla bla bla", [Clause(("bla",))]),
    ('"sans fin', [Clause(("sans",)), Clause(("fin",))]),
    ("-", []),
    ("!!! ??? 🥕", []),
    ("a OR b", [Clause(("a",)), Clause(("or",)), Clause(("b",))]),
    ("'; DROP TABLE message; --", [Clause(("drop",)), Clause(("table",)), Clause(("message",))]),
    ("<script>", [Clause(("script",))]),
    ("phrase:", [Clause(("phrase",))]),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "clauses"), READ)
def test_a_query_is_read_as_it_was_meant(typed: str, clauses: list[Clause]) -> None:
    assert list(parse(typed)[0]) == clauses


def test_too_many_words_are_cut_and_it_is_known() -> None:
    clauses, cut = parse(" ".join(f"mot{n}" for n in range(10_000)))
    assert len(clauses) == MOST_WORDS
    assert cut


@given(st.text(), st.text(max_size=40), st.text(max_size=40))
def test_nothing_that_is_typed_raises(text: str, since: str, until: str) -> None:
    read = asked(MultiDict({"q": text, "from": since, "to": until, "sort": text, "year": text}))
    read.query()
    assert sum(len(clause.words) for clause in read.clauses) <= MOST_WORDS


def test_dates_are_read_as_people_write_them() -> None:
    read = asked(MultiDict({"from": "mars 43", "to": "été 44", "within": "certain"}))
    assert (str(read.period.since), str(read.period.until)) == ("1943-03", "1944-22")
    query = read.query()
    assert query.since is not None
    assert query.until is not None
    assert query.within


def test_a_date_that_cannot_be_read_is_left_aside_with_a_reason() -> None:
    read = asked(MultiDict({"from": "hier ou avant-hier"}))
    assert read.period.since is None
    assert read.period.problems[0].message("en")
