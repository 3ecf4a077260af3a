"""The readable end of an address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.text.slug import slug


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le crapaud vole", "le-crapaud-vole"),
        ("L’Œuvre d’Yvette : « 14 amis »…", "l-oeuvre-d-yvette-14-amis"),
        ("東京 UVB-76", "uvb-76"),
        ("Лебединое озеро", "message"),
        ("", "message"),
    ],
)
def test_a_slug_keeps_the_latin_words(text: str, expected: str) -> None:
    assert slug(text) == expected


def test_a_slug_ends_at_a_whole_word() -> None:
    assert slug("les sanglots longs des violons", limit=20) == "les-sanglots-longs"
    assert slug("anticonstitutionnellement", limit=10) == "anticonsti"


@given(st.text(), st.integers(1, 80))
def test_a_slug_fits_an_address(text: str, limit: int) -> None:
    made = slug(text, limit)
    assert made.replace("-", "").isalnum()
    assert made.isascii()
    assert len(made) <= limit or made == "message"
