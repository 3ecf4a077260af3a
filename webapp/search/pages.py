"""One search as a page needs it: found, shown, explained, with the ways on where nothing was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from flask import url_for
from flask_login import current_user
from markupsafe import Markup

from webapp.broadcasts.periods import Period
from webapp.broadcasts.queries import heard
from webapp.database import database, session
from webapp.dates import BadDate, Day, night_words, raised, read
from webapp.filters import ask_for_days, year_days
from webapp.languages import gettext as _
from webapp.languages import language, ngettext
from webapp.navigation import exists, path_to
from webapp.rendering import Pages, here, reading
from webapp.search import search
from webapp.search.cards import Shown, rows
from webapp.search.engine import MOST_EXPANSIONS, MOST_WORDS, Clause, Found, Query
from webapp.search.facets import FACETS
from webapp.search.marking import in_bold
from webapp.search.models import note_empty
from webapp.search.narrowing import Box, boxes, tags, wanted_facets
from webapp.search.query import LONGEST, Asked

SIZE = 20
MOST_ALONE = 5
"""Of so many words that find nothing together, each is tried alone."""
HIDDEN = frozenset(value for facet in FACETS if facet.name == "kind" for value in facet.hidden)

# How many of a kind, in the order in which the page counts them.
COUNTED: dict[str, Callable[[int], str]] = {
    "message": lambda n: ngettext("%(num)s message", "%(num)s messages", n),
    "tune": lambda n: ngettext("%(num)s tune", "%(num)s tunes", n),
    "signal": lambda n: ngettext("%(num)s signal", "%(num)s signals", n),
    "codeword": lambda n: ngettext("%(num)s code word", "%(num)s code words", n),
    "essay": lambda n: ngettext("%(num)s essay", "%(num)s essays", n),
    "collection": lambda n: ngettext("%(num)s collection", "%(num)s collections", n),
    "network": lambda n: ngettext("%(num)s network", "%(num)s networks", n),
    "place": lambda n: ngettext("%(num)s place", "%(num)s places", n),
    "station": lambda n: ngettext("%(num)s station", "%(num)s stations", n),
    "source": lambda n: ngettext("%(num)s source", "%(num)s sources", n),
}


class Link(NamedTuple):
    """A way on."""

    href: str
    label: str


class Notice(NamedTuple):
    """A sentence above the results, perhaps with a link after it."""

    sentence: Markup
    link: Link | None = None


@dataclass
class Answer:
    """What the template is given."""

    asked: Asked
    found: Found
    pages: Pages
    rows: list[Shown]
    boxes: list[Box]
    tags: list[tuple[str, str]]
    notices: list[Notice]
    summary: str

    @property
    def messages(self) -> list[Shown]:
        """The messages among the rows; they come first."""
        return [row for row in self.rows if row.type == "message"]

    @property
    def others(self) -> list[Shown]:
        """What is no message."""
        return [row for row in self.rows if row.type != "message"]


def answer(asked: Asked, number: int) -> Answer:
    """The page of that number for what was asked."""
    query = query_of(asked, (number - 1) * SIZE, SIZE, wanted_facets(outsider()))
    engine = search().engine
    found = Found() if asked.wordless else search().find(query)
    generation = engine.generation
    days = asked.period.days
    ask_for_days(year_days(asked.chosen.get("year", [])), [days] if days else [])
    shown = rows(session(), found, generation)
    if not found.total and number == 1 and "time" not in found.limits:
        _note(asked)
    return Answer(
        asked, found, Pages(number, SIZE, found.total), shown, boxes(session(), asked, found, generation),
        tags(session(), asked, here, generation), list(_notices(asked, found)), _summary(found),
    )  # fmt: skip


def outsider() -> bool:
    """Whether the outsider's reading is asked for."""
    return reading() == "outsider"


def query_of(asked: Asked, offset: int = 0, size: int = SIZE, facets: tuple[str, ...] = ()) -> Query:
    """The query in the reading that is asked for."""
    return asked.query(offset, size, facets, outsider())


def _note(asked: Asked) -> None:
    """Tell the curators what was not found; nothing that looks like an address or a number of a person is kept."""
    words = " ".join(word for clause in asked.clauses for word in clause.words)
    if words and not asked.chosen and not asked.period.asked and "@" not in asked.text:
        database().leave_trace(lambda own: note_empty(own, words))


def _summary(found: Found) -> str:
    """How much was found, by kind where there is more than one."""
    kinds = {kind: count for kind, count in found.facets.get("kind", {}).items() if kind not in HIDDEN}
    if sum(kinds.values()) != found.total or set(kinds) <= {"message"}:
        one = "message" if set(kinds) <= {"message"} else ""
        return counted(one, found.total)
    return ", ".join(counted(kind, kinds[kind]) for kind in COUNTED if kind in kinds)


def counted(kind: str, count: int) -> str:
    """So many of a kind, in words; an unknown kind is counted as results."""
    say = COUNTED.get(kind)
    return say(count) if say else ngettext("%(num)s result", "%(num)s results", count)


def _notices(asked: Asked, found: Found) -> Iterable[Notice]:
    if night := _night_of(asked.text):
        yield night
    if found.replaced:
        yield _replaced_notice(asked, found)
    if found.partial:
        yield Notice(Markup.escape(_("No message has all of these words. Those below have most of them.")))
    if asked.wordless:
        yield Notice(Markup.escape(_("There is no word in what you typed, only signs.")))
    sentences = (*asked.period.sentences, *_limits(asked, found))
    yield from (Notice(Markup.escape(sentence)) for sentence in sentences)


def _night_of(text: str) -> Notice | None:
    """The way to the night that these words name, if something was read in it."""
    if not any(sign.isdigit() for sign in text):
        return None
    try:
        day = read(text).day
    except BadDate:
        return None
    many = heard(session(), day, current_user) if day else 0
    if not day or not many:
        return None
    words = night_words(day, language())
    label = Markup("{}, {}").format(raised(words[0].upper() + words[1:], language()), counted("message", many))
    return Notice(Markup.escape(_("These words are a date.")), Link(_night_address(day), label))


def _night_address(day: Day) -> str:
    return url_for("nights.show", day=day.iso, reading=reading() if reading() != "folded" else None)


def _replaced_notice(asked: Asked, found: Found) -> Notice:
    unknown = Markup(", ").join(in_bold(word) for word in found.replaced)
    instead = Markup(", ").join(in_bold(word) for words in found.replaced.values() for word in words)
    alone = len(asked.clauses) == 1
    told = (
        _("Nothing in the archive has %(unknown)s. This is what has %(instead)s instead.") if alone else
        _("Nothing has %(unknown)s with the rest. Searched for %(instead)s too.")
    )  # fmt: skip
    sentence = Markup(told) % {"unknown": unknown, "instead": instead}
    return Notice(sentence, Link(here(exact="1", page=None), _("Search exactly %(words)s", words=asked.text)))


def _limits(asked: Asked, found: Found) -> Iterable[str]:
    if asked.cut:
        yield _(
            "Only the first %(words)s words (%(letters)s letters) were searched for.", words=MOST_WORDS, letters=LONGEST
        )
    if "expansions" in found.limits:
        yield _(
            "Too many words begin so: only the %(most)s most frequent ones were searched for.", most=MOST_EXPANSIONS
        )
    if "time" in found.limits:
        yield _("This search took too long and was cut short; there may be more than is shown and counted here.")
    if "about" in found.limits:
        yield _("There is too much of this to count it one by one: the numbers are estimates.")
    if "simple" in found.limits:
        yield _("The index is being built. Meanwhile, phrases alone are searched, without corrections and filters.")


def corrected(asked: Asked, found: Found) -> str | None:
    """The query with the archive's own words in the place of those it does not know."""
    if not found.replaced:
        return None
    words = (found.replaced.get(word, (word,))[0] for clause in asked.clauses for word in clause.words)
    return " ".join(words)


def ways_on(asked: Asked) -> list[Link]:
    """What may help when nothing was found: the same with less, then other ways into the archive."""
    return [*_with_less(asked), *_other_ways()]


def _with_less(asked: Asked) -> Iterable[Link]:
    loose = replace(asked, exact=False, clauses=tuple(_unquoted(asked.clauses)))
    if loose != asked and (found := search().find(_count(loose))).total:
        words = corrected(loose, found) or " ".join(word for clause in loose.clauses for word in clause.words)
        label = _("Search %(words)s", words=words)
        yield Link(here(q=words, exact=None, page=None), f"{label}, {counted('', found.total)}")
    yield from _with_one_word(asked)
    bare = replace(asked, chosen={}, period=Period())
    if (asked.chosen or asked.period.asked) and (found := search().find(_count(bare))).total:
        without = dict.fromkeys((*asked.chosen, "from", "to", "within"))
        label = _("The same words without filters")
        yield Link(here(**without, page=None), f"{label}, {counted('', found.total)}")


def _with_one_word(asked: Asked) -> Iterable[Link]:
    """Each of a few words by itself, where it finds something; the rarest first, which says most."""
    if not 1 < len(asked.clauses) <= MOST_ALONE or asked.quoted:
        return
    plain = [clause for clause in asked.clauses if not (clause.without or clause.field or clause.prefix)]
    alone = [replace(asked, clauses=(clause,)) for clause in plain]
    totals = [(search().find(_count(each)).total, each) for each in alone]
    for total, each in sorted(((total, each) for total, each in totals if total), key=lambda pair: pair[0])[:3]:
        words = " ".join(each.clauses[0].words)
        label = _("Search %(words)s", words=words)
        yield Link(here(q=words, exact=None, page=None), f"{label}, {counted('', total)}")


def _unquoted(clauses: Iterable[Clause]) -> Iterable[Clause]:
    for clause in clauses:
        if clause.quoted and not clause.without:
            yield from (Clause((word,), clause.field) for word in clause.words)
        else:
            yield replace(clause, name=False)


def _count(asked: Asked) -> Query:
    return query_of(asked, size=0)


def _other_ways() -> Iterable[Link]:
    found = search().find(Query(hidden=(("kind", frozenset({"codeword"})),), size=0, facets=("theme",)))
    top = dict(sorted(found.facets.get("theme", {}).items(), key=lambda pair: (-pair[1], pair[0]))[:3])
    for box in boxes(session(), Asked(), Found(facets={"theme": top}), search().engine.generation):
        for option in box.options:
            label = f"{option.label}, {counted('message', option.many)}"
            yield Link(url_for("search.show", theme=option.value), label)
    known = [("/nights/1944-06-05", _("The night of 5 June 1944")), ("/nights", _("The calendar of nights")),
             ("/messages", _("All messages"))]  # fmt: skip
    yield from (Link(path_to(path), label) for path, label in known if exists(path))
