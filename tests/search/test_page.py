"""What a reader sees of a search."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.conftest import counted_queries
from tests.make import Make
from webapp.revisions.actions import change, publish, withdraw
from webapp.search.models import empty_searches


def phrases(html: str) -> list[str]:
    """The phrases of the cards of a page, in order."""
    found = re.findall(r'class="phrase-m"[^>]*><a[^>]*>(.*?)</a>', html, re.DOTALL)
    return [re.sub(r"<[^>]+>|[«»“”\u202f]", "", each) for each in found]


def test_a_published_message_is_found_and_its_words_are_marked(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole")
    html = client.get("/search?q=crapaud").text
    assert phrases(html) == ["Le crapaud vole"]
    assert "<mark>crapaud</mark>" in html
    assert re.search(r'role="status">\s*1 message', html)


@pytest.mark.parametrize("words", ["nuit du 5 au 6 juin 1944", "5 June 1944", "1944-06-05"])
def test_words_that_are_a_date_lead_to_the_night(client: FlaskClient, make: Make, words: str) -> None:
    make.message("Le crapaud vole", night="1944-06-05")
    make.message("Le lapin court", night="1944-06-05?")
    text = client.get(f"/search?q={words}&lang=fr").text
    way = re.search(r'<a href="(/nights/1944-06-05[^"]*)"[^>]*>(.*?)</a>', text)
    assert way
    assert "Ces mots sont une date" in text
    assert way[2] == "Nuit du lundi 5 au mardi 6 juin 1944, 1 message"
    assert client.get(way[1]).status_code == 200


@pytest.mark.parametrize("words", ["nuit du 7 au 8 juin 1944", "juin 1944", "31 juin 1944", "3 crapauds", "12/13"])
def test_other_words_lead_to_no_night(client: FlaskClient, make: Make, words: str) -> None:
    make.message("Le crapaud vole", night="1944-06-05")
    assert "Ces mots sont une date" not in client.get(f"/search?q={words}&lang=fr").text


def test_a_draft_is_not_found(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole", status="draft")
    assert phrases(client.get("/search?q=crapaud").text) == []


def test_a_withdrawn_message_is_gone_at_once(client: FlaskClient, make: Make, session: Session) -> None:
    message = make.message("Le crapaud vole")
    assert phrases(client.get("/search?q=crapaud").text)
    withdraw(message, by=None, reason="doubtful")
    session.commit()
    assert phrases(client.get("/search?q=crapaud").text) == []


def test_a_withdrawn_message_is_not_shown_even_before_the_index_has_heard_of_it(
    app: Flask, client: FlaskClient, make: Make, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = make.message("Le crapaud vole")
    client.get("/search?q=crapaud")
    withdraw(message, by=None, reason="doubtful")
    session.commit()
    monkeypatch.setattr(app.extensions["search"].indexer, "catch_up", lambda: 0)
    html = client.get("/search?q=crapaud").text
    assert phrases(html) == []
    assert client.get("/search.json?q=crapaud").json["items"] == []


def test_a_correction_is_announced_with_a_way_back_to_the_exact_words(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole")
    html = client.get("/search?q=crapo+vole&lang=en").text
    assert phrases(html) == ["Le crapaud vole"]
    assert "Searched for <b>crapaud</b> too" in html
    way_back = re.search(r'href="([^"]*exact=1[^"]*)"', html)
    assert way_back
    assert phrases(client.get(way_back[1].replace("&amp;", "&")).text) == []


def test_what_is_typed_as_a_name_is_not_taken_for_another_word_but_that_is_offered(
    client: FlaskClient, make: Make
) -> None:
    make.message("La guerre de Troie n’aura pas lieu")
    for typed in ("Guéret", "troie+Gueret"):
        html = client.get(f"/search?q={typed}&lang=en").text
        assert "Searched for" not in html
        assert "This is what has" not in html
    assert re.search(
        r'href="/search\?q=guerre[^"]*" rel="nofollow">Search guerre, 1 result',
        client.get("/search?q=Guéret&lang=en").text,
    )
    html = client.get("/search?q=Troye&lang=en").text
    assert "Nothing in the archive has <b>troye</b>. This is what has <b>troie</b> instead." in html


def test_a_correction_is_never_made_inside_quotes_but_offered(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole")
    html = client.get('/search?q="crapo+vole"&lang=en').text
    assert phrases(html) == []
    assert "Search crapaud vole, 1 result" in html


def test_what_was_found_in_the_meaning_says_so(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole", meaning="Un parachutage")
    html = client.get("/search?q=parachutage&lang=en").text
    assert "Found in its meaning" in html
    assert "<mark>parachutage</mark>" in html


def test_nothing_found_offers_ways_on_and_is_noted_for_the_curators(
    client: FlaskClient, make: Make, session: Session
) -> None:
    make.message("Le crapaud vole")
    html = client.get("/search?q=Hippopotame&lang=en").text
    assert "Nothing was found for" in html
    assert "All messages" in html
    client.get("/search?q=hippopotame")
    client.get("/search?q=someone@example.org")
    noted = session.execute(empty_searches()).scalars().all()
    assert [(each.words, each.count) for each in noted] == [("hippopotame", 2)]


def test_of_words_that_find_nothing_together_those_that_find_something_alone_are_offered(
    client: FlaskClient, make: Make
) -> None:
    for phrase in ("La plage est mauvaise", "La plage est bonne"):
        make.message(phrase)
    html = client.get("/search?q=hippopotame+rhinoceros+plage&lang=en").text
    assert "Nothing was found for" in html
    assert re.search(r'href="/search\?q=plage[^"]*" rel="nofollow">Search plage, 2 results', html)
    assert "Search hippopotame," not in html


def test_a_filter_is_one_link_to_remove(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole", night="1944-06-05")
    make.message("Le canard nage", night="1943-06-05")
    html = client.get("/search?q=le&year=1944&lang=en").text
    assert phrases(html) == ["Le crapaud vole"]
    removal = re.search(r'<a class="tag" href="([^"]*)" rel="nofollow">', html)
    assert removal
    assert len(phrases(client.get(removal[1].replace("&amp;", "&")).text)) == 2


def test_a_surface_theme_and_the_appearance_do_not_get_into_each_others_way(client: FlaskClient, make: Make) -> None:
    make.term("theme", "food", "nourriture", "food")
    make.message("Les carottes sont cuites", theme="theme/food")
    make.message("Le crapaud vole")
    client.set_cookie("theme", "dark")
    html = client.get("/search?theme=food").text
    assert phrases(html) == ["Les carottes sont cuites"]
    assert 'data-theme="dark"' in html
    assert 'href="/search?theme=food&amp;sort=date"' in html
    light = re.search(r'href="([^"]*theme=light[^"]*)"', html)
    assert light
    html = client.get(light[1].replace("&amp;", "&")).text
    assert phrases(html) == ["Les carottes sont cuites"]
    assert 'data-theme="light"' in html
    assert len(phrases(client.get("/search?theme=dark").text)) == 2


def test_dates_are_typed_as_people_write_them(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole", night="1944-06-05")
    make.message("Le canard nage", night="1943")
    assert phrases(client.get("/search?from=juin+44&to=juin+44").text) == ["Le crapaud vole"]
    assert phrases(client.get("/search?from=mai+43&to=mai+43").text) == ["Le canard nage"]
    assert phrases(client.get("/search?from=mai+43&to=mai+43&within=certain").text) == []
    make.message("Le loup court", night="1943-05-10?")
    make.message("Le renard dort", night="1943-05~")
    assert len(phrases(client.get("/search?from=mai+43&to=mai+43").text)) == 3
    assert phrases(client.get("/search?from=1943&to=1943&within=certain").text) == ["Le canard nage"]
    for listed in ("/search?year=1943", "/messages?year=1943"):
        assert phrases(client.get(listed).text) == ["Le canard nage"]
    html = client.get("/search?from=la+saint-glinglin&lang=en").text
    assert "The date was left aside" in html
    assert len(phrases(html)) == 4


def test_a_renamed_station_is_found_with_the_messages_it_sent(
    client: FlaskClient, make: Make, session: Session
) -> None:
    station = make.station("Radio Londres")
    make.message("Le crapaud vole", station=station.id)
    assert len(phrases(client.get("/search?q=londres").text)) == 1
    change(station, {"name": {"fr": "Radio Brazzaville"}}, by=None)
    publish(station, by=None)
    session.commit()
    assert phrases(client.get("/search?q=brazzaville").text) == ["Le crapaud vole"]
    assert phrases(client.get("/search?q=londres").text) == []


def test_twenty_rows_ask_the_database_as_often_as_two(app: Flask, client: FlaskClient, make: Make) -> None:
    for n in range(2):
        make.message(f"Le canard {n} nage")
    for n in range(20):
        make.message(f"La grenouille {n} chante")
    client.get("/search?q=crapaud")
    with counted_queries(app) as few:
        client.get("/search?q=canard")
    with counted_queries(app) as many:
        client.get("/search?q=grenouille")
    assert len(many) <= len(few)


def test_a_page_too_far_leads_to_the_last_one(client: FlaskClient, make: Make) -> None:
    for n in range(25):
        make.message(f"Le canard {n} nage")
    assert len(phrases(client.get("/search?q=canard&page=2").text)) == 5
    answer = client.get("/search?q=canard&page=99")
    assert answer.status_code == 303
    assert "page=2" in answer.headers["Location"]


def test_htmx_gets_the_results_alone(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole")
    html = client.get("/search?q=crapaud", headers={"HX-Request": "true"}).text
    assert "<html" not in html
    assert phrases(html) == ["Le crapaud vole"]


def test_the_data_has_the_shape_of_every_listing(client: FlaskClient, make: Make) -> None:
    message = make.message("Le crapaud vole", meaning="Un parachutage", night="1944-06-05")
    data = client.get("/search.json?q=crapo+vole").json
    assert data["total"] == 1
    assert data["suggestion"] == "crapaud vole"
    assert data["next"] is None
    item = data["items"][0]
    assert (item["type"], item["id"], item["text"], item["standing"]) == (
        "message",
        message.id,
        "Le crapaud vole",
        "attested",
    )
    assert item["broadcasts"] == ["1944-06-05"]
    assert data["facets"]["year"] == {"1944": 1}


def test_the_outsider_is_told_nothing_of_meanings(client: FlaskClient, make: Make) -> None:
    network, place = make.network("Nestor-Digger"), make.place("Bourdeilles", region="Dordogne", country="FR")
    make.term("purpose", "drop", "parachutage", "parachute drop")
    claim = make.claim("Annonçait la pleine lune", network=network.id, place=place.id, purpose="purpose/drop",
                       note={"fr": "Le maquisard Hilaire confirme"})  # fmt: skip
    make.message("Le crapaud vole", meanings=[claim])
    secrets = [
        "pleine lune",
        "Nestor",
        "Bourdeilles",
        "Dordogne",
        "arachut",
        "Hilaire",
        "attested",
        "Attest",
        'name="purpose"',
        "purpose/",
    ]
    for address in ("/search", "/search?q=crapaud", "/search?q=lune", "/search.json?q=crapaud", "/search.csv?q=crapaud",
                    "/search.all.json?q=crapaud", "/search.atom?q=crapaud", "/search.feed.json?q=crapaud"):  # fmt: skip
        sign = "&" if "?" in address else "?"
        said = client.get(f"{address}{sign}reading=outsider").text
        assert "Le crapaud vole" in re.sub(r"<[^>]+>", "", said), address
        for secret in secrets:
            assert secret not in said.replace("pleine+lune", ""), (address, secret)


def test_reading_the_insider_way_keeps_what_was_rendered_for_the_outsider_apart(
    client: FlaskClient, make: Make
) -> None:
    make.message("Le crapaud vole", meaning="Un parachutage")
    for reading, there in (("insider", True), ("outsider", False), ("insider", True)):
        assert ("Un parachutage" in client.get(f"/search?q=crapaud&reading={reading}").text) is there


def test_the_real_archive_answers_the_three_people_it_serves(reader: FlaskClient) -> None:
    assert phrases(reader.get("/search?q=crapo+vole").text)[0] == "Le crapaud vole"
    assert phrases(reader.get('/search?q="le crapaud vole"').text) == ["Le crapaud vole"]
    assert any("automne" in each for each in phrases(reader.get("/search?q=L’automne").text)[:3])
    assert phrases(reader.get("/search?q=parachutage+Dordogne+1944").text)


def test_a_hit_says_where_its_words_stand_by_its_own_kind(client: FlaskClient, make: Make) -> None:
    make.record("essay", title={"fr": "Un titre"}, author={"fr": "Ada Dubreuil"}, body={"fr": "Un texte."})
    make.message("Le crapaud vole", station=make.station("Radio Dubreuil").id)
    html = client.get("/search?q=Dubreuil&lang=en").text
    assert "Found in the name of its author" in html
    assert html.count("Found in its station, theme or date") == 1
