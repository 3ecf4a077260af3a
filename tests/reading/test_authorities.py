"""Stations, networks, places, sources, themes, purposes and standings, as a reader looks them up."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import counted_queries
from tests.make import Make
from tests.pages import identifier
from webapp.identifiers import Identifier
from webapp.revisions.actions import withdraw
from webapp.sources.models import Source
from webapp.vocabularies import Scheme

FRENCH = {"Accept-Language": "fr"}
LISTS = ["stations", "networks", "places", "sources", "themes", "purposes", "standings"]


def main_of(answer: Any) -> str:
    """What a page says in its main part, as plain text."""
    assert answer.status_code in (200, 404, 410), answer.status_code
    body = answer.text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body))


def claim(make: Make, **more: Any) -> list[dict[str, Any]]:
    return [make.claim("Parachutage d’armes", **more)]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_list_of_names_is_a_page_and_data(reader: FlaskClient, name: str, lang: str) -> None:
    assert reader.get(f"/{name}?lang={lang}").status_code == 200
    listing = reader.get(f"/{name}.json?lang={lang}").json
    assert listing["total"] > 0
    assert {"type", "id", "url", "title", "messages"} <= set(listing["items"][0])


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_archive_has_its_lists_too(client: FlaskClient, name: str) -> None:
    assert client.get(f"/{name}").status_code == 200
    assert client.get(f"/{name}.json").json["total"] == 0


@pytest.mark.parametrize("name", [name for name in LISTS if name not in ("standings", "sources")])
def test_each_count_is_the_length_of_the_list_behind_it(reader: FlaskClient, name: str) -> None:
    items = reader.get(f"/{name}.json").json["items"]
    for item in sorted(items, key=lambda item: -item["messages"])[:4]:
        record = reader.get(f"/{name}/{item['id']}.json").json
        assert record["messages"]["total"] == item["messages"], item["title"]
        assert record["messages"]["codewords"] == item["codewords"]


def test_a_station_shows_its_name_its_note_and_its_messages(client: FlaskClient, make: Make) -> None:
    station = make.station("Radio Londres", note={"fr": "Les Français parlent aux Français."}, country="GB")
    make.message("Le crapaud vole", station=station.id)
    make.message("La girafe a un long cou", broadcasts=[{"station": station.id, "edtf": "1944-06-05"}])
    make.message("Ailleurs")
    text = main_of(client.get(f"/stations/{station.id}", headers=FRENCH))
    assert "Radio Londres" in text
    assert "Les Français parlent aux Français." in text
    assert "Royaume-Uni" in text
    assert "2 messages" in text
    assert "Le crapaud vole" in text
    assert "La girafe" in text
    assert "Ailleurs" not in text


def test_code_words_are_counted_apart(client: FlaskClient, make: Make) -> None:
    station = make.station()
    make.message("Le crapaud vole", station=station.id)
    make.message("Tortue", station=station.id, kind="codeword")
    text = main_of(client.get(f"/stations/{station.id}", headers=FRENCH))
    assert "1 message, 1 mot de code" in text
    assert "Tortue" not in text


def test_a_network_and_a_place_list_what_was_meant_for_them(client: FlaskClient, make: Make) -> None:
    network, place = make.network(), make.place(region="Dordogne", country="FR", precision="locality")
    make.message("Le coq est anémique", meanings=claim(make, network=network.id, place=place.id))
    for address in (f"/networks/{network.id}", f"/places/{place.id}"):
        assert "Le coq est anémique" in main_of(client.get(address))
    text = main_of(client.get(f"/places/{place.id}", headers=FRENCH))
    assert "Dordogne" in text
    assert "connue à la localité près" in text


def test_a_page_that_would_spoil_keeps_silent_before_an_outsider(client: FlaskClient, make: Make) -> None:
    network, place = make.network(), make.place()
    make.term(Scheme.PURPOSE, "parachute-drop")
    meant = claim(make, network=network.id, place=place.id, purpose="purpose/parachute-drop")
    make.message("Le coq est anémique", meanings=meant)
    for address in (f"/networks/{network.id}", f"/places/{place.id}", "/purposes/parachute-drop"):
        for ending in ("", ".json"):
            assert "Le coq est anémique" in client.get(f"{address}{ending}").text
            assert "Le coq est anémique" not in client.get(f"{address}{ending}?reading=outsider").text


def test_a_theme_is_of_the_surface_and_shown_to_outsiders_too(client: FlaskClient, make: Make) -> None:
    make.term(Scheme.THEME, "animals", fr="animaux")
    make.message("Le crapaud vole", theme="theme/animals", meanings=claim(make))
    page = client.get("/themes/animals?reading=outsider", headers=FRENCH)
    assert "Animaux" in main_of(page)
    assert "Le crapaud vole" in page.text
    assert "Parachutage d’armes" not in page.text
    assert "data-standing" not in page.text


def test_a_name_leads_to_the_search_narrowed_down_to_it(reader: FlaskClient) -> None:
    assert 'href="/search?theme=food"' in reader.get("/themes/food").text
    assert 'href="/search?purpose=parachute-drop"' in reader.get("/purposes/parachute-drop").text


def test_a_full_list_is_turned_page_by_page(client: FlaskClient, make: Make) -> None:
    station = make.station()
    for number in range(21):
        make.message(f"Message {number:02d}", station=station.id)
    assert "Message 20" in main_of(client.get(f"/stations/{station.id}?page=2"))
    assert client.get(f"/stations/{station.id}?page=77").status_code == 303
    assert client.get(f"/stations/{station.id}.json").json["messages"]["next"].endswith(".json?page=2")


def test_names_stand_in_the_order_of_the_alphabet_whatever_their_accents(client: FlaskClient, make: Make) -> None:
    for name in ("Zonza", "Épernay", "Évian", "Eu", "Łódź", "Metz"):
        make.place(name)
    titles = [item["title"] for item in client.get("/places.json?lang=fr").json["items"]]
    assert titles == ["Épernay", "Eu", "Évian", "Łódź", "Metz", "Zonza"]
    for title in ("« Zut »", "Élan", "Fable"):
        make.source(title=title, author="")
    titles = [item["title"] for item in client.get("/sources.json?lang=fr").json["items"]]
    assert titles == ["Élan", "Fable", "« Zut »"]


def test_drafts_are_neither_listed_nor_counted(client: FlaskClient, make: Make) -> None:
    station, hidden = make.station(), make.record("station", "draft", name={"fr": "Cachée"})
    make.message("Le secret", station=station.id, status="draft")
    items = client.get("/stations.json").json["items"]
    assert [(item["id"], item["messages"]) for item in items] == [(station.id, 0)]
    assert client.get(f"/stations/{hidden.id}").status_code == 404
    assert "Le secret" not in client.get(f"/stations/{station.id}").text


@pytest.mark.parametrize("kind", ["station", "network", "place", "source"])
def test_identifiers_forgive_dashes_and_capitals_and_notice_typing_errors(
    client: FlaskClient, make: Make, kind: str
) -> None:
    record = getattr(make, kind)()
    typed = f"{record.id[:4].upper()}–{record.id[4:]}"
    answer = client.get(f"/{kind}s/{typed}")
    assert (answer.status_code, answer.location) == (301, f"/{kind}s/{record.id}")
    wrong = record.id[:-1] + ("0" if record.id[-1] != "0" else "1")
    answer = client.get(f"/{kind}s/{wrong}", headers=FRENCH)
    assert answer.status_code == 404
    assert "faute de frappe" in main_of(answer)
    assert client.get(f"/{kind}s/nothing-at-all").status_code == 404


@pytest.mark.parametrize("kind", ["station", "network", "place", "source"])
def test_a_merged_record_leads_to_what_it_was_merged_into(client: FlaskClient, make: Make, kind: str) -> None:
    old, new = getattr(make, kind)(), getattr(make, kind)()
    make.session.get_one(Identifier, old.id).target_id = new.id
    make.session.commit()
    answer = client.get(f"/{kind}s/{old.id}")
    assert (answer.status_code, answer.location) == (301, f"/{kind}s/{new.id}")


@pytest.mark.parametrize("kind", ["station", "network", "place", "source"])
def test_a_withdrawn_record_says_why_it_is_gone(client: FlaskClient, make: Make, kind: str) -> None:
    record = getattr(make, kind)()
    withdraw(record, by=None, reason="Entré deux fois.")
    make.session.commit()
    answer = client.get(f"/{kind}s/{record.id}", headers=FRENCH)
    assert answer.status_code == 410
    assert "Entré deux fois." in main_of(answer)


def test_an_identifier_of_another_kind_of_record_is_not_found_here(client: FlaskClient, make: Make) -> None:
    assert client.get(f"/stations/{make.network().id}").status_code == 404


def test_a_source_tells_what_it_attests_with_the_locators(client: FlaskClient, make: Make) -> None:
    source = make.source("Ici Londres", author="Crémieux", year="1975")
    witness = [{"source": source.id, "locator": "p. 40"}]
    make.message(
        "Le crapaud vole",
        attestations=[{"source": source.id, "locator": "p. 7"}],
        meanings=[{"statement": {"fr": "Parachutage"}, "standing": "attested", "attestations": witness}],
        broadcasts=[{"edtf": "1944-06-05", "attestations": [{"source": source.id, "locator": "p. 99"}]}],
    )
    text = main_of(client.get(f"/sources/{source.id}", headers=FRENCH))
    assert "Elle témoigne de 1 message" in text
    for said in ("Ici Londres", "Crémieux", "1975", "p. 7", "Parachutage", "p. 40", "5 juin 1944", "p. 99"):
        assert said in text


def test_a_source_tells_an_outsider_nothing_of_its_claims(client: FlaskClient, make: Make) -> None:
    source = make.source("Ici Londres")
    witness = [{"source": source.id, "locator": "p. 40"}]
    claims = [{"statement": {"fr": "Parachutage"}, "standing": "legend", "attestations": witness}]
    make.message("Le crapaud vole", meanings=claims, attestations=witness)
    make.message("La girafe a un long cou", meanings=claims)
    for ending in ("", ".json"):
        page = client.get(f"/sources/{source.id}{ending}?reading=outsider").text
        assert "Le crapaud vole" in page
        assert "La girafe" not in page
        assert "Parachutage" not in page
        assert "legend" not in page


def test_a_source_is_linked_only_where_it_may_be(client: FlaskClient, make: Make) -> None:
    free = make.source("Libre", url="https://example.org/libre")
    bound = make.source("Copie", url="https://example.org/copie", linkable=False)
    assert (
        '<a class="out" href="https://example.org/libre" rel="noopener nofollow">'
        in client.get(f"/sources/{free.id}").text
    )
    for address in (f"/sources/{bound.id}", f"/sources/{bound.id}.json", "/sources", "/sources.json"):
        assert "example.org/copie" not in client.get(address).text


def test_a_source_names_the_essays_that_cite_it(client: FlaskClient, make: Make) -> None:
    source = make.source("Ici Londres")
    essay = make.essay(f"Une chose [@{source.id}, p. 3].", title="Les carottes")
    make.essay("Rien.", title="Autre")
    make.essay(f"Une chose [@{source.id}].", title="Brouillon", status="draft")
    page = client.get(f"/sources/{source.id}", headers=FRENCH)
    assert "1 essai la cite" in main_of(page)
    assert f"/essays/{essay.id}/" in page.text
    assert "Brouillon" not in page.text


def test_the_six_standings_are_defined_and_counted(reader: FlaskClient) -> None:
    listing = reader.get("/standings.json").json
    assert [item["id"] for item in listing["items"]] == [
        "documented", "attested", "attributed", "disputed", "legend", "unknown",
    ]  # fmt: skip
    assert sum(item["messages"] for item in listing["items"]) == reader.get("/messages.json").json["total"]
    text = main_of(reader.get("/standings"))
    assert "On le raconte partout" in text


def test_a_standing_s_count_is_that_of_the_messages_behind_it(reader: FlaskClient) -> None:
    for item in reader.get("/standings.json").json["items"]:
        assert reader.get(f"/messages.json?standing={item['id']}").json["total"] == item["messages"]


@pytest.mark.parametrize("address", ["/themes/nothing", "/purposes/x%00y", "/themes/" + "a" * 5000, "/purposes/é"])
def test_an_unknown_term_is_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("kind", ["station", "source"])
def test_a_long_list_asks_the_database_as_often_as_a_short_one(app: Flask, make: Make, kind: str) -> None:
    client, counts, record = app.test_client(), [], getattr(make, kind)()
    for number in range(14):
        witness = [{"source": record.id, "locator": "p. 1"}] if kind == "source" else []
        station = {"station": record.id} if kind == "station" else {}
        make.message(f"Message {number}", attestations=witness, meaning="Parachutage", night="1944-06-05", **station)
        if number in (1, 13):
            client.get(f"/{kind}s/{record.id}")
            with counted_queries(app) as sent:
                assert client.get(f"/{kind}s/{record.id}").status_code == 200
            counts.append(len(sent))
    assert counts[0] == counts[1] <= 14


@pytest.mark.parametrize("name", ["stations", "sources"])
def test_a_list_of_many_names_asks_as_often_as_one_of_few(app: Flask, make: Make, name: str) -> None:
    client, counts = app.test_client(), []
    for number in range(12):
        getattr(make, name.removesuffix("s"))(f"Nom {number}")
        if number in (1, 11):
            with counted_queries(app) as sent:
                assert client.get(f"/{name}").status_code == 200
            counts.append(len(sent))
    assert counts[0] == counts[1] <= 6


def test_a_source_that_is_named_by_its_key_in_a_note_is_a_link_with_its_title(
    archive: Flask, reader: FlaskClient
) -> None:
    page = reader.get(f"/sources/{identifier(archive, Source, 's-fr-003')}").text
    other = identifier(archive, Source, "s-e-076")
    assert re.search(rf'Même page que <a href="/sources/{other}[^"]*">[^<]+</a>', page)
    assert "s-e-076" not in page
