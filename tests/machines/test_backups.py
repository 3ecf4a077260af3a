"""A backup brings everything back, byte for byte, or says why not and touches nothing."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.conftest import settings
from tests.make import Make
from tests.postgres import empty_database, server
from webapp import cli, create_app, schema
from webapp.database import Database
from webapp.machines import backups, records, rows
from webapp.machines.backups import back_up
from webapp.machines.containers import BadBackup, Entry, Manifest, checksum, pack, unpack
from webapp.machines.exports import Job, export
from webapp.machines.restoring import NotEmpty, restore
from webapp.machines.rotation import moment, name, rotate, staying
from webapp.machines.sealing import PIECE, Opening, Sealed, Sealing
from webapp.messages.models import Message

SECRET = "carottes cuites"


@pytest.fixture
def full(tmp_path: Path, seeded_file: Path) -> tuple[Database, Path]:
    """The real archive in a folder of its own, with a picture and a key beside it."""
    data = tmp_path / "data"
    (data / "media" / "ab").mkdir(parents=True)
    (data / "media" / "ab" / "carotte.jpg").write_bytes(b"\xff\xd8 a carrot" * 1000)
    (data / "secret-key").write_text("secret")
    (data / "index").mkdir()
    (data / "index" / "segment").write_bytes(b"not kept")
    shutil.copy(seeded_file, data / "carottes.db")
    return Database(f"sqlite:///{data / 'carottes.db'}"), data


def content(database: Database) -> str:
    with database.reader.connect() as connection:
        return rows.content(connection)


def empty_place(folder: Path) -> tuple[Database, Path]:
    return Database(f"sqlite:///{folder / 'carottes.db'}"), folder


@pytest.mark.parametrize("passphrase", [None, SECRET], ids=["open", "sealed"])
def test_a_backup_brings_back_every_row_and_every_file(
    full: tuple[Database, Path], tmp_path: Path, passphrase: str | None
) -> None:
    database, data = full
    made = back_up(database, data, tmp_path / "backups", passphrase)
    other, place = empty_place(tmp_path / "elsewhere")
    restore(other, place, made.path, lambda: SECRET)
    assert sorted(path.name for path in place.iterdir()) == ["carottes.db", "media", "secret-key"]
    assert content(other) == content(database)
    assert (place / "media/ab/carotte.jpg").read_bytes() == (data / "media/ab/carotte.jpg").read_bytes()
    assert (place / "secret-key").read_text() == "secret"
    assert not (place / "index").exists()


def test_a_backup_is_for_its_owner_alone_and_nothing_half_written_lies_beside_it(
    full: tuple[Database, Path], tmp_path: Path
) -> None:
    database, data = full
    made = back_up(database, data, tmp_path / "backups")
    assert made.path.stat().st_mode & 0o077 == 0
    beside = made.path.with_name(made.path.name + ".sha256")
    assert beside.read_text() == f"{checksum(made.path)}  {made.path.name}\n"
    assert {path.name for path in (tmp_path / "backups").iterdir()} == {made.path.name, beside.name}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def written(request: pytest.FixtureRequest, tmp_path: Path, empty_file: Path) -> Iterator[Flask]:
    """An empty archive on a database of each sort, to be written to by several at once."""
    with ExitStack() as stack:
        address = ""
        (tmp_path / "data").mkdir()
        if request.param == "sqlite":
            shutil.copy(empty_file, tmp_path / "data" / "carottes.db")
        else:
            address = stack.enter_context(empty_database(request.getfixturevalue("postgres")))
            schema.move(Database(address))
        app = create_app(settings(tmp_path / "data", DATABASE=address))
        yield app
        app.extensions["database"].engine.dispose()


def exported(app: Flask, folder: Path) -> dict[str, list[bytes]]:
    """Every line of the whole archive, history and drafts included, by the file that it stands in."""
    with records.as_visitor(app), app.extensions["database"].reading() as own:
        export(Job(own, hidden_too=True), folder, "jsonl")
    return {path.name: path.read_bytes().splitlines() for path in folder.iterdir()}


def test_a_backup_taken_while_others_write_has_every_save_of_before_and_holds_one_moment(
    written: Flask, tmp_path: Path
) -> None:
    database, data = written.extensions["database"], tmp_path / "data"
    stop, saved, begun = threading.Event(), list[str](), threading.Barrier(3)

    def write(name: str) -> None:
        with database.new_session(writes=True) as own:
            make, number = Make(own), 0
            while not stop.is_set():
                saved.append(make.message(f"{name} {number}", meaning="un parachutage").id)
                number += 1
                if number == 3:
                    begun.wait(60)

    writers = [threading.Thread(target=write, args=(name,)) for name in ("Le crapaud", "La carotte")]
    for each in writers:
        each.start()
    try:
        begun.wait(60)
        before = set(saved)
        made = back_up(database, data, tmp_path / "backups")
    finally:
        stop.set()
        for each in writers:
            each.join()
    assert len(saved) > len(before), "nobody wrote meanwhile"
    other, place = empty_place(tmp_path / "elsewhere")
    restore(other, place, made.path, str)
    with other.reading() as own:
        assert not list(own.connection().exec_driver_sql("PRAGMA foreign_key_check"))
        held = set(own.scalars(select(Message.id)))
        assert all(each.version == 1 and len(each.meanings) == 1 for each in own.scalars(select(Message)))
    assert before <= held <= set(saved)
    brought_back = exported(create_app(settings(place)), tmp_path / "there")
    later = exported(written, tmp_path / "here")
    assert len(brought_back["messages.jsonl"]) == len(held)
    for file, lines in brought_back.items():
        assert not set(lines) - set(later[file]), f"{file}: byte for byte what was saved"


def test_a_file_that_goes_away_during_a_backup_does_not_end_it(
    full: tuple[Database, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, data = full
    (data / "media" / "ab" / "declined.jpg").write_bytes(b"offered, and declined")

    def found_and_lost(path: Path) -> str:
        if path.name == "declined.jpg":
            path.unlink()
        return checksum(path)

    monkeypatch.setattr(backups, "checksum", found_and_lost)
    made = back_up(database, data, tmp_path / "backups")
    assert "files/media/ab/declined.jpg" not in {each.name for each in made.manifest.entries}


def test_an_archive_that_is_there_is_never_overwritten(full: tuple[Database, Path], tmp_path: Path) -> None:
    database, data = full
    made = back_up(database, data, tmp_path / "backups")
    before = checksum(data / "carottes.db")
    with pytest.raises(NotEmpty):
        restore(database, data, made.path, str)
    assert checksum(data / "carottes.db") == before


@pytest.mark.parametrize("where", [0.1, 0.5, 0.99, 0.9999])
@pytest.mark.parametrize("passphrase", [None, SECRET], ids=["open", "sealed"])
def test_a_backup_cut_short_anywhere_is_refused_and_nothing_is_touched(
    full: tuple[Database, Path], tmp_path: Path, where: float, passphrase: str | None
) -> None:
    database, data = full
    made = back_up(database, data, tmp_path / "backups", passphrase)
    whole = made.path.read_bytes()
    made.path.write_bytes(whole[: int(len(whole) * where)])
    other, place = empty_place(tmp_path / "elsewhere")
    with pytest.raises(BadBackup):
        restore(other, place, made.path, lambda: SECRET)
    assert not list(place.iterdir())


def test_a_sealed_backup_with_one_wrong_bit_anywhere_is_refused(full: tuple[Database, Path], tmp_path: Path) -> None:
    database, data = full
    made = back_up(database, data, tmp_path / "backups", SECRET)
    whole = made.path.read_bytes()
    for place in range(20, len(whole), len(whole) // 12):
        made.path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(BadBackup):
            unpack(made.path, lambda: SECRET)


def test_a_wrong_passphrase_opens_nothing(full: tuple[Database, Path], tmp_path: Path) -> None:
    database, data = full
    made = back_up(database, data, tmp_path / "backups", SECRET)
    with pytest.raises(BadBackup, match="passphrase"):
        unpack(made.path, lambda: "navets")
    assert b"crapaud" not in made.path.read_bytes()


def forged(path: Path, members: list[tuple[tarfile.TarInfo, bytes]], entries: list[Entry]) -> Path:
    """A backup made by somebody who means harm."""
    manifest = Manifest("2026-11-01", "0", "0001", "0" * 64, {}, entries).written()
    with tarfile.open(path, "w:gz") as tar:
        first = tarfile.TarInfo("manifest.json")
        first.size = len(manifest)
        tar.addfile(first, io.BytesIO(manifest))
        for member, data in members:
            member.size = len(data) if member.isreg() else 0
            tar.addfile(member, io.BytesIO(data))
    return path


@pytest.mark.parametrize(
    "climbs", ["../evil", "/tmp/evil", "files/../../evil", "files//evil", "./evil", "C:/evil", "a\\..\\evil"]
)
def test_a_backup_with_a_path_that_climbs_out_is_refused(tmp_path: Path, climbs: str) -> None:
    import hashlib

    entry = Entry(climbs, 4, hashlib.sha256(b"evil").hexdigest())
    file = forged(tmp_path / "bad.tar.gz", [(tarfile.TarInfo(climbs), b"evil")], [entry])
    other, place = empty_place(tmp_path / "elsewhere")
    with pytest.raises(BadBackup):
        restore(other, place, file, str)
    assert not list(place.iterdir())
    assert not (tmp_path / "evil").exists()


def test_a_backup_with_a_link_or_a_file_too_many_is_refused(tmp_path: Path) -> None:
    link = tarfile.TarInfo("files/media")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc"
    entry = Entry("files/media", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    for members, entries in (([(link, b"")], [entry]), ([(tarfile.TarInfo("files/more"), b"x")], [])):
        with pytest.raises(BadBackup):
            unpack(forged(tmp_path / "bad.tar.gz", members, entries), str)


@pytest.mark.parametrize("content", [b"", b"not a backup", b"\x1f\x8b\x08broken", b"carottes sealed 1\n"])
def test_a_file_that_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(BadBackup):
        unpack(tmp_path / "file", lambda: SECRET)


def test_a_backup_of_another_format_is_refused_by_name(tmp_path: Path) -> None:
    manifest = Manifest("2026", "9", "0001", "", {}, format="carottes backup 9")
    with (tmp_path / "new.tar.gz").open("wb") as out:
        pack(out, manifest, lambda entry: tmp_path, None)
    with pytest.raises(BadBackup, match="carottes backup 9"):
        unpack(tmp_path / "new.tar.gz", str)


def run_on(data: Path, *words: str, **environment: str) -> Result:
    app = create_app(settings(data))
    runner = app.test_cli_runner(env={"CAROTTES_DATA": str(data), **environment})
    return runner.invoke(cli.carottes, list(words))


def test_a_keeper_backs_up_and_restores_by_two_commands(full: tuple[Database, Path], tmp_path: Path) -> None:
    data = full[1]
    told = run_on(data, "backup", "--encrypt", CAROTTES_BACKUP_PASSPHRASE=SECRET)
    assert told.exit_code == 0, told.output
    assert "read again and verified" in told.output
    file = told.output.splitlines()[0]
    assert file.startswith(str(data / "backups"))
    place = tmp_path / "elsewhere"
    told = run_on(place, "restore", file, CAROTTES_BACKUP_PASSPHRASE=SECRET)
    assert told.exit_code == 0, told.output
    assert "equal to what was backed up" in told.output
    assert run_on(place, "check").exit_code == 0
    again = run_on(place, "restore", file, CAROTTES_BACKUP_PASSPHRASE=SECRET)
    assert again.exit_code == 1
    assert "Nothing was restored" in again.output


def flipped(file: Path) -> None:
    """One bit in the middle."""
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 1
    file.write_bytes(whole)


@pytest.mark.parametrize(("sealed", "harm", "says"), [
    (None, lambda file: file.write_bytes(file.read_bytes()[:-400]), "cannot be read to its end"),
    (None, flipped, ""), (SECRET, flipped, "the file was changed"),
    ("navets", lambda file: None, "the passphrase is not the right one"),
    (None, lambda file: forged(file, [], [Entry("../evil", 0, "")]), "that would be written outside of the folder"),
], ids=["truncated", "tampered", "sealed and tampered", "another passphrase", "climbing out"])  # fmt: skip
def test_a_backup_that_is_no_longer_what_it_was_is_refused_in_a_sentence_and_nothing_is_touched(
    full: tuple[Database, Path], tmp_path: Path, sealed: str | None, harm: Callable[[Path], object], says: str
) -> None:
    database, data = full
    file = back_up(database, data, tmp_path / "backups", sealed).path
    harm(file)
    place = tmp_path / "elsewhere"
    told = run_on(place, "restore", str(file), CAROTTES_BACKUP_PASSPHRASE=SECRET)
    assert told.exit_code == 1
    assert len(told.output.splitlines()) == 1, told.output
    assert "Nothing was restored" in told.output
    assert says in told.output
    assert {path.name for path in place.iterdir()} <= {"secret-key", "limits.db", "limits.db-wal", "limits.db-shm"}
    assert not list(tmp_path.rglob("evil"))


# -- a server ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with server() as at:
        yield at


@pytest.mark.postgres
def test_an_archive_moves_from_a_file_to_a_server_and_back(
    full: tuple[Database, Path], postgres: str, tmp_path: Path
) -> None:
    database, data = full
    first = back_up(database, data, tmp_path / "backups").path
    with empty_database(postgres) as address:
        served = Database(address)
        restore(served, tmp_path / "served", first, str)
        assert content(served) == content(database)
        second = back_up(served, tmp_path / "served", tmp_path / "more").path
        with pytest.raises(NotEmpty):
            restore(served, tmp_path / "other", first, str)
        served.engine.dispose()
    other, place = empty_place(tmp_path / "elsewhere")
    restore(other, place, second, str)
    assert content(other) == content(database)


@pytest.mark.postgres
def test_a_server_restored_to_goes_on_counting_where_the_rows_end(
    full: tuple[Database, Path], postgres: str, tmp_path: Path
) -> None:
    database, data = full
    file = back_up(database, data, tmp_path / "backups").path
    with empty_database(postgres) as address:
        served = Database(address)
        restore(served, tmp_path / "served", file, str)
        with served.writing() as own:
            make = Make(own)
            make.message("une phrase de plus")
        served.engine.dispose()


@pytest.mark.postgres
def test_a_server_is_left_empty_by_a_backup_that_does_not_prove_equal(
    full: tuple[Database, Path], postgres: str, tmp_path: Path
) -> None:
    database, data = full
    made = back_up(database, data, tmp_path / "backups")
    work = tmp_path / "work"
    unpack(made.path, str, _into(work))
    made.manifest.content = "0" * 64
    with made.path.open("wb") as out:
        pack(out, made.manifest, lambda entry: work / entry.name, None)
    with empty_database(postgres) as address:
        served = Database(address)
        with pytest.raises(BadBackup):
            restore(served, tmp_path / "served", made.path, str)
        assert schema.current(served) == ""
        served.engine.dispose()


def _into(folder: Path) -> Callable[[str], io.BufferedWriter]:
    def sink(name: str) -> io.BufferedWriter:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("wb")

    return sink


# -- rotation ----------------------------------------------------------------------------------------------------------


def test_seven_days_four_weeks_and_twelve_months_stay() -> None:
    start = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)
    daily = [start - dt.timedelta(days=n) for n in range(800)]
    stay = sorted(staying(daily), reverse=True)
    assert stay[:7] == daily[:7]
    assert len({at.isocalendar()[:2] for at in stay if start - at < dt.timedelta(weeks=4)}) == 4
    assert len({(at.year, at.month) for at in stay}) == 12
    assert len(stay) <= 23


@given(st.lists(st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2030, 1, 1)), min_size=1))
def test_the_newest_always_stays_and_rotating_twice_removes_nothing_more(moments: list[dt.datetime]) -> None:
    stay = staying(moments)
    assert max(moments) in stay
    assert staying(stay) == stay


def test_each_backup_lets_go_of_the_one_that_nothing_keeps_any_more(
    empty_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(empty_file, tmp_path / "carottes.db")
    database, folder = Database(f"sqlite:///{tmp_path / 'carottes.db'}"), tmp_path / "backups"
    first = dt.datetime(2026, 11, 2, 3, tzinfo=dt.UTC)  # a Monday
    removed = []
    for day in range(10):
        monkeypatch.setattr(backups, "now", lambda day=day: first + dt.timedelta(days=day))
        removed += [path.name[9:17] for path in back_up(database, tmp_path / "none", folder).removed]
    # The seven newest days stay; the newest of each week and of the month are among them.
    assert removed == ["20261102", "20261103", "20261104"]
    kept = {path.name[9:17] for path in folder.iterdir()}
    assert kept == {f"202611{day:02}" for day in range(5, 12)}
    assert len(list(folder.iterdir())) == 14, "each with its checksum"


def test_rotation_removes_backups_and_nothing_else(tmp_path: Path) -> None:
    start = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)
    for n in range(40):
        (tmp_path / name(start - dt.timedelta(days=n), sealed=n % 2 == 0)).touch()
    for other in ("carottes.db", "notes.txt", "carottes-2026.tar.gz"):
        (tmp_path / other).touch()
    gone = rotate(tmp_path)
    assert gone
    assert all(moment(path) for path in gone)
    assert {path.name for path in tmp_path.iterdir() if not moment(path)} == {
        "carottes.db",
        "notes.txt",
        "carottes-2026.tar.gz",
    }


# -- sealing -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 5])
def test_what_is_sealed_is_opened_again(size: int) -> None:
    data, out = bytes(range(256)) * (size // 256) + bytes(size % 256), io.BytesIO()
    sealing = Sealing(out, SECRET)
    for start in range(0, size, 100_000):
        sealing.write(data[start : start + 100_000])
    sealing.close()
    assert Opening(io.BytesIO(out.getvalue()), SECRET).read() == data


def test_pieces_that_are_left_out_or_change_places_are_noticed() -> None:
    out = io.BytesIO()
    sealing = Sealing(out, SECRET)
    sealing.write(bytes(3 * PIECE))
    sealing.close()
    whole, head = out.getvalue(), len(sealing.head)
    step = PIECE + 16
    pieces = [whole[at : at + step] for at in range(head, len(whole), step)]
    for order in ([1, 0, 2], [0, 2], [0, 1], [0, 0, 1, 2]):
        with pytest.raises(Sealed):
            Opening(io.BytesIO(whole[:head] + b"".join(pieces[n] for n in order)), SECRET).read()


def test_the_manifest_says_what_the_file_holds(full: tuple[Database, Path], tmp_path: Path) -> None:
    database, data = full
    made = back_up(database, data, tmp_path / "backups")
    with tarfile.open(made.path) as tar:
        told = json.load(tar.extractfile("manifest.json"))  # type: ignore[arg-type]
    assert told["rows"]["message"] == 568
    assert told["schema"] == schema.head()
    assert {each["name"] for each in told["entries"]} == {
        "database.sqlite",
        "files/media/ab/carotte.jpg",
        "files/secret-key",
    }
