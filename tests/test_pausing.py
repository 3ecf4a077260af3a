"""A full disk or a read-only file under SQLite: saving is paused, reading goes on, nothing typed is lost."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from tests.contributions.offering import page_of, patient
from tests.people.test_account import FOUR_WORDS, sign_in_as
from tests.test_nodes import sent_again
from webapp.database import database
from webapp.people.actions import create_person

TROUBLES = {"a read-only file": "PRAGMA query_only=ON", "a full disk": "PRAGMA max_page_count=1"}


@pytest.mark.parametrize("pragma", TROUBLES.values(), ids=TROUBLES.keys())
def test_a_form_comes_back_and_can_be_sent_again(app: Flask, client: FlaskClient, pragma: str) -> None:
    patient(client)
    engine = app.extensions["database"].engine

    def trouble(connection: object, *_: object) -> None:
        connection.execute(pragma)  # type: ignore[attr-defined]

    engine.dispose()
    event.listen(engine, "connect", trouble)
    answer = page_of(client, "message", phrase="Le lapin court", evidence="Ma tante. " * 300, meant="Rien. " * 600)
    assert answer.status_code == 503
    assert "Le lapin court" in answer.text
    assert client.get("/messages").status_code == 200
    event.remove(engine, "connect", trouble)
    engine.dispose()
    assert sent_again(client, answer).status_code == 303


def test_a_password_does_not_come_back(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context(), database().writing() as own:
        create_person(own, "anne@example.org", "curator", password=FOUR_WORDS)
    engine = app.extensions["database"].engine
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only=ON"))
    answer = sign_in_as(client)
    assert answer.status_code == 503
    assert "anne@example.org" in answer.text
    assert FOUR_WORDS not in answer.text
