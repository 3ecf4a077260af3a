"""Vocabularies in SKOS, nights and the corpus in TEI, signposts for programs, and what a monitor reads."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path

import pytest
import rdflib
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from rdflib.namespace import RDF, SKOS
from signposting import find_signposting_http_link

from tests.conftest import settings
from tests.make import Make
from tests.test_cli import run
from webapp import create_app
from webapp.machines import metrics
from webapp.machines.containers import checksum
from webapp.vocabularies import Scheme

TEI = {"t": "http://www.tei-c.org/ns/1.0"}


def test_every_term_has_both_labels_in_skos(reader: FlaskClient) -> None:
    answer = reader.get("/vocabularies.ttl")
    assert answer.mimetype == "text/turtle"
    graph = rdflib.Graph().parse(data=answer.text, format="turtle")
    assert len(set(graph.subjects(RDF.type, SKOS.ConceptScheme))) == len(Scheme)
    concepts = set(graph.subjects(RDF.type, SKOS.Concept))
    assert len(concepts) > 80
    for concept in concepts:
        assert {label.language for label in graph.objects(concept, SKOS.prefLabel)} == {"fr", "en"}, concept
        assert graph.value(concept, SKOS.inScheme) is not None


def test_the_address_of_a_term_leads_to_its_page_or_to_its_description(reader: FlaskClient) -> None:
    assert reader.get("/vocabularies/theme/food").location == "/themes/food"
    assert (
        reader.get("/vocabularies/theme/food", headers={"Accept": "text/turtle"}).location == "/vocabularies/theme.ttl"
    )
    assert reader.get("/vocabularies/theme/nothing").status_code == 404
    assert reader.get("/vocabularies/colour").status_code == 404
    assert reader.get("/vocabularies/colour.ttl").status_code == 404


def test_a_label_with_quotes_and_line_breaks_is_still_turtle(client: FlaskClient, make: Make) -> None:
    make.term("theme", "odd", 'un "mot"\nsur deux\\lignes', "a\tword")
    graph = rdflib.Graph().parse(data=client.get("/vocabularies/theme.ttl").text, format="turtle")
    assert 'un "mot"\nsur deux\\lignes' in {str(label) for label in graph.objects(None, SKOS.prefLabel)}


def test_a_night_is_told_in_tei_with_every_claim_graded(reader: FlaskClient) -> None:
    answer = reader.get("/nights/1944-06-05.tei.xml")
    assert answer.mimetype == "application/tei+xml"
    root = etree.fromstring(answer.data)
    lines = root.findall(".//t:ab", TEI)
    assert len(lines) > 10
    for line in lines:
        assert line.find("t:quote", TEI).text
        for note in line.findall("t:note", TEI):
            assert note.get("cert")
            assert note.find("t:label", TEI).text
    outsider = etree.fromstring(reader.get("/nights/1944-06-05.tei.xml?reading=outsider").data)
    assert outsider.find(".//t:note", TEI) is None
    assert reader.get("/nights/1944-02-31.tei.xml").status_code == 404


def test_the_corpus_in_tei_holds_every_message_and_calls_a_legend_one(reader: FlaskClient) -> None:
    root = etree.fromstring(reader.get("/corpus.tei.xml?lang=en").data)
    assert len(root.findall(".//t:ab", TEI)) == 568
    legends = root.findall(".//t:note[@subtype='legend']", TEI)
    assert legends
    assert {note.find("t:label", TEI).text for note in legends} == {"legend"}
    for date in root.iter("{http://www.tei-c.org/ns/1.0}date"):
        assert date.get("when") is None or len(date.get("when")) == 10


def test_a_draft_is_in_no_corpus(client: FlaskClient, make: Make) -> None:
    make.message("Phrase encore secrète", status="draft", night="1944-06-05")
    make.message("Le crapaud \x0b vole", night="1944-06-05")
    for address in ("/corpus.tei.xml", "/nights/1944-06-05.tei.xml"):
        answer = client.get(address)
        assert "secrète" not in answer.text
        etree.fromstring(answer.data)


def test_the_page_of_a_record_has_signposts(reader: FlaskClient) -> None:
    for sort in ("messages", "essays", "sources", "stations", "places", "networks"):
        record = reader.get(f"/api/v1/{sort}?limit=1").get_json()["items"][0]
        answer = reader.get(record["url"].removeprefix("http://localhost"), follow_redirects=True)
        signs = find_signposting_http_link(answer.headers.getlist("Link"))
        assert str(signs.citeAs.target) == record["permanent"], sort
        assert {str(each.target) for each in signs.describedBy} >= {f"http://localhost/api/v1/{sort}/{record['id']}"}
        assert signs.license is not None
        assert signs.types
        for each in signs.describedBy:
            assert reader.get(str(each.target).removeprefix("http://localhost")).status_code == 200


def test_a_monitor_reads_counts_and_durations_and_nothing_personal(reader: FlaskClient) -> None:
    reader.get("/search?q=mot+tout+personnel")
    told = reader.get("/metrics").text
    assert 'carottes_records{sort="messages"} 568' in told
    assert 'carottes_requests_total{route="/search",method="GET",status="2xx"}' in told
    assert "personnel" not in told
    for line in told.splitlines():
        assert line.startswith("#") or len(line.rsplit(" ", 1)) == 2
    assert float(told.split("carottes_request_seconds_count ")[1].split()[0]) >= 1


def test_a_line_of_log_names_the_route_and_nobody(
    tmp_path: Path, empty_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(empty_file, tmp_path / "carottes.db")
    app = create_app(settings(tmp_path, LOG="json"))
    try:
        app.test_client().get("/search?q=mot+tout+personnel", headers={"User-Agent": "Someone"})
        line = json.loads(capsys.readouterr().err.strip().splitlines()[-1])
    finally:
        metrics.log.handlers.clear()
        metrics.log.setLevel(logging.NOTSET)
    assert line["route"] == "/search"
    assert line["status"] == 200
    assert set(line) == {"at", "method", "route", "status", "ms", "bytes"}


def test_a_migration_is_rehearsed_on_a_copy(tmp_path: Path, seeded_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(seeded_file, tmp_path / "carottes.db")
    monkeypatch.setenv("CAROTTES_DATA", str(tmp_path))
    app: Flask = create_app(settings(tmp_path))
    before = checksum(tmp_path / "carottes.db")
    told = run(app, "migrate", "--rehearse")
    assert told.exit_code == 0, told.output
    assert "the archive is as it was" in told.output
    assert "568 → 568" in told.output
    assert checksum(tmp_path / "carottes.db") == before
