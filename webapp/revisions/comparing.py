"""Comparing two states of a record, field by field, with the words that differ marked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from webapp.revisions.documents import Document, Field, Kind, Part
from webapp.revisions.rows import paired

Path = tuple[str, ...]
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


class Run(NamedTuple):
    """A stretch of text, and whether the other state has it too."""

    text: str
    changed: bool


class Difference(NamedTuple):
    """One field that differs: where it is, what it held, what it holds, and its field. A row that only one state has
    is told field by field, the other side empty."""

    path: Path
    before: Any
    after: Any
    field: Field

    @property
    def words(self) -> tuple[list[Run], list[Run]]:
        """Both texts, the words that only one of them has marked."""
        return compared_words(str(self.before or ""), str(self.after or ""))


def compare(shape: Kind | Part, before: Document, after: Document, path: Path = ()) -> Iterator[Difference]:
    """What differs between two documents of the same kind, in the order of its fields."""
    for each in shape.fields:
        yield from _field(each, before.get(each.name), after.get(each.name), (*path, each.name))
    for part in shape.parts:
        for key, old, new in paired(part, before.get(part.name, []), after.get(part.name, [])):
            yield from compare(part, old or {}, new or {}, (*path, part.name, key))
    yield from _order(shape, before, after, path)


def _field(each: Field, before: Any, after: Any, path: Path) -> Iterator[Difference]:
    if each.type == "texts":
        before, after = before or {}, after or {}
        for lang in sorted({*before, *after}):
            if before.get(lang, "") != after.get(lang, ""):
                yield Difference((*path, lang), before.get(lang, ""), after.get(lang, ""), each)
    elif (before or each.empty) != (after or each.empty):
        yield Difference(path, before, after, each)


def _order(shape: Kind | Part, before: Document, after: Document, path: Path) -> Iterator[Difference]:
    """Rows that both states have, in another order; said as their numbers in the earlier state."""
    for part in shape.parts:
        pairs = paired(part, before.get(part.name, []), after.get(part.name, []))
        both = [key for key, old, new in pairs if old is not None and new is not None]
        then, now = (_ranks(part, each.get(part.name, []), both) for each in (before, after))
        if then != now:
            numbers = {key: str(number) for number, key in enumerate(then, 1)}
            old, new = (", ".join(numbers[key] for key in keys) for keys in (then, now))
            yield Difference((*path, part.name, "order"), old, new, Field("order"))


def _ranks(part: Part, rows: list[Document], keys: list[str]) -> list[str]:
    return [key for key, row, _ in paired(part, rows, []) if row is not None and key in keys]


def compared_words(before: str, after: str) -> tuple[list[Run], list[Run]]:
    """Two texts as runs, cut at words; a text of thousands of words is marked as a whole where it differs."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=len(old) + len(new) > 4000)
    left: list[Run] = []
    right: list[Run] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if b > a:
            left.append(Run("".join(old[a:b]), kind != "equal"))
        if d > c:
            right.append(Run("".join(new[c:d]), kind != "equal"))
    return left, right
