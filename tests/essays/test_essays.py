"""Essays: what a reader finds on the page of one, and what is kept from them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy.orm import object_session

from tests.conftest import counted_queries
from tests.make import Make
from webapp.essays.figures import FIGURES
from webapp.revisions.actions import change, publish, withdraw
from webapp.revisions.documents import to_document

FRENCH = {"Accept-Language": "fr"}
ENGLISH = {"Accept-Language": "en"}


def main_of(answer: Any) -> str:
    """What a page says in its main part, as plain text."""
    assert answer.status_code in (200, 404, 410), answer.status_code
    body = answer.text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body))


def keyed(made: Callable[..., Any], key: str, *words: str, **more: Any) -> Any:
    """A record with a stable key, as those of the seed data have; essays name records by it."""
    record = made(*words, **more)
    record.key = key
    session = object_session(record)
    assert session
    session.commit()
    return record


def show(client: FlaskClient, essay: Any, query: str = "", **headers: str) -> Any:
    return client.get(f"/essays/{essay.id}/{essay.slug}{query}", headers=headers or FRENCH)


def test_every_essay_of_the_archive_is_read_in_both_languages(reader: FlaskClient) -> None:
    items = reader.get("/essays.json").json["items"]
    assert len(items) == 12
    for item in items:
        for lang in ("fr", "en"):
            page = reader.get(item["url"].removeprefix("http://localhost") + f"?lang={lang}")
            assert page.status_code == 200
            assert item["languages"] == ["en", "fr"]


def test_no_essay_of_the_archive_refers_to_a_message_or_a_source_that_is_not_there(reader: FlaskClient) -> None:
    for item in reader.get("/essays.json").json["items"]:
        for lang in ("fr", "en"):
            page = reader.get(item["url"].removeprefix("http://localhost") + f"?lang={lang}").text
            missing = re.findall(r'class="missing">(?!\{\{figure)([^<]*)', page)
            assert not missing, (item["title"], lang, missing)


def test_a_message_in_a_paragraph_of_its_own_is_a_slip_beside_the_text(client: FlaskClient, make: Make) -> None:
    message = keyed(make.message, "le-crapaud", "Le crapaud vole", meaning="Parachutage")
    page = show(client, make.essay("Un mot.\n\n[[le-crapaud]]\n\nUn autre.")).text
    assert '<aside class="margin"' in page
    assert f'href="/messages/{message.id}/le-crapaud-vole"' in page
    assert '<details class="fold" data-standing="attested">' in page


def test_a_message_in_a_sentence_is_its_phrase_with_its_language(client: FlaskClient, make: Make) -> None:
    keyed(make.message, "felice", "Felice non è felice", lang="it")
    page = show(client, make.essay("On entendit [[felice]] ce soir-là.")).text
    assert re.search(r'<a class="mention" href="/messages/[^"]+"[^>]*>.*<span lang="it">Felice non è felice', page)


def test_an_outsider_is_shown_the_slips_without_their_meanings(client: FlaskClient, make: Make) -> None:
    keyed(make.message, "le-crapaud", "Le crapaud vole", meanings=[make.claim("Parachutage", standing="legend")])
    page = show(client, make.essay("Un mot.\n\n[[le-crapaud]]"), "?reading=outsider").text
    assert "Le crapaud vole" in page
    assert "Parachutage" not in page
    assert "data-standing" not in page


def test_an_insider_is_shown_the_slips_open(client: FlaskClient, make: Make) -> None:
    keyed(make.message, "le-crapaud", "Le crapaud vole", meaning="Parachutage")
    essay = make.essay("Un mot.\n\n[[le-crapaud]]")
    assert 'data-standing="attested" open>' in show(client, essay, "?reading=insider").text


def test_sources_are_numbered_notes_and_a_bibliography(client: FlaskClient, make: Make) -> None:
    first = keyed(make.source, "s-1", "Ici Londres", author="Zola", url="https://example.org/a")
    keyed(make.source, "s-2", "Les murs", author="Aragon", linkable=False, url="https://example.org/b")
    page = show(client, make.essay("Une chose [@s-1, p. 12]. Une autre [@s-2; @s-1].")).text
    assert f'<cite><a href="/sources/{first.id}">Ici Londres</a></cite>, p.' in page
    assert 'id="n2"' in page
    shelf = page.partition('id="h-bibliography"')[2]
    assert shelf.index("Aragon") < shelf.index("Zola")
    assert 'href="https://example.org/a" rel="noopener nofollow"' in shelf
    assert "https://example.org/b" not in page


def test_an_essay_lists_its_messages(client: FlaskClient, make: Make) -> None:
    keyed(make.message, "le-crapaud", "Le crapaud vole")
    keyed(make.message, "la-girafe", "La girafe a un long cou")
    text = main_of(show(client, make.essay("On lut [[le-crapaud]], [[la-girafe]] puis [[le-crapaud]].")))
    assert "2 messages de cet essai" in text


def test_a_draft_message_is_not_told_by_an_essay(client: FlaskClient, make: Make) -> None:
    draft = keyed(make.message, "le-grand-secret-dort", "Le grand secret dort", status="draft")
    essay = make.essay("On lut [[le-grand-secret-dort]].\n\n[[le-grand-secret-dort]]\n\nFin.")
    for address in (f"/essays/{essay.id}", f"/essays/{essay.id}.json"):
        answer = client.get(address).text.lower()
        assert "secret" not in answer
        assert draft.id not in answer


def test_a_withdrawn_message_leaves_the_essays_that_speak_of_it(client: FlaskClient, make: Make) -> None:
    message = keyed(make.message, "le-grand-secret-dort", "Le grand secret dort")
    essay = make.essay("On lut [[le-grand-secret-dort]].")
    assert "Le grand secret dort" in show(client, essay).text
    withdraw(message, by=None, reason="erreur")
    make.session.commit()
    assert "secret" not in show(client, essay).text


def test_a_renamed_phrase_is_renamed_in_the_essay(client: FlaskClient, make: Make) -> None:
    message = keyed(make.message, "le-crapaud", "Le crapaud vole")
    essay = make.essay("On lut [[le-crapaud]].")
    assert "Le crapaud vole" in show(client, essay).text
    change(message, to_document(message) | {"text": "Le crapaud saute"}, by=None)
    publish(message, by=None)
    make.session.commit()
    assert "Le crapaud saute" in show(client, essay).text


def test_an_unknown_figure_is_said_to_be_missing_and_a_known_one_is_shown(
    client: FlaskClient, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    essay = make.essay("Un mot.\n\n{{figure: of-tests}}")
    assert "référence introuvable" in show(client, essay).text
    other = make.essay("Un mot.\n\n{{figure: of-tests}}")
    monkeypatch.setitem(FIGURES, "of-tests", lambda lang: Markup('<figure class="figure">{}</figure>').format(lang))
    assert '<figure class="figure">fr</figure>' in show(client, other).text


def test_contents_reading_time_author_and_version_are_told(client: FlaskClient, make: Make) -> None:
    body = "## Un\n\nMot.\n\n## Deux\n\n" + "mot " * 450 + "\n\n## Trois\n\nFin."
    text = main_of(show(client, make.essay(body)))
    assert "Dans cet essai Un Deux Trois" in text
    assert "Nous. Essai 1 sur 1. 3 minutes de lecture." in text
    assert "version 1" in text


def test_essays_lead_to_the_one_before_and_the_one_after(client: FlaskClient, make: Make) -> None:
    first, second, third = (make.essay(title=f"Essai {place}", position=place) for place in (1, 2, 3))
    page = show(client, second).text
    assert f'<link rel="prev" href="/essays/{first.id}/essai-1">' in page
    assert f'<link rel="next" href="/essays/{third.id}/essai-3">' in page
    assert 'rel="prev"' not in show(client, first).text


def test_an_essay_has_its_other_language_under_the_same_address(client: FlaskClient, make: Make) -> None:
    essay = make.record("essay", title={"fr": "Le mot", "en": "The word"}, body={"fr": "Bonjour.", "en": "Hello."})
    french = show(client, essay, "?lang=fr")
    assert "Bonjour." in french.text
    assert "Read it in English" in french.text
    assert 'hreflang="en" href="http://localhost/essays' in french.text
    assert "Hello." in show(client, essay, "?lang=en").text


def test_an_essay_in_one_language_is_given_in_it_and_says_so(client: FlaskClient, make: Make) -> None:
    essay = make.record("essay", title={"fr": "Le mot"}, body={"fr": "Bonjour."})
    page = show(client, essay, **ENGLISH).text
    assert '<article lang="fr">' in page
    assert "This essay has not been written in English yet." in page


def test_a_draft_essay_is_not_found_by_a_reader(client: FlaskClient, make: Make) -> None:
    essay = make.essay(status="draft")
    assert client.get(f"/essays/{essay.id}").status_code == 404
    assert client.get("/essays.json").json["total"] == 0


def test_a_withdrawn_essay_says_why_it_is_gone(client: FlaskClient, make: Make) -> None:
    essay = make.essay()
    withdraw(essay, by=None, reason="Il se trompait.")
    make.session.commit()
    answer = client.get(f"/essays/{essay.id}", headers=FRENCH)
    assert answer.status_code == 410
    assert "Il se trompait." in main_of(answer)


def test_identifiers_of_essays_forgive_dashes_and_capitals_and_notice_typing_errors(
    client: FlaskClient, make: Make
) -> None:
    essay = make.essay()
    typed = f"{essay.id[:4].upper()}–{essay.id[4:]}"
    assert client.get(f"/essays/{typed}").location == f"/essays/{essay.id}/{essay.slug}"
    assert client.get(f"/essays/{essay.id}/old-title").status_code == 301
    wrong = essay.id[:-1] + ("0" if essay.id[-1] != "0" else "1")
    answer = client.get(f"/essays/{wrong}", headers=FRENCH)
    assert answer.status_code == 404
    assert "faute de frappe" in main_of(answer)


def test_an_essay_as_data_names_what_it_speaks_of_and_cites(client: FlaskClient, make: Make) -> None:
    message = keyed(make.message, "le-crapaud", "Le crapaud vole")
    source = keyed(make.source, "s-1", "Ici Londres")
    essay = make.essay("On lut [[le-crapaud]] [@s-1].")
    record = client.get(f"/essays/{essay.id}.json").json
    assert (record["type"], record["version"]) == ("essay", 1)
    assert record["permanent"] == f"http://localhost/id/{essay.id}"
    assert [each["id"] for each in record["messages"]] == [message.id]
    assert [each["id"] for each in record["sources"]] == [source.id]


def test_html_in_an_essay_is_text(client: FlaskClient, make: Make) -> None:
    page = show(client, make.essay('<script>alert("x")</script> et <b onclick="x()">gras</b>')).text
    assert "<script>alert" not in page
    assert "<b onclick" not in page


def test_a_mention_keeps_the_sentence_with_the_phrase_in_it(make: Make) -> None:
    keyed(make.message, "le-crapaud", "Le crapaud vole")
    essay = make.essay("Il faisait beau. Alors on lut [[le-crapaud]] au micro. Puis rien.")
    sentences = {mention.lang: mention.sentence for mention in essay.mentions}
    assert set(sentences) == {"fr", "en"}
    assert "Le crapaud vole" in sentences["fr"]
    assert "Il faisait beau" not in sentences["fr"]


def test_an_essay_with_many_references_asks_the_database_as_often_as_one_with_two(app: Flask, make: Make) -> None:
    counts, client = [], app.test_client()
    for number in range(12):
        keyed(make.message, f"message-{number}", f"Message {number}", meaning="Parachutage", night="1944-06-05")
        keyed(make.source, f"s-{number}", f"Source {number}")
    for many in (2, 12):
        body = "\n\n".join(f"Mot [@s-{number}].\n\n[[message-{number}]]" for number in range(many))
        essay = make.essay(body)
        with counted_queries(app) as sent:
            assert show(client, essay).status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 12


def test_an_essay_read_again_is_not_made_again(app: Flask, make: Make) -> None:
    client, essay = app.test_client(), make.essay("Un mot [@s-1].")
    with counted_queries(app) as first:
        show(client, essay)
    with counted_queries(app) as second:
        show(client, essay)
    assert len(second) < len(first)


def test_the_list_of_essays_asks_the_database_as_often_for_many(app: Flask, make: Make) -> None:
    counts, client = [], app.test_client()
    for number in range(10):
        make.essay("Un mot.", title=f"Essai {number}")
        if number in (1, 9):
            with counted_queries(app) as sent:
                assert client.get("/essays").status_code == 200
            counts.append(len(sent))
    assert counts[0] == counts[1] <= 4


def test_no_essay_yet_is_said(client: FlaskClient) -> None:
    assert "Aucun essai n’est encore publié." in main_of(client.get("/essays", headers=FRENCH))
