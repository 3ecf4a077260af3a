"""French and English as printers set them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from webapp.text.typography import english, french, html, quoted, typeset

N = "\u202f"
W = "\u00a0"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Les carottes sont-elles cuites ?", f"Les carottes sont-elles cuites{N}?"),
        ("Vraiment? Oui!", f"Vraiment{N}? Oui{N}!"),
        ("Quoi ?! (sic !)", f"Quoi{N}?! (sic{N}!)"),
        ("un ; deux: trois", f"un{N}; deux{W}: trois"),
        ("« Le crapaud vole »", f"«{N}Le crapaud vole{N}»"),
        ("«Le crapaud vole?»", f"«{N}Le crapaud vole{N}?{N}»"),
        ("L'ami d'Yvette...", "L’ami d’Yvette…"),
        ("à 14:30, https://x.test/a?b=c;d:e!", "à 14:30, https://x.test/a?b=c;d:e!"),
        ("voir `a ? b : c` ici", "voir `a ? b : c` ici"),
        ("écrire à jean@exemple.test", "écrire à jean@exemple.test"),
        ("(?)", "(?)"),
        ("14 h 30, 40,55 %", f"14{N}h{N}30, 40,55{N}%"),
        ("index.php?id=3", "index.php?id=3"),
        ("", ""),
    ],
)
def test_french_is_set_with_its_spaces(typed: str, printed: str) -> None:
    assert french(typed) == printed


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ('He said "the carrots are cooked".', "He said “the carrots are cooked”."),
        ('Marie\'s "roses"...', "Marie’s “roses”…"),
        ("5' long", "5' long"),
        ("What ?", "What ?"),
    ],
)
def test_english_has_its_own_quotation_marks(typed: str, printed: str) -> None:
    assert english(typed) == printed


def test_a_mark_after_emphasised_words_knows_what_stands_before() -> None:
    assert french("? Oui.", before="i") == f"{N}? Oui."
    assert english('" he said', before="d") == "” he said"


def test_another_language_stays_as_typed() -> None:
    assert typeset("L'ape vola ?", "it") == "L'ape vola ?"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("le 1er juin & la 1re", "le 1<sup>er</sup> juin &amp; la 1<sup>re</sup>"),
        ("au XVIIe siècle", 'au <span class="rn">xvii</span><sup>e</sup> siècle'),
        (
            "la Ve République, le 20e",
            'la <span class="rn">v</span><sup>e</sup> République, le 20<sup>e</sup>',
        ),
        ("Le ciel, Ce soir, VI", "Le ciel, Ce soir, VI"),
        ("<script>", "&lt;script&gt;"),
    ],
)
def test_ordinals_are_raised_and_text_is_escaped(typed: str, shown: str) -> None:
    assert html(typed, "fr") == shown


def test_english_ordinals_stay_on_the_line() -> None:
    assert html("the 1er of June", "en") == "the 1er of June"


def test_a_quotation_has_the_marks_of_its_language() -> None:
    assert quoted("Le crapaud vole", "fr") == f"«{N}Le crapaud vole{N}»"
    assert quoted("The toad flies", "en") == "“The toad flies”"


CHARACTERS = "ab1 .:;!?«»'\"()h%`@\u00a0\u202f\n…"


@given(st.text() | st.text(CHARACTERS), st.sampled_from(["", "a", "»"]))
@example("a ?", "")
@example("a : ;", "")
def test_setting_twice_changes_nothing(text: str, before: str) -> None:
    for rule in (french, english):
        assert rule(rule(text, before), before) == rule(text, before)


@given(st.text() | st.text(CHARACTERS))
def test_setting_keeps_every_letter(text: str) -> None:
    for rule in (french, english):
        assert [char for char in rule(text) if char.isalnum()] == [char for char in text if char.isalnum()]
