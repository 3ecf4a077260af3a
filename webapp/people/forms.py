"""The forms of accounts. What was typed is kept when something is to mend, a password never."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask import current_app, session
from flask_security import LoginForm, WebAuthnRegisterForm, WebAuthnSigninResponseForm
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import BooleanField, EmailField, Field, PasswordField, SelectField, StringField
from wtforms import Form as AnyForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation, ValidationError

from webapp import database
from webapp.languages import LANGUAGES, N_, gettext
from webapp.people.models import Person
from webapp.people.roles import ROLE_WORDS
from webapp.people.sentences import MESSAGES

NAME = N_("Name")
ADDRESS = N_("Mail address")
PASSWORD = N_("Password")
AGAIN = N_("The same password again")
LETTERS_IN = N_("Letters in")
ROLE = N_("Role")


def said(key: str, **values: Any) -> str:
    """One of the sentences of signing in, in the reader's language."""
    return gettext(MESSAGES[key][0], **values)


def required(text: str) -> Callable[[AnyForm, Field], None]:
    """A field that must hold something; the text says what."""

    def check(form: AnyForm, field: Field) -> None:
        if not (field.data or "").strip():
            raise StopValidation(gettext(text))

    return check


def short(form: AnyForm, field: Field) -> None:
    """A field of at most 120 characters on one line."""
    field.data = " ".join((field.data or "").split())
    if len(field.data) > 120:
        raise ValidationError(gettext("At most 120 characters can stand here."))


def address(form: AnyForm, field: EmailField) -> None:
    """A mail address; it is kept in lower case."""
    if (field.data or "").strip().lower().endswith("@localhost"):
        raise ValidationError(gettext("No letter can reach this address: type your own."))
    try:
        arguments = current_app.config["SECURITY_EMAIL_VALIDATOR_ARGS"]
        field.data = validate_email(field.data or "", **arguments).normalized.lower()
    except EmailNotValidError:
        raise ValidationError(said("INVALID_EMAIL_ADDRESS")) from None


def free(form: AnyForm, field: EmailField) -> None:
    """An address that no other account has."""
    owner = database.session.scalar(select(Person.id).where(Person.email == field.data))
    if owner is not None and owner != getattr(form, "owner", None):
        raise ValidationError(said("EMAIL_ALREADY_ASSOCIATED", email=field.data))


_NEW = {"autocomplete": "new-password"}
_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 12}


class _NewPassword(FlaskForm):
    """A new password, typed twice."""

    password = PasswordField(
        PASSWORD, [required(MESSAGES["PASSWORD_NOT_PROVIDED"][0])], render_kw={"autocomplete": "new-password"}
    )
    again = PasswordField(AGAIN, render_kw={"autocomplete": "new-password"})

    def validate_password(self, field: PasswordField) -> None:
        field.data = unicodedata.normalize("NFKD", field.data or "")
        least = current_app.config["SECURITY_PASSWORD_LENGTH_MIN"]
        if len(field.data) < least:
            raise ValidationError(said("PASSWORD_INVALID_LENGTH", length=least))

    def validate_again(self, field: PasswordField) -> None:
        if unicodedata.normalize("NFKD", field.data or "") != unicodedata.normalize("NFKD", self.password.data or ""):
            raise ValidationError(said("RETYPE_PASSWORD_MISMATCH"))


_needs_name = [required(N_("Type the name that colleagues are to see.")), short]


class BeginForm(_NewPassword):
    """What the archive asks first of somebody who came in by a one-time link: name, address and password."""

    name = StringField(NAME, _needs_name, render_kw={"autocomplete": "name"})
    email = EmailField(ADDRESS, [address, free], render_kw={"autocomplete": "email"})

    def __init__(self, person: Person) -> None:
        self.owner = person.id
        super().__init__(obj=person)


class WelcomeForm(_NewPassword):
    """What an invited person chooses: the name that colleagues see, and a password."""

    name = StringField(NAME, _needs_name, render_kw={"autocomplete": "name"})


class AccountForm(FlaskForm):
    """One's name and the language of letters."""

    name = StringField(NAME, _needs_name, render_kw={"autocomplete": "name"})
    lang = SelectField(LETTERS_IN, choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()])


class RoleForm(FlaskForm):
    """One of the roles."""

    role = SelectField(ROLE)

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.role.choices = [SelectChoice(name, gettext(label)) for name, (label, _) in ROLE_WORDS.items()]


class InviteForm(RoleForm):
    """Whom a keeper invites, as what, and in which language the letter is."""

    email = EmailField(ADDRESS, [address, free], render_kw={"autocomplete": "off"})
    name = StringField(NAME, [short], render_kw={"autocomplete": "off"})
    lang = SelectField(LETTERS_IN, choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()])


class CodeForm(FlaskForm):
    """A one-time code of an app."""

    code = StringField(N_("Code"), [required(N_("Type the six figures that the app shows."))], render_kw=_CODE)


class SignInForm(LoginForm):
    """Address and password; ``stay`` keeps this browser signed in. There is no second cookie that remembers."""

    remember = None
    stay = BooleanField(N_("Stay signed in on this device for 30 days"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.description = ""  # the page has its own way to a new password

    def validate(self, **kwargs: Any) -> bool:
        right = super().validate(**kwargs)
        if right:
            session["stay"] = self.stay.data
        return right


class PasskeyForm(WebAuthnRegisterForm):
    """The name of a new passkey, which is a way of its own to sign in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.usage.data = "first"


class PasskeyAnswerForm(WebAuthnSigninResponseForm):
    """The answer of a passkey; a closed account stays closed."""

    def validate(self, **kwargs: Any) -> bool:
        return super().validate(**kwargs) and not self.credential.errors
