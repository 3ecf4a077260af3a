"""How a collection is cited: by whoever signed it and its title."""

from __future__ import annotations

from typing import Any

from webapp.languages import told
from webapp.revisions.citing import cited


@cited("collection")
def collection(collection: Any, lang: str) -> dict[str, Any]:
    """The title in the reader's language where there is one; authors stand apart by semicolons."""
    title = told(collection.title, lang)
    authors = tuple(name.strip() for name in collection.author.split(";") if name.strip())
    return {"title": title.text, "lang": title.lang, "authors": authors}
