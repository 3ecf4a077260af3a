"""Merging what two people made of the same document: what only one of them touched is taken, the rest is asked.

Nothing typed is lost: each text of either side is in the merged document or in a clash.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from webapp.revisions.documents import Document, Field, Kind, Part
from webapp.revisions.rows import keyed

Path = tuple[str, ...]
GONE = None  # what a removed row holds in a clash


class Clash(NamedTuple):
    """One place that both changed, each otherwise. For a row that one removed and the other changed, the removed side
    is None and the others are the whole row."""

    path: Path
    base: Any
    mine: Any
    theirs: Any
    field: Field | Part


@dataclass
class Merged:
    """A merged document, theirs wherever there is a clash, and the clashes; whether there was anything to merge."""

    document: Document = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)
    joined: bool = False


def merge(shape: Kind | Part, base: Document, mine: Document, theirs: Document) -> Merged:
    """The three documents of one kind made one."""
    merged = Merged()
    merged.document = _document(shape, base, mine, theirs, (), merged.clashes)
    return merged


def _document(
    shape: Kind | Part, base: Document, mine: Document, theirs: Document, path: Path, clashes: list[Clash]
) -> Document:
    result = {**theirs}
    for each in shape.fields:
        old, ours, others = (side.get(each.name, each.empty) for side in (base, mine, theirs))
        result[each.name] = _field(each, old, ours, others, (*path, each.name), clashes)
    for part in shape.parts:
        old, ours, others = (side.get(part.name) or [] for side in (base, mine, theirs))
        result[part.name] = _rows(part, old, ours, others, (*path, part.name), clashes)
    return result


def _field(each: Field, base: Any, mine: Any, theirs: Any, path: Path, clashes: list[Clash]) -> Any:
    if each.type != "texts":
        return _value(each, base, mine, theirs, path, clashes)
    base, mine, theirs = base or {}, mine or {}, theirs or {}
    texts = {
        lang: _value(each, base.get(lang, ""), mine.get(lang, ""), theirs.get(lang, ""), (*path, lang), clashes)
        for lang in sorted({*base, *mine, *theirs})
    }
    return {lang: text for lang, text in texts.items() if text}


def _value(each: Field, base: Any, mine: Any, theirs: Any, path: Path, clashes: list[Clash]) -> Any:
    if mine in (theirs, base):
        return theirs
    if theirs == base:
        return mine
    clashes.append(Clash(path, base, mine, theirs, each))
    return theirs


def _rows(
    part: Part,
    base: list[Document],
    mine: list[Document],
    theirs: list[Document],
    path: Path,
    clashes: list[Clash],
) -> list[Document]:
    old, ours, others = keyed(part, base), _own(part, mine), keyed(part, theirs)
    kept = {}
    for key in _order(list(old), list(ours), list(others)):
        row = _row(part, old.get(key), ours.get(key), others.get(key), (*path, key), clashes)
        if row is not None:
            kept[key] = row
    return list(kept.values())


def _own(part: Part, rows: list[Document]) -> dict[str, Document]:
    """My rows by key; a row that I added and that has no identifier yet is nobody else's."""
    return {f"mine.{key}" if key.startswith("new.") else key: row for key, row in keyed(part, rows).items()}


def _order(base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
    """The keys of all rows: in the order of whoever moved rows (mine, if both did), each added row after its
    neighbour."""
    common = [key for key in mine if key in theirs]
    i_moved = [key for key in base if key in common] != [key for key in common if key in base]
    first, second = (mine, theirs) if i_moved else (theirs, mine)
    order = list(first)
    for place, key in enumerate(second):
        if key not in order:
            before = next((each for each in reversed(second[:place]) if each in order), None)
            order.insert(order.index(before) + 1 if before else 0, key)
    return order


def _row(
    part: Part,
    base: Document | None,
    mine: Document | None,
    theirs: Document | None,
    path: Path,
    clashes: list[Clash],
) -> Document | None:
    if mine is not None and theirs is not None:
        return _document(part, base or {}, mine, theirs, path, clashes)
    left = mine if mine is not None else theirs
    if base is None or left is None:  # added by one of us, or removed by both
        return left
    if left == base:  # removed by one, untouched by the other
        return None
    clashes.append(Clash(path, base, mine, theirs, part))
    return theirs


def settle(shape: Kind | Part, document: Document, clash: Clash, value: Any) -> Document:
    """The merged document with another value in the place of a clash."""
    return _put(shape, document, clash.path, clash, value)


def _put(shape: Kind | Part, document: Document, path: Path, clash: Clash, value: Any) -> Document:
    name, *rest = path
    part = next((each for each in shape.parts if each.name == name), None)
    if part is None:
        texts = {**document.get(name, {}), rest[0]: value} if rest else value
        return {**document, name: {lang: text for lang, text in sorted(texts.items()) if text} if rest else texts}
    key, *deeper = rest
    rows = keyed(part, document.get(part.name, []))
    if not deeper:
        return {**document, name: _with_row(part, rows, key, clash, value)}
    if key in rows:
        rows[key] = _put(part, rows[key], tuple(deeper), clash, value)
    return {**document, name: list(rows.values())}


def _with_row(part: Part, rows: dict[str, Document], key: str, clash: Clash, value: Document | None) -> list[Document]:
    if value is None:
        return [row for each, row in rows.items() if each != key]
    return list({**rows, key: value}.values())
