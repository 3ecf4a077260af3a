"""Facets over a whole snapshot: which documents have a value, and how many have each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from webapp.search.whoosh_engine.segments import Codes, Numbers


class FacetColumn:
    """One facet of all documents; code 0 is "no value"."""

    def __init__(self, values: list[str], first: Numbers, more_docs: Numbers, more_codes: Numbers) -> None:
        self.values = values
        self.code = {value: code for code, value in enumerate(values) if code}
        self.first, self.more_docs, self.more_codes = first, more_docs, more_codes

    @classmethod
    def joined(cls, parts: Sequence[tuple[Codes | None, int, int]]) -> FacetColumn:
        """The facet of several segments, each given with its first document number and its size."""
        code: dict[str, int] = {}
        first, more_docs, more_codes = [], [], []
        for codes, base, size in parts:
            if codes is None:
                first.append(np.zeros(size, "u2"))
                continue
            map_ = np.array([0, *(code.setdefault(value, len(code) + 1) for value in codes.values)], "u2")
            first.append(map_[codes.first])
            more_docs.append(codes.more_docs + base)
            more_codes.append(map_[codes.more_codes])
        empty = np.empty(0, "i4")
        return cls(["", *code], np.concatenate(first), np.concatenate([empty, *more_docs]).astype("i4"),
                   np.concatenate([empty, *more_codes]).astype("i8"))  # fmt: skip

    def counts(self, docs: Numbers) -> dict[str, int]:
        """How many of these documents have each value; values that none has are left out."""
        totals = np.bincount(self.first[docs], minlength=len(self.values))
        if len(self.more_docs) and len(docs):
            further = self.more_codes[self._more_of(docs)]
            totals = totals + np.bincount(further, minlength=len(self.values))
        totals[0] = 0
        return {self.values[code]: int(totals[code]) for code in np.flatnonzero(totals)}

    def _more_of(self, docs: Numbers) -> Numbers:
        """Which further pairs belong to these documents."""
        if len(docs) * 8 < len(self.more_docs):
            left = np.searchsorted(self.more_docs, docs, "left")
            right = np.searchsorted(self.more_docs, docs, "right")
            some = right > left
            if not some.any():
                return np.empty(0, "i8")
            return np.concatenate([np.arange(a, b) for a, b in zip(left[some], right[some], strict=True)])
        inside = np.zeros(len(self.first), bool)
        inside[docs] = True
        return np.flatnonzero(inside[self.more_docs])

    def having(self, docs: Numbers, values: Iterable[str]) -> Numbers:
        """For each of these documents, whether it has one of the values."""
        wanted = np.zeros(len(self.values), bool)
        wanted[[self.code[value] for value in values if value in self.code]] = True
        found = wanted[self.first[docs]]
        if len(self.more_docs):
            found |= np.isin(docs, self.more_docs[wanted[self.more_codes]])
        return found

    def documents(self, value: str) -> Numbers:
        """The documents that have this value."""
        code = self.code.get(value, 0)
        if not code:
            return np.empty(0, "i4")
        return np.union1d(np.flatnonzero(self.first == code), self.more_docs[self.more_codes == code])
