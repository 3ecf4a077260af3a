"""A passkey from end to end, in a real browser with a virtual key, under the strict policy."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from tests.browser import serving
from tests.people.test_account import FOUR_WORDS
from webapp.people.actions import create_person
from webapp.people.models import Audit, Passkey, Person

pytestmark = pytest.mark.browser
KEY = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
       "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip


@pytest.fixture
def address(app: Flask, session: Session) -> Iterator[str]:
    """The archive under a name: browsers give passkeys to names only, not to numbers."""
    with app.app_context():
        create_person(session, "anne@example.org", "keeper", name="Anne", password=FOUR_WORDS)
        session.commit()
    with serving(app) as site:
        yield site.replace("127.0.0.1", "localhost")


@pytest.fixture
def said() -> list[str]:
    """What the browser complains of."""
    return []


@pytest.fixture
def page(browser: Browser, address: str, said: list[str]) -> Iterator[Page]:
    """A page of a browser that holds a virtual key, with Anne signed in by her password."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.goto(f"{address}/sign-in")
    page.get_by_label("Mail address").fill("anne@example.org")
    page.get_by_label("Password").fill(FOUR_WORDS)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/account")
    yield page
    context.close()


def add(page: Page, address: str, name: str = "the blue key") -> None:
    """Add a passkey on the page of passkeys."""
    page.goto(f"{address}/account/passkeys")
    page.get_by_label("A name for it").fill(name)
    page.get_by_role("button", name="Add it").click()
    page.get_by_text(f"The passkey {name} is added").wait_for()


def sign_out(page: Page, address: str) -> None:
    """Press the button on the account's page."""
    page.goto(f"{address}/account")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{address}/account")
    assert "/sign-in" in page.url


def test_a_passkey_is_added_and_signs_in_without_a_password(
    page: Page, address: str, session: Session, said: list[str]
) -> None:
    add(page, address)
    sign_out(page, address)
    page.goto(f"{address}/sign-in?next=/desk/people")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/desk/people")
    page.get_by_role("link", name="Anne").wait_for()
    assert not said
    acts = [line.act for line in session.query(Audit).order_by(Audit.id)]
    assert acts[-2:] == ["add passkey", "sign in"]
    assert session.query(Passkey).one().sign_count > 0


def test_a_removed_passkey_signs_nobody_in(page: Page, address: str) -> None:
    add(page, address)
    page.get_by_role("button", name="Remove the blue key").click()
    page.get_by_text("The passkey the blue key is removed").wait_for()
    sign_out(page, address)
    page.goto(f"{address}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("The archive does not know this passkey").wait_for()
    page.goto(f"{address}/account")
    assert "/sign-in" in page.url


def test_the_passkey_of_a_closed_account_opens_nothing(page: Page, address: str, session: Session) -> None:
    add(page, address)
    sign_out(page, address)
    session.query(Person).update({"active": False})
    session.commit()
    page.goto(f"{address}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("This account is closed").wait_for()
    page.goto(f"{address}/account")
    assert "/sign-in" in page.url


def test_a_device_that_holds_a_passkey_already_says_so(page: Page, address: str) -> None:
    add(page, address)
    page.get_by_label("A name for it").fill("once more")
    page.get_by_role("button", name="Add it").click()
    page.get_by_text("This device holds a passkey for your account already").wait_for()


def test_a_passkey_shows_again_who_one_is(page: Page, address: str) -> None:
    add(page, address)
    page.goto(f"{address}/account/verify?next=/account/second-step")
    page.get_by_role("button", name="Show it with a passkey").click()
    page.wait_for_url(re.compile(r"/account/second-step"))


def test_without_a_key_one_is_told_and_can_ask_again(browser: Browser, address: str) -> None:
    page = browser.new_page(locale="en-GB")
    page.goto(address.replace("localhost", "127.0.0.1") + "/sign-in/passkey")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("Passkeys do not work here").wait_for()
    page.close()
