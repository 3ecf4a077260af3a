"""What is shown on the wall of a classroom: slides, each with what is uncovered step by step."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from flask import url_for
from markupsafe import Markup

from webapp.appearance import stylesheet
from webapp.collections.models import Collection
from webapp.collections.queries import Gathered, gathered
from webapp.config import PACKAGE
from webapp.database import Texts, session
from webapp.dates import Day, night_words
from webapp.filters import capitalised, language_name
from webapp.languages import gettext as _
from webapp.languages import language, told
from webapp.messages.models import Message


class Uncovered(NamedTuple):
    """One step: a claim with its standing, a note, an answer."""

    label: str
    text: str
    lang: str
    standing: str = ""


class Slide(NamedTuple):
    """One slide: a small line above, what stands large, a translation, and the steps; ``lines`` are a list to read.

    ``message`` is the phrase that is shown, ``ref`` the path of its page.
    """

    above: str
    text: str
    lang: str
    translation: str = ""
    steps: tuple[Uncovered, ...] = ()
    lines: tuple[str, ...] = ()
    message: Message | None = None
    ref: str = ""


def of_collection(collection: Collection, outsider: bool) -> list[Slide]:
    """A collection: its title, its items, its questions; for an outsider, the phrases alone."""
    title = told(collection.title)
    above = ", ".join(filter(None, (told(collection.level).text, told(collection.duration).text)))
    slides = [Slide(above, title.text, title.lang)]
    for thing in gathered(session(), collection.items, None):
        slides += _of_thing(thing, outsider)
    questions = told(collection.questions)
    if questions and not outsider:
        lines = tuple(line.strip(" -–•*\t") for line in questions.text.splitlines() if line.strip(" -–•*\t"))
        slides.append(Slide("", _("Questions"), language(), lines=lines))
    return slides


def _of_thing(thing: Gathered, outsider: bool) -> Iterator[Slide]:
    note = () if outsider or not thing.note else (_note(thing.note),)
    if thing.message:
        yield of_message(thing.message, outsider, note)
    elif thing.essay:
        title = told(thing.essay.title)
        yield Slide(_("Essay"), title.text, title.lang, steps=note, ref=url_for("essays.show", id=thing.ref, lang=None))
    elif thing.night:
        yield Slide(_("A whole night"), capitalised(night_words(thing.night, language())), language(), steps=note,
                    ref=url_for("nights.show", day=thing.ref, lang=None))  # fmt: skip


def _note(texts: Texts) -> Uncovered:
    note = told(texts)
    return Uncovered(_("Note"), note.text, note.lang)


def of_night(day: Day, broadcasts: Iterable[Any], outsider: bool) -> list[Slide]:
    """A night: its date, then its messages, each once."""
    messages = {broadcast.message_id: broadcast.message for broadcast in broadcasts}
    title = capitalised(night_words(day, language()))
    return [Slide("", title, language()), *(of_message(message, outsider) for message in messages.values())]


def of_message(message: Message, outsider: bool, notes: tuple[Uncovered, ...] = ()) -> Slide:
    """One phrase, then its claims one after the other, each with its standing."""
    foreign = message.lang.split("-")[0] != language()
    translation = told({code: text for code, text in message.translation.items() if code != message.lang}).text
    above = ", ".join(filter(None, (told(message.station.name).text if message.station else "",
                                    language_name(message.lang) if foreign else "")))  # fmt: skip
    return Slide(above, message.text, message.lang, translation if foreign else "",
                 () if outsider else (*notes, *_claims(message)), message=message,
                 ref=url_for("messages.show", id=message.id, lang=None))  # fmt: skip


def _claims(message: Message) -> Iterator[Uncovered]:
    for number, claim in enumerate(message.meanings, 1):
        statement = told(claim.statement)
        label = _("Claim %(n)s", n=number) if len(message.meanings) > 1 else _("What the addressee understood")
        yield Uncovered(label, statement.text or _("Nobody, to our knowledge, has explained it."),
                        statement.lang or language(), claim.standing)  # fmt: skip
    if not message.meanings:
        nobody = _("Nobody, to our knowledge, has explained it.")
        yield Uncovered(_("What the addressee understood"), nobody, language(), "unknown")


_FONT = re.compile(r'url\("/static/fonts/([\w.-]+\.woff2)[^"]*"\)')


def whole_style() -> Markup:
    """The style sheet with its fonts inside, for a page that is one file."""
    text = stylesheet().plain.decode()
    return Markup(_FONT.sub(lambda found: f'url("data:font/woff2;base64,{_packed(found[1])}")', text))


def whole_script() -> Markup:
    """The presenter's script, for a page that is one file."""
    return Markup((PACKAGE / "static" / "js" / "presenter.js").read_text(encoding="utf-8"))


def _packed(name: str) -> str:
    return base64.b64encode((PACKAGE / "static" / "fonts" / name).read_bytes()).decode()
