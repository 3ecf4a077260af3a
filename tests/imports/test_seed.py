"""The seed data: loaded whole or not at all, loaded again without effect, never over a curator's change."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.config import resource
from webapp.database import session as scoped
from webapp.imports import seed
from webapp.messages.models import Meaning, Message, Relation
from webapp.revisions import Revision, to_document
from webapp.revisions.actions import change, publish
from webapp.vocabularies import Standing

SMALL = {"sources": 3, "stations": 3, "networks": 2, "places": 2, "messages": 4}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A seed folder with a few real rows and no reference that leads out of them."""
    target = tmp_path / "seed"
    (target / "essays").mkdir(parents=True)
    source = resource("seed_data")
    shutil.copy(source / "vocabularies.csv", target)
    for name in ("sources", "stations", "networks", "places", "messages", "meanings", "broadcasts", "relations"):
        with (source / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        write(target, name, rows[: SMALL.get(name, 0)], list(rows[0]))
    edit(target, "messages", lambda row: row | {"station": "", "wording_sources": "", "wording_standing": "unknown"})
    return target


def write(folder: Path, name: str, rows: list[dict[str, str]], header: list[str]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(rows)


def edit(folder: Path, name: str, change_row: Callable[[dict[str, str]], dict[str, str]]) -> None:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    write(folder, name, [change_row(row) for row in rows], list(rows[0]))


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model))


def test_the_archive_opens_with_all_the_messages_that_were_gathered(archive: Flask) -> None:
    with archive.app_context():
        assert count(scoped(), Message) == 568
        assert scoped().scalar(select(func.count()).where(Message.kind == "codeword")) == 60
        assert count(scoped(), Relation) == 52


def test_the_carrots_are_a_legend_and_the_sources_claim_different_things(archive: Flask) -> None:
    with archive.app_context():
        carrots = scoped().scalars(select(Message).where(Message.key == "les-carottes-sont-cuites")).one()
        assert len(carrots.meanings) > 1
        assert {claim.standing for claim in carrots.meanings} <= {Standing.LEGEND, Standing.DISPUTED}
        assert all(claim.attestations for claim in carrots.meanings)


def test_every_claim_has_a_source_or_says_that_it_is_unknown(archive: Flask) -> None:
    with archive.app_context():
        bare = [claim.id for claim in scoped().scalars(select(Meaning))
                if not claim.attestations and claim.standing != Standing.UNKNOWN]  # fmt: skip
        assert not bare


def test_loading_twice_changes_nothing(session: Session, folder: Path) -> None:
    first = seed.load(session, folder)
    assert first.created["message"] == 4
    before = count(session, Revision)
    assert seed.load(session, folder).quiet
    assert count(session, Revision) == before


def test_a_changed_row_is_loaded_again_as_a_new_version(session: Session, folder: Path) -> None:
    seed.load(session, folder)
    edit(folder, "messages", lambda row: row | {"note_en": "Read again."})
    assert seed.load(session, folder).changed["message"] == 4
    assert {message.version for message in session.scalars(select(Message))} == {2}


def test_a_curators_change_is_never_overwritten(session: Session, folder: Path) -> None:
    seed.load(session, folder)
    message = session.scalars(select(Message).order_by(Message.key)).first()
    change(message, to_document(message) | {"note": {"en": "By hand."}}, by=None, agent="curator")
    publish(message, by=None, agent="curator")
    edit(folder, "messages", lambda row: row | {"note_en": "Read again."})
    loaded = seed.load(session, folder)
    assert loaded.kept == [f"message/{message.key}"]
    assert message.note == {"en": "By hand."}


@pytest.mark.parametrize(
    ("file", "column", "value", "reason"),
    [
        ("messages", "id", "0000000x", "not an identifier"),
        ("messages", "text", "", "must not be empty"),
        ("messages", "rendering", "perhaps", "yes"),
        ("messages", "station", "radio-nowhere", "is not in stations"),
        ("messages", "theme", "no-such-theme", "is not in theme"),
        ("messages", "wording_standing", "certain", "documented"),
        ("messages", "wording_sources", "s-none-1 @ p. 3", "is not in sources"),
        ("places", "lat", "north", "number"),
    ],
)
def test_a_broken_row_is_named_and_nothing_is_loaded(
    session: Session, folder: Path, file: str, column: str, value: str, reason: str
) -> None:
    edit(folder, file, lambda row: row | {column: value})
    findings = seed.load(session, folder).findings
    assert findings[0].file == f"{file}.csv"
    assert (findings[0].row, findings[0].column) == (2, column)
    assert reason in findings[0].reason
    assert count(session, Message) == 0


def test_two_rows_with_one_key_are_refused(session: Session, folder: Path) -> None:
    edit(folder, "messages", lambda row: row | {"key": "the-same"})
    assert any(
        "stands already in messages.csv, row 2" in finding.reason for finding in seed.load(session, folder).findings
    )


def test_a_row_with_too_many_cells_is_refused(session: Session, folder: Path) -> None:
    with (folder / "messages.csv").open("a", encoding="utf-8") as file:
        file.write("a," * 40 + "\n")
    assert any("columns than the header" in finding.reason for finding in seed.load(session, folder).findings)
