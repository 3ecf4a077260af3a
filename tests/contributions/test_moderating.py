"""What editors do with what was offered: look, ask, accept, decline; what it becomes; whom it thanks."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.contributions.offering import anew, held, offer, page_of, patient
from tests.desk.filling import Page, visit
from tests.make import Make
from tests.media.files import picture, wav
from webapp.contributions.models import Contribution, Credit, Stage
from webapp.desk.models import Comment
from webapp.media.rights import RIGHTS
from webapp.messages.models import Message
from webapp.revisions import Revision, Status
from webapp.revisions.queries import latest

SignIn = Callable[..., FlaskClient]
EVIDENCE = "Le carnet de mon oncle, page 3."


def answer(editor: FlaskClient, contribution: Contribution, wish: str, **typed: str) -> Page:
    """An editor presses a button of the contribution's page."""
    return visit(editor, f"/desk/contributions/{contribution.id}").form("answer").press(editor, wish, **typed)


def test_an_accepted_message_is_a_draft_with_credit_and_not_yet_public(
    client: FlaskClient, sign_in: SignIn, make: Make, session: Session
) -> None:
    patient(client)
    receipt = offer(client, "message", phrase="Les dés sont sur le tapis", date="vers mai 44", evidence=EVIDENCE,
                    meant="Sabotage des voies.", name="Jeanne D.")  # fmt: skip
    contribution = held(session, receipt)
    assert answer(sign_in("editor"), contribution, "accept").follow().status == 200
    anew(session)
    message = session.scalars(select(Message)).one()
    assert (message.status, message.text) == (Status.DRAFT, "Les dés sont sur le tapis")
    assert message.broadcasts[0].written == "vers mai 44"
    assert message.broadcasts[0].edtf.text == "1944-05~"
    assert message.meanings[0].standing == "attributed"
    assert EVIDENCE in message.meanings[0].note["fr"]
    assert "Jeanne D." in latest(session, message.id).reason
    assert session.scalars(select(Credit)).one().name == "Jeanne D."
    assert EVIDENCE in session.scalars(select(Comment)).one().text
    assert client.get(f"/messages/{message.id}").status_code == 404
    page = client.get(f"/contributions/{receipt}?lang=en").text
    assert "accepted" in page
    assert f"/id/{message.id}" in page
    assert "Jeanne D." in page


def test_the_station_that_was_named_stands_in_the_field_of_the_station(
    client: FlaskClient, sign_in: SignIn, make: Make, session: Session
) -> None:
    london = make.station("BBC, Radio Londres (service français)")
    patient(client)
    message = make.message("Le crapaud vole")
    for where in ("radio londres", "le poste du voisin"):
        receipt = offer(client, "date", about=message.id, date="5 juin 1944", where=where, evidence=EVIDENCE)
        answer(sign_in("editor", f"{where[:5].strip()}@example.org"), held(session, receipt), "accept")
    anew(session)
    first, second = latest(session, message.id).document["broadcasts"][-2:]
    assert first["station"] == london.id
    assert "radio londres" not in str(first["note"]).lower()
    assert second["station"] is None
    assert "le poste du voisin" in second["note"]["fr"]


OFFERS = {
    "variant": {"phrase": "Le crapaud volait"},
    "interpretation": {"statement": "Un parachutage."},
    "date": {"date": "5 juin 1944"},
    "reference": {"title": "Ici Londres", "locator": "p. 4"},
    "correction": {"wrong": "crapaud", "right": "crapaud chanteur"},
}


@pytest.mark.parametrize("kind", OFFERS)
def test_an_accepted_change_waits_beside_the_published_record(
    client: FlaskClient, sign_in: SignIn, make: Make, session: Session, kind: str
) -> None:
    patient(client)
    message = make.message("Le crapaud vole")
    before = client.get(f"/messages/{message.id}.json").json
    receipt = offer(client, kind, about=message.id, evidence=EVIDENCE, name="Jeanne D.", **OFFERS[kind])
    answer(sign_in("editor"), held(session, receipt), "accept").follow()
    assert client.get(f"/messages/{message.id}.json").json == before
    contribution = held(session, receipt)
    draft = latest(session, contribution.record_id)
    assert draft.status == Status.DRAFT
    assert "Jeanne D." in draft.reason
    assert "Jeanne D." not in client.get(f"/messages/{message.id}", follow_redirects=True).text
    written = str(draft.document)
    assert (OFFERS[kind].get("right") or next(iter(OFFERS[kind].values())) or "1944-06-05") in written or (
        kind in ("reference", "variant") and contribution.record_id
    )


def test_thanks_stand_on_the_page_once_the_change_is_published(
    client: FlaskClient, sign_in: SignIn, make: Make, session: Session
) -> None:
    patient(client)
    message = make.message("Le crapaud vole")
    receipt = offer(client, "date", about=message.id, date="5 juin 1944", evidence=EVIDENCE, name="Jeanne D.")
    editor = sign_in("editor")
    answer(editor, held(session, receipt), "accept").follow()
    assert "has become a draft" in client.get(f"/contributions/{receipt}?lang=en").text
    visit(editor, f"/desk/messages/{message.id}/review").form("step").press(
        editor, "publish", reason="Une date"
    ).follow()
    after = client.get(f"/contributions/{receipt}?lang=en").text
    assert "It has been published" in after
    assert "has become a draft" not in after
    page = client.get(f"/messages/{message.id}?lang=fr", follow_redirects=True).text
    assert "Jeanne D." in page
    assert "5 juin 1944" in page


def test_an_editor_asks_and_the_contributor_answers_on_the_page_of_the_receipt(
    client: FlaskClient, sign_in: SignIn, session: Session
) -> None:
    patient(client)
    receipt = offer(client, "message", phrase="Une phrase", evidence=EVIDENCE)
    editor = sign_in("editor")
    answer(editor, held(session, receipt), "ask", text="Quel carnet ?").follow()
    page = visit(client, f"/contributions/{receipt}")
    assert "Quel carnet ?" in page.text
    assert held(session, receipt).status == Stage.QUESTION
    page.form("write").press(client, "write", text="Celui de 1943.").follow()
    assert held(session, receipt).status == Stage.LOOKED_AT
    assert "Celui de 1943." in visit(editor, f"/desk/contributions/{held(session, receipt).id}").text


def test_a_contribution_is_declined_only_with_a_reason_that_its_contributor_reads(
    client: FlaskClient, sign_in: SignIn, session: Session
) -> None:
    patient(client)
    receipt = offer(client, "message", phrase="Une phrase", evidence=EVIDENCE, address="jeanne@example.org")
    editor = sign_in("editor")
    assert answer(editor, held(session, receipt), "decline").status == 422
    answer(editor, held(session, receipt), "decline", text="Elle est déjà là.").follow()
    assert "Elle est déjà là." in client.get(f"/contributions/{receipt}").text
    assert held(session, receipt).address is None


def test_an_answered_contribution_is_not_answered_again(client: FlaskClient, sign_in: SignIn, session: Session) -> None:
    patient(client)
    receipt = offer(client, "message", phrase="Une phrase", evidence=EVIDENCE)
    editor = sign_in("editor")
    form = visit(editor, f"/desk/contributions/{held(session, receipt).id}").form("answer")
    form.press(editor, "accept").follow()
    assert form.press(editor, "accept").status == 422
    anew(session)
    assert len(session.scalars(select(Message)).all()) == 1


def test_a_contributor_with_an_address_hears_that_there_is_news_and_the_address_goes(
    client: FlaskClient, sign_in: SignIn, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    patient(client)
    receipt = offer(client, "message", phrase="Une phrase", evidence=EVIDENCE, address="jeanne@example.org")
    answer(sign_in("editor"), held(session, receipt), "accept").follow()
    assert "To: jeanne@example.org" in capsys.readouterr().out
    assert held(session, receipt).address is None


def test_every_count_of_the_desk_equals_the_list_behind_it(
    client: FlaskClient, sign_in: SignIn, make: Make, session: Session
) -> None:
    patient(client)
    essay = make.essay()
    for number in range(3):
        offer(client, "message", phrase=f"Phrase {number}", evidence=EVIDENCE)
    offer(client, "reply", about=essay.id, name="Jean", text="Bien vu.")
    editor = sign_in("editor")
    answer(editor, held(session, offer(client, "recollection", text="Moi.")), "ask", text="Où ?").follow()
    home = editor.get("/desk").text
    for name, many in (("contributions", 3), ("replies", 1), ("questions", 1)):
        shown = re.search(rf'/desk/piles/{name}">[^<]*</a> <span class="typed piles__n">(\d+)', home)
        assert shown, name
        assert int(shown[1]) == many, name
        assert len(re.findall(r"/desk/contributions/\d+", editor.get(f"/desk/piles/{name}").text)) == many
    listing = editor.get("/desk/contributions?stage=received").text
    assert len(re.findall(r'href="/desk/contributions/\d+', listing)) == 4
    assert re.search(r'stage=received"[^>]*>[^<]*<span class="typed">4<', listing)


def test_a_curator_who_may_not_answer_sees_an_empty_pile(
    client: FlaskClient, sign_in: SignIn, session: Session
) -> None:
    offer(patient(client), "message", phrase="Une phrase", evidence=EVIDENCE)
    curator = sign_in("curator")
    assert "Une phrase" not in curator.get("/desk/piles/contributions").text
    assert curator.get("/desk/contributions").status_code == 403


def test_what_is_personal_is_in_no_history_export_or_feed(
    client: FlaskClient, sign_in: SignIn, make: Make, session: Session
) -> None:
    patient(client)
    message, essay = make.message("Le crapaud vole"), make.essay()
    receipt = offer(
        client, "date", about=message.id, date="5 juin 1944", evidence=EVIDENCE, address="jeanne@example.org"
    )
    reply = offer(client, "reply", about=essay.id, name="Jean", text="Bien vu.", address="jean@example.org")
    editor = sign_in("editor")
    for each in (receipt, reply):
        answer(editor, held(session, each), "accept").follow()
    visit(editor, f"/desk/messages/{message.id}/review").form("step").press(editor, "publish", reason="Date").follow()
    codes = [held(session, each).receipt for each in (receipt, reply)]
    for address in (
        f"/messages/{message.id}", f"/messages/{message.id}.json", f"/messages/{message.id}/history", "/messages.json",
        f"/essays/{essay.id}", f"/essays/{essay.id}.json", f"/essays/{essay.id}/replies.atom",
    ):  # fmt: skip
        text = client.get(address, follow_redirects=True).text
        assert "example.org" not in text.replace("http://localhost", ""), address
        assert not any(code in text for code in codes), address
    assert not any("example.org" in str(each.document) + each.reason for each in session.scalars(select(Revision)))


def test_the_receipt_says_at_every_step_what_becomes_of_the_picture_that_came_along(
    client: FlaskClient, sign_in: SignIn, make: Make, session: Session
) -> None:
    message, editor = make.message("Le crapaud vole"), sign_in("editor")
    patient(client)

    def send() -> str:
        return offer(
            client, "recollection", about=message.id, text="Mon oncle.", photo=(io.BytesIO(picture()), "a.png")
        )

    def said(receipt: str) -> str:
        return client.get(f"/contributions/{receipt}?lang=en").text

    kept, gone = send(), send()
    assert "Only editors see it until it is decided" in said(kept)
    answer(editor, held(session, gone), "decline", text="Trop floue.").follow()
    assert "The picture that came along was deleted." in said(gone)
    answer(editor, held(session, kept), "accept").follow()
    assert "waits for an editor to say what it shows" in said(kept)
    form = visit(editor, f"/desk/media/{held(session, kept).medium_id}").form()
    form.press(editor, "publish", rights=next(iter(RIGHTS)), alt__fr="Un homme.").follow()
    assert "The picture that came along is published." in said(kept)
    assert client.get(re.findall(r'href="(/media/[^"]+)"', said(kept))[0]).status_code == 200


def test_where_a_picture_is_asked_for_the_refusal_speaks_of_pictures(client: FlaskClient, make: Make) -> None:
    message = make.message("Le crapaud vole")
    patient(client)
    for content in (b"MZ\x90 a program", wav()):
        refused = page_of(client, "recollection", "en", about=message.id, text="Oui.", photo=(io.BytesIO(content), "a"))
        assert refused.status_code == 422
        assert "A picture is asked for here: JPEG, PNG or WebP." in refused.text
        assert "recordings" not in refused.text


def test_an_accepted_correction_whose_words_are_not_found_says_that_it_has_to_be_put_in_by_hand(
    client: FlaskClient, sign_in: SignIn, make: Make, session: Session
) -> None:
    message, editor = make.message("Le crapaud vole"), sign_in("editor")
    patient(client)
    offered = {"about": message.id, "right": "tortue", "evidence": EVIDENCE}
    lost = held(session, offer(client, "correction", wrong="tortu", **offered))
    assert "portez la correction à la main" in answer(editor, lost, "accept").follow().text
    found = held(session, offer(client, "correction", wrong="crapaud", **offered))
    assert "portez la correction à la main" not in answer(editor, found, "accept").follow().text


def test_whoever_offers_what_the_archive_has_is_led_there_and_so_is_the_editor(
    client: FlaskClient, sign_in: SignIn, make: Make, session: Session
) -> None:
    message, draft = make.message("Le crapaud vole"), make.message("Le crapaud vola", status="draft")
    patient(client)
    receipt = offer(client, "message", phrase="Le crapaud vole !", evidence=EVIDENCE)
    page = client.get(f"/contributions/{receipt}?lang=en").text
    assert "The archive has a message in these words:" in page
    assert f"/messages/{message.id}" in page
    assert draft.text not in page
    desk = visit(sign_in("editor"), f"/desk/contributions/{held(session, receipt).id}", lang="en").text
    assert f"/desk/messages/{message.id}" in desk
    assert re.search(rf"/desk/messages/{draft.id}.*?draft", desk)


@pytest.mark.parametrize("kind", ["correction", "reply", "interpretation"])
def test_a_field_that_must_be_filled_in_is_not_called_optional(client: FlaskClient, kind: str) -> None:
    label = re.search(r'<label for="about">(.*?)</label>', client.get(f"/contribute/{kind}?lang=en").text)
    assert label
    assert "optional" not in label[1]
    refused = page_of(patient(client), kind, "en").text
    assert refused.count("Say which record it is about.") == 1 + refused.count('href="#about"')


def test_a_record_that_was_not_recognised_is_called_so_on_the_receipt(client: FlaskClient, make: Make) -> None:
    message = make.message("Le crapaud vole")
    patient(client)
    for about, recognised in ((message.id, True), ("pas-une-notice", False)):
        receipt = offer(client, "variant", about=about, phrase="Le crapaud vola", evidence=EVIDENCE)
        page = client.get(f"/contributions/{receipt}?lang=en").text
        assert ("no record of the archive was recognised" in page) is not recognised


@pytest.mark.parametrize("url", ["javascript:alert(1)", "abcd", "file:///etc/passwd"])
def test_what_is_no_address_on_the_web_is_refused(client: FlaskClient, make: Make, url: str) -> None:
    message = make.message("Le crapaud vole")
    patient(client)
    refused = page_of(client, "reference", "en", about=message.id, title="Un livre", url=url, evidence=EVIDENCE)
    assert refused.status_code == 422
    assert "This is no address on the web." in refused.text
    assert offer(client, "reference", about=message.id, title="Un livre", url="www.bbc.co.uk/x", evidence=EVIDENCE)
