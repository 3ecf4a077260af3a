"""What keepers do with accounts: invite, give roles, shut out, let in again; and the log of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from email import message_from_string
from email.policy import default

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.conftest import counted_queries
from tests.people.test_account import FOUR_WORDS, sign_in_as
from webapp.database import database
from webapp.people import audit
from webapp.people.actions import create_person, give_entry_link
from webapp.people.models import Audit, Person
from webapp.people.roles import ACT_WORDS, ROLE_WORDS
from webapp.permissions import ROLES, Act

INVITED = {"email": "lea@example.org", "name": "Léa", "role": "curator", "lang": "fr"}
WELCOME = {"name": "Léa B.", "password": FOUR_WORDS, "again": FOUR_WORDS}


@pytest.fixture(autouse=True)
def _no_tokens(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def keeper(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """The only keeper, number 1."""
    return sign_in("keeper")


def invite(keeper: FlaskClient, **change: str) -> str:
    """Invite somebody; the path of the link that the page shows."""
    answer = keeper.post("/desk/people/invite?lang=en", data=INVITED | change)
    assert answer.status_code == 201, answer.text
    return re.search(r'value="http://localhost(/invitations/[^"]+)"', answer.text)[1]


def person(session: Session, email: str) -> Person:
    """The account as it is kept now."""
    session.expire_all()
    return session.query(Person).filter_by(email=email).one()


def test_an_invited_person_chooses_a_name_and_a_password_and_is_in(app: Flask, keeper: FlaskClient) -> None:
    link, lea = invite(keeper), app.test_client()
    assert "Votre rôle" in lea.get(link).text
    assert lea.post(link, data=WELCOME).status_code == 303
    assert "Léa B." in lea.get("/account").text
    assert sign_in_as(app.test_client(), "lea@example.org").status_code == 303


def test_an_invitation_works_once_and_looking_spends_nothing(app: Flask, keeper: FlaskClient) -> None:
    link = invite(keeper)
    for _ in range(3):
        assert app.test_client().get(link).status_code == 200
    assert app.test_client().post(link, data=WELCOME).status_code == 303
    assert app.test_client().get(link).status_code == 410
    assert app.test_client().post(link, data=WELCOME).status_code == 410


def test_an_invitation_is_no_key_that_signs_in_by_itself(app: Flask, keeper: FlaskClient) -> None:
    secret = invite(keeper).split("/")[-1].split("?")[0]
    assert app.test_client().get(f"/enter/{secret}").status_code == 410


def test_asking_whether_a_link_is_there_does_not_spend_it(app: Flask) -> None:
    with app.app_context(), database().writing() as own:
        secret = give_entry_link(own, create_person(own, "anne@example.org", "curator"))
    app.test_client().head(f"/enter/{secret}")
    assert app.test_client().get(f"/enter/{secret}").status_code == 303


def test_the_letter_is_in_the_language_of_whom_it_is_for(
    keeper: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:

    invite(keeper)
    raw = capsys.readouterr().out.split("--- mail ---\n")[1].split("\n--- end ---")[0]
    letter = message_from_string(raw, policy=default)
    assert letter["To"] == "lea@example.org"
    assert letter["Subject"] == "Une invitation à Carottes"
    assert "conservateur" in letter.get_content()
    assert "/invitations/" in letter.get_content()


def test_the_link_is_shown_this_once(keeper: FlaskClient) -> None:
    secret = invite(keeper).split("/")[-1].split("?")[0]
    assert secret not in keeper.get("/desk/people").text
    assert secret not in keeper.get("/desk/people/2").text
    assert secret not in keeper.get("/desk/audit").text


def test_an_address_is_invited_once_and_what_was_typed_stays(keeper: FlaskClient) -> None:
    invite(keeper)
    answer = keeper.post("/desk/people/invite?lang=en", data=INVITED | {"name": "Léa again"})
    assert answer.status_code == 422
    assert "There is an account with the address lea@example.org already" in answer.text
    assert "Léa again" in answer.text


@pytest.mark.parametrize(
    "change", [{"role": "emperor"}, {"email": "lea"}, {"email": ""}, {"lang": "tlh"}, {"name": "L" * 500}]
)
def test_a_broken_invitation_makes_no_account(session: Session, keeper: FlaskClient, change: dict[str, str]) -> None:
    assert keeper.post("/desk/people/invite", data=INVITED | change).status_code == 422
    assert session.query(Person).count() == 1


def test_roles_are_explained_where_somebody_is_invited(keeper: FlaskClient) -> None:
    page = keeper.get("/desk/people/invite?lang=fr").text
    assert all(
        words in page for words in ("Enseignant", "Conservateur", "Éditeur", "Gardien", "publier, retirer et fusionner")
    )


def test_every_role_and_every_act_has_its_words() -> None:
    assert set(ROLE_WORDS) == set(ROLES)
    assert set(ACT_WORDS) == set(Act)


def test_a_role_is_changed_and_the_person_told(
    session: Session, keeper: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    invite(keeper)
    assert keeper.post("/desk/people/2/role", data={"role": "editor"}).status_code == 303
    assert person(session, "lea@example.org").role == "editor"
    assert capsys.readouterr().out.count("--- mail ---") == 2
    assert "conservateur → éditeur" in keeper.get("/desk/audit?lang=fr").text


def test_a_new_role_counts_at_the_next_page(app: Flask, keeper: FlaskClient) -> None:
    lea = app.test_client()
    lea.post(invite(keeper, role="keeper"), data=WELCOME)
    assert lea.get("/desk/people").status_code == 200
    keeper.post("/desk/people/2/role", data={"role": "curator"})
    assert lea.get("/desk/people").status_code == 403


def test_a_person_who_is_shut_out_is_out_at_once_and_can_be_let_in(app: Flask, keeper: FlaskClient) -> None:
    lea = app.test_client()
    lea.post(invite(keeper), data=WELCOME)
    keeper.post("/desk/people/2/shut-out")
    assert lea.get("/account").status_code != 200
    refused = sign_in_as(app.test_client(), "lea@example.org")
    assert "ne vont pas ensemble" in refused.text
    keeper.post("/desk/people/2/let-in")
    assert sign_in_as(app.test_client(), "lea@example.org").status_code == 303


def test_an_invitation_of_somebody_who_was_shut_out_is_void(app: Flask, keeper: FlaskClient) -> None:
    link = invite(keeper)
    keeper.post("/desk/people/2/shut-out")
    assert app.test_client().get(link).status_code == 410
    assert app.test_client().post(link, data=WELCOME).status_code == 410


@pytest.mark.parametrize(("path", "data"), [("shut-out", {}), ("role", {"role": "editor"})])
@pytest.mark.parametrize(("language", "said"), [("fr", "C’est le dernier gardien"), ("en", "This is the last keeper")])
def test_the_last_keeper_stays(
    session: Session, keeper: FlaskClient, path: str, data: dict[str, str], language: str, said: str
) -> None:
    answer = keeper.post(f"/desk/people/1/{path}?lang={language}", data=data)
    assert answer.status_code == 409
    assert said in answer.text
    kept = person(session, "keeper@example.org")
    assert (kept.role, kept.active) == ("keeper", True)
    assert keeper.get("/desk/people").status_code == 200


def test_a_keeper_who_was_invited_but_never_came_does_not_count(session: Session, keeper: FlaskClient) -> None:
    invite(keeper, role="keeper")
    assert keeper.post("/desk/people/1/role", data={"role": "editor"}).status_code == 409


def test_with_another_keeper_one_may_step_down_but_not_shut_oneself_out(app: Flask, keeper: FlaskClient) -> None:
    app.test_client().post(invite(keeper, role="keeper"), data=WELCOME)
    assert keeper.post("/desk/people/1/shut-out?lang=en").status_code == 409
    assert keeper.post("/desk/people/1/role", data={"role": "editor"}).status_code == 303
    assert keeper.get("/desk/people").status_code == 403


def test_a_new_link_lets_a_person_choose_another_password(app: Flask, keeper: FlaskClient) -> None:
    lea = app.test_client()
    lea.post(invite(keeper), data=WELCOME)
    page = keeper.post("/desk/people/2/link").text
    link = re.search(r'value="http://localhost(/invitations/[^"]+)"', page)[1]
    new = "cinq autres mots simples"
    assert app.test_client().post(link, data=WELCOME | {"password": new, "again": new}).status_code == 303
    assert lea.get("/account").status_code != 200
    assert sign_in_as(app.test_client(), "lea@example.org", new).status_code == 303


def test_a_keeper_signs_somebody_out_everywhere(app: Flask, keeper: FlaskClient) -> None:
    lea = app.test_client()
    lea.post(invite(keeper), data=WELCOME)
    keeper.post("/desk/people/2/sign-out")
    assert lea.get("/account").status_code != 200


def test_nobody_under_a_number_is_a_page_that_says_so(keeper: FlaskClient) -> None:
    assert keeper.get("/desk/people/99").status_code == 404
    assert keeper.post("/desk/people/99/shut-out").status_code == 404


def test_everything_keepers_do_is_in_the_log_with_words(session: Session, keeper: FlaskClient) -> None:
    invite(keeper)
    for act in ("shut-out", "let-in", "sign-out", "link", "second-step-off"):
        keeper.post(f"/desk/people/2/{act}")
    keeper.post("/desk/people/2/role", data={"role": "editor"})
    acts = {line.act for line in session.query(Audit)}
    assert {"invite", "shut out", "let in", "end session", "give link", "second step off", "change role"} <= acts
    assert acts <= set(audit.ACTS)
    page = keeper.get("/desk/audit?lang=fr").text
    assert all(words in page for words in ("invitation", "compte fermé", "compte rouvert", "lien à usage unique donné"))


@pytest.mark.parametrize("path", ["/desk/people", "/desk/audit"])
def test_a_list_with_forty_people_asks_as_often_as_one_with_two(app: Flask, keeper: FlaskClient, path: str) -> None:
    def asked() -> int:
        with counted_queries(app) as sent:
            assert keeper.get(path).status_code == 200
        return len(sent)

    invite(keeper)
    few = asked()
    with app.app_context(), database().writing() as own:
        for number in range(40):
            create_person(own, f"p{number}@example.org", "curator")
    assert asked() == few


def test_a_long_log_has_pages(app: Flask, keeper: FlaskClient) -> None:
    with app.app_context(), database().writing() as own:
        for number in range(60):
            create_person(own, f"p{number}@example.org", "curator")
    assert 'rel="next"' in keeper.get("/desk/audit").text
    assert keeper.get("/desk/audit?page=2").text.count("<tr>") < 20
    assert keeper.get("/desk/audit?page=999").status_code == 200


def test_a_name_full_of_markup_is_shown_as_it_is(keeper: FlaskClient) -> None:
    invite(keeper, name="<script>alert(1)</script>")
    page = keeper.get("/desk/people").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
