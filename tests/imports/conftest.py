"""Somebody who imports, in an archive of the test's own, empty or real."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.conftest import settings, signed_in
from tests.imports.bringing import Bringing
from tests.make import Make
from webapp import create_app
from webapp.imports import jobs
from webapp.vocabularies import Scheme


@pytest.fixture
def curator(app: Flask, sign_in: Callable[..., FlaskClient], session: Session) -> Iterator[Bringing]:
    """A curator, who may not publish."""
    yield Bringing(app, sign_in("curator"), session)
    jobs.wait(app)


@pytest.fixture
def editor(app: Flask, sign_in: Callable[..., FlaskClient], session: Session) -> Iterator[Bringing]:
    """An editor, who may."""
    yield Bringing(app, sign_in("editor"), session)
    jobs.wait(app)


@pytest.fixture
def real(seeded_file: Path, tmp_path: Path) -> Iterator[Bringing]:
    """An editor in a copy of the real archive."""
    shutil.copy(seeded_file, tmp_path / "carottes.db")
    app = create_app(settings(tmp_path))
    with app.extensions["database"].new_session(writes=False) as session:
        yield Bringing(app, signed_in(app, "editor"), session)
        jobs.wait(app)
    app.extensions["database"].engine.dispose()


@pytest.fixture
def vocabulary(make: Make) -> None:
    """The terms that rows of these tests name."""
    for scheme, slug, fr, en in (
        (Scheme.STANDING, "attested", "attesté", "attested"), (Scheme.STANDING, "unknown", "inconnu", "unknown"),
        (Scheme.KIND, "message", "message", "message"), (Scheme.KIND, "codeword", "nom de code", "code word"),
        (Scheme.THEME, "animals", "animaux", "animals"),
        (Scheme.PURPOSE, "parachute-drop", "parachutage", "parachute drop"),
        (Scheme.RELATION, "variant-of", "variante de", "variant of"),
    ):  # fmt: skip
        make.term(scheme, slug, fr, en)
