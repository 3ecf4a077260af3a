"""The search page as a frame and its parts.

The frame is the page’s own template, rendered once for each manner of showing it, with marks where the parts go; a
search then puts its parts into the frame. Rendering the template whole each time would take most of a search.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import current_app, g, render_template, request
from markupsafe import Markup, escape

from webapp.appearance import theme
from webapp.languages import gettext, language
from webapp.navigation import APPEARANCES, hint
from webapp.rendering import SAFE, reading
from webapp.search import exports
from webapp.search.cards import Shown
from webapp.search.narrowing import Box
from webapp.search.pages import Answer
from webapp.text.typography import quoted

PARTS = ("title", "words", "feed", "kept", "boxes", "since", "until", "notices", "summary", "tags", "messages",
         "others", "pages", "keep")  # fmt: skip
MARK = "\x04"
OWN = "own-query"
"""Stands, in the frame, for what the address asks for apart from the manner."""

MOST_FRAMES = 256


class Manner(NamedTuple):
    """What a frame depends on: all that changes how a search is shown, and not what it finds."""

    language: str
    asked: str
    theme: str
    reading: str
    sort: str
    page: int
    certainly: bool
    messages: bool
    others: bool


def page(answer: Answer) -> str:
    """The whole page of something that was found."""
    manner = _manner(answer)
    marks = {name: Markup(f"{MARK}{name}{MARK}") for name in PARTS}
    given = {"parts": marks, "title": marks["title"], "words": marks["words"], "feed": marks["feed"], **_shape(manner)}
    return _filled(_framed(manner, "search/show.html", given), _parts(answer))


def fragment(answer: Answer) -> str:
    """The results alone, for htmx."""
    return render_template("search/_found.html", parts=_parts(answer), **_shape(_manner(answer)))


def nothing(answer: Answer, ways: Any, whole: bool) -> str:
    """The page that says that nothing was found, or that part of it."""
    template = "search/show.html" if whole else "search/_nothing.html"
    given = {"title": _title(answer), "words": answer.asked.text, "feed": exports.links(**_args())[0][0]}
    return render_template(template, answer=answer, asked=answer.asked, ways=ways, **given)


def _manner(answer: Answer) -> Manner:
    asked = request.args.get("lang", "")
    return Manner(
        language(), asked if asked == language() else "", theme(), reading(), answer.asked.sort, answer.pages.number,
        answer.asked.period.certainly, bool(answer.messages), bool(answer.others),
    )  # fmt: skip


def _shape(manner: Manner) -> dict[str, Any]:
    return {"certainly": manner.certainly, "sort": manner.sort, "messages": manner.messages, "others": manner.others}


def _framed(manner: Manner, template: str, given: dict[str, Any], more: int = 0) -> list[str]:
    """The template cut at its marks; links to this very page ask for a stand-in of the own query."""
    frames: dict[Any, list[str]] = current_app.extensions.setdefault("search frames", {})
    key = (manner, template, more)
    if key not in frames:
        if len(frames) >= MOST_FRAMES:
            frames.clear()
        html = _with_stand_in(manner, template, given).replace(f"{OWN}=1", f"{MARK}{OWN}{MARK}")
        frames[key] = [MARK + piece if at % 2 else piece for at, piece in enumerate(html.split(MARK))]
    return frames[key]


def _with_stand_in(manner: Manner, template: str, given: dict[str, Any]) -> str:
    defaults = {"reading": "folded", "sort": "relevance", "page": 1}
    kept = {"lang": manner.asked, "reading": manner.reading, "sort": manner.sort, "page": manner.page}
    own = g.pop("here", None)
    g.here = {OWN: "1", **{name: value for name, value in kept.items() if value and value != defaults.get(name)}}
    try:
        return render_template(template, **given)
    finally:
        g.pop("here")
        if own is not None:
            g.here = own


def _filled(frame: list[str], parts: dict[str, str]) -> str:
    parts[OWN] = escape(_own())
    return "".join(parts[piece[1:]] if piece[:1] == MARK else piece for piece in frame)


def _own() -> str:
    """What the address asks for apart from the manner, as a query; never empty, so that links can go on with ``&``."""
    own = [(name, value) for name, value in request.args.items(multi=True)
           if name not in MANNERS and value and (name, value) not in APPEARANCE]  # fmt: skip
    return urlencode(own or [("q", "")], safe=SAFE)


MANNERS = ("lang", "reading", "sort", "page")
APPEARANCE = {("theme", value) for value in APPEARANCES}


def _args() -> dict[str, list[str]]:
    """What a kept search has to be asked with."""
    asked = {name: values for name, values in request.args.lists() if name not in ("page", "lang")}
    if themes := [value for value in asked.pop("theme", []) if value not in APPEARANCES]:
        asked["theme"] = themes
    return asked


def _parts(answer: Answer) -> dict[str, str]:
    """Every part as HTML."""
    asked, ways = answer.asked, exports.links(**_args())
    return {
        "title": escape(_title(answer)), "words": escape(asked.text), "feed": escape(ways[0][0]),
        "kept": Markup("".join(_hidden(name) for name in KEPT if request.args.get(name))),
        "boxes": Markup("".join(_box(box) for box in answer.boxes)),
        "since": escape(asked.period.typed[0]), "until": escape(asked.period.typed[1]),
        "notices": _rare("notices", answer, answer.notices), "tags": _rare("tags", answer, answer.tags),
        "pages": _page_numbers(answer),
        "summary": escape(answer.summary), "messages": _rows(answer.messages), "others": _rows(answer.others),
        "keep": Markup(", ".join(f'<a href="{escape(href)}" rel="nofollow">{label}</a>' for href, label in ways)),
    }  # fmt: skip


# What the form of the facets passes on.
KEPT = ("q", "sort", "exact", "lang", "reading")


def _title(answer: Answer) -> str:
    words = answer.asked.plain
    return f"{quoted(words, language())}, {answer.summary}" if words else gettext("Search")


def _hidden(name: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(request.args[name])}">'


def _box(box: Box) -> str:
    legend = f"<legend>{escape(box.legend)}</legend>{hint(box.name, box.legend)}"
    return f"<fieldset>{legend}<div>{box.checks}</div></fieldset>"


def _rare(one: str, answer: Answer, there: Any) -> Markup:
    """A part that not every search has."""
    return Markup(render_template("search/_parts.html", answer=answer, one=one)) if there else Markup()


def _page_numbers(answer: Answer) -> str:
    if answer.pages.count < 2:
        return ""
    given = {"answer": answer, "one": "pages"}
    return Markup(_filled(_framed(_manner(answer), "search/_parts.html", given, answer.pages.count), {}))


def _rows(rows: Iterable[Shown]) -> Markup:
    return Markup("\n".join(f"    <li>{row.card}{_why(row.why)}</li>" for row in rows))


def _why(why: str) -> str:
    return f'<p class="why">{escape(why)}</p>' if why else ""
