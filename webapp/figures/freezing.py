"""Keeping the figures of an essay with each of its versions, so that a version goes on showing what its readers saw.

A figure is counted from the whole archive, so it is frozen when a version has become public, and not in the transaction
that publishes it: by whichever process leads, within seconds, and whenever the archive starts. Each says on
which day it was counted. A version replaced before anybody looked keeps none, and shows the figures of today.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from flask import Flask, render_template
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.database import Database, now, session
from webapp.essays import figures as in_essays
from webapp.essays.models import Essay
from webapp.essays.outline import outline
from webapp.figures.models import FrozenFigure
from webapp.figures.register import MAKERS, figure
from webapp.leading import Job
from webapp.revisions import Status
from webapp.revisions.figures import State, state

log = logging.getLogger("carottes.figures")

LOOK = 2.0
"""Seconds between two looks for a version whose figures are not kept yet."""


def missing(session: Session) -> list[tuple[str, int, str, str]]:
    """The figures that present versions of essays show and that are not kept yet: essay, version, language, name."""
    kept = {tuple(row) for row in session.execute(
        select(FrozenFigure.essay_id, FrozenFigure.version, FrozenFigure.lang, FrozenFigure.name))}  # fmt: skip
    essays = session.execute(select(Essay.id, Essay.version, Essay.body).where(Essay.status == Status.PUBLISHED))
    return [each for row in essays for each in _shown(row.id, row.version, row.body) if each not in kept]


def _shown(id: str, version: int, body: dict[str, str]) -> Iterator[tuple[str, int, str, str]]:
    for lang, text in body.items():
        yield from ((id, version, lang, name) for name in outline(text, lang).figures if name in MAKERS)


def freeze(app: Flask) -> int:
    """Keep what is missing; gives how many figures that was. Two processes may do it at once."""
    database: Database = app.extensions["database"]
    with database.reading() as own:
        wanted = missing(own)
    for lang in dict.fromkeys(each[2] for each in wanted):
        for figure_ in _made(app, lang, [each for each in wanted if each[2] == lang]):
            try:
                with database.writing() as own:
                    own.add(figure_)
            except IntegrityError:
                log.info("another process has kept this figure")
    return len(wanted)


def _made(app: Flask, lang: str, wanted: list[tuple[str, int, str, str]]) -> Iterator[FrozenFigure]:
    with app.test_request_context("/", headers={"Accept-Language": lang}):
        for essay_id, version, _lang, name in wanted:
            given = {"figure": figure(name), "in_essay": True, "frozen": now()}
            html = render_template("figures/_figure.html", **given)
            yield FrozenFigure(essay_id=essay_id, version=version, lang=lang, name=name, html=html)


def frozen(essay_id: str, version: int, name: str, lang: str) -> Markup | None:
    """The figure as that version showed it; None where it was not kept."""
    found = session().get(FrozenFigure, (essay_id, version, lang, name))
    return Markup(found.html) if found else None  # our own template made it


def enter() -> None:
    """Let versions of essays show what was kept."""
    in_essays.FROZEN.append(frozen)


def jobs(app: Flask) -> list[Job]:
    """Keeping the figures of new versions."""
    return [Job("figures", LOOK, _Watch(app))]


class _Watch:
    """Freezes what is missing when there is a new revision."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.seen: State | None = None

    def __call__(self) -> None:
        with self.app.extensions["database"].reading() as own:
            present = state(own)
        if present != self.seen:
            freeze(self.app)
            self.seen = present
