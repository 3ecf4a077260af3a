"""Records for tests, from small functions with good defaults."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from webapp.essays.actions import note_mentions
from webapp.revisions import KINDS
from webapp.revisions.actions import create, publish
from webapp.vocabularies import Scheme, Term, term_id


class Make:
    """Makes records in one archive and commits each; ``status="draft"`` leaves it unpublished."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def record(self, kind: str, /, status: str = "published", **document: Any) -> Any:
        """A record of any kind from its document."""
        record = create(self.session, KINDS[kind], document, by=None, agent="test")
        if status == "published":
            publish(record, by=None, agent="test")
        self.session.commit()
        return record

    def message(self, text: str = "Le crapaud vole", status: str = "published", **document: Any) -> Any:
        """A message; ``meaning="…"`` and ``night="1944-06-05"`` are short for one claim and one broadcast."""
        meaning, night = document.pop("meaning", None), document.pop("night", None)
        if meaning:
            document.setdefault("meanings", [self.claim(meaning)])
        if night:
            document.setdefault("broadcasts", [{"edtf": night, "written": night}])
        return self.record("message", status, **{"text": text, "lang": "fr", **document})

    def claim(self, statement: str, standing: str = "attested", **more: Any) -> dict[str, Any]:
        """A meaning's document, with a source of its own unless its standing is unknown."""
        witnesses = [] if standing == "unknown" else [{"source": self.source().id, "locator": "p. 12"}]
        return {
            "statement": {"fr": statement, "en": statement},
            "standing": standing,
            "attestations": witnesses,
            **more,
        }

    def source(self, title: str = "Les messages personnels", **document: Any) -> Any:
        """A published source."""
        return self.record("source", title=title, **document)

    def station(self, name: str = "BBC Radio Londres", **document: Any) -> Any:
        """A published station."""
        return self.record("station", name={"fr": name, "en": name}, **document)

    def network(self, name: str = "Nestor-Digger", **document: Any) -> Any:
        """A published network."""
        return self.record("network", name={"fr": name, "en": name}, **document)

    def place(self, name: str = "Bourdeilles", **document: Any) -> Any:
        """A published place."""
        return self.record("place", name={"fr": name, "en": name}, **document)

    def term(self, scheme: Scheme | str, slug: str, fr: str = "", en: str = "") -> Term:
        """A vocabulary term."""
        term = Term(id=term_id(scheme, slug), scheme=scheme, slug=slug, label={"fr": fr or slug, "en": en or slug})
        self.session.add(term)
        self.session.commit()
        return term

    def essay(
        self, body: str = "Un texte.", title: str = "Les carottes", status: str = "published", **more: Any
    ) -> Any:
        """An essay with the same text in both languages."""
        both = {
            name: {"fr": value, "en": value} for name, value in (("title", title), ("body", body), ("author", "Nous"))
        }
        essay = self.record("essay", status, **both, **more)
        note_mentions(self.session, essay)
        self.session.commit()
        return essay

    def collection(self, title: str = "Bestiaire", **document: Any) -> Any:
        """A public collection; ``items`` are its documents: ``{"message": id, "note": {…}}``."""
        return self.record("collection", title={"fr": title}, **document)
