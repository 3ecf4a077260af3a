"""The manual: chapters in Markdown, one file for each language, read and typeset once."""

from __future__ import annotations

import re
import struct
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from markupsafe import Markup

from webapp.config import PACKAGE
from webapp.languages import LANGUAGES
from webapp.rendering import asset
from webapp.text import markdown
from webapp.text.references import Nobody
from webapp.text.slug import slug

FOLDER = PACKAGE / "help"
# The order in which the manual is offered; a chapter that is not written is not offered.
CHAPTERS = (
    "readers", "glossary", "standing", "educators", "contributing", "curators", "imports", "keepers",
    "several-machines", "data", "accessibility",
)  # fmt: skip

_PICTURES = PACKAGE / "static" / "pictures"
# A picture of the site, alone on its line: ``![what it shows](search-fr.png)``.
_PICTURE = re.compile(r"^!\[(?P<alt>[^\]]+)\]\((?P<name>[a-z-]+)\.png\)$", re.MULTILINE)
# An entry of the glossary has its word for an anchor, so that other pages can lead to it.
_ENTRY = re.compile(r"<p><strong>(?P<word>[^<]+?)\.?</strong>")
_NAME = re.compile(r"[a-z][a-z-]{0,40}")
_HEAD = re.compile(r"---\n(?:.*\n)*?title: *(?P<title>.+)\n(?:.*\n)*?---\n")


class Chapter(NamedTuple):
    """One chapter: its name in the address, its language, its title, its text as HTML, and its sections."""

    name: str
    lang: str
    title: str
    text: Markup
    sections: list[tuple[str, str]]


class Pictures(Nobody):
    """The pictures of a chapter, by name, with the words that stand for them; as large as they are, so that the text
    does not jump when they come."""

    def __init__(self, words: dict[str, str]) -> None:
        self.words = words

    def figure(self, name: str) -> Markup | None:
        path = _PICTURES / f"{name}.png"
        if name not in self.words or not path.is_file():
            return None
        width, height = struct.unpack(">II", path.read_bytes()[16:24])  # where every PNG says its size
        picture = Markup('<figure><img src="{}" alt="{}" width="{}" height="{}" loading="lazy"></figure>\n')
        return picture.format(asset(f"pictures/{name}.png"), self.words[name], width, height)


EXAMPLE = "http://127.0.0.1:8000"
"""The site in the examples of the chapters, for which the page puts its own address."""


def chapter(name: str, lang: str) -> Chapter | None:
    """The chapter in this language, else in the other one; None when nobody has written it."""
    if not _NAME.fullmatch(name):
        return None
    return next((found for each in (lang, *LANGUAGES) if (found := _read(name, each))), None)


@lru_cache(maxsize=64)
def _read(name: str, lang: str) -> Chapter | None:
    path = FOLDER / f"{name}.{lang}.md"
    if not path.is_file():
        return None
    text = path.read_text(encoding="utf-8")
    head = _HEAD.match(text)
    pictures = Pictures({found["name"]: found["alt"] for found in _PICTURE.finditer(text)})
    body = _PICTURE.sub(r"{{figure: \g<name>}}", text[head.end() :] if head else text)
    rendered = markdown.render(body, lang=lang, references=pictures)
    sections = [(each.id, each.title) for each in rendered.toc if each.level == 2]
    text = _anchored(rendered.body) if name == "glossary" else rendered.body
    return Chapter(name, lang, head["title"] if head else name, Markup(text), sections)


def _anchored(text: str) -> str:
    return _ENTRY.sub(lambda entry: f'<p id="{slug(unescape(entry["word"]))}">{entry[0][3:]}', text)


def chapters(lang: str) -> list[Chapter]:
    """All chapters that are written, in their order."""
    return [found for name in CHAPTERS if (found := chapter(name, lang))]
