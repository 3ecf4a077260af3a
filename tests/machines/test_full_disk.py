"""A backup that does not fit: one sentence, nothing half-done, the earlier backups and the archive as they were."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

# A small file system, seen by this one shell alone; what lies in it is told before it is gone again.
SMALL = """
mount -t tmpfs -o size=$SIZE none "$DISK" && cp -r "$BEFORE/." "$DISK" && "$@"
echo "exit $?"; cd "$DISK" && find . -type f | sort | xargs sha256sum
"""
# Where nobody may mount, a file that may not grow stands for the disk.
LIMITED = """
cp -r "$BEFORE/." "$DISK" && (ulimit -f $((SIZE / 1024)) && exec "$@")
echo "exit $?"; cd "$DISK" && find . -type f | sort | xargs sha256sum
"""


@cache
def shell() -> list[str]:
    """How to run a shell with a small disk of its own here."""
    for alone in (["unshare", "--mount"], ["unshare", "--user", "--map-root-user", "--mount"]):
        tried = [*alone, "sh", "-c", "mount -t tmpfs none /mnt"]
        if shutil.which("unshare") and subprocess.run(tried, capture_output=True).returncode == 0:
            return [*alone, "sh", "-c", SMALL, "sh"]
    return ["sh", "-c", LIMITED, "sh"]


def back_up(place: Path, size: int, data: str, *words: str) -> tuple[list[str], list[str]]:
    """What ``carottes backup`` says on a disk of so many bytes, and the files that it leaves there."""
    (place / "disk").mkdir()
    settings = {"SIZE": str(size), "DISK": str(place / "disk"), "BEFORE": str(place / "before"), "CAROTTES_DATA": data}
    told = subprocess.run([*shell(), Path(sys.executable).parent / "carottes", "backup", *words], text=True, cwd=place,
                          env=os.environ | settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
    said, _, left = told.stdout.partition("exit 1\n")
    return said.splitlines(), [line.partition("  ./")[2] for line in left.splitlines()]


@pytest.fixture
def archive(tmp_path: Path, seeded_file: Path) -> Path:
    """The file of the real archive, and the folder of what lies on the disk before."""
    (tmp_path / "data").mkdir()
    (tmp_path / "before").mkdir()
    shutil.copy(seeded_file, tmp_path / "data" / "carottes.db")
    return tmp_path / "data" / "carottes.db"


def held(file: Path) -> list[str]:
    """Every row but those of the record that says that a backup failed."""
    with sqlite3.connect(file) as database:
        return [line for line in database.iterdump() if "preservation_event" not in line]


def test_a_disk_that_fills_up_while_the_backup_is_written_keeps_what_it_had(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "before" / "carottes-20261101T030000Z.tar.gz").write_bytes(b"an earlier backup")
    before, size = held(archive), archive.stat().st_size
    said, left = back_up(tmp_path, size + 500_000, str(archive.parent), "--to", str(tmp_path / "disk"))
    assert len(said) == 1, said
    assert said[0].startswith(f"Error: The backup could not be written to {tmp_path / 'disk'}: ")
    assert "Earlier backups are as they were." in said[0]
    assert left == ["carottes-20261101T030000Z.tar.gz"]
    assert held(archive) == before


def test_a_backup_that_cannot_fit_is_not_begun_beside_the_archive(archive: Path, tmp_path: Path) -> None:
    size = archive.stat().st_size
    shutil.move(archive, tmp_path / "before" / "carottes.db")
    said, left = back_up(tmp_path, size * 3 // 2, str(tmp_path / "disk"))
    assert len(said) == 1, said
    assert "No space left" in said[0] or "MB left there" in said[0]
    assert [name for name in left if name.startswith("backups/")] == []
