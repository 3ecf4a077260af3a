"""Many records at once: what is kept is what one at a time would have kept, revision by revision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.make import Make
from webapp.database import Model
from webapp.messages.models import MESSAGE, Message
from webapp.revisions import to_document
from webapp.revisions.actions import change, create, discard, publish
from webapp.revisions.bulk import Batch, Moved, states
from webapp.stations import STATION
from webapp.vocabularies import Scheme

PASSING = {"at", "created_at", "updated_at", "published_at"}
WITHOUT_IDENTITY = {"attestation", "relation", "revision", "outbox"}


def everything(session: Session) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables, without moments and without numbers that are given by the database."""
    session.flush()
    found = {}
    for table in Model.metadata.sorted_tables:
        aside = PASSING | ({"id"} if table.name in WITHOUT_IDENTITY else set())
        rows = session.execute(select(table).order_by(*table.primary_key.columns)).mappings()
        kept = [{name: value for name, value in row.items() if name not in aside} for row in rows]
        found[table.name] = sorted(kept, key=repr) if table.name in ("identifier", "attestation") else kept
    return found


def document(make: Make, text: str = "Les carottes sont cuites", **more: Any) -> dict[str, Any]:
    source, station = make.source(), make.station()
    return {
        "id": "0000000", "text": text, "lang": "fr", "kind": "message", "rendering": True, "station": station.id,
        "translation": {"en": "The carrots are cooked", "fr": ""}, "theme": make.term(Scheme.THEME, "food").id,
        "attestations": [{"source": source.id, "locator": "p. 3"}],
        "meanings": [{"id": "bcdfgh8", "statement": {"fr": "Rien"}, "standing": "attested", "place": make.place().id,
                      "attestations": [{"source": source.id, "locator": page} for page in ("p. 12", "")]},
                     {"id": "bcdfgj0", "statement": {"en": "Something"}, "standing": "unknown"}],
        "broadcasts": [{"id": "bcdfgk3", "edtf": "1944-06-05", "written": "le 5 juin", "station": station.id, "said": 2,
                        "note": {"en": "once"}}],
        "relations": [{"kind": "variant-of", "other": make.message("Le crapaud vole").id, "note": {"fr": "proche"}}],
        **more,
    }  # fmt: skip


def beside(session: Session, one: Callable[[], None], many: Callable[[], None]) -> None:
    """Do it one at a time, take it back, do it as a batch: the archive must be the same."""
    session.commit()
    one()
    first = everything(session)
    session.rollback()
    session.expire_all()
    many()
    second = everything(session)
    session.rollback()
    # A batch enters the identifiers of rows that are only drafted; one at a time, they are entered when published.
    assert all(row in second["identifier"] for row in first.pop("identifier"))
    for table, rows in first.items():
        assert second[table] == rows, table


@pytest.mark.parametrize("public", [False, True])
def test_creating_many_keeps_what_creating_one_keeps(make: Make, session: Session, public: bool) -> None:
    wanted = document(make)

    def one() -> None:
        record = create(session, MESSAGE, wanted, by=None, agent="import 1", reason="why")
        if public:
            publish(record, by=None, agent="import 1", reason="why")

    def many() -> None:
        batch = Batch(session, by=None, agent="import 1", reason="why")
        batch.create(MESSAGE, wanted, publish=public)
        batch.write(session)

    beside(session, one, many)


@pytest.mark.parametrize("status", ["draft", "published"])
@pytest.mark.parametrize("public", [False, True])
def test_changing_many_keeps_what_changing_one_keeps(make: Make, session: Session, status: str, public: bool) -> None:
    first = make.record("message", status, **document(make))
    second = to_document(first)
    second["text"] = "Les carottes sont crues"
    second["meanings"] = [second["meanings"][1], {**second["meanings"][0], "operation": "Neptune", "attestations": []}]
    second["meanings"][1]["standing"] = "unknown"
    second["broadcasts"] = [{"id": "bcdfgm5", "edtf": "1944-05", "written": "mai"}]
    second["relations"] = []

    def one() -> None:
        change(first, second, by=None, agent="import 1")
        if public:
            publish(first, by=None, agent="import 1")

    def many() -> None:
        batch = Batch(session, by=None, agent="import 1")
        batch.change(MESSAGE, states(session, MESSAGE, [first.id])[first.id], second, publish=public)
        batch.write(session)

    beside(session, one, many)


def test_giving_up_a_waiting_change_is_the_same_for_many(make: Make, session: Session) -> None:
    message = make.message("Le crapaud vole", meaning="Un parachutage")
    published = to_document(message)
    change(message, published | {"text": "Le crapaud saute"}, by=None)

    def many() -> None:
        batch = Batch(session, by=None)
        batch.discard(MESSAGE, states(session, MESSAGE, [message.id])[message.id], published)
        batch.write(session)

    def one() -> None:
        discard(message, by=None)

    beside(session, one, many)


def test_new_rows_get_identifiers_that_nothing_else_has(make: Make, session: Session) -> None:
    batch = Batch(session, by=None)
    ids = [batch.create(MESSAGE, {"text": f"Message {n}", "lang": "fr", "meanings": [{}]}) for n in range(1200)]
    batch.write(session)
    assert len(set(ids)) == 1200
    assert len(session.scalars(select(Message)).all()) == 1200


def test_a_record_that_moved_meanwhile_stops_the_whole_batch(make: Make, session: Session) -> None:
    message = make.message(status="draft")
    batch = Batch(session, by=None)
    state = states(session, MESSAGE, [message.id])[message.id]
    batch.change(MESSAGE, state, state.document | {"text": "Mine"})
    batch.create(STATION, {"name": {"fr": "Une autre"}})
    change(message, state.document | {"text": "Theirs"}, by=None)
    with pytest.raises(Moved) as moved:
        batch.write(session)
    assert moved.value.ids == [message.id]
    assert message.text == "Theirs"


def test_a_meaning_without_a_source_is_refused_by_its_rule(make: Make, session: Session) -> None:
    batch = Batch(session, by=None)
    meaning = {"statement": {"fr": "Rien"}, "standing": "attested"}
    id = batch.create(MESSAGE, {"text": "Allô", "lang": "fr", "meanings": [meaning]}, publish=True)
    assert [reason.path for reason in batch.refused[id]] == [("meanings", 0, "attestations")]


def test_what_was_never_public_is_removed_and_its_identifier_kept(make: Make, session: Session) -> None:
    message = make.message(status="draft", meaning="Rien")
    id = message.id
    batch = Batch(session, by=None)
    batch.remove(MESSAGE, states(session, MESSAGE, [id])[id])
    session.expunge_all()
    batch.write(session)
    kept = everything(session)
    assert not kept["message"]
    assert not kept["meaning"]
    assert id in {row["id"] for row in kept["identifier"]}
    assert [row["act"] for row in kept["revision"] if row["record_id"] == id] == ["create", "remove"]


def test_what_was_public_is_never_removed(make: Make, session: Session) -> None:
    message = make.message()
    with pytest.raises(ValueError, match="withdrawn"):
        Batch(session, by=None).remove(MESSAGE, states(session, MESSAGE, [message.id])[message.id])
