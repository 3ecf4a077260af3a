"""The letters that the archive itself sends, each in the language of whom it is for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import g, render_template

from webapp.languages import N_, gettext
from webapp.people.mail import send
from webapp.people.models import Person
from webapp.people.roles import in_words

SUBJECTS = {
    "invitation": N_("You are invited to Carottes"),
    "new_link": N_("Carottes: a new way in"),
    "role": N_("Carottes: your role has changed"),
}


def post(letter: str, person: Person, **context: Any) -> None:
    """Send one of the letters to this person, in their language, when the session commits."""
    with speaking(person.lang):
        body = render_template(f"people/letters/{letter}.txt", person=person, role=in_words(person.role), **context)
        send(person.email, gettext(SUBJECTS[letter]), body)


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Speak this language meanwhile, whatever the reader of the page speaks."""
    before = g.get("lang")
    g.lang = lang
    try:
        yield
    finally:
        if before:
            g.lang = before
        else:
            g.pop("lang")
