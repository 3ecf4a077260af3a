"""Letting people in: one-time links, passwords, and what a stranger meets."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from webapp.database import database
from webapp.people.actions import LinkSpent, create_person, first_keeper, give_entry_link, use_entry_link
from webapp.people.models import EntryLink


def test_a_link_lets_its_person_in_once(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), database().writing() as own:
        secret = give_entry_link(own, create_person(own, "anne@example.org", "curator"))
    assert client.get(f"/enter/{secret}").status_code == 303
    assert app.test_client().get(f"/enter/{secret}").status_code == 410


def test_a_link_that_was_never_given_is_refused_in_words(client: FlaskClient) -> None:
    answer = client.get("/enter/nonsense?lang=fr")
    assert answer.status_code == 410
    assert "servi" in answer.text


def test_only_the_hash_of_a_link_is_kept(session: Session) -> None:
    secret = give_entry_link(session, create_person(session, "anne@example.org", "curator"))
    assert not any(secret in link.secret_sha256 for link in session.query(EntryLink))


def test_a_person_who_was_shut_out_cannot_use_their_link(session: Session) -> None:
    person = create_person(session, "anne@example.org", "curator")
    secret = give_entry_link(session, person)
    person.active = False
    with pytest.raises(LinkSpent):
        use_entry_link(session, secret)


def test_the_first_keeper_is_offered_until_they_have_come_in(session: Session) -> None:
    keeper = first_keeper(session)
    assert first_keeper(session) is keeper
    use_entry_link(session, give_entry_link(session, keeper))
    session.flush()
    assert first_keeper(session) is None


def test_a_password_signs_in_and_a_wrong_one_does_not(app: Flask, session: Session, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        create_person(session, "anne@example.org", "curator", password="un mot de passe long")
        session.commit()
    wrong = client.post("/sign-in", data={"email": "anne@example.org", "password": "un autre mot"})
    assert wrong.status_code == 200
    right = client.post("/sign-in", data={"email": "anne@example.org", "password": "un mot de passe long"})
    assert right.status_code == 303
    assert client.get("/account").status_code == 200


def test_signing_in_needs_the_forms_token(app: Flask, session: Session, client: FlaskClient) -> None:
    with app.app_context():
        create_person(session, "anne@example.org", "curator", password="un mot de passe long")
        session.commit()
    client.post("/sign-in", data={"email": "anne@example.org", "password": "un mot de passe long"})
    assert client.get("/account").status_code != 200


def test_a_stranger_is_sent_to_sign_in_and_back(client: FlaskClient) -> None:
    answer = client.get("/account")
    assert answer.status_code in (302, 303)
    assert "/sign-in?next=" in answer.location


def test_a_signed_in_person_sees_their_own_account(sign_in: Callable[..., FlaskClient]) -> None:
    assert "curator@example.org" in sign_in("curator").get("/account").text
