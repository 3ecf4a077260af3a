"""What is known while one text is read: its language, who answers, and what was met so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from webapp.text import typography
from webapp.text.notes import Notes
from webapp.text.references import Mention, Problem, Resolver
from webapp.text.safety import Places
from webapp.text.strings import say
from webapp.text.syntax import Citation


@dataclass
class Reading:
    """One text being read; its lines and blocks write down here what they meet."""

    lang: str
    references: Resolver
    places: Places = field(default_factory=Places)
    defined: frozenset[str] = frozenset()
    """The labels of the footnotes that are written."""
    messages: list[Mention] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.notes = Notes(self.lang)

    def problem(self, code: str, what: str, line: int) -> None:
        """Something an editor should mend."""
        self.problems.append(Problem(code, what, line))

    def missing(self, code: str, what: str, written: str, line: int) -> Markup:
        """What the author wrote, marked in words as leading nowhere; the editor is told."""
        self.problem(code, what, line)
        return Markup('<span class="missing">{}{}').format(written, self.why_missing())

    def why_missing(self) -> Markup:
        """The end of such a mark."""
        html = Markup(' <span class="missing__why">({})</span></span>')
        return html.format(say("missing", self.lang))

    def cite(self, cited: Sequence[Citation], line: int) -> Markup:
        """The sources of a note one after the other, each with its locator."""
        between = Markup(typography.typeset("; ", self.lang, before="a"))
        return between.join(self._cite_one(each, line) for each in cited)

    def _cite_one(self, cited: Citation, line: int) -> Markup:
        found = self.references.source(cited.key)
        if found is None:
            return self.missing("source_not_found", cited.key, f"@{cited.key}", line) + self._locator(cited)
        if cited.key not in self.sources:
            self.sources.append(cited.key)
        citation = Markup(str(found.html).strip().removesuffix("."))
        linked = Markup('<a href="{}">{}</a>')
        if found.url and "<a " not in citation:
            return linked.format(found.url, Markup(self.places.keep(citation))) + self._locator(cited)
        record = Markup(" (") + linked.format(found.url, say("record", self.lang)) + ")" if found.url else ""
        return Markup(self.places.keep(citation)) + self._locator(cited) + record

    def _locator(self, cited: Citation) -> Markup:
        return Markup(", ") + typography.html(cited.locator, self.lang) if cited.locator else Markup()
