"""Setting a reference: pieces of escaped HTML, quotation marks by language, stops that are never doubled."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from markupsafe import Markup, escape

from webapp.citations.citable import Citable
from webapp.citations.wording import say, tongue
from webapp.dates import night_words
from webapp.text import typography
from webapp.text.stemming import primary

LONGEST = 300
"""Characters of a phrase that a reference shows; the exports have all of it."""

# Hebrew, Arabic and the scripts beside them (Unicode blocks U+0590 to U+08FF, and their presentation forms).
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_SMALL = ("s. d.", "n.d.")
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f\u2028\u2029]+")
_FINAL = ".?!…"
_INNER_OPENING, _INNER_CLOSING = re.compile(r"«[ \u00a0\u202f]*"), re.compile(r"[ \u00a0\u202f]*»")
_MARKS = "”»’“« \u202f\u00a0"


def plain(text: Markup) -> str:
    """The same words without markup, for the clipboard."""
    return html.unescape(_TAG.sub("", text))


def tidy(text: str) -> str:
    """One line: line breaks and control characters become spaces, halves of characters a question mark."""
    return _SPACE.sub(" ", text.encode("utf-8", "replace").decode("utf-8")).strip()


def shortened(text: str, most: int = LONGEST) -> str:
    """The text, cut at a word where it is too long."""
    text = tidy(text)
    if len(text) <= most:
        return text
    cut = text[:most]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:") + "\u00a0[…]"


def worded(text: str, lang: str, here: str) -> Markup:
    """Words in their own language, typeset by its rules, marked where it is not that of the reference."""
    shown = escape(typography.typeset(text, lang))
    if _RIGHT_TO_LEFT.search(text):
        shown = Markup("<bdi>{}</bdi>").format(shown)
    if lang and primary(lang) != tongue(here):
        return Markup('<span lang="{}">{}</span>').format(lang, shown)
    return shown


def quoted(text: Markup, lang: str, stop: str = "", inner: bool = False) -> Markup:
    """Between the marks of the language. In English a comma or full stop goes inside (Chicago 6.9), unless the words
    already end with a stop of their own."""
    text = text if inner else _demoted(text, lang)
    if tongue(lang) == "fr":
        opening, closing = ("“", "”") if inner else typography.quotation_marks("fr")
        return Markup("{}{}{}{}").format(opening, text, closing, stop)
    opening, closing = ("‘", "’") if inner else ("“", "”")
    own = ends(text)
    return Markup("{}{}{}{}").format(opening, text, "" if own else stop, closing)


def _demoted(text: Markup, lang: str) -> Markup:
    """Marks inside marks are of the second kind: « … “…” … », “… ‘…’ …”."""
    if tongue(lang) == "fr":
        return Markup(_INNER_CLOSING.sub("”", _INNER_OPENING.sub("“", str(text))))
    return Markup(str(text).replace("“", "‘").replace("”", "’"))


def ends(text: Markup) -> bool:
    """Whether the words end with a full stop, a question mark or the like."""
    return plain(text).rstrip(_MARKS)[-1:] in tuple(_FINAL)


def italic(text: str | Markup) -> Markup:
    """In italics."""
    return Markup("<i>{}</i>").format(text)


def stopped(text: str | Markup) -> Markup:
    """The words with one full stop at their end."""
    text = escape(text)
    return text if not text or ends(text) else text + Markup(".")


def sentences(parts: Iterable[str | Markup]) -> Markup:
    """Each part a sentence; empty ones are left out."""
    return Markup(" ").join(stopped(part) for part in parts if part)


def commas(parts: Iterable[str | Markup]) -> Markup:
    """The parts one after the other; no comma after a part that ends with one inside its marks."""
    line = Markup("")
    for part in parts:
        if part:
            line += (Markup(" ") if plain(line).rstrip("”’").endswith(",") else Markup(", ")) if line else Markup("")
            line += escape(part)
    return line


def titled(citable: Citable, lang: str, inner: bool = False) -> Markup:
    """What the reference calls the thing: the phrase, “Meaning attributed to …”, “Messages of the night of …”."""
    if citable.kind == "night" and citable.dates and (day := citable.dates[0].date.day):
        return escape(say("night of", lang, night=night_words(day, tongue(lang))))
    title = worded(shortened(citable.title), citable.lang, lang) or escape(say("untitled", lang))
    if citable.kind == "meaning":
        return Markup(say("meaning of", lang, phrase="{}")).format(quoted(title, lang, inner=inner))
    return title


def described(citable: Citable, lang: str, station: bool = False) -> Markup:
    """What kind of thing it is, and every doubt that must go with it: a legend is called one, a dispute said."""
    kind = citable.form if citable.kind == "message" else citable.kind
    words: list[str | Markup] = [] if citable.kind in ("essay", "source") else [escape(say(kind, lang))]
    words += [sender(citable)] if station and citable.station else []
    words += [say("rendering", lang)] if citable.rendering else []
    words += [doubt] if (doubt := _doubt(citable, lang)) else []
    words += [say("withdrawn", lang)] if citable.withdrawn else []
    return Markup(", ").join(words) + _statement(citable, lang)


def sender(citable: Citable) -> Markup:
    """The station, or whoever sent it."""
    return worded(tidy(citable.station), "", "")


def _doubt(citable: Citable, lang: str) -> str:
    if citable.kind == "meaning":
        return say(citable.standing, lang) if citable.standing else ""
    return say(f"is {citable.standing}", lang) if citable.standing in ("legend", "disputed") else ""


def _statement(citable: Citable, lang: str) -> Markup:
    if citable.kind != "meaning" or not citable.statement:
        return Markup("")
    said = quoted(worded(shortened(citable.statement, 200).rstrip("."), lang, lang), lang, inner=tongue(lang) == "fr")
    return Markup("{}{}").format("\u00a0: " if tongue(lang) == "fr" else ": ", said)


def capital(text: str | Markup) -> Markup:
    """With a capital letter at the beginning; “s. d.” and “n.d.” stay small."""
    text = escape(text)
    small = text.startswith((*_SMALL, "<", "&"))
    return text if small else text[:1].upper() + text[1:]
