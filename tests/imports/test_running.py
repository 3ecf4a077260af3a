"""An import is tried, run and undone as one step; what it does is told row by row before and signed afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.imports.bringing import Bringing, csv_file, xlsx_file
from tests.make import Make
from webapp.identifiers import Identifier
from webapp.imports import jobs
from webapp.imports.models import ImportRow, ImportRun, Stage
from webapp.messages.models import MESSAGE, Message
from webapp.revisions import Outbox, Revision, Status, to_document
from webapp.revisions.actions import change, create, publish
from webapp.revisions.documents import canonical
from webapp.revisions.queries import latest
from webapp.vocabularies import Term

pytestmark = pytest.mark.usefixtures("vocabulary")

HEADER = ["Texte exact", "Langue", "Traduction (en)", "Station", "Thème", "Sens 1 : énoncé (fr)",
          "Sens 1 : état de preuve", "Sens 1 : sources", "Diffusion 1 : date", "Clé"]  # fmt: skip
TOAD = ["Le crapaud vole", "fr", "The toad flies", "BBC", "animaux", "Un parachutage.", "attesté",
        "Ici Londres @ p. 12", "nuit du 5 au 6 juin 1944", "toad"]  # fmt: skip
GIRAFFE = ["La girafe a un long cou", "fr", "", "", "", "", "", "", "", ""]


def kept(session: Session, *besides: str) -> dict[str, int]:
    """How many rows every table has, those of the imports aside."""
    session.rollback()
    tables = [each for each in Message.metadata.sorted_tables if not each.name.startswith("import_")]
    return {table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in tables if table.name not in besides}  # fmt: skip


def named(make: Make) -> dict[str, Any]:
    return {"station": make.station("BBC"), "source": make.source("Ici Londres")}


def message(session: Session, text: str) -> Message:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Message).where(Message.text == text)).one()


def test_a_dry_run_tells_the_plan_and_writes_nothing(curator: Bringing, make: Make, session: Session) -> None:
    named(make)
    before = kept(session)
    run = curator.plan(csv_file([HEADER, TOAD, GIRAFFE]))
    assert (run.stage, run.counts["create"]) == (Stage.PLANNED, 2)
    assert kept(session) == before
    page = curator.page(f"/desk/imports/{run.id}", lang="en")
    assert "Import 2 rows" in page
    assert "La girafe a un long cou" in page
    held = {column: (before, after) for column, before, after in curator.rows(run, "create")[0].changes}
    assert held["broadcast_1_date"] == ("", "1944-06-05")
    assert held["meaning_1_standing"] == ("", "attested")
    assert "<dd>1944-06-05</dd>" in page
    new = curator.plan(csv_file([HEADER, [*TOAD[:7], "Un carnet @ p. 3", *TOAD[8:]]]), create="on")
    held = {column: after for column, _before, after in curator.rows(new, "create")[-1].changes}
    assert held["meaning_1_sources"] == "Un carnet @ p. 3"


def test_a_run_drafts_each_row_with_all_that_it_says(curator: Bringing, make: Make, session: Session) -> None:
    things = named(make)
    run = curator.bring(csv_file([HEADER, TOAD]), reason="From the notebook")
    toad = message(session, "Le crapaud vole")
    assert (run.stage, toad.status, toad.key) == (Stage.DONE, Status.DRAFT, "toad")
    assert (toad.station_id, toad.theme_id, toad.translation) == (
        things["station"].id,
        "theme/animals",
        {"en": "The toad flies"},
    )
    (meaning,), (broadcast,) = toad.meanings, toad.broadcasts
    assert (meaning.statement, meaning.standing) == ({"fr": "Un parachutage."}, "attested")
    assert [(each.source_id, each.locator) for each in meaning.attestations] == [(things["source"].id, "p. 12")]
    assert (broadcast.edtf.text, broadcast.written) == ("1944-06-05", "nuit du 5 au 6 juin 1944")
    revision = latest(session, toad.id)
    assert revision is not None
    assert (revision.agent, revision.reason, revision.person_id) == (
        f"import {run.id}",
        "From the notebook",
        run.person_id,
    )


def test_a_workbook_does_what_a_csv_does(curator: Bringing, make: Make, session: Session) -> None:
    named(make)
    curator.bring(xlsx_file([HEADER, TOAD]), "messages.xlsx")
    assert message(session, "Le crapaud vole").broadcasts[0].edtf.text == "1944-06-05"


def test_all_errors_are_told_at_once_with_row_and_column(curator: Bringing, session: Session) -> None:
    rows = [HEADER, TOAD, [*TOAD[:4], "poissons", *TOAD[5:8], "31 février 1944", "fish"], ["", "fr", "Nothing"]]
    before = kept(session)
    run = curator.plan(csv_file(rows))
    assert {(row, column) for row, column, _ in curator.problems(run)} == {
        (2, "station"), (2, "meaning_1_sources"), (3, "station"), (3, "theme"), (3, "meaning_1_sources"),
        (3, "broadcast_1_date"), (4, "text"),
    }  # fmt: skip
    assert not run.planned
    page = curator.page(f"/desk/imports/{run.id}", lang="fr")
    assert "Diffusion 1" in page
    assert curator.client.post(f"/desk/imports/{run.id}/run").status_code == 409
    assert kept(session) == before
    table = curator.client.get(f"/desk/imports/{run.id}/problems.csv").data.decode("utf-8-sig")
    assert len(table.splitlines()) == 8


def test_a_corrected_file_is_tried_as_the_first_was(curator: Bringing, session: Session) -> None:
    first = curator.plan(csv_file([HEADER, [*TOAD[:8], "le 32 mai 1944", ""]]), create="on")
    assert curator.problems(first)
    second = curator.send(csv_file([HEADER, TOAD]), instead_of=str(first.id))
    assert curator.look(second).options["create"] is True


def test_what_is_missing_is_created_when_it_is_wished_and_listed(curator: Bringing, session: Session) -> None:
    row = [*TOAD[:4], "reptiles", *TOAD[5:]]
    run = curator.plan(csv_file([HEADER, row]), create="on")
    assert [(each.kind, each.title) for each in curator.rows(run) if not each.number] == [
        ("station", "BBC"), ("term", "reptiles"), ("source", "Ici Londres")]  # fmt: skip
    assert session.get(Term, "theme/reptiles") is None
    curator.press(run.id, "run")
    toad = message(session, "Le crapaud vole")
    assert (toad.theme.label["fr"], toad.station.status, list(toad.station.name.values())) == (
        "reptiles",
        "draft",
        ["BBC"],
    )
    revision = latest(session, toad.id)
    assert revision is not None
    assert revision.labels["theme/reptiles"] == {"en": "reptiles", "fr": "reptiles"}


def test_a_likely_duplicate_is_left_out_unless_it_is_wished(curator: Bringing, make: Make, session: Session) -> None:
    there = make.message("Le crapaud vole")
    rows = [["phrase"], ["le CRAPAUD vole !"], ["Les carottes sont cuites"], ["les carottes sont cuites"]]
    run = curator.bring(csv_file(rows))
    assert [(each.number, each.other_id, each.other_row) for each in curator.rows(run, "duplicate")] == [
        (2, there.id, None), (4, None, 3)]  # fmt: skip
    assert session.scalar(select(func.count()).select_from(Message)) == 2
    again = curator.plan(csv_file(rows), doubles="on")
    assert again.counts["create"] == 3


def test_an_editor_may_publish_what_is_imported(editor: Bringing, make: Make, session: Session) -> None:
    named(make)
    editor.bring(csv_file([HEADER, TOAD]), publish="on")
    toad = message(session, "Le crapaud vole")
    assert (toad.status, toad.version) == (Status.PUBLISHED, 1)
    assert toad.id in session.scalars(select(Outbox.record_id)).all()


def test_a_curator_who_ticks_publish_still_drafts(curator: Bringing, make: Make, session: Session) -> None:
    named(make)
    curator.bring(csv_file([HEADER, TOAD]), publish="on")
    assert message(session, "Le crapaud vole").status == Status.DRAFT


def test_the_rules_of_publication_are_errors_of_the_plan(editor: Bringing, make: Make) -> None:
    named(make)
    run = editor.plan(csv_file([HEADER, [*TOAD[:7], "", *TOAD[8:]]]), publish="on")
    assert [(row, column) for row, column, _ in editor.problems(run)] == [(2, "meaning_1_sources")]


def exported(who: Bringing, lang: str = "en") -> list[list[str]]:
    import csv
    import io

    data = who.client.get("/desk/imports/export.csv", query_string={"lang": lang}).data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(data), delimiter=";" if lang == "fr" else ","))


def edited(rows: list[list[str]], heading: str, value: str, row: int = 1) -> bytes:
    column = rows[0].index(heading)
    rows[row][column] = value
    return csv_file(rows)


def test_a_change_to_a_draft_is_saved_and_told_field_by_field(curator: Bringing, make: Make, session: Session) -> None:
    draft = make.message("Le crapaud vole", status="draft", meaning="Un parachutage")
    content = edited(exported(curator), "Meaning 1: operation", "Neptune")
    run = curator.plan(content)
    (row,) = curator.rows(run, "change")
    assert row.changes == [["meaning_1_operation", "", "Neptune"]]
    curator.press(run.id, "run")
    session.expire_all()
    assert draft.meanings[0].operation == "Neptune"
    assert draft.meanings[0].attestations


def test_a_change_to_a_published_message_waits_beside_it(curator: Bringing, make: Make, session: Session) -> None:
    public = make.message("Le crapaud vole")
    curator.bring(edited(exported(curator), "Exact words", "Le crapaud saute"))
    session.expire_all()
    newest = latest(session, public.id)
    assert newest is not None
    assert (public.text, public.version, newest.document["text"], newest.status) == (
        "Le crapaud vole",
        1,
        "Le crapaud saute",
        "draft",
    )


def test_a_change_to_a_published_message_is_published_when_wished(
    editor: Bringing, make: Make, session: Session
) -> None:
    public = make.message("Le crapaud vole")
    editor.bring(edited(exported(editor), "Exact words", "Le crapaud saute"), publish="on")
    session.expire_all()
    assert (public.text, public.version) == ("Le crapaud saute", 2)


def test_a_row_made_from_an_older_revision_is_a_conflict(curator: Bringing, make: Make, session: Session) -> None:
    draft = make.message("Le crapaud vole", status="draft")
    rows = exported(curator)
    change(draft, to_document(draft) | {"note": {"fr": "Ailleurs"}}, by=None)
    session.commit()
    run = curator.plan(edited(rows, "Exact words", "Le crapaud saute"))
    assert [(row, column) for row, column, _ in curator.problems(run)] == [(2, "revision")]


def test_a_row_without_a_revision_changes_nothing(curator: Bringing, make: Make) -> None:
    draft = make.message("Le crapaud vole", status="draft")
    run = curator.plan(csv_file([["id", "text"], [draft.id, "Le crapaud saute"]]))
    assert [(row, column) for row, column, _ in curator.problems(run)] == [(2, "revision")]
    assert curator.plan(csv_file([["id", "text"], [draft.id, "Le crapaud vole"]])).counts["same"] == 1


def test_a_column_that_the_file_lacks_leaves_the_archive_as_it_is(
    curator: Bringing, make: Make, session: Session
) -> None:
    draft = make.message("Le crapaud vole", status="draft", meaning="Un parachutage", night="1944-06-05",
                         note={"fr": "Une note", "en": "A note"})  # fmt: skip
    curator.bring(csv_file([["id", "revision", "text", "note (fr)"], [draft.id, "1", "Le crapaud saute", ""]]))
    session.expire_all()
    assert (draft.text, draft.note) == ("Le crapaud saute", {"en": "A note"})
    assert (len(draft.meanings), len(draft.broadcasts)) == (1, 1)


def test_the_archive_that_changed_since_the_dry_run_is_not_overwritten(
    curator: Bringing, make: Make, session: Session
) -> None:
    run = curator.plan(csv_file([["phrase"], ["Le crapaud vole"]]))
    make.message("Le crapaud vole")
    again = curator.press(run.id, "run")
    assert (again.stage, again.counts["duplicate"]) == (Stage.PLANNED, 1)
    assert "has changed since" in curator.page(f"/desk/imports/{run.id}", lang="en")
    assert session.scalar(select(func.count()).select_from(Message)) == 1


def test_rows_may_name_each_other(curator: Bringing, session: Session) -> None:
    rows = [
        ["key", "phrase", "relations"],
        ["one", "Le crapaud vole", "variante de two"],
        ["two", "Le crapaud saute", ""],
    ]
    curator.bring(csv_file(rows))
    (relation,) = message(session, "Le crapaud vole").relations
    assert (relation.kind, relation.other.text) == ("variant-of", "Le crapaud saute")


def test_one_message_in_two_rows_is_an_error(curator: Bringing) -> None:
    run = curator.plan(csv_file([["key", "phrase"], ["one", "Le crapaud vole"], ["one", "Le crapaud saute"]]))
    assert [(row, column) for row, column, _ in curator.problems(run)] == [(3, "id")]


# Undoing.


def test_undoing_takes_what_was_made_away_and_keeps_the_identifiers(curator: Bringing, session: Session) -> None:
    before = kept(session, "identifier", "revision")
    run = curator.bring(csv_file([HEADER, [*TOAD[:4], "reptiles", *TOAD[5:]], GIRAFFE]), create="on")
    ids = [row.record_id for row in curator.rows(run) if row.kind != "term"]
    undone = curator.press(run.id, "undo")
    assert undone.stage == Stage.UNDONE, undone.trouble
    assert kept(session, "identifier", "revision") == before
    assert all(session.get(Identifier, id) for id in ids)
    assert curator.bring(csv_file([HEADER, TOAD]), create="on").stage == Stage.DONE


@pytest.mark.parametrize("status", ["draft", "published"])
@pytest.mark.parametrize("wishes", [{}, {"publish": "on"}])
def test_undoing_restores_documents_byte_by_byte(
    editor: Bringing, make: Make, session: Session, status: str, wishes: dict[str, str]
) -> None:
    message = make.message("Le crapaud vole", status=status, meaning="Un parachutage", night="1944-06")
    newest = latest(session, message.id)
    assert newest is not None
    before, public = canonical(newest.document), to_document(message)
    rows = exported(editor)
    rows[1][rows[0].index("Broadcast 1: date")] = "vers mai 1944"
    run = editor.bring(edited(rows, "Exact words", "Le crapaud saute"), **wishes)
    assert editor.press(run.id, "undo").stage == Stage.UNDONE
    session.expire_all()
    newest = latest(session, message.id)
    assert newest is not None
    assert canonical(newest.document) == before
    assert to_document(message) == public
    assert newest.agent == f"undo of import {run.id}"


def test_a_change_that_waited_before_the_import_waits_again(curator: Bringing, make: Make, session: Session) -> None:
    public = make.message("Le crapaud vole")
    change(public, to_document(public) | {"note": {"fr": "En attente"}}, by=None)
    session.commit()
    waiting = latest(session, public.id)
    run = curator.bring(edited(exported(curator), "Exact words", "Le crapaud saute"))
    curator.press(run.id, "undo")
    session.expire_all()
    newest = latest(session, public.id)
    assert newest is not None
    assert waiting is not None
    assert (newest.document, newest.number > public.revision) == (waiting.document, True)


def test_what_was_published_is_withdrawn_with_a_reason_and_never_deleted(
    editor: Bringing, make: Make, session: Session
) -> None:
    named(make)
    run = editor.bring(csv_file([HEADER, TOAD]), publish="on")
    toad = message(session, "Le crapaud vole")
    undone = editor.press(run.id, "undo")
    assert undone.stage == Stage.UNDONE, undone.trouble
    assert (toad.status, toad.key) == (Status.WITHDRAWN, None)
    answer = editor.client.get(f"/messages/{toad.id}", follow_redirects=True)
    assert answer.status_code == 410
    assert f"import {run.id}" in answer.text.lower()


def test_what_came_later_stands_against_undoing_and_is_named(curator: Bringing, make: Make, session: Session) -> None:
    run = curator.bring(csv_file([HEADER, TOAD, GIRAFFE]), create="on")
    toad, giraffe = message(session, "Le crapaud vole"), message(session, "La girafe a un long cou")
    change(giraffe, to_document(giraffe) | {"note": {"fr": "Relue"}}, by=None)
    make.message("Le chat", station=toad.station_id, relations=[{"kind": "variant-of", "other": toad.id}])
    before = kept(session)
    refused = curator.press(run.id, "undo")
    assert refused.stage == Stage.DONE
    page = curator.page(f"/desk/imports/{run.id}", lang="en")
    assert "La girafe a un long cou” was changed after the import" in page
    assert "“Le chat” refers to Le crapaud vole" in page
    assert "“Le chat” refers to BBC" in page
    assert kept(session) == before


def test_a_later_import_that_was_undone_does_not_stand_against_undoing(curator: Bringing, session: Session) -> None:
    first = curator.bring(csv_file([["phrase"], ["Le crapaud vole"]]))
    second = curator.bring(edited(exported(curator), "Exact words", "Le crapaud saute"))
    curator.press(second.id, "undo")
    assert curator.press(first.id, "undo").stage == Stage.UNDONE


def test_a_waiting_change_that_names_what_was_made_stands_against_undoing(
    curator: Bringing, make: Make, session: Session
) -> None:
    run = curator.bring(csv_file([HEADER, TOAD]), create="on")
    toad, public = message(session, "Le crapaud vole"), make.message("Le chat")
    change(public, to_document(public) | {"station": toad.station_id}, by=None)
    session.commit()
    assert len(curator.press(run.id, "undo").trouble) == 1


def test_undoing_what_was_published_needs_an_editor(
    app: Flask, editor: Bringing, make: Make, sign_in: Any, session: Session
) -> None:
    named(make)
    run = editor.bring(csv_file([HEADER, TOAD]), publish="on")
    assert sign_in("curator").post(f"/desk/imports/{run.id}/undo").status_code == 403


# The work itself.


def test_work_whose_process_is_gone_was_interrupted_and_can_be_begun_again(curator: Bringing, session: Session) -> None:
    number = curator.send(csv_file([["phrase"], ["Le crapaud vole"]]))
    curator.press(number, "plan")
    with curator.app.extensions["database"].writing() as own:
        run = own.get_one(ImportRun, number)
        run.stage, run.process = Stage.RUNNING, jobs.PROCESS.rpartition(":")[0] + ":another"
    assert "stopped while" in curator.page(f"/desk/imports/{number}", lang="en")
    assert curator.look(number).stage == Stage.INTERRUPTED
    curator.press(number, "plan")
    assert curator.press(number, "run").stage == Stage.DONE


def test_work_that_breaks_says_so_and_leaves_nothing(
    curator: Bringing, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(session)
    run = curator.plan(csv_file([["phrase"], ["Le crapaud vole"]]))

    def broken(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("webapp.revisions.bulk.update_rows", broken)
    monkeypatch.setattr("webapp.imports.running._keep_lines", broken)
    failed = curator.press(run.id, "run")
    assert failed.stage == Stage.FAILED
    assert "Something broke" in curator.page(f"/desk/imports/{run.id}", lang="en")
    assert kept(session) == before


def test_progress_is_asked_for_piece_by_piece(curator: Bringing, session: Session) -> None:
    number = curator.send(csv_file([["phrase"], ["Le crapaud vole"]]))
    with curator.app.extensions["database"].writing() as own:
        run = own.get_one(ImportRun, number)
        run.stage, run.process, run.done, run.total, run.step = Stage.PLANNING, "elsewhere:1:x", 500, 2000, "plan"
        run.beat = __import__("webapp.database", fromlist=["now"]).now()
    answer = curator.client.get(f"/desk/imports/{number}?lang=en", headers={"HX-Request": "true"})
    assert "500 of 2,000" in answer.text
    assert "<html" not in answer.text
    assert 'http-equiv="refresh"' in curator.page(f"/desk/imports/{number}")


def test_a_file_that_is_given_up_is_forgotten(curator: Bringing, session: Session) -> None:
    run = curator.plan(csv_file([["phrase"], ["Le crapaud vole"]]))
    assert curator.client.post(f"/desk/imports/{run.id}/discard").status_code == 303
    session.rollback()
    assert session.scalar(select(func.count()).select_from(ImportRun)) == 0
    assert session.scalar(select(func.count()).select_from(ImportRow)) == 0


def test_a_batch_of_one_signs_as_a_form_would(make: Make, session: Session) -> None:
    record = create(session, MESSAGE, {"text": "Allô", "lang": "fr"}, by=None)
    publish(record, by=None)
    assert session.scalars(select(Revision.act).where(Revision.record_id == record.id)).all() == ["create", "publish"]


@pytest.mark.usefixtures("vocabulary")
@pytest.mark.parametrize(("lang", "station"), [("français", "Radio Londres"), ("Francais", "RADIO LONDRES"),
                                               ("French", "BBC, Radio Londres (service français)")])  # fmt: skip
def test_languages_and_stations_are_known_by_their_names(
    curator: Bringing, make: Make, session: Session, lang: str, station: str
) -> None:
    wanted = make.station("BBC, Radio Londres (service français)")
    make.station("BBC, service belge")
    curator.bring(csv_file([["Texte exact", "Langue", "Station"], ["Le hibou veille", lang, station]]))
    message = session.scalars(select(Message).where(Message.text == "Le hibou veille")).one()
    assert (message.lang, message.station_id) == ("fr", wanted.id)


def test_a_part_of_a_name_that_several_stations_have_is_refused(curator: Bringing, make: Make) -> None:
    for name in ("BBC, Radio Londres", "BBC, service belge"):
        make.station(name)
    run = curator.plan(csv_file([["Texte exact", "Station"], ["Le hibou veille", "BBC"]]))
    assert [(row, column) for row, column, _ in curator.problems(run)] == [(2, "station")]
