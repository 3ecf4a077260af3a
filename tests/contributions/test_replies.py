"""Recollections and answers beneath records: moderated, threaded, plain; and the feed of answers to an essay."""

from __future__ import annotations

from collections.abc import Callable

import feedparser
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.conftest import counted_queries
from tests.contributions.offering import held, offer, page_of, patient
from tests.contributions.test_moderating import answer
from tests.make import Make
from webapp.contributions.models import Contribution, Stage
from webapp.database import now

SignIn = Callable[..., FlaskClient]


def test_an_answer_to_an_essay_appears_once_an_editor_lets_it_through(
    client: FlaskClient, sign_in: SignIn, make: Make, session: Session
) -> None:
    patient(client)
    essay = make.essay()
    receipt = offer(client, "reply", about=essay.id, name="Jean", text="Bien vu, <b>vraiment</b>. www.example.net")
    assert "Bien vu" not in client.get(f"/essays/{essay.id}", follow_redirects=True).text
    answer(sign_in("editor"), held(session, receipt), "accept").follow()
    page = client.get(f"/essays/{essay.id}", follow_redirects=True).text
    assert "Bien vu, &lt;b&gt;vraiment&lt;/b&gt;. www.example.net" in page


def test_an_answer_needs_a_name_and_a_text(client: FlaskClient, make: Make) -> None:
    patient(client)
    essay = make.essay()
    assert page_of(client, "reply", about=essay.id, name="", text="Bien vu.").status_code == 422
    assert page_of(client, "reply", about=essay.id, name="Jean", text=" \n ").status_code == 422
    assert page_of(client, "reply", about="", name="Jean", text="Bien vu.").status_code == 422


def test_answers_to_a_recollection_stand_under_it_as_a_thread(
    client: FlaskClient, sign_in: SignIn, make: Make, session: Session
) -> None:
    patient(client)
    message, editor = make.message("Le crapaud vole"), sign_in("editor")
    first = offer(client, "recollection", about=message.id, text="Mon oncle l’a entendu.", name="Jeanne")
    answer(editor, held(session, first), "accept").follow()
    page = client.get(f"/messages/{message.id}", follow_redirects=True).text
    parent = held(session, first).id
    assert f"/contribute/reply?about={message.id}&amp;parent={parent}" in page
    second = offer(client, "reply", about=message.id, parent=parent, name="Paul", text="Le mien aussi.")
    assert held(session, second).parent_id == parent
    answer(editor, held(session, second), "accept").follow()
    page = client.get(f"/messages/{message.id}", follow_redirects=True).text
    assert page.index("Mon oncle") < page.index('<ol class="thread">', page.index("Mon oncle")) < page.index("Le mien")


def test_a_quarrel_of_a_thousand_answers_is_still_a_page(client: FlaskClient, make: Make, session: Session) -> None:
    essay, parent = make.essay(), None
    for number in range(1000):
        each = Contribution(receipt=f"r{number}", kind="reply", about_id=essay.id, answers={"text": f"Non {number}."},
                            name="Jean", status=Stage.ACCEPTED, answered_at=now(), parent=parent)  # fmt: skip
        session.add(each)
        parent = each
    session.commit()
    page = client.get(f"/essays/{essay.id}", follow_redirects=True)
    assert page.status_code == 200
    assert page.text.count("voice__who") == 1000


def test_an_answer_to_something_hidden_names_no_parent(client: FlaskClient, make: Make, session: Session) -> None:
    patient(client)
    message = make.message()
    hidden = held(session, offer(client, "recollection", about=message.id, text="Pas encore lu.")).id
    receipt = offer(client, "reply", about=message.id, parent=hidden, name="Paul", text="Quoi ?")
    assert held(session, receipt).parent_id is None


def test_the_outsiders_page_keeps_what_readers_say_to_itself(
    client: FlaskClient, sign_in: SignIn, make: Make, session: Session
) -> None:
    patient(client)
    message = make.message("Le crapaud vole")
    receipt = offer(client, "recollection", about=message.id, text="Cela voulait dire parachutage.")
    answer(sign_in("editor"), held(session, receipt), "accept").follow()
    riddle = client.get(f"/messages/{message.id}?reading=outsider", follow_redirects=True).text
    assert "parachutage" not in riddle


def test_the_answers_to_an_essay_are_a_feed(client: FlaskClient, sign_in: SignIn, make: Make, session: Session) -> None:
    patient(client)
    essay, other, editor = make.essay(title="Les carottes"), make.essay(title="Autre"), sign_in("editor")
    for about, text in ((essay, "Bien vu & <dit>."), (other, "Ailleurs.")):
        answer(editor, held(session, offer(client, "reply", about=about.id, name="Jean", text=text)), "accept").follow()
    offer(client, "reply", about=essay.id, name="Paul", text="Pas encore lu.")
    answered = client.get(f"/essays/{essay.id}/replies.atom")
    assert answered.mimetype == "application/atom+xml"
    feed = feedparser.parse(answered.data)
    assert not feed.bozo
    assert [entry.content[0].value for entry in feed.entries] == ["Bien vu & <dit>."]
    assert feed.entries[0].author == "Jean"
    assert client.get("/essays/nothing/replies.atom").status_code == 404


def test_twenty_answers_ask_the_database_as_often_as_two(
    app: Flask, client: FlaskClient, sign_in: SignIn, make: Make, session: Session
) -> None:
    patient(client)
    essay, editor = make.essay(), sign_in("editor")

    def answers(many: int) -> int:
        for number in range(many):
            receipt = offer(client, "reply", about=essay.id, name="Jean", text=f"Réponse {number}.")
            answer(editor, held(session, receipt), "accept").follow()
        client.get(f"/essays/{essay.id}", follow_redirects=True)
        with counted_queries(app) as sent:
            client.get(f"/essays/{essay.id}", follow_redirects=True)
        return len(sent)

    assert answers(2) == answers(10)
