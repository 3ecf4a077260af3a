"""What every test may ask for: an empty archive of its own, the real one to read, and people signed in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests import postgres, quick
from tests.browser import browsing, serving
from tests.make import Make
from webapp import create_app, schema
from webapp.config import resource
from webapp.database import Database, database
from webapp.imports import seed
from webapp.people.actions import create_person

quick.keep()
QUIET = {"LIMITS": False, "SECRET_KEY": "only for tests", "SECURITY_PASSWORD_SALT": "only for tests",
         "SECURITY_HASHING_SCHEMES": ["sha256_crypt"], "TESTING": True}  # fmt: skip


def settings(folder: Path, **more: Any) -> dict[str, Any]:
    """The settings of a test's archive in this folder."""
    return {"DATA": folder, "DATABASE": "", **QUIET, **more}


# A slow machine is no fault of what is tested: no example is timed.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

# What the files that take longest import: a browser, a PostgreSQL server, other processes.
LONG = {"Browser", "server", "pair", "subprocess"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no worker waits at the end for one of them."""
    items.sort(key=lambda item: LONG.isdisjoint(vars(getattr(item, "module", item))))


def pytest_sessionfinish() -> None:
    """Leave no server behind."""
    postgres.stop()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all worker processes of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if base.name.startswith("popen-") else base


def _once(folder: Path, name: str, build: Callable[[Path], None]) -> Path:
    """The file or folder of that name, built by whichever worker comes first; the others wait for it."""
    import fcntl

    target = folder / name
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            draft = folder / f"{name}.draft"
            build(draft)
            draft.rename(target)
    return target


def _migrate(file: Path) -> None:
    archive = Database(f"sqlite:///{file}")
    schema.move(archive)
    _settle(archive)


def _settle(archive: Database) -> None:
    connection = archive.engine.raw_connection()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    archive.engine.dispose()


@pytest.fixture(scope="session")
def empty_file(shared: Path) -> Path:
    """A database with every table and no row."""
    return _once(shared, "empty.db", _migrate)


@pytest.fixture(scope="session")
def seeded_file(shared: Path, empty_file: Path) -> Path:
    """A database with the real seed data."""

    def build(file: Path) -> None:
        shutil.copy(empty_file, file)
        archive = Database(f"sqlite:///{file}")
        with archive.writing() as own:
            loaded = seed.load(own, resource("seed_data"))
            assert not loaded.findings, loaded.findings[:5]
        _settle(archive)

    return _once(shared, "seeded.db", build)


@pytest.fixture
def app(tmp_path: Path, empty_file: Path) -> Iterator[Flask]:
    """An archive of this test's own, empty."""
    shutil.copy(empty_file, tmp_path / "carottes.db")
    app = create_app(settings(tmp_path))
    yield app
    app.extensions["database"].engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A reader of the test's own archive."""
    return app.test_client()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session on the test's own archive, outside of any request; it sees what requests kept after a commit."""
    # No application context stays open: requests of a test client would share its ``g``, and with it who is signed in.
    with app.extensions["database"].new_session(writes=False) as own:
        yield own


@pytest.fixture
def make(session: Session) -> Make:
    """Makes records with good defaults: ``make.message("Le crapaud vole")``."""
    return Make(session)


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., FlaskClient]:
    """A client signed in as a person with this role, through a one-time link."""

    def enter(role: str = "curator", email: str | None = None) -> FlaskClient:
        return signed_in(app, role, email)

    return enter


def signed_in(app: Flask, role: str, email: str | None = None) -> FlaskClient:
    """A client of this archive, signed in with this role."""
    from webapp.people.actions import give_entry_link

    client = app.test_client()
    with app.app_context(), database().writing() as own:
        secret = give_entry_link(own, create_person(own, email or f"{role}@example.org", role))
    answer = client.get(f"/enter/{secret}")
    assert answer.status_code == 303
    return client


@pytest.fixture(scope="session")
def seeded_index(shared: Path, seeded_file: Path) -> Path:
    """The search index of the real seed data, built once for all workers."""

    def build(folder: Path) -> None:
        folder.mkdir()
        shutil.copy(seeded_file, folder / "carottes.db")
        app = create_app(settings(folder))
        app.extensions["search"].indexer.rebuild()
        app.extensions["database"].engine.dispose()

    return _once(shared, "seeded-index", build)


@pytest.fixture(scope="session")
def archive(seeded_file: Path, seeded_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The real archive with its seed data and its index, to be read only."""
    folder = tmp_path_factory.mktemp("archive")
    shutil.copytree(seeded_index, folder, dirs_exist_ok=True)
    app = create_app(settings(folder))
    yield app
    app.extensions["database"].engine.dispose()


@pytest.fixture
def reader(archive: Flask) -> FlaskClient:
    """A reader of the real archive, who asks in French."""
    client = archive.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
    return client


@pytest.fixture(scope="session")
def site(archive: Flask) -> Iterator[str]:
    """The address of the real archive, served on this machine, to be read only."""
    with serving(archive) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium, one for each worker process."""
    with browsing() as chromium:
        yield chromium


@contextmanager
def counted_queries(app: Flask) -> Iterator[list[str]]:
    """The statements that the application sends to its database meanwhile."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")):
            sent.append(statement)

    engine = app.extensions["database"].engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
