"""Sessions: listed, ended one by one, worth nothing once they are ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login.utils import encode_cookie
from sqlalchemy.orm import Session

from tests.conftest import settings
from tests.people.test_account import FOUR_WORDS, sign_in_as, sign_out
from webapp import create_app
from webapp.database import now
from webapp.people import sign_ins
from webapp.people.actions import create_person
from webapp.people.models import Person, SignIn

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
AGENTS = {
    FIREFOX: "Firefox, Linux",
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36": "Chrome, Windows",
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0": "Edge, Windows",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1": "Safari, iPhone",
    "curl/8.5": "",
}


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


@pytest.fixture
def browsers(app: Flask, anne: Person) -> Callable[..., FlaskClient]:
    """Signs Anne in with one more browser."""

    def another(agent: str = FIREFOX) -> FlaskClient:
        client = app.test_client()
        client.environ_base["HTTP_USER_AGENT"] = agent
        sign_in_as(client)
        return client

    return another


@pytest.mark.parametrize("agent", AGENTS)
def test_of_a_browser_only_its_family_is_kept(agent: str) -> None:
    assert sign_ins.browser_family(agent) == AGENTS[agent]


def test_the_account_lists_where_one_is_signed_in(browsers: Callable[..., FlaskClient]) -> None:
    browsers(list(AGENTS)[1])
    page = browsers().get("/account?lang=en").text
    assert "Firefox, Linux" in page
    assert "Chrome, Windows" in page
    assert page.count("(this one)") == 1


def test_no_address_of_a_computer_and_no_secret_is_kept(session: Session, browsers: Callable[..., FlaskClient]) -> None:
    client = browsers()
    with client.session_transaction() as cookie:
        secret = cookie["signed_in"]
    row = session.query(SignIn).one()
    kept = " ".join(str(getattr(row, column.key)) for column in SignIn.__table__.columns)
    assert secret not in kept
    assert "127.0.0.1" not in kept


def test_a_session_ended_from_elsewhere_is_over_at_once(session: Session, browsers: Callable[..., FlaskClient]) -> None:
    mine, other = browsers(), browsers()
    with other.session_transaction() as cookie:
        newest = sign_ins._hash(cookie["signed_in"])
    mine.post("/account/sessions/end", data={"session": newest[:16]})
    assert other.get("/account").status_code != 200
    assert mine.get("/account").status_code == 200


def test_all_others_are_ended_together(browsers: Callable[..., FlaskClient]) -> None:
    others, mine = [browsers(), browsers()], browsers()
    mine.post("/account/sessions/end", data={"session": "others"})
    assert [client.get("/account").status_code == 200 for client in (mine, *others)] == [True, False, False]


def test_nobody_ends_the_session_of_another_person(
    session: Session, browsers: Callable[..., FlaskClient], sign_in: Callable[..., FlaskClient]
) -> None:
    anne = browsers()
    with anne.session_transaction() as cookie:
        short = sign_ins._hash(cookie["signed_in"])[:16]
    editor = sign_in("editor")
    for what in (short, "", "%", "_" * 16):
        editor.post("/account/sessions/end", data={"session": what})
    assert anne.get("/account").status_code == 200


def test_a_copied_cookie_is_worth_nothing_after_signing_out(app: Flask, browsers: Callable[..., FlaskClient]) -> None:
    mine, thief = browsers(), app.test_client()
    stolen = mine.get_cookie("session").value
    thief.set_cookie("session", stolen)
    assert thief.get("/account").status_code == 200
    sign_out(mine)
    thief.set_cookie("session", stolen)
    assert thief.get("/account").status_code != 200


def test_signing_in_gives_a_new_secret_and_a_new_token(browsers: Callable[..., FlaskClient]) -> None:
    mine = browsers()
    with mine.session_transaction() as cookie:
        before = cookie["signed_in"]
    sign_out(mine)
    with mine.session_transaction() as cookie:
        cookie["csrf_token"] = "known to somebody"
    sign_in_as(mine)
    with mine.session_transaction() as cookie:
        assert cookie["signed_in"] != before
        assert cookie.get("csrf_token") != "known to somebody"


def test_a_browser_unseen_for_thirty_days_is_signed_out(session: Session, browsers: Callable[..., FlaskClient]) -> None:
    mine = browsers()
    session.query(SignIn).update({"seen_at": now() - dt.timedelta(days=31)})
    session.commit()
    assert mine.get("/account").status_code != 200


def test_being_seen_is_noted_every_few_minutes_only(session: Session, browsers: Callable[..., FlaskClient]) -> None:
    mine = browsers()
    for ago, noted in ((dt.timedelta(minutes=1), False), (dt.timedelta(minutes=9), True)):
        before = now() - ago
        session.query(SignIn).update({"seen_at": before})
        session.commit()
        mine.get("/account")
        session.expire_all()
        assert (session.query(SignIn).one().seen_at != before) is noted
        session.rollback()


def test_a_shut_out_persons_sessions_end_at_once(
    session: Session, anne: Person, browsers: Callable[..., FlaskClient]
) -> None:
    mine = browsers()
    session.get(Person, anne.id).active = False
    session.commit()
    assert mine.get("/account").status_code != 200


def test_the_session_lasts_beyond_the_browser_only_when_asked(app: Flask, anne: Person) -> None:
    short, long = sign_in_as(app.test_client()), sign_in_as(app.test_client(), stay="y")
    assert "Expires" not in short.headers["Set-Cookie"]
    assert "Expires" in long.headers["Set-Cookie"]


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(tmp_path: Path, anne: Person) -> None:
    secure = create_app(settings(tmp_path, HTTPS=True, WTF_CSRF_ENABLED=False))
    cookie = sign_in_as(secure.test_client()).headers["Set-Cookie"]
    assert cookie.startswith("__Host-carottes=")
    assert all(flag in cookie for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))


def test_no_remembering_cookie_and_no_token_lets_anybody_in(app: Flask, anne: Person, client: FlaskClient) -> None:
    with app.test_request_context():
        remembered = encode_cookie(anne.fs_uniquifier)
        token = anne.get_auth_token()
    client.set_cookie("remember_token", remembered)
    assert client.get("/account").status_code != 200
    assert client.get("/account", headers={"Authentication-Token": token}).status_code != 200
