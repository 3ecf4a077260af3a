"""Accounts on SQLite and on PostgreSQL: the same answers, and never an archive without a keeper."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import settings
from tests.people.test_account import FOUR_WORDS, sign_in_as
from tests.people.test_keeping import WELCOME, invite
from tests.people.test_second_step import code_of, recovery_codes, switch_on
from tests.postgres import empty_database, server
from webapp import create_app, schema
from webapp.database import database, now
from webapp.people.actions import LastKeeper, change_role, create_person
from webapp.people.models import Person, Role


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An empty archive on each sort of database."""
    with ExitStack() as stack:
        at = stack.enter_context(empty_database(stack.enter_context(server()))) if request.param != "sqlite" else ""
        app = create_app(settings(tmp_path, DATABASE=at, WTF_CSRF_ENABLED=False))
        with app.app_context():
            schema.move(database())
        yield app
        app.extensions["database"].engine.dispose()


def keepers(app: Flask, *emails: str) -> None:
    """Keepers with a password who have come in before."""
    with app.app_context(), database().writing() as own:
        for email in emails:
            create_person(own, email, "keeper", password=FOUR_WORDS).confirmed_at = now()


def test_an_account_lives_the_same_on_both(either: Flask) -> None:
    keepers(either, "anne@example.org")
    keeper, lea = either.test_client(), either.test_client()
    sign_in_as(keeper)
    lea.post(invite(keeper), data=WELCOME)
    key = switch_on(lea)
    code = recovery_codes(lea)[0]
    for path, typed in (("code", code_of(key)), ("recovery-code", code)):
        other = either.test_client()
        sign_in_as(other, "lea@example.org")
        assert other.post(f"/sign-in/{path}", data={"code": typed}).status_code == 303
        assert other.get("/account").status_code == 200
    assert keeper.get("/desk/people").status_code == keeper.get("/desk/audit").status_code == 200
    keeper.post("/desk/people/2/shut-out")
    assert lea.get("/account").status_code != 200


def test_two_keepers_who_demote_each_other_at_once_leave_one(either: Flask) -> None:
    keepers(either, "anne@example.org", "berthe@example.org")
    ready, refused = threading.Barrier(2), []

    def demote(by: int, whom: int) -> None:
        with either.app_context(), either.test_request_context():
            ready.wait()
            try:
                with database().writing() as own:
                    change_role(own, own.get(Person, whom), "editor", by=own.get(Person, by))
            except LastKeeper:
                refused.append(whom)

    threads = [threading.Thread(target=demote, args=pair) for pair in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with either.app_context(), database().reading() as own:
        left = own.scalar(select(func.count()).select_from(Person).join(Person.roles).where(Role.name == "keeper"))
    assert (left, len(refused)) == (1, 1)
