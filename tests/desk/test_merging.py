"""Two records of the same thing become one, everything moves, both addresses work, and the merge can be undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.desk.filling import anew, visit
from tests.desk.test_adding import vocabulary
from tests.make import Make
from webapp.desk.entries import MergedAway, release
from webapp.desk.merging import ChangedSince, ChangeWaits, HiddenBehind, NotTwo, merge, unmerge
from webapp.identifiers import resolve
from webapp.revisions import Status, to_document
from webapp.revisions.actions import Refused, change
from webapp.revisions.documents import canonical
from webapp.revisions.queries import latest

SignIn = Callable[..., FlaskClient]


def exported(*records: object) -> list[bytes]:
    return [canonical([to_document(record), record.status, record.withdrawn_reason]) for record in records]


def test_everything_that_belonged_to_a_message_moves(make: Make, session: Session) -> None:
    kept = make.message("Le crapaud vole", meaning="Un parachutage.", night="1944-06-05")
    gone = make.message("Le crapaud vole !", meaning="Un atterrissage.", night="1944-05-01")
    other = make.message("Le lapin court", relations=[{"kind": "reply-to", "other": gone.id}])
    essay = make.essay(f"On a dit [[{gone.id}]] à Londres.")
    meanings = [each.id for each in (*kept.meanings, *gone.meanings)]
    merge(session, kept, gone, {}, by=None, reason="same phrase")
    session.commit()
    assert [each.id for each in kept.meanings] == meanings
    assert [each.edtf.text for each in kept.broadcasts] == ["1944-06-05", "1944-05-01"]
    assert [each.other_id for each in other.relations] == [kept.id]
    assert f"[[{kept.id}]]" in essay.body["fr"]
    assert [each.message_id for each in essay.mentions] == [kept.id, kept.id]
    assert resolve(session, gone.id).id == kept.id
    assert gone.status == Status.WITHDRAWN


def test_a_merge_publishes_nothing_that_may_not_be_published(make: Make, session: Session) -> None:
    kept = make.message("Le crapaud vole", meaning="Un parachutage.")
    claim = make.claim("Un atterrissage.", standing="attested", attestations=[])
    draft = make.message("Le crapaud vole !", meanings=[claim], status="draft")
    with pytest.raises(Refused) as refused:
        merge(session, kept, draft, {}, by=None)
    session.rollback()
    assert [type(reason).__name__ for reason in refused.value.reasons] == ["NoSource"]
    assert [each.statement["fr"] for each in kept.meanings] == ["Un parachutage."]


def test_both_addresses_work_for_readers(make: Make, session: Session, client: FlaskClient) -> None:
    kept, gone = make.message("Le crapaud vole", meaning="Un parachutage."), make.message("Le crapaud vole !")
    merge(session, kept, gone, {}, by=None)
    session.commit()
    answer = client.get(f"/messages/{gone.id}", follow_redirects=True)
    assert answer.status_code == 200
    assert kept.id in answer.request.path


@pytest.mark.parametrize("kind", ["source", "station", "network", "place"])
def test_what_pointed_at_an_authority_points_at_the_one_that_stays(make: Make, session: Session, kind: str) -> None:
    kept, gone = getattr(make, kind)("Le même"), getattr(make, kind)("Le même aussi")
    claim = make.claim("Un parachutage.", **({kind: gone.id} if kind in ("network", "place") else {}))
    if kind == "source":
        claim["attestations"] = [{"source": gone.id, "locator": "p. 1"}, {"source": kept.id, "locator": "p. 1"}]
    message = make.message(meanings=[claim], **({"station": gone.id} if kind == "station" else {}))
    before = exported(kept, gone, message)
    merged = merge(session, kept, gone, {}, by=None)
    session.commit()
    said = canonical(to_document(message)).decode()
    assert gone.id not in said
    assert said.count(kept.id) == 1
    unmerge(session, merged, by=None)
    session.commit()
    assert exported(kept, gone, message) == before


def test_merge_then_unmerge_gives_byte_equal_documents(make: Make, session: Session) -> None:
    kept = make.message("Le crapaud vole", meaning="Un parachutage.", night="1944-06-05")
    gone = make.message("Le crapaud vole !", meaning="Un atterrissage.", night="1944-05-01",
                        relations=[{"kind": "variant-of", "other": kept.id}])  # fmt: skip
    other = make.message("Le lapin court", relations=[{"kind": "reply-to", "other": gone.id}])
    essay = make.essay(f"On a dit [[{gone.id}]] à Londres.")
    before = exported(kept, gone, other, essay)
    merged = merge(session, kept, gone, {"text": "gone"}, by=None)
    session.commit()
    assert kept.text == "Le crapaud vole !"
    unmerge(session, merged, by=None)
    session.commit()
    assert exported(kept, gone, other, essay) == before
    assert resolve(session, gone.id).id == gone.id
    assert {each.message_id for each in essay.mentions} == {gone.id}


def test_a_change_that_waits_beside_a_third_message_is_pointed_too(make: Make, session: Session) -> None:
    kept, gone = make.source("Ici Londres"), make.source("Ici Londres, 1940")
    message = make.message(meaning="Un parachutage.")
    document = to_document(message)
    document["meanings"][0]["attestations"] = [{"source": gone.id, "locator": "p. 3"}]
    change(message, document, by=None)
    merged = merge(session, kept, gone, {}, by=None)
    session.commit()
    assert latest(session, message.id).document["meanings"][0]["attestations"] == [
        {"source": kept.id, "locator": "p. 3"}
    ]
    unmerge(session, merged, by=None)
    session.commit()
    assert latest(session, message.id).document == document


def _itself(kept: Any, gone: Any, source: Any) -> tuple[Any, Any]:
    return kept, kept


def _another_kind(kept: Any, gone: Any, source: Any) -> tuple[Any, Any]:
    return kept, source


def _hidden(kept: Any, gone: Any, source: Any) -> tuple[Any, Any]:
    kept.status = Status.DRAFT
    return kept, gone


def _with_a_waiting_change(kept: Any, gone: Any, source: Any) -> tuple[Any, Any]:
    change(kept, {**to_document(kept), "text": "Autre"}, by=None)
    return kept, gone


@pytest.mark.parametrize(
    ("prepare", "refusal"),
    [(_itself, NotTwo), (_another_kind, NotTwo), (_hidden, HiddenBehind), (_with_a_waiting_change, ChangeWaits)],
)
def test_what_cannot_be_one_is_refused_by_name(
    make: Make, session: Session, prepare: Callable[..., tuple[Any, Any]], refusal: type
) -> None:
    records = prepare(make.message("Le crapaud vole"), make.message("Le crapaud"), make.source())
    with pytest.raises(Refused) as refused:
        merge(session, *records, {}, by=None)
    assert [type(each) for each in refused.value.reasons] == [refusal]


def test_what_was_merged_away_cannot_be_published_behind_its_back(make: Make, session: Session) -> None:
    kept, gone = make.message("Le crapaud vole"), make.message("Le crapaud")
    merge(session, kept, gone, {}, by=None)
    with pytest.raises(Refused) as refused:
        release(session, gone, by=None)
    assert isinstance(refused.value.reasons[0], MergedAway)


def test_a_ring_of_merges_is_refused(make: Make, session: Session) -> None:
    one, two = make.message("Le crapaud vole"), make.message("Le crapaud")
    merge(session, one, two, {}, by=None)
    with pytest.raises(Refused):
        merge(session, two, one, {}, by=None)


def test_a_merge_on_which_somebody_built_is_not_undone(make: Make, session: Session) -> None:
    kept, gone = make.message("Le crapaud vole"), make.message("Le crapaud")
    merged = merge(session, kept, gone, {}, by=None)
    change(kept, {**to_document(kept), "text": "Le crapaud vole bas"}, by=None)
    with pytest.raises(Refused) as refused:
        unmerge(session, merged, by=None)
    assert isinstance(refused.value.reasons[0], ChangedSince)


def test_an_editor_merges_and_undoes_from_the_desk(sign_in: SignIn, make: Make, session: Session) -> None:
    vocabulary(make)
    kept = make.message("Le crapaud vole", meaning="Un parachutage.")
    gone = make.message("Le crapaud vole bas", meaning="Un atterrissage.")
    before = exported(kept, gone)
    editor = sign_in("editor")
    side = visit(editor, f"/desk/messages/{kept.id}/merge", other="le crapaud vole bas")
    form = side.form("merge")
    form.values["pick-text"] = "gone"
    answer = editor.post(form.action, data=form.values)
    assert answer.status_code == 303
    anew(session)
    assert (kept.text, len(kept.meanings)) == ("Le crapaud vole bas", 2)
    page = visit(editor, answer.location)
    undo = next(line for line in page.text.split('"') if line.startswith("/desk/merges/"))
    assert editor.post(undo, data={"csrf_token": _token(page.text)}).status_code == 303
    anew(session)
    assert exported(kept, gone) == before


def _token(text: str) -> str:
    return text.split('name="csrf_token" value="')[1].split('"')[0]
