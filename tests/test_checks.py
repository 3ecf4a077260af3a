"""``carottes check`` on an archive with every fault that it can find: each is named, with what to do about it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.make import Make
from webapp import checks, cli
from webapp.machines import fixity
from webapp.machines.fixity import CHECKED


def check(app: Flask, folder: Path) -> Result:
    return app.test_cli_runner(env={"CAROTTES_DATA": str(folder)}).invoke(cli.carottes, ["check"])


@pytest.fixture
def harmed(app: Flask, make: Make, tmp_path: Path) -> dict[str, str]:
    """The identifiers of records that were harmed, each in its way, behind the archive's back."""
    names = ("changed", "unlisted", "bare", "unsourced")
    ids = {name: make.message(f"Le crapaud {name}", meaning="un parachutage").id for name in names}
    app.extensions["search"].indexer.rebuild()
    (tmp_path / "media").mkdir()
    for name in ("kept", "lost", "altered"):
        (tmp_path / "media" / f"{name}.png").write_bytes(name.encode())
    with app.app_context():
        fixity.examine(app.extensions["database"])
    (tmp_path / "media" / "lost.png").unlink()
    (tmp_path / "media" / "altered.png").write_bytes(b"a lie!!")
    (tmp_path / "media" / "kept.png").chmod(0o666)
    (tmp_path / "secret-key").write_text("secret")
    (tmp_path / "secret-key").chmod(0o644)
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "carottes-20261101T030000Z.tar.gz").write_bytes(b"")
    (tmp_path / "backups" / "carottes-20261101T030000Z.tar.gz").chmod(0o640)
    (tmp_path / "carottes.db").chmod(0o666)
    make.message("Le crapaud que l’index ne connaît pas")
    raw = app.extensions["database"].engine.raw_connection()
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.execute("UPDATE revision SET sha256 = 'x' WHERE record_id = ? AND number = 1", (ids["changed"],))
    raw.execute("DELETE FROM identifier WHERE id = ?", (ids["unlisted"],))
    raw.execute("INSERT INTO identifier (id, kind) VALUES ('0000001', 'message')")
    raw.execute("UPDATE message SET version = 0 WHERE id = ?", (ids["bare"],))
    raw.execute("DELETE FROM outbox")
    raw.execute("DELETE FROM source WHERE id = (SELECT source_id FROM attestation LIMIT 1)")
    raw.commit()
    raw.execute("PRAGMA foreign_keys=ON")
    raw.close()
    return ids


def test_check_names_every_fault_and_says_what_to_do(app: Flask, harmed: dict[str, str], tmp_path: Path) -> None:
    told = check(app, tmp_path)
    assert told.exit_code == 1
    for finding in (
        "identifier 0000001 has a wrong check character: restore it from a backup",
        f"message {harmed['unlisted']} is not in the register of identifiers: restore a backup",
        f"revision 1 of {harmed['changed']} differs from its checksum: restore a backup",
        "1 rows of attestation have a source_id that leads nowhere: restore a backup",
        "the file media/lost.png is gone: take it from a backup",
        "the file media/altered.png differs from its checksum: take it from a backup",
        f"others may read {tmp_path}/secret-key: chmod 600 {tmp_path}/secret-key",
        f"others may read {tmp_path}/backups/carottes-20261101T030000Z.tar.gz: chmod 600 {tmp_path}/backups/",
        f"anybody may change {tmp_path}/carottes.db: chmod o-w {tmp_path}/carottes.db",
        f"anybody may change {tmp_path}/media/kept.png: chmod o-w {tmp_path}/media/kept.png",
        f"message {harmed['bare']} is public but has no version: publish it again",
        "run “carottes index rebuild”",
    ):
        assert finding in told.output, finding
    failed = set(re.findall(r"FAIL  (.+)", told.output))
    assert failed == {each.name for each in checks.CHECKS} - {"schema"}
    assert set(CHECKED) < failed


def test_a_whole_archive_is_found_whole(app: Flask, make: Make, tmp_path: Path) -> None:
    make.message("Le crapaud vole", meaning="un parachutage")
    app.extensions["search"].indexer.rebuild()
    told = check(app, tmp_path)
    assert told.exit_code == 0, told.output
