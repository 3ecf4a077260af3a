"""The exercises: a list of small classes, each for one way of thinking. Another exercise is another line of EXERCISES.

Each makes a task of what the pool still has, or says that it cannot. What an exercise shows is put in the order of the
alphabet or of chance, so that no order tells an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from webapp.database import Texts
from webapp.filters import capitalised
from webapp.languages import N_, ngettext, told
from webapp.languages import gettext as _
from webapp.teaching.worksheets.chance import Chance
from webapp.teaching.worksheets.material import Claim, Phrase, one_line
from webapp.teaching.worksheets.pieces import Answer, Choices, Claimed, Said, Task, Write
from webapp.text.folding import fold
from webapp.vocabularies import Standing, Word

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass
class Pool:
    """The phrases of a sheet and what is still free. A phrase whose claims stand on the sheet has no secret left, and
    one whose meaning is asked for keeps it: no phrase is both."""

    phrases: tuple[Phrase, ...]
    chance: Chance
    lang: str
    words: dict[str, Word]
    questions: Texts = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)

    def to_hide(self, name: str) -> list[Phrase]:
        """Phrases whose meaning can be asked for, in the order of chance."""
        free = [phrase for phrase in self.phrases if phrase.id not in self.shown]
        return self.chance.shuffled(free, name, lambda phrase: phrase.id)

    def to_show(self, name: str) -> list[Phrase]:
        """Phrases whose claims can be shown, in the order of chance."""
        free = [phrase for phrase in self.phrases if phrase.id not in self.hidden | self.shown]
        return self.chance.shuffled(free, name, lambda phrase: phrase.id)

    def by_alphabet(self, texts: Iterable[str]) -> list[str]:
        """Texts in an order that tells nothing."""
        return sorted(texts, key=lambda text: (fold(text), text))

    def said(self, phrase: Phrase, mark: str = "", gap: bool = False) -> Said:
        """A phrase with its translation, where the reader needs one."""
        foreign = not phrase.lang.startswith(self.lang)
        translation = {code: text for code, text in phrase.translation.items() if code != phrase.lang}
        return Said(phrase.text, phrase.lang, one_line(translation, self.lang) if foreign else "", mark, gap)

    def standing(self, name: str) -> str:
        """What a standing is called."""
        word = self.words.get(f"standing/{name}")
        return told(word.label, self.lang).text if word else name

    def sources(self, claim: Claim) -> str:
        """The names of the sources of a claim; one that names a standing would tell the answer and is only counted."""
        standings = [fold(self.standing(each)) for each in Standing]
        names = list(_once(one_line(witness.name, self.lang) for witness in claim.witnesses))
        told_ = [name for name in names if name and not any(each in fold(name) for each in standings)][:3]
        rest = len(names) - len(told_)
        if not names:
            return _("No source is named.")
        if not told_:
            return ngettext("%(num)s source", "%(num)s sources", rest)
        more = [ngettext("%(num)s more source", "%(num)s more sources", rest)] if rest else []
        return "; ".join(told_ + more)

    def told_in_key(self, claim: Claim) -> tuple[str, ...]:
        """What the key says of a claim: its standing first, then whom it was for, its sources, its remarks."""
        whom = ", ".join(_once(one_line(texts, self.lang) for texts in claim.for_whom))
        names = "; ".join(_once(one_line(witness.name, self.lang) for witness in claim.witnesses))
        found = [_("Standing: %(standing)s.", standing=self.standing(claim.standing)), whom and f"{whom}.",
                 names and _("Sources: %(names)s.", names=names.rstrip(".")),
                 one_line(claim.note, self.lang)]  # fmt: skip
        return tuple(each for each in found if each)

    def leading_in_key(self, phrase: Phrase) -> tuple[str, ...]:
        """What the key says of the leading claim: what it says, then all the rest."""
        claim = phrase.claims[0]
        return (one_line(claim.statement, self.lang), *self.told_in_key(claim))


def _once(texts: Iterable[str]) -> Iterable[str]:
    """Each text once, as it is first written, whatever its capitals and accents."""
    found: dict[str, str] = {}
    for text in texts:
        found.setdefault(fold(text), text)
    return found.values()


@dataclass(frozen=True)
class Exercise:
    """An exercise: its name in addresses, its title, the thinking skill it trains, what it needs, and its maker."""

    name: str
    title: str
    skill: str
    needs: str
    make: Callable[[Pool], Task | None]
    usual: bool = True

    def task(self, pool: Pool) -> Task | None:
        """The task, its phrases taken from the pool; None where the pool has not what it needs."""
        task = self.make(pool)
        if task is None:
            return None
        task.name, task.title, task.skill = self.name, _(self.title), _(self.skill)
        pool.hidden |= task.hidden
        pool.shown |= task.shown
        return task


def _task(instruction: str, pieces: list[Any], answers: list[Answer], **phrases: set[str]) -> Task:
    return Task("", "", "", instruction, pieces, answers, **phrases)


def match(pool: Pool) -> Task | None:
    """Phrases on one side, purposes on the other."""
    chosen: dict[str, Phrase] = {}
    claimed: set[str] = set()  # no purpose may be right for two phrases, not even by a rival claim
    for phrase in pool.to_hide("match"):
        purposes = {claim.purpose for claim in phrase.claims if claim.purpose_label}
        leading = phrase.claims[0].purpose if phrase.claims else ""
        free = leading not in claimed and not purposes & set(chosen)
        if leading in purposes and leading != "purpose/unknown" and free and len(chosen) < 6:
            chosen[leading] = phrase
            claimed |= purposes
    if len(chosen) < 3:
        return None
    labels = {key: one_line(phrase.claims[0].purpose_label, pool.lang) for key, phrase in chosen.items()}
    ordered = pool.by_alphabet(labels.values())
    letters = {label: LETTERS[place] for place, label in enumerate(ordered)}
    pieces: list[Any] = [pool.said(phrase, str(number), gap=True) for number, phrase in enumerate(chosen.values(), 1)]
    pieces.append(Choices(tuple((letters[label], label) for label in ordered)))
    answers = [
        Answer(str(number), f"{number} → {letters[labels[key]]} ({labels[key]})",
               pool.leading_in_key(phrase), pool.said(phrase))
        for number, (key, phrase) in enumerate(chosen.items(), 1)
    ]  # fmt: skip
    how = _(
        "Each phrase served, or is said to have served, one of these purposes. Write the letter in the box. You may be"
        " wrong: that is what the phrases were made for."
    )
    return _task(how, pieces, answers, hidden={each.id for each in chosen.values()})


def readings(pool: Pool) -> Task | None:
    """What an outsider heard, and what the addressee may have understood."""
    chosen = [phrase for phrase in pool.to_hide("readings") if any(claim.statement for claim in phrase.claims)][:3]
    if not chosen:
        return None
    pieces: list[Any] = []
    for number, phrase in enumerate(chosen, 1):
        pieces += [pool.said(phrase, str(number)), Write(_("On the surface, what does it speak of?"), 1),
                   Write(_("For whom could it be, and to do what?"), 2)]  # fmt: skip
    answers = [
        Answer("" if place else str(number), one_line(claim.statement, pool.lang), pool.told_in_key(claim),
               None if place else pool.said(phrase))
        for number, phrase in enumerate(chosen, 1)
        for place, claim in enumerate(claim for claim in phrase.claims if claim.statement)
    ]  # fmt: skip
    how = _(
        "Read each phrase twice: once as an enemy who listens to everything, once as the one person who waits for it."
    )
    return _task(how, pieces, answers, hidden={phrase.id for phrase in chosen})


def order(pool: Pool) -> Task | None:
    """Two phrases of which one announces the other."""
    by_id = {phrase.id: phrase for phrase in pool.to_hide("order")}
    pairs = [(by_id[other], phrase) if kind == "action-for" else (phrase, by_id[other])
             for phrase in by_id.values() for kind, other in phrase.relations
             if kind in ("action-for", "alert-for") and other in by_id]  # fmt: skip
    pairs = list({frozenset((alert.id, action.id)): (alert, action) for alert, action in pairs}.values())[:2]
    if not pairs:
        return None
    pieces: list[Any] = []
    answers = []
    for number, pair in enumerate(pairs):
        shown = sorted(pair, key=lambda phrase: (fold(phrase.text), phrase.id))
        marks = [LETTERS[2 * number + place] for place in range(2)]
        pieces += [pool.said(phrase, mark, gap=True) for phrase, mark in zip(shown, marks, strict=True)]
        first, second = (marks[shown.index(phrase)] for phrase in pair)
        told_ = _("%(first)s announces, %(second)s gives the order", first=first, second=second)
        answers.append(Answer(f"{first} {second}", told_))
        answers += [
            Answer(mark, one_line(phrase.claims[0].statement, pool.lang), pool.told_in_key(phrase.claims[0]),
                   pool.said(phrase))
            for mark, phrase in zip((first, second), pair, strict=True) if phrase.claims
        ]  # fmt: skip
    pieces.append(Write(_("How do you decide? What would the listeners do between the two?"), 3))
    how = _("Of each two phrases, one said “stand by” and the other “go”. Write 1 and 2 in the boxes.")
    return _task(how, pieces, answers, hidden={phrase.id for pair in pairs for phrase in pair})


def weigh(pool: Pool) -> Task | None:
    """One phrase, two claims that do not agree, and what each rests on."""
    for phrase in pool.to_show("weigh"):
        claims = {one_line(claim.statement, pool.lang): claim for claim in phrase.claims if claim.statement}
        if len(claims) > 1:
            break
    else:
        return None
    two = pool.chance.shuffled(claims, "claims", lambda text: claims[text].id)[:2]
    texts = pool.by_alphabet(two)
    marks = dict(zip(texts, LETTERS, strict=False))
    pieces: list[Any] = [pool.said(phrase)]
    pieces += [Claimed(text, pool.sources(claims[text]), marks[text]) for text in texts]
    pieces += [Write(_("What does each claim rest on? What is missing?"), 3),
               Write(_("Can both be true? Say which you would believe for now, and why."), 3)]  # fmt: skip
    answers = [Answer(marks[text], text, pool.told_in_key(claims[text]), None if place else pool.said(phrase))
               for place, text in enumerate(texts)]  # fmt: skip
    return _task(_("Two claims of what this phrase meant stand beside each other. Weigh them."), pieces, answers,
                 shown={phrase.id})  # fmt: skip


def prove(pool: Pool) -> Task | None:
    """A claim that nobody has proved yet, and the proof that would do."""
    doubtful = {Standing.LEGEND, Standing.ATTRIBUTED, Standing.DISPUTED}
    found = [phrase for phrase in pool.to_show("prove") if phrase.claims and phrase.standing in doubtful
             and phrase.claims[0].statement]  # fmt: skip
    if not found:
        return None
    phrase, claim = found[0], found[0].claims[0]
    pieces: list[Any] = [
        pool.said(phrase), Claimed(one_line(claim.statement, pool.lang)),
        Write(_("What would prove it? Describe the paper, the recording or the witness."), 3),
        Write(_("Where would you look for it?"), 2),
        Write(_("What would show that it is not true?"), 2),
    ]  # fmt: skip
    answers = [Answer("", one_line(claim.statement, pool.lang), pool.told_in_key(claim), pool.said(phrase))]
    return _task(_("Here is a phrase and what is told about it."), pieces, answers, shown={phrase.id})


def ladder(pool: Pool) -> Task | None:
    """Claims to be put on the rungs of evidence."""
    chosen: dict[str, list[Phrase]] = {}
    for phrase in pool.to_show("ladder"):
        if phrase.claims and phrase.claims[0].statement and phrase.claims[0].witnesses:
            chosen.setdefault(phrase.standing, []).append(phrase)
    if len(chosen) < 3:
        return None
    firsts = [phrases[0] for phrases in chosen.values()]
    spare = [phrase for phrases in chosen.values() for phrase in phrases[1:2]]
    taken = pool.chance.shuffled([*firsts, *spare][:5], "rungs", lambda phrase: phrase.id)
    rungs = [str(each) for each in Standing if each != Standing.UNKNOWN]
    letters = dict(zip(rungs, LETTERS, strict=False))
    rows = tuple((letters[each], f"{pool.standing(each)}: {_definition(pool, each)}") for each in rungs)
    pieces: list[Any] = []
    for number, phrase in enumerate(taken, 1):
        claim = phrase.claims[0]
        pieces += [
            pool.said(phrase, str(number), gap=True),
            Claimed(one_line(claim.statement, pool.lang), pool.sources(claim)),
        ]
    answers = [
        Answer(str(number), f"{number} → {letters[phrase.standing]} ({pool.standing(phrase.standing)})",
               pool.leading_in_key(phrase), pool.said(phrase))
        for number, phrase in enumerate(taken, 1) if phrase.standing in letters
    ]  # fmt: skip
    how = _(
        "How well is each claim supported? Write the letter of the rung in the box. The names of sources alone do not"
        " decide: say in the discussion what you would want to see."
    )
    return _task(how, [Choices(rows), *pieces], answers, shown={phrase.id for phrase in taken})


def _definition(pool: Pool, standing: str) -> str:
    word = pool.words.get(f"standing/{standing}")
    return one_line(word.definition, pool.lang) if word else ""


def write(pool: Pool) -> Task | None:
    """A message of one's own, with a purpose and an addressee."""
    purposes = [key for key in pool.words if key.startswith("purpose/") and key.partition("/")[2] in _TO_WRITE]
    key = pool.chance.shuffled(purposes, "write", lambda each: each)[0] if purposes else ""
    purpose = one_line(pool.words[key].label, pool.lang) if key else ""
    told_ = one_line(pool.words[key].definition, pool.lang) if key else ""
    pieces: list[Any] = [
        Choices((("", f"{capitalised(purpose)}: {told_}"),)),
        Write(_("My phrase, of at most ten words:"), 2),
        Write(_("For whom, and what they will do when they hear it:"), 2),
        Write(_("What my neighbour understood, who knew nothing:"), 2),
    ]  # fmt: skip
    criteria = (
        _("The phrase tells a stranger nothing, not even that it hides something."),
        _("Its meaning was agreed before it is read: nobody can work it out."),
        _("It can be heard once, over noise, and remembered."),
        _("It is not so odd that everybody talks about it."),
    )
    how = _("You have agreed on a phrase with one person. Tonight it is to be read on the radio. It is to say:")
    answer = Answer("", _("There is no single answer. A good phrase:"), criteria)
    return _task(how, pieces if key else pieces[1:], [answer])


_TO_WRITE = {"parachute-drop", "warning", "cancellation", "acknowledgement", "alert", "pick-up", "family-news"}


def asked(pool: Pool) -> Task | None:
    """The questions that the collection itself asks."""
    lines = [
        line.strip(" -–•*\t") for line in told(pool.questions, pool.lang).text.splitlines() if line.strip(" -–•*\t")
    ]
    if not lines:
        return None
    return _task(_("Discuss, then write."), [Write(line, 3) for line in lines[:4]],
                 [Answer("", _("The collection asks these questions; it gives no answers of its own."))])  # fmt: skip


# In the order in which they stand on a sheet.
EXERCISES = [
    Exercise("match", N_("Match phrase and purpose"), N_("recognise"),
             N_("three phrases with different purposes"), match),
    Exercise("readings", N_("Outsider and insider"), N_("change one’s point of view"),
             N_("a phrase with a known meaning"), readings),
    Exercise("order", N_("Alert, then action"), N_("put in order"), N_("an alert and its action"), order),
    Exercise("weigh", N_("Weigh two claims"), N_("compare"), N_("a phrase with rival claims"), weigh),
    Exercise("prove", N_("What would prove it?"), N_("judge evidence"), N_("a claim that is doubtful"), prove),
    Exercise("ladder", N_("The ladder of evidence"), N_("grade evidence"),
             N_("claims of three different standings"), ladder, usual=False),
    Exercise("write", N_("Write your own message"), N_("create"), N_("nothing"), write),
    Exercise("questions", N_("Questions of the collection"), N_("discuss"),
             N_("a collection with questions"), asked, usual=False),
]  # fmt: skip
BY_NAME = {exercise.name: exercise for exercise in EXERCISES}
# What has the narrowest choice chooses first: pairs, then what shows claims.
_FIRST = ("order", "weigh", "prove", "match", "readings", "ladder", "write", "questions")
CHOOSING = [BY_NAME[name] for name in _FIRST]
