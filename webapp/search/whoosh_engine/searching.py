"""One search over one snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from webapp.search.engine import Clause, Found, Hit, Query, Suggested
from webapp.search.whoosh_engine import matching
from webapp.search.whoosh_engine.matching import PHRASE_BITS, Deadline, Wanted
from webapp.search.whoosh_engine.segments import Numbers
from webapp.search.whoosh_engine.snapshot import Snapshot


def search(snapshot: Snapshot, query: Query) -> Found:
    """What the query finds in this snapshot."""
    deadline, found = Deadline(query.seconds), Found()
    parts = [matching.wanted(snapshot, clause, query.exact) for clause in query.clauses if not clause.without]
    docs = snapshot.everything
    if parts:
        parts, docs = _in_words(snapshot, parts, query.exact, deadline, found)
    docs = _without(snapshot, docs, query)
    docs = _dated(snapshot, docs, query)
    docs, found.facets = _narrowed(snapshot, docs, query)
    found.total = len(docs)
    page, order = _page(snapshot, parts, docs, query)
    found.hits = _hits(snapshot, parts, page[order])
    _explain(snapshot, parts, query.exact, found)
    if deadline.passed:
        found.limits.append("time")
    if any(part.cut for part in parts):
        found.limits.append("expansions")
    return found


def _in_words(
    snapshot: Snapshot, parts: list[Wanted], exact: bool, deadline: Deadline, found: Found
) -> tuple[list[Wanted], Numbers]:
    """The documents that have all the words; where there are none, those that have nearly the words asked for."""
    docs = matching.all_of([part.match for part in parts])
    if exact or _has_message(snapshot, docs) or any(part.clause.quoted for part in parts):
        return parts, docs
    if not len(docs):
        parts = _replace_unknown(snapshot, parts, deadline)
        docs = matching.all_of([part.match for part in parts])
    if not len(docs) and len(parts) > 1:
        parts, docs = _replace_one(snapshot, parts, docs, deadline)
    if not _has_message(snapshot, docs) and len(parts) > 1 and not deadline.over():
        most = matching.most_of(snapshot, parts, snapshot.is_message)
        found.partial = bool(len(most))
        docs = np.union1d(docs, most)
    return parts, docs


def _has_message(snapshot: Snapshot, docs: Numbers) -> bool:
    return bool(snapshot.is_message[docs].any())


def _replace_unknown(snapshot: Snapshot, parts: list[Wanted], deadline: Deadline) -> list[Wanted]:
    """For words that stand nowhere, the archive's own words that are closest, fitting the others where they can."""
    known = [part.match for part in parts if len(part.match.docs)]
    others = matching.all_of(known) if known else None
    return [
        part if len(part.match.docs) or part.clause.prefix else _instead(snapshot, part, others, deadline)
        for part in parts
    ]


def _instead(snapshot: Snapshot, part: Wanted, others: Numbers | None, deadline: Deadline) -> Wanted:
    fitting = None
    if others is None or len(others):
        fitting = matching.replacement(snapshot, part.clause, others, deadline)
    return fitting or matching.replacement(snapshot, part.clause, None, deadline) or part


def _replace_one(
    snapshot: Snapshot, parts: list[Wanted], docs: Numbers, deadline: Deadline
) -> tuple[list[Wanted], Numbers]:
    """All words are known, but no record has them all: perhaps one of them was meant to be another."""
    best: tuple[list[Wanted], Numbers] = (parts, docs)
    for at, part in enumerate(parts):
        others = matching.all_of([other.match for n, other in enumerate(parts) if n != at])
        if part.clause.prefix or part.replaced or not len(others) or deadline.over():
            continue
        if (new := matching.replacement(snapshot, part.clause, others, deadline)) is None:
            continue
        changed = [*parts[:at], new, *parts[at + 1 :]]
        hits = matching.all_of([each.match for each in changed])
        if _has_message(snapshot, hits) and (not len(best[1]) or len(hits) < len(best[1])):
            best = changed, hits
    return best


def _without(snapshot: Snapshot, docs: Numbers, query: Query) -> Numbers:
    for clause in query.clauses:
        if clause.without:
            unwanted = matching.wanted(snapshot, clause, query.exact).match.docs
            docs = docs[~matching.found_in(docs, unwanted)]
    return docs


def _dated(snapshot: Snapshot, docs: Numbers, query: Query) -> Numbers:
    """The documents of which some date overlaps the period asked for, or lies certainly within it."""
    if query.since is None and query.until is None:
        return docs
    first, last = snapshot.spans
    fits = _fits(first[docs], last[docs], query)
    owners, spans = snapshot.more_spans
    if len(owners):
        fits |= np.isin(docs, owners[_fits(spans[:, 0], spans[:, 1], query)])
    return docs[fits]


def _fits(first: Numbers, last: Numbers, query: Query) -> Numbers:
    since = -(2**31) if query.since is None else query.since
    until = 2**31 - 1 if query.until is None else query.until
    if query.within:
        return (first >= since) & (last <= until) & (first <= last)
    return (first <= until) & (last >= since)


def _narrowed(snapshot: Snapshot, docs: Numbers, query: Query) -> tuple[Numbers, dict[str, dict[str, int]]]:
    """The documents that pass every filter; and for each facet, the counts under all filters but its own."""
    passes = {name: _having(snapshot, name, docs, values) for name, values in query.filters}
    hidden = {name: ~_having(snapshot, name, docs, values) for name, values in query.hidden if name not in passes}
    if hidden and any(len(docs) and not passed.any() for passed in hidden.values()):
        hidden = {}  # nothing but hidden things: better those than nothing
    passes |= hidden
    failed = np.zeros(len(docs), "u1")
    for passed in passes.values():
        failed += ~passed
    kept = docs[failed == 0] if passes else docs
    counts: dict[str, dict[str, int]] = {}
    for name in query.facets:
        column = snapshot.facets.get(name)
        if column is None:
            counts[name] = {}
        elif name in passes:
            counts[name] = column.counts(docs[failed == ~passes[name]])
        else:
            counts[name] = column.counts(kept)
    return kept, counts


def _having(snapshot: Snapshot, name: str, docs: Numbers, values: frozenset[str]) -> Numbers:
    column = snapshot.facets.get(name)
    return column.having(docs, values) if column else np.zeros(len(docs), bool)


def _page(snapshot: Snapshot, parts: Sequence[Wanted], docs: Numbers, query: Query) -> tuple[Numbers, Numbers]:
    """The documents of the page asked for, with their order; a deep page costs what the first one costs."""
    if query.offset >= len(docs) or not query.size:
        return docs[:0], np.empty(0, "i8")
    keys = _keys(snapshot, parts, docs, query.sort)
    start, end = query.offset, min(query.offset + query.size, len(docs))
    if len(docs) > query.size:
        at = np.argpartition(keys, sorted({start, end - 1}))[start:end]
        docs, keys = docs[at], keys[at]
    return docs, np.argsort(keys)


def _keys(snapshot: Snapshot, parts: Sequence[Wanted], docs: Numbers, sort: str) -> Numbers:
    """Unique numbers that sort the documents as asked, so that no page shows what another has shown."""
    if sort == "date":
        return snapshot.by_date[docs]
    if sort == "newest" or not parts:
        return snapshot.by_entry[docs] - ((snapshot.is_message[docs].astype("i8") << 62) if not parts else 0)
    scores = matching.scores(snapshot, parts, docs) + snapshot.tiers[docs]
    return -(scores.view("i4").astype("i8") << 31) + docs


def _hits(snapshot: Snapshot, parts: Sequence[Wanted], docs: Numbers) -> list[Hit]:
    fields = np.zeros(len(docs), "u1")
    for part in parts:
        _, found, _ = matching.at_documents(part.match, docs)
        in_phrase = found & PHRASE_BITS
        fields |= np.where(in_phrase > 0, in_phrase, found)
    rows = snapshot.rows[docs]
    types = snapshot.facets.get("type")
    return [
        Hit(types.values[int(types.first[doc])] if types else "", row["id"].decode(), int(row["revision"]),
            matching.field_names(int(bits)))
        for doc, row, bits in zip(docs, rows, fields, strict=True)
    ]  # fmt: skip


def _explain(snapshot: Snapshot, parts: Sequence[Wanted], exact: bool, found: Found) -> None:
    """What to mark in the texts, and which words were looked for instead."""
    words: set[str] = set()
    stems: set[str] = set()
    for part in parts:
        clause = part.clause
        if part.replaced:
            found.replaced[clause.words[0]] = part.replaced
            words.update(word for each in part.replaced for word in each.split())
        elif clause.prefix:
            words.update(snapshot.beginning(clause.words[0], 1024)[0])
        else:
            words.update(clause.words)
            if not (exact or clause.quoted):
                stems.update(matching.stems_of(snapshot, clause.words[0]))
    found.words, found.stems = frozenset(words), frozenset(stems)


def suggest(snapshot: Snapshot, words: tuple[str, ...], types: Mapping[str, int]) -> list[Suggested]:
    """Up to so many of each type that have these words in their phrase or name, the last one only begun."""
    if not words:
        return []
    clauses = [*(Clause((word,)) for word in words[:-1]), Clause((words[-1],), prefix=True)]
    parts = [matching.wanted(snapshot, clause, False) for clause in clauses]
    docs = matching.all_of([part.match for part in parts])
    if not len(docs):
        parts = [_slip(snapshot, part) for part in parts]
        docs = matching.all_of([part.match for part in parts])
    named = np.full(len(docs), PHRASE_BITS)
    for part in parts:
        named &= matching.at_documents(part.match, docs)[1]
    docs = docs[named > 0]
    return [each for type_, most in types.items() for each in _best(snapshot, parts, docs, type_, most)]


def _slip(snapshot: Snapshot, part: Wanted) -> Wanted:
    if len(part.match.docs):
        return part
    return matching.replacement(snapshot, part.clause, None, Deadline(0.05)) or part


def _best(snapshot: Snapshot, parts: list[Wanted], docs: Numbers, type_: str, most: int) -> list[Suggested]:
    column = snapshot.facets.get("type")
    if column is None or not len(docs):
        return []
    docs = docs[column.having(docs, [type_])]
    keys = -matching.scores(snapshot, parts, docs)
    if len(docs) > most:
        at = np.argpartition(keys, most)[:most]
        docs, keys = docs[at], keys[at]
    best = docs[np.argsort(keys, kind="stable")]
    return [_suggested(snapshot, int(doc)) for doc in best]


def _suggested(snapshot: Snapshot, doc: int) -> Suggested:
    kind, lang, title = snapshot.title(doc)
    return Suggested(kind, snapshot.rows[doc]["id"].decode(), title, lang)
