"""One line of Markdown made ready: typography on its words, its references looked up and shown."""

from collections.abc import Callable, Iterable

from markdown_it.token import Token
from markupsafe import Markup, escape

from webapp.text import typography
from webapp.text.notes import Key
from webapp.text.reading import Reading
from webapp.text.references import Mention, MessageRef
from webapp.text.sentences import Sentences
from webapp.text.syntax import ADDRESS, PIPE


class Line:
    """Walks through the tokens of one line; `tokens` is what to show, `plain` what it says."""

    def __init__(self, reading: Reading, number: int, in_note: bool = False) -> None:
        self.reading = reading
        self.number = number
        self.in_note = in_note
        self.tokens: list[Token] = []
        self._said: list[str] = []
        self._last = ""
        self._links = 0
        self._closings: list[Markup] = []
        self._mentions: list[tuple[str, int]] = []
        self._length = 0

    @property
    def plain(self) -> str:
        """The words of the line, without notes."""
        return "".join(self._said)

    def read(self, children: Iterable[Token]) -> "Line":
        """Read the whole line, and remember in which sentence each message was mentioned."""
        for token in children:
            _HANDLERS.get(token.type, Line._keep)(self, token)
        sentences = Sentences(self.plain if self._mentions else "")
        self.reading.messages += [Mention(key, sentences.at(place)) for key, place in self._mentions]
        return self

    def _keep(self, token: Token, said: str = "") -> None:
        self.tokens.append(token)
        if said:
            self._said.append(said)
            self._last = said[-1]
            self._length += len(said)

    def _show(self, html: str, said: str = "") -> None:
        token = Token("html_inline", "", 0)
        token.content = str(html)
        self._keep(token, said)

    def _text(self, token: Token) -> None:
        """Words are typeset; addresses written in full become links, unless they stand in one."""
        parts = ADDRESS.split(token.content.replace(PIPE, "|"))
        for nth, part in enumerate(parts):
            if nth % 2:
                self._address(part)
            elif part:
                self._words(part)

    def _words(self, text: str) -> None:
        lang = self.reading.lang
        self._show(typography.html(text, lang, self._last), typography.typeset(text, lang, self._last))

    def _address(self, text: str) -> None:
        html = Markup("{1}") if self._links else Markup('<a href="{}">{}</a>')
        self._show(html.format(text, text), text)

    def _break(self, token: Token) -> None:
        self.number += 1
        self._keep(token, " ")

    def _code(self, token: Token) -> None:
        token.content = token.content.replace(PIPE, "|")
        self._keep(token, token.content)

    def _link_open(self, token: Token) -> None:
        self._links += 1
        self._keep(token)

    def _link_close(self, token: Token) -> None:
        self._links -= 1
        self._keep(token)

    def _message_open(self, token: Token) -> None:
        key, own_words = token.meta["key"], token.meta["own_words"]
        found = self.reading.references.message(key)
        if found:
            self._open_mention(key, found)
        else:
            self._open_missing(key, own_words)
        if found and not own_words:
            self._phrase(found)
        self._links += 1

    def _open_mention(self, key: str, found: MessageRef) -> None:
        self._mentions.append((key, self._length))
        linked = bool(found.url) and not self._links
        self._closings.append(Markup("</a>" if linked else "</span>"))
        self._show(Markup('<a class="mention" href="{}">' if linked else '<span class="mention">').format(found.url))

    def _open_missing(self, key: str, own_words: bool) -> None:
        self.reading.problem("message_not_found", key, self.number)
        self._closings.append(self.reading.why_missing())
        written = "" if own_words else f"[[{key}]]"
        self._show(Markup('<span class="missing">') + written, written)

    def _phrase(self, found: MessageRef) -> None:
        """The phrase in its own language, between quotation marks unless the author has set them."""
        html = Markup('<span lang="{}">{}</span>').format(found.lang, typography.html(found.text, found.lang))
        said = typography.typeset(found.text, found.lang)
        if self._last_mark() in '«“"‘':
            self._show(html, said)
            return
        mark = Markup('<span class="g">{}</span>')
        opening, closing = typography.quotation_marks(self.reading.lang)
        self._show(mark.format(opening) + html + mark.format(closing), f"{opening}{said}{closing}")

    def _last_mark(self) -> str:
        """The last character said that is not a space; a letter when nothing was said."""
        return next((said.rstrip()[-1] for said in reversed(self._said[-3:]) if said.rstrip()), "a")

    def _message_close(self, token: Token) -> None:
        self._links -= 1
        self._show(self._closings.pop())

    def _citation(self, token: Token) -> None:
        cited, written = token.meta["cited"], token.meta["written"].replace(PIPE, "|")
        if cited is None:
            self._show(self.reading.missing("bad_citation", written, written, self.number), written)
        elif self.in_note:
            self._show(self.reading.cite(cited, self.number))
        else:
            self._call(tuple(cited))

    def _note_call(self, token: Token) -> None:
        label = token.meta["label"]
        if label in self.reading.defined:
            self._call(label)
        else:
            self._show(self.reading.missing("note_not_found", label, f"[^{label}]", self.number))

    def _call(self, key: Key) -> None:
        """A raised number clings to the word before it, whatever space was typed."""
        last = self.tokens[-1] if self.tokens else None
        if last and last.type == "softbreak":
            self.tokens.pop()
        elif last and last.type == "html_inline" and last.content.strip():
            last.content = last.content.rstrip(" \u00a0\u202f")
        if self._said and self._said[-1]:
            trimmed = self._said[-1].rstrip()
            self._length -= len(self._said[-1]) - len(trimmed)
            self._said[-1] = trimmed
        self._show(self.reading.notes.call(key, self.number))

    def _figure(self, token: Token) -> None:
        self.reading.problem("figure_not_alone", token.meta["name"], self.number)
        self._show(escape(token.content), token.content)


_HANDLERS: dict[str, Callable[[Line, Token], None]] = {
    "text": Line._text,
    "softbreak": Line._break,
    "hardbreak": Line._break,
    "code_inline": Line._code,
    "link_open": Line._link_open,
    "link_close": Line._link_close,
    "message_open": Line._message_open,
    "message_close": Line._message_close,
    "citation": Line._citation,
    "note_call": Line._note_call,
    "figure_inline": Line._figure,
}
