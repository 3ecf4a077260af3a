"""How a picture or a recording is cited: by its title, or by what it shows, with whoever made or lent it."""

from __future__ import annotations

from typing import Any

from webapp.languages import told
from webapp.revisions.citing import cited


@cited("medium")
def medium(medium: Any, lang: str) -> dict[str, Any]:
    """Its title or its words, and its date as its source writes it."""
    name = told(medium.title or medium.alt, lang)
    return {
        "title": name.text,
        "lang": name.lang,
        "authors": (medium.credit,) if medium.credit else (),
        "issued": medium.written,
    }
