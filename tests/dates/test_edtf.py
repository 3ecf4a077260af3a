"""EDTF in, canonical text and first and last possible day out."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from webapp.dates import BadDate, Day, Edtf, parse

BOUNDS = [
    ("1944-06-05", "1944-06-05", "1944-06-05"),
    ("1944-06-01", "1944-06-01", "1944-06-01"),
    ("1944-06", "1944-06-01", "1944-06-30"),
    ("1944", "1944-01-01", "1944-12-31"),
    ("1944-05~", "1944-05-01", "1944-05-31"),
    ("1944-06-05?", "1944-06-05", "1944-06-05"),
    ("1944%", "1944-01-01", "1944-12-31"),
    ("1943/1944", "1943-01-01", "1944-12-31"),
    ("1944-06-13/1944-06-14", "1944-06-13", "1944-06-14"),
    ("1944-08-08/1944-10-04", "1944-08-08", "1944-10-04"),
    ("1975~/2008-06", "1975-01-01", "2008-06-30"),
    ("1943?/1944?", "1943-01-01", "1944-12-31"),
    ("1943?/1944", "1943-01-01", "1944-12-31"),
    ("1940/..", "1940-01-01", None),
    ("../1945", None, "1945-12-31"),
    ("1940/", "1940-01-01", None),
    ("/1945", None, "1945-12-31"),
    ("1944-06-01/", "1944-06-01", None),
    ("1944-04/", "1944-04-01", None),
    ("[1944-06-01,1944-06-05]", "1944-06-01", "1944-06-05"),
    ("[1943,1944]", "1943-01-01", "1944-12-31"),
    ("{1943,1944}", "1943-01-01", "1944-12-31"),
    ("[1943-05-04..]", "1943-05-04", None),
    ("[1943-05-04?..]", "1943-05-04", None),
    ("[..1943]", None, "1943-12-31"),
    ("[..1943-12-02]", None, "1943-12-02"),
    ("[1944..]", "1944-01-01", None),
    ("[1670..1673]", "1670-01-01", "1673-12-31"),
    ("{1667..1670}", "1667-01-01", "1670-12-31"),
    ("[1667,1668,1670..1672]", "1667-01-01", "1672-12-31"),
    ("[1760-01,1760-02,1760-12..]", "1760-01-01", None),
    ("{..1984}", None, "1984-12-31"),
    ("194X", "1940-01-01", "1949-12-31"),
    ("19XX", "1900-01-01", "1999-12-31"),
    ("190X", "1900-01-01", "1909-12-31"),
    ("1XXX", "1000-01-01", "1999-12-31"),
    ("XXXX", "0000-01-01", "9999-12-31"),
    ("1944-XX", "1944-01-01", "1944-12-31"),
    ("1944-06-XX", "1944-06-01", "1944-06-30"),
    ("1944-XX-XX", "1944-01-01", "1944-12-31"),
    ("156X-12-25", "1560-12-25", "1569-12-25"),
    ("XXXX-12-XX", "0000-12-01", "9999-12-31"),
    ("1944-1X", "1944-10-01", "1944-12-31"),
    ("1944-06-0X", "1944-06-01", "1944-06-09"),
    ("1944-06-X5", "1944-06-05", "1944-06-25"),
    ("1944-02-2X", "1944-02-20", "1944-02-29"),
    ("1XXX-1X-0X", "1000-10-01", "1999-12-09"),
    ("1944-21", "1944-03-01", "1944-05-31"),
    ("1944-22", "1944-06-01", "1944-08-31"),
    ("1943-24", "1943-12-01", "1944-02-29"),
    ("1943-24~", "1943-12-01", "1944-02-29"),
    ("1944-30", "1944-12-01", "1945-02-28"),
    ("1944-33", "1944-01-01", "1944-03-31"),
    ("1944-37", "1944-01-01", "1944-04-30"),
    ("1944-41", "1944-07-01", "1944-12-31"),
    ("194X-22", "1940-06-01", "1949-08-31"),
    ("1950S2", "1900-01-01", "1999-12-31"),
    ("Y171010000S3", "+171000000-01-01", "+171999999-12-31"),
    ("Y-17E7", "-170000000-01-01", "-170000000-12-31"),
    ("Y170000002", "+170000002-01-01", "+170000002-12-31"),
    ("Y3388E2S3", "+338000-01-01", "+338999-12-31"),
    ("0000", "0000-01-01", "0000-12-31"),
    ("-0043", "-0043-01-01", "-0043-12-31"),
    ("0044-03-15", "0044-03-15", "0044-03-15"),
    ("2004-06~-11", "2004-06-11", "2004-06-11"),
    ("?2004-06-11", "2004-06-11", "2004-06-11"),
    ("2004-?06-11", "2004-06-11", "2004-06-11"),
    ("2004?-06-%11", "2004-06-11", "2004-06-11"),
    ("1944-06-05T21:15:00", "1944-06-05", "1944-06-05"),
    ("1944-06-05T21:15:30Z", "1944-06-05", "1944-06-05"),
    ("1944-06-05T21:15:00+02:00", "1944-06-05", "1944-06-05"),
    ("194X/195X", "1940-01-01", "1959-12-31"),
    ("1943-21/1944-22", "1943-03-01", "1944-08-31"),
    ("19XX-02-29", "1904-02-29", "1996-02-29"),
    ("-00XX", "-0099-01-01", "-0001-12-31"),
    ("00XX", "0000-01-01", "0099-12-31"),
    ("../1944-06-05", None, "1944-06-05"),
    ("../1944-22", None, "1944-08-31"),
    ("1944-22/..", "1944-06-01", None),
]


@pytest.mark.parametrize(("text", "earliest", "latest"), BOUNDS)
def test_a_date_has_a_first_and_a_last_possible_day(text: str, earliest: str | None, latest: str | None) -> None:
    date = parse(text)
    assert (date.earliest and date.earliest.iso, date.latest and date.latest.iso) == (earliest, latest)


@pytest.mark.parametrize("text", [text for text, _, _ in BOUNDS])
def test_the_canonical_text_reads_as_the_same_date(text: str) -> None:
    date = parse(text)
    again = parse(date.text)
    assert (again, again.shape) == (date, date.shape)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("[1943, 1944]", "[1943,1944]"),
        (" 1944-06 ", "1944-06"),
        ("?2004-06-11", "2004?-06-11"),
        ("2004?-06~", "2004%-~06"),
        ("2004-06~-11", "2004-06~-11"),
        ("?2004-?06-?11", "2004-06-11?"),
        ("?2004~", "2004%"),
        ("2004-~06-~11", "2004-~06-~11"),
    ],
)
def test_one_date_has_one_canonical_text(text: str, canonical: str) -> None:
    assert parse(text).text == canonical


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1944-06-31", "no-such-day"),
        ("1944-06-00", "no-such-day"),
        ("1943-02-29", "not-leap"),
        ("1900-02-29", "not-leap"),
        ("-0001-02-29", "not-leap"),
        ("1944-13", "no-such-month"),
        ("1944-00", "no-such-month"),
        ("1944-42", "no-such-month"),
        ("1944-22-01", "no-such-month"),
        ("1943-02-3X", "no-match"),
        ("1944-2X", "no-match"),
        ("190X-02-30", "no-match"),
        ("1944/1943", "reversed"),
        ("[1944..1943]", "reversed"),
        ("Y1944", "year-prefix"),
        ("Y017000", "year-prefix"),
        ("Y17E1", "year-prefix"),
        ("Y1E999999999", "year-too-far"),
        ("Y1234567890123", "year-too-far"),
        ("1950S9", "significant-digits"),
        ("1950S0", "significant-digits"),
        ("/", "no-bounds"),
        ("../..", "no-bounds"),
        ("../", "no-bounds"),
        ("[..]", "no-bounds"),
        ("[]", "not-edtf"),
        ("[1944", "not-edtf"),
        ("[1944}", "not-edtf"),
        ("[1943/1944]", "not-edtf"),
        ("1943/1944/1945", "not-edtf"),
        ("44", "not-edtf"),
        ("1944-6-5", "not-edtf"),
        ("19440605", "not-edtf"),
        ("194x", "not-edtf"),
        ("-0000", "not-edtf"),
        ("5 juin 1944", "not-edtf"),
        ("Y17000-01", "not-edtf"),
        ("1944-06-05T25:00:00", "no-such-time"),
        ("1944-06-05T21:15", "no-such-time"),
        ("1944-06-05T21:15:00?", "no-such-time"),
        ("1944-06-31T21:15:00", "no-such-day"),
        ("\ud800", "characters"),
        ("１９４４", "characters"),
        ("١٩٤٤", "characters"),
        ("1944\n", "characters"),
        ("1944\u200b", "characters"),
        ("", "empty"),
        ("   ", "empty"),
        ("1" * 201, "too-long"),
    ],
)
def test_what_is_not_a_date_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(BadDate) as refusal:
        parse(text)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1944-06-05", Day(1944, 6, 5)),
        ("1944-06-05?", Day(1944, 6, 5)),
        ("1944-06-05T21:15:00", Day(1944, 6, 5)),
        ("1944-06-05/1944-06-05", Day(1944, 6, 5)),
        ("1944-06-05~", None),
        ("1944-06", None),
        ("1944-06-0X", None),
        ("1944-06-05/..", None),
        ("[..1944-06-05]", None),
    ],
)
def test_a_date_is_a_day_only_when_it_names_exactly_one(text: str, day: Day | None) -> None:
    assert parse(text).day == day


@pytest.mark.parametrize(
    ("text", "uncertain", "approximate"),
    [
        ("1944", False, False),
        ("1944?", True, False),
        ("1944~", False, True),
        ("1944%", True, True),
        ("1944-?06", True, False),
        ("1975~/2008-06", False, True),
        ("[1943,1944?]", True, False),
        ("1950S2", False, True),
    ],
)
def test_a_date_says_whether_it_is_uncertain_or_approximate(text: str, uncertain: bool, approximate: bool) -> None:
    date = parse(text)
    assert (date.uncertain, date.approximate) == (uncertain, approximate)


def test_dates_with_the_same_text_are_equal_and_share_a_place_in_a_set() -> None:
    assert len({parse("1944?-06"), parse("?1944-06"), parse("1944-06")}) == 2


DIGIT = st.sampled_from("0123456789X")
TWO = st.one_of(st.integers(0, 42).map(lambda n: f"{n:02d}"), st.tuples(DIGIT, DIGIT).map("".join))
MARK = st.sampled_from(["", "", "", "?", "~", "%"])
YEAR = st.one_of(st.tuples(DIGIT, DIGIT, DIGIT, DIGIT).map("".join), st.integers(1900, 2030).map(str))
DATE = st.one_of(
    st.tuples(YEAR, MARK).map("".join),
    st.tuples(MARK, YEAR, MARK, st.just("-"), MARK, TWO, MARK).map("".join),
    st.tuples(MARK, YEAR, MARK, st.just("-"), MARK, TWO, MARK, st.just("-"), MARK, TWO, MARK).map("".join),
)
END = st.one_of(DATE, st.sampled_from(["..", ""]))
INTERVAL = st.tuples(END, END).map("/".join)
RUN = st.tuples(st.one_of(DATE, st.just("")), st.one_of(DATE, st.just(""))).map("..".join)
MEMBERS = st.lists(st.one_of(DATE, RUN), max_size=3).map(",".join)
EDTF = st.one_of(DATE, INTERVAL, MEMBERS.map("[{}]".format), MEMBERS.map("{{{}}}".format))


def outcome(text: str) -> Edtf | BadDate:
    try:
        return parse(text)
    except BadDate as refusal:
        return refusal


@given(EDTF)
def test_whatever_parses_keeps_its_rules(text: str) -> None:
    date = outcome(text)
    assume(isinstance(date, Edtf))
    assert parse(date.text) == date
    assert date.earliest is None or date.latest is None or date.earliest <= date.latest
    assert date.words("fr")
    assert date.words("en")
    assert date.html("fr")


@given(st.one_of(st.text(max_size=230), EDTF))
def test_any_text_is_a_date_or_is_refused_in_two_languages(text: str) -> None:
    refusal = outcome(text)
    assume(isinstance(refusal, BadDate))
    assert refusal.message("fr").encode("utf-8") != refusal.message("en").encode("utf-8")
