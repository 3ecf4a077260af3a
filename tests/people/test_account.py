"""One's own account: the first minutes after a one-time link, and how one signs in from then on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.conftest import settings
from webapp import create_app
from webapp.people.actions import create_person
from webapp.people.models import Audit, Person

FOUR_WORDS = "quatre mots très simples"
BEGIN = {"name": "Anne", "email": "Anne@Example.org", "password": FOUR_WORDS, "again": FOUR_WORDS}


@pytest.fixture(autouse=True)
def _no_tokens(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def anne(app: Flask, session: Session) -> Person:
    """A curator with a password."""
    with app.app_context():
        person = create_person(session, "anne@example.org", "curator", name="Anne", password=FOUR_WORDS)
        session.commit()
    return person


def sign_in_as(client: FlaskClient, email: str = "anne@example.org", password: str = FOUR_WORDS, **more: str):
    """Address and password, as the form sends them."""
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def without_token(page: str) -> str:
    """The page without the token of its forms, in which the second is written."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)


def sign_out(client: FlaskClient):
    """Press the button on the page of the account."""
    client.application.config["WTF_CSRF_ENABLED"] = True
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)[1]
    answer = client.post("/sign-out", data={"csrf_token": token})
    client.application.config["WTF_CSRF_ENABLED"] = False
    return answer


def letter(out: str) -> str:
    """The address of the link in the last letter on the console."""
    return re.findall(r"http://localhost(/\S+)", out.replace("=\n", "").replace("=3D", "="))[-1]


def test_whoever_came_in_by_a_link_is_asked_for_address_and_password_first(sign_in: Callable[..., FlaskClient]) -> None:
    page = sign_in("keeper").get("/account?lang=en").text
    assert "First, your address and a password" in page
    assert 'name="password"' in page


def test_with_these_they_sign_in_from_then_on(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    assert sign_in("keeper").post("/account/begin", data=BEGIN).status_code == 303
    other = app.test_client()
    assert sign_in_as(other).status_code == 303
    assert "First, your address" not in other.get("/account?lang=en").text


def test_the_passwords_accents_do_not_depend_on_the_keyboard(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    sign_in("keeper").post("/account/begin", data=BEGIN)
    apart = unicodedata.normalize("NFD", FOUR_WORDS)
    assert apart != FOUR_WORDS
    assert sign_in_as(app.test_client(), password=apart).status_code == 303


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"email": "keeper@localhost"}, "No letter can reach this address"),
        ({"email": "not an address"}, "This is not a mail address"),
        ({"email": ""}, "This is not a mail address"),
        ({"password": "court", "again": "court"}, "at least 10 characters"),
        ({"again": "un autre mot"}, "The two passwords are not the same"),
        ({"name": "  "}, "Type the name"),
        ({"name": "A" * 121}, "At most 120 characters"),
    ],
)
def test_what_is_to_mend_stands_at_its_field_and_what_was_typed_stays(
    sign_in: Callable[..., FlaskClient], change: dict[str, str], said: str
) -> None:
    answer = sign_in("keeper").post("/account/begin?lang=en", data=BEGIN | change)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Anne" in answer.text or "name" in change
    assert FOUR_WORDS not in answer.text


def test_another_ones_address_cannot_be_taken(anne: Person, sign_in: Callable[..., FlaskClient]) -> None:
    answer = sign_in("keeper").post("/account/begin?lang=en", data=BEGIN)
    assert answer.status_code == 422
    assert "There is an account with the address anne@example.org already" in answer.text


def test_a_password_is_asked_for_once_and_then_changed_only_with_the_old_one(
    app: Flask, sign_in: Callable[..., FlaskClient]
) -> None:
    keeper = sign_in("keeper")
    keeper.post("/account/begin", data=BEGIN)
    keeper.post("/account/begin", data=BEGIN | {"password": "ein anderes Wort", "again": "ein anderes Wort"})
    assert sign_in_as(app.test_client(), password="ein anderes Wort").status_code == 200


def test_a_wrong_password_and_a_wrong_address_get_the_same_answer(anne: Person, client: FlaskClient) -> None:
    wrong_password = without_token(sign_in_as(client, password="nicht dieses Wort").text)
    wrong_address = without_token(sign_in_as(client, email="anna@example.org").text)
    assert "ne vont pas ensemble" in wrong_password
    assert wrong_password.replace("anne@", "anna@") == wrong_address.replace("anne@", "anna@")


def test_the_address_stays_in_the_form_and_the_password_does_not(anne: Person, client: FlaskClient) -> None:
    page = sign_in_as(client, password="nicht dieses Wort").text
    assert 'value="anne@example.org"' in page
    assert "nicht dieses Wort" not in page


def test_the_page_of_signing_in_speaks_both_languages(client: FlaskClient) -> None:
    assert "Se connecter" in client.get("/sign-in?lang=fr").text
    assert "I have forgotten my password" in client.get("/sign-in?lang=en").text


def test_forgetting_a_password_says_the_same_of_every_address(
    anne: Person, client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    known = client.post("/sign-in/reset?lang=en", data={"email": "anne@example.org"}).text
    assert "--- mail ---" in capsys.readouterr().out
    unknown = client.post("/sign-in/reset?lang=en", data={"email": "nobody@example.org"}).text
    assert "--- mail ---" not in capsys.readouterr().out
    assert "If there is an account with this address" in known
    assert known.replace("anne@", "nobody@") == unknown.replace("anne@", "nobody@")


def test_a_letter_lets_one_choose_a_new_password_once(
    app: Flask, anne: Person, client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    client.post("/sign-in/reset?lang=en", data={"email": "anne@example.org"})
    link = letter(capsys.readouterr().out)
    new = {"password": "cinq autres mots simples", "password_confirm": "cinq autres mots simples"}
    assert client.get(link).status_code == 200
    assert client.post(link, data=new).status_code == 303
    assert sign_in_as(app.test_client(), password=new["password"]).status_code == 303
    assert client.post(link, data=new).location.endswith("/sign-in/reset?lang=en")


def test_the_letters_link_leads_to_the_archives_own_address_whatever_was_asked(
    app: Flask, anne: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    app.config["URL"] = "https://carottes.example"
    app.test_client().post("/sign-in/reset", data={"email": "anne@example.org"}, headers={"Host": "evil.example"})
    out = capsys.readouterr().out
    assert "https://carottes.example/sign-in/reset/" in out.replace("=\n", "")
    assert "evil.example" not in out


def test_changing_the_password_signs_out_everywhere_else(app: Flask, anne: Person, client: FlaskClient) -> None:
    other = app.test_client()
    sign_in_as(client)
    sign_in_as(other)
    new = "cinq autres mots simples"
    change = {"password": FOUR_WORDS, "new_password": new, "new_password_confirm": new}
    assert client.post("/account/password", data=change).status_code == 303
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code != 200


def test_the_old_password_is_needed_for_a_new_one(anne: Person, client: FlaskClient) -> None:
    sign_in_as(client)
    new = "cinq autres mots simples"
    page = client.post(
        "/account/password?lang=en",
        data={"password": "nicht dieses", "new_password": new, "new_password_confirm": new},
    ).text
    assert "This is not your password." in page


def test_an_address_changes_when_the_letter_to_the_new_one_is_answered(
    app: Flask, anne: Person, client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_in_as(client)
    client.post("/account/address", data={"email": "anna@example.org"})
    assert sign_in_as(app.test_client(), email="anna@example.org").status_code == 200
    client.get(letter(capsys.readouterr().out))
    assert sign_in_as(app.test_client(), email="anna@example.org").status_code == 303


def test_a_name_is_kept(anne: Person, client: FlaskClient) -> None:
    sign_in_as(client)
    assert client.post("/account", data={"name": "Anne B.", "lang": "en"}).status_code == 303
    assert "Anne B." in client.get("/account").text


def test_the_account_says_what_its_role_may_do(anne: Person, client: FlaskClient) -> None:
    sign_in_as(client)
    assert "draft and change records" in client.get("/account?lang=en").text
    assert "rédiger et modifier des notices" in client.get("/account?lang=fr").text
    assert "publish, withdraw" not in client.get("/account?lang=en").text


def test_after_too_many_guesses_the_archive_asks_for_a_moment(tmp_path: Path, app: Flask) -> None:
    strict = create_app(settings(tmp_path, LIMITS=True, WTF_CSRF_ENABLED=False))
    client = strict.test_client()
    guess = {"email": "anne@example.org", "password": "mot après mot"}
    for _ in range(20):
        client.post("/sign-in", data=guess, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    answer = client.post("/sign-in?lang=fr", data=guess, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert answer.status_code == 429
    assert "Retry-After" in answer.headers
    assert "Un instant" in answer.text
    assert client.get("/sign-in", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200


def test_one_account_is_not_guessed_at_from_many_addresses(tmp_path: Path, app: Flask) -> None:
    strict = create_app(settings(tmp_path, LIMITS=True, WTF_CSRF_ENABLED=False))
    client = strict.test_client()
    guess = {"email": "Berthe@example.org", "password": "mot après mot"}
    codes = [
        client.post("/sign-in", data=guess, environ_base={"REMOTE_ADDR": f"192.0.2.{n}"}).status_code for n in range(31)
    ]
    assert codes[-1] == 429
    assert set(codes[:30]) == {200}


def test_signing_out_is_a_form_with_its_token(app: Flask, anne: Person, client: FlaskClient) -> None:
    sign_in_as(client)
    app.config["WTF_CSRF_ENABLED"] = True
    assert client.get("/sign-out").status_code == 405
    client.post("/sign-out")
    assert client.get("/account").status_code == 200
    assert sign_out(client).status_code == 303
    assert client.get("/account").status_code != 200


def test_pages_of_an_account_are_kept_by_no_cache(anne: Person, client: FlaskClient) -> None:
    sign_in_as(client)
    assert "no-store" in client.get("/account").headers["Cache-Control"]


def test_signing_in_leads_back_only_to_the_archive(anne: Person, client: FlaskClient) -> None:
    answer = client.post(
        "/sign-in?next=https://evil.example/", data={"email": "anne@example.org", "password": FOUR_WORDS}
    )
    assert "evil.example" not in answer.headers.get("Location", "")
    assert sign_in_as(client, next="/account/password").status_code == 303


def test_whatever_happens_to_an_account_is_in_the_log(session: Session, anne: Person, client: FlaskClient) -> None:
    sign_in_as(client, password="nicht dieses Wort")
    sign_in_as(client)
    client.post("/account", data={"name": "Anna", "lang": "fr"})
    assert [line.act for line in session.query(Audit).order_by(Audit.id)] == [
        "create person", "sign in refused", "sign in", "change name",
    ]  # fmt: skip
