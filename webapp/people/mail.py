"""The archive's mail: written down in the transaction of what causes it, sent afterwards by whoever comes first.

So nothing is sent for what was not saved, and nothing is lost when a process dies in between. Until a letter has left,
its text lies in the database sealed, since it may hold a link that lets somebody in; then the letter is forgotten.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
import threading
from email.message import EmailMessage
from email.utils import localtime
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import click
from cryptography.fernet import Fernet, InvalidToken
from flask import Flask, current_app
from flask_security import MailUtil
from sqlalchemy import Select, delete, event, func, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from webapp import failures
from webapp.config import derived_key
from webapp.database import Database, now, session
from webapp.leading import Job
from webapp.people.models import Envelope

log = logging.getLogger("carottes.mail")

LOOK = 5.0
"""Seconds between two looks whether another process has left a letter."""
LEASE = dt.timedelta(minutes=5)
"""How long a letter is nobody else's to send; after that, who was to send it is taken to have died."""
AGAIN = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720)]
"""How long to wait after each failure; after the last one the letter is given up."""
TOO_LATE = dt.timedelta(days=1)
"""A letter that is older is not sent any more: its link works no longer, or it comes out of a backup."""
SHOWN = dt.timedelta(days=30)
"""How long keepers are told of a letter that was given up."""


class Mail(MailUtil):
    """Flask-Security's mail, over ``smtplib``: its own needs an extension that the archive does not use."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: Any,
        sender: Any,
        body: str | None,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        """Send the plain text, when what caused it is committed."""
        address = recipient[1] if isinstance(recipient, tuple) else recipient
        send(address, str(subject), body or "")


def send(recipient: str, subject: str, body: str) -> None:
    """Send one letter to one address, or print it where ``CAROTTES_MAIL`` is ``console``: when the session commits."""
    session().add(Envelope(recipient=recipient, subject=subject, body=_seal(current_app).encrypt(body.encode())))
    session().info["letters"] = True


def _seal(app: Flask) -> Fernet:
    return Fernet(derived_key(app.config["SECRET_KEY"], "letters"))


class Outcome(NamedTuple):
    """Why a letter could not be sent, if it could not; whether trying again is of no use."""

    why: str = ""
    lasting: bool = False


class Post:
    """Sends what is written down; in a thread of this process, or, where there is none, just after each commit."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.database: Database = app.extensions["database"]
        self._written = threading.Event()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        event.listen(self.database.sessions, "after_commit", self._saved)

    def start(self) -> None:
        """Send in a thread of this process until ``stop``: a slow mail server holds up no page, and how long an
        answer takes does not tell whether an account exists."""
        self._thread = threading.Thread(target=self._run, name="mail", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread when its letter is sent."""
        self._over.set()
        self._written.set()
        if self._thread:
            self._thread.join(timeout=30)

    def _saved(self, own: Session) -> None:
        if own.in_nested_transaction() or not own.info.pop("letters", False):
            return
        if self._thread:
            self._written.set()
        else:
            self._try()

    def _run(self) -> None:
        while not self._over.is_set():
            self._written.clear()
            self._try()
            self._written.wait(LOOK)

    def _try(self) -> None:
        try:
            self.deliver()
        except SQLAlchemyError as error:  # without a primary there is nothing to send either
            log.warning("letters wait: %s", failures.sentence(error))
        except Exception:
            log.exception("letters could not be sent; trying again")

    def deliver(self, at: dt.datetime | None = None) -> int:
        """Send whatever is due and nobody else is sending; gives how many letters have left."""
        sent = 0
        while letter := self._claim(at or now()):
            outcome = self._send(letter, at or now())
            with self.database.writing() as own:
                _after(own, letter, outcome, at or now())
            sent += not outcome.why
        return sent

    def _claim(self, at: dt.datetime) -> Envelope | None:
        due = (
            select(Envelope)
            .where(Envelope.given_up_at.is_(None), Envelope.due_at <= at)
            .order_by(Envelope.due_at)
            .limit(1)
        )
        with self.database.reading() as own:
            if own.scalar(due) is None:
                return None
        with self.database.writing() as own:
            letter = own.scalars(due.with_for_update(skip_locked=True)).one_or_none()
            if letter is not None:
                letter.due_at = at + LEASE
            return letter

    def _send(self, letter: Envelope, at: dt.datetime) -> Outcome:
        if at - letter.at > TOO_LATE:
            return Outcome(letter.said or "too old", lasting=True)
        try:
            body = _seal(self.app).decrypt(letter.body).decode()
        except InvalidToken:
            return Outcome("sealed with another secret key", lasting=True)
        return self._hand_over(_written(letter, body, self.app.config["MAIL_FROM"]))

    def _hand_over(self, letter: EmailMessage) -> Outcome:
        where = self.app.config["MAIL"]
        if where == "console":
            click.echo(f"\n--- mail ---\n{letter}\n--- end ---")
            return Outcome()
        try:
            _deliver(letter, where)
        except smtplib.SMTPRecipientsRefused as refused:
            [(code, said)] = refused.recipients.values()
            return Outcome(f"{code} {said.decode(errors='replace')}", lasting=code >= 500)
        except (OSError, ValueError) as error:  # smtplib's own errors are OSErrors too
            return Outcome(str(error) or type(error).__name__)
        return Outcome()


def _written(letter: Envelope, body: str, sender: str) -> EmailMessage:
    written = EmailMessage()
    written["From"], written["To"], written["Subject"] = sender, letter.recipient, letter.subject
    # The same at every attempt: whoever gets it twice is shown one letter.
    domain = sender.rpartition("@")[2].strip("> ") or "localhost"
    written["Date"], written["Message-ID"] = localtime(letter.at), f"<letter-{letter.mark}@{domain}>"
    written.set_content(body)
    return written


def _after(own: Session, sent: Envelope, outcome: Outcome, at: dt.datetime) -> None:
    letter = own.get(Envelope, sent.id)
    if letter is None:
        return
    if not outcome.why:
        own.delete(letter)
        return
    letter.said = outcome.why[:200]
    if outcome.lasting or letter.tries >= len(AGAIN):
        log.error("a letter was given up: %s", outcome.why)
        letter.given_up_at, letter.body = at, b""
    else:
        letter.due_at = at + AGAIN[letter.tries]
        letter.tries += 1


def _deliver(letter: EmailMessage, where: str) -> None:
    server = urlsplit(where)
    secure = server.scheme == "smtps"
    client = (smtplib.SMTP_SSL if secure else smtplib.SMTP)(server.hostname or "", server.port or 25, timeout=10)
    with client as smtp:
        if not secure and smtp.has_extn("starttls"):
            smtp.starttls()
        if server.username:
            smtp.login(unquote(server.username), unquote(server.password or ""))
        smtp.send_message(letter)


def stuck() -> Select[Envelope]:
    """The letters that could not be sent so far, or that were given up; the newest first."""
    return (
        select(Envelope).where(or_(Envelope.tries > 0, Envelope.given_up_at.is_not(None))).order_by(Envelope.id.desc())
    )


class Stand(NamedTuple):
    """How many letters are still to be sent, and how many were given up."""

    waiting: int
    failed: int


def waiting(session: Session) -> Stand:
    """How the mail stands."""
    count = select(func.count()).select_from(Envelope)
    return Stand(session.scalar(count.where(Envelope.given_up_at.is_(None))) or 0,
                 session.scalar(count.where(Envelope.given_up_at.is_not(None))) or 0)  # fmt: skip


def forget(database: Database, at: dt.datetime) -> None:
    """Let go what was given up long ago."""
    with database.writing() as own:
        own.execute(delete(Envelope).where(Envelope.given_up_at < at - SHOWN))


def jobs(app: Flask) -> list[Job]:
    """Forgetting old letters."""
    return [Job("letters", 3600.0, lambda: forget(app.extensions["database"], now()))]


def init_app(app: Flask) -> None:
    """Give the application its mail."""
    app.extensions["post"] = Post(app)


def start(app: Flask) -> None:
    """Send letters in a thread of this process; the server calls this in each worker."""
    app.extensions["post"].start()
