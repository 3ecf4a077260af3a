"""How an essay is cited: by its author and the title of the text that was read."""

from __future__ import annotations

from typing import Any

from webapp.languages import told
from webapp.revisions.citing import cited


@cited("essay")
def essay(essay: Any, lang: str) -> dict[str, Any]:
    """The text in the reader's language where there is one; its author as that text is signed."""
    title = told(essay.title, lang)
    author = told(essay.author, title.lang or lang).text
    return {
        "title": title.text,
        "lang": title.lang,
        "authors": tuple(name.strip() for name in author.split(";") if name.strip()),
    }
