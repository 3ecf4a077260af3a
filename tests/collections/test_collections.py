"""Reading collections: the archive's own, both readings, the list, and what is gone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import counted_queries
from tests.make import Make
from webapp.collections.actions import save
from webapp.collections.models import Collection
from webapp.essays.models import Essay
from webapp.messages.models import Message
from webapp.revisions import Status, to_document


def collection(make: Make, *messages: object, status: str = "published", **document: object) -> Collection:
    """A listed collection of these messages."""
    items = [{"message": message.id, "note": {"fr": f"Note sur {message.text}"}} for message in messages]
    made = make.record(
        "collection", status, **{"title": {"fr": "Bestiaire", "en": "Bestiary"}, "items": items, **document}
    )
    made.listed = True
    make.session.commit()
    return made


def test_there_are_six_ready_collections_with_aims_and_questions_in_two_languages(archive: Flask) -> None:
    with archive.extensions["database"].reading() as own:
        found = own.scalars(select(Collection).where(Collection.key.is_not(None))).all()
        assert len(found) >= 6
        for each in found:
            assert 6 <= len(each.items) <= 10, each.key
            for texts in (each.title, each.introduction, each.aims, each.questions, each.level, each.duration):
                assert set(texts) == {"fr", "en"}, each.key
            assert all(set(item.note) == {"fr", "en"} for item in each.items), each.key
            assert each.featured


def test_every_item_of_the_ready_collections_can_be_seen(archive: Flask, reader: FlaskClient) -> None:
    with archive.extensions["database"].reading() as own:
        ids = own.scalars(select(Collection.id)).all()
    for each in ids:
        items = reader.get(f"/collections/{each}.json").json["items"]
        assert items
        assert not [item for item in items if item["type"] == "gone"], each


def test_the_list_puts_the_featured_ones_first(client: FlaskClient, make: Make) -> None:
    collection(make, title={"fr": "La nouvelle"})
    first = collection(make, title={"fr": "La choisie"})
    first.featured = True
    make.session.commit()
    titles = [item["title"] for item in client.get("/collections.json").json["items"]]
    assert titles == ["La choisie", "La nouvelle"]


def test_a_collection_shows_its_items_in_order_with_their_notes(client: FlaskClient, make: Make) -> None:
    toad, frog = make.message("Le crapaud vole"), make.message("La grenouille nage")
    page = client.get(f"/collections/{collection(make, frog, toad).id}").text
    assert page.index("La grenouille nage") < page.index("Note sur La grenouille nage") < page.index("Le crapaud vole")


def test_the_outsider_sees_the_phrases_and_no_byte_of_notes_aims_or_meanings(client: FlaskClient, make: Make) -> None:
    toad = make.message("Le crapaud vole", meaning="Un parachutage")
    made = collection(
        make, toad, introduction={"fr": "Il vole"}, aims={"fr": "savoir"}, questions={"fr": "Qui attend ?"}
    )
    for address in (f"/collections/{made.id}", f"/collections/{made.id}.json"):
        text = client.get(f"{address}?reading=outsider").text
        assert "Le crapaud vole" in text
        for secret in ("Un parachutage", "Note sur", "Il vole", "savoir", "Qui attend", toad.meanings[0].id):
            assert secret not in text, (address, secret)


def test_an_item_that_was_withdrawn_says_so_and_shows_nothing_else(client: FlaskClient, make: Make) -> None:
    toad = make.message("Le crapaud vole", meaning="Un parachutage")
    made = collection(make, toad)
    toad.status = Status.WITHDRAWN
    make.session.commit()
    page = client.get(f"/collections/{made.id}", headers={"Accept-Language": "fr"}).text
    assert "retirée de l’archive" in page
    assert "crapaud vole</" not in page
    assert client.get(f"/collections/{made.id}.json").json["items"][0]["type"] == "gone"


def test_a_draft_essay_is_not_shown_in_a_collection(client: FlaskClient, make: Make) -> None:
    draft = make.essay(title="Pas encore", status="draft")
    made = collection(make, items=[{"essay": draft.id, "note": {}}])
    assert "Pas encore" not in client.get(f"/collections/{made.id}").text


def test_a_collection_that_is_not_listed_is_read_under_its_address_alone(
    client: FlaskClient, make: Make, sign_in: Callable[..., FlaskClient]
) -> None:
    made = make.record("collection", title={"fr": "Entre nous"})
    assert "Entre nous" in (page := client.get(f"/collections/{made.id}").text)
    assert 'content="noindex"' in page
    assert "Entre nous" not in client.get("/collections").text
    assert client.get("/search.json?q=entre+nous").json["total"] == 0
    assert "Entre nous" in sign_in("editor").get("/collections/unlisted").text


def test_a_listed_collection_is_found_by_its_title_and_by_its_notes(client: FlaskClient, make: Make) -> None:
    made = collection(make, make.message("Le crapaud vole"), title={"fr": "Bestiaire nocturne"})
    for words in ("bestiaire nocturne", "note crapaud"):
        found = client.get(f"/search.json?q={words}").json["items"]
        assert made.id in [item["id"] for item in found], words


def test_the_permanent_address_leads_to_the_collection_and_a_mistyped_one_is_told(
    client: FlaskClient, make: Make
) -> None:
    made = collection(make)
    assert client.get(f"/id/{made.id}").location.endswith(f"/collections/{made.id}")
    assert client.get(f"/collections/{made.id.upper()}").status_code == 301
    assert client.get("/collections/zzzzzzz").status_code == 404
    assert client.get("/collections/nothing-of-the-kind").status_code == 404


def test_a_version_stays_what_it_was(client: FlaskClient, make: Make) -> None:
    made = collection(make, title={"fr": "Premier titre"})
    save(made, to_document(made) | {"title": {"fr": "Second titre"}}, None)
    make.session.commit()
    assert "Second titre" in client.get(f"/collections/{made.id}").text
    assert "Premier titre" in client.get(f"/id/{made.id}/v1", follow_redirects=True).text
    assert client.get(f"/collections/{made.id}/history").status_code == 200


HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7919*7919 }}", "مجموعة من الرسائل", "‮mirror",
    "a" * 2000, "é́" * 500,
]  # fmt: skip


@pytest.mark.parametrize("title", HOSTILE, ids=range(len(HOSTILE)))
def test_a_strange_title_is_shown_as_text(client: FlaskClient, make: Make, title: str) -> None:
    made = collection(make, title={"fr": title})
    for address in (
        f"/collections/{made.id}",
        "/collections",
        f"/collections/{made.id}.json",
        f"/collections/{made.id}.bib",
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        if not address.endswith((".json", ".bib")):
            assert "<script>alert" not in answer.text
            assert "<img src=x" not in answer.text
            assert "62710561" not in answer.text


def test_a_collection_of_many_asks_the_database_as_often_as_one_of_two(
    app: Flask, client: FlaskClient, make: Make
) -> None:
    messages = [make.message(f"Message {number}", meaning="Un sens") for number in range(20)]
    few, many = collection(make, *messages[:2]), collection(make, *messages)
    counts = []
    for each in (few, few, many):
        with counted_queries(app) as sent:
            client.get(f"/collections/{each.id}")
        counts.append(len(sent))
    assert counts[1] == counts[2]


def test_messages_and_essays_lead_to_what_one_gathers(archive: Flask, reader: FlaskClient) -> None:
    with archive.extensions["database"].reading() as own:
        message = own.scalars(select(Message.id).limit(1)).one()
        essay = own.scalars(select(Essay.id).limit(1)).one()
    for address in (f"/messages/{message}", f"/essays/{essay}", "/nights/1944-06-05"):
        page = reader.get(address, follow_redirects=True).text
        assert 'action="/collections/gathering"' in page, address


def test_the_outsider_is_not_told_which_phrase_is_a_legend(client: FlaskClient, make: Make) -> None:
    legend = make.message("Les carottes sont cuites", meanings=[make.claim("On dit", "legend")])
    address = f"/collections/{collection(make, legend).id}"
    assert 'class="doubt"' in client.get(address).text
    for each in (address, f"/messages/{legend.id}", "/messages"):
        assert 'class="doubt"' not in client.get(f"{each}?reading=outsider", follow_redirects=True).text, each
