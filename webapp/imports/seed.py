"""Loading the seed data: all rows are checked, then loaded in one transaction, never over a curator's change."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.essays.actions import note_mentions
from webapp.identifiers import candidate, register
from webapp.imports.models import Seeded
from webapp.imports.seed_collections import collections_of
from webapp.imports.seed_rows import FILES, Finding, read_rows, unresolved, witnesses
from webapp.revisions import KINDS, apply_document
from webapp.revisions.actions import change, publish
from webapp.revisions.documents import Document, canonical
from webapp.revisions.queries import latest
from webapp.revisions.telling import tell
from webapp.vocabularies import Scheme, Term, term_id

AGENT = "seed"
Progress = Callable[[str, int, int], None]


@dataclass
class Loaded:
    """What loading did: how many rows of each kind were new, changed, kept as curators left them."""

    created: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def quiet(self) -> bool:
        return not (self.created or self.changed or self.kept or self.findings)


def load(session: Session, folder: Path, progress: Progress = lambda *_: None) -> Loaded:
    """Load the folder's files. With any finding nothing is changed; the caller commits."""
    loaded = Loaded()
    whole = _checksum_of(folder)
    mark = session.get(Seeded, "folder")
    if mark and mark.sha256 == whole:
        return loaded
    rows = {name: read_rows(folder, name, loaded.findings) for name in FILES}
    essays = list(_essays(folder, loaded.findings))
    ids = {row.key: row.id for row in rows["messages"]} | {essay["key"]: essay["id"] for essay in essays}
    collections = list(collections_of(folder, ids, loaded.findings))
    if not loaded.findings:
        loaded.findings.extend(unresolved(rows))
    if loaded.findings:
        return loaded
    _terms(session, rows["vocabularies"])
    texts = [*(("essay", essay) for essay in essays), *(("collection", collection) for collection in collections)]
    _records(session, rows, texts, loaded, progress)
    session.merge(Seeded(key="folder", sha256=whole))
    return loaded


def _checksum_of(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted([*folder.glob("*.csv"), *folder.glob("*s/*.md")]):
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _terms(session: Session, rows: list[Any]) -> None:
    for row in rows:
        id, label = term_id(row.scheme, row.slug), {"fr": row.label_fr, "en": row.label_en}
        known = session.get(Term, id)
        if known and known.label != label:
            tell(session, "term", [id])
        session.merge(
            Term(
                id=id, scheme=row.scheme, slug=row.slug, position=row.position or 0, label=label,
                definition={"fr": row.definition_fr, "en": row.definition_en},
            )
        )  # fmt: skip
    session.flush()


def _records(
    session: Session, rows: dict[str, list[Any]], texts: list[tuple[str, Document]], loaded: Loaded, progress: Progress
) -> None:
    documents = [*_documents(rows), *texts]
    marks = {mark.key: mark.sha256 for mark in session.scalars(select(Seeded))}
    fresh = []
    for kind, document in documents:
        mark, digest = f"{kind}/{document['key']}", hashlib.sha256(canonical(document)).hexdigest()
        if marks.get(mark) == digest:
            continue
        record = session.get(KINDS[kind].model, document["id"])
        if record is None:
            fresh.append((_new(session, kind, document), kind, document))
            loaded.created[kind] += 1
        else:
            _again(session, record, kind, document, loaded)
        session.merge(Seeded(key=mark, sha256=digest))
    _finish(session, fresh, progress)


def _new(session: Session, kind: str, document: Document) -> Any:
    register(session, document["id"], kind)
    record = KINDS[kind].model(id=document["id"], key=document["key"], revision=0, version=0)
    session.add(record)
    # Relations lead to messages that may come later in the file: they are laid when every message is there.
    with session.no_autoflush:
        apply_document(session, record, {name: value for name, value in document.items() if name != "relations"})
    return record


def _finish(session: Session, fresh: list[tuple[Any, str, Document]], progress: Progress) -> None:
    session.flush()
    for record, _, document in fresh:
        if document.get("relations"):
            apply_document(session, record, {"relations": document["relations"]})
    session.flush()
    for done, (record, kind, _) in enumerate(fresh, 1):
        if kind == "essay":
            note_mentions(session, record)
        if kind == "collection":
            record.featured = record.listed = True  # the archive's own come first, until editors think otherwise
        publish(record, by=None, agent=AGENT, reason="")
        progress("seed", done, len(fresh))


def _again(session: Session, record: Any, kind: str, document: Document, loaded: Loaded) -> None:
    last = latest(session, record.id)
    if last and last.agent != AGENT:
        loaded.kept.append(f"{kind}/{document['key']}")
        return
    change(record, document, by=None, agent=AGENT, reason="")
    publish(record, by=None, agent=AGENT, reason="")
    if kind == "essay":
        note_mentions(session, record)
    loaded.changed[kind] += 1


def _documents(rows: dict[str, list[Any]]) -> Iterator[tuple[str, Document]]:
    ids = {
        name: {row.key: row.id for row in rows[name]}
        for name in ("sources", "stations", "networks", "places", "messages")
    }
    for row in rows["sources"]:
        yield "source", _plain(row) | {"linkable": row.linkable == "yes"}
    for name in ("stations", "networks"):
        for row in rows[name]:
            yield name.removesuffix("s"), _plain(row) | {"name": _texts(row, "name")}
    for row in rows["places"]:
        yield "place", _plain(row) | {"name": _two(row.name_fr or row.name, row.name)}
    yield from _messages(rows, ids)


def _messages(rows: dict[str, list[Any]], ids: dict[str, dict[str, str]]) -> Iterator[tuple[str, Document]]:
    meanings, broadcasts, relations = (_by_message(rows[name]) for name in ("meanings", "broadcasts", "relations"))
    for row in rows["messages"]:
        yield "message", _plain(row) | {
            "rendering": row.rendering == "yes",
            "translation": _texts(row, "translation"),
            "station": ids["stations"].get(row.station),
            "theme": _term(Scheme.THEME, row.theme),
            "surface": _term(Scheme.SURFACE, row.surface),
            "attestations": _attestations(row.wording_sources, ids),
            "meanings": [_meaning(each, ids) for each in meanings[row.key]],
            "broadcasts": [_broadcast(each, ids) for each in broadcasts[row.key]],
            "relations": [{"kind": each.relation, "other": ids["messages"][each.other], "note": _texts(each, "note")}
                          for each in relations[row.key]],
        }  # fmt: skip


def _meaning(row: Any, ids: dict[str, dict[str, str]]) -> Document:
    return _plain(row) | {
        "statement": _texts(row, "statement"),
        "addressee": _texts(row, "addressee"),
        "purpose": _term(Scheme.PURPOSE, row.purpose),
        "network": ids["networks"].get(row.network),
        "place": ids["places"].get(row.place),
        "attestations": _attestations(row.sources, ids),
    }


def _broadcast(row: Any, ids: dict[str, dict[str, str]]) -> Document:
    return _plain(row) | {
        "station": ids["stations"].get(row.station),
        "edtf": row.edtf or None,
        "dated": row.what,
        "attestations": _attestations(row.sources, ids),
    }


_NOT_PLAIN = ("name", "note", "statement", "addressee", "translation")


def _plain(row: Any) -> Document:
    values = {name: value for name, value in row.model_dump(mode="json").items()
              if not name.startswith(tuple(f"{stem}_" for stem in _NOT_PLAIN))}  # fmt: skip
    return values | {"note": _texts(row, "note")}


def _texts(row: Any, stem: str) -> dict[str, str]:
    return _two(getattr(row, f"{stem}_fr"), getattr(row, f"{stem}_en"))


def _two(fr: str, en: str) -> dict[str, str]:
    return {lang: text for lang, text in (("en", en), ("fr", fr)) if text}


def _term(scheme: Scheme, slug: str) -> str | None:
    return term_id(scheme, slug) if slug else None


def _attestations(cell: str, ids: dict[str, dict[str, str]]) -> list[Document]:
    return [{"source": ids["sources"][key], "locator": locator} for key, locator in witnesses(cell)]


def _by_message(rows: list[Any]) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.message].append(row)
    return grouped


def _essays(folder: Path, findings: list[Finding]) -> Iterator[Document]:
    texts: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    for path in sorted((folder / "essays").glob("*.md")):
        head, body = _front_matter(path, findings)
        if head:
            texts[head["key"]][path.suffixes[-2].strip(".")] = head | {"body": body}
    for key, by_lang in texts.items():
        first = next(iter(by_lang.values()))
        document: Document = {
            "id": candidate(f"carottes:essay:{key}"),
            "key": key,
            "position": int(first["position"]),
        }
        for name in ("title", "chapo", "author", "body"):
            document[name] = {lang: texts[name] for lang, texts in sorted(by_lang.items())}
        yield document


def _front_matter(path: Path, findings: list[Finding]) -> tuple[dict[str, str], str]:
    _, _, rest = path.read_text(encoding="utf-8").partition("---\n")
    head, mark, body = rest.partition("\n---\n")
    values = {
        name.strip(): value.strip().strip('"') for name, _, value in (line.partition(":") for line in head.splitlines())
    }
    missing = [name for name in ("key", "title", "author", "position") if not values.get(name)]
    if not mark or missing or not values["position"].isdigit():
        findings.append(Finding(path.name, 1, ", ".join(missing) or "position", "is missing in the front matter"))
        return {}, ""
    return values | {"chapo": values.get("chapo", "")}, body.strip() + "\n"
