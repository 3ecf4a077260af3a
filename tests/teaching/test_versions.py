"""A version never changes: not its words, not the names it links to; and it says what has changed since."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from email.utils import parsedate_to_datetime

import pytest
from flask.testing import FlaskClient

from tests.make import Make
from webapp.revisions import KINDS, Revision
from webapp.revisions.actions import change, publish, withdraw
from webapp.revisions.documents import canonical, to_document

SECRET = "Annonçait un parachutage près de Tulle"


def republish(session, record, **more) -> None:
    """The next version of a record, with other content."""
    change(record, to_document(record) | more, by=None)
    publish(record, by=None)
    session.commit()


@pytest.fixture
def message(make: Make):
    """A message of a station, with one claim."""
    station = make.station("Radio d’alors")
    return make.message("Le premier mot", station=station.id, meaning=SECRET, night="1944-06-05")


def test_a_version_shows_the_words_of_its_day(client: FlaskClient, session, message) -> None:
    republish(session, message, text="Le second mot")
    old = client.get(f"/messages/{message.id}/v1").text
    assert "Le premier mot" in old
    assert SECRET in old
    assert "Le second mot" in client.get(f"/messages/{message.id}/v2").text


def test_a_version_keeps_the_names_that_were_used_then(client: FlaskClient, session, message) -> None:
    republish(session, message.station, name={"fr": "Radio d’aujourd’hui", "en": "Radio today"})
    body = client.get(f"/messages/{message.id}/v1").text
    assert "Radio d’alors" in body
    assert "aujourd’hui" not in body.split('id="h-share"')[0].split("<article")[1]


def test_a_version_says_what_has_changed_since(client: FlaskClient, session, message) -> None:
    assert (
        "nothing has changed since" in client.get(f"/messages/{message.id}/v1", headers={"Accept-Language": "en"}).text
    )
    republish(session, message, text="Le second mot", translation={"en": "The second word"})
    page = client.get(f"/messages/{message.id}/v1", headers={"Accept-Language": "en"}).text
    assert "Changed since:" in page
    assert "Wording" in page
    assert "Translation" in page
    assert f"/messages/{message.id}/history?" in page


def test_a_historic_version_never_tells_the_outsider_a_meaning(client: FlaskClient, session, message) -> None:
    other = to_document(message)["meanings"]
    other[0] = other[0] | {"statement": {"fr": "Un autre secret", "en": "Another secret"}, "standing": "legend"}
    republish(session, message, meanings=other)
    for number in (1, 2):
        for ending in ("", ".json"):
            answer = client.get(f"/messages/{message.id}/v{number}{ending}?reading=outsider&lang=en")
            assert answer.status_code == 200
            for word in (SECRET, "autre secret", "Another secret", "legend", "Claims of what it meant", "attested"):
                assert word not in answer.text.replace("legends", ""), (number, ending, word)


def test_a_version_can_be_verified_by_anybody(client: FlaskClient, message) -> None:
    data = client.get(f"/messages/{message.id}/v1.json").json
    assert data["complete"]
    made = hashlib.sha256(canonical({"document": data["document"], "labels": data["labels"]})).hexdigest()
    assert made == data["sha256"]
    assert data["sha256"] in client.get(f"/messages/{message.id}/v1").text


def test_a_version_does_not_name_a_related_draft(client: FlaskClient, session, make: Make, message) -> None:
    draft = make.message("Une phrase encore secrète", status="draft")
    republish(session, message, relations=[{"kind": "variant-of", "other": draft.id, "note": {}}])
    for ending in ("", ".json"):
        answer = client.get(f"/messages/{message.id}/v2{ending}")
        assert "encore secrète" not in answer.text
        assert draft.id not in answer.text
    assert client.get(f"/messages/{message.id}/v2.json").json["complete"] is False


def test_a_version_is_its_own_canonical_address_and_says_when_it_was_made(
    client: FlaskClient, session, message
) -> None:
    republish(session, message, text="Le second mot")
    answer = client.get(f"/messages/{message.id}/v1")
    assert f'<link rel="canonical" href="http://localhost/messages/{message.id}/v1">' in answer.text
    made = session.query(Revision).filter_by(record_id=message.id, version=1).one().at
    assert parsedate_to_datetime(answer.headers["Memento-Datetime"]) == made
    links = ", ".join(answer.headers.getlist("Link"))
    assert f'<http://localhost/id/{message.id}/v1>; rel="cite-as"' in links
    assert 'rel="original latest-version"' in links
    assert f'<http://localhost/id/{message.id}/v2>; rel="next memento"' in links


def test_the_short_address_of_a_version_leads_to_its_page(client: FlaskClient, message) -> None:
    assert client.get(f"/id/{message.id}/v1").headers["Location"] == f"/messages/{message.id}/v1"
    meaning = message.meanings[0].id
    assert client.get(f"/id/{meaning}/v1").headers["Location"] == f"/messages/{message.id}/v1#{meaning}"
    assert client.get(f"/id/{message.id}/v2").status_code == 404


def test_the_outsider_s_reading_goes_along_on_every_way(client: FlaskClient, message) -> None:
    meaning, typed = message.meanings[0].id, f"{message.id[:3]}-{message.id[3:]}"
    for address in (f"/id/{message.id}", f"/id/{message.id}/v1", f"/id/{meaning}/v1", f"/ark:/12345/{message.id}",
                    f"/messages/{typed}/v1", f"/cite/{meaning}", f"/cite/{typed}"):  # fmt: skip
        answer = client.get(f"{address}?reading=outsider", follow_redirects=True)
        assert answer.status_code == 200, address
        assert SECRET not in answer.text, address


def test_an_identifier_typed_with_dashes_finds_its_version(client: FlaskClient, message) -> None:
    typed = f"{message.id[:3]}–{message.id[3:].upper()}"
    answer = client.get(f"/messages/{typed}/v1")
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"/messages/{message.id}/v1"


def test_a_missing_version_says_which_there_are(client: FlaskClient, message) -> None:
    answer = client.get(f"/messages/{message.id}/v7", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert "from 1 to 1" in answer.text


def test_the_list_of_versions_and_the_chooser_by_date(client: FlaskClient, session, message) -> None:
    republish(session, message, text="Le second mot")
    listed = client.get(f"/id/{message.id}/timemap")
    assert listed.mimetype == "application/link-format"
    assert listed.text.count('rel="memento"') == 2
    latest = client.get(f"/id/{message.id}/timegate")
    assert latest.headers["Location"].endswith("/v2")
    assert "Accept-Datetime" in latest.headers["Vary"]
    first = client.get(f"/id/{message.id}/timegate", headers={"Accept-Datetime": "Mon, 05 Jun 1944 20:00:00 GMT"})
    assert first.headers["Location"].endswith("/v1")  # nothing is older: the first is nearest (RFC 7089, 4.5.3)
    assert client.get(f"/id/{message.id}/timegate", headers={"Accept-Datetime": "yesterday"}).status_code == 400


@pytest.mark.parametrize("kind", ["source", "station", "network", "place", "essay"])
def test_every_kind_of_record_has_versions(client: FlaskClient, session, make: Make, kind: str) -> None:
    record = getattr(make, kind)()
    name = {"source": {"title": "Autrement"}, "essay": {"body": {"fr": "Autre texte.", "en": "Other text."}}}
    before = client.get(f"/{kind}s/{record.id}/v1")
    assert before.status_code == 200
    republish(session, record, **name.get(kind, {"note": {"fr": "Une note", "en": "A note"}}))
    after = client.get(f"/{kind}s/{record.id}/v1", headers={"Accept-Language": "en"})
    assert "Changed since" in after.text
    assert json.loads(client.get(f"/{kind}s/{record.id}/v2.json").text)["complete"]


def test_an_essay_keeps_its_text(client: FlaskClient, session, make: Make) -> None:
    essay = make.essay("Le texte d’alors.")
    republish(session, essay, body={"fr": "Le texte d’aujourd’hui.", "en": "The text of today."})
    page = client.get(f"/essays/{essay.id}/v1").text
    assert "Le texte d’alors." in page
    assert "aujourd" not in page.split('class="prose"')[1].split("</div>")[0]


def test_the_version_of_another_kind_is_not_found(client: FlaskClient, make: Make, message) -> None:
    assert client.get(f"/essays/{message.id}/v1").status_code == 404
    assert set(KINDS) >= {"message", "essay"}


def test_an_essay_keeps_what_it_named(client: FlaskClient, session, make: Make) -> None:
    """Phrases in the sentence and beside the text, claims and sources stand in a version as they were then."""
    source, message = make.source("Le titre d’alors"), make.message("Le premier mot", meaning=SECRET)
    essay = make.essay(f"On a dit [[{message.id}]] [@{source.id}].\n\n[[{message.id}]]")
    for revision in session.query(Revision):  # a year goes by
        revision.at -= dt.timedelta(days=365)
    session.commit()
    other = to_document(message)["meanings"]
    other[0] = other[0] | {"statement": {"fr": "Un autre sens"}, "standing": "legend"}
    republish(session, message, text="Le second mot", meanings=other)
    republish(session, source, title="Le titre d’aujourd’hui")
    old = client.get(f"/essays/{essay.id}/v1").text
    for then, now in (("Le premier mot", "Le second mot"), ("Le titre d’alors", "Le titre d’aujourd’hui"),
                      (SECRET, "Un autre sens")):  # fmt: skip
        assert then in old
        assert now not in old
    assert SECRET not in client.get(f"/essays/{essay.id}/v1?reading=outsider").text
    assert "Le second mot" in client.get(f"/essays/{essay.id}").text


def test_a_version_of_an_essay_does_not_name_what_was_withdrawn_since(client: FlaskClient, session, make) -> None:
    message = make.message("Une phrase retirée")
    essay = make.essay(f"On a dit [[{message.id}]].")
    withdraw(message, by=None, reason="Faux.")
    session.commit()
    assert "Une phrase retirée" not in client.get(f"/essays/{essay.id}/v1").text
