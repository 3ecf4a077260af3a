"""The kit: what is drawn is escaped, fits, and names its links."""

from __future__ import annotations

import pytest

from webapp.figures.charts import Arc, Bar, Cell, Column, Knot, arcs, bars, columns, heat
from webapp.figures.figure import harmless
from webapp.figures.study import margin
from webapp.figures.svg import fitted, link, stacked, tag, words


def test_what_is_written_is_escaped() -> None:
    assert "<script>" not in words(0, 0, "<script>")
    assert 'x="&#34;' in tag("rect", x='"')


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("Le coq", 200, "Le coq"),
        ("Le coq est anémique ce soir", 100, "Le coq est…"),
        ("Anticonstitutionnellement", 60, "Antico…"),
    ],
)
def test_a_label_that_does_not_fit_is_cut_at_a_word(text: str, width: float, shown: str) -> None:
    assert fitted(text, width) == shown


def test_capitals_and_other_alphabets_are_given_more_room() -> None:
    assert fitted("needs engine work", 125) == "needs engine work"
    assert fitted("NEEDS ENGINE WORK", 125).endswith("…")
    assert fitted("безоблачное небо", 125).endswith("…")


def test_two_rows_that_begin_alike_keep_their_names_apart() -> None:
    labels = ["Un nombre en chiffres", "Un nombre en lettres"]
    drawn = bars([Bar(label, 1, "1", label) for label in labels], labels=110).parts
    assert "chiffres</text>" in drawn
    assert "lettres</text>" in drawn
    assert "…" not in drawn


def test_a_shape_with_an_address_is_a_link_with_a_name() -> None:
    assert link("/map", "Ten", tag("rect")) == '<a href="/map"><title>Ten</title><rect/></a>'
    assert link(None, "Ten", tag("rect")) == "<g><title>Ten</title><rect/></g>"


def test_a_crawler_is_asked_not_to_follow_a_search() -> None:
    assert 'rel="nofollow"' in link("/search?theme=food", "Ten", tag("rect"))


def test_a_bar_is_as_long_as_its_value() -> None:
    drawing = bars([Bar("a", 10, "10", "a: 10"), Bar("b", 5, "5", "b: 5")], labels=100, ends=52)
    assert 'width="200"' in drawing.parts
    assert 'width="100"' in drawing.parts
    assert not drawing.linked


def test_the_fullest_cell_has_the_deepest_shade() -> None:
    drawing = heat(["x"], ["a", "b"], {(0, 0): Cell(25, "25", "/a"), (1, 0): Cell(1, "1", None)})
    assert "heat-5" in drawing.parts
    assert "heat-1" in drawing.parts
    assert drawing.linked


def test_what_is_uncertain_is_drawn_apart() -> None:
    assert columns([Column(2, 1)], {}, {}).parts.count('class="unsure"') == 1
    assert 'class="unsure"' not in columns([Column(2, 0)], {}, {}).parts


def test_an_arc_ties_two_rows() -> None:
    drawing = arcs([Knot("a", "", "a", None), Knot("b", "", "b", None)], [Arc(0, 1, "tie--variant")])
    assert drawing.parts.count("tie--variant") == 1


def test_drawings_are_stacked_with_their_heights() -> None:
    one = bars([Bar("a", 1, "1", "a")])
    assert stacked([one, one], 10).height == 2 * one.height + 10
    assert stacked([]).height == 0


@pytest.mark.parametrize("text", ["=1+1", "+33", "-1", "@cmd", "\tx"])
def test_a_formula_is_given_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_the_margin_of_the_study_is_about_two_points() -> None:
    assert margin(0.4055) == pytest.approx(0.0215, abs=0.0001)
