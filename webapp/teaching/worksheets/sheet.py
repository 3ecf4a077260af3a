"""Putting a sheet together, and making sure that nothing on it gives an answer away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from webapp.database import Texts
from webapp.teaching.worksheets.chance import Chance
from webapp.teaching.worksheets.exercises import CHOOSING, EXERCISES, Pool
from webapp.teaching.worksheets.material import Phrase, secrets
from webapp.teaching.worksheets.pieces import Task
from webapp.text.folding import fold
from webapp.vocabularies import Word

ROUNDS = 8


@dataclass(frozen=True)
class Sheet:
    """The tasks in their order, what could not be made, and every text that must not be in the pupil's bytes."""

    tasks: list[Task]
    missing: list[str] = field(default_factory=list)
    secrets: frozenset[str] = frozenset()


def compose(
    phrases: tuple[Phrase, ...], chance: Chance, names: Iterable[str], lang: str, words: dict[str, Word],
    title: str = "", questions: Texts | None = None,
) -> Sheet:  # fmt: skip
    """The sheet of these exercises. A phrase whose secret would stand elsewhere on the sheet is not asked for."""
    wanted = set(names)
    told: set[str] = set()
    for _round in range(ROUNDS):
        pool = Pool(tuple(each for each in phrases if each.id not in told), chance, lang, words, questions or {})
        tasks = {each.name: each.task(pool) for each in CHOOSING if each.name in wanted}
        made = [task for each in EXERCISES if (task := tasks.get(each.name))]
        leaking = leaks(made, phrases, title)
        if not leaking:
            break
        told |= leaking
    else:
        made = [task for task in made if not task.hidden]
    missing = [each.name for each in EXERCISES if each.name in wanted and each.name not in {task.name for task in made}]
    return Sheet(made, missing, frozenset(kept(made, phrases)))


def leaks(tasks: list[Task], phrases: tuple[Phrase, ...], title: str = "") -> set[str]:
    """The phrases whose meaning is asked for and stands in the open all the same."""
    spoken = fold(" ".join([title, *(word for task in tasks for word in task.words())]))
    hidden = set().union(*(task.hidden for task in tasks)) if tasks else set()
    return {each.id for each in phrases if each.id in hidden and any(fold(text) in spoken for text in secrets(each))}


def kept(tasks: list[Task], phrases: tuple[Phrase, ...]) -> Iterable[str]:
    """What the pupil's bytes must not hold: the secrets of the phrases asked for, the remarks and identifiers of the
    claims that are shown, the lines of the key."""
    hidden = set().union(*(task.hidden for task in tasks)) if tasks else set()
    spoken = fold(" ".join(word for task in tasks for word in task.words()))
    for phrase in phrases:
        if phrase.id in hidden:
            yield from secrets(phrase)
        else:
            yield from (claim.id for claim in phrase.claims)
            yield from (text for claim in phrase.claims for text in claim.note.values() if fold(text) not in spoken)
    for task in tasks:
        yield from (answer.text for answer in task.answers if "→" in answer.text or task.hidden)
