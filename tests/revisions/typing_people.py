"""People who type at random into documents of messages; whatever they type has a mark that can be found again."""

from __future__ import annotations

import copy
import re
from random import Random
from typing import Any

Document = dict[str, Any]
MARK = re.compile(r"¶\d+")


class Typist:
    """Changes documents at random; ``marks`` counts what was typed so far, by everybody."""

    def __init__(self, chance: Random) -> None:
        self.chance, self.marks = chance, 0

    def words(self) -> str:
        self.marks += 1
        return f"¶{self.marks}"

    def document(self) -> Document:
        meanings = [self.meaning(id) for id in ("m000001", "m000002")]
        broadcasts = [self.broadcast(id) for id in ("b000001", "b000002")]
        return {"id": "x", "text": self.words(), "lang": "fr", "kind": "message", "rendering": False,
                "translation": {"en": self.words()}, "station": None, "theme": None, "surface": None,
                "wording_standing": "unknown", "note": {}, "attestations": [], "meanings": meanings,
                "relations": [], "broadcasts": broadcasts}  # fmt: skip

    def meaning(self, id: str = "") -> Document:
        return {**({"id": id} if id else {}), "statement": {"fr": self.words()}, "purpose": None,
                "standing": "attested", "addressee": {}, "network": None, "operation": self.words(), "place": None,
                "note": {}, "attestations": [self.attestation()]}  # fmt: skip

    def broadcast(self, id: str = "") -> Document:
        return {**({"id": id} if id else {}), "station": None, "written": self.words(), "edtf": None, "time": "",
                "dated": "broadcast", "said": None, "place_in_night": None, "note": {}, "attestations": []}  # fmt: skip

    def attestation(self) -> Document:
        return {"source": self.chance.choice(["s1", "s2", "s3"]), "locator": self.words()}

    def changed(self, document: Document, times: int) -> Document:
        """The document after some changes."""
        fresh = copy.deepcopy(document)
        for _ in range(times):
            self.chance.choice(
                [self._type, self._type, self._translate, self._row, self._drop, self._move, self._witness]
            )(fresh)
        return fresh

    def _type(self, document: Document) -> None:
        rows = [document, *document["meanings"], *document["broadcasts"]]
        row = self.chance.choice(rows)
        row[self.chance.choice([name for name in ("text", "operation", "written") if name in row])] = self.words()

    def _translate(self, document: Document) -> None:
        row = self.chance.choice([document, *document["meanings"]])
        name = "translation" if row is document else "statement"
        row[name] = {**row[name], self.chance.choice(["fr", "en"]): self.words()}

    def _row(self, document: Document) -> None:
        if self.chance.random() < 0.5:
            document["meanings"].insert(self.chance.randint(0, len(document["meanings"])), self.meaning())
        else:
            document["broadcasts"].append(self.broadcast())

    def _drop(self, document: Document) -> None:
        rows = document[self.chance.choice(["meanings", "broadcasts"])]
        if rows and self.chance.random() < 0.4:
            rows.pop(self.chance.randrange(len(rows)))

    def _move(self, document: Document) -> None:
        self.chance.shuffle(document[self.chance.choice(["meanings", "broadcasts"])])

    def _witness(self, document: Document) -> None:
        rows = self.chance.choice([document, *document["meanings"]])["attestations"]
        if rows and self.chance.random() < 0.3:
            rows.pop(self.chance.randrange(len(rows)))
        else:
            rows.append(self.attestation())


def marks(thing: Any) -> set[str]:
    """Every mark somewhere in a document, a row or a list of clashes."""
    return set(MARK.findall(repr(thing)))
