"""A folder made a bag (BagIt, RFC 8493): content and checksums, so that a receiver can tell it is whole."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path

ALGORITHMS = ("sha256", "sha512")


def make_bag(folder: Path, about: dict[str, str], day: dt.date) -> None:
    """Write the tags and manifests of a bag whose payload already lies in ``folder/data``."""
    payload = sorted(path for path in (folder / "data").rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in payload)
    told = about | {"Bagging-Date": day.isoformat(), "Payload-Oxum": f"{size}.{len(payload)}"}
    _write(folder / "bagit.txt", ["BagIt-Version: 1.0", "Tag-File-Character-Encoding: UTF-8"])
    _write(folder / "bag-info.txt", [f"{name}: {value}" for name, value in told.items()])
    for algorithm in ALGORITHMS:
        _write(folder / f"manifest-{algorithm}.txt", _lines(folder, payload, algorithm))
    tags = sorted(path for path in folder.iterdir() if path.is_file())
    for algorithm in ALGORITHMS:
        _write(folder / f"tagmanifest-{algorithm}.txt", _lines(folder, tags, algorithm))


def _lines(folder: Path, paths: list[Path], algorithm: str) -> Iterator[str]:
    for path in paths:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, algorithm).hexdigest()
        name = path.relative_to(folder).as_posix().replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")
        yield f"{digest}  {name}"


def _write(path: Path, lines: list[str] | Iterator[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
