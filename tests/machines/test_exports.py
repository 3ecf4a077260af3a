"""The whole archive leaves in open formats, and nothing leaves that nobody may see."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bagit
import pytest
from click.testing import Result
from flask import Flask

from tests.conftest import settings
from tests.make import Make
from webapp import cli, create_app
from webapp.database import Database
from webapp.machines import records, sheets
from webapp.machines.backups import back_up
from webapp.machines.exports import Job, Occupied, export
from webapp.machines.restoring import restore


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exports")


@pytest.fixture(scope="module")
def exported(archive: Flask, folder: Path) -> Callable[[str], Path]:
    """The real archive in one of the formats, written once."""

    def in_form(form: str) -> Path:
        if not (folder / form).exists():
            write(archive, folder / form, form)
        return folder / form

    return in_form


def write(app: Flask, folder: Path, form: str, **options: Any) -> Path:
    with records.as_visitor(app), app.extensions["database"].reading() as own:
        export(Job(own, **options), folder, form)
    return folder


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_json_lines_hold_every_public_record_once(exported: Callable[[str], Path]) -> None:
    held = {path.stem: lines(path) for path in exported("jsonl").glob("*.jsonl")}
    assert len(held["messages"]) == 568
    for found in held.values():
        assert len({each.get("term", each["id"]) for each in found}) == len(found)
    assert len(held["essays"]) == 12


def test_every_claim_stands_beside_its_standing_in_every_format(exported: Callable[[str], Path]) -> None:
    for message in lines(exported("jsonl") / "messages.jsonl"):
        assert message["standing"]
        assert all(each["standing"] for each in message["meanings"])
    assert all(row["standing"] for row in table(exported("csv") / "meanings.csv"))
    legends = {row["id"] for row in table(exported("csv") / "messages.csv") if row["standing"] == "legend"}
    assert legends


def test_every_column_of_every_sheet_is_explained_in_two_languages(exported: Callable[[str], Path]) -> None:
    told = {(row["sheet"], row["column"]): row for row in table(exported("csv") / "data-dictionary.csv")}
    for path in exported("csv").glob("*.csv"):
        if path.stem != "data-dictionary":
            for column in path.read_text(encoding="utf-8-sig").split("\n", 1)[0].strip().split(","):
                assert told[path.stem, column]["fr"], (path.stem, column)
                assert told[path.stem, column]["en"], (path.stem, column)


def test_the_tables_say_what_the_lines_say(exported: Callable[[str], Path]) -> None:
    by_id = {row["id"]: row for row in table(exported("csv") / "messages.csv")}
    dates = {row["id"]: row for row in table(exported("csv") / "broadcasts.csv")}
    for message in lines(exported("jsonl") / "messages.jsonl"):
        row = by_id[message["id"]]
        assert row["text"].removeprefix("'") == message["text"]
        assert row["standing"] == message["standing"]
        for each in message["broadcasts"]:
            assert dates[each["id"]]["edtf"] == (each["edtf"] or "")


def test_a_date_is_never_made_up(exported: Callable[[str], Path]) -> None:
    for row in table(exported("csv") / "broadcasts.csv"):
        if not row["edtf"]:
            assert (row["earliest"], row["latest"]) == ("", "")


def test_the_sqlite_file_has_the_same_rows_as_the_tables(exported: Callable[[str], Path]) -> None:
    file = sqlite3.connect(exported("sqlite") / "carottes.sqlite")
    for name in sheets.sheets():
        count = file.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
        assert count == len(table(exported("csv") / f"{name}.csv")), name
    legends = file.execute("SELECT count(*) FROM meanings WHERE standing = 'legend'").fetchone()[0]
    assert legends > 0
    file.close()


def test_the_bag_is_valid_to_a_stranger(exported: Callable[[str], Path]) -> None:
    bag = bagit.Bag(str(exported("bag")))
    assert bag.validate()
    assert sorted(bag.algorithms) == ["sha256", "sha512"]
    assert (exported("bag") / "data/jsonl/messages.jsonl").read_bytes() == (
        exported("jsonl") / "messages.jsonl"
    ).read_bytes()


def test_a_bag_that_was_tampered_with_is_not_valid(exported: Callable[[str], Path], tmp_path: Path) -> None:
    shutil.copytree(exported("bag"), tmp_path / "bag")
    path = tmp_path / "bag/data/jsonl/messages.jsonl"
    path.write_bytes(path.read_bytes().replace(b"carottes", b"navets!!", 1))
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(tmp_path / "bag")).validate()


def test_export_backup_restore_export_gives_the_same_bytes(
    archive: Flask, exported: Callable[[str], Path], tmp_path: Path
) -> None:
    data = Path(archive.config["DATA"])
    made = back_up(archive.extensions["database"], data, tmp_path / "backups")
    place = tmp_path / "elsewhere"
    restore(Database(f"sqlite:///{place / 'carottes.db'}"), place, made.path, str)
    again = write(create_app(settings(place)), tmp_path / "again", "jsonl")
    for path in exported("jsonl").iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes(), path.name


# -- what nobody may see -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "jsonl", "sqlite", "bag"])
def test_no_draft_and_no_name_of_a_draft_leaves_in_a_public_export(
    app: Flask, make: Make, tmp_path: Path, form: str
) -> None:
    secret = make.message("Phrase encore secrète", status="draft")
    network = make.record("network", "draft", name={"fr": "Réseau encore secret", "en": "Secret network"})
    station = make.record("station", "draft", name={"fr": "Poste encore secret"})
    source = make.record("source", "draft", title="Source encore secrète")
    claim = make.claim("un parachutage", network=network.id)
    claim["attestations"].append({"source": source.id, "locator": "p. 3"})
    message = make.message("Le crapaud vole", meanings=[claim], station=station.id,
                           relations=[{"kind": "variant-of", "other": secret.id}])  # fmt: skip
    written = write(app, tmp_path / "out", form)
    everything = b"".join(path.read_bytes() for path in written.rglob("*") if path.is_file())
    assert b"Le crapaud vole" in everything
    for hidden in ("secrète", "encore secret", secret.id, network.id, station.id, source.id):
        assert hidden.encode() not in everything, hidden
    assert message.id.encode() in everything


def test_a_keeper_exports_drafts_and_history_but_no_address_of_a_person(
    app: Flask, make: Make, tmp_path: Path, sign_in: Callable[..., Any]
) -> None:
    sign_in("curator", "anne@example.org")
    make.message("Phrase encore secrète", status="draft")
    written = write(app, tmp_path / "out", "jsonl", hidden_too=True)
    assert [(each["status"], each["text"]) for each in lines(written / "messages.jsonl")] == [
        ("draft", "Phrase encore secrète")
    ]
    assert [each["act"] for each in lines(written / "revisions.jsonl")] == ["create"]
    assert b"anne@" not in b"".join(path.read_bytes() for path in written.iterdir())
    tables = write(app, tmp_path / "tables", "csv", hidden_too=True)
    assert table(tables / "messages.csv")[0]["status"] == "draft"


def test_a_phrase_that_looks_like_a_formula_is_no_formula_in_a_table(app: Flask, make: Make, tmp_path: Path) -> None:
    make.message("=HYPERLINK(1)")
    written = write(app, tmp_path / "out", "csv")
    assert table(written / "messages.csv")[0]["text"] == "'=HYPERLINK(1)"


def test_nothing_is_written_over_and_nothing_half_written_stays(app: Flask, make: Make, tmp_path: Path) -> None:
    make.message()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(Occupied):
        write(app, tmp_path / "out", "csv")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]

    def stumble(_: int) -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        write(app, tmp_path / "new", "csv", step=stumble)
    assert not [path for path in tmp_path.iterdir() if "new" in path.name]


def run(at: Path, *words: str) -> Result:
    runner = create_app(settings(at)).test_cli_runner(env={"CAROTTES_DATA": str(at)})
    return runner.invoke(cli.carottes, list(words))


def test_a_keeper_exports_by_one_command(seeded_file: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    shutil.copy(seeded_file, tmp_path / "data" / "carottes.db")
    told = run(tmp_path / "data", "export", str(tmp_path / "out"), "--format", "jsonl")
    assert told.exit_code == 0, told.output
    assert "records are in" in told.output
    told = run(tmp_path / "data", "export", str(tmp_path / "out"), "--format", "jsonl")
    assert told.exit_code == 1
    assert "not empty" in told.output
