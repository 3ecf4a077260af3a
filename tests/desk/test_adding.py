"""A curator adds a message with its meanings, broadcasts and sources, without JavaScript; readers find it."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.desk.filling import Form, Page, anew, visit
from tests.make import Make
from webapp.messages.models import Message
from webapp.revisions import Outbox, Status
from webapp.vocabularies import Scheme

SignIn = Callable[..., FlaskClient]


def vocabulary(make: Make) -> None:
    for slug in ("documented", "attested", "unknown"):
        make.term(Scheme.STANDING, slug)
    make.term(Scheme.PURPOSE, "parachute-drop", "parachutage", "parachute drop")
    make.term(Scheme.THEME, "animals", "animaux", "animals")
    make.term(Scheme.KIND, "message")


def new_message(client: FlaskClient) -> Form:
    return visit(client, "/desk/messages/new").form()


def with_source(client: FlaskClient, form: Form, typed: str, **rest: str) -> Form:
    meaning = form.rows("meanings")[0]
    page = form.press(client, f"add:meanings-{meaning}-attestations", **rest)
    form = page.form()
    row = form.rows(f"meanings-{meaning}-attestations")[-1]
    form.put(f"meanings-{meaning}-attestations-{row}-source", typed)
    form.put(f"meanings-{meaning}-attestations-{row}-locator", "p. 12")
    return form


def filled(client: FlaskClient, make: Make) -> Form:
    source, station = make.source("Ici Londres"), make.station("BBC, Radio Londres")
    form = new_message(client)
    form.put("text", "Le crapaud vole bas")
    form.put("station", "bbc radio londres")
    form.put("theme", "theme/animals")
    form.put("translation-en", "The toad flies low")
    meaning, broadcast = form.rows("meanings")[0], form.rows("broadcasts")[0]
    form.put(f"meanings-{meaning}-statement-fr", "Un parachutage.")
    form.put(f"meanings-{meaning}-purpose", "purpose/parachute-drop")
    form.put(f"meanings-{meaning}-standing", "attested")
    form.put(f"broadcasts-{broadcast}-edtf", "nuit du 5 au 6 juin 1944")
    assert station
    return with_source(client, form, source.id)


def only_message(session: Session) -> Message:
    anew(session)
    return session.scalars(select(Message)).one()


def test_a_message_is_drafted_with_all_that_belongs_to_it(sign_in: SignIn, make: Make, session: Session) -> None:
    vocabulary(make)
    curator = sign_in("curator")
    page = filled(curator, make).press(curator, "save").follow()
    message = only_message(session)
    assert page.status == 200
    assert (message.text, message.status, message.station.name["fr"]) == (
        "Le crapaud vole bas",
        Status.DRAFT,
        "BBC, Radio Londres",
    )
    assert message.translation == {"en": "The toad flies low"}
    meaning, broadcast = message.meanings[0], message.broadcasts[0]
    assert (meaning.standing, meaning.purpose_id, meaning.attestations[0].locator) == (
        "attested",
        "purpose/parachute-drop",
        "p. 12",
    )
    assert (broadcast.edtf.text, broadcast.written) == ("1944-06-05", "nuit du 5 au 6 juin 1944")


def test_what_was_typed_of_a_date_is_shown_as_it_was_understood(sign_in: SignIn, make: Make) -> None:
    vocabulary(make)
    curator = sign_in("curator")
    form = new_message(curator)
    row = form.rows("broadcasts")[0]
    page = form.press(curator, "add:meanings", **{f"broadcasts__{row}__edtf": "vers mai 44"})
    assert "1944-05~" in page.text
    assert page.form().values[f"broadcasts-{row}-edtf"] == "vers mai 44"


def test_rows_come_go_and_move_and_keep_what_was_typed(sign_in: SignIn, make: Make) -> None:
    vocabulary(make)
    curator = sign_in("curator")
    form = new_message(curator)
    first = form.rows("meanings")[0]
    form = form.press(curator, "add:meanings", **{f"meanings__{first}__statement__fr": "Le premier."}).form()
    second = form.rows("meanings")[1]
    form = form.press(curator, f"up:meanings-{second}", **{f"meanings__{second}__statement__fr": "Le second."}).form()
    assert form.rows("meanings") == [second, first]
    assert form.values[f"meanings-{first}-statement-fr"] == "Le premier."
    form = form.press(curator, f"remove:meanings-{first}").form()
    assert form.rows("meanings") == [second]
    assert form.values[f"meanings-{second}-statement-fr"] == "Le second."


def test_a_meaning_without_a_source_is_refused_and_nothing_typed_is_lost(
    sign_in: SignIn, make: Make, session: Session
) -> None:
    vocabulary(make)
    editor = sign_in("editor")
    form = new_message(editor)
    row = form.rows("meanings")[0]
    form.put("text", "Le crapaud vole")
    form.put(f"meanings-{row}-statement-fr", "Un parachutage.")
    form.put(f"meanings-{row}-standing", "attested")
    page = form.press(editor, "publish")
    assert page.status == 422
    assert "has no source" in page.text or "pas de source" in page.text
    assert page.form().values[f"meanings-{row}-statement-fr"] == "Un parachutage."
    assert session.scalars(select(Message)).first() is None


def test_a_meaning_said_to_be_unknown_needs_no_source(sign_in: SignIn, make: Make, session: Session) -> None:
    vocabulary(make)
    editor = sign_in("editor")
    form = new_message(editor)
    form.put("text", "Le crapaud vole")
    form.press(editor, "publish").follow()
    assert only_message(session).status == Status.PUBLISHED


def test_a_published_message_goes_to_the_index_and_to_readers(
    sign_in: SignIn, make: Make, session: Session, client: FlaskClient
) -> None:
    vocabulary(make)
    editor = sign_in("editor")
    filled(editor, make).press(editor, "publish").follow()
    message = only_message(session)
    assert message.id in set(session.scalars(select(Outbox.record_id)))
    assert client.get(f"/messages/{message.id}", follow_redirects=True).status_code == 200


def test_a_curator_cannot_publish(sign_in: SignIn, make: Make, session: Session) -> None:
    vocabulary(make)
    curator = sign_in("curator")
    form = filled(curator, make)
    assert ("do", "publish") not in form.buttons
    form.buttons.append(("do", "publish"))
    assert form.press(curator, "publish").status == 403
    assert session.scalars(select(Message)).first() is None


def test_a_day_that_does_not_exist_is_refused_at_its_field(sign_in: SignIn, make: Make, session: Session) -> None:
    vocabulary(make)
    curator = sign_in("curator")
    form = filled(curator, make)
    row = form.rows("broadcasts")[0]
    page = form.press(curator, "save", **{f"broadcasts__{row}__edtf": "31 juin 1944"})
    assert page.status == 422
    assert f'id="broadcasts-{row}-edtf-error"' in page.text
    assert page.form().values[f"broadcasts-{row}-edtf"] == "31 juin 1944"
    assert session.scalars(select(Message)).first() is None


def test_a_name_that_nobody_knows_can_be_created_in_place(sign_in: SignIn, make: Make, session: Session) -> None:
    vocabulary(make)
    editor = sign_in("editor")
    page = filled(editor, make).press(editor, "save", station="Radio Nowhere")
    assert page.status == 422
    page = page.form().press(editor, "create:station=Radio Nowhere")
    assert "Radio Nowhere [" in page.form().values["station"]
    page.form().press(editor, "publish").follow()
    message = only_message(session)
    assert message.station.name == {"fr": "Radio Nowhere"} or message.station.name == {"en": "Radio Nowhere"}
    assert message.station.status == Status.PUBLISHED


def test_a_name_of_two_records_is_asked_about(sign_in: SignIn, make: Make) -> None:
    vocabulary(make)
    make.station("Radio Andorre")
    other = make.station("Radio Andorre")
    curator = sign_in("curator")
    page: Page = filled(curator, make).press(curator, "save", station="radio andorre")
    assert page.status == 422
    page = page.form().press(curator, f"set:station=Radio Andorre [{other.id}]")
    assert page.form().press(curator, "save").status == 303


def test_likely_duplicates_are_shown(sign_in: SignIn, make: Make) -> None:
    vocabulary(make)
    make.message("Les carottes sont cuites")
    make.message("La carotte est cuite", status="draft")
    curator = sign_in("curator")
    told = visit(curator, "/desk/duplicates", q="la carotte sont cuite", lang="en").text
    assert "Les carottes sont cuites" in told
    assert told.count(">draft<") == 1
    assert "Les carottes" not in visit(curator, "/desk/duplicates", q="Le ciel est bleu").text


def test_a_row_that_says_nothing_is_no_broadcast(sign_in: SignIn, make: Make, session: Session) -> None:
    vocabulary(make)
    curator = sign_in("curator")
    form = visit(curator, "/desk/messages/new").form()
    assert form.rows("broadcasts")
    form.press(curator, "save", text="Le crapaud vole").follow()
    message = session.scalars(select(Message)).one()
    assert message.broadcasts == []


def test_words_with_a_standing_need_a_source_and_readers_see_where_none_is_named(
    sign_in: SignIn, make: Make, session: Session, client: FlaskClient
) -> None:
    vocabulary(make)
    editor = sign_in("editor")
    form = visit(editor, "/desk/messages/new", lang="en").form()
    broadcast = {f"broadcasts__{form.rows('broadcasts')[0]}__edtf": "5 June 1944"}
    refused = form.press(editor, "publish", text="Le crapaud vole", wording_standing="attested", **broadcast)
    assert refused.status == 422
    assert "Nothing bears witness to these words." in refused.text
    refused.form().press(editor, "submit", wording_standing="unknown").follow()
    id = session.scalars(select(Message.id)).one()
    review = visit(editor, f"/desk/messages/{id}/review", lang="en")
    assert "No source bears witness to these words; readers are told so." in review.text
    assert "Broadcast 1 has no source; readers are told so." in review.text
    review.form("step").press(editor, "publish").follow()
    page = client.get(f"/messages/{id}?reading=insider&lang=en", follow_redirects=True).text
    assert "No source is named." in page
    assert "No source is named for these words." in page
