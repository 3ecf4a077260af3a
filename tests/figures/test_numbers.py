"""The numbers of every figure, counted a second time from the seed data by other means."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest

from tests.figures import counting
from tests.figures.conftest import Table
from webapp.dates import Day, parse

Read = Callable[[str], Table]

FRENCH = {"station": "bbc-radio-londres"}
PERIODS = [(-9999, 1938), (1939, 1945), (1946, 1999), (2000, 9999)]


def whole(text: str) -> int:
    return int(re.sub(r"[\s,\u202f\u00a0]", "", text) or 0)


def label(scheme: str, slug: str) -> str:
    row = next(row for row in counting.rows("vocabularies") if (row["scheme"], row["slug"]) == (scheme, slug))
    return row["label_en"][:1].upper() + row["label_en"][1:]


@pytest.mark.parametrize(("name", "column"), [("theme-purpose", "theme"), ("surface-purpose", "surface")])
def test_a_heat_map_counts_messages_by_surface_and_purpose(table: Read, name: str, column: str) -> None:
    counts = counting.crossed(column)
    found = table(f"/figures/{name}.csv")
    wanted = Counter({label("purpose", purpose) if purpose else "No known meaning": 0 for _surface, purpose in counts})
    for (_surface, purpose), many in counts.items():
        wanted[label("purpose", purpose) if purpose else "No known meaning"] += many
    assert {line[0]: sum(map(whole, line[1:])) for line in found} == dict(wanted)
    cells = sorted(whole(cell) for line in found for cell in line[1:] if whole(cell))
    assert cells == sorted(counts.values())


def test_claims_by_purpose(table: Read) -> None:
    every = Counter(row["purpose"] for row in counting.meanings(counting.messages()))
    french = Counter(row["purpose"] for row in counting.meanings(counting.messages(**FRENCH)))
    found = {line[0]: (whole(line[1]), whole(line[2])) for line in table("/figures/purpose-counts.csv")}
    assert found == {label("purpose", slug): (many, french[slug]) for slug, many in every.items()}


def test_claims_and_messages_by_standing(table: Read) -> None:
    claims = Counter(row["standing"] for row in counting.meanings(counting.messages()))
    led = Counter(counting.standing(key) for key in counting.messages())
    found = {line[0]: (whole(line[1]), whole(line[2])) for line in table("/figures/standing-counts.csv")}
    slugs = ("documented", "attested", "attributed", "disputed", "legend", "unknown")
    assert found == {label("standing", slug): (claims[slug], led[slug]) for slug in slugs}


def test_messages_by_language(table: Read) -> None:
    wanted = Counter(row["lang"] for row in counting.messages().values())
    found = [whole(line[1]) for line in table("/figures/language-counts.csv")]
    assert sorted(found) == sorted(wanted.values())


def test_the_share_of_food_by_year(table: Read) -> None:
    every, food = counting.certain_years(counting.messages()), counting.certain_years(counting.messages(theme="food"))
    found = {line[0]: (whole(line[1]), whole(line[2])) for line in table("/figures/food-share.csv")}
    for year, many in every.items():
        if many >= 10:
            assert found[str(year)] == (many, food[year])
    assert sum(of for of, _food in found.values()) == sum(every.values())
    assert sum(many for _of, many in found.values()) == sum(food.values())


def test_the_timeline_has_every_year_and_every_dated_message(table: Read) -> None:
    wanted = counting.certain_years(counting.messages())
    found = {line[0]: whole(line[1]) for line in table("/figures/timeline.csv") if line[0].isdigit()}
    assert {year: many for year, many in found.items() if many} == {str(year): many for year, many in wanted.items()}


def test_the_fullest_night_is_the_fifth_of_june(table: Read) -> None:
    own = counting.messages(**FRENCH)
    lines = [row for row in counting.rows("broadcasts") if row["message"] in own and row["what"] == "broadcast"]
    sure = {row["message"] for row in lines if row["edtf"] == "1944-06-05"}
    perhaps = {row["message"] for row in lines if row["edtf"] == "1944-06-05?"} - sure
    found = {line[0]: [whole(cell) for cell in line[1:]] for line in table("/figures/messages-per-night.csv")}
    assert found["5 June 1944"] == [len(sure), len(perhaps)]


def test_of_the_diary_one_line_in_twenty_three_has_a_meaning(table: Read) -> None:
    noted = [key for key, row in counting.messages().items() if "s-fr-005" in counting.cited(row["wording_sources"])]
    explained = {row["message"] for row in counting.rows("meanings")} & set(noted)
    states = Counter(line[1] for line in table("/figures/one-night-heard.csv"))
    assert (len(noted), len(explained)) == (23, 1)
    assert states == {"a meaning is known": 1, "the addressee alone is known": 1, "nothing is known": 21}


def test_the_cooked_carrots_stand_on_the_last_rung_and_the_diary_on_its_own(table: Read) -> None:
    found = {line[0]: line[1:] for line in table("/figures/ladder-of-evidence.csv")}
    assert found["Les carottes sont cuites"] == ["", "", "", "", "the phrase and a meaning"]
    assert found["Yvette aime les grosses carottes"][3] == "the phrase and a meaning"
    assert next(line for phrase, line in found.items() if phrase.startswith("De Pélican"))[1] == "the phrase alone"
    assert len(found) == len(counting.messages(theme="food", **FRENCH))


def test_the_chain_of_copies_names_only_sources_of_the_archive(table: Read) -> None:
    found = table("/figures/copy-chain.csv")
    rows = counting.rows("figures/copy-chain")
    assert len(found) == len(rows) == 14
    assert {row["source"] for row in rows} <= {row["key"] for row in counting.rows("sources")}
    assert sum(bool(line[3]) for line in found) == 4


def test_the_percentages_of_2009_add_up_and_carry_their_margin(table: Read) -> None:
    found = table("/figures/twitter-2009.csv")
    assert sum(float(line[1].rstrip("%")) for line in found) == pytest.approx(100)
    assert [whole(line[2]) for line in found] == [811, 751, 174, 117, 75, 72]
    assert found[0][3] == "38.4% to 42.7%"
    ours = Counter(row["surface"] for row in counting.messages().values())
    assert whole(found[0][4]) == ours["pointless-babble"]


def test_numbers_are_rarer_on_the_bbc_than_in_the_tweets_of_2012(table: Read) -> None:
    found = table("/figures/numbers-in-messages.csv")
    bbc = [row["text"] for row in counting.messages(lang="fr", **FRENCH).values()]
    assert whole(found[0][2]) == sum(bool(re.search(r"\d", text)) for text in bbc)
    share = {line[0]: whole(line[2]) for line in found if line[1] == "Any of these"}
    hashtag = counting.messages(station="twitter-radiolondres", lang="fr")
    dated = [row for row in counting.rows("broadcasts") if row["message"] in hashtag]
    tweets = {row["message"] for row in dated if row["edtf"].startswith("2012")}
    assert share["BBC in French, 1941 to 1944"] / len(bbc) < share["#RadioLondres, 2012"] / len(tweets)


def test_every_phrase_is_in_one_mould_or_in_none(table: Read) -> None:
    found = {line[0]: whole(line[1]) for line in table("/figures/sentence-templates.csv")}
    assert sum(found.values()) == len(counting.messages(lang="fr", **FRENCH))
    openings = [
        row["text"] for row in counting.messages(**FRENCH).values() if re.match(r"D(e|u) .+ (à|au) .+[:,]", row["text"])
    ]
    assert found["De X à Y : …"] == len(openings)


def test_unknown_meanings_by_language(table: Read) -> None:
    unknown = Counter(row["lang"] for key, row in counting.messages().items() if counting.standing(key) == "unknown")
    found = table("/figures/unknown-by-language.csv")
    assert sorted(whole(line[2]) for line in found) == sorted(unknown.values())


def test_claims_by_the_number_of_their_sources(table: Read) -> None:
    counts = Counter(
        (row["standing"], min(len(set(counting.cited(row["sources"]))), 3))
        for row in counting.meanings(counting.messages())
    )
    found = {line[0]: [whole(cell) for cell in line[1:]] for line in table("/figures/sources-per-claim.csv")}
    for slug in {standing for standing, _n in counts}:
        assert found[label("standing", slug)] == [counts[slug, n] for n in range(4)]


def test_nights_known_of_each_year_of_the_war(table: Read) -> None:
    nights = {
        date.day
        for row in counting.rows("broadcasts")
        if row["edtf"] and (date := parse(row["edtf"])).day and 1939 <= date.day.year <= 1945
    }
    wanted = Counter(day.year for day in nights if day)
    assert {int(line[0]): whole(line[1]) for line in table("/figures/nights-known.csv")} == {
        year: wanted[year] for year in range(1939, 1946)
    }


def test_the_map_counts_the_messages_of_every_place(table: Read) -> None:
    places = {row["key"]: row for row in counting.rows("places")}
    pairs = {(row["place"], row["message"]) for row in counting.meanings(counting.messages()) if row["place"]}
    wanted = Counter(place for place, _message in pairs)
    found = table("/figures/map.csv")
    assert sorted(whole(line[4]) for line in found) == sorted(wanted.values())
    assert sum(bool(line[3]) for line in found) == sum(bool(places[key]["located_by"]) for key in wanted)


def test_relations_are_told_once_and_from_the_alert_to_the_action(table: Read) -> None:
    found = table("/figures/alerts-and-actions.csv")
    assert ["Les sanglots longs des violons de l’automne", "Bercent mon cœur d’une langueur monotone"] in found
    pairs = set()
    for row in counting.rows("relations"):
        if row["relation"] in ("alert-for", "action-for"):
            ends = (row["message"], row["other"])
            pairs.add(ends if row["relation"] == "alert-for" else ends[::-1])
    assert len(found) == len(pairs)


def test_the_calendar_of_1944_has_its_nights_and_what_has_no_night(table: Read) -> None:
    found = table("/calendar/1944.csv")
    dates = {line[0] for line in found}
    nights = {
        date.day
        for row in counting.rows("broadcasts")
        if row["edtf"] and (date := parse(row["edtf"])).day and date.day.year == 1944
    }
    assert len(dates - {line for line in dates if "unknown" in line}) == len(nights)
    assert "August 1944, night unknown" in dates
    assert Day(1944, 6, 5) in nights


def related(kind: str) -> dict[bool, set[tuple[str, str]]]:
    """The pairs of one kind, by whether both were sent by the same station."""
    every = {row["key"]: row for row in counting.rows("messages")}
    found: dict[bool, set[tuple[str, str]]] = {True: set(), False: set()}
    for row in counting.rows("relations"):
        if row["relation"] == kind:
            same = every[row["message"]]["station"] == every[row["other"]]["station"]
            found[same].add((row["other"], row["message"]))
    return found


@pytest.mark.parametrize(("name", "kind", "same"), [
    ("variants", "variant-of", {True}), ("echoes", "variant-of", {False}), ("replies", "reply-to", {True, False}),
])  # fmt: skip
def test_wordings_that_come_back_and_answers_are_all_listed(table: Read, name: str, kind: str, same: set[bool]) -> None:
    texts = {row["key"]: row["text"] for row in counting.rows("messages")}
    pairs = related(kind)
    wanted = {(texts[first], texts[second]) for each in same for first, second in pairs[each]}
    if name == "echoes":
        echoes = related("echo-of")
        assert ("Jean a une moustache très longue", "John has a long mustache") in {
            (texts[first], texts[second]) for first, second in echoes[False]
        }
        wanted |= {(texts[first], texts[second]) for each in echoes.values() for first, second in each}
    assert len(wanted) > 1
    assert {(folded(line[0]), folded(line[1])) for line in table(f"/figures/{name}.csv")} == {
        (folded(first), folded(second)) for first, second in wanted
    }


def folded(text: str) -> str:
    """A phrase without the signs that a typesetter and a spreadsheet's guard change."""
    return re.sub(r"\W+", " ", text).strip()


def test_the_map_of_networks_counts_the_messages_of_radio_londres_by_ground(table: Read) -> None:
    london = counting.messages(**FRENCH)
    places = {row["key"]: row for row in counting.rows("places")}
    pairs = {(row["place"], row["message"]) for row in counting.meanings(london) if row["place"]}
    wanted = Counter(place for place, _message in pairs if places[place]["country"] in ("FR", ""))
    found = table("/figures/networks-map.csv")
    assert sum(wanted.values()) > 50
    assert sorted(whole(line[3]) for line in found) == sorted(wanted.values())


def test_what_nobody_explains_is_counted_by_the_years_in_which_it_may_have_been_broadcast(table: Read) -> None:
    every, spans = counting.messages(), {}
    for row in counting.rows("broadcasts"):
        if row["edtf"] and row["message"] in every:
            date = parse(row["edtf"])
            years = date.earliest.year if date.earliest else -9999, date.latest.year if date.latest else 9999
            spans.setdefault(row["message"], []).append(years)
    for line, (first, last) in zip(table("/figures/unknown-by-period.csv"), PERIODS, strict=True):
        own = {key for key, found in spans.items() if any(since <= last and first <= until for since, until in found)}
        assert whole(line[1]) == len(own), line
        assert whole(line[2]) == sum(counting.standing(key) == "unknown" for key in own), line
