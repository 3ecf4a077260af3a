"""Accounts, roles, signing in."""

from __future__ import annotations

from flask import Flask
from flask_security import Security, SQLAlchemySessionUserDatastore
from flask_wtf import CSRFProtect

from webapp.database import session
from webapp.limits import LIMITS, limiter
from webapp.people.mail import Mail
from webapp.people.models import Person, Role

datastore = SQLAlchemySessionUserDatastore(session, Person, Role)

SECURITY = {
    "PASSWORD_HASH": "argon2",
    "PASSWORD_SCHEMES": ["argon2"],
    "PASSWORD_SINGLE_HASH": ["argon2"],
    "PASSWORD_LENGTH_MIN": 10,
    "LOGIN_URL": "/sign-in",
    "LOGOUT_URL": "/sign-out",
    "RESET_URL": "/sign-in/reset",
    "CHANGE_URL": "/account/password",
    "POST_LOGIN_VIEW": "/account",
    "POST_RESET_VIEW": "/account",
    "POST_CHANGE_VIEW": "/account",
    "RECOVERABLE": True,
    "CHANGEABLE": True,
    "RETURN_GENERIC_RESPONSES": True,
    "LOGOUT_CSRF": True,
    "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
}


def init_app(app: Flask) -> None:
    """Sign people in with Flask-Security: argon2, CSRF on every form, reset by mail, limits on guessing."""
    app.config.update({f"SECURITY_{name}": value for name, value in SECURITY.items()})
    app.config.setdefault("SECURITY_PASSWORD_SALT", app.config["SECRET_KEY"])
    app.config["SECURITY_EMAIL_SENDER"] = app.config["MAIL_FROM"]
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a curator's form may stay open all day; the token ends with the session
    CSRFProtect(app)
    Security(app, datastore, mail_util_cls=Mail)
    for endpoint in ("security.login", "security.forgot_password", "security.reset_password"):
        view = app.view_functions[endpoint]
        app.view_functions[endpoint] = limiter.limit(LIMITS["sign in"], methods=["POST"])(view)
