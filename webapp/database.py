"""The engine, the session of a request, and the column types of the archive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

from flask import Flask, current_app, has_request_context, request
from flask.globals import app_ctx
from sqlalchemy import JSON, DateTime, Engine, MetaData, String, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session, sessionmaker
from sqlalchemy.types import TypeDecorator

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


class Database:
    """The engine behind an application: one for reading, one for writing, the same file or server by default."""

    def __init__(self, address: str) -> None:
        self.address = address
        engine = make_engine(address)
        self.engine = engine
        self.reader = engine.execution_options(writes=False)
        self.writer = engine.execution_options(writes=True)
        self.sessions = sessionmaker(expire_on_commit=False)

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


def make_engine(address: str) -> Engine:
    """An engine with the archive's rules for its database.

    SQLite: the driver's own transactions lose updates, so BEGIN is ours: IMMEDIATE for a session that writes (it
    waits at the door instead of failing half-way), plain for one that reads. The wait may be long: a big import is
    written in one go.

    PostgreSQL: no statement is prepared by the driver. A plan made once for all words would be slow for most of them,
    and a pooler that gives each transaction another connection knows no prepared statements.
    """
    if not address.startswith("sqlite"):
        return create_engine(address, pool_pre_ping=True, connect_args={"prepare_threshold": None})
    engine = create_engine(address, connect_args={"check_same_thread": False}, pool_size=32, max_overflow=32)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in ("foreign_keys=ON", "busy_timeout=20000", "journal_mode=WAL", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("writes", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def _session_of_this_context() -> Session:
    writes = not has_request_context() or request.method not in SAFE_METHODS
    return database().new_session(writes)


def database() -> Database:
    """The database of the current application."""
    return current_app.extensions["database"]


session: scoped_session[Session] = scoped_session(
    _session_of_this_context,  # type: ignore[arg-type]  # a factory is all that is asked of it
    scopefunc=lambda: id(app_ctx._get_current_object()),  # type: ignore[attr-defined]
)


def init_app(app: Flask, address: str) -> None:
    """Give the application its database and end each context's session with it."""
    app.extensions["database"] = Database(address)

    @app.teardown_appcontext
    def _end(_: BaseException | None) -> None:
        session.remove()
