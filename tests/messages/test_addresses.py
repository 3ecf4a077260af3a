"""Addresses of messages: tolerant of how people type them, and never dead."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.make import Make
from webapp.identifiers import Identifier
from webapp.revisions.actions import withdraw


@pytest.mark.parametrize(
    "spoil",
    [
        lambda given: f"{given[:3]}-{given[3:]}",
        lambda given: f"{given[:3]}–{given[3:]}",
        lambda given: f"{given[:3]} {given[3:]}",
        str.upper,
        lambda given: f"{given}.",
    ],
)
def test_an_identifier_is_found_however_it_is_typed(
    make: Make, client: FlaskClient, spoil: Callable[[str], str]
) -> None:
    message = make.message()
    # "1234567" has no letter: its capitals are itself, and there is nothing to put right.
    answer = client.get(f"/messages/{spoil(message.id)}", follow_redirects=True)
    assert answer.status_code == 200
    assert answer.request.path.startswith(f"/messages/{message.id}")


def test_a_spoilt_identifier_is_answered_with_the_right_address_for_good(make: Make, client: FlaskClient) -> None:
    message = make.message()
    answer = client.get(f"/messages/{message.id[:3]}–{message.id[3:]}?lang=en")
    assert answer.status_code == 301
    assert answer.location == f"/messages/{message.id}/le-crapaud-vole?lang=en"


def test_a_former_slug_leads_to_the_present_one(make: Make, client: FlaskClient) -> None:
    message = make.message("Le crapaud vole")
    answer = client.get(f"/messages/{message.id}/la-grenouille-vole")
    assert (answer.status_code, answer.location) == (301, f"/messages/{message.id}/le-crapaud-vole")


def test_a_mistyped_identifier_is_told_so(make: Make, client: FlaskClient) -> None:
    message = make.message()
    wrong = message.id[:-1] + ("b" if message.id[-1] != "b" else "c")
    for address in (f"/messages/{wrong}", f"/id/{wrong}"):
        answer = client.get(f"{address}?lang=en")
        assert answer.status_code == 404
        assert "typing error" in answer.text


def test_an_identifier_that_never_was_is_not_found(client: FlaskClient) -> None:
    assert client.get("/messages/bcdfghx").status_code == 404
    assert client.get("/messages/nothing-like-it").status_code == 404


def test_a_draft_is_not_found_by_a_reader_and_shown_at_the_desk(
    make: Make, client: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    draft = make.message(status="draft")
    assert client.get(f"/messages/{draft.id}").status_code == 404
    assert client.get(f"/messages/{draft.id}.json").status_code == 404
    assert sign_in("curator").get(f"/messages/{draft.id}").status_code == 200


def test_a_withdrawn_message_says_why(make: Make, client: FlaskClient, session: Session) -> None:
    message = make.message()
    withdraw(message, by=None, reason="Inventé en 1998")
    session.commit()
    answer = client.get(f"/messages/{message.id}")
    assert answer.status_code == 410
    assert "Inventé en 1998" in answer.text
    assert "Le crapaud vole" not in client.get("/messages").text


def test_a_merged_message_leads_to_the_one_that_remains(make: Make, client: FlaskClient, session: Session) -> None:
    kept, merged = make.message("Le crapaud vole"), make.message("Le crapeau vole")
    identifier = session.get(Identifier, merged.id)
    assert identifier is not None
    identifier.target_id = kept.id
    session.commit()
    answer = client.get(f"/messages/{merged.id}")
    assert (answer.status_code, answer.location) == (301, f"/messages/{kept.id}/le-crapaud-vole")
    assert answer.headers["Cache-Control"] == "no-cache"  # the two may be parted again, and browsers remember


def test_the_permanent_address_leads_to_the_message_and_to_its_parts(make: Make, client: FlaskClient) -> None:
    message = make.message(meaning="Un parachutage", night="1944-06-05")
    assert client.get(f"/id/{message.id}").location == f"/messages/{message.id}"
    meaning, broadcast = message.meanings[0], message.broadcasts[0]
    assert client.get(f"/id/{meaning.id}").location == f"/messages/{message.id}#{meaning.id}"
    assert client.get(f"/id/{broadcast.id}").location == f"/messages/{message.id}#{broadcast.id}"
    text = client.get(f"/messages/{message.id}").text
    assert f'id="{meaning.id}"' in text
    assert f'id="{broadcast.id}"' in text


def test_the_record_as_data_says_what_it_is_and_where(make: Make, client: FlaskClient) -> None:
    message = make.message(meaning="Un parachutage", night="1944-06-05?")
    data = client.get(f"/messages/{message.id}.json?lang=en").json
    assert list(data)[:5] == ["type", "id", "url", "permanent", "version"]
    assert data["url"] == f"http://localhost/messages/{message.id}/le-crapaud-vole"
    assert data["permanent"] == f"http://localhost/id/{message.id}"
    assert data["broadcasts"][0]["edtf"] == "1944-06-05?"
    assert data["meanings"][0]["standing"] == "attested"
