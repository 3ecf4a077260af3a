"""Found words are marked in the text as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from webapp.text.analysis import stems
from webapp.text.found import highlight, spans


def test_a_word_is_found_by_its_folded_form_or_its_stem() -> None:
    text = "L’été, les carottes sont cuites"
    assert spans(text, {"ete"}, set(), "fr") == [(2, 5)]
    assert spans(text, set(), set(stems("carotte")), "fr") == [(11, 19)]
    assert spans(text, set(), set(), "fr") == []


def test_found_words_are_marked_and_the_rest_is_escaped() -> None:
    assert highlight("<b> l’été", [(6, 9)]) == Markup("&lt;b&gt; l’<mark>été</mark>")


@pytest.mark.parametrize(
    "wanted", [[(0, 3), (2, 5)], [(2, 5), (0, 3)], [(-4, 5)], [(0, 5), (1, 1)], [(0, 5), (90, 99)]]
)
def test_slices_that_overlap_or_leave_the_text_do_no_harm(wanted: list[tuple[int, int]]) -> None:
    assert highlight("abcdefg", wanted) == Markup("<mark>abcde</mark>fg")


@given(st.text(), st.lists(st.tuples(st.integers(-5, 30), st.integers(-5, 30))))
def test_marking_loses_nothing(text: str, wanted: list[tuple[int, int]]) -> None:
    shown = highlight(text, wanted)
    plain = shown.replace("<mark>", "").replace("</mark>", "")
    assert plain == highlight(text, [])
