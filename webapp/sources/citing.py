"""How a source is cited: as the work that it is, with the record that describes it."""

from __future__ import annotations

from typing import Any

from webapp.revisions.citing import cited


@cited("source")
def source(source: Any, lang: str) -> dict[str, Any]:
    """The work as its own page names it; an unlicensed copy's address is not given."""
    return {
        "title": source.title,
        "lang": source.lang,
        "authors": tuple(name.strip() for name in source.author.split(";") if name.strip()),
        "publisher": source.publisher,
        "issued": source.year,
        "original": source.url if source.linkable else "",
    }
