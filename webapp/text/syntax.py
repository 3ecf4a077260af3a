"""The archive's own Markdown: `[[message]]`, `[[message|words]]`, `[@source, locator; @other]`, `{{figure: name}}`.

Only what is written is read here; whether it exists is asked later. Raw HTML and images are text.
"""

import re
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.footnote import footnote_plugin

PIPE = "\ue002"
"""Stands for the pipe of `[[key|words]]` while tables are cut into cells."""

DEPTH = 20
"""Quotations and lists nested deeper than this are not read, so that hostile text costs no more than ours."""

_KEY = r"[A-Za-z0-9][\w.-]{0,118}"
_PIPED = re.compile(rf"\[\[(\s*{_KEY}\s*)\\?\|")
_MESSAGE = re.compile(rf"\[\[\s*({_KEY})\s*(?:\\?[|{PIPE}]([^\[\]]{{1,300}}))?\]\]", re.ASCII)
_CITATION = re.compile(r"\[(@[^\[\]]{1,600})\]")
_CITED = re.compile(rf"\s*@({_KEY})\s*(?:,\s*(.*?))?\s*", re.ASCII | re.DOTALL)
ADDRESS = re.compile(r"(\bhttps?://[^\s<>\"«»“”]{0,2000}[^\s<>\"«»“”.,;:!?'’()\[\]*])")
"""An address written in full, without the punctuation after it. linkify-it-py takes minutes on hostile text."""

_NOTE = re.compile(r"\[\^([^\s\[\]]{1,80})\]")
_FIGURE = re.compile(r"\{\{\s*figure\s*:\s*([\w-]{1,80})\s*\}\}", re.ASCII)


class Citation(NamedTuple):
    """One source in a note, and where in it."""

    key: str
    locator: str


def keep_pipes(text: str) -> str:
    """The text with the pipes of references hidden from tables."""
    return _PIPED.sub(rf"[[\1{PIPE}", text)


def figure_alone(text: str) -> str | None:
    """The name, when a paragraph is a figure and nothing else."""
    found = _FIGURE.fullmatch(text.strip())
    return found[1] if found else None


def message_alone(text: str) -> str | None:
    """The key, when a paragraph is a reference to a message and nothing else."""
    found = _MESSAGE.fullmatch(text.strip())
    return found[1] if found and found[2] is None else None


def citations(text: str) -> list[Citation] | None:
    """The sources of `@key, locator; @other`, or None when it cannot be read."""
    found = [_CITED.fullmatch(part) for part in text.split(";")]
    read = [Citation(each[1], each[2] or "") for each in found if each]
    return read if len(read) == len(found) else None


def _essay_reader() -> MarkdownIt:
    """Reads the whole language."""
    reader = _commonmark().enable(["table", "strikethrough"]).use(footnote_plugin, inline=False, move_to_end=False)
    reader.inline.ruler.at("footnote_ref", _note_rule)
    reader.inline.ruler.before("link", "message_ref", _message_rule)
    reader.inline.ruler.before("link", "citation", _citation_rule)
    reader.inline.ruler.before("link", "figure_inline", _figure_rule)
    return reader


def _commonmark() -> MarkdownIt:
    """CommonMark without HTML and images."""
    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": DEPTH})
    return reader.disable(["image", "html_block", "html_inline"])


def _message_rule(state: StateInline, silent: bool) -> bool:
    found = _MESSAGE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        state.push("message_open", "", 1).meta = {"key": found[1], "own_words": found[2] is not None}
        if found[2] is not None:
            _read_inside(state, *found.span(2))
        state.push("message_close", "", -1)
    state.pos = found.end()
    return True


def _read_inside(state: StateInline, start: int, end: int) -> None:
    """Read the words of a reference as Markdown, between its opening and its closing."""
    after = state.posMax
    state.pos, state.posMax = start, end
    state.md.inline.tokenize(state)
    state.posMax = after


def _citation_rule(state: StateInline, silent: bool) -> bool:
    found = _CITATION.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        state.push("citation", "", 0).meta = {"cited": citations(found[1]), "written": found[0]}
    state.pos = found.end()
    return True


def _note_rule(state: StateInline, silent: bool) -> bool:
    """The call of a footnote, written or not. The plugin's own rule looks for the bracket to the end of the text."""
    found = _NOTE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        state.push("note_call", "", 0).meta = {"label": found[1]}
    state.pos = found.end()
    return True


def _figure_rule(state: StateInline, silent: bool) -> bool:
    """A figure inside a sentence: it cannot be shown there, and the editor is told."""
    found = _FIGURE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        token = state.push("figure_inline", "", 0)
        token.meta, token.content = {"name": found[1]}, found[0]
    state.pos = found.end()
    return True


ESSAY = _essay_reader()
"""Reads essays; a reader remembers nothing between two texts, so threads share it."""

PLAIN = _commonmark().disable(["heading", "lheading", "hr", "fence", "code"])
"""Reads short notes: paragraphs, emphasis, links, lists and quotations."""
