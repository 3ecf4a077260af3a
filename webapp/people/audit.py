"""The audit log: what was done to accounts, noted where it is done, read by keepers."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from webapp.languages import N_, gettext
from webapp.people.models import Audit, Person
from webapp.people.roles import ROLE_WORDS

# What may stand in the log, and how a keeper reads it.
ACTS = {
    "create person": N_("account made"),
    "invite": N_("invited"),
    "give link": N_("one-time link given"),
    "enter by link": N_("came in by a one-time link"),
    "accept invitation": N_("accepted the invitation"),
    "sign in": N_("signed in"),
    "sign in refused": N_("sign-in refused"),
    "end session": N_("session ended"),
    "change role": N_("role changed"),
    "shut out": N_("shut out"),
    "let in": N_("let in again"),
    "give token": N_("token made"),
    "revoke token": N_("token revoked"),
    "change name": N_("name changed"),
    "change address": N_("address changed"),
    "change password": N_("password changed"),
    "reset password": N_("password set anew by mail"),
    "second step on": N_("second step switched on"),
    "second step off": N_("second step switched off"),
    "recovery codes": N_("recovery codes made"),
    "recovery code used": N_("recovery code used"),
    "add passkey": N_("passkey added"),
    "remove passkey": N_("passkey removed"),
}


# Words that stand in the details of a line.
DETAILS = {
    "password": N_("password"),
    "link": N_("link"),
    "invitation": N_("invitation"),
    "webauthn": N_("passkey"),
    "passkey": N_("passkey"),
    "code": N_("code"),
    "recovery code": N_("recovery code"),
    "change": N_("new password"),
    "others": N_("all others"),
    **{name: label for name, (label, _) in ROLE_WORDS.items()},
}


def detail(line: Audit) -> str:
    """The details of a line as a keeper reads them."""
    return " → ".join(gettext(DETAILS[part]) if part in DETAILS else part for part in line.about.split(" → "))


def note(session: Session, act: str, *, by: Person | None, whom: Person | None = None, about: str = "") -> None:
    """Write a line of the log; the caller commits it with what it tells of."""
    whom_id = whom.id if whom else by.id if by else None
    session.add(Audit(person_id=by.id if by else None, whom_id=whom_id, act=act, about=about[:400]))


def entries(whom: int | None = None) -> Select[Audit]:
    """The log, the newest first; of one person when they are named."""
    query = select(Audit).order_by(Audit.id.desc())
    return query.where(Audit.whom_id == whom) if whom else query


def names(session: Session, lines: list[Audit]) -> dict[int, str]:
    """The names of all people in these lines, asked for once."""
    numbers = {number for line in lines for number in (line.person_id, line.whom_id) if number}
    found = session.execute(select(Person.id, Person.name).where(Person.id.in_(numbers)))
    return {number: name for number, name in found}  # noqa: C416  # a result is no list of pairs to dict()
