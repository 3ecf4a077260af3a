"""The desk says what waits and what the archive needs; each count is the length of the list behind it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import counted_queries, signed_in
from tests.desk.filling import visit
from tests.desk.test_adding import vocabulary
from tests.make import Make
from webapp.desk.piles import GROUPS, all_piles
from webapp.imports.models import ImportRun, Stage
from webapp.machines.links import check
from webapp.people.models import Person
from webapp.revisions import to_document
from webapp.revisions.actions import change, publish
from webapp.search.models import note_empty

SignIn = Callable[..., FlaskClient]


def listed(client: FlaskClient, name: str) -> list[str]:
    """What lies on a pile, all its pages."""
    found: list[str] = []
    for number in range(1, 50):
        page = visit(client, f"/desk/piles/{name}", page=number).text
        rows = re.findall(r"<li><a [^>]*>([^<]*)</a>", page.split('<ol class="records"')[1].split("</ol>")[0])
        found += rows
        if not rows:
            break
    return found


def shown(client: FlaskClient) -> dict[str, int]:
    """The counts on the desk."""
    page = visit(client, "/desk", lang="en").text
    pairs = re.findall(r'/desk/piles/([\w-]+)[^"]*">[^<]*</a> <span class="typed piles__n">([\d,]+)<', page)
    return {name: int(count.replace(",", "")) for name, count in pairs}


def test_every_count_is_the_length_of_its_list_in_the_real_archive(archive: Flask) -> None:
    editor = signed_in(archive, "editor", "counts@example.org")
    counts = shown(editor)
    assert set(counts) == {pile.name for pile in all_piles()}
    for name, count in counts.items():
        assert len(listed(editor, name)) == count, name


def test_a_curator_is_shown_no_pile_of_contributions_that_only_editors_may_answer(sign_in: SignIn) -> None:
    curator, editor = sign_in("curator"), sign_in("editor")
    assert set(shown(editor)) - set(shown(curator)) == {"contributions", "replies", "questions"}
    assert visit(curator, "/desk/piles/contributions").status == 403


def test_counts_and_lists_agree_when_something_lies_on_every_pile(
    sign_in: SignIn, make: Make, session: Session
) -> None:
    vocabulary(make)
    editor = sign_in("editor")
    visit(editor, "/desk/messages/new").form().press(editor, "save", text="Mon brouillon").follow()
    make.message("Le crapaud vole")
    make.message("Le crapaud vole !", status="draft")
    make.place("Bourdeilles", precision="locality")
    make.essay("Il y a [[rien-de-tel]] ici.")
    message = make.message("Le lapin court", meaning="Un parachutage.")
    change(message, {**to_document(message), "text": "Le lapin court vite"}, by=None)
    with session.begin_nested():
        note_empty(session, "girafe verte")
    session.commit()
    counts = shown(editor)
    for name, count in counts.items():
        assert len(listed(editor, name)) == count, name
    assert {name for name, count in counts.items() if count} >= {
        "my-drafts", "drafts", "no-source", "no-meaning", "no-date", "doubles", "untranslated", "no-coordinates",
        "broken-essays", "not-found",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["Le crapaud vole !", "LE CRAPAUD VOLE", "Le crapaud, vole"])
def test_the_same_words_are_a_possible_duplicate_until_they_are_said_to_be_variants(
    sign_in: SignIn, make: Make, text: str
) -> None:
    first = make.message("Le crapaud vole")
    second = make.message(text)
    editor = sign_in("editor")
    assert sorted(listed(editor, "doubles")) == sorted(["Le crapaud vole", text])
    change(second, {**to_document(second), "relations": [{"kind": "variant-of", "other": first.id}]}, by=None)
    assert len(listed(editor, "doubles")) == 2  # the change waits beside the published message


def test_the_desk_asks_the_database_as_often_with_many_records(app: Flask, sign_in: SignIn, make: Make) -> None:
    editor = sign_in("editor")
    sums = []
    for n in range(2):
        for number in range(12):
            make.message(f"Le crapaud vole {n} {number}", status="draft" if number % 2 else "published")
        with counted_queries(app) as sent:
            visit(editor, "/desk")
        sums.append(len(sent))
    assert sums[0] == sums[1]
    lines = []
    for n in range(2):
        make.message(f"Encore {n}")
        with counted_queries(app) as sent:
            visit(editor, "/desk/piles/no-source")
        lines.append(len(sent))
    assert lines[0] == lines[1]


def test_an_address_that_failed_twice_is_on_the_desk_until_it_answers_or_is_changed(
    sign_in: SignIn, make: Make, session: Session, app: Flask
) -> None:
    source = make.source("Parti", url="https://example.org/gone")
    make.source("Resté", url="https://example.org/there")
    editor, database = sign_in("editor"), app.extensions["database"]

    def ask(gone: str) -> None:
        for _ in check(database, 10, lambda url: gone if url.endswith("gone") else "", pause=0):
            pass

    ask("404 Not Found")
    assert listed(editor, "dead-links") == []
    ask("404 Not Found")
    assert listed(editor, "dead-links") == ["Parti"]
    assert "https://example.org/gone 404 Not Found" in visit(editor, "/desk/piles/dead-links").text
    ask("")
    assert listed(editor, "dead-links") == []
    ask("404 Not Found")
    ask("404 Not Found")
    change(source, {**to_document(source), "url": "https://example.org/moved"}, by=None)
    publish(source, by=None)
    session.commit()
    assert listed(editor, "dead-links") == []


def test_an_import_that_waits_for_its_person_is_on_their_desk_alone(sign_in: SignIn, session: Session) -> None:
    ada, ben = sign_in("curator", "ada@example.org"), sign_in("curator", "ben@example.org")
    people = {person.email: person.id for person in session.scalars(select(Person))}
    for stage in (Stage.PLANNED, Stage.DONE):
        session.add(ImportRun(person_id=people["ada@example.org"], name="mai.csv", stage=stage, content=b"x"))
    session.commit()
    assert [line.endswith("mai.csv") for line in listed(ada, "imports")] == [True]
    assert listed(ben, "imports") == []


def test_every_pile_has_a_title_of_its_own() -> None:
    titles = [pile.title for _, piles in GROUPS for pile in piles]
    assert len(titles) == len(set(titles))
