"""Every change is kept, frozen, and told to the index; what is public changes only when it is published."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.make import Make
from webapp.messages.models import Message
from webapp.revisions import Outbox, Revision, Status, digest, to_document
from webapp.revisions.actions import Stale, change, publish, withdraw
from webapp.revisions.queries import latest, versions


def revisions(session: Session, message: Message) -> list[Revision]:
    return list(session.scalars(select(Revision).where(Revision.record_id == message.id).order_by(Revision.number)))


def test_a_draft_changes_at_once_and_keeps_what_it_was(make: Make, session: Session) -> None:
    draft = make.message("Le crapaux vole", status="draft")
    change(draft, to_document(draft) | {"text": "Le crapaud vole"}, by=None, reason="spelling")
    first, second = revisions(session, draft)
    assert draft.text == "Le crapaud vole"
    assert first.document["text"] == "Le crapaux vole"
    assert (second.number, second.base, second.reason) == (2, 1, "spelling")


def test_a_change_of_a_published_message_waits_beside_it(make: Make, session: Session) -> None:
    message = make.message("Le crapaud vole")
    change(message, to_document(message) | {"text": "Le crapaud vole bas"}, by=None)
    session.commit()
    session.expire_all()
    assert message.text == "Le crapaud vole"
    assert latest(session, message.id).document["text"] == "Le crapaud vole bas"
    assert latest(session, message.id).status == Status.DRAFT


def test_publishing_makes_the_waiting_change_the_next_version(make: Make, session: Session) -> None:
    message = make.message("Le crapaud vole")
    change(message, to_document(message) | {"text": "Le crapaud vole bas"}, by=None)
    publish(message, by=None)
    session.commit()
    assert (message.text, message.version) == ("Le crapaud vole bas", 2)
    assert [each.version for each in session.scalars(versions(message.id))] == [2, 1]


def test_meanings_and_broadcasts_keep_their_identity_through_a_change(make: Make, session: Session) -> None:
    message = make.message(meaning="Un parachutage.", night="1944-06-05")
    before = to_document(message)
    after = before | {"meanings": [before["meanings"][0] | {"statement": {"fr": "Un atterrissage."}}]}
    change(message, after, by=None)
    publish(message, by=None)
    session.commit()
    assert [each.id for each in message.meanings] == [before["meanings"][0]["id"]]
    assert message.meanings[0].statement == {"fr": "Un atterrissage."}
    assert [each.id for each in message.broadcasts] == [before["broadcasts"][0]["id"]]


def test_a_snapshot_keeps_the_names_of_what_it_links_to(make: Make, session: Session) -> None:
    station = make.station("BBC Radio Londres")
    message = make.message(station=station.id)
    station.name = {"fr": "Radio Paris"}
    session.commit()
    assert latest(session, message.id).labels[station.id]["fr"] == "BBC Radio Londres"


def test_the_checksum_covers_the_document_and_the_names(make: Make, session: Session) -> None:
    revision = latest(session, make.message(meaning="Un parachutage.").id)
    assert revision.sha256 == digest(revision.document, revision.labels)
    assert revision.sha256 != digest(revision.document | {"text": "Le crapaud ne vole pas"}, revision.labels)


def test_a_save_on_an_older_revision_is_refused_with_both_states(make: Make, session: Session) -> None:
    draft = make.message("Le crapaud vole", status="draft")
    change(draft, to_document(draft) | {"text": "Ma version"}, by=None, opened_on=1)
    with pytest.raises(Stale) as stale:
        change(draft, to_document(draft) | {"text": "Une autre"}, by=None, opened_on=1)
    assert stale.value.base.document["text"] == "Le crapaud vole"
    assert stale.value.current.document["text"] == "Ma version"


def test_publishing_and_withdrawing_leave_the_indexer_a_note(make: Make, session: Session) -> None:
    message = make.message()
    withdraw(message, by=None, reason="wrong archive")
    session.commit()
    assert [each.record_id for each in session.scalars(select(Outbox).where(Outbox.kind == "message"))] == [
        message.id
    ] * 2
    assert message.status == Status.WITHDRAWN


def test_saving_a_document_unchanged_changes_nothing_in_the_record(make: Make, session: Session) -> None:
    message = make.message(meaning="Un parachutage.", night="1944-06~", status="draft")
    before = to_document(message)
    change(message, before, by=None)
    session.commit()
    assert to_document(message) == before
