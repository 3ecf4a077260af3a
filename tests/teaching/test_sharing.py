"""Share and cite: on every record's page, for everybody, without an account and without a script."""

from __future__ import annotations

import io
import json
import re

import bibtexparser
import extruct
import pytest
import rispy
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from tests.conftest import counted_queries
from tests.make import Make
from webapp.desk.merging import merge
from webapp.identifiers import Identifier
from webapp.revisions.actions import change, publish, withdraw
from webapp.revisions.citing import citables
from webapp.revisions.documents import to_document

SECRET = "Annonçait un parachutage près de Tulle"


@pytest.fixture
def message(make: Make):
    """A published message with a disputed meaning, in its first version."""
    station = make.station()
    claim = make.claim(SECRET, "disputed")
    return make.message("Le vent souffle les flambeaux", night="1944-08-23", station=station.id, meanings=[claim])


def test_a_message_says_how_to_share_and_cite_it(client: FlaskClient, message) -> None:
    page = client.get(f"/messages/{message.id}", follow_redirects=True).text
    assert f'value="http://localhost/id/{message.id}"' in page
    assert f'value="http://localhost/id/{message.id}/v1"' in page
    assert "[message codé, sens contesté]" in page or "meaning disputed" in page
    for style in ("apa", "mla", "chicago-note", "chicago-author-date", "iso690"):
        assert f'id="cite-{style}"' in page


def test_the_panel_stands_on_essays_nights_and_authorities(client: FlaskClient, make: Make, message) -> None:
    essay = make.essay()
    for address in (f"/essays/{essay.id}", "/nights/1944-08-23"):
        page = client.get(address, follow_redirects=True).text
        assert page.count('id="h-share"') == 1, address


def test_a_record_is_cited_by_its_latest_public_version(client: FlaskClient, session, message) -> None:
    change(message, to_document(message) | {"translation": {"en": "The wind"}}, by=None)
    session.commit()
    assert "/v1" in client.get(f"/id/{message.id}.bib").text  # a waiting draft is not citable
    publish(message, by=None)
    session.commit()
    assert f"/id/{message.id}/v2" in client.get(f"/id/{message.id}.bib").text


def test_every_record_can_be_downloaded_for_a_reference_manager(client: FlaskClient, message) -> None:
    bib = client.get(f"/messages/{message.id}.bib")
    assert bib.headers["Content-Disposition"] == f'attachment; filename="carottes-{message.id}-v1.bib"'
    (entry,) = bibtexparser.loads(bib.text).entries
    assert entry["title"] == "{Le vent souffle les flambeaux}"
    assert entry["date"] == "1944-08-23"
    (ris,) = rispy.loads(client.get(f"/id/{message.id}.ris").text)
    assert ris["year"] == "1944"
    (csl,) = json.loads(client.get(f"/messages/{message.id}.csl.json").text)
    assert csl["issued"] == {"date-parts": [[1944, 8, 23]]}


@pytest.mark.parametrize("ending", ["bib", "ris", "csl.json"])
def test_a_night_can_be_downloaded_and_has_no_version(client: FlaskClient, message, ending: str) -> None:
    text = client.get(f"/nights/1944-08-23.{ending}").text
    assert "http://localhost/nights/1944-08-23" in text
    assert "version" not in text


def test_a_meaning_is_cited_with_its_standing_and_as_part_of_a_version(client: FlaskClient, message) -> None:
    meaning = message.meanings[0]
    page = client.get(f"/cite/{meaning.id}", headers={"Accept-Language": "en"}).text
    assert "Meaning attributed to" in page
    assert "claimed meaning, disputed" in page
    assert f"/id/{meaning.id}/v1" in page


def test_to_an_outsider_no_reference_tells_a_meaning_or_a_standing(client: FlaskClient, message) -> None:
    meaning = message.meanings[0]
    for address in (f"/messages/{message.id}", f"/cite/{message.id}", f"/cite/{meaning.id}", f"/id/{meaning.id}.bib",
                    f"/id/{message.id}.csl.json", f"/messages/{message.id}.ris"):  # fmt: skip
        answer = client.get(address, query_string={"reading": "outsider", "lang": "fr"}, follow_redirects=True)
        assert answer.status_code == 200, address
        assert SECRET not in answer.text, address
        assert "codé, sens contesté" not in answer.text, address
        assert '"disputed"' not in answer.text, address


def test_the_references_of_an_earlier_version_are_kept(client: FlaskClient, session, message) -> None:
    document = to_document(message) | {"text": "Le vent souffle la chandelle"}
    change(message, document, by=None)
    publish(message, by=None)
    session.commit()
    assert "les flambeaux" in client.get(f"/cite/{message.id}?version=1").text
    assert "la chandelle" in client.get(f"/cite/{message.id}").text
    assert "les flambeaux" in client.get(f"/id/{message.id}/v1.bib").text
    assert client.get(f"/cite/{message.id}?version=3").status_code == 404
    assert client.get(f"/cite/{message.id}?version=zwei").status_code == 404


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_a_qr_code_leads_to_the_permanent_address(client: FlaskClient, message, ending: str) -> None:
    for address, wanted in ((f"/id/{message.id}", f"/id/{message.id}"), ("/nights/1944-08-23", "/nights/1944-08-23")):
        answer = client.get(f"{address}/qr.{ending}")
        assert answer.mimetype == {"svg": "image/svg+xml", "png": "image/png"}[ending]
        picture = _drawn(answer.data) if ending == "svg" else Image.open(io.BytesIO(answer.data))
        assert zxingcpp.read_barcode(picture.convert("L")).text == f"http://localhost{wanted}"


def test_what_an_outsider_hands_on_stays_an_outsiders_page(client: FlaskClient, message) -> None:
    for path in (f"/messages/{message.id}", "/nights/1944-08-23"):
        text = client.get(f"{path}?reading=outsider", follow_redirects=True).text
        handed = re.findall(r'id="(?:permanent|versioned)" readonly value="([^"]+)"', text)
        assert handed
        assert all(each.endswith("?reading=outsider") for each in handed), handed
        code = re.search(r'class="qr-code" src="([^"]+)"', text)[1]
        assert zxingcpp.read_barcode(_drawn(client.get(code).data)).text.endswith("?reading=outsider")
        for each in handed:
            arrived = client.get(each.removeprefix("http://localhost"), follow_redirects=True)
            assert arrived.request.args["reading"] == "outsider"


def _drawn(svg: bytes) -> Image.Image:
    """The code of the drawing: its size from the box, its modules from the one path."""
    text = svg.decode()
    size = int(re.search(r'viewBox="0 0 (\d+)', text)[1])
    picture = Image.new("L", (size, size), 255)
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", text):
        picture.putpixel((int(x), int(y)), 0)
    return picture.resize((size * 8, size * 8), Image.Resampling.NEAREST)


ADDRESSES = ["/cite/{id}", "/id/{id}.bib", "/id/{id}.csl.json", "/id/{id}/qr.svg", "/id/{id}/qr.png",
             "/id/{id}/timemap", "/id/{id}/v1", "/messages/{id}/v1", "/messages/{id}/v1.json", "/id/{id}/v1.ris",
             "/messages/{id}.ris"]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_draft_is_not_found_by_anybody(client: FlaskClient, make: Make, address: str) -> None:
    draft = make.message("Un brouillon secret", status="draft")
    answer = client.get(address.format(id=draft.id))
    assert answer.status_code == 404
    assert "brouillon" not in answer.text


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_withdrawn_answers_gone_with_its_reason(client: FlaskClient, session, message, address: str) -> None:
    withdraw(message, by=None, reason="C’était une blague")
    session.commit()
    answer = client.get(address.format(id=message.id))
    assert answer.status_code == 410
    assert "blague" in answer.text or "csl.json" in address or "v1.json" in address
    assert SECRET not in answer.text


@pytest.mark.parametrize("address", ["/messages/{}.json", "/id/{}.csl.json", "/api/v1/messages/{}"])
def test_a_program_is_told_how_a_withdrawn_record_was_last_cited(
    client: FlaskClient, session, message, address: str
) -> None:
    withdraw(message, by=None, reason="Faux.")
    session.commit()
    answer = client.get(address.format(message.id), headers={"Accept-Language": "fr"})
    assert answer.status_code == 410
    assert answer.mimetype == "application/problem+json"
    assert message.text in answer.json["last_citation"]
    assert SECRET not in answer.text


def test_a_tombstone_gives_the_last_public_reference_and_no_meaning(client: FlaskClient, session, message) -> None:
    withdraw(message, by=None, reason="Un doublon")
    session.commit()
    answer = client.get(f"/messages/{message.id}", headers={"Accept-Language": "fr"})
    assert answer.status_code == 410
    assert "Un doublon" in answer.text
    assert "retiré de l’archive" in answer.text
    assert f"/id/{message.id}/v1" in answer.text
    assert SECRET not in answer.text


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_typing_error_in_an_identifier_is_said(client: FlaskClient, message, address: str) -> None:
    wrong = message.id[:-1] + ("0" if message.id[-1] != "0" else "1")
    answer = client.get(address.format(id=wrong), headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert "typing error" in answer.text


def test_a_merged_record_leads_on(client: FlaskClient, app: Flask, make: Make, message) -> None:
    gone = make.message("Le vent souffle le flambeau")
    with app.extensions["database"].writing() as own:
        own.get(Identifier, gone.id).target_id = message.id
    assert client.get(f"/cite/{gone.id}").headers["Location"] == f"/cite/{message.id}"
    assert client.get(f"/id/{gone.id}").status_code == 301
    assert client.get(f"/id/{gone.id}/v7").headers["Location"].startswith(f"/id/{message.id}/v7")
    assert f"carottes-{message.id}" in client.get(f"/id/{gone.id}.bib").text


def test_a_version_that_was_cited_before_a_merge_is_still_that_version(
    client: FlaskClient, session: Session, make: Make, message
) -> None:
    gone = make.message("Le vent souffle le flambeau")
    merge(session, message, gone, {}, by=None, reason="la même phrase")
    session.commit()
    page = client.get(f"/id/{gone.id}/v1?lang=en", follow_redirects=True)
    assert page.request.path == f"/messages/{gone.id}/v1"
    assert "Le vent souffle le flambeau" in page.text
    assert "The record was merged into another since" in page.text
    assert message.text in page.text
    assert client.get(f"/messages/{gone.id}/v1.json").json["document"]["text"] == "Le vent souffle le flambeau"
    assert "le flambeau" in client.get(f"/id/{gone.id}/v1.bib").text


def test_a_reference_manager_finds_one_correct_item(client: FlaskClient, message) -> None:
    page = client.get(f"/messages/{message.id}", follow_redirects=True).text
    tags = dict(re.findall(r'<meta name="([^"]+)" content="([^"]*)">', page))
    assert tags["citation_title"] == "Le vent souffle les flambeaux"
    assert tags["z:itemType"] == "encyclopediaArticle"  # a lone citation_title would be an article of a journal
    assert tags["citation_date"] == "1944/08/23"
    assert tags["citation_public_url"] == f"http://localhost/id/{message.id}/v1"
    assert "Z3988" not in page  # COinS would override better data


def test_an_undated_message_says_so_before_a_program_takes_another_date(client: FlaskClient, make: Make) -> None:
    message = make.message("Le crapaud vole")
    page = client.get(f"/messages/{message.id}", headers={"Accept-Language": "fr"}, follow_redirects=True).text
    assert '<meta name="citation_date" content="s. d.">' in page
    assert "DC.date" not in page


def test_an_essay_is_a_chapter_with_its_author(client: FlaskClient, make: Make) -> None:
    essay = make.essay(title="Le bruit comme armure")
    page = client.get(f"/essays/{essay.id}", headers={"Accept-Language": "fr"}, follow_redirects=True).text
    tags = dict(re.findall(r'<meta name="([^"]+)" content="([^"]*)">', page))
    assert tags["citation_author"] == "Nous"
    assert tags["citation_book_title"] == "Carottes, archive de messages codés"


def test_linked_data_has_every_claim_with_its_standing_and_no_made_up_date(client: FlaskClient, make: Make) -> None:
    claim = make.claim(SECRET, "legend")
    message = make.message("Les carottes sont cuites", night="1944-06-05?", meanings=[claim])
    page = client.get(f"/messages/{message.id}", follow_redirects=True).text
    (data,) = extruct.extract(page, syntaxes=["json-ld"])["json-ld"]
    assert data["@type"] == "Quotation"
    assert data["creativeWorkStatus"] == "legend"
    assert [each["creativeWorkStatus"] for each in data["about"]] == ["legend"]
    assert "startDate" not in data["publication"][0]
    assert data["publication"][0]["additionalProperty"]["value"] == "1944-06-05?"
    outside = client.get(f"/messages/{message.id}?reading=outsider", follow_redirects=True).text
    (data,) = extruct.extract(outside, syntaxes=["json-ld"])["json-ld"]
    assert "about" not in data
    assert "creativeWorkStatus" not in data


def test_a_script_in_a_phrase_stays_a_phrase(client: FlaskClient, make: Make) -> None:
    message = make.message("</script><script>alert(1)</script>")
    page = client.get(f"/messages/{message.id}", follow_redirects=True).text
    assert "<script>alert" not in page
    assert "</script><script>alert" not in client.get(f"/cite/{message.id}").text


def test_a_page_says_its_permanent_address_in_its_headers(client: FlaskClient, message) -> None:
    links = client.get(f"/messages/{message.id}", follow_redirects=True).headers.getlist("Link")
    assert f'<http://localhost/id/{message.id}>; rel="cite-as"' in links
    assert any("application/x-bibtex" in link for link in links)


def test_an_ark_leads_where_the_short_address_leads(client: FlaskClient, message) -> None:
    answer = client.get(f"/ark:/99999/{message.id}", follow_redirects=True)
    assert answer.request.path.startswith(f"/messages/{message.id}")


def test_references_of_a_list_ask_the_database_once_for_two_hundred(app: Flask, make: Make) -> None:
    messages = [make.message(f"Phrase {number}") for number in range(12)]
    with app.test_request_context("/"), app.extensions["database"].reading() as own:
        records = [own.merge(message) for message in messages]
        for record in records:
            assert record.station is None
            assert record.broadcasts == record.meanings == []
        with counted_queries(app) as sent:
            found = list(citables(own, records))
    assert [each.version for each in found] == [1] * 12
    assert len(sent) == 1
