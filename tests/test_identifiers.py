"""Identifiers are hard to mistype and never given twice."""

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from webapp.identifiers import ALPHABET, LENGTH, Identifier, Reading, candidate, examine, mint, resolve, tidy

identifiers = st.integers(0, 29**6 - 1).map(lambda number: candidate(str(number)))


@given(identifiers, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_noticed(good: str, place: int, other: str) -> None:
    typed = good[:place] + other + good[place + 1 :]
    assert examine(typed) is (Reading.GOOD if typed == good else Reading.MISTYPED)


@given(identifiers, st.integers(0, LENGTH - 2))
def test_every_swap_of_neighbours_is_noticed(good: str, place: int) -> None:
    typed = good[:place] + good[place + 1] + good[place] + good[place + 2 :]
    assert examine(typed) is (Reading.GOOD if typed == good else Reading.MISTYPED)


@given(identifiers, st.sampled_from(["-", " ", "–", "—", "‑", "−", "\u00a0", "."]))
def test_spaces_capitals_and_any_dash_do_not_matter(good: str, dash: str) -> None:
    assert tidy(good[:3].upper() + dash + good[3:] + dash) == good
    assert examine(good[:3].upper() + dash + good[3:]) is Reading.GOOD


@given(st.text())
def test_any_text_is_read_without_error(text: str) -> None:
    assert examine(text) in Reading


def test_the_same_seed_row_always_has_the_same_identifier() -> None:
    assert candidate("carottes:message:les-carottes-sont-cuites") == candidate(
        "carottes:message:les-carottes-sont-cuites"
    )
    assert candidate("a") != candidate("b")


def test_an_identifier_is_entered_in_the_register_when_it_is_minted(session: Session) -> None:
    fresh = mint(session, "message")
    session.flush()
    assert session.get(Identifier, fresh).kind == "message"


def test_a_merged_identifier_leads_to_what_is_left(session: Session) -> None:
    one, two, three = (mint(session, "message") for _ in range(3))
    session.flush()
    session.get(Identifier, one).target_id = two
    session.get(Identifier, two).target_id = three
    session.flush()
    assert resolve(session, f"{one[:3]}-{one[3:]}".upper()).id == three
    assert resolve(session, "0000000x") is None
