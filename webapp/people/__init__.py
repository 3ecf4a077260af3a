"""Accounts, roles, signing in."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, Response, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import user_logged_out
from flask_security import Security, SQLAlchemySessionUserDatastore, anonymous_user_required, signals
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response as WerkzeugResponse

from webapp import database
from webapp.config import derived_key
from webapp.limits import LIMITS, limiter
from webapp.people import audit, mail, sign_ins
from webapp.people.forms import PasskeyAnswerForm, PasskeyForm, SignInForm
from webapp.people.mail import Mail
from webapp.people.models import Passkey, Person, Role
from webapp.people.moments import moment
from webapp.people.second_step import Codes, Passkeys, RecoveryCodes
from webapp.people.sentences import MESSAGES, SUBJECTS, OurWords

datastore = SQLAlchemySessionUserDatastore(database.session, Person, Role, Passkey)

SECURITY = {
    "PASSWORD_HASH": "argon2",
    "PASSWORD_SCHEMES": ["argon2"],
    "PASSWORD_SINGLE_HASH": ["argon2"],
    "PASSWORD_LENGTH_MIN": 10,
    "STATIC_FOLDER": None,  # its scripts are not used
    "LOGIN_URL": "/sign-in",
    "LOGOUT_URL": "/sign-out",
    "RESET_URL": "/sign-in/reset",
    "VERIFY_URL": "/account/verify",
    "CHANGE_URL": "/account/password",
    "CHANGE_EMAIL_URL": "/account/address",
    "POST_LOGIN_VIEW": "/account",
    "POST_RESET_VIEW": "/sign-in",
    "POST_CHANGE_VIEW": "/account",
    "POST_CHANGE_EMAIL_VIEW": "/account",
    "POST_VERIFY_VIEW": "/account",
    "RECOVERABLE": True,
    "CHANGEABLE": True,
    "CHANGE_EMAIL": True,
    "TWO_FACTOR": True,
    "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
    "TWO_FACTOR_RESCUE_EMAIL": False,
    "TWO_FACTOR_SETUP_URL": "/account/second-step/setup",
    "TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/code",
    "TWO_FACTOR_RESCUE_URL": "/sign-in/rescue",
    "TWO_FACTOR_SELECT_URL": "/sign-in/second-step",
    "TOTP_ISSUER": "Carottes",
    "MULTI_FACTOR_RECOVERY_CODES": True,
    "MULTI_FACTOR_RECOVERY_CODES_N": 8,
    "MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery-codes",
    "MULTI_FACTOR_RECOVERY_URL": "/sign-in/recovery-code",
    "WEBAUTHN": True,
    "WAN_RP_NAME": "Carottes",
    "WAN_REGISTER_URL": "/account/passkeys",
    "WAN_SIGNIN_URL": "/sign-in/passkey",
    "WAN_DELETE_URL": "/account/passkeys/remove",
    "WAN_VERIFY_URL": "/account/verify/passkey",
    "WAN_ALLOW_USER_HINTS": False,
    "RETURN_GENERIC_RESPONSES": True,
    "LOGOUT_CSRF": True,
    "API_ENABLED_METHODS": ["session"],
    "FRESHNESS": dt.timedelta(hours=4),
    "FRESHNESS_GRACE_PERIOD": dt.timedelta(minutes=15),
    "DATETIME_FACTORY": database.now,
    "EMAIL_HTML": False,
    # An archive may live on a network of its own, where addresses have no dot.
    "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "globally_deliverable": False},
}

# Where a guess can be made: by one address, and against one account.
GUESSED_AT = [
    "login", "verify", "forgot_password", "reset_password", "change_password", "change_email",
    "two_factor_token_validation", "mf_recovery", "wan_signin", "wan_signin_response", "wan_verify_response",
]  # fmt: skip
AGAINST_ONE_ACCOUNT = "30/hour"

# Doors of Flask-Security that we do not use, and where they lead.
INSTEAD = {
    "two_factor_setup": "people.second_step",
    "two_factor_setup_validate": "people.second_step",
    "two_factor_rescue": "security.mf_recovery",
}

# Pages of Flask-Security that send a letter and change nothing else: it commits nothing there.
ONLY_SEND = ["security.forgot_password", "security.change_email"]


def init_app(app: Flask) -> None:
    """Sign people in with Flask-Security: argon2, CSRF on every form, reset by mail, limits on guessing."""
    _configure(app)
    mail.init_app(app)
    CSRFProtect(app)
    security = Security(
        app, datastore, mail_util_cls=Mail, totp_cls=Codes, mf_recovery_codes_util_cls=RecoveryCodes,
        webauthn_util_cls=Passkeys, login_form=SignInForm, wan_register_form=PasskeyForm,
        wan_signin_response_form=PasskeyAnswerForm,
    )  # fmt: skip
    security.principal.skip_static = True  # who asks does not matter for a style sheet, and caches may share it
    security.i18n_domain = OurWords(app)
    security.want_json(lambda _: False)
    app.jinja_env.globals["_fsdomain"] = security.i18n_domain.gettext
    _guard_sessions(app)
    _limit_guessing(app)
    for endpoint in ONLY_SEND:
        app.view_functions[endpoint] = _committing(app.view_functions[endpoint])
    for endpoint, other in INSTEAD.items():
        app.view_functions[f"security.{endpoint}"] = _leads_to(other)
    _listen(app)
    app.jinja_env.filters["moment"] = moment
    app.after_request(_keep_private)


def _configure(app: Flask) -> None:
    app.config.update({f"SECURITY_{name}": value for name, value in SECURITY.items()})
    app.config.update({f"SECURITY_MSG_{name}": value for name, value in MESSAGES.items()})
    app.config.update({f"SECURITY_{name}": value for name, value in SUBJECTS.items()})
    app.config.setdefault("SECURITY_PASSWORD_SALT", app.config["SECRET_KEY"])
    app.config["SECURITY_EMAIL_SENDER"] = app.config["MAIL_FROM"]
    app.config["SECURITY_TOTP_SECRETS"] = {1: derived_key(app.config["SECRET_KEY"], "one-time codes")}
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a curator's form may stay open all day; the token ends with the session
    app.config["PERMANENT_SESSION_LIFETIME"] = sign_ins.LIVES_UNSEEN
    if app.config["HTTPS"]:
        app.config["SESSION_COOKIE_NAME"] = "__Host-carottes"


class Sessions(SecureCookieSessionInterface):
    """Sessions in a signed cookie; our own files have none, so that their answers do not vary with it."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie if the session changed."""
        if not request.path.startswith("/static/"):
            super().save_session(app, session, response)


def _guard_sessions(app: Flask) -> None:
    """A signed cookie is not enough: its session must still stand. No other way in (tokens) is answered."""
    app.session_interface = Sessions()
    manager: Any = app.login_manager  # type: ignore[attr-defined]
    load = manager._user_callback

    def of_this_browser(number: str) -> Person | None:
        person = load(number)
        return person if person is not None and sign_ins.stands(person) else None

    manager.user_loader(of_this_browser)
    manager.request_loader(lambda _: None)


def _limit_guessing(app: Flask) -> None:
    code = "security.two_factor_token_validation"
    # Flask-Security signs out whoever opens this page while signed in: another site could make them.
    app.view_functions[code] = anonymous_user_required(app.view_functions[code])
    for name in GUESSED_AT:
        endpoint = f"security.{name}"
        view: Any = limiter.limit(LIMITS["sign in"], methods=["POST"])(app.view_functions[endpoint])
        guess = limiter.limit(AGAINST_ONE_ACCOUNT, key_func=_account_guessed_at, methods=["POST"])
        app.view_functions[endpoint] = guess(view)


def _account_guessed_at() -> str:
    """The account that a guess is made against, whoever guesses from wherever."""
    whom = request.form.get("email", "").strip().lower() or session.get("tf_user_id") or session.get("_user_id")
    return "account:" + hashlib.sha256(str(whom or request.remote_addr).encode()).hexdigest()


def _committing(view: Any) -> Callable[..., Any]:
    @wraps(view)
    def commit(**given: Any) -> Any:
        answer = view(**given)
        if request.method == "POST":
            database.session.commit()
        return answer

    return commit


def _leads_to(endpoint: str) -> Callable[..., WerkzeugResponse]:
    def lead(**_: Any) -> WerkzeugResponse:
        return redirect(url_for(endpoint), 303)

    return lead


def _listen(app: Flask) -> None:
    """Open a session at every sign-in, end it at every sign-out, and write what happens into the log."""
    kept = app.extensions.setdefault("people listeners", [])

    def on(signal: Any, act: Any) -> None:
        kept.append(act)  # signals hold their listeners weakly
        signal.connect(act, app)

    def log(signal: Any, act: str, detail: str = "") -> None:
        on(signal, lambda _, user, **more: _note(act, user, str(more.get(detail) or "")))

    on(
        signals.user_authenticated,
        lambda _, user, authn_via=None, **__: sign_ins.begin(user, authn_via or []),
    )
    on(user_logged_out, lambda _, **__: sign_ins.end_this())
    on(signals.password_changed, lambda _, user, **__: _password_is_new(user, "change password"))
    on(signals.password_reset, lambda _, user, **__: _password_is_new(user, "reset password"))
    log(signals.change_email_confirmed, "change address")
    log(signals.wan_registered, "add passkey", "name")
    log(signals.wan_deleted, "remove passkey", "name")
    on(signals.user_failed_authn, _refused)


def _note(act: str, person: Any, about: str = "") -> None:
    audit.note(database.session(), act, by=person, about=about)


def _password_is_new(person: Any, act: str) -> None:
    sign_ins.end_all(database.session(), person, but_this=act == "change password")
    _note(act, person)


def _refused(_: Any, user: Any = None, **more: Any) -> None:
    if user is not None:
        _note("sign in refused", user, str(more.get("auth_type") or more.get("authn_via") or ""))
        database.session.commit()  # a refused form commits nothing else


def _keep_private(response: Response) -> Response:
    """Pages about an account are not kept by caches; a form that was sent leads on with 303."""
    if request.blueprint in ("security", "people", "keeping"):
        response.cache_control.private = True
        response.cache_control.no_store = True
        if response.status_code == 302 and request.method == "POST":
            response.status_code = 303
    return response
