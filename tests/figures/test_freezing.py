"""A version of an essay shows for ever the figures that its readers saw."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.make import Make
from webapp.figures.freezing import freeze, missing
from webapp.figures.models import FrozenFigure
from webapp.revisions import to_document
from webapp.revisions.actions import change, publish

BODY = "Voici.\n\n{{figure: standing-counts}}\n\nFin."


def counted(page: str) -> str:
    """The numbers in the table of the figure on a page."""
    table = re.search(r'<figure class="figure[^>]*id="figure-standing-counts".*?</figure>', page, re.DOTALL)
    assert table, "there is no figure"
    return re.sub(r"<[^>]+>|\s+", " ", table[0].split("<tbody>")[1].split("</tbody>")[0])


def test_a_version_keeps_its_figure_while_the_essay_shows_it_as_it_is_today(
    app: Flask, client: FlaskClient, make: Make
) -> None:
    make.message("Le crapaud vole", meaning="Un parachutage.")
    essay = make.essay(BODY)
    assert freeze(app) == 2  # in two languages
    then = counted(client.get(f"/essays/{essay.id}/v1?lang=fr").text)
    for number in range(3):
        make.message(f"Le coq chante {number}", meaning="Une alerte.")
    assert counted(client.get(f"/essays/{essay.id}/v1?lang=fr").text) == then
    assert counted(client.get(f"/essays/{essay.id}?lang=fr", follow_redirects=True).text) != then


def test_a_kept_figure_says_on_which_day_it_was_counted_in_the_language_of_the_text(
    app: Flask, client: FlaskClient, make: Make
) -> None:
    essay = make.essay(BODY)
    before = client.get(f"/essays/{essay.id}/v1?lang=fr").text
    assert "Compté dans l’archive telle qu’elle est aujourd’hui" in before
    freeze(app)
    assert "pour cette version du texte." in client.get(f"/essays/{essay.id}/v1?lang=fr").text
    assert "for this version of the text." in client.get(f"/essays/{essay.id}/v1?lang=en").text


def test_each_version_keeps_its_own_and_drafts_keep_none(app: Flask, make: Make, session: Session) -> None:
    make.essay(BODY, status="draft")
    essay = make.essay(BODY)
    freeze(app)
    change(essay, {**to_document(essay), "title": {"fr": "Autre", "en": "Other"}}, by=None)
    publish(essay, by=None)
    session.commit()
    assert len(missing(session)) == 2
    assert freeze(app) == 2
    assert freeze(app) == 0
    session.rollback()
    rows = session.execute(select(FrozenFigure.essay_id, FrozenFigure.version).distinct()).all()
    assert {tuple(row) for row in rows} == {(essay.id, 1), (essay.id, 2)}


def test_a_figure_that_no_room_computes_is_kept_by_nobody(app: Flask, make: Make) -> None:
    make.essay("{{figure: nothing-of-that-name}}")
    assert freeze(app) == 0


def test_all_figures_of_the_archives_own_essays_can_be_kept(archive: Flask) -> None:
    with archive.extensions["database"].reading() as own:
        wanted = missing(own)
        kept = list(own.scalars(select(FrozenFigure)))
    assert len(wanted) + len(kept) >= 20
    freeze(archive)
    with archive.extensions["database"].reading() as own:
        assert missing(own) == []
        assert all("<svg" in each.html or "<table" in each.html for each in own.scalars(select(FrozenFigure)))
