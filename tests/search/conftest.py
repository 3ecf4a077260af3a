"""What the tests of the search share: every engine there is, empty, and documents with good defaults."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from webapp.search.engine import Clause, Document, Engine, Query, Text
from webapp.search.whoosh_engine import WhooshEngine

# A new engine is a line here; it then has to pass every test that asks for ``engine``.
ENGINES: dict[str, Callable[[Path], Engine]] = {"whoosh": lambda folder: WhooshEngine(folder / "index")}


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """Each engine in turn, empty."""
    made = ENGINES[request.param](tmp_path)
    made.rebuild([])
    return made


def document(key: str, phrase: str = "", lang: str = "fr", *, type_: str = "message", **more: Any) -> Document:
    """A document; ``meaning="…"`` and the like are texts in French, ``facets`` and ``spans`` as they are."""
    facets = {"kind": (type_,), "language": (lang,)} | more.pop("facets", {})
    known = {name: more.pop(name) for name in ("spans", "entered", "revision") if name in more}
    first = [Text("phrase" if type_ == "message" else "name", phrase, lang)] if phrase else []
    texts = [*first, *(Text(field, text, "fr") for field, text in more.items())]
    return Document(id=key, type=type_, lang=lang, title=phrase, texts=tuple(texts), facets=facets, **known)


def words(*all_words: str, **more: Any) -> Query:
    """A query for these words."""
    return Query(tuple(Clause((word,)) for word in all_words), **more)


def ids(found: Any) -> list[str]:
    """The identifiers of what was found, in order."""
    return [hit.id for hit in found.hits]
