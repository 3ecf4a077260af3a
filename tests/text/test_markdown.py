"""An essay's Markdown: references, notes, typography, and what an editor is told."""

import pytest
from markupsafe import Markup

from webapp.text.markdown import excerpt, mentions, render, render_plain
from webapp.text.references import MessageRef, Nobody, Rendered, SourceRef
from webapp.text.strings import PROBLEMS, STRINGS, explain

N = "\u202f"


class Archive(Nobody):
    """Two messages, two sources and a figure."""

    phrases = {"crapaud": "Le crapaud vole", "toad": "The toad's here"}
    langs = {"crapaud": "fr", "toad": "en"}

    def message(self, key: str) -> MessageRef | None:
        return MessageRef(f"/messages/{key}", self.phrases[key], self.langs[key]) if key in self.phrases else None

    def card(self, key: str) -> Markup | None:
        return Markup('<article class="slip" onclick="ours()">card</article>') if key in self.phrases else None

    def source(self, key: str) -> SourceRef | None:
        known = {
            "s-1": SourceRef(Markup("A. Luneau, <cite>Je vous écoute</cite>."), "/sources/s-1"),
            "s-2": SourceRef(Markup('<a href="https://x.test/">BBC</a>, 1944.'), "/sources/s-2"),
            "s-3": SourceRef(Markup("Archive")),
        }
        return known.get(key)

    def figure(self, name: str) -> Markup | None:
        return Markup('<figure style="ours"></figure>') if name == "ladder" else None


def show(text: str, lang: str = "fr") -> Rendered:
    return render(text, lang=lang, references=Archive())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("un *mot* et **deux**", "un <em>mot</em> et <strong>deux</strong>"),
        ("L'ami dit: oui!", f"L’ami dit&nbsp;: oui{N}!"),
        ("*quoi*?", f"<em>quoi</em>{N}?"),
        ("le 1er juin", "le 1<sup>er</sup> juin"),
        ("`l'ami ?`", "<code>l'ami ?</code>"),
        ("[lien](/aide)", '<a href="/aide" rel="noopener">lien</a>'),
        ("voir https://a.test/x_y?z=1&t.", 'voir <a href="https://a.test/x_y?z=1&amp;t" rel="noopener">https://a.test'),
        ("~~non~~", "<s>non</s>"),
        ("expressio.fr reste du texte", "<p>expressio.fr reste du texte</p>"),
        ("[[crapaud]]… et la suite", f'<span class="g">«{N}</span><span lang="fr">Le crapaud vole</span>'),
        ("« [[crapaud]] »", f'«{N}<a class="mention" href="/messages/crapaud" rel="noopener"><span lang="fr">'),
        ("ici [[crapaud|*ce* mot]]", 'href="/messages/crapaud" rel="noopener"><em>ce</em> mot</a>'),
        ("ici [[toad]]", '<span lang="en">The toad’s here</span>'),
    ],
)
def test_a_french_line_is_shown_so(text: str, shown: str) -> None:
    assert shown in show(text).body


def test_an_english_text_has_english_quotation_marks() -> None:
    body = show('He said "it\'s [[crapaud]]"', lang="en").body
    assert "He said “it’s " in body
    assert '<span class="g">“</span><span lang="fr">Le crapaud vole</span><span class="g">”</span>' in body


def test_a_paragraph_that_is_a_message_becomes_its_card() -> None:
    assert show("Avant.\n\n[[crapaud]]").body == (
        '<p>Avant.</p>\n<article class="slip" onclick="ours()">card</article>\n'
    )


def test_a_figure_alone_is_drawn_by_the_archive() -> None:
    shown = show("{{figure: ladder}}\n\n{{ figure:ladder }}")
    assert shown.body.count('<figure style="ours"></figure>') == 2
    assert shown.figures == ["ladder"]


def test_citations_and_footnotes_share_one_numbering_in_order_of_appearance() -> None:
    shown = show("Un [@s-1, p. 12]. Deux[^x]. Trois [@s-2; @s-3].\n\n[^x]: Une note, voir [@s-3, f. 2].")
    assert [part.split('"')[0] for part in shown.body.split('href="#')[1:]] == ["n1", "n2", "n3"]
    assert "<p>Un<a " in shown.body
    first, second, third = shown.notes.split("<li ")[1:]
    assert '<a href="/sources/s-1" rel="noopener">A. Luneau, <cite>Je vous écoute</cite></a>, p. 12.' in first
    assert "Une note, voir Archive, f. 2." in second
    assert '<a href="https://x.test/">BBC</a>, 1944 (<a href="/sources/s-2"' in third
    assert f"</a>){N}; Archive." in third
    assert shown.sources == ["s-1", "s-3", "s-2"]
    assert shown.html == shown.body + shown.notes


def test_the_same_citation_twice_is_one_note_with_two_ways_back() -> None:
    shown = show("Un [@s-1]. Deux [@s-1]. Trois [@s-1, p. 2].")
    assert shown.notes.count("<li ") == 2
    assert 'id="r1-2"' in shown.body
    assert '<a href="#r1-2" role="doc-backlink" aria-label="Retour au texte, note 1 (2)"' in shown.notes


def test_a_note_may_call_another_and_have_paragraphs() -> None:
    shown = show("Texte[^a].\n\n[^a]: Une[^b].\n\n    Suite.\n[^b]: Deux[^a].")
    assert shown.notes.count("<li ") == 2
    assert "<p>Suite.</p>" in shown.notes
    assert shown.problems == []


def test_a_text_without_notes_has_no_section_of_notes() -> None:
    assert show("Texte.").notes == ""


@pytest.mark.parametrize("row", ["[[crapaud|ce mot]]", r"[[crapaud\|ce mot]]"])
def test_the_pipe_of_a_reference_does_not_cut_a_table(row: str) -> None:
    body = show(f"| a | b |\n|:--|--:|\n| {row} | `x[[y|z` |\n").body
    assert '<td class="align-left"><a class="mention" href="/messages/crapaud" rel="noopener">ce mot</a></td>' in body
    assert '<div class="scroll" tabindex="0" role="region" aria-label="Tableau 1">' in body
    assert '<th class="align-right" scope="col">b</th>' in body


def test_headings_have_addresses_and_make_the_table_of_contents() -> None:
    shown = show("## Une carotte ?\n\n## Une carotte?\n\n### N1 [@s-1]\n\n## Notes\n")
    assert [(line.level, line.id) for line in shown.toc] == [
        (2, "une-carotte"),
        (2, "une-carotte-2"),
        (3, "s-n1"),
        (2, "notes-2"),
    ]
    assert shown.toc[2].title == "N1"
    assert f'<h2 id="une-carotte">Une carotte{N}?</h2>' in shown.body


def test_words_and_minutes_are_counted_without_notes() -> None:
    shown = show("## Titre\n\nTrois mots ici [@s-1].\n")
    assert (shown.words, shown.minutes) == (4, 1)
    assert show("mot " * 401).minutes == 3


def test_each_mention_keeps_its_sentence() -> None:
    text = "Une phrase. Puis « [[crapaud]] », dit-on [@s-1]. Fin.\n\n[[toad]]\n"
    assert show(text).messages == [
        ("crapaud", f"Puis «{N}Le crapaud vole{N}», dit-on."),
        ("toad", "Fin."),
    ]


def test_mentions_are_read_without_an_archive() -> None:
    found = mentions("Ici [[le-crapaud]]. Là [[b|le mot]].", {"le-crapaud": "Le crapaud vole"}.get)
    assert found == [("le-crapaud", "Ici “Le crapaud vole”."), ("b", "Là le mot.")]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a\n\nb [[zut]]", ("message_not_found", "zut", 3)),
        ("a\nb [[zut|mots]]", ("message_not_found", "zut", 2)),
        ("[[zut]]", ("message_not_found", "zut", 1)),
        ("a [@s-9, p. 3]", ("source_not_found", "s-9", 1)),
        ("{{figure: zut}}", ("figure_not_found", "zut", 1)),
        ("a {{figure: ladder}}", ("figure_not_alone", "ladder", 1)),
        ("a[^1]", ("note_not_found", "1", 1)),
        ("a\n\n[^1]: b", ("note_not_called", "1", 3)),
        ("a [@s-1 p. 3]", ("bad_citation", "[@s-1 p. 3]", 1)),
        ("# Grand", ("heading_one", "Grand", 1)),
        ("\n" * 9 + "a" * 100_000, ("too_long", "100000", 10)),
    ],
)
def test_what_leads_nowhere_is_told_to_the_editor_with_its_line(text: str, problem: tuple[str, str, int]) -> None:
    shown = show(text)
    assert shown.problems == [problem]
    for lang in ("fr", "en"):
        assert explain(problem[0], problem[1], lang)


@pytest.mark.parametrize("text", ["[[zut]]", "a [[zut|mots]]", "a [@zut]", "{{figure: zut}}", "a[^zut]"])
def test_what_leads_nowhere_is_said_to_the_reader_in_words(text: str) -> None:
    assert "référence introuvable" in show(text).html
    assert "reference not found" in show(text, lang="en").html


def test_both_languages_have_the_same_words() -> None:
    assert STRINGS["fr"].keys() == STRINGS["en"].keys()
    assert PROBLEMS["fr"].keys() == PROBLEMS["en"].keys()


def test_a_short_note_has_no_headings_and_nothing_of_the_archives_own() -> None:
    assert render_plain("# Un *mot* ?\n\n[[crapaud]] [@s-1] <b>", "fr") == (
        f"<p># Un <em>mot</em>{N}?</p>\n<p>[[crapaud]] [@s-1] &lt;b&gt;</p>\n"
    )


def test_an_excerpt_is_plain_words_cut_at_a_word() -> None:
    text = "## Titre\n\nLe *crapaud* [@s-1] dit « [[le-mot]] »[^1] **souvent**.\n\nPuis.\n\n[^1]: note"
    assert excerpt(text, 200, "fr") == f"Le crapaud dit «{N}le mot{N}» souvent. Puis."
    assert excerpt("un deux trois, quatre", 16) == "un deux trois…"
    assert excerpt("anticonstitutionnellement", 10) == "anticonst…"
    assert excerpt("", 10) == ""
