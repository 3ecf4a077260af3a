"""The second step: a code of an app, recovery codes when the telephone is lost."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable

import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from tests.people.test_account import FOUR_WORDS, sign_in_as
from webapp.people.actions import create_person
from webapp.people.models import Audit, Person


def code_of(key: str, steps: int = 0) -> str:
    """What an app shows for this key (RFC 6238), now or some half minutes later."""
    secret = base64.b32decode(key.replace("-", "").replace(" ", "").upper() + "=" * (-len(key.replace("-", "")) % 8))
    digest = hmac.new(secret, struct.pack(">Q", int(time.time()) // 30 + steps), hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


@pytest.fixture(autouse=True)
def _no_tokens(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def anne(app: Flask, session: Session) -> FlaskClient:
    """A curator with a password, signed in."""
    with app.app_context():
        create_person(session, "anne@example.org", "curator", name="Anne", password=FOUR_WORDS)
        session.commit()
    client = app.test_client()
    sign_in_as(client)
    return client


def key_on(page: str) -> str:
    """The key that stands below the picture."""
    return re.search(r'<code class="typed">([A-Z0-9-]+)</code>', page)[1]


def switch_on(client: FlaskClient) -> str:
    """Go through the page that switches the second step on; the key of the app."""
    key = key_on(client.post("/account/second-step", data={"step": "begin"}).text)
    answer = client.post("/account/second-step", data={"step": "confirm", "code": code_of(key, -1)})
    assert answer.status_code == 303, answer.text
    return key


def recovery_codes(client: FlaskClient) -> list[str]:
    """New codes, as the page shows them."""
    page = client.post("/account/recovery-codes", data={"generate_new_codes": "1"}).text
    return re.findall(r'<li class="typed">([0-9a-f-]+)</li>', page)


def test_with_the_second_step_a_password_alone_lets_nobody_in(app: Flask, anne: FlaskClient) -> None:
    key, other = switch_on(anne), app.test_client()
    assert "/sign-in/code" in sign_in_as(other).location
    assert other.get("/account").status_code != 200
    assert other.post("/sign-in/code", data={"code": code_of(key)}).status_code == 303
    assert other.get("/account").status_code == 200


def test_a_code_works_once(app: Flask, anne: FlaskClient) -> None:
    key = switch_on(anne)
    code = code_of(key)
    first, second = app.test_client(), app.test_client()
    for client in (first, second):
        sign_in_as(client)
        client.post("/sign-in/code", data={"code": code})
    assert first.get("/account").status_code == 200
    assert second.get("/account").status_code != 200


def test_a_wrong_first_code_keeps_the_same_picture(anne: FlaskClient) -> None:
    key = key_on(anne.post("/account/second-step", data={"step": "begin"}).text)
    answer = anne.post("/account/second-step?lang=en", data={"step": "confirm", "code": "000000"})
    assert answer.status_code == 422
    assert "This code is not the right one" in answer.text
    assert key_on(answer.text) == key


def test_the_picture_stands_in_the_page_and_holds_the_key(anne: FlaskClient) -> None:
    page = anne.post("/account/second-step", data={"step": "begin"}).text
    assert "data:image" not in page
    size, path = re.search(r'viewBox="0 0 (\d+) \1".*?fill="#000" d="([^"]+)"', page, re.DOTALL).groups()
    picture = Image.new("L", (int(size) * 8, int(size) * 8), 255)
    draw = ImageDraw.Draw(picture)
    for x, y in re.findall(r"M(\d+) (\d+)h1", path):
        draw.rectangle([int(x) * 8, int(y) * 8, int(x) * 8 + 7, int(y) * 8 + 7], fill=0)
    read = zxingcpp.read_barcodes(picture)[0].text
    assert read.startswith("otpauth://totp/Carottes:anne@example.org")
    assert key_on(page).replace("-", "") in read


def test_the_secret_is_kept_encrypted(session: Session, anne: FlaskClient) -> None:
    key = switch_on(anne).replace("-", "")
    session.expire_all()
    assert key not in session.query(Person).one().tf_totp_secret


def test_a_recovery_code_lets_in_once_however_it_is_typed(app: Flask, anne: FlaskClient) -> None:
    switch_on(anne)
    code = recovery_codes(anne)[0]
    for expected in (True, False):
        other = app.test_client()
        sign_in_as(other)
        other.post("/sign-in/recovery-code", data={"code": code.upper().replace("-", " ")})
        assert (other.get("/account").status_code == 200) is expected


def test_recovery_codes_are_shown_once_and_kept_as_hashes(session: Session, anne: FlaskClient) -> None:
    switch_on(anne)
    codes = recovery_codes(anne)
    assert len(codes) == 8
    assert codes[0] not in anne.get("/account/recovery-codes?show_codes=1").text
    session.expire_all()
    assert not set(codes) & set(session.query(Person).one().mf_recovery_codes)
    assert "8 codes left" in anne.get("/account/recovery-codes?lang=en").text


def test_new_codes_make_the_old_ones_worthless(app: Flask, anne: FlaskClient) -> None:
    switch_on(anne)
    old = recovery_codes(anne)[0]
    recovery_codes(anne)
    other = app.test_client()
    sign_in_as(other)
    assert "aucun de vos codes" in other.post("/sign-in/recovery-code?lang=fr", data={"code": old}).text
    assert other.get("/account").status_code != 200


def test_nobody_reaches_the_second_step_without_the_first(client: FlaskClient) -> None:
    for path in ("/sign-in/code", "/sign-in/recovery-code", "/sign-in/second-step"):
        assert client.get(path).location.endswith("/sign-in")
        assert client.post(path, data={"code": "123456"}).location.endswith("/sign-in")


def test_whoever_is_signed_in_already_stays_so_on_the_page_of_the_code(anne: FlaskClient) -> None:
    assert anne.get("/sign-in/code").location.endswith("/account")
    assert anne.get("/account").status_code == 200


def test_it_can_be_switched_off(app: Flask, anne: FlaskClient) -> None:
    switch_on(anne)
    anne.post("/account/second-step", data={"step": "off"})
    other = app.test_client()
    sign_in_as(other)
    assert other.get("/account").status_code == 200


def test_a_keeper_switches_it_off_for_who_lost_everything(
    app: Flask, session: Session, anne: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    switch_on(anne)
    number = session.query(Person).filter_by(email="anne@example.org").one().id
    session.rollback()
    sign_in("keeper").post(f"/desk/people/{number}/second-step-off")
    other = app.test_client()
    sign_in_as(other)
    assert other.get("/account").status_code == 200


def test_a_link_from_a_keeper_does_not_skip_the_second_step(
    app: Flask, session: Session, anne: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    key = switch_on(anne)
    number = session.query(Person).filter_by(email="anne@example.org").one().id
    session.rollback()
    page = sign_in("keeper").post(f"/desk/people/{number}/link").text
    link = re.search(r'value="http://localhost(/invitations/[^"]+)"', page)[1]
    other = app.test_client()
    answer = other.post(link, data={"name": "Anne", "password": FOUR_WORDS, "again": FOUR_WORDS})
    assert "/sign-in/code" in answer.location
    assert other.get("/account").status_code != 200
    other.post("/sign-in/code", data={"code": code_of(key)})
    assert other.get("/account").status_code == 200


def test_a_keeper_without_it_is_advised_and_a_curator_is_not(
    anne: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    keeper = sign_in("keeper")
    keeper.post(
        "/account/begin", data={"name": "K", "email": "k@example.org", "password": FOUR_WORDS, "again": FOUR_WORDS}
    )
    assert "You keep this archive" in keeper.get("/account?lang=en").text
    assert "You keep this archive" not in anne.get("/account?lang=en").text


def test_it_is_asked_again_who_one_is_some_hours_later(anne: FlaskClient) -> None:
    with anne.session_transaction() as cookie:
        cookie["fs_paa"] = time.time() - 5 * 3600
        cookie.pop("fs_gexp", None)
    for path in ("/account/second-step", "/account/recovery-codes", "/account/passkeys", "/account/address"):
        assert "/account/verify" in anne.get(path).location, path
    anne.post("/account/verify?next=/account/second-step", data={"password": FOUR_WORDS})
    assert anne.get("/account/second-step").status_code == 200


def test_the_log_tells_of_it(session: Session, anne: FlaskClient) -> None:
    switch_on(anne)
    recovery_codes(anne)
    acts = {line.act for line in session.query(Audit)}
    assert {"second step on", "recovery codes"} <= acts
