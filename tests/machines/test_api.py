"""Whatever a person can read, a program can; and those who may draft can write, by the rules of the forms."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.conftest import settings
from tests.make import Make
from webapp import create_app
from webapp.database import database
from webapp.machines import tokens
from webapp.machines.api.operations import OPERATIONS
from webapp.machines.models import AccessToken
from webapp.messages.models import Message
from webapp.people.actions import create_person
from webapp.people.models import Person
from webapp.revisions import Revision

API = "/api/v1"


@pytest.fixture
def token(app: Flask) -> Callable[..., dict[str, str]]:
    """The headers of a program that writes in the name of somebody with this role."""

    def of(role: str = "curator") -> dict[str, str]:
        with app.app_context(), database().writing() as own:
            person = create_person(own, f"{role}@example.org", role)
            return {"Authorization": f"Bearer {tokens.give(own, person, 'tests')}"}

    return of


def everything(reader: FlaskClient, address: str) -> Iterator[dict[str, Any]]:
    """Every item of a list, part by part."""
    following: str | None = address
    while following:
        part = reader.get(following.removeprefix("http://localhost")).get_json()
        yield from part["items"]
        following = part["next"]


# -- reading -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sort", ["messages", "essays", "collections", "media", "sources", "stations", "networks", "places"]
)
def test_every_record_of_every_sort_is_told_once_by_going_on_with_next(reader: FlaskClient, sort: str) -> None:
    total = reader.get(f"{API}/{sort}").get_json()["total"]
    ids = [each["id"] for each in everything(reader, f"{API}/{sort}?limit=97")]
    assert len(ids) == len(set(ids)) == total


def test_a_message_of_the_list_is_the_message_of_its_own_address(reader: FlaskClient) -> None:
    for message in reader.get(f"{API}/messages?limit=3").get_json()["items"]:
        assert reader.get(f"{API}/messages/{message['id']}").get_json() == message
        assert reader.get(message["permanent"].removeprefix("http://localhost")).status_code == 302


def test_a_claim_is_never_told_without_its_standing(reader: FlaskClient) -> None:
    for message in everything(reader, f"{API}/messages?limit=200"):
        assert message["standing"]
        assert all(each["standing"] for each in message["meanings"])


def test_an_outsider_is_told_nothing_of_what_the_messages_meant(reader: FlaskClient) -> None:
    for message in everything(reader, f"{API}/messages?limit=200&reading=outsider"):
        assert not {"meanings", "standing", "attestations", "note", "relations"} & set(message)
    for sort in ("versions/1", ""):
        message = next(each for each in everything(reader, f"{API}/messages?limit=200") if each["meanings"])
        told = reader.get(f"{API}/messages/{message['id']}/{sort}".rstrip("/") + "?reading=outsider").text
        for claim in message["meanings"]:
            assert all(words not in told for words in claim["statement"].values())


def test_a_version_is_told_with_its_checksum(client: FlaskClient, make: Make) -> None:
    message = make.message("Le crapaud vole", meaning="un parachutage")
    listed = client.get(f"{API}/messages/{message.id}/versions").get_json()["items"]
    assert [each["version"] for each in listed] == [1]
    frozen = client.get(f"{API}/messages/{message.id}/versions/1").get_json()
    assert frozen["complete"] is True
    assert frozen["document"]["text"] == "Le crapaud vole"
    assert client.get(f"{API}/messages/{message.id}/versions/7").status_code == 404


def test_no_draft_and_no_name_of_a_draft_is_told_anywhere(client: FlaskClient, make: Make) -> None:
    secret = make.message("Phrase encore secrète", status="draft", night="1944-06-05")
    network = make.record("network", "draft", name={"fr": "Réseau secret"})
    claim = make.claim("un parachutage", network=network.id)
    message = make.message("Le crapaud vole", night="1944-06-05", meanings=[claim],
                           relations=[{"kind": "variant-of", "other": secret.id}])  # fmt: skip
    addresses = [operation.path for operation in OPERATIONS if operation.method == "GET" and not operation.guarded]
    for path in addresses:
        for id in (message.id, secret.id, network.id):
            filled = (
                path.replace("<id>", id)
                .replace("<day>", "1944-06-05")
                .replace("<int:number>", "1")
                .replace("<scheme>", "theme")
            )
            told = client.get(f"{API}{filled}").text
            assert "secr" not in told, filled
    assert client.get(f"{API}/messages/{secret.id}").status_code == 404


def test_a_withdrawn_record_says_why_it_is_gone(client: FlaskClient, make: Make, session: Session) -> None:
    from webapp.revisions.actions import withdraw

    message = make.message()
    withdraw(message, by=None, reason="C’était un canular.")
    session.commit()
    answer = client.get(f"{API}/messages/{message.id}")
    assert answer.status_code == 410
    assert "canular" in answer.get_json()["detail"]


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, make: Make) -> None:
    make.message()
    answer = client.get(f"{API}/messages")
    again = client.get(f"{API}/messages", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    make.message("Il fait chaud à Suez")
    assert client.get(f"{API}/messages", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 200


def test_a_search_by_program_finds_what_the_page_finds(reader: FlaskClient) -> None:
    told = reader.get(f"{API}/search?q=carotes+cuite&limit=3").get_json()
    assert told["items"][0]["text"].startswith("Les carottes")
    assert told["items"][0]["standing"] == "legend"
    assert "standing" in told["facets"]
    ids = [each["id"] for each in everything(reader, f"{API}/search?theme=food&limit=7")]
    assert len(ids) == len(set(ids)) > 7


def test_a_night_and_the_vocabularies_are_told(reader: FlaskClient) -> None:
    night = reader.get(f"{API}/nights/1944-06-05").get_json()
    lines = [line for sheet in night["sheets"] for part in sheet["parts"] for line in part["lines"]]
    assert lines
    assert all(line["standing"] for line in lines)
    standings = reader.get(f"{API}/vocabularies/standing").get_json()["items"]
    assert [each["id"] for each in standings][4:] == ["legend", "unknown"]
    assert all(each["label"]["fr"] and each["definition"]["en"] for each in standings)


@pytest.mark.parametrize(("address", "status"), [
    ("/messages?cursor=nonsense", 400), ("/messages?cursor=MTouLi8uLg", 400), ("/messages?cursor=", 400),
    ("/messages?limit=0", 400), ("/messages?limit=10000", 400), ("/messages?limit=two", 400), ("/messages?lmit=2", 400),
    ("/messages?limit=1&limit=2", 400), ("/search?sort=colour", 400), ("/nights?year=0", 400),
    ("/messages/zzs8zg4", 404), ("/messages/nothing", 404), ("/nights/1944-02-31", 404), ("/nights/yesterday", 404),
    ("/vocabularies/colours", 404), ("/nothing", 404), ("/nights?cursor=MTp6eg", 400),
])  # fmt: skip
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_bad_question_is_refused_in_the_language_of_who_asks(
    reader: FlaskClient, address: str, status: int, lang: str
) -> None:
    answer = reader.get(API + address, headers={"Accept-Language": lang})
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    problem = answer.get_json()
    assert problem["status"] == status
    other = reader.get(API + address, headers={"Accept-Language": {"fr": "en", "en": "fr"}[lang]}).get_json()
    assert problem["title"] != other["title"]


def test_whoever_cannot_read_json_is_told_so(reader: FlaskClient) -> None:
    assert reader.get(f"{API}/messages", headers={"Accept": "image/png"}).status_code == 406
    for fine in ("application/json", "*/*", "text/html, */*;q=0.1", "application/*"):
        assert reader.get(f"{API}/messages?limit=1", headers={"Accept": fine}).status_code == 200


def test_pages_of_other_sites_may_read_and_may_not_write(client: FlaskClient) -> None:
    assert client.get(f"{API}/messages").headers["Access-Control-Allow-Origin"] == "*"
    asked = client.options(f"{API}/messages", headers={"Origin": "https://elsewhere.example"})
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert "Access-Control-Allow-Credentials" not in asked.headers


def test_a_burst_is_slowed_down_and_told_when_to_go_on(app: Flask, tmp_path: Path) -> None:
    limited = create_app(settings(tmp_path, LIMITS=True)).test_client()
    answers = [limited.get(f"{API}/vocabularies") for _ in range(640)]
    codes = [answer.status_code for answer in answers]
    assert set(codes) == {200, 429}
    assert codes == sorted(codes)
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert answers[-1].mimetype == "application/problem+json"
    assert int(answers[0].headers["X-RateLimit-Limit"]) == 600


# -- writing -----------------------------------------------------------------------------------------------------------

PHRASE = {"text": "Le crapaud vole", "lang": "fr"}


def test_a_program_drafts_changes_and_asks_for_review(
    client: FlaskClient, token: Callable[..., dict[str, str]], make: Make, session: Session
) -> None:
    mine = token()
    source = make.source()
    made = client.post(f"{API}/messages", json=PHRASE, headers=mine)
    assert made.status_code == 201, made.text
    id = made.get_json()["id"]
    assert client.get(f"{API}/messages/{id}").status_code == 404  # a draft is nobody else's to read
    claim = {"statement": {"fr": "un parachutage"}, "standing": "attested",
             "attestations": [{"source": source.id, "locator": "p. 12"}]}  # fmt: skip
    content = {"meanings": [claim], "broadcasts": [{"edtf": "1944-06-05", "written": "5 juin 1944"}]}
    changed = client.patch(f"{API}/messages/{id}", json=content, headers=mine | {"If-Match": made.headers["ETag"]})
    assert changed.status_code == 200, changed.text
    sent = client.post(f"{API}/messages/{id}/submission", headers=mine | {"If-Match": changed.headers["ETag"]})
    assert (sent.status_code, sent.get_json()["status"]) == (200, "in-review")
    session.expire_all()
    message = session.get(Message, id)
    assert message.meanings[0].statement == {"fr": "un parachutage"}
    history = session.scalars(select(Revision).where(Revision.record_id == id).order_by(Revision.number)).all()
    assert [(each.act, each.agent) for each in history[:2]] == [("create", "API"), ("change", "API")]
    assert all(each.person_id for each in history)


def test_a_change_waits_beside_what_is_published(
    client: FlaskClient, token: Callable[..., dict[str, str]], make: Make
) -> None:
    mine, message = token(), make.message()
    draft = client.get(f"{API}/messages/{message.id}/draft", headers=mine)
    client.patch(
        f"{API}/messages/{message.id}",
        json={"text": "Le crapaud volait"},
        headers=mine | {"If-Match": draft.headers["ETag"]},
    )
    assert client.get(f"{API}/messages/{message.id}").get_json()["text"] == "Le crapaud vole"
    assert (
        client.get(f"{API}/messages/{message.id}/draft", headers=mine).get_json()["document"]["text"]
        == "Le crapaud volait"
    )


def test_who_saves_second_is_told_and_loses_nothing(
    client: FlaskClient, token: Callable[..., dict[str, str]], make: Make
) -> None:
    mine, message = token(), make.message(status="draft")
    seen = client.get(f"{API}/messages/{message.id}/draft", headers=mine).headers["ETag"]
    first = client.patch(
        f"{API}/messages/{message.id}", json={"text": "Le crapaud saute"}, headers=mine | {"If-Match": seen}
    )
    assert first.status_code == 200
    second = client.patch(
        f"{API}/messages/{message.id}", json={"text": "Le crapaud dort"}, headers=mine | {"If-Match": seen}
    )
    assert second.status_code == 412
    problem = second.get_json()
    assert problem["current"]["document"]["text"] == "Le crapaud saute"
    assert problem["etag"] == first.headers["ETag"]
    assert client.patch(f"{API}/messages/{message.id}", json={"text": "x"}, headers=mine).status_code == 428


@pytest.mark.parametrize(("seen", "status"), [
    (None, 428), ("", 428), ("*", 428), ('W/"r2"', 412), ('"r3"', 412), ('"2"', 412), ("nonsense", 412),
    ('"r1", W/"r2"', 412), ('"r1", "r2"', 200), ('"r2"', 200),
])  # fmt: skip
def test_only_who_names_the_revision_that_was_seen_may_change_it(
    client: FlaskClient, token: Callable[..., dict[str, str]], make: Make, session: Session, seen: str, status: int
) -> None:
    message = make.message()  # its creation and its publication are two revisions
    mine = token() | ({} if seen is None else {"If-Match": seen})
    answers = [
        client.patch(f"{API}/messages/{message.id}", json={"text": "Le crapaud saute"}, headers=mine).status_code,
        client.post(f"{API}/messages/{message.id}/submission", headers=mine).status_code,
    ]
    assert answers[0] == status
    if status != 200:
        assert answers[1] == status
        assert session.scalar(select(func.count()).where(Revision.record_id == message.id)) == 2


def test_a_refusal_to_write_is_told_in_the_language_of_who_writes(
    client: FlaskClient, token: Callable[..., dict[str, str]], make: Make
) -> None:
    message, mine, educator = make.message(), token(), token("educator")
    at = f"{API}/messages/{message.id}"
    refused: list[tuple[int, Callable[[dict[str, str]], Any]]] = [
        (401, lambda lang: client.post(f"{API}/messages", json=PHRASE, headers=lang)),
        (403, lambda lang: client.post(f"{API}/messages", json=PHRASE, headers=lang | educator)),
        (404, lambda lang: client.get(f"{API}/messages/zzs8zg4/draft", headers=lang | mine)),
        (409, lambda lang: client.patch(at, json={"station": "zzs8zg3"}, headers=lang | mine | {"If-Match": '"r2"'})),
        (412, lambda lang: client.patch(at, json={"text": "x"}, headers=lang | mine | {"If-Match": '"r1"'})),
        (415, lambda lang: client.post(f"{API}/messages", data="x", headers=lang | mine)),
        (422, lambda lang: client.post(f"{API}/messages", json={"txt": "x"}, headers=lang | mine)),
        (428, lambda lang: client.patch(at, json={"text": "x"}, headers=lang | mine)),
    ]  # fmt: skip
    for status, ask in refused:
        told = [ask({"Accept-Language": lang}) for lang in ("fr", "en")]
        assert {(each.status_code, each.mimetype) for each in told} == {(status, "application/problem+json")}
        french, english = (each.get_json() for each in told)
        assert french["detail"] != english["detail"], status
        assert french["status"] == english["status"] == status


def test_a_page_of_another_site_asks_before_it_writes_and_is_not_let(client: FlaskClient) -> None:
    asks = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "authorization, if-match, content-type"}  # fmt: skip
    asked = client.options(f"{API}/messages/zzs8zg4", headers=asks)
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert "authorization" not in asked.headers["Access-Control-Allow-Headers"].lower()
    assert asked.headers["Access-Control-Max-Age"] == "86400"


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer nonsense", "Bearer carottes_" + "x" * 43, "Basic YTpi", "Bearer é"]
)
def test_without_a_token_that_was_given_nothing_is_written(client: FlaskClient, session: Session, header: str) -> None:
    answer = client.post(f"{API}/messages", json=PHRASE, headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert session.scalars(select(Message)).all() == []


def test_being_signed_in_is_no_token(client: FlaskClient, sign_in: Callable[..., FlaskClient]) -> None:
    assert sign_in("keeper").post(f"{API}/messages", json=PHRASE).status_code == 401


def test_a_token_ends_with_its_owner_and_does_no_more_than_they_may(
    app: Flask, client: FlaskClient, token: Callable[..., dict[str, str]]
) -> None:
    assert client.post(f"{API}/messages", json=PHRASE, headers=token("educator")).status_code == 403
    curator = token("curator")
    with app.app_context(), database().writing() as own:
        own.scalars(select(Person).where(Person.email == "curator@example.org")).one().active = False
    assert client.post(f"{API}/messages", json=PHRASE, headers=curator).status_code == 401


def test_only_the_hash_of_a_token_is_kept(token: Callable[..., dict[str, str]], session: Session) -> None:
    secret = token()["Authorization"].removeprefix("Bearer ")
    kept = session.scalars(select(AccessToken)).one()
    assert secret not in json.dumps(
        {column.name: str(getattr(kept, column.name)) for column in AccessToken.__table__.columns}
    )


@pytest.mark.parametrize(("sent", "status"), [
    ({"txt": "x"}, 422), ({"text": 7}, 422), ({"text": None}, 422), ([], 422), ("x", 422), ({"kind": "rumour"}, 422),
    ({"meanings": [{"standing": "certain"}]}, 422), ({"broadcasts": [{"edtf": "5 juin"}]}, 422),
    ({"broadcasts": [{"time": "25:00"}]}, 422), ({"text": "a\x00b"}, 422), ({"translation": {"french": "x"}}, 422),
    ({"station": "zzs8zg3"}, 409), ({"theme": "theme/nothing"}, 409), ({"meanings": [{"id": "zzs8zg3"}]}, 409),
    ({"attestations": [{}]}, 422), ({"relations": [{"kind": "variant-of"}]}, 422),
    ({"id": "zzs8zg3"}, 422), ({"text": "\ud800"}, 422),
])  # fmt: skip
def test_what_cannot_be_kept_is_refused_by_name_and_nothing_is_written(
    client: FlaskClient, token: Callable[..., dict[str, str]], session: Session, sent: Any, status: int
) -> None:
    answer = client.post(f"{API}/messages", data=json.dumps(sent), content_type="application/json", headers=token())
    assert answer.status_code == status, answer.text
    assert session.scalars(select(Message)).all() == []


def test_the_same_relation_twice_is_refused(
    client: FlaskClient, token: Callable[..., dict[str, str]], make: Make
) -> None:
    other = make.message("Il fait chaud à Suez")
    twice = [{"kind": "variant-of", "other": other.id}] * 2
    assert client.post(f"{API}/messages", json=PHRASE | {"relations": twice}, headers=token()).status_code == 409


def test_a_purpose_is_no_theme(client: FlaskClient, token: Callable[..., dict[str, str]], make: Make) -> None:
    make.term("purpose", "drop")
    assert client.post(f"{API}/messages", json=PHRASE | {"theme": "purpose/drop"}, headers=token()).status_code == 409


def test_a_row_of_another_record_cannot_be_taken(
    client: FlaskClient, token: Callable[..., dict[str, str]], make: Make, session: Session
) -> None:
    mine, theirs = make.message(status="draft"), make.message("Il fait chaud à Suez", meaning="le plan vert")
    stolen = {"meanings": [{"id": theirs.meanings[0].id, "standing": "unknown"}]}
    answer = client.patch(f"{API}/messages/{mine.id}", json=stolen, headers=token() | {"If-Match": '"r1"'})
    assert answer.status_code == 409
    session.expire_all()
    assert session.get(Message, theirs.id).meanings


def test_what_is_no_json_is_refused(client: FlaskClient, token: Callable[..., dict[str, str]]) -> None:
    mine = token()
    assert client.post(f"{API}/messages", data="{", content_type="application/json", headers=mine).status_code == 400
    assert client.post(f"{API}/messages", data="text=x", headers=mine).status_code == 415
    deep = "[" * 100_000 + "]" * 100_000
    assert client.post(f"{API}/messages", data=deep, content_type="application/json", headers=mine).status_code == 400


# -- tokens, description -----------------------------------------------------------------------------------------------


def test_a_curator_makes_a_token_sees_it_once_and_revokes_it(
    app: Flask, client: FlaskClient, sign_in: Callable[..., FlaskClient], session: Session
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    curator = sign_in("curator")
    made = curator.post("/account/tokens?lang=en", data={"name": "import script"})
    assert made.status_code == 201
    secret = made.text.split('value="carottes_')[1].split('"')[0]
    assert "carottes_" not in curator.get("/account/tokens").text
    mine = {"Authorization": f"Bearer carottes_{secret}"}
    assert client.post(f"{API}/messages", json=PHRASE, headers=mine).status_code == 201
    number = session.scalars(select(AccessToken.id)).one()
    curator.post("/account/tokens/revoke", data={"token": number})
    assert client.post(f"{API}/messages", json=PHRASE, headers=mine).status_code == 401


def test_nobody_revokes_the_token_of_another(
    app: Flask, sign_in: Callable[..., FlaskClient], token: Callable[..., dict[str, str]], session: Session
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    token("curator")
    other = sign_in("editor")
    number = session.scalars(select(AccessToken.id)).one()
    other.post("/account/tokens/revoke", data={"token": number})
    session.rollback()
    assert session.scalars(select(AccessToken.id)).all() == [number]


def test_the_description_is_valid_and_names_every_address(reader: FlaskClient) -> None:
    told = reader.get("/openapi.json").get_json()
    validate(told)
    assert told["openapi"].startswith("3.1")
    described = {each["operationId"] for path in told["paths"].values() for each in path.values()}
    assert described == {operation.name for operation in OPERATIONS}


def test_the_page_about_data_has_examples_that_work(reader: FlaskClient) -> None:
    page = reader.get("/data?lang=en").text
    assert "/openapi.json" in page
    assert reader.get(f"{API}/search?purpose=parachute-drop&standing=documented").get_json()["total"] > 0
