"""A search engine by plain reading of every document: slow, simple, and what any engine must agree with."""

from __future__ import annotations

from webapp.search.engine import Clause, Document, Query
from webapp.text.analysis import stems, words
from webapp.text.stemming import primary


class Oracle:
    """Documents in a dictionary."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}

    def having(self, query: Query) -> set[str]:
        """The documents that have all that is asked for, without corrections."""
        return {key for key, document in self.documents.items() if self._has(document, query)}

    def _has(self, document: Document, query: Query) -> bool:
        return all(self.matches(document, clause, query.exact) != clause.without for clause in query.clauses) and all(
            set(document.facets.get(name, ())) & values for name, values in query.filters
        ) and self._in_period(document, query)  # fmt: skip

    def matches(self, document: Document, clause: Clause, exact: bool) -> bool:
        """Whether some text of the document has what the clause asks for."""
        texts = [text for text in document.texts if clause.field in (None, text.field)]
        return any(self._in_text(text.words, text.lang, clause, exact) for text in texts)

    def _in_text(self, text: str, lang: str, clause: Clause, exact: bool) -> bool:
        found = [word.text for word in words(text)]
        if clause.prefix:
            return any(word.startswith(clause.words[0]) for word in found)
        if clause.quoted:
            size = len(clause.words)
            return any(tuple(found[at : at + size]) == clause.words for at in range(len(found)))
        word = clause.words[0]
        if word in found:
            return True
        tongue = primary(lang)
        wanted = set(stems(word, tongue)) if tongue and not exact else set()
        return any(wanted & set(stems(each, tongue)) for each in found) if wanted else False

    def _in_period(self, document: Document, query: Query) -> bool:
        if query.since is None and query.until is None:
            return True
        low, high = -(10**9), 10**9
        since, until = query.since if query.since is not None else low, query.until if query.until is not None else high
        for at, (first, last) in enumerate(document.spans):
            first, last = first if first is not None else low - 1, last if last is not None else high + 1
            inside = (query.since is None or first >= since) and (query.until is None or last <= until)
            inside = inside and at not in document.doubtful
            if inside if query.within else (first <= until and last >= since):
                return True
        return False

    def counts(self, keys: set[str], facet: str) -> dict[str, int]:
        """How many of these documents have each value."""
        totals: dict[str, int] = {}
        for key in keys:
            for value in self.documents[key].facets.get(facet, ()):
                totals[value] = totals.get(value, 0) + 1
        return totals
