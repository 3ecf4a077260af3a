"""The file that a backup is: a compressed tar whose first member says what must be in it, with checksums."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from webapp.machines.sealing import Opening, Sealed, Sealing, is_sealed

FORMAT = "carottes backup 1"
MANIFEST = "manifest.json"
PIECE = 1024 * 1024
MOST_MANIFEST = 256 * 1024 * 1024


class BadBackup(Exception):
    """This is no backup that could be restored; ``str()`` says why."""


@dataclass(frozen=True)
class Entry:
    """One file in a backup."""

    name: str
    size: int
    sha256: str


@dataclass
class Manifest:
    """What a backup holds. ``content`` is the checksum of all rows (``rows.content``)."""

    made: str
    software: str
    schema: str
    content: str
    rows: dict[str, int]
    entries: list[Entry] = field(default_factory=list)
    format: str = FORMAT

    def written(self) -> bytes:
        """The manifest as the first member of the file."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def read_manifest(data: bytes) -> Manifest:
    """The manifest of a backup; raises ``BadBackup`` for one that this release cannot trust."""
    try:
        told: dict[str, Any] = json.loads(data)
        manifest = Manifest(**told | {"entries": [Entry(**each) for each in told["entries"]]})
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BadBackup("its manifest cannot be read") from None
    if manifest.format != FORMAT:
        raise BadBackup(f"it is written as “{manifest.format}”, this release reads “{FORMAT}”")
    names = [entry.name for entry in manifest.entries]
    if len(set(names)) != len(names):
        raise BadBackup("its manifest names a file twice")
    for name in names:
        ensure_inside(name)
    return manifest


def ensure_inside(name: str) -> None:
    """Raise ``BadBackup`` for a name that would lead out of the folder it is unpacked in."""
    path = PurePosixPath(name)
    climbs = ".." in path.parts or path.is_absolute() or "\\" in name or "\x00" in name or ":" in path.parts[0]
    if not name or climbs or str(path) != name:
        raise BadBackup(f"it has a file “{name}” that would be written outside of the folder")


def checksum(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pack(out: BinaryIO, manifest: Manifest, found: Callable[[Entry], Path], passphrase: str | None) -> None:
    """Write the backup: the manifest, then its files, each from where ``found`` says."""
    sink: Any = Sealing(out, passphrase) if passphrase else out
    with tarfile.open(mode="w|gz", fileobj=sink) as tar:
        _add(tar, MANIFEST, len(data := manifest.written()), io.BytesIO(data))
        for entry in manifest.entries:
            with found(entry).open("rb") as file:
                _add(tar, entry.name, entry.size, file)
    if passphrase:
        sink.close()


def _add(tar: tarfile.TarFile, name: str, size: int, file: BinaryIO) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    tar.addfile(member, file)


@contextmanager
def _opened(path: Path, passphrase: Callable[[], str]) -> Iterator[Any]:
    with path.open("rb") as file:
        yield Opening(file, passphrase()) if is_sealed(file) else file


def unpack(path: Path, passphrase: Callable[[], str], sink: Callable[[str], BinaryIO] | None = None) -> Manifest:
    """Read a backup from end to end and hold every file against its checksum; ``sink`` gives where each is written.

    Raises ``BadBackup`` at the first thing that is not as the manifest says.
    """
    try:
        with _opened(path, passphrase) as file, tarfile.open(mode="r|gz", fileobj=file) as tar:
            manifest = _unpack(tar, sink)
            while file.read(PIECE):  # to the very end: a sealed file says there that it is whole
                pass
    except Sealed as error:
        raise BadBackup(str(error)) from None
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise BadBackup(f"it cannot be read to its end: {error or 'it was cut short'}") from None
    return manifest


def _unpack(tar: tarfile.TarFile, sink: Callable[[str], BinaryIO] | None) -> Manifest:
    first = tar.next()
    if first is None or first.name != MANIFEST or not first.isreg() or first.size > MOST_MANIFEST:
        raise BadBackup("it does not begin with a manifest: it is no backup of this archive")
    manifest = read_manifest(_file(tar, first).read())
    awaited = {entry.name: entry for entry in manifest.entries}
    while (member := tar.next()) is not None:
        entry = awaited.pop(member.name, None)
        ensure_inside(member.name)
        if entry is None or not member.isreg() or member.size != entry.size:
            raise BadBackup(f"“{member.name}” is not what its manifest says")
        _copy(_file(tar, member), entry, sink)
    if awaited:
        raise BadBackup(f"{len(awaited)} files of its manifest are missing, the first is “{next(iter(awaited))}”")
    return manifest


def _file(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Any:
    found = tar.extractfile(member)
    if found is None:
        raise BadBackup(f"“{member.name}” is no file")
    return found


def _copy(file: BinaryIO, entry: Entry, sink: Callable[[str], BinaryIO] | None) -> None:
    digest = hashlib.sha256()
    out = sink(entry.name) if sink else None
    try:
        while piece := file.read(PIECE):
            digest.update(piece)
            if out:
                out.write(piece)
    finally:
        if out:
            out.close()
    if digest.hexdigest() != entry.sha256:
        raise BadBackup(f"“{entry.name}” differs from its checksum: it was changed or damaged")
