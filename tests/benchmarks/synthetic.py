"""Archives of any size for the benchmarks: words of three languages by Zipf's law, facets as in the archive."""

from __future__ import annotations

import random
import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from tests.benchmarks.words import WORDS
from webapp.identifiers import ALPHABET, check_character
from webapp.search.engine import Document, Text

YEARS = [str(year) for year in range(1938, 1947)]
FIRST_DAY, DAYS = 707_500, 3200
STATIONS, NETWORKS, REGIONS, PURPOSES, THEMES = 40, 300, 100, 30, 19
STANDINGS = ["documented", "attested", "attributed", "disputed", "legend", "unknown"]
_VOWEL = re.compile("[aeiouyhéèêàâîôûœ]")
_ELIDED = {"le": "l’", "la": "l’", "de": "d’", "je": "j’", "ne": "n’", "se": "s’", "que": "qu’"}


class Bag:
    """Words drawn by Zipf's law."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.sums = list(accumulate(1 / (rank + 2.7) for rank in range(len(words))))

    def draw(self, dice: random.Random, count: int) -> list[str]:
        """So many words, the frequent ones more often."""
        return [self.words[bisect(self.sums, dice.random() * self.sums[-1])] for _ in range(count)]


BAGS = {lang: Bag(words) for lang, words in WORDS.items()}


def sentence(dice: random.Random, lang: str, least: int, most: int) -> str:
    """A sentence of drawn words, elided as French and Italian elide, with a capital letter."""
    words = BAGS[lang].draw(dice, dice.randint(least, most))
    joined = words[-1]
    for word, after in reversed(list(pairwise(words))):
        elides = lang == "fr" and word in _ELIDED and _VOWEL.match(after)
        joined = f"{_ELIDED[word]}{joined}" if elides else f"{word} {joined}"
    return joined[:1].upper() + joined[1:]


def identifier(space: str, number: int) -> str:
    """A valid identifier: the letter of what it is of, the number in the alphabet's digits, the check character."""
    stem = space
    for place in range(4, -1, -1):
        stem += ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)]
    return stem + check_character(stem)


def documents(count: int, seed: int = 1944) -> Iterator[Document]:
    """So many messages, the same ones for the same seed."""
    dice = random.Random(seed)
    return (message(dice, number) for number in range(count))


def message(dice: random.Random, number: int) -> Document:
    """One message."""
    lang = dice.choices(["fr", "it", "en"], [6, 2, 2])[0]
    texts = [Text("phrase", sentence(dice, lang, 3, 9), lang)]
    if dice.random() < 0.7:
        other = "en" if lang == "fr" else "fr"
        texts.append(Text("translation", sentence(dice, other, 3, 9), other))
    meant = dice.random() < 0.6
    if meant:
        texts += [Text("meaning", sentence(dice, each, 8, 18), each) for each in ("fr", "en")]
    first = FIRST_DAY + int(DAYS * dice.random() ** 0.5)
    last = first + dice.choice([0, 0, 0, 30, 365])
    facets = {
        "kind": ("codeword" if dice.random() < 0.05 else "message",),
        "language": (lang,),
        "station": (f"st{skewed(dice, STATIONS)}",),
        "standing": (dice.choice(STANDINGS),) if meant else ("unknown",),
        "theme": (f"th{skewed(dice, THEMES)}",),
        "year": (YEARS[min(len(YEARS) - 1, (first - FIRST_DAY) // 365)],),
        "purpose": tuple({f"pu{skewed(dice, PURPOSES)}" for _ in range(1 + (dice.random() < 0.1))}) if meant else (),
        "network": (f"ne{skewed(dice, NETWORKS)}",) if meant else (),
        "region": (f"re{skewed(dice, REGIONS)}",) if meant else (),
        "country": ("FR",) if meant else (),
        "has_essay": ("yes",) if dice.random() < 0.02 else (),
    }
    return Document(
        id=identifier("m", number), type="message", lang=lang, title=texts[0].words, texts=tuple(texts), facets=facets,
        spans=((first, last),), entered=1_700_000_000 + number, revision=1,
    )  # fmt: skip


def skewed(dice: random.Random, most: int) -> int:
    """A number below ``most``, the small ones more often."""
    return int(most * dice.random() ** 3)


@dataclass(frozen=True)
class Ask:
    """One question of the mix, in terms that every engine can be asked in."""

    kind: str
    words: tuple[str, ...] = ()
    station: str = ""
    days: tuple[int, int] | None = None
    page: int = 1


KINDS = [
    "rare",
    "common",
    "and",
    "phrase",
    "prefix",
    "typo",
    "nothing",
    "facets",
    "dates",
    "by date",
    "deep",
    "suggest",
]


def mix(each: int = 20, seed: int = 5) -> list[Ask]:
    """So many questions of each kind, in a mixed order; "and" and "phrase" ask for words that stand in some phrase."""
    dice = random.Random(seed)
    known = [document.title.replace("’", " ").split() for document in documents(2000) if document.lang == "fr"]
    asks = [ask(kind, dice, known) for kind in KINDS for _ in range(each)]
    dice.shuffle(asks)
    return asks


def ask(kind: str, dice: random.Random, known: list[list[str]]) -> Ask:
    """One question of this kind."""
    bag = BAGS["fr"].words
    rare, common = dice.choice(bag[3000:15000]), dice.choice(bag[:60])
    middle = [dice.choice(bag[60:800]) for _ in range(2)]
    remembered = dice.choice([phrase for phrase in known if len(phrase) > 3])
    makers = {
        "rare": lambda: Ask(kind, (rare,)),
        "common": lambda: Ask(kind, (common,)),
        "and": lambda: Ask(kind, tuple(dice.sample(remembered, 3))),
        "phrase": lambda: Ask(kind, tuple(remembered[1:3])),
        "nothing": lambda: Ask(kind, (rare, *middle)),
        "prefix": lambda: Ask(kind, (middle[0][:3],)),
        "typo": lambda: Ask(kind, (slip(dice.choice([word for word in bag[300:5000] if len(word) > 5]), dice),)),
        "facets": lambda: Ask(kind, (middle[0],), station=f"st{dice.randint(0, 3)}"),
        "dates": lambda: Ask(kind, (middle[0],), days=(FIRST_DAY + 1500, FIRST_DAY + 1900)),
        "by date": lambda: Ask(kind, (dice.choice(bag[:200]),)),
        "deep": lambda: Ask(kind, (dice.choice(bag[:30]),), page=40),
        "suggest": lambda: Ask(kind, (common, middle[0][:2])),
    }
    return makers[kind]()


def slip(word: str, dice: random.Random) -> str:
    """The word with one letter doubled or left out."""
    at = dice.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1 :] if dice.random() < 0.5 else word[:at] + "z" + word[at:]
