"""Showing a record elsewhere: what a teacher pastes into a page, a wiki, a note or a LaTeX document."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup, escape

from webapp.citations.citable import Citable
from webapp.citations.exports import tex
from webapp.citations.setting import described, plain, shortened, tidy, titled
from webapp.citations.styles import cite
from webapp.citations.wording import container, tongue

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|<>~])")


@dataclass(frozen=True)
class Embed:
    """The card of a record: its address, the name that a screen reader says for the frame, and its size."""

    url: str
    title: str
    width: int = 480
    height: int = 320


@dataclass(frozen=True)
class Snippet:
    """One thing to paste: its name, its label, and how it is made."""

    name: str
    label_en: str
    label_fr: str
    make: Callable[[Citable, Embed, str], str]


def iframe(_citable: Citable, embed: Embed, _lang: str) -> str:
    """The card in a frame: no script, no cookie."""
    frame = Markup('<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" style="{}"></iframe>')
    return str(frame.format(embed.url, tidy(embed.title), embed.width, embed.height, "border:0;max-width:100%"))


def _quotation(citable: Citable, _embed: Embed, lang: str) -> str:
    attribute = Markup(' lang="{}"').format(citable.lang) if citable.lang else Markup("")
    return str(
        Markup('<figure><blockquote cite="{}"{}><p>{}</p></blockquote><figcaption>{}</figcaption></figure>').format(
            citable.url, attribute, plain(titled(citable, lang)), cite(citable, "iso690", lang).html
        )
    )


def _markdown(citable: Citable, _embed: Embed, lang: str) -> str:
    words = _MARKDOWN.sub(r"\\\1", plain(titled(citable, lang)))
    link = citable.url.replace("(", "%28").replace(")", "%29").replace(" ", "%20")
    kind = _MARKDOWN.sub(r"\\\1", plain(described(citable, lang)))
    return f"> {words}\n>\n> — {kind}{', ' if kind else ''}[{container(lang)}]({link})"


def _latex(citable: Citable, _embed: Embed, lang: str) -> str:
    reference = tex(cite(citable, "chicago-note", lang).text.removesuffix("."))
    words = tex(plain(titled(citable, lang)))
    quote = "\\og {} \\fg{{}}" if tongue(lang) == "fr" else "``{}''"
    return f"\\begin{{quote}}\n{quote.format(words)}\\footnote{{{reference}.}}\n\\end{{quote}}"


SNIPPETS: list[Snippet] = [
    Snippet("iframe", "A card in a page", "Une carte dans une page", iframe),
    Snippet("html", "A quotation in HTML", "Une citation en HTML", _quotation),
    Snippet("markdown", "A quotation in Markdown", "Une citation en Markdown", _markdown),
    Snippet("latex", "A quotation in LaTeX", "Une citation en LaTeX", _latex),
]


def name_of(citable: Citable, lang: str) -> str:
    """What a card is called, for a frame's title."""
    return shortened(plain(titled(citable, lang)), 120)


def escaped(text: str) -> Markup:
    """A snippet as it is shown on a page."""
    return escape(text)
