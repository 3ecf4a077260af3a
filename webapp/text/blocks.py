"""The blocks of a text made ready: headings with their addresses, tables, cards, figures, notes."""

import re
from collections.abc import Iterator

from markdown_it.token import Token
from markupsafe import Markup

from webapp.text.analysis import words
from webapp.text.inline import Line
from webapp.text.reading import Reading
from webapp.text.references import Heading, Mention
from webapp.text.sentences import Sentences, one_line
from webapp.text.slug import slug
from webapp.text.strings import say
from webapp.text.syntax import PIPE, figure_alone, message_alone

_LEVELS = {"h1": "h2", "h5": "h4", "h6": "h4"}
"""The title of the essay is its only h1, and nobody reads six levels."""

_TAKEN = re.compile(r"[nr]\d")
"""The addresses of notes and of their calls begin so."""


class Blocks:
    """Walks through the blocks of one text, or of one of its notes."""

    def __init__(self, reading: Reading, in_note: bool = False) -> None:
        self.reading = reading
        self.in_note = in_note
        self.toc: list[Heading] = []
        self.said: list[str] = []
        self.tables = 0
        self._ids: dict[str, int] = {"h-notes": 1, "notes": 1}

    @property
    def words(self) -> int:
        """How many words there are to read, notes left out."""
        return sum(len(words(text)) for text in [*self.said, *(heading.title for heading in self.toc)])

    def read(self, tokens: list[Token]) -> list[Token]:
        """The tokens to show; `html_block` stands for what was made here."""
        made: list[Token] = []
        rest = iter(tokens)
        for token in rest:
            if token.type == "paragraph_open":
                made += self._paragraph(token, rest)
            elif token.type == "heading_open":
                made += self._heading(token, rest)
            else:
                made += self._other(token)
        return made

    def _paragraph(self, opening: Token, rest: Iterator[Token]) -> list[Token]:
        inline, closing = next(rest), next(rest)
        alone = None if opening.level or self.in_note else self._alone(inline)
        if alone is not None:
            return [_block(alone)]
        return [opening, *self._line(inline), closing]

    def _alone(self, inline: Token) -> Markup | None:
        """A card or a figure, when the paragraph is nothing else."""
        name, key = figure_alone(inline.content), message_alone(inline.content)
        if name:
            return self._figure(name, _number(inline))
        return self._card(key) if key else None

    def _figure(self, name: str, line: int) -> Markup:
        figure = self.reading.references.figure(name)
        if figure is None:
            missing = self.reading.missing("figure_not_found", name, f"{{{{figure: {name}}}}}", line)
            return Markup("<p>{}</p>\n").format(missing)
        if name not in self.reading.figures:
            self.reading.figures.append(name)
        return Markup(self.reading.places.keep(figure) + "\n")

    def _card(self, key: str) -> Markup | None:
        card = self.reading.references.card(key)
        if card is None:
            return None
        said = self.said[-1] if self.said else ""
        self.reading.messages.append(Mention(key, Sentences(said).at(len(said))))
        return Markup(self.reading.places.keep(card) + "\n")

    def _heading(self, opening: Token, rest: Iterator[Token]) -> list[Token]:
        inline, closing = next(rest), next(rest)
        line = Line(self.reading, _number(inline), self.in_note).read(inline.children or [])
        title = one_line(line.plain)
        if opening.tag == "h1":
            self.reading.problem("heading_one", title, _number(inline))
        opening.tag = closing.tag = _LEVELS.get(opening.tag, opening.tag)
        if not self.in_note:
            opening.attrSet("id", self._address(title))
            self.toc.append(Heading(int(opening.tag[1]), str(opening.attrGet("id")), title))
        inline.children = line.tokens
        return [opening, inline, closing]

    def _address(self, title: str) -> str:
        """A heading's address on its page, given once."""
        wanted = slug(title)
        wanted = f"s-{wanted}" if _TAKEN.match(wanted) else wanted
        nth = self._ids[wanted] = self._ids.get(wanted, 0) + 1
        return wanted if nth == 1 else self._address(f"{wanted}-{nth}")

    def _other(self, token: Token) -> list[Token]:
        if token.type == "inline":
            return self._line(token)
        if token.type == "table_open":
            self.tables += 1
            label = say("table", self.reading.lang, n=self.tables)
            html = Markup('<div class="scroll" tabindex="0" role="region" aria-label="{}"><table class="table">\n')
            return [_block(html.format(label))]
        if token.type == "table_close":
            return [_block(Markup("</table></div>\n"))]
        return [_tidy(token)]

    def _line(self, inline: Token) -> list[Token]:
        line = Line(self.reading, _number(inline), self.in_note).read(inline.children or [])
        self.said.append(line.plain)
        inline.children = line.tokens
        return [inline]


def _tidy(token: Token) -> Token:
    """Alignment as a class, since the site's policy forbids styles; code plain and within reach."""
    if token.type in ("th_open", "td_open"):
        align = str(token.attrs.pop("style", "")).removeprefix("text-align:")
        token.attrs |= {"class": f"align-{align}"} if align else {}
        token.attrs |= {"scope": "col"} if token.type == "th_open" else {}
    if token.type in ("fence", "code_block"):
        token.type, token.info = "code_block", ""
        token.content = token.content.replace(PIPE, "|")
        token.attrs |= {"tabindex": "0"}  # a long line scrolls, from the keyboard too
    return token


def _block(html: Markup) -> Token:
    token = Token("html_block", "", 0)
    token.content = str(html)
    return token


def _number(inline: Token) -> int:
    return inline.map[0] + 1 if inline.map else 1
