"""One search over one snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

import numpy as np

from webapp.search.days import period
from webapp.search.engine import Found, Hit, Query, Suggested
from webapp.search.whoosh_engine import matching
from webapp.search.whoosh_engine.matching import PHRASE_BITS, Deadline, Wanted
from webapp.search.whoosh_engine.schema import BEGINNINGS
from webapp.search.whoosh_engine.segments import Numbers
from webapp.search.whoosh_engine.snapshot import Snapshot

MOST_BEGUN = 64
"""How many words that begin alike are looked up for suggestions."""

MOST_WEIGHED = 20_000
"""Up to so many candidates are put in order for suggestions."""

BEST = 1000
"""How many of the best documents of one word are kept in order."""


def search(snapshot: Snapshot, query: Query) -> Found:
    """What the query finds in this snapshot."""
    deadline, found = Deadline(query.seconds), Found()
    parts = [matching.wanted(snapshot, clause, query.exact) for clause in query.clauses if not clause.without]
    docs = snapshot.everything
    if parts:
        parts, docs = in_words(snapshot, parts, query.exact, deadline, found)
    docs = _without(snapshot, docs, query)
    docs = _dated(snapshot, docs, query)
    docs, found.facets = _narrowed(snapshot, docs, query)
    found.total = len(docs)
    found.hits = _hits(snapshot, parts, _page(snapshot, parts, docs, query))
    explain(snapshot, parts, query.exact, found)
    if deadline.passed:
        found.limits.append("time")
    if any(part.cut for part in parts):
        found.limits.append("expansions")
    return found


def in_words(
    snapshot: Snapshot, parts: list[Wanted], exact: bool, deadline: Deadline, found: Found
) -> tuple[list[Wanted], Numbers]:
    """The documents that have all the words; where there are none, those that have nearly the words asked for."""
    docs = matching.all_of([part.match for part in parts])
    if exact or _has_message(snapshot, docs) or any(part.clause.quoted for part in parts):
        return parts, docs
    if not len(docs):
        parts = _replace_unknown(snapshot, parts, deadline)
        docs = matching.all_of([part.match for part in parts])
    if not _has_message(snapshot, docs) and len(parts) > 1 and not deadline.over():
        most = matching.most_of(snapshot, parts, snapshot.is_message)
        found.partial = bool(len(most))
        docs = np.union1d(docs, most)
    if not len(docs) and len(parts) > 1:
        parts, docs = _replace_one(snapshot, parts, docs, deadline)
    return parts, docs


def _has_message(snapshot: Snapshot, docs: Numbers) -> bool:
    is_message = snapshot.is_message
    return bool(is_message[docs[:32]].any() or is_message[docs[32:]].any())


def _replace_unknown(snapshot: Snapshot, parts: list[Wanted], deadline: Deadline) -> list[Wanted]:
    """For words that stand nowhere, the archive's own words that are closest, fitting the others where they can."""
    known = [part.match for part in parts if len(part.match.docs)]
    others = matching.all_of(known) if known else None
    return [
        part
        if len(part.match.docs) or part.clause.prefix or part.clause.name
        else _instead(snapshot, part, others, deadline)
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
        if part.clause.prefix or part.clause.name or part.replaced or not len(others) or deadline.over():
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
    since, until = period(query)
    if query.within:
        return (first >= since) & (last <= until) & (first <= last) & (first & 1 == 0)
    return (first <= until) & (last >= since)


def _narrowed(snapshot: Snapshot, docs: Numbers, query: Query) -> tuple[Numbers, dict[str, dict[str, int]]]:
    """The documents that pass every filter; and for each facet, the counts under all filters but its own."""
    passes = {name: _having(snapshot, name, docs, values) for name, values in query.filters}
    passes |= _not_hidden(snapshot, docs, query, passes)
    if not passes:
        return docs, {name: _counts(snapshot, name, docs) for name in query.facets}
    failed = np.zeros(len(docs), "u1")
    for passed in passes.values():
        failed += ~passed
    kept = docs[failed == 0]
    return (docs if len(kept) == len(docs) else kept), {
        name: _counts(snapshot, name, docs[failed == ~passes[name]] if name in passes else kept)
        for name in query.facets
    }


def _not_hidden(snapshot: Snapshot, docs: Numbers, query: Query, passes: Mapping[str, Numbers]) -> dict[str, Numbers]:
    """What is hidden unless it is asked for; where there is nothing else, better that than nothing."""
    hidden = {name: ~_having(snapshot, name, docs, values) for name, values in query.hidden if name not in passes}
    return {} if len(docs) and not all(passed.any() for passed in hidden.values()) else hidden


def _counts(snapshot: Snapshot, name: str, docs: Numbers) -> dict[str, int]:
    column = snapshot.facets.get(name)
    return column.counts(docs) if column else {}


def _having(snapshot: Snapshot, name: str, docs: Numbers, values: frozenset[str]) -> Numbers:
    column = snapshot.facets.get(name)
    return column.having(docs, values) if column else np.zeros(len(docs), bool)


def _page(snapshot: Snapshot, parts: Sequence[Wanted], docs: Numbers, query: Query) -> Numbers:
    """The documents of the page asked for, in order; a deep page costs what the first one costs."""
    start, end = query.offset, min(query.offset + query.size, len(docs))
    if start >= end:
        return docs[:0]
    if len(parts) == 1 and docs is parts[0].match.docs and query.sort == "relevance" and end <= BEST:
        return _best_of(snapshot, parts)[start:end]
    sorting = keys(snapshot, parts, docs, query.sort)
    if len(docs) > query.size:
        at = np.argpartition(sorting, sorted({start, end - 1}))[start:end]
        docs, sorting = docs[at], sorting[at]
    return docs[np.argsort(sorting)]


def _best_of(snapshot: Snapshot, parts: Sequence[Wanted]) -> Numbers:
    """The best documents of a single word, in order: found out once, like its postings, and kept with them."""
    match = parts[0].match
    if match.best is None:
        sorting = keys(snapshot, parts, match.docs, "relevance")
        at = np.argpartition(sorting, BEST)[:BEST] if len(sorting) > BEST else np.arange(len(sorting))
        match.best = match.docs[at[np.argsort(sorting[at])]]
    return match.best


def keys(snapshot: Snapshot, parts: Sequence[Wanted], docs: Numbers, sort: str) -> Numbers:
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
    names, types = snapshot.types
    rows = zip(types[docs].tolist(), snapshot.ids[docs].tolist(), snapshot.revisions[docs].tolist(), fields.tolist(),
               strict=True)  # fmt: skip
    return [Hit(names[kind], key.decode(), revision, matching.field_names(bits)) for kind, key, revision, bits in rows]


def explain(snapshot: Snapshot, parts: Sequence[Wanted], exact: bool, found: Found) -> None:
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
    begun = _begun(snapshot, words[-1])
    whole = [_named(snapshot, word) for word in words[:-1]]
    docs = reduce(matching.common, sorted([begun, *whole], key=len))
    if not len(docs):
        docs = reduce(matching.common, sorted([_slipped(snapshot, word) for word in words], key=len))
    best = docs[np.argsort(_suggestion_keys(snapshot, docs))] if len(docs) <= MOST_WEIGHED else docs
    return [each for type_, most in types.items() for each in _of_type(snapshot, best, type_, most)]


def _begun(snapshot: Snapshot, letters: str) -> Numbers:
    """The documents of which a word of the phrase or name begins so."""
    if len(letters) in BEGINNINGS:
        return snapshot.letters(letters)
    words, _ = snapshot.beginning(letters, MOST_BEGUN)
    found = [_named(snapshot, word) for word in words]
    return np.unique(np.concatenate(found)) if found else np.empty(0, "i4")


def _named(snapshot: Snapshot, word: str) -> Numbers:
    """The documents that have this word in their phrase or name."""
    return snapshot.keep(("n", word), lambda: _in_name(snapshot, word))


def _in_name(snapshot: Snapshot, word: str) -> Numbers:
    postings = snapshot.postings("a", word)
    return postings.docs[(postings.fields & PHRASE_BITS) > 0]


def _slipped(snapshot: Snapshot, word: str) -> Numbers:
    """The same for a word that was misspelt or is only begun."""
    if len(exact := _begun(snapshot, word)):
        return exact
    close = matching.candidates(snapshot, word, Deadline(0.1)) if len(word) > 3 else {}
    found = [_named(snapshot, each) for each in close if " " not in each]
    return np.unique(np.concatenate([np.empty(0, "i4"), *found]))


def _suggestion_keys(snapshot: Snapshot, docs: Numbers) -> Numbers:
    """Short phrases first: they are what most of them are meant."""
    return snapshot.lengths[docs].astype("i8") << 32 | docs


def _of_type(snapshot: Snapshot, docs: Numbers, type_: str, most: int) -> list[Suggested]:
    names, types = snapshot.types
    if type_ not in names:
        return []
    number = names.index(type_)
    found: list[int] = []
    for start in range(0, len(docs), 256):  # the first few are enough; a long list is not looked through
        part = docs[start : start + 256]
        found += part[types[part] == number][: most - len(found)].tolist()
        if len(found) >= most:
            break
    return [_suggested(snapshot, doc) for doc in found]


def _suggested(snapshot: Snapshot, doc: int) -> Suggested:
    kind, lang, title = snapshot.title(doc)
    return Suggested(kind, snapshot.ids[doc].decode(), title, lang)
