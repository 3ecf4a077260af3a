"""How a French ear would spell it: the last resort for "crapo", "sanglo" and "flanbo"."""

import re
from functools import lru_cache

from webapp.text.folding import fold

_RULES = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"[^a-z]", ""),
        (r"(?<=[aeou])(?:il$|ill)", "y"),  # soleil, travaille
        (r"ill(?=[aeiou])", "iy"),  # famille
        (r"(.)\1+", r"\1"),  # carotte, viollon: one consonant sounds like two
        (r"ph", "f"),
        (r"sch|sh|ch", "S"),
        (r"(?<![S])h", ""),
        (r"gn", "N"),
        (r"sc(?=[eiy])", "s"),
        (r"qu|q|k|c(?![eiy])", "k"),
        (r"c", "s"),
        (r"gu(?=[eiy])", "G"),
        (r"g(?=[eiy])", "j"),
        (r"G", "g"),
        (r"eau|au", "o"),
        (r"oeu|eu", "e"),
        (r"(?<=.)(?:er|ez|et|es|ai|ais|ait|aient)$", "e"),  # mangé, manger, mangez, mangeait
        (r"(?<=.)ent$", "ANT"),
        (r"(?<=..)[dtsxzp]+$", ""),  # crapaud, sanglots, chevaux
        (r"ANT$", "A"),
        (r"ou", "U"),
        (r"oi|oy", "wa"),
        (r"(?:ain|aim|ein|eim|in|im|yn|ym|un|um)(?![aeiouywU])", "I"),
        (r"(?:an|am|en|em)(?![aeiouywU])", "A"),
        (r"(?:on|om)(?![aeiouywU])", "O"),
        (r"(?<=..)e$", ""),  # after the nasals: sirène ends in an n that sounds
        (r"ai|ei|ay|ey", "e"),
        (r"(?<=[aeiouyUAIO])s(?=[aeiouyUAIO])", "z"),
        (r"y", "i"),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=65536)
def phonetic(word: str) -> str:
    """A key that words sounding alike in French share; a word without Latin letters is its own key."""
    folded = fold(word)
    key = folded
    for pattern, by in _RULES:
        key = pattern.sub(by, key)
    return key or folded
