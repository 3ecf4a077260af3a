"""People with accounts, and their roles."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from flask_security import RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.database import JSON_TYPE, Model, now

person_role = Table(
    "person_role",
    Model.metadata,
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
)


class Role(Model, RoleMixin):
    """A role: curator, editor, keeper or educator. What each may do is in ``permissions``."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20), unique=True)
    permissions: Mapped[list[Any] | None] = mapped_column(JSON_TYPE)


class Person(Model, UserMixin):
    """Anyone with an account. The address is seen by keepers only; ``name`` is what colleagues see.

    ``confirmed_at`` is the first time that they came in; until then they are invited.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    lang: Mapped[str] = mapped_column(String(2), default="fr")
    confirmed_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_last_counter: Mapped[int | None]
    mf_recovery_codes: Mapped[list[Any] | None] = mapped_column(JSON_TYPE)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)  # type: ignore[assignment]

    roles: Mapped[list[Role]] = relationship(secondary=person_role, lazy="selectin")  # type: ignore[assignment]
    webauthn: Mapped[list[Passkey]] = relationship(  # type: ignore[assignment]
        back_populates="person", cascade="all, delete-orphan"
    )

    @property
    def role(self) -> str:
        """The name of the role that this person has; empty for none."""
        return self.roles[0].name if self.roles else ""


class Passkey(Model, WebAuthnMixin):
    """A passkey of one person; only its public half is known here."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[Any] | None] = mapped_column(JSON_TYPE)
    extensions: Mapped[str | None] = mapped_column(Text)
    backup_state: Mapped[bool] = mapped_column(default=False)
    device_type: Mapped[str] = mapped_column(String(64), default="")
    create_datetime: Mapped[dt.datetime] = mapped_column(default=now)
    lastuse_datetime: Mapped[dt.datetime] = mapped_column(default=now)

    person: Mapped[Person] = relationship(back_populates="webauthn")


class SignIn(Model):
    """One browser in which a person is signed in: since when, last seen when, which browser. No address is kept,
    and of the secret in the browser's cookie only the hash. When the row goes, that browser is signed out."""

    __tablename__ = "sign_in"

    secret_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[dt.datetime] = mapped_column(default=now)
    seen_at: Mapped[dt.datetime] = mapped_column(default=now, index=True)
    browser: Mapped[str] = mapped_column(String(40), default="")


class EntryLink(Model):
    """A link that lets one person in, once, before it expires; only the hash of its secret is kept.

    A link of the purpose ``enter`` is printed on the server and signs in at once; an ``invite`` travels by mail,
    where programs open links before people do: it opens a form, and only the form is spent.
    """

    __tablename__ = "entry_link"

    secret_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(10), default="enter")
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class Audit(Model):
    """What was done to accounts and settings, by whom, to whom; kept for keepers. Nobody stands for the server."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(default=now)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    whom_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    act: Mapped[str] = mapped_column(String(40), index=True)
    about: Mapped[str] = mapped_column(Text, default="")


class Envelope(Model):
    """A letter that is to be sent: kept until it has left, or until keepers have seen for long that it could not.

    ``body`` is sealed with the secret key; ``mark`` names the letter wherever it arrives. It is sent when it is
    ``due_at``, by whoever moves that moment on first. ``said`` is why it could not be sent the last time.
    """

    __tablename__ = "envelope"

    id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(String(32), default=lambda: secrets.token_hex(16))
    recipient: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[dt.datetime] = mapped_column(default=now)
    due_at: Mapped[dt.datetime] = mapped_column(default=now, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    said: Mapped[str] = mapped_column(String(200), default="")
    given_up_at: Mapped[dt.datetime | None]
