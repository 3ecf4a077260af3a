"""What cells name: stations, networks, places, sources, terms and messages, by identifier, key or name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.database import Texts
from webapp.identifiers import Reading, examine, resolve, tidy
from webapp.imports.problems import Problem
from webapp.languages import LANGUAGES, N_, language, told
from webapp.messages.models import Message
from webapp.revisions import KINDS, Status, label_of
from webapp.revisions.documents import Document
from webapp.revisions.tables import chunks
from webapp.stations import parts_of
from webapp.text.analysis import phrase_key
from webapp.text.slug import slug
from webapp.vocabularies import Term, term_id

BEHIND = re.compile(r"\s*\[([^\[\]]{1,20})\]\s*$")
GROWING = ("theme", "purpose", "surface")
# Two words for what a closed list in the code holds, as the forms of the desk say them.
DATED: dict[str, Texts] = {
    "broadcast": {"en": "of the broadcast", "fr": "celle de la diffusion"},
    "operation": {"en": "of the operation", "fr": "celle de l’opération"},
}


class Unknown(Exception):
    """What a cell names cannot be found, or could be several things."""

    def __init__(self, sentence: str, **values: Any) -> None:
        super().__init__(sentence)
        self.sentence, self.values = sentence, values

    def at(self, column: str) -> Problem:
        """As a problem of a column."""
        return Problem(column, self.sentence, self.values)


class Register:
    """The records of one kind: by identifier, by key, by name in any language."""

    def __init__(self, session: Session, kind: str) -> None:
        self.session, self.kind = session, KINDS[kind]
        self.ids: dict[str, Texts] = {}
        self.keys: dict[str, str] = {}
        self.key_of: dict[str, str] = {}
        self.names: dict[str, set[str]] = defaultdict(set)
        self.parts: dict[str, set[str]] = defaultdict(set)
        self._shown: dict[str, str] = {}  # many rows name the same few
        model: Any = self.kind.model
        for record in session.scalars(select(model).where(model.status != Status.WITHDRAWN)):
            self.add(record.id, record.key, label_of(record), getattr(record, "title", ""))
        session.expunge_all()

    def add(self, id: str, key: str | None, label: Texts, title: str = "") -> None:
        """Enter a record."""
        self.ids[id] = label
        if key:
            self.keys[key] = id
            self.key_of[id] = key
        for name in {phrase_key(name) for name in (*label.values(), title) if name}:
            self.names[name].add(id)
        if self.kind.name == "station":
            for part in parts_of(label):
                self.parts[part].add(id)

    def find(self, text: str) -> str | None:
        """The identifier of what is meant; None when nothing is. Raises ``Unknown`` when it could be several."""
        behind = BEHIND.search(text)
        for candidate in filter(None, (behind and behind[1], text)):
            if found := self._by_identifier(candidate) or self.keys.get(candidate):
                return found
        name = BEHIND.sub("", text) if behind and examine(behind[1]) is not Reading.NONE else text
        near = self.names.get(phrase_key(name), set()) or self.parts.get(phrase_key(name), set())
        if len(near) > 1:
            raise Unknown(N_("“%(text)s” can be several records: %(ids)s. Write the identifier."), text=text[:80],
                          ids=", ".join(sorted(near)[:6]))  # fmt: skip
        return next(iter(near), None)

    def _by_identifier(self, text: str) -> str | None:
        if examine(text) is not Reading.GOOD:
            return None
        if tidy(text) in self.ids:
            return tidy(text)
        today = resolve(self.session, text)  # merged into another meanwhile
        return today.id if today and today.id in self.ids else None

    def shown(self, id: str) -> str:
        """A record as an export names it: Bourdeilles [9k2d7x1]."""
        if id not in self._shown:
            name = " ".join(str(told(self.ids.get(id))).split())
            self._shown[id] = f"{name} [{id}]" if name else id
        return self._shown[id]

    def short(self, id: str) -> str:
        """A record in few letters, its key where that is plain."""
        key = self.key_of.get(id, "")
        return key if re.fullmatch(r"[\w./-]+", key) else id


class Vocabulary:
    """The terms of one vocabulary: by slug and by label in any language."""

    def __init__(self, terms: Iterable[tuple[str, Texts]]) -> None:
        self.labels: dict[str, Texts] = {}
        self.names: dict[str, set[str]] = defaultdict(set)
        self._shown: dict[str, str] = {}
        for name, label in terms:
            self.add(name, label)

    def add(self, name: str, label: Texts) -> None:
        """Enter a term."""
        self.labels[name] = label
        self._shown.clear()
        for word in {phrase_key(text) for text in (*label.values(), name)}:
            self.names[word].add(name)

    def find(self, text: str) -> str | None:
        """The slug that is meant."""
        if text in self.labels:
            return text
        near = self.names.get(phrase_key(text), set())
        return next(iter(near)) if len(near) == 1 else None

    def shown(self, name: str) -> str:
        """A term as an export writes it: its label, where that leads back to it."""
        if name not in self._shown:
            label = str(told(self.labels.get(name)))
            self._shown[name] = label if label and self.find(label) == name else name
        return self._shown[name]

    def choices(self) -> Texts:
        """What can be written, in each language."""
        first = list(self.labels.items())[:12]
        return {lang: ", ".join(told(label, lang).text or name for name, label in first) for lang in LANGUAGES}


class References:
    """Everything that cells may name. With ``create``, what is missing is made: ``made`` lists it, in order;
    ``fresh`` are the names of its records by identifier."""

    def __init__(self, session: Session, *, create: bool = False, mint: Callable[[], str] = lambda: "") -> None:
        self.session, self.create, self._mint = session, create, mint
        self.made: list[tuple[str, str, Document]] = []
        self.fresh: dict[str, str] = {}
        self.messages: dict[str, tuple[str, str]] = {}  # identifier or key: identifier and status
        self._registers: dict[str, Register] = {}
        self._vocabularies = self._terms()

    def _terms(self) -> dict[str, Vocabulary]:
        found: dict[str, Vocabulary] = {"dated": Vocabulary(DATED.items())}
        rows = self.session.execute(select(Term.scheme, Term.slug, Term.label).order_by(Term.scheme, Term.position))
        for scheme, name, label in rows:
            found.setdefault(scheme, Vocabulary(())).add(name, label)
        return found

    def vocabulary(self, scheme: str) -> Vocabulary:
        """A vocabulary; an empty one where nobody has made any term."""
        return self._vocabularies.setdefault(scheme, Vocabulary(()))

    def register(self, kind: str) -> Register:
        """The records of a kind, read once."""
        if kind not in self._registers:
            self._registers[kind] = Register(self.session, kind)
        return self._registers[kind]

    def slug(self, scheme: str, text: str) -> str:
        """A term of a closed list, by slug or label. Raises ``Unknown``."""
        vocabulary = self.vocabulary(scheme)
        if found := vocabulary.find(text):
            return found
        raise Unknown(N_("“%(text)s” is not in the list: %(choices)s."), text=text[:80], choices=vocabulary.choices())

    def term(self, scheme: str, text: str) -> str:
        """A term of a vocabulary that grows, as the key that records keep; made if it is missing."""
        vocabulary = self.vocabulary(scheme)
        if found := vocabulary.find(text):
            return term_id(scheme, found)
        if not self.create:
            raise Unknown(N_("“%(text)s” is no term of this vocabulary. Correct it, or tick “create what is missing”."),
                          text=text[:80])  # fmt: skip
        name = self._new_slug(vocabulary, text)
        label = dict.fromkeys(("en", "fr"), text)
        vocabulary.add(name, label)
        self.made.append(("term", term_id(scheme, name), {"scheme": scheme, "slug": name, "label": label}))
        return term_id(scheme, name)

    def _new_slug(self, vocabulary: Vocabulary, text: str) -> str:
        if len(text) > 60:
            raise Unknown(N_("“%(text)s…” is too long for a name."), text=text[:60])
        start = slug(text)[:50].strip("-") or "term"
        return next(
            name for n in range(1, 1000) if (name := start if n == 1 else f"{start}-{n}") not in vocabulary.labels
        )

    def link(self, kind: str, text: str) -> str:
        """A record by identifier, key or name; made as a draft with that name if it is missing. Raises ``Unknown``."""
        register = self.register(kind)
        if found := register.find(text):
            return found
        if not self.create:
            raise Unknown(
                N_("Nothing in the archive is called “%(text)s”. Correct it, or tick “create what is missing”."),
                text=text[:80],
            )
        if examine(text) is not Reading.NONE and not text.isalpha() and " " not in text:
            raise Unknown(N_("“%(text)s” looks like an identifier, but no record has it."), text=text[:80])
        if len(text) > 200 or not phrase_key(text):
            raise Unknown(N_("“%(text)s…” is too long for a name."), text=text[:60])
        id = self._mint()
        name: Document = {"title": text} if kind == "source" else {"name": {language(): text}}
        label = {"": text} if kind == "source" else name["name"]
        register.add(id, None, label)
        self.made.append((kind, id, name))
        self.fresh[id] = text
        return id

    def read_messages(self, wanted: Iterable[str]) -> None:
        """Look up messages by identifier or key, a few queries for all of them."""
        for some in chunks(set(wanted)):
            for column in (Message.id, Message.key):
                rows = self.session.execute(select(column, Message.id, Message.status).where(column.in_(some)))
                self.messages |= {text: (id, status) for text, id, status in rows if text}

    def message(self, text: str) -> str:
        """A message by identifier or key. Raises ``Unknown``."""
        found = self.messages.get(text) or self.messages.get(tidy(text))
        if found is None:
            raise Unknown(N_("No message has the key or identifier “%(text)s”."), text=text[:80])
        if found[1] == Status.WITHDRAWN:
            raise Unknown(N_("The message “%(text)s” was withdrawn."), text=text[:80])
        return found[0]
