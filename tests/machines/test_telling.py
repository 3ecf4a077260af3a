"""When a name changes, everything that tells it has changed for those who harvest; what nobody is told has not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.make import Make
from tests.postgres import empty_database, server
from webapp import schema
from webapp.collections.actions import put_in_list
from webapp.database import Database
from webapp.revisions import KINDS, Revision
from webapp.revisions.actions import change, publish, withdraw
from webapp.revisions.bulk import Batch, states
from webapp.revisions.documents import to_document
from webapp.revisions.telling import tell

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
OTHER = {"fr": "Autre nom", "en": "Other name"}


@pytest.fixture
def told(app: Flask, client: FlaskClient, session: Session) -> Callable[..., set[str]]:
    """Does something long after everything was harvested, and gives the identifiers that are harvested then."""

    def after(act: Callable[[], Any]) -> set[str]:
        session.commit()
        with app.extensions["database"].writing() as own:
            for kind in KINDS.values():
                own.execute(update(kind.model).where(kind.model.told_at.is_not(None)).values(told_at=LONG_AGO))
        session.expire_all()
        act()
        session.commit()
        answer = client.get("/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&from=2021-01-01")
        found = etree.fromstring(answer.data).iter("{*}identifier")
        return {each.text.rpartition(":")[2] for each in found}

    return after


def published(record: Any, **content: Any) -> None:
    """A new version of a record."""
    change(record, {**to_document(record), **content}, by=None)
    publish(record, by=None)


def test_the_name_of_a_station_is_harvested_anew_with_its_messages(
    make: Make, session: Session, told: Callable[..., set[str]]
) -> None:
    station = make.station()
    message, read = make.message(station=station.id), make.message(broadcasts=[{"station": station.id}])
    make.message("Il fait chaud à Suez")
    assert told(lambda: published(station, name=OTHER)) == {station.id, message.id, read.id}
    assert session.scalars(select(Revision.version).where(Revision.record_id == message.id)).all() == [None, 1]


def test_every_name_in_a_claim_is_harvested_anew_with_its_message(make: Make, told: Callable[..., set[str]]) -> None:
    network, place, source, other = make.network(), make.place(), make.source(), make.message("Jean a de longues")
    claim = {"statement": {"fr": "un parachutage"}, "standing": "attested", "network": network.id, "place": place.id,
             "attestations": [{"source": source.id, "locator": "p. 12"}]}  # fmt: skip
    message = make.message(meanings=[claim], relations=[{"kind": "reply-to", "other": other.id}])
    make.message("Il fait chaud à Suez", meaning="le plan vert")
    for named, content in ((network, {"name": OTHER}), (place, {"name": OTHER}), (source, {"title": "Autre titre"}),
                           (other, {"text": "Jean a la moustache"})):  # fmt: skip
        assert told(lambda named=named, content=content: published(named, **content)) == {named.id, message.id}


def test_a_term_that_is_called_otherwise_is_harvested_anew_with_its_messages(
    make: Make, session: Session, told: Callable[..., set[str]]
) -> None:
    make.term("theme", "food"), make.term("purpose", "drop")
    message = make.message(theme="theme/food", meanings=[make.claim("un parachutage", purpose="purpose/drop")])
    nobody_knows = make.message("Il fait chaud à Suez")
    for term in ("theme/food", "purpose/drop", "standing/attested"):
        assert told(lambda term=term: tell(session, "term", [term])) == {message.id}, term
    assert told(lambda: tell(session, "term", ["standing/unknown"])) == {nobody_knows.id}


def test_an_essay_is_harvested_anew_with_the_phrases_and_sources_that_it_names(
    make: Make, told: Callable[..., set[str]]
) -> None:
    message, source = make.message(), make.source()
    essay = make.essay(f"On l’entendit [[{message.id}]] un soir [@{source.id}, p. 3].")
    make.essay("Un autre texte.", title="Ailleurs")
    assert told(lambda: published(message, text="Le crapaud volait")) == {message.id, essay.id}
    assert told(lambda: published(source, title="Autre titre")) == {source.id, essay.id}


def test_a_collection_quotes_its_messages_and_changes_with_all_that_is_told_of_them(
    make: Make, told: Callable[..., set[str]]
) -> None:
    station = make.station()
    message = make.message(station=station.id)
    collection = make.collection(items=[{"message": message.id}])
    put_in_list(collection, True)
    assert told(lambda: published(message, translation={"en": "The toad flies"})) == {message.id, collection.id}
    assert told(lambda: published(station, name=OTHER)) == {station.id, message.id, collection.id}


def test_a_collection_that_leaves_the_lists_is_harvested_as_deleted_and_one_that_never_was_there_is_not_named(
    client: FlaskClient, make: Make, told: Callable[..., set[str]]
) -> None:
    listed, secret = make.collection(), make.collection("Pour une classe")
    put_in_list(listed, True)
    assert told(lambda: put_in_list(listed, False)) == {listed.id}
    ask = "/oai?verb=ListRecords&metadataPrefix=oai_dc"
    (header,) = etree.fromstring(client.get(ask).data).iter("{*}header")
    assert (header.get("status"), header.findtext("{*}identifier")) == ("deleted", f"oai:localhost:{listed.id}")
    assert told(lambda: withdraw(secret, by=None, reason="x")) == set()


def test_a_note_on_a_station_changes_none_of_its_messages(make: Make, told: Callable[..., set[str]]) -> None:
    station = make.station()
    make.message(station=station.id)
    assert told(lambda: published(station, note={"fr": "Une note."})) == {station.id}


def test_a_name_that_may_be_told_or_may_no_longer_be_told_changes_who_tells_it(
    make: Make, told: Callable[..., set[str]]
) -> None:
    network = make.record("network", "draft", name={"fr": "Réseau secret"})
    message = make.message(meanings=[make.claim("un parachutage", network=network.id)])
    assert told(lambda: publish(network, by=None)) == {network.id, message.id}
    assert told(lambda: withdraw(network, by=None, reason="un canular")) == {network.id, message.id}


def test_a_draft_changes_nothing_that_is_told(make: Make, told: Callable[..., set[str]]) -> None:
    station = make.station()
    message, draft = make.message(), make.message("Phrase secrète", status="draft", station=station.id)
    assert told(lambda: change(message, {"text": "Le crapaud volait"}, by=None)) == set()
    assert told(lambda: published(station, name=OTHER)) == {station.id}
    assert draft.told_at is None


def test_names_that_many_records_are_given_at_once_are_harvested_anew_too(
    app: Flask, make: Make, session: Session, told: Callable[..., set[str]]
) -> None:
    station, same = make.station(), make.station("Boston")
    message = make.message(station=station.id)
    make.message("Il fait chaud à Suez", station=same.id)

    def at_once() -> None:
        batch, kind = Batch(session, by=None), KINDS["station"]
        found = states(session, kind, [station.id, same.id])
        batch.change(kind, found[station.id], {**found[station.id].document, "name": OTHER}, publish=True)
        batch.change(kind, found[same.id], {**found[same.id].document, "note": {"fr": "Une note."}}, publish=True)
        with app.extensions["database"].writing() as own:
            batch.write(own)

    assert told(at_once) == {station.id, same.id, message.id}


def test_who_asks_the_api_or_reads_the_map_hears_of_the_new_name(
    client: FlaskClient, make: Make, told: Callable[..., set[str]]
) -> None:
    station = make.station()
    message = make.message(station=station.id)
    address = f"/api/v1/messages/{message.id}"
    had = {"If-None-Match": client.get(address).headers["ETag"]}
    assert client.get(address, headers=had).status_code == 304
    told(lambda: published(station, name=OTHER))
    assert client.get(address, headers=had).status_code == 200
    assert "<lastmod>2020" not in client.get("/sitemap-messages-1.xml").text
    assert "<lastmod>2020" not in client.get("/sitemap.xml").text


@pytest.mark.postgres
def test_postgresql_stamps_the_same_records() -> None:
    with server() as at, empty_database(at) as address:
        database = Database(address)
        schema.move(database)
        with database.new_session(writes=True) as own:
            make = Make(own)
            station, source = make.station(), make.source()
            make.term("standing", "unknown")
            message = make.message(station=station.id)
            essay = make.essay(f"On l’entendit [[{message.id}]] un soir [@{source.id}, p. 3].")
            collection = make.collection(items=[{"message": message.id}])
            put_in_list(collection, True)
            own.commit()
            records = {"station": station, "source": source, "message": message, "essay": essay,
                       "collection": collection}  # fmt: skip
            acts: list[tuple[Callable[[], Any], set[str]]] = [
                (lambda: published(station, name=OTHER), {"station", "message", "collection"}),
                (lambda: published(source, title="Autre titre"), {"source", "essay"}),
                (lambda: published(message, text="Le crapaud volait"), {"message", "essay", "collection"}),
                (lambda: tell(own, "term", ["standing/unknown"]), {"message", "collection"}),
            ]
            for act, expected in acts:
                for record in records.values():
                    own.execute(update(type(record)).values(told_at=LONG_AGO))
                own.commit()
                own.expire_all()
                act()
                own.commit()
                own.expire_all()
                assert {name for name, record in records.items() if record.told_at > LONG_AGO} == expected
        database.engine.dispose()
