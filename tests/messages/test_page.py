"""The page of one message, as a reader sees it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import counted_queries
from tests.make import Make

SECRET = "Annonçait un parachutage près de Bourdeilles"


def test_the_phrase_carries_its_language_and_its_quotation_marks(make: Make, client: FlaskClient) -> None:
    message = make.message("L'aquila vola", lang="it")
    text = client.get(f"/messages/{message.id}").text
    assert '<h1 class="phrase" lang="it">' in text
    assert "L'aquila vola" in text.replace("&#39;", "'")


def test_a_date_that_nobody_knows_is_said_to_be_unknown(make: Make, client: FlaskClient) -> None:
    undated, dated = make.message("Le crapaud vole"), make.message("Le lapin court", night="1944-06-05")
    word = make.message("Overlord", kind="codeword")
    told = {each.id: "date de diffusion inconnue" in client.get(f"/messages/{each.id}?lang=fr").text
            for each in (undated, dated, word)}  # fmt: skip
    assert told == {undated.id: True, dated.id: False, word.id: False}


def test_a_long_phrase_is_set_smaller(make: Make, client: FlaskClient) -> None:
    message = make.message("Les sanglots longs des violons de l’automne, puis le reste")
    assert "phrase phrase--long" in client.get(f"/messages/{message.id}").text


def test_claims_are_shown_with_their_standing_and_their_sources(make: Make, client: FlaskClient) -> None:
    message = make.message(meanings=[make.claim(SECRET, "documented"), make.claim("Une autre chose", "disputed")])
    text = client.get(f"/messages/{message.id}?lang=en").text
    assert SECRET in text
    assert "Une autre chose" in text
    assert 'class="claim" data-standing="documented"' in text
    assert 'class="claim" data-standing="disputed"' in text
    assert "2 rival claims" in text
    assert "p. 12" in text
    assert "Les messages personnels" in text


def test_a_legend_is_marked_wherever_its_meaning_is(make: Make, client: FlaskClient) -> None:
    make.term("standing", "legend", "légende", "legend")
    message = make.message(
        "Les carottes sont cuites", meanings=[make.claim("Aurait annoncé le débarquement", "legend")]
    )
    for address in (f"/messages/{message.id}", "/messages", "/"):
        text = client.get(address, headers={"Accept-Language": "fr"}).text
        assert "Aurait annoncé le débarquement" in text
        assert 'class="doubt">Les carottes sont cuites' in text
        assert 'data-standing="legend"' in text
        assert "Légende" in text
    assert client.get(f"/messages/{message.id}.json").json["standing"] == "legend"
    assert "(légende)" in client.get(f"/messages/{message.id}?lang=fr").text.split("</title>")[0]


def test_an_outsider_is_sent_no_byte_of_the_meaning(make: Make, client: FlaskClient) -> None:
    network, place = make.network("Nestor-Digger"), make.place("Bourdeilles-le-Secret")
    make.term("purpose", "parachute-drop", "parachutage", "parachute drop")
    claim = make.claim(SECRET, network=network.id, place=place.id, purpose="purpose/parachute-drop",
                       addressee={"fr": "les maquisards"}, operation="Overlord")  # fmt: skip
    other = make.message("Bercent mon cœur", meaning="Le débarquement est pour demain")
    message = make.message(meanings=[claim], note={"fr": "Une note qui dit tout"}, night="1944-06-05",
                           relations=[{"kind": "alert-for", "other": other.id}])  # fmt: skip
    essay = make.essay(f"On raconte que [[{message.id}]] annonçait un parachutage.")
    for address in (f"/messages/{message.id}", "/messages", "/", f"/messages/{message.id}.json", "/messages.json"):
        text = client.get(f"{address}?reading=outsider&lang=fr").text.lower()
        assert address == "/" or "crapaud" in text
        for word in ("annonçait", "nestor", "le-secret", "parachut", "maquisards", "overlord", "dit tout", "demain",
                     "attest", "les messages personnels", essay.id):  # fmt: skip
            if (address, word) == ("/", "parachut"):  # one of the searches that the home page proposes
                continue
            assert word not in text.partition('<section aria-labelledby="h-standings">')[0], (address, word)


def test_an_insider_finds_the_slips_unfolded(make: Make, client: FlaskClient) -> None:
    make.message(meaning=SECRET)
    assert 'data-standing="attested" open>' in client.get("/messages?reading=insider").text
    assert 'data-standing="attested" open>' not in client.get("/messages").text


def test_a_meaning_that_nobody_knows_is_said_to_be_unknown(make: Make, client: FlaskClient) -> None:
    message = make.message("Le papillon s’est envolé")
    text = client.get(f"/messages/{message.id}?lang=en").text
    assert "Meaning unknown" in text
    assert 'class="claim"' not in text


def test_a_rendering_is_said_to_be_one(make: Make, client: FlaskClient) -> None:
    message = make.message("Climb Mount Niitaka", lang="en", rendering=True)
    for address in (f"/messages/{message.id}", "/messages"):
        assert "Only a translation of the lost original is known." in client.get(f"{address}?lang=en").text


def test_the_translation_is_in_the_readers_language_and_says_so(make: Make, client: FlaskClient) -> None:
    message = make.message("Le crapaud vole", translation={"en": "The toad is flying"})
    assert (
        '<p class="translation" lang="en">The toad is flying</p>' in client.get(f"/messages/{message.id}?lang=en").text
    )
    assert "The toad" not in client.get(f"/messages/{message.id}?lang=fr").text


def test_an_exact_night_is_machine_readable_and_leads_to_its_bulletin(make: Make, client: FlaskClient) -> None:
    message = make.message(night="1944-06-05")
    text = client.get(f"/messages/{message.id}?lang=fr").text
    assert '<time datetime="1944-06-05">5 juin 1944</time>' in text
    assert "/nights/1944-06-05" in text


def test_an_uncertain_night_is_no_machine_readable_date(make: Make, client: FlaskClient) -> None:
    message = make.message(night="1944-06-01?")
    text = client.get(f"/messages/{message.id}?lang=fr").text
    assert "1<sup>er</sup> juin 1944" in text
    assert "datetime" not in text


def test_the_chain_is_told_in_its_order_from_both_ends(make: Make, client: FlaskClient) -> None:
    action = make.message("Bercent mon cœur d’une langueur monotone")
    alert = make.message("Les sanglots longs", relations=[{"kind": "alert-for", "other": action.id}])
    for message in (alert, action):
        chain = client.get(f"/messages/{message.id}").text.partition('class="chain"')[2]
        assert chain.index("Les sanglots longs") < chain.index("Bercent mon c")


def test_a_draft_at_the_other_end_of_a_relation_is_not_shown(make: Make, client: FlaskClient) -> None:
    draft = make.message("Une phrase pas encore relue", status="draft")
    message = make.message(relations=[{"kind": "variant-of", "other": draft.id}])
    for address in (f"/messages/{message.id}", f"/messages/{message.id}.json"):
        assert "pas encore relue" not in client.get(address).text
        assert draft.id not in client.get(address).text


def test_essays_that_speak_of_a_message_are_named_with_the_sentence(make: Make, client: FlaskClient) -> None:
    message = make.message("Les carottes sont cuites")
    make.essay(f"On raconte encore que [[{message.id}]] annonçait tout.", title="Douter")
    text = client.get(f"/messages/{message.id}?lang=fr").text
    assert "Douter" in text
    assert "On raconte encore" in text


def test_an_essay_in_draft_is_not_named(make: Make, client: FlaskClient) -> None:
    message = make.message()
    make.essay(f"Selon [[{message.id}]].", title="Pas encore prêt", status="draft")
    assert "Pas encore prêt" not in client.get(f"/messages/{message.id}").text


def test_a_message_with_many_witnesses_asks_as_often_as_one_with_few(
    make: Make, app: Flask, client: FlaskClient
) -> None:
    few = make.message("Un", meanings=[make.claim("a")])
    many = make.message("Deux", meanings=[make.claim(f"claim {n}") for n in range(8)])
    asked = []
    for message in (few, many):
        client.get(f"/messages/{message.id}")
        with counted_queries(app) as sent:
            client.get(f"/messages/{message.id}")
        asked.append(len(sent))
    assert asked[0] == asked[1]


def test_claims_that_agree_are_not_called_rivals(make: Make, client: FlaskClient) -> None:
    message = make.message(meanings=[make.claim(SECRET, "documented"), make.claim("Une autre chose", "attested")])
    for address in (f"/messages/{message.id}?lang=en", "/messages?lang=en"):
        text = client.get(address).text
        assert "rival" not in text, address
    assert "2 claims" in client.get(f"/messages/{message.id}?lang=en").text


def test_broadcasts_stand_in_the_order_of_their_dates_and_those_without_one_last(
    make: Make, client: FlaskClient
) -> None:
    dates = [None, "1944-06-05", "1943-05", "1944-06-01/1944-06-03"]
    message = make.message(broadcasts=[{"edtf": each, "written": each or "?"} for each in dates])
    text = client.get(f"/messages/{message.id}?lang=en").text
    ids = [each.id for each in message.broadcasts]
    places = [text.index(f'<li id="{id}"') for id in ids]
    assert sorted(ids, key=lambda id: places[ids.index(id)]) == [ids[2], ids[3], ids[1], ids[0]]


def test_a_date_for_which_no_source_is_named_says_so_to_whoever_may_read_of_sources(
    client: FlaskClient, make: Make
) -> None:
    message = make.message("Le crapaud vole", night="1944-06-05")
    sourced = {"edtf": "1944-06-06", "attestations": [{"source": make.source().id, "locator": "p. 3"}]}
    other = make.message("Le coq chante", broadcasts=[sourced])
    said = "Aucune source n’est nommée."
    assert said in client.get(f"/messages/{message.id}?lang=fr", follow_redirects=True).text
    assert said not in client.get(f"/messages/{message.id}?lang=fr&reading=outsider", follow_redirects=True).text
    assert said not in client.get(f"/messages/{other.id}?lang=fr", follow_redirects=True).text


def test_a_source_is_listed_once_with_its_places(client: FlaskClient, make: Make) -> None:
    source = make.source()
    witnesses = [{"source": source.id, "locator": place} for place in ("p. 12", "p. 40", "p. 12")]
    message = make.message("Le crapaud vole", meanings=[make.claim("Un sens") | {"attestations": witnesses}])
    claim = client.get(f"/messages/{message.id}", follow_redirects=True).text.partition('class="claim"')[2]
    listed = claim.partition("</ol>")[0]
    assert listed.count(f"/sources/{source.id}") == 1
    assert (listed.count("12"), listed.count("40")) == (1, 1)


@pytest.mark.parametrize(
    ("standing", "words"),
    [("attested", "What the addressee understood"), ("disputed", "What it is said to have meant"),
     ("legend", "What is told about it")],
)  # fmt: skip
def test_the_heading_of_the_fold_follows_the_standing(
    client: FlaskClient, make: Make, standing: str, words: str
) -> None:
    message = make.message("Le crapaud vole", meanings=[make.claim("Un sens", standing)])
    html = client.get(f"/messages/{message.id}?lang=en", follow_redirects=True).text
    titles = ("What the addressee understood", "What it is said to have meant", "What is told about it")
    assert [each for each in titles if f"{each}</span>" in html] == [words]
