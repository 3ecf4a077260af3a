"""The archive's own collections, as Markdown: a file for each language, head, introduction, aims, questions, items."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from webapp.identifiers import candidate
from webapp.imports.seed_rows import Finding
from webapp.revisions.documents import Document

HEAD = ("title", "level", "duration", "subject")
SECTIONS = {"aims": "Aims", "questions": "Questions", "items": "Items"}
_ITEM = re.compile(r"- (?P<kind>message|essay|night) (?P<name>[\w-]+): (?P<note>.+)")

Texts = dict[str, dict[str, str]]


def collections_of(folder: Path, ids: Mapping[str, str], findings: list[Finding]) -> Iterator[Document]:
    """The documents of the folder's collections; messages and essays are named by their keys."""
    by_key: dict[str, Texts] = defaultdict(dict)
    for path in sorted((folder / "collections").glob("*.md")):
        head = _read(path)
        if not head.get("key") or not head.get("title") or not head.get("items"):
            findings.append(Finding(path.name, 1, "key, title, items", "is missing"))
            continue
        by_key[head["key"]][path.suffixes[-2].strip(".")] = head
    for key, texts in by_key.items():
        yield _document(key, texts, ids, findings)


def _read(path: Path) -> dict[str, str]:
    _before, _, rest = path.read_text(encoding="utf-8").partition("---\n")
    head, _, body = rest.partition("\n---\n")
    values = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in head.splitlines())}
    parts = re.split(r"^## (\w+)$", body, flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))
    return values | {"introduction": parts[0].strip()} | {name: sections.get(at, "") for name, at in SECTIONS.items()}


def _document(key: str, texts: Texts, ids: Mapping[str, str], findings: list[Finding]) -> Document:
    first = next(iter(texts.values()))
    document: Document = {"id": candidate(f"carottes:collection:{key}"), "key": key}
    for name in (*HEAD, "introduction", "aims", "questions"):
        document[name] = {lang: values[name] for lang, values in sorted(texts.items()) if values.get(name)}
    document |= {"author": first.get("author", ""), "licence": first["licence"]}
    document |= {"adapted_from": None, "adapted_version": None}
    return document | {"items": _items(key, texts, ids, findings)}


def _items(key: str, texts: Texts, ids: Mapping[str, str], findings: list[Finding]) -> list[Document]:
    """The items, the same in every language, each with its notes."""
    rows = {lang: [_ITEM.fullmatch(line) for line in values["items"].splitlines() if line]
            for lang, values in sorted(texts.items())}  # fmt: skip
    names = {tuple((row["kind"], row["name"]) if row else ("", "") for row in each) for each in rows.values()}
    (first, *others) = names
    unknown = [name for kind, name in first if kind != "night" and name not in ids]
    if others or unknown:
        why = f"unknown: {', '.join(unknown)}" if unknown else "differ from language to language"
        findings.append(Finding(f"collections: {key}", 0, "items", why))
        return []
    return [_item(kind, name, ids, {lang: each[place]["note"] for lang, each in rows.items()})  # type: ignore[index]
            for place, (kind, name) in enumerate(first)]  # fmt: skip


def _item(kind: str, name: str, ids: Mapping[str, str], note: dict[str, str]) -> Document:
    return {"message": ids[name] if kind == "message" else None, "essay": ids[name] if kind == "essay" else None,
            "night": name if kind == "night" else "", "note": note}  # fmt: skip
