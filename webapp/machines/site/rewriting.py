"""A page of the archive made a page of the folder: links relative, without what only a server can do."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urljoin, urlsplit

from markupsafe import escape

from webapp.machines.site.spots import Spot, spot_of
from webapp.search.facets import FACETS

SEARCH = "/search"
SEARCHED = (SEARCH, "/messages")
NARROWED = {"q", "sort", "exact", "lang", "reading", "theme", *(facet.name for facet in FACETS)}
SCRIPTS = ("site.js", "player.js", "presenter.js")
"""What works without a server."""
AS_FILE = {"stylesheet", "icon", "apple-touch-icon"}
STAYING = {"canonical", "cite-as", "license"}

_SCRIPT = re.compile(r"<script\b(?P<head>[^>]*)>.*?</script>\s*", re.DOTALL)
_FORM = re.compile(r"(?P<head><form\b[^>]*>)(?P<rest>.*?</form>)", re.DOTALL)
_LIVE = re.compile(r"<(th|td|p)\b[^>]*? data-live>.*?</\1>", re.DOTALL)
"""What is worked only where the archive lives, in a form whose other content stays."""
_APPEARANCE = re.compile(r"<nav\b[^>]*>\s*<ul>(?:(?!</nav>).)*?[?&;]theme=(?:auto|light|dark).*?</nav>\s*", re.DOTALL)
_ITEM = re.compile(r'<li>\s*<a\b[^>]*?\shref="([^"]*)"[^>]*>(?:(?!</?li\b|</?a\b).)*</a>\s*</li>\s*', re.DOTALL)
_TAG = re.compile(r"<(a|img|link|source|audio|video|track|script|image)\b[^>]*>")
_FOOT = re.compile(r'<footer class="(?:foot"><div class="wrap">|embed__foot">)')


def relative(file: str, target: str) -> str:
    """The way from one file of the folder to another, by the folder's top."""
    return "../" * file.count("/") + target


def attribute(tag: str, name: str) -> str:
    """The value of a tag's attribute; empty where it has none."""
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return found[1].replace("&amp;", "&") if found else ""


def changed(tag: str, name: str, value: str) -> str:
    """The tag with another value of an attribute it has."""
    return re.sub(rf'(\s{name}=")[^"]*"', lambda found: f'{found[1]}{escape(value)}"', tag, count=1)


class Rewriting:
    """Makes pages of the folder. ``want`` hears of every page and file that is linked to, ``has`` says whether there
    will be one, ``shown`` gives the path of a file that a page shows, ``inside`` one as a part of the page; ``living``
    is where the archive was, ``note`` what each page says of the copy."""

    def __init__(
        self, living: str, want: Callable[[Spot], None], has: Callable[[Spot], bool], shown: Callable[[str], str],
        inside: Callable[[str], str], note: Callable[[str], str],
    ) -> None:  # fmt: skip
        self.living, self.want, self.has = living, want, has
        self.shown, self.inside, self.note = shown, inside, note

    def page(self, html: str, spot: Spot, file: str = "") -> str:
        """The page as the folder has it; ``file`` is where, if not where its address says."""
        place = _Place(self, spot, file or spot.file)
        html = _APPEARANCE.sub("", _SCRIPT.sub(place.script, html))
        html = _ITEM.sub(place.item, _FORM.sub(place.form, html))
        html = _TAG.sub(place.tag, html)
        return _FOOT.sub(lambda found: found[0] + self.note(spot.lang), html, count=1)


class _Place:
    """One page that is being made."""

    def __init__(self, made: Rewriting, spot: Spot, file: str) -> None:
        self.made, self.spot, self.file = made, spot, file

    def script(self, found: re.Match[str]) -> str:
        kept = "ld+json" in found["head"] or any(f"/js/{name}" in found["head"] for name in SCRIPTS)
        return found[0] if kept else ""

    def form(self, found: re.Match[str]) -> str:
        action = attribute(found["head"], "action")
        if " data-kept" in found["head"]:
            return _LIVE.sub("", found["rest"].removesuffix("</form>"))
        if "post" in found["head"].lower() or urlsplit(action).path not in SEARCHED:
            return ""
        return changed(found["head"], "action", self._search("")) + found["rest"]

    def item(self, found: re.Match[str]) -> str:
        """A line of a list that only leads to what the folder does not have is no line of the folder."""
        address = found[1].replace("&amp;", "&")
        return found[0] if self._outward(address) or self.leads(address) else ""

    def tag(self, found: re.Match[str]) -> str:
        tag = found[0]
        if found[1] == "a":
            return self._anchor(tag)
        if found[1] == "link":
            return self._head_link(tag)
        if address := attribute(tag, "src"):
            caption = found[1] == "track"  # a page may not read another file of a folder, not even its own captions
            tag = changed(tag, "src", self.made.inside(self._whole(address)) if caption else self._shown(address))
        if several := attribute(tag, "srcset"):
            tag = changed(tag, "srcset", self._several(several))
        return tag

    def _anchor(self, tag: str) -> str:
        address = attribute(tag, "href")
        if not address or self._outward(address) or "data-living" in tag:
            return tag
        target = self.leads(address) or self._elsewhere(address)
        return changed(tag, "href", target)

    def _outward(self, address: str) -> bool:
        """Whether a link leads away from the archive, or to another place of the page."""
        return address.startswith(("#", "mailto:")) or ("://" in address and not self._ours(address))

    def _ours(self, address: str) -> bool:
        return address == self.made.living or address.startswith(self.made.living + "/")

    def _whole(self, address: str) -> str:
        """The path and query of a link, as the archive has it."""
        own = address[len(self.made.living) :] or "/" if self._ours(address) else address
        return own if own.startswith("/") else urljoin(self.spot.path, own)

    def leads(self, address: str) -> str:
        """Where a link leads inside the folder; empty where it leads to what only a server has."""
        whole = self._whole(address)
        parts = urlsplit(whole)
        asked = parse_qs(parts.query).keys()
        if parts.path == SEARCH and asked <= NARROWED:
            return self._search(parts.query)
        found = spot_of(whole, self.spot)
        if found is not None and self.made.has(found):
            self.made.want(found)
            return relative(self.file, found.file) + (f"#{parts.fragment}" if parts.fragment else "")
        return self._search(parts.query) if parts.path in SEARCHED and asked <= NARROWED else ""

    def _search(self, query: str) -> str:
        target = relative(self.file, search_file(self.spot.lang or "fr"))
        return target + (f"?{query}" if query else "")

    def _elsewhere(self, address: str) -> str:
        """The page that says that this is a copy; it is told what was wanted."""
        return relative(self.file, f"{self.spot.lang or 'fr'}/elsewhere/index.html") + f"#{self._whole(address)}"

    def _head_link(self, tag: str) -> str:
        rel, address = attribute(tag, "rel"), attribute(tag, "href")
        if rel in AS_FILE:
            return changed(tag, "href", self._shown(address))
        if rel in STAYING:
            return tag
        target = self.leads(address) if rel == "alternate" and "hreflang" not in tag else ""
        return changed(tag, "href", target) if target and "oembed" not in tag else ""

    def _shown(self, address: str) -> str:
        """A file that a page shows or plays."""
        if self._outward(address) or address.startswith("data:"):
            return address
        found = spot_of(self._whole(address), self.spot)
        if found is not None:
            self.made.want(found)
            return relative(self.file, found.file)
        return relative(self.file, self.made.shown(self._whole(address)))

    def _several(self, srcset: str) -> str:
        pairs = [each.strip().partition(" ") for each in srcset.split(",")]
        return ", ".join(f"{self._shown(address)} {width}".strip() for address, _, width in pairs)


def search_file(lang: str) -> str:
    """Where the search of a language lies."""
    return f"{lang}/search/index.html"
