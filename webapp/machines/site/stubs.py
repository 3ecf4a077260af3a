"""The small pages of the folder that only lead on, and the one for an address that it does not have."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

from webapp.languages import LANGUAGES
from webapp.machines.site.rewriting import relative
from webapp.machines.site.spots import DAY, ID, READINGS, SLUG, Spot

READ = re.compile(
    rf"/messages/{ID}(?:/{SLUG})?|/nights/{DAY}|/collections/{ID}|/embed/(?:(?:messages|collections)/{ID}|nights/{DAY})"
)
"""Pages that stand in the folder in each reading, so that a printed address may ask for one."""
TOPS = ["fr", "en", "id", "messages", "essays", "collections", "media", "stations", "networks", "places", "sources",
        "nights", "themes", "purposes", "on-this-day", "embed", "cite", "help", "figures", "calendar"]  # fmt: skip


def leading(file: str, target: Spot, living: str, anchor: str = "", days: Sequence[str] = ()) -> str:
    """The page at a printed address. It leads to the language and reading that are asked for; without a script, to
    the French page. With ``days`` it leads to the day of the year, or the next one that there is."""
    readings = " ".join(READINGS) if READ.fullmatch(target.path) else ""
    path = "/on-this-day" if days else target.path
    to = path.strip("/") + "/" if path != "/" else ""
    data = Markup(' data-to="{}" data-readings="{}" data-anchor="{}"').format(to, readings, anchor)
    script = Markup('<script src="{}"{}{}></script>').format(
        relative(file, "lead.js"), data, Markup(' data-days="{}"').format(" ".join(days)) if days else ""
    )
    ways = [(lang, relative(file, target._replace(lang=lang).file) + anchor) for lang in LANGUAGES]
    refresh = Markup('<noscript><meta http-equiv="refresh" content="0; url={}"></noscript>').format(ways[0][1])
    canonical = Markup('<link rel="canonical" href="{}">').format(living + path)
    links = Markup("").join(
        Markup('<p><a href="{}" lang="{}">{}</a></p>').format(way, lang, LANGUAGES[lang]) for lang, way in ways
    )
    return _plain(canonical + script + refresh, links)


def forwarding(file: str, target: str) -> str:
    """A page of one language that only stands for another of the same."""
    link = escape(relative(file, target.partition("#")[0]) + target[len(target.partition("#")[0]) :])
    refresh = Markup('<meta http-equiv="refresh" content="0; url={}">').format(link)
    return _plain(refresh, Markup('<p><a href="{}">Carottes</a></p>').format(link))


def missing() -> str:
    """The page for an address that the folder does not have, wherever a host shows it: it finds the folder's top."""
    tops = "|".join(TOPS)
    script = Markup(
        f"<script>const found = location.pathname.match(/^(.*?\\/)(?:{tops})(?:\\/|$)/);"
        "const above = found ? found[1] : location.pathname.replace(/[^\\/]*$/, '');"
        "for (const each of document.querySelectorAll('a')) each.href = above + each.dataset.to;</script>"
    )
    said = {"fr": "Cette adresse n’est pas dans cette copie de l’archive.",
            "en": "This address is not in this copy of the archive."}  # fmt: skip
    parts = [
        Markup('<p lang="{0}">{1} <a href="{0}/index.html" data-to="{0}/index.html">{2}</a></p>').format(
            lang, said[lang], LANGUAGES[lang]
        )
        for lang in LANGUAGES
    ]
    return _plain(
        Markup('<meta name="robots" content="noindex">'), Markup("<h1>404</h1>") + Markup("").join(parts) + script
    )


def _plain(head: str, body: str) -> str:
    meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    return (
        f'<!doctype html>\n<html lang="fr"><head>{meta}<title>Carottes</title>{head}</head><body>{body}</body></html>\n'
    )
