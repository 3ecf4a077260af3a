"""Essays and notes: Markdown with references to messages, sources and figures, made safe HTML."""

from collections.abc import Callable
from typing import NamedTuple

from markdown_it.token import Token
from markupsafe import Markup

from webapp.text.blocks import Blocks
from webapp.text.notes import Note
from webapp.text.reading import Reading
from webapp.text.references import Mention, Phrases, Rendered, Resolver
from webapp.text.safety import clean
from webapp.text.sentences import shortened
from webapp.text.syntax import ESSAY, PLAIN, keep_pipes

LIMIT = 100_000
"""Characters of a text that are read. Twelve essays of ours would fit."""


class Definition(NamedTuple):
    """A footnote as written: its blocks, and the line it begins on."""

    tokens: list[Token]
    line: int


Definitions = dict[str, Definition]


def render(text: str, *, lang: str, references: Resolver) -> Rendered:
    """The text as HTML with numbered notes, and what an editor should know. No text raises."""
    reading = Reading(lang, references)
    body, definitions = _parted(ESSAY.parse(keep_pipes(_readable(text))))
    reading.defined = frozenset(definitions)
    blocks = Blocks(reading)
    html = _html(blocks.read(body))
    notes = _notes(reading, definitions)
    _report(reading, text, definitions)
    return Rendered(
        body=reading.places.fill(clean(html)),
        notes=reading.places.fill(clean(notes)),
        toc=blocks.toc,
        messages=reading.messages,
        sources=reading.sources,
        figures=reading.figures,
        words=blocks.words,
        problems=sorted(reading.problems, key=lambda problem: problem.line),
    )


def render_plain(text: str, lang: str) -> Markup:
    """A short note as HTML: paragraphs, emphasis, links, lists and quotations, nothing of the archive's own."""
    reading = Reading(lang, Phrases(lambda key: None))
    return Markup(clean(_html(Blocks(reading, in_note=True).read(PLAIN.parse(_readable(text))))))


def mentions(text: str, phrase: Callable[[str], str | None] = lambda key: None) -> list[Mention]:
    """The messages a text speaks of, known or not, each with its sentence; `phrase` gives the words of a key."""
    return render(text, lang="", references=Phrases(phrase)).messages


def excerpt(text: str, limit: int, lang: str = "", phrase: Callable[[str], str | None] = lambda key: None) -> str:
    """The beginning of a text as plain words on one line, without headings and notes; `limit` characters at most."""
    beginning = keep_pipes(_readable(text[: limit * 20 + 2000]))
    blocks = Blocks(Reading(lang, Phrases(phrase)))
    blocks.read(_parted(ESSAY.parse(beginning))[0])
    return shortened(" ".join(blocks.said), limit)


def _readable(text: str) -> str:
    """The part of the text that is read; halves of characters, which no page can show, become question marks."""
    return text[:LIMIT].encode("utf-8", "replace").decode("utf-8")


def _parted(tokens: list[Token]) -> tuple[list[Token], Definitions]:
    """The body, and the footnotes taken out of it; where a label is written twice, the first counts."""
    levels: list[list[Token]] = [[]]
    definitions: Definitions = {}
    opened: list[Token] = []
    for token in tokens:
        if token.type == "footnote_reference_open":
            opened.append(token)
            levels.append([])
        elif token.type == "footnote_reference_close":
            start = opened.pop()
            line = start.map[0] + 1 if start.map else 1
            definitions.setdefault(start.meta["label"], Definition(levels.pop(), line))
        else:
            levels[-1].append(token)
    return levels[0], definitions


def _notes(reading: Reading, definitions: Definitions) -> str:
    """The notes in the order they were called; a note may call another, which then follows."""
    items = [reading.notes.item(note, _content(reading, note, definitions)) for note in reading.notes.order]
    return str(reading.notes.section(items))


def _content(reading: Reading, note: Note, definitions: Definitions) -> Markup:
    if not isinstance(note.key, str):
        return reading.cite(note.key, note.line) + Markup(".")
    tokens = Blocks(reading, in_note=True).read(definitions[note.key].tokens)
    if [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]:
        tokens = tokens[1:2]
    return Markup(_html(tokens))


def _html(tokens: list[Token]) -> str:
    """The tokens as HTML that has not been sanitised yet."""
    return str(ESSAY.renderer.render(tokens, ESSAY.options, {}))


def _report(reading: Reading, text: str, definitions: Definitions) -> None:
    """What can only be said when the whole text was read."""
    called = {note.key for note in reading.notes.order}
    for label, definition in definitions.items():
        if label not in called:
            reading.problem("note_not_called", label, definition.line)
    if len(text) > LIMIT:
        reading.problem("too_long", str(LIMIT), text.count("\n", 0, LIMIT) + 1)
