"""The manual: chapters in Markdown, one file for each language, read and typeset once."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from webapp.config import PACKAGE
from webapp.languages import LANGUAGES
from webapp.text import markdown
from webapp.text.references import Nobody

FOLDER = PACKAGE / "help"
# The order in which the manual is offered; a chapter that is not written is not offered.
CHAPTERS = ("readers", "educators", "standing", "contributors", "curators", "editors", "keepers", "machines")

_NAME = re.compile(r"[a-z][a-z-]{0,40}")
_HEAD = re.compile(r"---\n(?:.*\n)*?title: *(?P<title>.+)\n(?:.*\n)*?---\n")


class Chapter(NamedTuple):
    """One chapter: its name in the address, its language, its title, its text as HTML, and its sections."""

    name: str
    lang: str
    title: str
    text: Markup
    sections: list[tuple[str, str]]


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
    rendered = markdown.render(text[head.end() :] if head else text, lang=lang, references=Nobody())
    sections = [(each.id, each.title) for each in rendered.toc if each.level == 2]
    return Chapter(name, lang, head["title"] if head else name, Markup(rendered.body), sections)


def chapters(lang: str) -> list[Chapter]:
    """All chapters that are written, in their order."""
    return [found for name in CHAPTERS if (found := chapter(name, lang))]
