"""Quotation marks around the whole of a phrase are the page's own; those inside are the phrase's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.text.typography import unquoted


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("« Le hibou veille »", "Le hibou veille"),
        ("«\u202fLe hibou veille\u202f»", "Le hibou veille"),
        ("“The owl wakes”", "The owl wakes"),
        ('"Le hibou veille"', "Le hibou veille"),
        ("„Die Eule wacht“", "Die Eule wacht"),
        ("« Oui » ou « non »", "« Oui » ou « non »"),
        ("Il dit « oui »", "Il dit « oui »"),
        ("« Le hibou", "« Le hibou"),
        ("»", "»"),
        ("", ""),
    ],
)
def test_only_a_pair_around_the_whole_goes(typed: str, kept: str) -> None:
    assert unquoted(typed) == kept


@given(st.text())
def test_no_letter_is_ever_lost(text: str) -> None:
    assert [each for each in unquoted(text) if each.isalnum()] == [each for each in text if each.isalnum()]
