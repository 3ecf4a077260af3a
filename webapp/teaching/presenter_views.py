"""On the wall of a classroom: slides, the same as one file, and a quiz; nobody is asked, nothing is kept."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, g, make_response, render_template, request, url_for

from webapp.broadcasts import queries as nights
from webapp.broadcasts.bulletin import sheets
from webapp.collections.models import Collection
from webapp.database import now, session
from webapp.languages import language
from webapp.limits import limit
from webapp.messages.views import vocabulary
from webapp.rendering import page, reading
from webapp.teaching import presenter
from webapp.teaching.quiz import questions, right_answers
from webapp.teaching.records import find
from webapp.teaching.worksheets.chance import BadVariant, Chance, variant
from webapp.teaching.worksheets.chosen import Chosen, day_of, of_collection, of_night
from webapp.teaching.worksheets.material import material

blueprint = Blueprint("presenter", __name__)

# The file may run what stands in it, and ask nobody for anything.
OFFLINE = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; font-src data:; base-uri 'none'"


@blueprint.before_request
def _no_cookie() -> None:
    """Nobody in a classroom is given a cookie by a quiz or by slides."""
    g.cookieless = True


# -- slides ------------------------------------------------------------------------------------------------------------


@blueprint.get("/collections/<id>/present")
def collection(id: str) -> Any:
    """A collection, slide by slide; meanings are uncovered step by step, or not at all for outsiders."""
    return _shown(*_of_collection(id))


@blueprint.get("/collections/<id>/present.html")
@limit("heavy")
def collection_file(id: str) -> Any:
    """The same as one file that needs no network."""
    return _file(*_of_collection(id), f"carottes-{id}")


@blueprint.get("/nights/<day>/present")
def night(day: str) -> Any:
    """A night, message by message."""
    return _shown(*_of_night(day))


@blueprint.get("/nights/<day>/present.html")
@limit("heavy")
def night_file(day: str) -> Any:
    """The same as one file that needs no network."""
    return _file(*_of_night(day), f"carottes-{day}")


Deck = tuple[list[presenter.Slide], str, str]


def _of_collection(id: str) -> Deck:
    record: Collection = find(session(), id, "collection").record
    slides = presenter.of_collection(record, reading() == "outsider")
    return slides, url_for("collections.show", id=record.id), f"/collections/{record.id}/present.html"


def _of_night(typed: str) -> Deck:
    when = day_of(typed)
    laid = sheets(session.scalars(nights.of_night(when, None)).unique().all())
    broadcasts = [line.broadcast for sheet in laid for line in sheet.lines]
    slides = presenter.of_night(when, broadcasts, reading() == "outsider")
    return slides, url_for("nights.show", day=when.iso), f"/nights/{when.iso}/present.html"


def _shown(slides: list[presenter.Slide], back: str, file: str) -> Response:
    return page("teaching/present.html", slides=slides, back=back, file=file, offline=False)


def _file(slides: list[presenter.Slide], back: str, file: str, name: str) -> Response:
    response = make_response(
        render_template(
            "teaching/present.html", slides=slides, back=back, file=file, offline=True, policy=OFFLINE,
            style=presenter.whole_style(), script=presenter.whole_script(),
        )
    )  # fmt: skip
    safe = re.sub(r"[^\w-]", "", name)[:60]
    response.headers["Content-Disposition"] = f'attachment; filename="{safe}.html"'
    response.headers["Content-Security-Policy"] = OFFLINE
    response.headers["X-Robots-Tag"] = "noindex"
    return response


# -- quiz --------------------------------------------------------------------------------------------------------------


@blueprint.get("/collections/<id>/quiz")
def collection_quiz(id: str) -> Any:
    """A quiz on a collection."""
    return _quiz(of_collection(id, now()))


@blueprint.get("/nights/<id>/quiz")
def night_quiz(id: str) -> Any:
    """A quiz on a night."""
    return _quiz(of_night(id, now()))


def _quiz(chosen: Chosen) -> Response:
    """The next question; with ``answer``, what is claimed of the phrase just asked; after the last, how it went.

    With ``whole``, all the questions on one page, each with what is claimed folded below it: for a copy in a folder.
    """
    number = _variant()
    found = material(session(), chosen.ids, now())
    asked = questions(found.phrases, Chance(number), language(), vocabulary())
    if request.args.get("whole"):
        return page("teaching/quiz_whole.html", chosen=chosen, asked=asked)
    given = [each for each in request.args.get("given", "")[:600].split(".") if each][: len(asked)]
    answer = request.args.get("answer", "")[:60]
    question = asked[len(given)] if len(given) < len(asked) else None
    known = question is not None and answer in {key for key, _label in question.options}
    return page(
        "teaching/quiz.html", chosen=chosen, base=f"{chosen.base}/quiz", number=number, asked=asked, given=given,
        question=question, answer=answer if known else "", right=right_answers(asked, given),
        choose=bool(answer) and not known,
    )  # fmt: skip


def _variant() -> int:
    try:
        return variant(request.args.get("variant", "1"))
    except BadVariant:
        return 1
