"""The citation styles: one list, each a function that sets a reference in French or English."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup, escape

from webapp.citations import dating, names
from webapp.citations.citable import Citable
from webapp.citations.setting import (
    capital,
    commas,
    described,
    italic,
    plain,
    quoted,
    sender,
    sentences,
    stopped,
    tidy,
    titled,
    worded,
)
from webapp.citations.wording import container, say, tongue
from webapp.dates import Edtf, parse


class Citation(NamedTuple):
    """A reference: as HTML (escaped, with italics) and as plain text."""

    html: Markup
    text: str


@dataclass(frozen=True)
class Style:
    """A citation style: its name in addresses, what it is called, and how it sets a reference."""

    name: str
    label: str
    set: Callable[[Citable, str], Markup]
    hint_en: str = ""
    hint_fr: str = ""
    label_fr: str = ""

    def called(self, lang: str) -> str:
        """What the style is called in this language."""
        return self.label_fr if lang == "fr" and self.label_fr else self.label


def cite(citable: Citable, style: str, lang: str) -> Citation:
    """The reference in one style and language; raises KeyError for a style that is not in the list."""
    chosen = _BY_NAME[style]
    html = chosen.set(citable, lang) if citable.own_work else _source(citable, lang, style)
    return Citation(html, plain(html))


def usual(lang: str) -> str:
    """The style that is usual where the language is spoken: ISO 690 in French, MLA in English."""
    return "iso690" if lang == "fr" else "mla"


def _version(citable: Citable, lang: str, capital_letter: bool = False) -> str:
    return say("Version" if capital_letter else "version", lang, n=citable.version) if citable.version else ""


def _bare(url: str) -> str:
    """The address without its scheme, as MLA 9 (5.95) has it."""
    return url.removeprefix("https://").removeprefix("http://")


def _authors(citable: Citable, lang: str, first: Callable[[str], str], ampersand: bool = False) -> str:
    """The authors, the first one as the style turns it, the others as they sign; all turned where the style says so."""
    signed = [tidy(author) for author in citable.authors if tidy(author)]
    if first is names.initials:
        return names.listed([names.initials(each) for each in signed], lang, ampersand)
    others = [names.capitals(each) if first is names.capitals else names.natural(each) for each in signed[1:]]
    return names.listed([first(each) for each in signed[:1]] + others, lang)


def _apa(citable: Citable, lang: str) -> Markup:
    """APA 7: author. (date). Title [kind]. In container (version). Address. Without an author the title is first."""
    author = _authors(citable, lang, names.initials, ampersand=True)
    date = f"({dating.written(citable, lang, dating.apa)})"
    title, kind = titled(citable, lang), described(citable, lang, station=True)
    if citable.translation and citable.kind == "message":
        title = Markup("{} [{}]").format(title, worded(tidy(citable.translation), lang, lang))
    title = Markup("{} [{}]").format(title, capital(kind)) if kind else title
    version = f" ({_version(citable, lang, tongue(lang) == 'en')})" if citable.version else ""
    inside = Markup(say("in", lang, container="{}")).format(italic(container(lang))) + version
    opening = (author, date, title) if author else (title, date)
    return sentences((*opening, inside)) + " " + _reached(citable, lang)


def _reached(citable: Citable, lang: str) -> Markup:
    """The address; with the day for what may change (APA 7, 9.16: only what is not an archived version)."""
    if citable.version or not citable.accessed:
        return escape(citable.url)
    date = dating.american(_day(citable), lang)
    return escape(say("retrieved", lang, date=date, url="{}").replace("{}", citable.url))


def _day(citable: Citable) -> Edtf:
    assert citable.accessed is not None, "asked only where there is a day"
    return parse(citable.accessed.iso)


def _mla(citable: Citable, lang: str) -> Markup:
    """MLA 9: author. “Title.” Station, date. Container, version, date, address. Kind. Access. No date, no “n.d.”."""
    dated = dating.written(citable, lang, dating.abbreviated) if citable.known or citable.kind == "essay" else ""
    made = dating.abbreviated(citable.made, lang) if citable.made and citable.version else ""
    first = capital(commas((sender(citable), dated if citable.kind == "message" else "")))
    inside = commas((italic(container(lang)), _version(citable, lang), made, _bare(citable.url)))
    seen = say("Accessed", lang, date=dating.abbreviated(_day(citable), lang)) if citable.accessed else ""
    title = quoted(titled(citable, lang, inner=True), lang, ".")
    return sentences((_authors(citable, lang, names.inverted), title, first, inside, capital(described(citable, lang)),
                      seen))  # fmt: skip


def _chicago_note(citable: Citable, lang: str) -> Markup:
    """Chicago 17, note: author, “Title,” kind, station, date, in container, version, date, address."""
    made = dating.american(citable.made, lang) if citable.made and citable.version else ""
    dated = dating.written(citable, lang, dating.american) if citable.kind == "message" else ""
    inside = Markup(say("in note", lang, container="{}")).format(italic(container(lang)))
    title = quoted(titled(citable, lang, inner=True), lang, "," if tongue(lang) == "en" else "")
    # A night is named by its date, and what the archive says itself is dated by its version, which follows.
    made = made or (say("no date", lang) if citable.kind == "essay" else "")
    return stopped(commas((_authors(citable, lang, names.natural), title, described(citable, lang), sender(citable),
                           dated, inside, _version(citable, lang), made, citable.url)))  # fmt: skip


def _chicago_author_date(citable: Citable, lang: str) -> Markup:
    """Chicago 17, author-date: author. Year. “Title.” Kind, station, date. In container, version. Address."""
    author = _authors(citable, lang, names.inverted)
    year = dating.year(citable, lang)
    title = quoted(titled(citable, lang, inner=True), lang, ".")
    dated = dating.written(citable, lang, dating.american) if citable.known and citable.kind == "message" else ""
    about = capital(commas((described(citable, lang), sender(citable), dated if dated != year else "")))
    inside = Markup(say("in", lang, container="{}")).format(italic(container(lang)))
    made = dating.american(citable.made, lang) if citable.made and citable.version else ""
    opening = (author, year, title) if author else (title, capital(year))
    return sentences((*opening, about, commas((inside, _version(citable, lang), made)), citable.url))


def _iso(citable: Citable, lang: str) -> Markup:
    """ISO 690: author. Title [kind]. Station, date. In: container [online]. Version, date [viewed]. Available from."""
    title, kind = titled(citable, lang, inner=True), described(citable, lang)
    title = quoted(title, lang) + (Markup(" [{}]").format(kind) if kind else Markup(""))
    dated = dating.written(citable, lang, dating.in_words)
    dated = dated if citable.kind == "message" or not citable.made else ""
    inside = Markup("{} [{}]").format(
        Markup(say("In", lang, container="{}")).format(italic(container(lang))), say("online", lang)
    )
    made = dating.in_words(citable.made, lang) if citable.made else ""
    seen = f"[{say('viewed', lang, date=dating.in_words(_day(citable), lang))}]" if citable.accessed else ""
    issue = commas((_version(citable, lang, True), made))
    if seen:  # what has no version was seen as it was on that day
        issue, inside = (issue + " " + seen, inside) if issue else (issue, inside + " " + seen)
    first = capital(commas((sender(citable), dated if citable.kind != "night" else "")))
    address = escape(say("available", lang, url="{}").replace("{}", citable.url))
    line = sentences((_authors(citable, lang, names.capitals), title, first, inside, issue))
    return line + " " + address


def _source(citable: Citable, lang: str, style: str) -> Markup:
    """Somebody else's work that the archive describes: the work as it names itself, then where its record is."""
    turn = {"apa": names.initials, "iso690": names.capitals, "chicago-note": names.natural}.get(style, names.inverted)
    author, issued = _authors(citable, lang, turn, ampersand=style == "apa"), citable.issued or say("no date", lang)
    title = italic(worded(_short_title(citable), citable.lang, lang))
    record = say("record", lang, container=container(lang), url=citable.url)
    if style == "chicago-note":
        return stopped(commas((author, title, citable.publisher, issued, citable.original))) + " " + stopped(record)
    if style in ("mla", "iso690"):
        dated = citable.issued if style == "mla" else issued
        return sentences((author, title, commas((citable.publisher, dated, citable.original)), record))
    date = f"({issued})" if style == "apa" else issued
    opening = (author, date, title) if author else (title, date)
    return sentences((*opening, citable.publisher, citable.original, record))


def _short_title(citable: Citable) -> str:
    return tidy(citable.title) or tidy(citable.original) or citable.id


STYLES: list[Style] = [
    Style("apa", "APA 7", _apa, "psychology, education, social sciences", "psychologie, éducation, sciences sociales"),
    Style("mla", "MLA 9", _mla, "languages and literature", "langues et littératures"),
    Style("chicago-note", "Chicago 17, note", _chicago_note, "history: footnotes", "histoire : notes de bas de page"),
    Style("chicago-author-date", "Chicago 17, author-date", _chicago_author_date, "sciences: author and year",
          "sciences : auteur et année", "Chicago 17, auteur-date"),
    Style("iso690", "ISO 690", _iso, "the usual style in France", "l’usage en France"),
]  # fmt: skip

_BY_NAME = {style.name: style for style in STYLES}
