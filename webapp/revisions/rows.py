"""Which row of one document is which row of another: by identifier, or by what the row links to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from webapp.revisions.documents import Document, Part


def keyed(part: Part, rows: list[Document]) -> dict[str, Document]:
    """The rows by what makes each the same row elsewhere, in their order.

    A row with an identifier is known by it. A row without (an attestation, a relation) is known by what it links to,
    and by how many of the same came before it. A new row that has no identifier yet is known by its place.
    """
    seen: Counter[str] = Counter()
    found: dict[str, Document] = {}
    for row in rows:
        name = _name(part, row)
        seen[name] += 1
        key = name if part.identified and name != "new" else f"{name}.{seen[name]}"
        found[key] = row
    return found


def _name(part: Part, row: Document) -> str:
    if part.identified:
        return row.get("id") or "new"
    links = [str(row.get(each.name) or "") for each in part.fields if each.type == "link"]
    kinds = [str(row.get("kind", ""))] if any(each.name == "kind" for each in part.fields) else []
    return ".".join([*kinds, *links])


def paired(
    part: Part, before: list[Document], after: list[Document]
) -> Iterator[tuple[str, Document | None, Document | None]]:
    """Every row of either list with its counterpart: those of the second list in its order, then what it lost."""
    old, new = keyed(part, before), keyed(part, after)
    for key, row in new.items():
        yield key, old.get(key), row
    for key, row in old.items():
        if key not in new:
            yield key, row, None
