"""Dates as people write them: understood, echoed, or refused with advice; never silently wrong."""

import datetime
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from webapp.dates import BadDate, Day, Edtf, night_words, parse, read, understand

READ = [
    ("nuit du 5 au 6 juin 1944", "1944-06-05"),
    ("dans la nuit du lundi 5 au mardi 6 juin 1944", "1944-06-05"),
    ("nuit du 31 mai au 1er juin 1944", "1944-05-31"),
    ("nuit du 31 décembre 1943 au 1er janvier 1944", "1943-12-31"),
    ("night of June 5-6, 1944", "1944-06-05"),
    ("night of 5/6 June 1944", "1944-06-05"),
    ("the night of the 5th to the 6th of June 1944", "1944-06-05"),
    ("night of 5 June 1944", "1944-06-05"),
    ("5 juin 1944 au soir", "1944-06-05"),
    ("nuit du 5 ou du 6 juin 1944", "[1944-06-05,1944-06-06]"),
    ("5 juin 44", "1944-06-05"),
    ("6/6/1944", "1944-06-06"),
    ("5.6.44", "1944-06-05"),
    ("05-06-1944", "1944-06-05"),
    ("5 / 6 / 1944", "1944-06-05"),
    ("le 1 er juin 1944", "1944-06-01"),
    ("3/4 juin 1944", "1944-06-03/1944-06-04"),
    ("06/1944", "1944-06"),
    ("5/44", "1944-05"),
    ("1944/06/05", "1944-06-05"),
    ("1944-6-5", "1944-06-05"),
    ("vers mai 44", "1944-05~"),
    ("Vers le 5 juin 1944 ?", "1944-06-05%"),
    ("vers l'été 1944", "1944-22~"),
    ("after 3 May 1943?", "[1943-05-04?..]"),
    ("après le 3 mai 1943", "[1943-05-04..]"),
    ("avant 1944", "[..1943]"),
    ("avant le 1er janvier 1944", "[..1943-12-31]"),
    ("avant l’été 1944", "[..1944-05]"),
    ("après les années 1940", "[1950..]"),
    ("before June 1944", "[..1944-05]"),
    ("début juin 1944", "1944-06"),
    ("mid-June 1944", "1944-06"),
    ("mi-juin 1944", "1944-06"),
    ("fin 1943", "1943"),
    ("end of June 1944", "1944-06"),
    ("fin des années 1930", "193X"),
    ("été 1944", "1944-22"),
    ("summer of 1944", "1944-22"),
    ("hiver 1943-1944", "1943-24"),
    ("hiver 1943-44", "1943-24"),
    ("winter 1943/44", "1943-24"),
    ("1er juin 1944", "1944-06-01"),
    ("premier juin 1944", "1944-06-01"),
    ("1ᵉʳ juin 1944", "1944-06-01"),
    ("June 5th, 1944", "1944-06-05"),
    ("June 5, 1944", "1944-06-05"),
    ("Monday, 5 June 1944", "1944-06-05"),
    ("5-Jun-1944", "1944-06-05"),
    ("the 5th of June, 1944", "1944-06-05"),
    ("entre mars et mai 1943", "1943-03/1943-05"),
    ("entre le 5 et le 8 juin 1944", "1944-06-05/1944-06-08"),
    ("between June 5 and 8, 1944", "1944-06-05/1944-06-08"),
    ("du 30 mai au 2 juin 1944", "1944-05-30/1944-06-02"),
    ("de mars à mai 1943", "1943-03/1943-05"),
    ("d'avril à juin 1944", "1944-04/1944-06"),
    ("from 1943 to 1944", "1943/1944"),
    ("5-8 juin 1944", "1944-06-05/1944-06-08"),
    ("5/6 juin 1944", "1944-06-05/1944-06-06"),
    ("juin-juillet 1944", "1944-06/1944-07"),
    ("1943-1944", "1943/1944"),
    ("1943–44", "1943/1944"),
    ("1914-18", "1914/1918"),
    ("5 juin 1944 - 8 juin 1944", "1944-06-05/1944-06-08"),
    ("1943 ou 1944", "[1943,1944]"),
    ("1er ou 5 juin 1944", "[1944-06-01,1944-06-05]"),
    ("June 5 or 8, 1944", "[1944-06-05,1944-06-08]"),
    ("5, 6 et 8 juin 1944", "{1944-06-05,1944-06-06,1944-06-08}"),
    ("mai, juin ou juillet 1944", "[1944-05,1944-06,1944-07]"),
    ("1943, 1944 or 1945", "[1943,1944,1945]"),
    ("31 mai ou 1er juin 1944", "[1944-05-31,1944-06-01]"),
    ("années 1940", "194X"),
    ("années 40", "194X"),
    ("the 1940s", "194X"),
    ("'40s", "194X"),
    ("années 1940 ou années 1950", "[194X,195X]"),
    ("XXe siècle", "19XX"),
    ("20th century", "19XX"),
    ("1944-06-05?", "1944-06-05?"),
    ("[1943, 1944]", "[1943,1944]"),
    ("1943 / 1944", "1943/1944"),
    ("vers 1944-06", "1944-06~"),
    ("194x", "194X"),
    ("c. 1944", "1944~"),
    ("circa May 1944", "1944-05~"),
    ("ca 1943", "1943~"),
    ("environ 1943", "1943~"),
    ("1943 environ", "1943~"),
    ("peut-être juin 1944", "1944-06?"),
    ("probably 5 June 1944", "1944-06-05?"),
    ("juin 1944 (?)", "1944-06?"),
    ("depuis 1940", "1940/.."),
    ("à partir d’avril 1944", "1944-04/.."),
    ("since May 1943", "1943-05/.."),
    ("from 1943 on", "1943/.."),
    ("jusqu’en 1945", "../1945"),
    ("jusqu'au 5 juin 1944", "../1944-06-05"),
    ("until May 1944", "../1944-05"),
    ("au plus tard le 5 juin 1944", "[..1944-06-05]"),
    ("5 June 1944 or later", "[1944-06-05..]"),
    ("mai 1944 ou avant", "[..1944-05]"),
    ("44 av. J.-C.", "-0043"),
    ("44 BC", "-0043"),
    ("15 mars 44 apr. J.-C.", "0044-03-15"),
    ("1er trimestre 1944", "1944-33"),
    ("second half of 1944", "1944-41"),
    ("premier semestre 1944", "1944-40"),
    ("first quarter of 1944", "1944-33"),
    ("sept. 1943", "1943-09"),
    ("févr 1943", "1943-02"),
    ("août 1944", "1944-08"),
    ("juin '44", "1944-06"),
    ("44", "1944"),
    ("en 1944", "1944"),
    ("au printemps 1944", "1944-21"),
    ("lundi 5 juin 1944", "1944-06-05"),
    ("entre vers 1975 et juin 2008", "1975~/2008-06"),
    ("entre début mai et fin juin 1944", "1944-05/1944-06"),
    ("juin, 1944", "1944-06"),
    ("1944?", "1944?"),
    ("entre 1943 et 1944 ?", "1943?/1944?"),
    ("vers 1943 ou 1944", "[1943~,1944~]"),
    ("1940-06", "1940-06"),
    ("-0043", "-0043"),
    ("Y17000", "Y17000"),
    ("1944-06-05T21:15:00", "1944-06-05T21:15:00"),
    ("5 juin 1944.", "1944-06-05"),
    ("« 5 juin 1944 »", "1944-06-05"),
    ("5 JUIN 1944", "1944-06-05"),
    ("le 29 février 1944", "1944-02-29"),
    ("courant juin 1944", "1944-06"),
    ("entre décembre 1943 et février 1944", "1943-12/1944-02"),
    ("années 1900-1909", "1900/1909"),
    ("30/05/44 - 02/06/44", "1944-05-30/1944-06-02"),
    ("été ou automne 1944", "[1944-22,1944-23]"),
]

REFUSED = [
    ("31 juin 1944", "no-such-day"),
    ("29 février 1943", "not-leap"),
    ("6/13/1944", "day-first"),
    ("13/13/1944", "no-such-month"),
    ("31/6/1944", "no-such-day"),
    ("5 juin", "no-year"),
    ("juin", "no-year"),
    ("June 5", "no-year"),
    ("juin 12", "day-or-year"),
    ("mai 5", "no-year"),
    ("5", "no-year"),
    ("12", "no-year"),
    ("5/6", "no-year"),
    ("hiver 1943", "which-winter"),
    ("automne ou hiver 1943", "which-winter"),
    ("hiver 1943-1945", "one-winter"),
    ("1940-41", "which-years"),
    ("1939-40", "which-years"),
    ("mardi 5 juin 1944", "wrong-weekday"),
    ("nuit du 5 au 8 juin 1944", "not-one-night"),
    ("nuit de juin 1944", "not-one-night"),
    ("5 juin 1944 à 21h15", "has-time"),
    ("5 juin 1944 21:15", "has-time"),
    ("hello", "not-understood"),
    ("entre décembre et février 1944", "reversed"),
    ("années 1900", "which-decade"),
    ("1900s", "which-decade"),
    ("fin 5 juin 1944", "no-part"),
    ("printemps 1943-1944", "not-understood"),
    ("5 ou juin 1944", "not-understood"),
    ("juin 944", "not-understood"),
    ("5 juin 19444", "not-understood"),
    ("ヨ", "not-understood"),
    ("٥ juin 1944", "characters"),
    ("5\u200bjuin", "characters"),
    ("５ juin 1944", "characters"),
    ("entre 1943", "not-understood"),
    ("avant", "not-understood"),
    ("ou", "not-understood"),
    ("?", "not-understood"),
    ("vers", "not-understood"),
    ("1944-06-31", "no-such-day"),
    ("le", "not-understood"),
    ("5 juin 1944 ou hier", "not-understood"),
    ("juin - 1944", "not-understood"),
    ("12/25/44", "day-first"),
    ("du 5 juin", "no-year"),
    ("5 et 6", "not-understood"),
    ("dimanche 6/6/1944", "wrong-weekday"),
    ("32 juin 1944", "no-such-day"),
    ("0 juin 1944", "no-such-day"),
    ("1943 et 1944 ou 1945", "not-understood"),
    ("nuit du 5", "not-understood"),
    ("June 31st, 1944", "no-such-day"),
    ("44-06-05", "no-such-day"),
    ("entre et", "not-understood"),
    ("0/0/0000", "no-such-month"),
    ("00/00/44", "no-such-month"),
    ("", "empty"),
    (" ", "empty"),
    ("5 juin 1944" + " " * 200, "too-long"),
    ("5 juin\n1944", "characters"),
    ("\ud800", "characters"),
    ("5 juin \udcff", "characters"),
]


@pytest.mark.parametrize(("text", "edtf"), READ)
def test_a_date_is_read_as_people_write_it(text: str, edtf: str) -> None:
    assert read(text).text == edtf


@pytest.mark.parametrize("text", [text for text, _ in READ])
def test_letters_spaces_and_apostrophes_do_not_matter(text: str) -> None:
    assert read(f"  {text.upper()} ".replace(" ", "\u00a0")) == read(text)
    assert read(text.replace("'", "’")) == read(text)


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_what_is_impossible_or_could_be_two_dates_is_refused(text: str, code: str) -> None:
    with pytest.raises(BadDate) as refusal:
        read(text)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "french", "english"),
    [
        (
            "31 juin 1944",
            "Le 31 juin n’existe pas\u00a0: juin a 30 jours. "
            "Écrivez par exemple «\u202f30 juin 1944\u202f» ou «\u202fjuin 1944\u202f».",
            "31 June does not exist: June has 30 days. Type for example “30 June 1944” or “June 1944”.",
        ),
        (
            "6/13/1944",
            "Ici le jour vient avant le mois\u00a0: dans «\u202f6/13/1944\u202f», le mois serait 13. "
            "Écrivez «\u202f13/6/1944\u202f» ou le mois en toutes lettres.",
            "Here the day comes before the month: in “6/13/1944” the month would be 13. "
            "Type “13/6/1944”, or the month in letters.",
        ),
        (
            "mardi 5 juin 1944",
            "Le 5 juin 1944 n’était pas un mardi mais un lundi. Corrigez l’un ou l’autre.",
            "5 June 1944 was not a Tuesday but a Monday. Correct one or the other.",
        ),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_to_type(text: str, french: str, english: str) -> None:
    with pytest.raises(BadDate) as refusal:
        read(text)
    assert refusal.value.message("fr") == french
    assert refusal.value.message("en") == str(refusal.value) == english


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    "text", ["31 juin 1944", "29 février 1943", "6/13/1944", "hiver 1943", "1940-41", "années 1900", "juin 12", "bah"]
)
def test_what_a_refusal_proposes_can_be_typed(text: str, lang: str) -> None:
    with pytest.raises(BadDate) as refusal:
        read(text)
    opening, closing = ("«\u202f", "\u202f»") if lang == "fr" else ("“", "”")
    advice = refusal.value.message(lang).rpartition("Écrivez" if lang == "fr" else "Type")[2]
    proposed = [part.partition(closing)[0] for part in advice.split(opening)[1:]]
    complete = [each for each in proposed if any(word in each for word in ("19", "/", "X"))]
    assert complete
    assert all(read(each) for each in complete)


@pytest.mark.parametrize(
    ("text", "french"),
    [
        ("6/5/1944", "6 mai 1944 · 1944-05-06 · lu dans l’ordre jour, mois, année"),
        ("nuit du 5 au 6 juin 1944", "5 juin 1944 · 1944-06-05 · une nuit est datée par son soir"),
        ("vers mai 44", "vers mai 1944 · 1944-05~ · une année à deux chiffres est lue 19.."),
        ("5 juin 1944", "5 juin 1944 · 1944-06-05"),
    ],
)
def test_the_echo_says_what_was_decided(text: str, french: str) -> None:
    assert understand(text).echo("fr") == french


def test_the_echo_speaks_english_too() -> None:
    assert understand("6/5/1944").echo("en") == "6 May 1944 · 1944-05-06 · read in the order day, month, year"


@pytest.mark.parametrize("text", ["début juin 1944", "mid-June 1944", "fin 1943", "late May 1944"])
def test_a_part_of_a_month_never_becomes_a_day(text: str) -> None:
    understood = understand(text)
    assert understood.date.day is None
    assert "part" in understood.notes


@pytest.mark.parametrize("text", [text for text, edtf in READ if "44" in edtf and "44" in text and "1944" not in text])
def test_a_year_of_two_digits_is_always_announced(text: str) -> None:
    year = read(text).earliest
    assert year is None or year.year < 1000 or "two-digit-year" in understand(text).notes


ARCHIVE = """
1814/1815 1814~ 1843-08 1844-05-18 1859-05-06 1859~ 1861-07-12 1862-05 1895 1895-12-27 1915 1915-05 1916-04-22
1917-10? 1932-03 1932-03-11 1936-07-18? 1939-08-31 1940 1940-05 1940-05-09 1940/1945 1941-08-02? 1941-09-03
1941-09-17? 1941-10-07? 1941-10-20 1941-11-04? 1941-11-22 1941-11-27 1941-12-02 1941-12-03 1941-12-04
1941-12-04? 1941-12-05? 1941-12-07 1941/1944 1942 1942-01-17 1942-01-18 1942-01-27 1942-05-28? 1942-11-07
1942-11-22? 1942-11~ 1942-12-02 1942-12? 1943 1943-02-13 1943-03 1943-03-12 1943-03-17 1943-03-23 1943-03?
1943-04-16 1943-05-05 1943-06-14 1943-06-16 1943-06-19 1943-06-20 1943-06-20? 1943-07-13 1943-07-18 1943-07-22
1943-07-24 1943-08 1943-08-11 1943-08-16 1943-08-19 1943-08-20 1943-08~ 1943-09-15 1943-09-21 1943-11? 1943-12?
1943/1944 1943~ 1944 1944-01 1944-01-29 1944-01? 1944-02 1944-03-03 1944-03-04 1944-03? 1944-04-09 1944-04-18?
1944-04-30 1944-05 1944-05-01 1944-05-29 1944-05? 1944-06-01 1944-06-01? 1944-06-02 1944-06-02? 1944-06-03?
1944-06-04? 1944-06-05 1944-06-05? 1944-06-06 1944-06-06? 1944-06-08 1944-06-08? 1944-06-13/1944-06-14
1944-06-25 1944-06? 1944-07-03 1944-07-05 1944-07-09 1944-07-31 1944-07-31? 1944-07? 1944-08-01 1944-08-04
1944-08-07 1944-08-08/1944-10-04 1944-08-09 1944-08-11 1944-08-14 1944-08-23 1944-08-24 1944-08-25 1944-08-27
1944-08-29 1944-08? 1944-08~ 1944-09 1944-09-03? 1944-09-17 1944-09-22 1944-09? 1944-11-05 1944-11-26
1944-12-30? 1944/1945 1944? 1944~ 1945-02-09 1945-02-21 1945-02-23 1945-02-26 1945-03-04 1945-03-20 1945-03-25
1945-03-30 1945-04-04 1945-04-12 1945-04-24 1945-04-26 1945-07 1945-07-16 1945-07-17 1945-07-18 1956-07-26
1956-11-25? 1956-11-27 1959-04-01 1960-05-05 1963-05-02 1964-10-16 1968 1968-01 1968-12-14 1971-08-13 1971-08-14
1973-05 1974 1974-04-24 1974-04-25 1974-05-18 1974-07-20? 1974-08-14? 1975-04-29 1975~/2008-06 1976-10 1981-12?
1982-11 1986-07-14 1986-07-21 1989-12-18 1991-02-04 1991-03-20 1991-08 1997-12-24 2007-07-23 2008-01 2009 2010
2011-02 2012-04 2012-04-18 2012-04-21 2012-04-22 2012-04-22? 2012-05-06 2012-06-17 2013-02 2014 2014-03-23
2014-05-24 2015-05 2015-05-24? 2015-12-13 2016-05 2016-06-23 2016-08-12 2016-09-16 2016-09-25 2016-10?
2016-11-27 2017-02-05 2017-04-23 2017-05-07 2017-05-07? 2017-07 2018 2018-02 2019-05-26 2019-08-17 2019-08?
2019-10-13 2019-11 2020 2020-07 2020-08-29 2020-10 2020~ 2021-07 2021-10-02 2022 2022-03 2022-04-09 2022-04-10
2022-05-04 2022-09-24 2022-10 2023-10-15 2025 2025-06-04 2025-09-08
"""


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_date_of_the_first_entries_comes_back_from_its_words(lang: str) -> None:
    for text in ARCHIVE.split():
        date = parse(text)
        assert date.text == text
        assert read(text) == date
        assert read(date.words(lang)) == date


YEAR = st.integers(1000, 9990).map(str)
DAY = st.dates(min_value=datetime.date(1000, 1, 1), max_value=datetime.date(9990, 12, 31)).map(str)
MONTH = DAY.map(lambda day: day[:7])
SEASON = st.tuples(st.integers(1000, 9998).map(str), st.sampled_from(["21", "22", "23", "24", "33", "41"])).map(
    "-".join
)
DECADE = st.integers(100, 999).filter(lambda n: n % 10).map("{}X".format)
CENTURY = st.integers(10, 99).map("{}XX".format)
MARK = st.sampled_from(["", "?", "~", "%"])
POINT = st.tuples(st.one_of(YEAR, MONTH, DAY, SEASON, DECADE, CENTURY), MARK).map("".join)
PLAIN = st.tuples(st.one_of(YEAR, MONTH, DAY), st.sampled_from(["", "?"])).map("".join)
PAIR = st.tuples(PLAIN, PLAIN).map(sorted)
SAID = st.one_of(
    POINT,
    PAIR.map("/".join),
    POINT.map("{}/..".format),
    POINT.map("../{}".format),
    POINT.map("{}/".format),
    POINT.map("/{}".format),
    PLAIN.map("[{}..]".format),
    PLAIN.map("[..{}]".format),
    PAIR.map("..".join).map("[{}]".format),
    st.lists(POINT, min_size=2, max_size=4).map(",".join).map("[{}]".format),
    st.lists(PLAIN, min_size=2, max_size=4).map(",".join).map("{{{}}}".format),
)


def outcome(reader: Callable[[str], Edtf], text: str) -> Edtf | BadDate:
    try:
        return reader(text)
    except BadDate as refusal:
        return refusal


@given(SAID, st.sampled_from(["fr", "en"]))
def test_a_date_said_in_words_is_read_with_the_same_bounds(text: str, lang: str) -> None:
    """Of years with four digits: points with their marks, intervals, open and unknown ends, before, after, lists."""
    date = outcome(parse, text)
    assume(isinstance(date, Edtf))
    again = read(date.words(lang))
    assert (again.earliest, again.latest) == (date.earliest, date.latest)


@given(st.integers(-700_000, 3_000_000), st.sampled_from(["fr", "en"]), st.booleans())
def test_a_night_said_in_words_is_read_as_its_evening(ordinal: int, lang: str, weekday: bool) -> None:
    day = Day.from_ordinal(ordinal)
    assert read(night_words(day, lang, weekday)).day == day


WORDS = """
5 31 44 0 1944 1943-06 6/6/1944 juin may février été winter 20th XXe siècle années 1940s vers about environ ? (?) ~
nuit night du au entre et between and ou or , - / .. [ ] { } avant after depuis jusqu’en lundi Monday le the début mid-
fin 1er 5th av. J.-C. BC X S2 Y E T21:15:00 premier trimestre of de d’ l’ une date inconnue à to
"""
TOKEN = st.sampled_from(WORDS.split())
TYPED = st.one_of(
    st.text(max_size=220),
    st.lists(TOKEN, max_size=12).map(" ".join),
    st.lists(TOKEN, max_size=8).map("".join),
)


@given(TYPED)
def test_any_text_is_read_or_refused(text: str) -> None:
    found = outcome(read, text)
    if isinstance(found, Edtf):
        assert parse(found.text) == found
        assert found.words("fr")
    else:
        assert found.message("fr").encode("utf-8")
