"""Numbered notes: footnotes and citations of sources share one numbering, in order of appearance."""

from dataclasses import dataclass

from markupsafe import Markup

from webapp.text.strings import say
from webapp.text.syntax import Citation

Key = str | tuple[Citation, ...]
"""A footnote by its label, or the sources one note cites."""


@dataclass
class Note:
    """A note that was called: its number, the line that called it first, and how often it was called."""

    key: Key
    number: int
    line: int
    calls: int = 0


class Notes:
    """The notes of one text; `order` grows while notes are read that call other notes."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.order: list[Note] = []
        self._by_key: dict[Key, Note] = {}

    def call(self, key: Key, line: int) -> Markup:
        """The raised number that leads to a note; the same note called twice keeps its number."""
        if key not in self._by_key:
            self._by_key[key] = Note(key, len(self.order) + 1, line)
            self.order.append(self._by_key[key])
        note = self._by_key[key]
        note.calls += 1
        html = '<a class="noteref" href="#n{n}" id="{id}" role="doc-noteref" aria-label="{label}">{n}</a>'
        return Markup(html).format(
            n=note.number, id=_call_id(note.number, note.calls), label=say("note", self.lang, n=note.number)
        )

    def item(self, note: Note, content: Markup) -> Markup:
        """One note, with a way back to each place that called it."""
        html = Markup('<li id="n{}">{} {}</li>\n')
        ways = (self._way_back(note, nth) for nth in range(1, note.calls + 1))
        return html.format(note.number, content, Markup(" ").join(ways))

    def section(self, items: list[Markup]) -> Markup:
        """All notes under their heading; nothing when there are none."""
        if not items:
            return Markup()
        return Markup(
            '<section class="section" role="doc-endnotes" aria-labelledby="h-notes">'
            '<h2 id="h-notes">{}</h2>\n<ol class="notes">\n{}</ol></section>\n'
        ).format(say("notes", self.lang), Markup().join(items))

    def _way_back(self, note: Note, nth: int) -> Markup:
        label = say("back", self.lang, n=note.number)
        html = Markup('<a href="#{}" role="doc-backlink" aria-label="{}">↑</a>')
        return html.format(_call_id(note.number, nth), label if note.calls == 1 else f"{label} ({nth})")


def _call_id(number: int, nth: int) -> str:
    return f"r{number}" if nth == 1 else f"r{number}-{nth}"
