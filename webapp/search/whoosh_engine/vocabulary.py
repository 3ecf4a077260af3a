"""The archive's own words: what begins so, what is one slip of the pen away, what sounds alike."""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from webapp.text.analysis import phonetic

SHORTEST = 4
"""A shorter word is not corrected: everything is one letter away from it."""

LONG = 8
"""From this length on, two slips are forgiven."""

LONGEST = 24


class Vocabulary:
    """The sorted words of one segment."""

    def __init__(self, words: list[str]) -> None:
        self.words = words

    def prepare(self) -> None:
        """Work out what corrections need, once."""
        _ = self._deletions, self._sounds, self._letters

    def knows(self, word: str) -> bool:
        """Whether a word is among them."""
        at = bisect_left(self.words, word)
        return self.words[at : at + 1] == [word]

    def beginning(self, prefix: str) -> Sequence[str]:
        """The words that begin so."""
        start, end = self._range(prefix)
        return self.words[start:end]

    def _range(self, prefix: str) -> tuple[int, int]:
        start = bisect_left(self.words, prefix)
        return start, bisect_left(self.words, prefix + "\U0010ffff", start)

    def near(self, word: str) -> Iterator[str]:
        """The words that one letter more, less, other or swapped makes of this one; by deletion hashes."""
        hashes, numbers = self._deletions
        if not len(hashes):
            return
        asked = np.array(sorted({_hash(each) for each in (word, *_shorter(word))}), "u4")
        left, right = np.searchsorted(hashes, asked, "left"), np.searchsorted(hashes, asked, "right")
        seen = {int(number) for a, b in zip(left, right, strict=True) for number in numbers[a:b]}
        yield from (self.words[number] for number in sorted(seen) if distance(word, self.words[number], 1) == 1)

    @cached_property
    def _deletions(self) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """The hashes of every word and of every word less one letter, sorted, with the words they come from."""
        pairs = [
            (_hash(each), number)
            for number, word in enumerate(self.words) if 2 < len(word) <= LONGEST
            for each in (word, *_shorter(word))
        ]  # fmt: skip
        hashes = np.fromiter((pair[0] for pair in pairs), "u4", len(pairs))
        numbers = np.fromiter((pair[1] for pair in pairs), "i4", len(pairs))
        order = np.argsort(hashes, kind="stable")
        return hashes[order], numbers[order]

    def sounding(self, word: str) -> list[str]:
        """The words that a French ear hears as this one."""
        keys, numbers = self._sounds
        key = phonetic(word)
        start = bisect_left(keys, key)
        found = []
        while start < len(keys) and keys[start] == key:
            found.append(self.words[numbers[start]])
            start += 1
        return found

    @cached_property
    def _sounds(self) -> tuple[list[str], list[int]]:
        pairs = sorted((phonetic(word), number) for number, word in enumerate(self.words) if word.isalpha())
        return [key for key, _ in pairs], [number for _, number in pairs]

    def farther(self, word: str) -> list[str]:
        """The words two slips away that begin with the same letter; a count of letters rules most of them out."""
        start, end = self._range(word[0])
        away = np.abs(self._letters[start:end] - _letter_counts([word])).sum(axis=1)
        some = (self.words[start + int(at)] for at in np.flatnonzero(away <= 4))
        return [each for each in some if distance(word, each, 2) == 2]

    @cached_property
    def _letters(self) -> npt.NDArray[Any]:
        return _letter_counts(self.words)


def _hash(text: str) -> int:
    return zlib.crc32(text.encode())


def _letter_counts(words: list[str]) -> npt.NDArray[Any]:
    """How often each letter (by the low bits of its number) stands in each word."""
    counts = np.zeros((len(words), 32), "i1")
    lengths = np.fromiter(map(len, words), "i8", len(words))
    letters = np.frombuffer("".join(words).encode("utf-32-le"), "<u4") & 31
    np.add.at(counts, (np.repeat(np.arange(len(words)), lengths), letters), 1)
    return counts


def _shorter(word: str) -> list[str]:
    """The word less one letter; a doubled letter gives one form."""
    starts = (next(group)[0] for _, group in groupby(enumerate(word), key=lambda pair: pair[1]))
    return [word[:at] + word[at + 1 :] for at in starts]


def distance(one: str, other: str, most: int) -> int:
    """Letters to add, take away, change or swap; ``most + 1`` when there are more than that."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row, before = before, [i], row
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
