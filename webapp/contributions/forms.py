"""The form of a contribution: what was typed, what stands against it, and the two quiet guards against machines.

Everything typed is kept whatever is wrong with it. There is no puzzle to solve: a field that people do not see must
stay empty, and the form must have been open for a few seconds.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from webapp.contributions import queries
from webapp.contributions.kinds import EVIDENCE, OTHER_LANGUAGE, PHRASE_LANGUAGES, Offered, Question
from webapp.database import session
from webapp.dates import BadDate, Understood, understand
from webapp.filters import language_name
from webapp.languages import gettext as _
from webapp.languages import language, number
from webapp.text.analysis import phrase_key
from webapp.text.plain import plain, plain_line
from webapp.text.typography import unquoted

# A person needs longer than this for the shortest answer; a form left open over a week-end is still good.
LEAST_SECONDS, MOST_SECONDS = 3, 3 * 24 * 3600
HONEYPOT = "website"
ON_ONE_LINE = ("line", "voice", "typed", "lang")


def phrase_languages() -> list[tuple[str, str]]:
    """Every language that the archive has a message in and the usual ones, in the reader's order; another one last."""
    codes = {*PHRASE_LANGUAGES, *queries.languages(session())} - {OTHER_LANGUAGE}
    named = sorted(((code, language_name(code)) for code in codes), key=lambda pair: phrase_key(pair[1]))
    return [*named, (OTHER_LANGUAGE, _("another language"))]


@dataclass
class Asked:
    """A question as it is shown: what was typed, and what stands against it."""

    question: Question
    typed: str = ""
    problems: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.question.name

    @property
    def text(self) -> str:
        """What was typed as it would be kept."""
        if self.question.control == "voice":
            return unquoted(plain_line(self.typed))  # pages set their own marks around the words
        return plain_line(self.typed) if self.question.control in ON_ONE_LINE else plain(self.typed)

    @property
    def understood(self) -> Understood | None:
        """What is understood of a date; nothing where it is not understood: it is kept as written."""
        try:
            return understand(self.text) if self.name == "date" and self.text else None
        except BadDate:
            return None

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The languages to choose from: those of the archive by name, then any other."""
        return phrase_languages() if self.question.control == "lang" else []


@dataclass
class Sheet:
    """The form of one kind: its questions, the contributor's own fields, the guards."""

    kind: Offered
    asked: list[Asked]
    about: Asked
    name: Asked
    address: Asked
    photo: Asked
    opened: str
    problems: list[str] = field(default_factory=list)

    def everything(self) -> Iterator[Asked]:
        """All fields, from top to bottom."""
        yield self.about
        yield from self.asked
        yield self.photo
        yield self.name
        yield self.address

    def wrong(self) -> list[Asked]:
        """The fields that something stands against."""
        return [each for each in self.everything() if each.problems]

    @property
    def good(self) -> bool:
        return not self.problems and not self.wrong()

    def text(self, name: str) -> str:
        """The answer to one question."""
        return next((each.text for each in self.asked if each.name == name), "")


def sheet_of(kind: Offered, typed: Mapping[str, str], about: str = "") -> Sheet:
    """The form with what was typed; an empty one opens now."""
    questions = [*kind.questions, *([EVIDENCE] if kind.evidence else [])]
    named = _("Your name") if kind.named else _("Your name, as you wish to be thanked")
    help_ = "" if kind.named else _("Left empty: “a reader”.")
    return Sheet(
        kind,
        [Asked(each, typed.get(each.name, "")) for each in questions],
        Asked(Question("about", _("About which record?"), control="line", required=kind.about != "perhaps", most=1000),
              typed.get("about", about)),
        Asked(Question("name", named, help_, "line", kind.named, 120), typed.get("name", "")),
        Asked(Question("address", _("Your mail address, if you like"), control="line", most=254),
              typed.get("address", "")),
        Asked(Question("photo", _("A photograph or a scan"), control="file")),
        typed.get("opened") or opened_now(),
    )  # fmt: skip


def check(sheet: Sheet, typed: Mapping[str, str]) -> None:
    """Note at each field what stands against it, and at the form what the guards say."""
    for each in sheet.everything():
        each.problems += [sentence for rule in RULES if (sentence := rule(each))]
    sheet.problems += [sentence for guard in GUARDS if (sentence := guard(sheet, typed))]


def _missing(each: Asked) -> str:
    if each.name == "about":
        return ""  # whoever looks for the record says what is missing
    return _("Please answer this question.") if each.question.required and not each.text else ""


def _too_long(each: Asked) -> str:
    long, most = len(each.text), each.question.most
    if long <= most:
        return ""
    return _("Your text has %(long)s characters; at most %(most)s fit here.", long=number(long), most=number(most))


def _no_address(each: Asked) -> str:
    if each.name != "address" or not each.text or len(each.text) > each.question.most:
        return ""
    try:
        validate_email(each.text, **current_app.config["SECURITY_EMAIL_VALIDATOR_ARGS"])
    except EmailNotValidError:
        return _("This is no mail address. Correct it, or leave the field empty.")
    return ""


def _no_language(each: Asked) -> str:
    if each.question.control != "lang" or each.text in dict(each.choices):
        return ""
    return _("Choose one of the languages.")


def _no_date(each: Asked) -> str:
    """A day that never was is not kept as if it were one; what is only words belongs to the evidence."""
    if each.name != "date" or not each.text or len(each.text) > each.question.most:
        return ""
    try:
        understand(each.text)
    except BadDate as error:
        return error.message(language()) + " " + _("Words that are no date can stand under “How do you know?”.")
    return ""


def _no_web_address(each: Asked) -> str:
    if each.name != "url" or not each.text or re.match(r"(https?://)?[^\s:/]+\.[^\s:/.]", each.text):
        return ""
    return _("This is no address on the web. It begins for example with https://; or leave the field empty.")


RULES: list[Callable[[Asked], str]] = [_missing, _too_long, _no_address, _no_language, _no_date, _no_web_address]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="a form of the public")


def opened_now() -> str:
    """A signed note of when the form was opened, unlike that of any other form."""
    return str(_signer().dumps([int(time.time()), secrets.token_urlsafe(9)]))


def mark(sheet: Sheet) -> str:
    """The same for the same form that is sent again with the same words; for anything else, another."""
    said = json.dumps([sheet.opened, sheet.about.text, kept(sheet)], sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def _opened_at(sheet: Sheet) -> int:
    note = _signer().loads(sheet.opened)
    return note[0] if isinstance(note, list) else note  # the last release's forms say the moment alone


def _filled_by_machine(_sheet: Sheet, typed: Mapping[str, str]) -> str:
    if not typed.get(HONEYPOT):
        return ""
    return _("The field that must stay empty was filled in. Empty it and send the form again.")


def _too_quick(sheet: Sheet, _typed: Mapping[str, str]) -> str:
    try:
        age = time.time() - _opened_at(sheet)
    except (BadSignature, TypeError, IndexError):
        age = MOST_SECONDS + 1.0
    if age > MOST_SECONDS:
        sheet.opened = opened_now()
        return _("This form was open for very long. Nothing is lost: send it once more.")
    if age < LEAST_SECONDS:
        return _("That was very quick. Read through it once more, then send it again; nothing is lost.")
    return ""


GUARDS: list[Callable[[Sheet, Mapping[str, str]], str]] = [_filled_by_machine, _too_quick]


def kept(sheet: Sheet) -> dict[str, Any]:
    """What is kept of a good form, by the names of the contribution's columns."""
    own = {each.name for each in sheet.asked} - {EVIDENCE.name}
    return {
        "kind": sheet.kind.name,
        "answers": {each.name: each.text for each in sheet.asked if each.name in own and each.text},
        "evidence": sheet.text(EVIDENCE.name),
        "name": sheet.name.text,
        "address": sheet.address.text or None,
        "lang": language(),
    }
