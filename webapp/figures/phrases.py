"""Figures that read the phrases themselves: numbers in them, moulds they were cast in, the languages they are in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from webapp.figures import queries
from webapp.figures.charts import Bar, bars
from webapp.figures.figure import Figure, Said, Value, address, counted, percent, search, stating
from webapp.figures.queries import Phrase
from webapp.figures.svg import Drawing, stacked, words
from webapp.figures.texts import rule, title
from webapp.figures.vocabulary import language_called
from webapp.languages import N_, ngettext, number
from webapp.languages import gettext as _
from webapp.messages.models import Message
from webapp.stations import LONDON
from webapp.text import typography
from webapp.text.folding import fold

# ---- numbers

# "Un" and "une" are articles more often than numbers, and are left out; so is "neuf" before a noun it may renew.
_NUMBER_WORDS = [
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "vingt",
    "trente",
    "quarante",
    "cinquante",
    "soixante",
    "septante",
    "nonante",
    "cent",
    "cents",
    "mille",
    "million",
    "millions",
    "milliard",
    "dizaine",
    "douzaine",
    "quinzaine",
    "vingtaine",
    "centaine",
    "millier",
]
_WORD = re.compile(rf"\b(?:{'|'.join(_NUMBER_WORDS)})\b", re.IGNORECASE)
_DIGITS = re.compile(r"\d")
_PERCENT = re.compile(r"\d\s*%|\bpour cent\b", re.IGNORECASE)


class Sort(NamedTuple):
    """A way in which a phrase may carry a number."""

    label: str
    fits: Callable[[str], bool]


SORTS = [
    Sort(N_("A number in figures"), lambda text: bool(_DIGITS.search(text))),
    Sort(N_("A number in words"), lambda text: bool(_WORD.search(text))),
    Sort(N_("A percentage"), lambda text: bool(_PERCENT.search(text))),
    Sort(N_("Any of these"), lambda text: bool(_DIGITS.search(text) or _WORD.search(text))),
]


class Corpus(NamedTuple):
    """Phrases that are compared with others: their name, the phrases, the search that finds them."""

    label: str
    lines: list[Phrase]
    address: str


def corpora(session: Session) -> list[Corpus]:
    """The BBC's French messages, and those of the hashtag of 2012 in French."""
    french = Message.lang == "fr"
    of_2012 = queries.Narrowing(years=(2012, 2012)).conditions()
    bbc = queries.phrases(session, queries.at(LONDON), french)
    tweets = queries.phrases(session, queries.at(queries.HASHTAG), french, *of_2012)
    station = {key: queries.station_id(session, key) for key in (LONDON, queries.HASHTAG)}
    return [
        Corpus(_("BBC in French, 1941 to 1944"), bbc, search(station=station[LONDON], language="fr")),
        Corpus(
            _("#RadioLondres, 2012"),
            tweets,
            search(station=station[queries.HASHTAG], language="fr", **{"from": 2012, "to": 2012}),
        ),
    ]


def numbers_in_messages(session: Session) -> Figure:
    """The share of messages that carry a number: the wartime broadcasts beside the election tweets."""
    found = corpora(session)
    drawings: list[Drawing] = []
    rows: list[Sequence[Value]] = []
    most = max((_share(corpus, SORTS[-1]) for corpus in found), default=0)
    for corpus in found:
        of = len(corpus.lines)
        carrying = [(sort, _carrying(corpus, sort)) for sort in SORTS]
        heading = Drawing(words(0, 14, f"{corpus.label} ({number(of)})", "heading"), 18)
        drawings += [
            heading,
            bars([_number_bar(sort, lines, of) for sort, lines in carrying], labels=140, ends=76, most=most),
        ]
        rows += [
            [
                Said(corpus.label, corpus.address),
                _(sort.label),
                number(len(lines)),
                percent(len(lines) / (of or 1)),
                _example(lines),
            ]
            for sort, lines in carrying
        ]
    return Figure(
        name="numbers-in-messages",
        title=title("numbers-in-messages"),
        rule=rule("numbers-in-messages"),
        denominator=_(
            "Out of %(bbc)s messages of the BBC’s French service and %(tweets)s tweets of 2012 in French.",
            bbc=number(len(found[0].lines)),
            tweets=number(len(found[1].lines)),
        ),
        drawing=stacked(drawings, 6),
        heads=[_("Messages"), _("What they carry"), _("How many"), _("Share"), _("For instance")],
        rows=rows,
        behind=(found[1].address, _("The tweets")),
    )


def _number_bar(sort: Sort, lines: list[Phrase], of: int) -> Bar:
    share = len(lines) / (of or 1)
    written = counted(len(lines), share)
    return Bar(_(sort.label), share, written, stating(_(sort.label), written))


def _carrying(corpus: Corpus, sort: Sort) -> list[Phrase]:
    return [line for line in corpus.lines if sort.fits(line.text)]


def _share(corpus: Corpus, sort: Sort) -> float:
    return len(_carrying(corpus, sort)) / (len(corpus.lines) or 1)


def _example(lines: list[Phrase]) -> Value:
    if not lines:
        return ""
    line = min(lines, key=lambda each: (len(each.text), each.text))
    return Said(typography.typeset(line.text, line.lang), address(line.path), line.lang)


# ---- moulds

_COUNTS = r"(?:un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|\d+)"


_AFTER_A = r"(?:un|une|le|la|les|l’|des|du|de|mes|bien des|deux|trois|quatre|cinq|neuf|qu)"


class Mould(NamedTuple):
    """A form that sentences were cast in, and how it is recognised."""

    label: str
    pattern: re.Pattern[str]


def _mould(label: str, pattern: str) -> Mould:
    return Mould(label, re.compile(pattern, re.IGNORECASE))


# In this order, the first that fits. The labels are French, as the sentences are.
MOULDS = [
    _mould("De X à Y : …", r"^d(?:e|u|es|’)\b.+?\b(?:à|au|aux)\b.+?[:,]"),
    _mould("N amis viendront…", rf"\b{_COUNTS} (?:amis?|malfaisants|voitures)\b"),
    _mould("X se parfume à Y", r"^\S+ se \S+ à "),
    _mould("X aime Y", r"\baime(?:nt)?\b"),
    _mould("X est Y", r"^(?:\S+ ){0,4}?\S+ (?:n’)?(?:est|sont|était|étaient)\b|^il est\b"),
    _mould(
        "X a Y",
        rf"^(?:\S+ ){{0,4}}?\S+ (?:n’)?(?:a|ont) {_AFTER_A}\b",
    ),
]
EXAMPLES = 3


def moulded(lines: list[Phrase]) -> list[tuple[str, list[Phrase]]]:
    """The phrases by the mould that they fit first, then those that fit none."""
    groups: dict[str, list[Phrase]] = {label: [] for label in [*(mould.label for mould in MOULDS), ""]}
    for line in lines:
        label = next((mould.label for mould in MOULDS if mould.pattern.search(line.text.replace("'", "’"))), "")
        groups[label].append(line)
    return list(groups.items())


def sentence_templates(session: Session) -> Figure:
    """How many French phrases fit one of a few moulds, with examples, and how many fit none."""
    lines = queries.phrases(session, queries.at(LONDON), Message.lang == "fr")
    of = len(lines) or 1
    groups = moulded(lines)
    none = _("none of these")
    rows: list[Sequence[Value]] = [
        [Said(label, None, "fr") if label else none, number(len(found)), percent(len(found) / of), *_examples(found)]
        for label, found in groups
    ]
    drawn = [
        Bar(
            label or none,
            len(found),
            counted(len(found), len(found) / of),
            stating(label or none, number(len(found))),
            manner="" if label else "bar--rest",
        )
        for label, found in groups
    ]
    station = queries.station_id(session, LONDON)
    return Figure(
        name="sentence-templates",
        title=title("sentence-templates"),
        rule=rule("sentence-templates"),
        denominator=ngettext("Out of %(num)s phrase.", "Out of %(num)s phrases.", len(lines)),
        drawing=bars(drawn, labels=140, ends=76),
        heads=[_("Mould"), _("Phrases"), _("Share"), *[_("For instance")] * EXAMPLES],
        rows=rows,
        behind=(search(station=station, language="fr"), _("These messages")),
    )


def _examples(found: list[Phrase]) -> list[Value]:
    chosen = sorted(found, key=lambda line: (len(line.text) > 44, fold(line.text)))[:: max(1, len(found) // EXAMPLES)][
        :EXAMPLES
    ]
    shown: list[Value] = [
        Said(typography.typeset(line.text, line.lang), address(line.path), line.lang) for line in chosen
    ]
    return shown + [""] * (EXAMPLES - len(shown))


# ---- languages


def language_counts(session: Session) -> Figure:
    """How many messages there are in each language."""
    found = queries.by(session, Message.lang).most_common()
    total = sum(many for _code, many in found)
    named = [(code, language_called(code, dict(found)), many) for code, many in found]
    return Figure(
        name="language-counts",
        title=title("language-counts"),
        rule=rule("language-counts"),
        denominator=ngettext("Out of %(num)s message.", "Out of %(num)s messages.", total),
        drawing=bars(
            [
                Bar(label, many, counted(many, many / total), stating(label, number(many)), search(language=code))
                for code, label, many in named
            ],
            labels=150,
            ends=76,
        ),
        heads=[_("Language"), _("Messages"), _("Share")],
        rows=[[label, Said(number(many), search(language=code)), percent(many / total)] for code, label, many in named],
        behind=(address("/messages"), _("All messages")),
    )
