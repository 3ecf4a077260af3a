"""One form for every kind of record: what it opens with is what it saves; what cannot be read is said at its field."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import counted_queries
from tests.desk.filling import anew, visit
from tests.desk.test_adding import vocabulary
from tests.make import Make
from webapp.database import session as request_session
from webapp.desk import forms, opening, receiving
from webapp.desk.blueprint import plural
from webapp.desk.words import KIND_WORDS, edited
from webapp.places import Place
from webapp.revisions import KINDS, to_document
from webapp.revisions.documents import Document
from webapp.sources.models import Source
from webapp.vocabularies import Term

SignIn = Callable[..., FlaskClient]


def saved_again(kind: Any, document: Document) -> Document:
    """What a form saves when nothing was typed into it."""
    own = request_session()
    sheet = forms.sheet_of(kind, opening.typed_of(own, kind, document))
    known = set(receiving.row_ids(kind, document))
    fresh = receiving.document_of(own, sheet, known)
    assert not list(sheet.problems()), [(name, problem.sentence) for name, _, problem in sheet.problems()]
    return {"id": document["id"], **fresh}


@pytest.mark.parametrize("kind", list(KIND_WORDS))
def test_opening_and_saving_any_record_of_the_archive_changes_nothing(archive: Flask, kind: str) -> None:
    with archive.test_request_context("/"):
        records = request_session.scalars(select(KINDS[kind].model).order_by(KINDS[kind].model.id).limit(80)).all()
        for record in records:
            assert saved_again(KINDS[kind], to_document(record)) == to_document(record)


def test_every_field_of_every_kind_is_on_its_form(sign_in: SignIn, make: Make) -> None:
    vocabulary(make)
    curator = sign_in("curator")
    for kind in edited():
        if kind.name == "medium":
            continue  # a medium begins with its file
        page = visit(curator, f"/desk/{plural(kind)}/new", lang="en")
        assert page.status == 200
        for field in kind.fields:
            assert f'name="{field.name}' in page.text, f"{kind.name}: {field.name}"


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [("lat", "44,9333", 44.9333), ("lon", "−0.5", -0.5), ("country", "FR", "FR"), ("region", " Corrèze ", "Corrèze")],
)
def test_a_place_is_typed_as_people_write_it(
    sign_in: SignIn, make: Make, session: Session, field: str, typed: str, kept: Any
) -> None:
    curator = sign_in("curator")
    form = visit(curator, "/desk/places/new").form()
    form.press(curator, "save", name__fr="Bourdeilles", **{field: typed}).follow()
    anew(session)
    assert getattr(session.scalars(select(Place)).one(), field) == kept


@pytest.mark.parametrize(
    ("kind", "field", "typed"),
    [
        ("places", "lat", "nord"),
        ("places", "country", "France"),
        ("places", "lat", "9" * 400),
        ("essays", "position", "premier"),
        ("sources", "lang", "x" * 30),
        ("places", "precision", "exact"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field(sign_in: SignIn, kind: str, field: str, typed: str) -> None:
    curator = sign_in("curator")
    page = visit(curator, f"/desk/{kind}/new").form().press(curator, "save", **{field: typed})
    assert page.status == 422
    assert f'id="{field}-error"' in page.text


def test_another_records_meaning_cannot_be_taken_by_naming_it(sign_in: SignIn, make: Make, session: Session) -> None:
    vocabulary(make)
    victim = make.message("Le crapaud vole", status="draft", meaning="Un parachutage.")
    mine = make.message("Le lapin court", status="draft")
    stolen = victim.meanings[0].id
    curator = sign_in("curator")
    form = visit(curator, f"/desk/messages/{mine.id}").form()
    form.values.add("meanings", stolen)
    form.values.add(f"meanings-{stolen}-statement-fr", "À moi")
    form.press(curator, "save").follow()
    anew(session)
    assert victim.meanings[0].statement["fr"] == "Un parachutage."
    assert (mine.meanings[0].statement["fr"], mine.meanings[0].id != stolen) == ("À moi", True)


def test_nonsense_in_a_form_is_no_error_of_ours(sign_in: SignIn, make: Make) -> None:
    vocabulary(make)
    message = make.message("Le crapaud vole", status="draft")
    curator = sign_in("curator")
    form = visit(curator, f"/desk/messages/{message.id}").form()
    for name, value in [("opened_on", "99"), ("opened_on", "x"), ("do", "up:meanings-nothing"), ("do", "create:x=y"),
                        ("meanings", "../../x"), ("text", "a\x00b"), ("do", "set:"), ("do", "💥")]:  # fmt: skip
        data = {**form.values.to_dict(), name: value}
        assert curator.post(form.action, data=data).status_code < 500, (name, value)


def test_a_form_with_more_rows_asks_the_database_as_often(app: Flask, sign_in: SignIn, make: Make) -> None:
    vocabulary(make)
    station = make.station()
    few = make.message("Le crapaud vole", status="draft", meanings=[make.claim("Un.") for _ in range(2)],
                       broadcasts=[{"edtf": "1944-06-05", "station": station.id}])  # fmt: skip
    many = make.message("Le lapin court", status="draft", meanings=[make.claim("Un.") for _ in range(12)],
                        broadcasts=[{"edtf": "1944-06-05", "station": station.id} for _ in range(12)])  # fmt: skip
    curator = sign_in("curator")
    counts = []
    for message in (few, many, few, many):  # once each to warm up
        with counted_queries(app) as sent:
            assert visit(curator, f"/desk/messages/{message.id}").status == 200
        counts.append(len([each for each in sent if "presence" not in each]))  # written once a second
    assert counts[2] == counts[3]
    assert counts[3] < 30


def test_a_picker_offers_by_words_without_accents(sign_in: SignIn, make: Make) -> None:
    station = make.station("Câble de Dunkerque")
    curator = sign_in("curator")
    assert station.id in visit(curator, "/desk/pick/stations", q="cable de").text
    assert station.id not in visit(curator, "/desk/pick/stations", q="100%_").text


def test_an_essays_preview_names_what_is_broken(sign_in: SignIn, make: Make) -> None:
    make.message("Le crapaud vole", key="le-crapaud-vole")
    curator = sign_in("curator")
    token = visit(curator, "/desk/essays/new").form().values["csrf_token"]
    text = "On entend [[rien]] et **bien** [@nulle-part]."
    answer = curator.post("/desk/preview?lang=fr", data={"text": text, "lang": "fr", "csrf_token": token})
    said = answer.get_data(as_text=True)
    assert "<strong>bien</strong>" in said
    assert "Aucun message ne porte la clé « rien »" in said.replace("\u202f", " ")


def test_an_editor_changes_a_term_and_a_curator_may_not(sign_in: SignIn, make: Make, session: Session) -> None:
    vocabulary(make)
    editor, curator = sign_in("editor"), sign_in("curator")
    form = visit(editor, "/desk/terms/theme/animals").form()
    answer = editor.post(form.action, data={**form.values, "label-fr": "bêtes"})
    assert answer.status_code == 303
    anew(session)
    assert session.get(Term, "theme/animals").label["fr"] == "bêtes"
    assert visit(curator, "/desk/terms/theme/animals").status == 403


def test_two_editors_of_a_term_lose_nothing(sign_in: SignIn, make: Make, session: Session) -> None:
    vocabulary(make)
    ada, ben = sign_in("editor", "ada@example.org"), sign_in("editor", "ben@example.org")
    hers, his = (visit(each, "/desk/terms/theme/animals").form() for each in (ada, ben))
    ada.post(hers.action, data={**hers.values, "label-fr": "bêtes"})
    assert ben.post(his.action, data={**his.values, "label-en": "beasts"}).status_code == 303
    anew(session)
    assert session.get(Term, "theme/animals").label == {"fr": "bêtes", "en": "beasts"}
    clash = ben.post(his.action, data={**his.values, "label-fr": "faune"})
    assert clash.status_code == 422
    assert "bêtes" in clash.get_data(as_text=True)


def test_a_new_source_is_found_by_its_title(sign_in: SignIn, make: Make, session: Session) -> None:
    curator = sign_in("curator")
    visit(curator, "/desk/sources/new").form().press(curator, "save", title="Ici Londres").follow()
    anew(session)
    assert session.scalars(select(Source)).one().folded == "ici londres"
    assert "Ici Londres" in visit(curator, "/desk/sources", q="londres").text


def test_a_picker_of_sources_knows_their_author_publisher_and_site(sign_in: SignIn, make: Make) -> None:
    source = make.source(
        "Ici Londres", author="Aurélie Luneau", publisher="Perrin", url="https://www.resistance60.fr/x"
    )
    curator = sign_in("curator")
    for typed in ("luneau", "perrin", "resistance60"):
        assert source.id in visit(curator, "/desk/pick/sources", q=typed).text, typed
    assert source.id not in visit(curator, "/desk/pick/sources", q="%").text
    make.source("Ici Londres", publisher="Musée de la Résistance", status="draft")
    told = re.sub(r"<[^>]+>", "", visit(curator, "/desk/pick/sources", q="ici londres", lang="en").text)
    assert "Ici Londres Musée de la Résistancedraft" in told
    assert "Aurélie Luneau, Ici Londres Perrin" in told


def test_of_stations_called_alike_a_picker_offers_the_one_of_most_messages_first(sign_in: SignIn, make: Make) -> None:
    londra, londres = make.station("BBC, Radio Londra (italien)"), make.station("BBC, Radio Londres (service français)")
    make.message(station=londres.id)
    text = visit(sign_in("curator"), "/desk/pick/stations", q="Radio Lond").text
    assert text.index(londres.id) < text.index(londra.id)


def test_the_address_of_a_new_source_may_be_linked_unless_somebody_says_no(
    sign_in: SignIn, make: Make, session: Session
) -> None:
    make.term("source-type", "web")
    editor = sign_in("editor")
    for query in ({}, {"title": "Ici Londres"}):
        assert visit(editor, "/desk/sources/new", **query).form().values["linkable"] == "yes"
    form = visit(editor, "/desk/sources/new").form()
    del form.values["linkable"]
    assert "linkable" not in form.press(editor, "save", title="Une copie").follow().form().values


def test_the_examples_of_a_date_are_in_the_language_of_the_form(sign_in: SignIn) -> None:
    curator = sign_in("curator")
    assert "nuit du 5" not in visit(curator, "/desk/messages/new", lang="en").text
    assert "nuit du 5" in visit(curator, "/desk/messages/new", lang="fr").text
