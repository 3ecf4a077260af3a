"""Draft, review, remarks, publication, withdrawal, history: who may do what, and what readers see of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.desk.filling import anew, visit
from tests.desk.test_adding import vocabulary
from tests.make import Make
from webapp.messages.models import Message
from webapp.revisions import Status, to_document
from webapp.revisions.actions import change, publish
from webapp.revisions.queries import latest

SignIn = Callable[..., FlaskClient]


def test_a_draft_is_sent_given_back_and_published(sign_in: SignIn, make: Make, session: Session) -> None:
    vocabulary(make)
    draft = make.message("Le crapaud vole", status="draft", meaning="Un parachutage.")
    curator, editor = sign_in("curator"), sign_in("editor")
    visit(curator, f"/desk/messages/{draft.id}").form().press(curator, "submit").follow()
    assert "Le crapaud vole" in visit(editor, "/desk/piles/reviews").text
    page = (
        visit(editor, f"/desk/messages/{draft.id}/review")
        .form("step")
        .press(editor, "back", reason="une date")
        .follow()
    )
    assert page.status == 200
    anew(session)
    assert (draft.status, latest(session, draft.id).reason) == (Status.DRAFT, "une date")
    visit(editor, f"/desk/messages/{draft.id}/review").form("step").press(editor, "publish").follow()
    anew(session)
    assert (draft.status, draft.version) == (Status.PUBLISHED, 1)


def test_a_change_beside_a_published_message_stays_in_review_when_it_is_saved_again(
    sign_in: SignIn, make: Make, session: Session
) -> None:
    vocabulary(make)
    message = make.message("Le crapaud vole", meaning="Un parachutage.")
    curator = sign_in("curator")
    visit(curator, f"/desk/messages/{message.id}").form().press(curator, "submit", text="Le crapaud vole bas").follow()
    visit(curator, f"/desk/messages/{message.id}").form().press(curator, "save", text="Le crapaud vole haut").follow()
    assert latest(session, message.id).status == Status.IN_REVIEW
    assert "Le crapaud vole haut" in visit(curator, "/desk/piles/reviews").text
    assert message.text == "Le crapaud vole"


def test_a_remark_stands_at_its_field_until_it_is_settled(sign_in: SignIn, make: Make) -> None:
    vocabulary(make)
    draft = make.message("Le crapaud vole", status="draft", meaning="Un parachutage.")
    editor, curator = sign_in("editor"), sign_in("curator")
    form = visit(editor, f"/desk/messages/{draft.id}/review").form("remark")
    field = f"meanings-{draft.meanings[0].id}-statement"
    assert field in form.options["field"]
    form.press(editor, "remark", field=field, text="Quelle armée ?").follow()
    assert "Quelle armée ?" in visit(curator, f"/desk/messages/{draft.id}").text
    page = visit(curator, f"/desk/messages/{draft.id}/review")
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    number = page.text.split('name="comment" value="')[1].split('"')[0]
    curator.post(page.form("step").action, data={"do": "settle", "comment": number, "csrf_token": token})
    assert "Quelle armée ?" not in visit(curator, f"/desk/messages/{draft.id}").text


def test_a_new_version_needs_a_line_for_the_change_log(sign_in: SignIn, make: Make, session: Session) -> None:
    vocabulary(make)
    message = make.message("Le crapaud vole", meaning="Un parachutage.")
    editor = sign_in("editor")
    form = visit(editor, f"/desk/messages/{message.id}").form()
    refused = form.press(editor, "publish", text="Le crapaud vole bas")
    assert refused.status == 422
    assert re.findall(r'<(?:input|textarea|select)[^>]* name="([^"]+)"[^>]*aria-invalid', refused.text) == ["reason"]
    assert 'href="#reason"' in refused.text
    assert latest(session, message.id).number == 2
    refused.form().press(editor, "publish", reason="L’adverbe était oublié").follow()
    anew(session)
    assert (message.text, message.version) == ("Le crapaud vole bas", 2)


def test_publishing_what_is_public_already_is_refused(sign_in: SignIn, make: Make, session: Session) -> None:
    vocabulary(make)
    message = make.message("Le crapaud vole", meaning="Un parachutage.")
    editor = sign_in("editor")
    assert visit(editor, f"/desk/messages/{message.id}").form().press(editor, "publish", reason="rien").status == 422
    anew(session)
    assert message.version == 1


def test_a_waiting_change_is_given_up_and_stays_in_the_history(sign_in: SignIn, make: Make, session: Session) -> None:
    vocabulary(make)
    message = make.message("Le crapaud vole", meaning="Un parachutage.")
    editor = sign_in("editor")
    visit(editor, f"/desk/messages/{message.id}").form().press(editor, "save", text="Le crapaud rampe").follow()
    visit(editor, f"/desk/messages/{message.id}/review").form("step").press(editor, "discard").follow()
    assert "Le crapaud rampe" not in visit(editor, f"/desk/messages/{message.id}").text
    assert "rampe" in visit(editor, f"/messages/{message.id}/history", **{"from": 2, "to": 3}).text


def test_withdrawing_leaves_a_tombstone_with_the_reason(sign_in: SignIn, make: Make, client: FlaskClient) -> None:
    vocabulary(make)
    message = make.message("Le crapaud vole", meaning="Un parachutage.")
    editor = sign_in("editor")
    form = visit(editor, f"/desk/messages/{message.id}/withdraw").form("withdraw")
    assert editor.post(form.action, data=form.values).status_code == 422
    assert editor.post(form.action, data={**form.values, "reason": "Ce n’était pas un message"}).status_code == 303
    answer = client.get(f"/messages/{message.id}")
    assert answer.status_code == 410
    assert "Ce n’était pas un message" in answer.get_data(as_text=True)
    assert client.get(f"/messages/{message.id}/history").status_code == 410


def published_twice(make: Make, session: Session) -> object:
    vocabulary(make)
    message = make.message("Le crapaud vole", meaning="Un parachutage.")
    change(message, {**to_document(message), "text": "Le crapaud vole bas"}, by=None, reason="brouillon secret")
    publish(message, by=None, reason="L’adverbe")
    change(message, {**to_document(message), "text": "Le crapaud attend"}, by=None)
    session.commit()
    return message


def test_readers_see_versions_and_what_changed_and_no_draft(make: Make, session: Session, client: FlaskClient) -> None:
    message = published_twice(make, session)
    page = visit(client, f"/messages/{message.id}/history")
    assert "<ins> bas</ins>" in page.text
    assert "L’adverbe" in page.text
    assert "attend" not in page.text
    assert "brouillon secret" not in page.text
    hidden = visit(client, f"/messages/{message.id}/history", **{"from": 2, "to": 5})
    assert "attend" not in hidden.text


def test_the_history_names_no_person_to_readers(
    sign_in: SignIn, make: Make, session: Session, client: FlaskClient
) -> None:
    vocabulary(make)
    editor = sign_in("editor", "ada@example.org")
    form = visit(editor, "/desk/messages/new").form()
    form.press(editor, "publish", text="Le crapaud vole").follow()
    id = session.scalars(select(Message.id)).one()
    public = visit(client, f"/messages/{id}/history", lang="en")
    assert "an editor" in public.text
    assert "ada" not in public.text.lower().replace("canada", "")
    assert "ada" in visit(editor, f"/messages/{id}/history").text


def test_a_draft_has_no_public_history(make: Make, client: FlaskClient) -> None:
    draft = make.message("Le crapaud vole", status="draft")
    assert client.get(f"/messages/{draft.id}/history").status_code == 404


def test_the_outsiders_history_gives_nothing_away(make: Make, session: Session, client: FlaskClient) -> None:
    message = make.message("Le crapaud vole", meaning="Un parachutage.")
    changed = to_document(message)
    changed["meanings"][0]["statement"] = {"fr": "Un atterrissage."}
    change(message, changed, by=None)
    publish(message, by=None, reason="Un atterrissage et non un parachutage")
    session.commit()
    assert "atterrissage" in visit(client, f"/messages/{message.id}/history").text
    assert "atterrissage" not in visit(client, f"/messages/{message.id}/history", reading="outsider").text


def test_any_revision_comes_back_and_the_way_back_has_a_way_back(sign_in: SignIn, make: Make, session: Session) -> None:
    vocabulary(make)
    draft = make.message("Le crapaud vole", status="draft", meaning="Un parachutage.")
    first = to_document(draft)
    curator = sign_in("curator")
    visit(curator, f"/desk/messages/{draft.id}").form().press(
        curator, f"remove:meanings-{draft.meanings[0].id}"
    ).form().press(curator, "save", text="Rien").follow()
    for number, text in ((1, "Le crapaud vole"), (2, "Rien"), (1, "Le crapaud vole")):
        form = visit(curator, f"/messages/{draft.id}/history").form("restore")
        form.values["number"] = str(number)
        assert curator.post(form.action, data=form.values).status_code == 303
        anew(session)
        assert draft.text == text
    assert to_document(draft) == first


def test_bringing_back_what_the_record_says_already_makes_no_change(
    sign_in: SignIn, make: Make, session: Session
) -> None:
    message, editor = make.message("Le crapaud vole"), sign_in("editor")
    form = visit(editor, f"/messages/{message.id}/history").form("restore")
    before = latest(session, message.id).number
    form.values["number"] = str(before)
    assert editor.post(form.action, data=form.values).status_code == 303
    anew(session)
    assert latest(session, message.id).number == before


def test_the_drafts_that_go_public_with_a_message_are_named(sign_in: SignIn, make: Make) -> None:
    vocabulary(make)
    draft, known = make.record("station", "draft", name={"en": "Radio Nowhere"}), make.source("Ici Londres")
    claim = make.claim("Un parachutage.") | {"attestations": [{"source": known.id, "locator": "p. 12"}]}
    message = make.message("Le crapaud vole", "draft", station=draft.id, meanings=[claim])
    editor = sign_in("editor")
    review = visit(editor, f"/desk/messages/{message.id}/review", lang="en")
    assert "These drafts are published with it: Radio Nowhere." in review.text
    done = review.form("step").press(editor, "publish").follow().text
    assert "Published with it: Radio Nowhere." in done
    assert "These drafts are published with it" not in done


def test_what_has_neither_words_nor_name_is_not_sent_for_review_and_what_was_typed_is_still_there(
    sign_in: SignIn, make: Make, session: Session
) -> None:
    vocabulary(make)
    curator = sign_in("curator")
    form = visit(curator, "/desk/messages/new", lang="en").form()
    mark = form.rows("meanings")[0]
    refused = form.press(curator, "submit", **{f"meanings__{mark}__statement__fr": "Un parachutage."})
    assert refused.status == 422
    assert "it can be neither sent for review nor published" in refused.text
    assert "Un parachutage." in refused.text
    assert session.scalars(select(Message)).first() is None


def test_a_draft_that_is_given_back_lies_with_its_author_and_says_why(sign_in: SignIn, make: Make) -> None:
    vocabulary(make)
    curator, editor = sign_in("curator"), sign_in("editor")
    visit(curator, "/desk/messages/new").form().press(curator, "submit", text="Le crapaud vole").follow()
    address = re.findall(r'href="(/desk/messages/[^"]+/review)', visit(editor, "/desk/piles/reviews").text)[0]
    page = visit(editor, address, lang="en")
    assert "sending for review, curator" in page.text.lower()
    page.form("step").press(editor, "back", reason="il manque une date").follow()
    assert "given back: il manque une date" in visit(curator, "/desk/piles/my-drafts", lang="en").text
    assert "Le crapaud vole" not in visit(editor, "/desk/piles/my-drafts").text
    assert "Le crapaud vole" in visit(editor, "/desk/piles/drafts").text


def test_a_review_says_beforehand_what_stands_against_publishing(sign_in: SignIn, make: Make, session: Session) -> None:
    vocabulary(make)
    message = make.message("Le crapaud vole", meaning="Un parachutage.")
    change(message, {**to_document(message), "meanings": [make.claim("Une date.") | {"attestations": []}]}, by=None)
    session.commit()
    page = visit(sign_in("editor"), f"/desk/messages/{message.id}/review", lang="en")
    assert "Before it can be published" in page.text
    assert "Meaning 1 has no source" in page.text
    anew(session)
    assert message.meanings[0].statement["fr"] == "Un parachutage."


def test_a_draft_that_was_never_public_is_deleted_by_its_author_and_its_history_stays(
    sign_in: SignIn, make: Make, session: Session
) -> None:
    vocabulary(make)
    curator, other, editor = sign_in("curator"), sign_in("curator", "other@example.org"), sign_in("editor")
    visit(curator, "/desk/messages/new").form().press(curator, "save", text="Le crapaud vole").follow()
    id = session.scalars(select(Message.id)).one()
    visit(editor, f"/desk/messages/{id}/review").form("remark").press(editor, "remark", text="Vraiment ?").follow()
    assert ("do", "remove") not in visit(other, f"/desk/messages/{id}/review").form("step").buttons
    page = visit(curator, f"/desk/messages/{id}/review").form("step").press(curator, "remove").follow()
    assert page.status == 200
    anew(session)
    assert session.get(Message, id) is None
    assert [latest(session, id).act, latest(session, id).document["text"]] == ["remove", "Le crapaud vole"]
    assert "Le crapaud vole" not in visit(curator, "/desk/piles/my-drafts").text
    assert visit(editor, f"/desk/messages/{id}").status == visit(editor, f"/messages/{id}").status == 404


def test_a_draft_that_others_name_and_what_was_public_are_not_deleted(
    sign_in: SignIn, make: Make, session: Session
) -> None:
    vocabulary(make)
    source = make.source("Un carnet", status="draft")
    message = make.message("Le crapaud vole", attestations=[{"source": source.id}])
    editor = sign_in("editor")
    kept = visit(editor, f"/desk/sources/{source.id}/review", lang="en").form("step").press(editor, "remove")
    assert kept.status == 422
    assert "Others name it: Le crapaud vole." in kept.text
    public = visit(editor, f"/desk/messages/{message.id}/review").form("step")
    assert ("do", "remove") not in public.buttons
    assert editor.post(public.action, data={**public.values, "do": "remove"}).status_code == 403
    anew(session)
    assert {source.status, message.status} == {Status.DRAFT, Status.PUBLISHED}


def test_the_line_that_the_curator_wrote_for_everybody_is_offered_to_whoever_publishes(
    sign_in: SignIn, make: Make
) -> None:
    vocabulary(make)
    curator, editor = sign_in("curator"), sign_in("editor")
    form = visit(curator, "/desk/messages/new").form()
    form.press(curator, "submit", text="« Le crapaud vole »", reason="Carnet de M. Dupont").follow()
    address = re.findall(r'href="(/desk/messages/[^"]+/review)', visit(editor, "/desk/piles/reviews").text)[0]
    step = visit(editor, address).form("step")
    assert step.values["reason"] == "Carnet de M. Dupont"
    step.press(editor, "publish").follow()
    public = address.removeprefix("/desk").removesuffix("/review")
    assert "Carnet de M. Dupont" in visit(editor, f"{public}/history").text
    assert "« « " not in editor.get(f"{public}?lang=fr", follow_redirects=True).text.replace("\u202f", " ")


def test_nothing_is_given_back_without_a_word_and_an_open_remark_is_one(
    sign_in: SignIn, make: Make, session: Session
) -> None:
    vocabulary(make)
    draft = make.message("Le crapaud vole", status="draft", meaning="Un parachutage.")
    curator, editor = sign_in("curator"), sign_in("editor")
    sent = visit(curator, f"/desk/messages/{draft.id}", lang="en").form().press(curator, "submit", text="Il vole")
    assert "Before it can be published" not in sent.follow().text
    page = visit(editor, f"/desk/messages/{draft.id}/review", lang="en")
    refused = page.form("step").press(editor, "back")
    assert refused.status == 422
    assert "Say what is to be done" in refused.text
    page.form("remark").press(editor, "remark", text="Quelle page ?").follow()
    assert "1 remark is not settled." in visit(editor, f"/desk/messages/{draft.id}/review", lang="en").text
    page.form("step").press(editor, "back").follow()
    anew(session)
    assert draft.status == Status.DRAFT


def test_whoever_sends_for_review_hears_what_stands_against_publishing(sign_in: SignIn, make: Make) -> None:
    vocabulary(make)
    draft = make.message("Le crapaud vole", status="draft", wording_standing="attested")
    make.message("Le crapaud vole !")
    curator = sign_in("curator")
    form = visit(curator, f"/desk/messages/{draft.id}", lang="en").form()
    assert "Nothing bears witness to these words." in form.press(curator, "submit").follow().text
    assert "Le crapaud vole !" in visit(curator, f"/desk/messages/{draft.id}/review").text.replace("\u202f", " ")
