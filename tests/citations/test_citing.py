"""Every record in every style, beside what a person has read and found right; and what no style may ever do."""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.citations.records import MADE, RECORDS, SEEN, essay, message
from webapp.citations import EXPORTS, SNIPPETS, STYLES, Citable, Embed, When, cite, export
from webapp.dates import BadDate, Edtf, parse

GOLDEN = Path(__file__).parent / "golden"


def told(citable: Citable) -> str:
    """The record in every style and format, as its golden file has it."""
    lines = []
    for lang in ("fr", "en"):
        for style in STYLES:
            lines.append(f"{style.name} ({lang})\n{cite(citable, style.name, lang).html}\n")
    lines += [f"{each.name}\n{export(citable, each.name, 'fr')}" for each in EXPORTS]
    return "\n".join(lines).replace("\r\n", "\n")


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_cited_as_its_golden_file_says(name: str) -> None:
    """``CAROTTES_GOLDEN=write`` writes the files anew; then read the difference before you keep it."""
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("CAROTTES_GOLDEN") == "write":
        path.write_text(told(RECORDS[name]), encoding="utf-8")
    assert told(RECORDS[name]) == path.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(RECORDS)


def test_plain_text_is_the_html_without_its_markup() -> None:
    for name, citable in RECORDS.items():
        for style in STYLES:
            both = cite(citable, style.name, "fr")
            if name != "markup":
                assert "<" not in both.text
            assert re.sub(r"<[^>]+>", "", str(both.html)).count("&lt;") == both.text.count("<")


def test_no_date_is_made_up() -> None:
    undated = message("Le crapaud vole", versioned=None, accessed=None, version=None)
    for style in STYLES:
        text = cite(undated, style.name, "fr").text.replace(undated.url, "")
        assert not re.search(r"\d{4}", text), text
    for each in EXPORTS:
        assert not re.search(r"(19|20)\d\d", export(undated, each.name, "fr").replace(undated.url, ""))


def test_the_date_of_an_operation_is_never_that_of_the_phrase() -> None:
    citable = message("Le chien est à table", dates=(When(parse("1944-06-05"), operation=True),))
    for style in STYLES:
        text = cite(citable, style.name, "en").text
        assert "1944" not in text or "operation" in text, text
    assert "year = {1944}" not in export(citable, "bib", "en")
    assert "1944/06/05" not in export(citable, "ris", "en")
    assert "date-parts" not in export(citable, "csl.json", "en").split('"accessed"')[0]


@pytest.mark.parametrize(("lang", "word"), [("fr", "légende"), ("en", "a legend")])
def test_a_legend_is_cited_as_one(lang: str, word: str) -> None:
    for citable in (RECORDS["legend"], RECORDS["meaning-legend"]):
        for style in STYLES:
            assert word in cite(citable, style.name, lang).text
        for each in EXPORTS:
            assert word in export(citable, each.name, lang)


@pytest.mark.parametrize(("lang", "word"), [("fr", "contesté"), ("en", "disputed")])
def test_a_disputed_meaning_is_cited_as_disputed(lang: str, word: str) -> None:
    for citable in (RECORDS["disputed"], RECORDS["meaning-disputed"]):
        for style in STYLES:
            assert word in cite(citable, style.name, lang).text
        for each in EXPORTS:
            assert word in export(citable, each.name, lang)


def test_a_withdrawn_record_is_cited_as_withdrawn() -> None:
    for style in STYLES:
        assert "retiré" in cite(RECORDS["withdrawn"], style.name, "fr").text


def test_an_outsider_learns_nothing_from_a_reference() -> None:
    for style in STYLES:
        assert "légende" not in cite(RECORDS["told-to-an-outsider"], style.name, "fr").text


def test_only_a_name_written_family_first_is_turned_about() -> None:
    both = essay("Le bruit", "fr", "Bonnard, Jean-Yves", "L’équipe de Carottes")
    assert cite(both, "apa", "fr").text.startswith("Bonnard, J.-Y. et L’équipe de Carottes. (2026, 25 novembre).")
    assert cite(both, "chicago-note", "en").text.startswith("Jean-Yves Bonnard and L’équipe de Carottes, ")
    assert cite(both, "iso690", "fr").text.startswith("BONNARD, Jean-Yves et L’équipe de Carottes.")


def test_english_puts_stops_inside_the_marks_and_doubles_none() -> None:
    assert "“Le vent souffle les flambeaux,” coded" in cite(message(), "chicago-note", "en").text
    assert cite(message("Where is the cat?", lang="en", station=""), "mla", "en").text.startswith(
        "“Where is the cat?” Carottes"
    )


def test_what_has_no_version_is_cited_with_the_day_it_was_seen() -> None:
    assert "Retrieved December 1, 2026, from https://" in cite(RECORDS["night"], "apa", "en").text
    assert "Retrieved" not in cite(RECORDS["plain"], "apa", "en").text


class _Tags(HTMLParser):
    """The tags that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


ANY_TEXT = st.text(alphabet=st.characters(), max_size=400)


def _date(text: str) -> Edtf | None:
    try:
        return parse(text)
    except BadDate:
        return None


DATES = st.lists(
    st.sampled_from(["1944", "1944-06", "1944-06-05?", "1944-XX", "19XX", "[1944-06-04,1944-06-05]", "1943/1944",
                     "../1944", "-0149", "Y-17000", "1944-06~", "1944-24", "1944-06-05%"])
    .map(_date).filter(bool).map(When),
    max_size=4,
)  # fmt: skip

CITABLES = st.builds(
    Citable,
    kind=st.sampled_from(["message", "meaning", "night", "essay", "source", "station", "network", "collection"]),
    title=ANY_TEXT, url=st.just("https://carottes.example/id/m4kx7q2"), id=st.just("m4kx7q2"),
    lang=st.sampled_from(["fr", "en", "he", "zh-Hans", "", "x"]), authors=st.lists(ANY_TEXT, max_size=5).map(tuple),
    translation=ANY_TEXT, form=st.sampled_from(["message", "codeword", "tune", "new form"]), rendering=st.booleans(),
    station=ANY_TEXT, dates=DATES.map(tuple), version=st.none() | st.integers(1, 99),
    versioned=st.none() | st.just(MADE),
    standing=st.sampled_from(["", "documented", "attested", "attributed", "disputed", "legend", "unknown"]),
    statement=ANY_TEXT, publisher=ANY_TEXT, issued=ANY_TEXT, original=st.just("") | ANY_TEXT, withdrawn=st.booleans(),
    accessed=st.none() | st.just(SEEN),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(CITABLES, st.sampled_from(["fr", "en"]))
def test_no_record_breaks_a_style_and_no_text_becomes_markup(citable: Citable, lang: str) -> None:
    for style in STYLES:
        tags = _Tags()
        tags.feed(str(cite(citable, style.name, lang).html))
        assert set(tags.seen) <= {"i", "span", "bdi"}
        assert not tags.open


@settings(max_examples=60, deadline=None)
@given(CITABLES, st.sampled_from(["fr", "en"]))
def test_no_record_breaks_a_snippet(citable: Citable, lang: str) -> None:
    embed = Embed("https://carottes.example/embed/messages/m4kx7q2", citable.title)
    for snippet in SNIPPETS:
        made = snippet.make(citable, embed, lang)
        if snippet.name in ("iframe", "html"):
            tags = _Tags()
            tags.feed(made)
            assert set(tags.seen) <= {"iframe", "figure", "blockquote", "p", "figcaption", "i", "span", "bdi"}
        if snippet.name == "markdown":
            assert all(line.startswith(">") for line in made.split("\n"))
        if snippet.name == "latex":
            assert made.count("{") == made.count("}")
