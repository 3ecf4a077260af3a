"""Two people, or one in two windows, save the same entry: disjoint changes merge, the rest is asked."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.desk.filling import anew, visit
from tests.desk.test_adding import vocabulary
from tests.make import Make
from webapp.desk.models import Conflict
from webapp.messages.models import Message
from webapp.revisions.queries import latest

SignIn = Callable[..., FlaskClient]


def address(message: Message) -> str:
    return f"/desk/messages/{message.id}"


def draft(make: Make) -> Message:
    vocabulary(make)
    claims = [make.claim("Un parachutage."), make.claim("Un atterrissage.")]
    return make.message("Le crapaud vole", status="draft", meanings=claims)


def test_different_fields_merge_by_themselves(sign_in: SignIn, make: Make, session: Session) -> None:
    message = draft(make)
    ada, ben = sign_in("curator", "ada@example.org"), sign_in("curator", "ben@example.org")
    hers, his = visit(ada, address(message)).form(), visit(ben, address(message)).form()
    hers.press(ada, "save", text="Le crapaud vole bas").follow()
    said = his.press(ben, "save", translation__en="The toad flies").follow()
    assert "par quelqu’un d’autre" in said.text or "by somebody else" in said.text
    anew(session)
    assert message.text == "Le crapaud vole bas"
    assert message.translation == {"en": "The toad flies"}


def test_changes_inside_different_meanings_merge_by_themselves(sign_in: SignIn, make: Make, session: Session) -> None:
    message = draft(make)
    first, second = (meaning.id for meaning in message.meanings)
    ada, ben = sign_in("curator", "ada@example.org"), sign_in("curator", "ben@example.org")
    hers, his = visit(ada, address(message)).form(), visit(ben, address(message)).form()
    hers.press(ada, "save", **{f"meanings__{first}__statement__fr": "Des armes."}).follow()
    his.press(ben, "save", **{f"meanings__{second}__statement__fr": "Des agents."}).follow()
    anew(session)
    assert [meaning.statement["fr"] for meaning in message.meanings] == ["Des armes.", "Des agents."]


def test_the_same_field_is_asked_about_and_both_texts_are_there(sign_in: SignIn, make: Make, session: Session) -> None:
    message = draft(make)
    ada, ben = sign_in("curator", "ada@example.org"), sign_in("curator", "ben@example.org")
    hers, his = visit(ada, address(message)).form(), visit(ben, address(message)).form()
    hers.press(ada, "save", text="Le crapaud vole bas").follow()
    asked = his.press(ben, "save", text="Le crapaud vole haut", translation__en="The toad flies").follow()
    assert "Le crapaud vole bas" in asked.text
    assert "Le crapaud vole haut" in asked.text
    assert "ada" in asked.text
    form = asked.form("conflict")
    form.values["pick-text"], form.values["own-text"] = "own", "Le crapaud vole, haut et bas"
    form.press(ben, "chosen").follow()
    anew(session)
    assert message.text == "Le crapaud vole, haut et bas"
    assert message.translation == {"en": "The toad flies"}


def test_what_was_typed_waits_on_the_desk_until_it_is_settled(sign_in: SignIn, make: Make, session: Session) -> None:
    message = draft(make)
    ada, ben = sign_in("curator", "ada@example.org"), sign_in("curator", "ben@example.org")
    hers, his = visit(ada, address(message)).form(), visit(ben, address(message)).form()
    hers.press(ada, "save", text="Le crapaud vole bas").follow()
    asked = his.press(ben, "save", text="Le crapaud vole haut").follow()
    assert asked.text.count("Le crapaud vole haut") > 0
    assert "Le crapaud vole haut" in visit(ben, "/desk/piles/conflicts").text
    assert "Le crapaud vole haut" not in visit(ada, "/desk/piles/conflicts").text
    asked.form("conflict").press(ben, "theirs").follow()
    anew(session)
    assert message.text == "Le crapaud vole bas"
    assert session.scalars(select(Conflict)).one().mine["text"] == "Le crapaud vole haut"
    assert "Le crapaud vole haut" not in visit(ben, "/desk/piles/conflicts").text


def test_a_third_save_during_the_choice_is_shown_and_the_choice_is_kept(
    sign_in: SignIn, make: Make, session: Session
) -> None:
    message = draft(make)
    ada, ben = sign_in("curator", "ada@example.org"), sign_in("curator", "ben@example.org")
    hers, his = visit(ada, address(message)).form(), visit(ben, address(message)).form()
    hers.press(ada, "save", text="Le crapaud vole bas").follow()
    form = his.press(ben, "save", text="Le crapaud vole haut").follow().form("conflict")
    visit(ada, address(message)).form().press(ada, "save", text="Le crapaud vole très bas").follow()
    form.values["pick-text"], form.values["own-text"] = "own", "Le crapaud vole mieux"
    again = form.press(ben, "chosen")
    assert again.status == 409
    assert "Le crapaud vole très bas" in again.text
    assert again.form("conflict").values["own-text"] == "Le crapaud vole mieux"
    again.form("conflict").press(ben, "mine").follow()
    anew(session)
    assert message.text == "Le crapaud vole haut"


def test_the_same_person_in_two_windows_loses_nothing_either(sign_in: SignIn, make: Make) -> None:
    message = draft(make)
    ada = sign_in("curator")
    one, other = visit(ada, address(message)).form(), visit(ada, address(message)).form()
    one.press(ada, "save", text="Le crapaud vole bas").follow()
    asked = other.press(ada, "save", text="Le crapaud vole haut").follow()
    assert asked.form("conflict").values["own-text"] == "Le crapaud vole haut"


def test_a_meaning_that_one_removed_and_the_other_changed_is_asked_about(
    sign_in: SignIn, make: Make, session: Session
) -> None:
    message = draft(make)
    first = message.meanings[0].id
    ada, ben = sign_in("curator", "ada@example.org"), sign_in("curator", "ben@example.org")
    hers, his = visit(ada, address(message)).form(), visit(ben, address(message)).form()
    hers.press(ada, f"remove:meanings-{first}").form().press(ada, "save").follow()
    asked = his.press(ben, "save", **{f"meanings__{first}__statement__fr": "Des armes."}).follow()
    assert "Des armes." in asked.text
    asked.form("conflict").press(ben, "mine").follow()
    anew(session)
    assert [meaning.statement["fr"] for meaning in message.meanings] == ["Un atterrissage.", "Des armes."]
    assert message.meanings[1].id == first


def test_a_conflict_is_shown_to_nobody_else(sign_in: SignIn, make: Make) -> None:
    message = draft(make)
    ada, ben = sign_in("curator", "ada@example.org"), sign_in("curator", "ben@example.org")
    hers, his = visit(ada, address(message)).form(), visit(ben, address(message)).form()
    hers.press(ada, "save", text="Le crapaud vole bas").follow()
    answer = his.press(ben, "save", text="Le crapaud vole haut").answer
    assert visit(ada, answer.location).status == 404


def test_a_change_beside_a_published_message_waits_and_merges_too(
    sign_in: SignIn, make: Make, session: Session
) -> None:
    vocabulary(make)
    message = make.message("Le crapaud vole", meaning="Un parachutage.")
    ada, ben = sign_in("curator", "ada@example.org"), sign_in("curator", "ben@example.org")
    hers, his = visit(ada, address(message)).form(), visit(ben, address(message)).form()
    hers.press(ada, "save", text="Le crapaud vole bas").follow()
    his.press(ben, "save", translation__en="The toad flies").follow()
    anew(session)
    waiting = latest(session, message.id).document
    assert message.text == "Le crapaud vole"
    assert (waiting["text"], waiting["translation"]) == ("Le crapaud vole bas", {"en": "The toad flies"})


def test_saving_unchanged_makes_no_revision(sign_in: SignIn, make: Make, session: Session) -> None:
    message = draft(make)
    ada = sign_in("curator")
    visit(ada, address(message)).form().press(ada, "save").follow()
    assert latest(session, message.id).number == 1


def test_colleagues_see_who_has_it_open(sign_in: SignIn, make: Make) -> None:
    message = draft(make)
    ada, ben = sign_in("curator", "ada@example.org"), sign_in("curator", "ben@example.org")
    assert "open too" not in visit(ada, address(message), lang="en").text
    assert "ada has this record open too" in visit(ben, address(message), lang="en").text
