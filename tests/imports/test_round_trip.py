"""What was exported and is imported again changes nothing: the real archive, and texts that spreadsheets dread."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.imports.bringing import Bringing
from tests.imports.test_cells import NASTY
from tests.make import Make
from webapp.messages.models import MESSAGE
from webapp.revisions import Revision
from webapp.revisions.bulk import Batch


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_real_archive_goes_out_and_comes_back_as_it_is(real: Bringing, ending: str, lang: str) -> None:
    answer = real.client.get(f"/desk/imports/export.{ending}", query_string={"lang": lang})
    assert answer.status_code == 200
    run = real.plan(answer.data, f"export.{ending}")
    assert real.problems(run) == []
    assert run.counts["same"] == run.counts["rows"] == 568
    assert "changes nothing" in real.page(f"/desk/imports/{run.id}", lang="en")


def test_what_a_search_or_a_list_shows_can_be_exported_alone(real: Bringing) -> None:
    lines = real.client.get("/desk/imports/export.csv?lang=en&theme=food").data.decode("utf-8-sig").splitlines()
    assert 5 < len(lines) < 200
    assert lines[0].startswith("Identifier,Key,Revision,Status,Exact words")


@pytest.mark.usefixtures("vocabulary")
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_kept_mark_of_a_lost_letter_stops_no_round_trip(curator: Bringing, session: Session, ending: str) -> None:
    batch = Batch(session, by=None)
    batch.create(MESSAGE, {"text": "Le crapaud\ufffd vole", "lang": "fr"})
    batch.write(session)
    session.commit()
    run = curator.plan(curator.client.get(f"/desk/imports/export.{ending}?lang=en").data, f"a.{ending}")
    assert curator.problems(run) == []
    assert run.counts.get("same", 0) == run.counts["rows"] == 1


TEXTS = st.dictionaries(st.sampled_from(["fr", "en", "de", "zh-Hans", ""]), NASTY, max_size=3)
DATES = st.sampled_from([None, "1944-06-05", "1944-06?", "1943/1944", "194X", "[1944-05-01, 1944-05-08]"])


def messages(source: str, place: str) -> st.SearchStrategy[dict[str, Any]]:
    witnesses = st.lists(st.fixed_dictionaries({"source": st.just(source), "locator": NASTY}), max_size=3)
    meanings = st.fixed_dictionaries(
        {"statement": TEXTS, "standing": st.sampled_from(["attested", "unknown"]), "operation": NASTY, "note": TEXTS,
         "addressee": TEXTS, "place": st.sampled_from([None, place]), "attestations": witnesses})  # fmt: skip
    broadcasts = st.fixed_dictionaries(
        {"edtf": DATES, "written": NASTY, "said": st.none() | st.integers(0, 9), "note": TEXTS,
         "attestations": witnesses})  # fmt: skip
    return st.fixed_dictionaries(
        {"text": NASTY.filter(lambda text: bool(text.strip())), "lang": st.sampled_from(["fr", "it"]), "note": TEXTS,
         "translation": TEXTS, "rendering": st.booleans(), "attestations": witnesses,
         "meanings": st.lists(meanings, max_size=3), "broadcasts": st.lists(broadcasts, max_size=3)})  # fmt: skip


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
@pytest.mark.usefixtures("vocabulary")
def test_dreadful_texts_go_out_and_come_back_as_they_are(
    curator: Bringing, make: Make, session: Session, ending: str, data: st.DataObject
) -> None:
    given_ = data.draw(
        st.lists(messages(make.source("=Title | @").id, make.place("+Place [x]").id), min_size=1, max_size=6)
    )
    batch = Batch(session, by=None)
    for document in given_:
        batch.create(MESSAGE, document)
    batch.write(session)
    session.commit()
    before = session.query(Revision).count()
    run = curator.plan(curator.client.get(f"/desk/imports/export.{ending}?lang=en").data, f"a.{ending}")
    assert curator.problems(run) == []
    assert run.counts.get("same", 0) == run.counts["rows"]
    assert session.query(Revision).count() == before
