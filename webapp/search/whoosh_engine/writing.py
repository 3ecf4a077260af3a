"""Writing the index: one writer at a time, and everything on the disk before anybody is told."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from webapp.search.engine import Change, Document
from webapp.search.whoosh_engine.schema import FORMAT, laid_out, schema

MARK = "format"
SMALL = 500
"""A segment of fewer documents is merged with its like, so that forty entries a day do not make forty segments."""

MOST_SMALL = 8
MOST_DELETED = 0.4
"""A segment with a larger share of deleted documents is written anew."""


class Blocks(W3Codec):
    """Whoosh's standard format in large uncompressed blocks: they are decoded whole, and the disk is not scarce.

    Field lengths stand in our own column; asking for them at every posting would take a quarter of the building time.
    """

    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=4096, compression=0)


def create(folder: Path) -> FileIndex:
    """An empty index in a folder that only its owner may read: an index is code."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    (folder / MARK).write_text(FORMAT)
    return FileIndex.create(FileStorage(str(folder)), schema(), "MAIN")


def is_of_this_format(folder: Path) -> bool:
    """Whether the documents in this folder are laid out as this release lays them out."""
    try:
        return (folder / MARK).read_text() == FORMAT
    except OSError:
        return False


def apply(index: FileIndex, folder: Path, changes: Iterable[Change], numbers_of: Callable[[str], list[int]]) -> None:
    """Take the changed records out, put their new documents in, and settle it all on the disk."""
    writer = _writer(index)
    try:
        for change in changes:
            for number in numbers_of(change.id):
                writer.delete_document(number)
            if change.document is not None:
                writer.add_document(**laid_out(change.document))
        writer.commit(mergetype=_merge_small)
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise
    settle(folder)


def build(folder: Path, documents: Iterable[Document], progress: Callable[[int], None]) -> int:
    """A new index of these documents, in as few segments as memory allows."""
    index, done = create(folder), 0
    writer = _writer(index, limitmb=256, compound=False)
    try:
        for done, document in enumerate(documents, 1):
            writer.add_document(**laid_out(document))
            progress(done)
        writer.commit(mergetype=lambda _, segments: segments)
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise
    settle(folder)
    return done


def _writer(index: FileIndex, limitmb: int = 64, compound: bool = True) -> SegmentWriter:
    # Whoosh copies a compound file into memory whole: good for the many small segments, not for the large one.
    return SegmentWriter(index, codec=Blocks(), limitmb=limitmb, compound=compound, timeout=5.0)


def _merge_small(writer: SegmentWriter, segments: list[Any]) -> list[Any]:
    """Whoosh's own policy can stall a commit for ten seconds; this one rewrites only small and worn segments."""
    small = [each for each in segments if each.doc_count_all() < SMALL]
    worn = [each for each in segments if each.deleted_count() > MOST_DELETED * each.doc_count_all()]
    rewritten = ({*small} if len(small) > MOST_SMALL else set()) | {*worn}
    for segment in segments:
        if segment in rewritten:
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
    return [each for each in segments if each not in rewritten]


def settle(folder: Path) -> None:
    """Whoosh never calls fsync: a killed process is safe without, a power cut is not."""
    for path in folder.iterdir():
        if path.is_file() and not path.name.endswith("LOCK"):
            _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
