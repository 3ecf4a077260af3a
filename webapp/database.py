"""The database: who writes and who reads where, the session of a request, and the column types of the archive."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from flask import Flask, Response, current_app, g, has_request_context, request
from flask.globals import app_ctx
from sqlalchemy import JSON, DateTime, Engine, MetaData, String, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session, sessionmaker
from sqlalchemy.types import TypeDecorator

from webapp import engines, failures, positions
from webapp.dates import Edtf, parse

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Texts: TypeAlias = dict[str, str]
JSON_TYPE = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class TextsType(TypeDecorator[dict[str, str]]):
    """A text in several languages: ``{"fr": …, "en": …}``; empty languages are left out, never null."""

    impl = JSON_TYPE
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, str] | None, dialect: Any) -> dict[str, str]:
        return {lang: text for lang, text in sorted((value or {}).items()) if text}

    def process_result_value(self, value: dict[str, str] | None, dialect: Any) -> dict[str, str]:
        return value or {}


class EdtfType(TypeDecorator[Edtf]):
    """A historical date, kept as its EDTF text; it never passes through ``datetime``."""

    impl = String(120)
    cache_ok = True

    def process_bind_param(self, value: Edtf | str | None, dialect: Any) -> str | None:
        return None if not value else value.text if isinstance(value, Edtf) else parse(value).text

    def process_result_value(self, value: str | None, dialect: Any) -> Edtf | None:
        return parse(value) if value else None


class MomentType(TypeDecorator[dt.datetime]):
    """A moment of the archive's own life (a save, a sign-in), always in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        return value.astimezone(dt.UTC) if value else None

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Model(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {Texts: TextsType, Edtf: EdtfType, dt.datetime: MomentType, dict[str, Any]: JSON_TYPE,
                           list[Any]: JSON_TYPE}  # fmt: skip


def now() -> dt.datetime:
    """The present moment, in UTC, to the second: what is kept is what is shown and sent."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


LEAST_FREE = 8 * 1024 * 1024
"""Bytes that a disk must have left for SQLite to save at all."""


class Database:
    """The database behind an application: where it writes, and where it reads.

    With one host or file, both are the same. With several, what writes goes to the primary, and so does whatever reads
    outside of a page; a page is read from a standby that has what this browser saved, or else from the primary too.
    Raises ``engines.BadAddress``.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.engine, others = engines.make(address)
        self.has_standby = others is not self.engine
        reads = {"writes": False}
        if self.engine.dialect.name == "postgresql":
            reads["postgresql_readonly"] = True
        self.writer = self.engine.execution_options(writes=True)
        self.primary = self.engine.execution_options(**reads)
        self.standby = others.execution_options(**reads)
        self.sessions = sessionmaker(expire_on_commit=False)
        event.listen(self.sessions, "after_commit", _note_save)

    @property
    def reader(self) -> Engine:
        """Where the present request reads, chosen once for all of it; outside of a request, the primary."""
        if not (self.has_standby and has_request_context()):
            return self.primary
        if "reader" not in g:
            session()
        return g.reader

    def new_session(self, writes: bool) -> Session:
        return self.sessions(bind=self.writer if writes else self.reader)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session of its own, committed at the end; for the indexer, logs and jobs, outside of any request."""
        with self.new_session(writes=True) as own, own.begin():
            yield own

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session of its own that only reads."""
        with self.new_session(writes=False) as own:
            yield own

    def leave_trace(self, write: Callable[[Session], object]) -> None:
        """Write down what a page that is only read leaves behind; left out while nothing can be saved."""
        try:
            with self.new_session(writes=True) as own, own.begin():
                own.info["trace"] = True
                write(own)
        except SQLAlchemyError as error:
            if not failures.paused(error):
                raise

    def session_for_page(self) -> Session:
        """A session that reads what this browser saved: on a standby, if that has it, else on the primary."""
        own = self.sessions(bind=self.standby)
        place = positions.asked() if self.has_standby else ""
        if place and not positions.reached(own, place):
            own = self._on_primary() or own
        g.reader = own.get_bind()
        return own

    def _on_primary(self) -> Session | None:
        own = self.sessions(bind=self.primary)
        try:
            own.connection()
        except DBAPIError:  # while there is no primary, what a standby has is better than no page
            own.close()
            return None
        return own

    def saving(self) -> str:
        """Whether something can be saved: ``ok``, or one sentence that anybody may read."""
        try:
            return self._has_room() if self.engine.dialect.name == "sqlite" else self._is_writable()
        except (SQLAlchemyError, OSError) as error:
            return f"paused: {failures.sentence(error)}"

    def _has_room(self) -> str:
        file = Path(str(self.engine.url.database))
        if not os.access(file, os.W_OK):
            return "paused: the file of the database is read-only"
        return "ok" if shutil.disk_usage(file.parent).free > LEAST_FREE else "paused: the disk is full"

    def _is_writable(self) -> str:
        with self.writer.connect() as connection:
            if connection.scalar(text("SHOW transaction_read_only")) == "off":
                return "ok"
            connection.invalidate()
        return "paused: the database is a standby or read-only"

    def role(self) -> str:
        """What the pages of this request are read from: ``primary``, ``standby``, or the one ``file``."""
        if self.engine.dialect.name == "sqlite":
            return "file"
        with self.reader.connect() as connection:
            return "standby" if connection.scalar(text("SELECT pg_is_in_recovery()")) else "primary"

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()
        self.standby.dispose()


def _note_save(own: Session) -> None:
    """After a commit within a request: this browser has saved something."""
    writes = own.get_bind().get_execution_options().get("writes")
    if writes and has_request_context() and not own.info.get("trace") and not own.in_nested_transaction():
        g.saved = True


SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


FOLLOWED = {"people.enter", "security.change_email_confirm"}
"""Pages under links that come by mail or from the server: they are followed with GET, and change something."""


def request_writes() -> bool:
    """Whether the present request may change something, and has a session that writes."""
    changes = request.method not in SAFE_METHODS or (request.endpoint in FOLLOWED and request.method == "GET")
    return changes and not g.get("paused")


def _session_of_this_context() -> Session:
    if not has_request_context():
        return database().new_session(writes=True)
    if not request_writes():
        return database().session_for_page()
    g.reader = database().primary
    return database().new_session(writes=True)


def database() -> Database:
    """The database of the current application."""
    return current_app.extensions["database"]


session: scoped_session[Session] = scoped_session(
    _session_of_this_context,  # type: ignore[arg-type]  # a factory is all that is asked of it
    scopefunc=lambda: id(app_ctx._get_current_object()),  # type: ignore[attr-defined]
)


def leave_session() -> None:
    """End this context's session. Where its connection has died meanwhile, there is nothing left to take back."""
    try:
        session.remove()
    except DBAPIError:
        session.registry.clear()


def init_app(app: Flask, address: str) -> None:
    """Give the application its database and end each context's session with it."""
    own = app.extensions["database"] = Database(address)

    @app.teardown_appcontext
    def _end(_: BaseException | None) -> None:
        leave_session()

    @app.after_request
    def _remember_save(response: Response) -> Response:
        if own.has_standby and g.get("saved"):
            positions.remember(response, own.writer.execution_options(isolation_level="AUTOCOMMIT"))
        return response
