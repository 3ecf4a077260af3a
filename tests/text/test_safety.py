"""Whatever an author writes, nothing leaves but our own tags."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from webapp.text.markdown import LIMIT, excerpt, render, render_plain
from webapp.text.references import MessageRef, Nobody, SourceRef
from webapp.text.safety import ATTRIBUTES, SCHEMES, TAGS, Places, clean


class Seen(HTMLParser):
    """Collects what a browser would build."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


class Echo(Nobody):
    """Finds every message and source, and shows the key; its cards carry a tag that no author may write."""

    def message(self, key: str) -> MessageRef | None:
        return MessageRef(f"/messages/{key}", f"<i>{key}</i>", "fr")

    def card(self, key: str) -> Markup | None:
        return Markup("<hr>")

    def source(self, key: str) -> SourceRef | None:
        return SourceRef(Markup("<cite>source</cite>"), "javascript:alert(1)")


def assert_safe(html: str) -> None:
    for tag, attributes in Seen(html).tags:
        assert tag in TAGS
        for name, value in attributes.items():
            assert name in ATTRIBUTES[tag] | {"rel"}
            if name == "href" and ":" in (value or "").split("/")[0]:
                assert (value or "").split(":")[0].lower() in SCHEMES
        if "href" in attributes:
            assert attributes["rel"] == "noopener"


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "[x](<javascript:alert(1)>)",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    '[x](/a "onclick=alert(1)")',
    '[x](/a "\\"><script>alert(1)</script>")',
    "![x](x.png)",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "[[crapaud|<script>alert(1)</script>]]",
    "[[crapaud|[x](javascript:alert(1))]]",
    "[x [[crapaud]] y](/z)",
    "[@s-1, <script>alert(1)</script>]",
    '[^"><script>]: x\n\na[^"><script>]',
    "{{figure: <script>}}",
    '## <script>alert(1)</script>\n\n## " onclick=alert(1)',
    "```html onclick=alert(1)\n<script>\n```",
    "| <b> | `<i>` |\n|---|---|\n| [x](javascript:1) | <style> |",
    'https://x.test/"onmouseover="alert(1)',
    "<https://x.test/'onclick='>",
    "<style>*{display:none}</style><svg><math><mtext></table><mglyph><style><!--</style>",
    "\u202e\x00\ud800[[crapaud]]",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_hostile_text_stays_text(text: str, lang: str) -> None:
    shown = render(text, lang=lang, references=Echo())
    assert_safe(shown.html)
    assert_safe(render_plain(text, lang))
    for line in shown.toc:
        assert_safe(f'<h2 id="{line.id}"></h2>')


@given(st.text() | st.text("[]()*_`<>!#|@^{}:;&~\\\"' \nabs-1fgure./"), st.sampled_from(["fr", "en", "it"]))
def test_any_text_is_shown_safely(text: str, lang: str) -> None:
    assert_safe(render(text, lang=lang, references=Echo()).html)
    assert_safe(render(text, lang=lang, references=Nobody()).html)
    assert_safe(render_plain(text, lang))
    assert len(excerpt(text, 40, lang)) <= 40


PIECES = [
    *["[[crapaud]]", "[[a|b]]", "[@s-1, p. 2; @s-2]", "[^n]", "\n\n[^n]: ", "{{figure: f}}", "| a |\n|---|\n"],
    *["\n\n", "\n", "## ", "*", "**", "`", "[", "](", ")", "> ", "- ", "<b>", "« ", " »", "mot", " "],
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_arrangement_of_our_own_syntax_is_shown_safely(text: str) -> None:
    assert_safe(render(text, lang="fr", references=Echo()).html)


def test_an_author_cannot_forge_a_place_for_trusted_html() -> None:
    places = Places()
    html = places.keep(Markup("<b>ours</b>"))
    assert places.fill(html) == "<b>ours</b>"
    assert Places().fill(html) == html
    assert places.fill(f"{places.secret[:-1]}.0.") == f"{places.secret[:-1]}.0."


def test_trusted_html_is_not_read_for_places() -> None:
    places = Places()
    second = places.keep(Markup("x"))
    first = places.keep(Markup(second))
    assert places.fill(first) == second


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ('<p onclick="x" style="y" class="z">a</p>', '<p class="z">a</p>'),
        ("<iframe src=x></iframe><form><input></form>", ""),
        ('<a href="//x.test">a</a>', '<a href="//x.test" rel="noopener">a</a>'),
        ('<span data-key="x">a</span>', '<span data-key="x">a</span>'),
        ("<!-- a --><script>b</script>c", "c"),
    ],
)
def test_only_our_tags_and_attributes_are_left(written: str, left: str) -> None:
    assert clean(written) == left


@pytest.mark.parametrize(
    "piece",
    ["[](", "[[a]]. A ", "[^", "*", "> ", "# a\n", "://", "https://a.b/", "« "],
)
def test_the_longest_hostile_text_is_read_to_its_end(piece: str) -> None:
    text = (piece * LIMIT)[:LIMIT]
    assert_safe(render(text, lang="fr", references=Nobody()).html)
