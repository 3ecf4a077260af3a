"""Real words by frequency: from the package wordfreq where it is installed, else from the archive's own seed data."""

from __future__ import annotations

from collections import Counter

from webapp.config import resource
from webapp.text.analysis import words

try:
    from wordfreq import top_n_list
except ImportError:
    top_n_list = None  # type: ignore[assignment]

MOST = {"fr": 40_000, "en": 25_000, "it": 20_000}


def _frequent(lang: str) -> list[str]:
    if top_n_list is not None:
        return [word for word in top_n_list(lang, MOST[lang]) if word.replace("'", "").isalpha()]
    counts: Counter[str] = Counter()
    for path in resource("seed_data").rglob(f"*.{lang}.md" if lang != "it" else "*.csv"):
        counts.update(word.text for word in words(path.read_text(encoding="utf-8")) if word.text.isalpha())
    return [word for word, _ in counts.most_common()]


WORDS = {lang: _frequent(lang) for lang in MOST}
