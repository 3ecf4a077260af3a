"""The archive is harvested whole by two clients that we did not write, and equals the database."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from oaipmh_scythe import Scythe
from sickle import Sickle
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.make import Make
from tests.schemas import ensure_valid
from webapp.broadcasts.models import Broadcast
from webapp.dates import Day
from webapp.machines.records import SORTS
from webapp.messages.models import Message
from webapp.revisions.actions import withdraw

NS = {"o": "http://www.openarchives.org/OAI/2.0/", "dc": "http://purl.org/dc/elements/1.1/"}


def ask(client: FlaskClient, **arguments: str) -> Any:
    arguments = {name.rstrip("_"): value for name, value in arguments.items()}
    answer = client.get(f"/oai?{urlencode(arguments)}")
    assert answer.status_code == 200
    assert answer.mimetype == "text/xml"
    return ensure_valid(etree.fromstring(answer.data), "oai")


def error(client: FlaskClient, **arguments: str) -> str:
    return ask(client, **arguments).find("o:error", NS).get("code")


def ids(root: Any) -> list[str]:
    return [each.text.rpartition(":")[2] for each in root.iter("{*}identifier") if each.text.startswith("oai:")]


@pytest.fixture(scope="module")
def all_public(archive: Flask) -> set[str]:
    with archive.extensions["database"].reading() as own:
        return {
            id for sort in SORTS for id in own.scalars(sort.visible().order_by(None).with_only_columns(sort.model.id))
        }


@pytest.mark.parametrize("prefix", ["oai_dc", "carottes"])
def test_sickle_harvests_the_whole_archive(site: str, all_public: set[str], prefix: str) -> None:
    found = [each.header.identifier for each in Sickle(f"{site}/oai").ListRecords(metadataPrefix=prefix)]
    assert len(found) == len(set(found))
    assert {id.rpartition(":")[2] for id in found} == all_public


def test_scythe_harvests_the_whole_archive(site: str, all_public: set[str]) -> None:
    with Scythe(f"{site}/oai") as scythe:
        found = [each.header.identifier for each in scythe.list_records(metadata_prefix="oai_dc")]
    assert len(found) == len(all_public)
    assert {id.rpartition(":")[2] for id in found} == all_public


def test_what_is_harvested_says_what_the_database_holds(site: str, archive: Flask) -> None:
    with archive.extensions["database"].reading() as own:
        texts = {row.id: row.text for row in own.execute(select(Message.id, Message.text))}
    for record in Sickle(f"{site}/oai").ListRecords(metadataPrefix="oai_dc", set="type:message"):
        assert texts[record.header.identifier.rpartition(":")[2]] == record.metadata["title"][0]


def test_no_meaning_is_harvested_without_its_standing(site: str) -> None:
    for record in Sickle(f"{site}/oai").ListRecords(metadataPrefix="oai_dc", set="type:message"):
        assert all(text.startswith("[") for text in record.metadata["description"])
    legends = list(Sickle(f"{site}/oai").ListRecords(metadataPrefix="oai_dc", set="standing:legend"))
    assert legends
    for record in legends:
        assert any(text.startswith(("[légende]", "[legend]")) for text in record.metadata["description"])


def test_every_set_that_is_offered_holds_what_it_says(site: str, archive: Flask) -> None:
    sets = [each.setSpec for each in Sickle(f"{site}/oai").ListSets()]
    assert {"type:message", "language:fr", "period:1944", "standing:legend"} <= set(sets)
    found = {each.identifier.rpartition(":")[2] for each in
             Sickle(f"{site}/oai").ListIdentifiers(metadataPrefix="oai_dc", set="period:1944")}  # fmt: skip
    first, last = Day(1944, 1, 1).ordinal, Day(1944, 12, 31).ordinal
    with archive.extensions["database"].reading() as own:
        within = own.scalars(select(Broadcast).where(Broadcast.earliest >= first, Broadcast.latest <= last)).all()
        assert found == {each.message_id for each in within if not re.search("[?~%S]", each.edtf.text)}
        assert len(found) < len({each.message_id for each in within})


def test_an_archive_introduces_itself(client: FlaskClient, make: Make) -> None:
    make.message()
    told = ask(client, verb="Identify")
    facts = {etree.QName(each).localname: each.text for each in told.find("o:Identify", NS)}
    assert facts["deletedRecord"] == "persistent"
    assert facts["granularity"] == "YYYY-MM-DDThh:mm:ssZ"
    assert facts["baseURL"] == "http://localhost/oai"
    assert facts["adminEmail"] == "postmaster@localhost.localdomain"  # carottes@localhost is none for the protocol
    assert dt.datetime.fromisoformat(facts["earliestDatestamp"]).tzinfo
    assert told.find("o:request", NS).get("verb") == "Identify"


def test_what_was_withdrawn_stays_known_as_deleted_and_counts_for_the_earliest_stamp(
    app: Flask, client: FlaskClient, make: Make, session: Session
) -> None:
    message, other = make.message("Phrase retirée"), make.message("Il fait chaud à Suez")
    withdraw(message, by=None, reason="un canular")
    session.commit()
    early = dt.datetime(2020, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    with app.extensions["database"].writing() as own:
        own.execute(update(Message).where(Message.id == message.id).values(told_at=early))
    told = ask(client, verb="ListRecords", metadataPrefix="oai_dc")
    deleted = told.xpath("//o:header[@status='deleted']/o:identifier", namespaces=NS)
    assert [each.text.rpartition(":")[2] for each in deleted] == [message.id]
    assert "retirée" not in etree.tostring(told, encoding="unicode")
    assert sorted(ids(told)) == sorted([message.id, other.id])
    assert ask(client, verb="Identify").find(".//o:earliestDatestamp", NS).text == "2020-01-02T03:04:05Z"
    gone = ask(client, verb="GetRecord", metadataPrefix="oai_dc", identifier=f"oai:localhost:{message.id}")
    assert gone.find(".//o:header", NS).get("status") == "deleted"


def test_a_draft_is_not_harvested_and_never_named(client: FlaskClient, make: Make, session: Session) -> None:
    never = make.message("Phrase jamais publiée", status="draft")
    make.message()
    assert ids(ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc", set="type:message")) != [never.id]
    assert (
        error(client, verb="GetRecord", metadataPrefix="oai_dc", identifier=f"oai:localhost:{never.id}")
        == "idDoesNotExist"
    )
    withdraw(never, by=None, reason="x")
    session.commit()
    assert never.id not in ids(ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc"))


def test_the_window_of_one_day_and_of_one_second_holds_what_changed_in_it(
    app: Flask, client: FlaskClient, make: Make
) -> None:
    messages = [make.message(f"phrase {number}") for number in range(4)]
    moments = ["2026-03-04T23:59:59", "2026-03-05T00:00:00", "2026-03-05T23:59:59", "2026-03-06T00:00:00"]
    with app.extensions["database"].writing() as own:
        for message, moment in zip(messages, moments, strict=True):
            at = dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)
            own.execute(update(Message).where(Message.id == message.id).values(told_at=at))
    day = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", "set": "type:message"}
    assert set(ids(ask(client, **day, from_="2026-03-05", until="2026-03-05"))) == {messages[1].id, messages[2].id}
    second = ask(client, **day, from_="2026-03-05T00:00:00Z", until="2026-03-05T00:00:00Z")
    assert ids(second) == [messages[1].id]


def test_a_token_goes_on_where_it_was_even_after_changes(client: FlaskClient, make: Make) -> None:
    made = {make.message(f"phrase {number}").id for number in range(103)}
    first = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc")
    token = first.find(".//o:resumptionToken", NS)
    assert token.get("cursor") == "0"
    assert token.get("completeListSize") == "103"
    later = make.message("une de plus").id
    second = ask(client, verb="ListIdentifiers", resumptionToken=token.text)
    assert made <= set(ids(first)) | set(ids(second)) <= made | {later}
    last = second.find(".//o:resumptionToken", NS)
    assert last.text is None
    assert last.get("cursor") == "100"


@pytest.mark.parametrize(("arguments", "code"), [
    ({}, "badVerb"), ({"verb": "Harvest"}, "badVerb"), ({"verb": "identify"}, "badVerb"),
    ({"verb": "Identify", "set": "x"}, "badArgument"), ({"verb": "ListRecords"}, "badArgument"),
    ({"verb": "GetRecord", "metadataPrefix": "oai_dc"}, "badArgument"),
    ({"verb": "ListRecords", "metadataPrefix": "marc21"}, "cannotDisseminateFormat"),
    ({"verb": "GetRecord", "metadataPrefix": "marc21", "identifier": "oai:localhost:x"}, "cannotDisseminateFormat"),
    ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:elsewhere:x"}, "idDoesNotExist"),
    ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:localhost:\x00"}, "idDoesNotExist"),
    ({"verb": "ListMetadataFormats", "identifier": "nothing"}, "idDoesNotExist"),
    ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "yesterday"}, "badArgument"),
    ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2026-02-30"}, "badArgument"),
    ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2026-01-01T00:00:00.000Z"}, "badArgument"),
    ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2026-01-01", "until": "2026-01-01T00:00:00Z"},
     "badArgument"),
    ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2026-02-01", "until": "2026-01-01"}, "badArgument"),
    ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "until": "1999-01-01"}, "noRecordsMatch"),
    ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "colour:red"}, "badArgument"),
    ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "language:xx"}, "noRecordsMatch"),
    ({"verb": "ListRecords", "resumptionToken": "forged"}, "badResumptionToken"),
    ({"verb": "ListRecords", "resumptionToken": "W10"}, "badResumptionToken"),
    ({"verb": "ListRecords", "resumptionToken": "x", "metadataPrefix": "oai_dc"}, "badArgument"),
    ({"verb": "ListSets", "resumptionToken": "x"}, "badResumptionToken"),
    ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": ""}, "badArgument"),
])  # fmt: skip
def test_what_cannot_be_answered_is_refused_by_its_code(
    client: FlaskClient, make: Make, arguments: dict[str, str], code: str
) -> None:
    make.message()
    assert error(client, **arguments) == code


def test_an_argument_that_stands_twice_is_refused(client: FlaskClient) -> None:
    assert 'code="badVerb"' in client.get("/oai?verb=Identify&verb=Identify").text
    assert 'code="badArgument"' in client.get("/oai?verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc").text


def test_a_harvester_may_post_what_it_asks(client: FlaskClient, make: Make) -> None:
    make.message()
    assert "<repositoryName>" in client.post("/oai", data={"verb": "Identify"}).text


def test_the_richer_format_is_as_its_schema_says(reader: FlaskClient) -> None:
    schema = etree.XMLSchema(etree.fromstring(reader.get("/oai/record.xsd").data))
    told = ask(reader, verb="ListRecords", metadataPrefix="carottes")
    records = told.xpath("//o:metadata/*", namespaces=NS)
    assert len(records) == 100
    for record in records:
        schema.assertValid(etree.fromstring(etree.tostring(record)))
    assert records[0].xpath("*[@name='standing']")


def test_a_deep_token_is_refused_and_not_followed(client: FlaskClient) -> None:
    import base64

    deep = base64.urlsafe_b64encode(b"[" * 3000).decode().rstrip("=")
    assert error(client, verb="ListRecords", resumptionToken=deep) == "badResumptionToken"


def test_the_count_of_a_list_is_that_of_the_database(reader: FlaskClient, archive: Flask, all_public: set[str]) -> None:
    token = ask(reader, verb="ListIdentifiers", metadataPrefix="oai_dc").find(".//o:resumptionToken", NS)
    assert int(token.get("completeListSize")) == len(all_public)
    with archive.extensions["database"].reading() as own:
        assert own.scalar(select(func.count()).select_from(Message)) <= len(all_public)
