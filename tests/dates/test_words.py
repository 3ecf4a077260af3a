"""Dates in words, as they stand on a page; ~ stands for U+202F and _ for U+00A0 in the tables."""

import pytest

from webapp.dates import Day, day_words, month_names, night_words, parse, raised, weekday_names

WORDS = [
    ("1944-06-05", "5 juin 1944", "5 June 1944"),
    ("1944-06-01", "1er juin 1944", "1 June 1944"),
    ("1944-06", "juin 1944", "June 1944"),
    ("1944", "1944", "1944"),
    ("1944-05~", "vers mai 1944", "about May 1944"),
    ("1944-06-05?", "5 juin 1944~?", "5 June 1944?"),
    ("1944%", "vers 1944~?", "about 1944?"),
    ("1943/1944", "entre 1943 et 1944", "between 1943 and 1944"),
    ("1944-06-13/1944-06-14", "entre le 13 et le 14 juin 1944", "between 13 and 14 June 1944"),
    ("1944-08-08/1944-10-04", "entre le 8 août et le 4 octobre 1944", "between 8 August and 4 October 1944"),
    ("1975~/2008-06", "entre 1975 environ et juin 2008", "between about 1975 and June 2008"),
    ("1943?/1944?", "entre 1943 et 1944~?", "between 1943 and 1944?"),
    ("1943?/1944", "entre 1943 (?) et 1944", "between 1943 (?) and 1944"),
    ("1940/..", "à partir de 1940", "from 1940 on"),
    ("../1945", "jusqu’en 1945", "until 1945"),
    ("1940/", "de 1940 à une date inconnue", "from 1940 to an unknown date"),
    ("/1945", "d’une date inconnue à 1945", "from an unknown date to 1945"),
    ("1944-06-01/", "du 1er juin 1944 à une date inconnue", "from 1 June 1944 to an unknown date"),
    ("1944-04/", "d’avril 1944 à une date inconnue", "from April 1944 to an unknown date"),
    ("[1944-06-01,1944-06-05]", "1er ou 5 juin 1944", "1 or 5 June 1944"),
    ("[1943,1944]", "1943 ou 1944", "1943 or 1944"),
    ("{1943,1944}", "1943 et 1944", "1943 and 1944"),
    ("[1943-05-04..]", "après le 3 mai 1943", "after 3 May 1943"),
    ("[1943-05-04?..]", "après le 3 mai 1943~?", "after 3 May 1943?"),
    ("[..1943]", "avant 1944", "before 1944"),
    ("[..1943-12-02]", "avant le 3 décembre 1943", "before 3 December 1943"),
    ("[1944..]", "après 1943", "after 1943"),
    ("[1670..1673]", "une date entre 1670 et 1673", "a date between 1670 and 1673"),
    ("{1667..1670}", "de 1667 à 1670", "from 1667 to 1670"),
    ("[1667,1668,1670..1672]", "1667, 1668 ou de 1670 à 1672", "1667, 1668 or from 1670 to 1672"),
    (
        "[1760-01,1760-02,1760-12..]",
        "janvier 1760, février 1760 ou décembre 1760 ou plus tard",
        "January 1760, February 1760 or December 1760 or later",
    ),
    ("{..1984}", "jusqu’en 1984", "until 1984"),
    ("194X", "années 1940", "1940s"),
    ("19XX", "XXe siècle (1900-1999)", "20th century (1900–1999)"),
    ("190X", "années 1900-1909", "1900–1909"),
    ("1XXX", "entre 1000 et 1999", "between 1000 and 1999"),
    ("XXXX", "année inconnue", "year unknown"),
    ("1944-XX", "1944, mois inconnu", "1944, month unknown"),
    ("1944-06-XX", "juin 1944, jour inconnu", "June 1944, day unknown"),
    ("1944-XX-XX", "1944, mois inconnu, jour inconnu", "1944, month unknown, day unknown"),
    ("156X-12-25", "25 décembre, années 1560", "25 December, 1560s"),
    ("XXXX-12-XX", "décembre, année inconnue, jour inconnu", "December, year unknown, day unknown"),
    ("1944-1X", "entre octobre et décembre 1944", "between October and December 1944"),
    ("1944-06-0X", "entre le 1er et le 9 juin 1944", "between 1 and 9 June 1944"),
    ("1944-06-X5", "5, 15 ou 25 juin 1944", "5, 15 or 25 June 1944"),
    ("1944-02-2X", "entre le 20 et le 29 février 1944", "between 20 and 29 February 1944"),
    (
        "1XXX-1X-0X",
        "1XXX-1X-0X (entre le 1er octobre 1000 et le 9 décembre 1999)",
        "1XXX-1X-0X (between 1 October 1000 and 9 December 1999)",
    ),
    ("1944-21", "printemps 1944", "spring 1944"),
    ("1944-22", "été 1944", "summer 1944"),
    ("1943-24", "hiver 1943-1944", "winter 1943–1944"),
    ("1943-24~", "vers l’hiver 1943-1944", "about winter 1943–1944"),
    ("1944-30", "été 1944-1945 (hémisphère sud)", "summer 1944–1945 (southern hemisphere)"),
    ("1944-33", "1er trimestre 1944", "first quarter of 1944"),
    ("1944-37", "1er quadrimestre 1944", "first four months of 1944"),
    ("1944-41", "2e semestre 1944", "second half of 1944"),
    ("194X-22", "été, années 1940", "summer, 1940s"),
    ("1950S2", "1950 (estimation, entre 1900 et 1999)", "1950 (estimate, between 1900 and 1999)"),
    (
        "Y171010000S3",
        "171~010~000 (estimation, entre 171~000~000 et 171~999~999)",
        "171,010,000 (estimate, between 171,000,000 and 171,999,999)",
    ),
    ("Y-17E7", "170~000~001_av._J.-C.", "170,000,001_BC"),
    ("Y170000002", "170~000~002", "170,000,002"),
    ("Y3388E2S3", "338~800 (estimation, entre 338~000 et 338~999)", "338,800 (estimate, between 338,000 and 338,999)"),
    ("0000", "1_av._J.-C.", "1_BC"),
    ("-0043", "44_av._J.-C.", "44_BC"),
    ("0044-03-15", "15 mars 44_apr._J.-C.", "15 March 44_AD"),
    ("2004-06~-11", "11 juin 2004 (approximatif_: année et mois)", "11 June 2004 (approximate: year and month)"),
    ("?2004-06-11", "11 juin 2004 (incertain_: année)", "11 June 2004 (uncertain: year)"),
    ("2004-?06-11", "11 juin 2004 (incertain_: mois)", "11 June 2004 (uncertain: month)"),
    (
        "2004?-06-%11",
        "11 juin 2004 (incertain_: année) (incertain et approximatif_: jour)",
        "11 June 2004 (uncertain: year) (uncertain and approximate: day)",
    ),
    ("1944-06-05T21:15:00", "5 juin 1944 à 21_h_15", "5 June 1944 at 21:15"),
    ("1944-06-05T21:15:30Z", "5 juin 1944 à 21_h_15_min_30_s UTC", "5 June 1944 at 21:15:30 UTC"),
    ("1944-06-05T21:15:00+02:00", "5 juin 1944 à 21_h_15 (UTC+02:00)", "5 June 1944 at 21:15 (UTC+02:00)"),
    ("194X/195X", "entre les années 1940 et les années 1950", "between the 1940s and the 1950s"),
    ("1943-21/1944-22", "entre le printemps 1943 et l’été 1944", "between spring 1943 and summer 1944"),
    ("19XX-02-29", "29 février, XXe siècle (1900-1999)", "29 February, 20th century (1900–1999)"),
    ("-00XX", "entre 100_av._J.-C. et 2_av._J.-C.", "between 100_BC and 2_BC"),
    ("00XX", "entre 1_av._J.-C. et 99_apr._J.-C.", "between 1_BC and 99_AD"),
    ("../1944-06-05", "jusqu’au 5 juin 1944", "until 5 June 1944"),
    ("../1944-22", "jusqu’à l’été 1944", "until summer 1944"),
    ("1944-22/..", "à partir de l’été 1944", "from summer 1944 on"),
]


def spaced(text: str) -> str:
    return text.replace("~", "\u202f").replace("_", "\u00a0")


@pytest.mark.parametrize(("text", "french", "english"), WORDS)
def test_a_date_is_said_in_french_and_in_english(text: str, french: str, english: str) -> None:
    date = parse(text)
    assert date.words("fr") == spaced(french)
    assert date.words("en") == spaced(english)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("1944-06-01", "1<sup>er</sup> juin 1944"),
        ("19XX", "XX<sup>e</sup> siècle (1900-1999)"),
        ("1944-41", "2<sup>e</sup> semestre 1944"),
        ("[1944-06-01,1944-06-05]", "1<sup>er</sup> ou 5 juin 1944"),
        ("1944-06-21", "21 juin 1944"),
    ],
)
def test_french_ordinals_are_raised_in_html(text: str, html: str) -> None:
    assert parse(text).html("fr") == html


def test_english_html_has_nothing_raised() -> None:
    assert parse("1944-06-01").html("en") == "1 June 1944"


def test_words_made_into_html_are_escaped() -> None:
    assert raised("1er <b>", "fr") == "1<sup>er</sup> &lt;b&gt;"


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (
            Day(1944, 6, 5),
            "nuit du lundi 5 au mardi 6 juin 1944",
            "night of Monday 5 to Tuesday 6 June 1944",
        ),
        (
            Day(1944, 5, 31),
            "nuit du mercredi 31 mai au jeudi 1er juin 1944",
            "night of Wednesday 31 May to Thursday 1 June 1944",
        ),
        (
            Day(1943, 12, 31),
            "nuit du vendredi 31 décembre 1943 au samedi 1er janvier 1944",
            "night of Friday 31 December 1943 to Saturday 1 January 1944",
        ),
    ],
)
def test_a_night_is_named_by_its_evening_and_its_morning(day: Day, french: str, english: str) -> None:
    assert night_words(day, "fr") == french
    assert night_words(day, "en") == english


def test_a_night_can_be_named_without_weekdays() -> None:
    assert night_words(Day(1944, 6, 5), "fr", weekday=False) == "nuit du 5 au 6 juin 1944"
    assert night_words(Day(1944, 6, 5), "en", weekday=False) == "night of 5 to 6 June 1944"


def test_a_day_can_be_said_with_its_weekday() -> None:
    assert day_words(Day(1944, 6, 1), "fr") == "1er juin 1944"
    assert day_words(Day(1944, 6, 1), "fr", weekday=True) == "jeudi 1er juin 1944"
    assert day_words(Day(1944, 6, 1), "en-GB", weekday=True) == "Thursday 1 June 1944"


def test_months_and_weekdays_have_names_in_both_languages() -> None:
    assert month_names("fr-FR")[7] == "août"
    assert month_names("en")[7] == "August"
    assert weekday_names("fr")[0] == "lundi"
    assert weekday_names("en")[6] == "Sunday"
