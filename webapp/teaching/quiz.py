"""A quiz that keeps nothing: where one is and what one answered stand in the address, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.database import Texts
from webapp.languages import told
from webapp.teaching.worksheets.chance import Chance
from webapp.teaching.worksheets.material import Claim, Phrase
from webapp.text.folding import fold
from webapp.vocabularies import Standing, Word

MOST = 12
OPTIONS = 4
# What fills up the choice where a collection has too few purposes of its own.
COMMON = ("parachute-drop", "alert", "sabotage-rail", "acknowledgement", "warning", "family-news")


@dataclass(frozen=True)
class Question:
    """A phrase, four purposes in the order of the alphabet, that of the leading claim among them, and all those that
    somebody claims for it.

    Of a legend, the question is what the legend says, and not what the phrase was for.
    """

    phrase: Phrase
    options: tuple[tuple[str, str], ...]
    right: frozenset[str]
    legend: bool = False


def questions(phrases: tuple[Phrase, ...], chance: Chance, lang: str, words: dict[str, Word]) -> list[Question]:
    """The questions, in an order of chance; phrases of which nobody claims a purpose are left out."""
    asked = [phrase for phrase in phrases if _purposes(phrase)]
    labels: dict[str, Texts] = {key: words[key].label for each in COMMON if (key := f"purpose/{each}") in words}
    for phrase in asked:
        labels |= _purposes(phrase)
    ordered = chance.shuffled(asked, "quiz", lambda phrase: phrase.id)[:MOST]
    return [_question(phrase, chance, labels, lang) for phrase in ordered]


def _purposes(phrase: Phrase) -> dict[str, Texts]:
    return {claim.purpose: claim.purpose_label for claim in _with_purpose(phrase)}


def _with_purpose(phrase: Phrase) -> list[Claim]:
    return [claim for claim in phrase.claims if claim.purpose_label and claim.purpose != "purpose/unknown"]


def _question(phrase: Phrase, chance: Chance, labels: dict[str, Texts], lang: str) -> Question:
    right = _purposes(phrase)
    first = list(right)[:1]  # of rival claims the leading one, as on the sheet's key
    others = chance.shuffled([key for key in labels if key not in right], "wrong", lambda key: f"{phrase.id}{key}")
    chosen = {key: told(labels[key], lang).text for key in [*first, *others[: OPTIONS - 1]]}
    rows = sorted(chosen.items(), key=lambda row: (fold(row[1]), row[0]))
    return Question(phrase, tuple((key.partition("/")[2], label) for key, label in rows),
                    frozenset(key.partition("/")[2] for key in right), _only_told(phrase))  # fmt: skip


def _only_told(phrase: Phrase) -> bool:
    """Whether all that is claimed of a purpose of this phrase is legend."""
    return all(claim.standing == Standing.LEGEND for claim in _with_purpose(phrase))


def right_answers(asked: list[Question], given: list[str]) -> int:
    """How many of the given answers somebody claims."""
    return sum(answer in question.right for question, answer in zip(asked, given, strict=False))
