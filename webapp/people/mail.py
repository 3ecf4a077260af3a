"""The archive's mail: printed on the console by default, or sent through the SMTP server that the keeper sets."""

from __future__ import annotations

import logging
import smtplib
import threading
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

import click
from flask import current_app
from flask_security import MailUtil

log = logging.getLogger("carottes.mail")


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
        """Send the plain text; a server that does not answer is logged, and the reader's page does not break."""
        address = recipient[1] if isinstance(recipient, tuple) else recipient
        send(address, str(subject), body or "")


def send(recipient: str, subject: str, body: str) -> None:
    """Send one letter to one address, or print it where ``CAROTTES_MAIL`` is ``console``."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = current_app.config["MAIL_FROM"], recipient, subject
    letter.set_content(body)
    where = current_app.config["MAIL"]
    if where == "console":
        click.echo(f"\n--- mail ---\n{letter}\n--- end ---")
        return
    # In a thread of its own: a slow mail server holds up no page and no other writer, and how long an answer takes
    # does not tell whether an account exists.
    threading.Thread(target=_try_to_deliver, args=(letter, where), name="mail").start()


def _try_to_deliver(letter: EmailMessage, where: str) -> None:
    try:
        _deliver(letter, where)
    except OSError as error:  # smtplib's own errors are OSErrors too
        log.error("mail to one recipient could not be sent: %s", error)


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
