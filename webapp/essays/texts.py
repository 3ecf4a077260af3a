"""An essay made ready for the page: references resolved at once, slips, notes, bibliography; kept until it changes."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, NamedTuple

from flask import current_app, render_template, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from webapp.essays import queries
from webapp.essays.figures import figure, figure_of_version
from webapp.essays.models import Essay
from webapp.essays.outline import outline
from webapp.essays.then import then
from webapp.languages import language
from webapp.messages.models import Message
from webapp.messages.views import message_address
from webapp.rendering import reading
from webapp.revisions.figures import state
from webapp.revisions.frozen import Version
from webapp.sources.models import Source
from webapp.text.markdown import render
from webapp.text.references import Heading, MessageRef, Rendered, SourceRef

KEPT = 64  # texts of essays in one process; each has two languages and three readings


class Text(NamedTuple):
    """An essay in one language and one reading, as HTML, with what stands around it."""

    lang: str
    body: Markup
    notes: Markup
    toc: list[Heading]
    minutes: int
    words: int
    messages: Markup
    bibliography: Markup


class References:
    """The resolver of one text: everything it names was found in two queries, before it is read; for a version in two
    more, which find what each was called then."""

    def __init__(self, session: Session, text: str, lang: str, of: Version | None = None) -> None:
        named = outline(text, lang)
        self.lang, self.of = lang, of
        self.messages: dict[str, Any] = {**queries.messages(session, named.messages)}
        self.sources: dict[str, Any] = {**queries.sources(session, named.sources)}
        if of:
            self.messages = then(session, self.messages, of.revision.at)
            self.sources = then(session, self.sources, of.revision.at)

    def message(self, key: str) -> MessageRef | None:
        """The message of this key, as words in a sentence."""
        found = self.messages.get(key)
        return MessageRef(message_address(found), found.text, found.lang) if found else None

    def card(self, key: str) -> Markup | None:
        """The message as a slip beside the text."""
        found = self.messages.get(key)
        return Markup(render_template("essays/_beside.html", message=found, text_lang=self.lang)) if found else None

    def source(self, key: str) -> SourceRef | None:
        """The source as a note cites it."""
        found = self.sources.get(key)
        return SourceRef(Markup(render_template("essays/_cited.html", source=found))) if found else None

    def figure(self, name: str) -> Markup | None:
        """The figure of that name, where a room computes it; of a version, as it was then."""
        if self.of and self.of.version:
            return figure_of_version(self.of.id, self.of.version, name, self.lang)
        return figure(name, self.lang)


def language_of(essay: Essay | Version) -> str:
    """The language in which the reader is given the essay: theirs if it was written in it."""
    return language() if essay.body.get(language()) else next(iter(essay.body), language())


def text_of_version(session: Session, version: Version) -> Text:
    """The text of a version of an essay, with the phrases, sources and figures that its readers saw."""
    return _made(session, version, language_of(version), version)


def text_of(session: Session, essay: Essay) -> Text:
    """The essay's text for this request; made once for each revision, state of the archive, language and reading."""
    kept: OrderedDict[tuple[object, ...], Text] = current_app.extensions.setdefault("essay texts", OrderedDict())
    # A language that was asked for in the address goes along in every link of the text.
    manner = (language_of(essay), language(), request.args.get("lang"), reading())
    key = (essay.id, essay.revision, state(session), *manner)
    found = kept.get(key)
    if found is None:
        found = kept[key] = _made(session, essay, language_of(essay))
        while len(kept) > KEPT:
            kept.popitem(last=False)
    return found


def _made(session: Session, essay: Essay | Version, lang: str, of: Version | None = None) -> Text:
    references = References(session, essay.body.get(lang, ""), lang, of)
    read = render(essay.body.get(lang, ""), lang=lang, references=references)
    named = dict.fromkeys(references.messages[mention.key] for mention in read.messages)
    cited = dict.fromkeys(references.sources[key] for key in read.sources)
    return Text(
        lang=lang,
        body=_without_hidden(read),
        notes=read.notes,
        toc=read.toc,
        minutes=read.minutes,
        words=read.words,
        messages=Markup(render_template("essays/_messages.html", messages=list(named))),
        bibliography=Markup(render_template("essays/_bibliography.html", sources=sorted(cited, key=_by_author))),
    )


def _without_hidden(read: Rendered) -> Markup:
    """The text without the names of messages that were not found: a name is made from the phrase, maybe of a draft."""
    body = read.body
    for problem in read.problems:
        if problem.code == "message_not_found":
            body = body.replace(f"[[{problem.what}]]", "[…]")
    return body


def named_messages(session: Session, essay: Essay) -> list[Message]:
    """The public messages that the essay speaks of, in any of its languages, in the order of the first."""
    names = dict.fromkeys(key for lang, text in essay.body.items() for key in outline(text, lang).messages)
    found = queries.messages(session, list(names))
    return list(dict.fromkeys(found[name] for name in names if name in found))


def named_sources(session: Session, essay: Essay) -> list[Source]:
    """The public sources that the essay cites, in any of its languages, in the order of the first."""
    names = dict.fromkeys(key for lang, text in essay.body.items() for key in outline(text, lang).sources)
    found = queries.sources(session, list(names))
    return list(dict.fromkeys(found[name] for name in names if name in found))


def _by_author(source: Source) -> tuple[str, str, str]:
    return ((source.author or source.title).casefold(), source.title.casefold(), source.id)
