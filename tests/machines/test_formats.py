"""Vocabularies in SKOS, nights and the corpus in TEI, signposts for programs, and what a monitor reads."""

from __future__ import annotations

import io
import json
import logging
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from rdflib.namespace import RDF, SKOS
from signposting import find_signposting_http_link
from sqlalchemy import text

from tests.conftest import settings
from tests.make import Make
from tests.schemas import ensure_valid
from tests.test_cli import run
from webapp import create_app
from webapp.database import database
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
        assert {text.language for text in graph.objects(concept, SKOS.definition)} <= {"fr", "en"}, concept


def test_the_vocabularies_keep_the_conditions_of_skos(reader: FlaskClient) -> None:
    """The integrity conditions of its reference (S9, S13, S14; S7 and S8 for what follows from each other)."""
    graph = rdflib.Graph().parse(data=reader.get("/vocabularies.ttl").text, format="turtle")
    schemes, concepts = (set(graph.subjects(RDF.type, each)) for each in (SKOS.ConceptScheme, SKOS.Concept))
    assert not schemes & concepts
    assert {each.rpartition("/")[0] for each in map(str, concepts)} == set(map(str, schemes))
    for concept in concepts:
        labels = list(graph.objects(concept, SKOS.prefLabel))
        assert len(labels) == len({label.language for label in labels})
        assert not set(labels) & {*graph.objects(concept, SKOS.altLabel), *graph.objects(concept, SKOS.hiddenLabel)}
        (scheme,) = graph.objects(concept, SKOS.inScheme)
        assert scheme in schemes
        assert (concept, SKOS.topConceptOf, scheme) in graph
        assert (scheme, SKOS.hasTopConcept, concept) in graph
    notations = [(graph.value(each, SKOS.inScheme), str(graph.value(each, SKOS.notation))) for each in concepts]
    assert len(set(notations)) == len(notations)


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
    root = ensure_valid(etree.fromstring(answer.data), "tei")
    lines = root.findall(".//t:ab", TEI)
    assert len(lines) > 10
    for line in lines:
        assert line.find("t:quote", TEI).text
        for note in line.findall("t:note", TEI):
            assert note.get("cert")
            assert note.find("t:label", TEI).text
    outsider = etree.fromstring(reader.get("/nights/1944-06-05.tei.xml?reading=outsider").data)
    ensure_valid(outsider, "tei")
    assert outsider.find(".//t:note", TEI) is None
    assert reader.get("/nights/1944-02-31.tei.xml").status_code == 404


def test_the_corpus_in_tei_holds_every_message_and_calls_a_legend_one(reader: FlaskClient) -> None:
    root = ensure_valid(etree.fromstring(reader.get("/corpus.tei.xml?lang=en").data), "tei")
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
        ensure_valid(etree.fromstring(answer.data), "tei")


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


LABEL = r'[a-z_]+="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"([a-z_:][a-z0-9_:]*)(?:\{{({LABEL}(?:,{LABEL})*)\}})? (\d+(?:\.\d+)?(?:e[+-]?\d+)?)")


def families(told: str) -> dict[str, tuple[str, dict[tuple[str, str], float]]]:
    """Figures as Prometheus reads them (text format 0.0.4), strictly: each family once, named before it is counted, and
    no figure twice. Tried by hand with the parser of its own client, which reads the same."""
    found: dict[str, tuple[str, dict[tuple[str, str], float]]] = {}
    assert told.endswith("\n")
    for line in told.splitlines():
        if line.startswith("# HELP "):
            assert line.split(" ", 3)[3]
            name = line.split(" ")[2]
            assert name not in found
        elif line.startswith("# TYPE "):
            assert line.split(" ")[2] == name
            found[name] = (line.split(" ")[3], {})
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample, line
            stem = re.sub("_(bucket|sum|count)$", "", sample[1]) if found[name][0] == "histogram" else sample[1]
            assert stem == name
            assert (sample[1], sample[2] or "") not in found[name][1], line
            found[name][1][sample[1], sample[2] or ""] = float(sample[3])
    return found


def test_a_monitor_reads_counts_and_durations_and_nothing_personal(archive: Flask) -> None:
    client = archive.test_client()
    client.get("/messages?station=mot+tout+personnel")
    answer = client.get("/metrics")
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert "personnel" not in answer.text
    read = families(answer.text)
    assert read["carottes_records"][1]["carottes_records", 'sort="messages"'] == 568
    assert {kind for kind, _ in read.values()} == {"counter", "gauge", "histogram"}
    requests = read["carottes_requests_total"][1]
    assert requests["carottes_requests_total", 'route="/messages",method="GET",status="2xx"'] >= 1
    _, durations = read["carottes_request_seconds"]
    buckets = [count for (name, _), count in durations.items() if name.endswith("_bucket")]
    assert buckets == sorted(buckets)
    assert durations["carottes_request_seconds_bucket", 'le="+Inf"'] == durations["carottes_request_seconds_count", ""]
    assert durations["carottes_request_seconds_count", ""] == sum(requests.values())


@pytest.fixture
def lines(tmp_path: Path, empty_file: Path) -> Iterator[tuple[FlaskClient, io.StringIO]]:
    """A reader of an archive that logs its requests, and the log."""
    shutil.copy(empty_file, tmp_path / "carottes.db")
    metrics.log.handlers.clear()
    app, written = create_app(settings(tmp_path, LOG="json", PROXIES=1)), io.StringIO()
    (handler,) = metrics.log.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield app.test_client(), written
    metrics.log.handlers.clear()
    metrics.log.setLevel(logging.NOTSET)


PERSONAL = "quelqu-un@example.org"


@pytest.mark.parametrize(("method", "address", "route"), [
    ("GET", "/search?q=%s", "/search"), ("GET", "/enter/%s", "/enter/<secret>"), ("GET", "/%s/nowhere", "none"),
    ("POST", "/api/v1/messages?lang=%s", "/api/v1/messages"), ("%s", "/", "none"),
    ("GET", "/contributions/%s", "/contributions/<receipt>"),
])  # fmt: skip
def test_a_line_of_log_names_the_route_and_nobody(
    lines: tuple[FlaskClient, io.StringIO], method: str, address: str, route: str
) -> None:
    headers = {"User-Agent": PERSONAL, "Authorization": f"Bearer {PERSONAL}", "X-Forwarded-For": "203.0.113.7",
               "Referer": f"https://example.org/?{PERSONAL}", "Cookie": f"session={PERSONAL}"}  # fmt: skip
    filled = address.replace("%s", PERSONAL)
    client, written = lines
    client.open(filled, method=method.replace("%s", "MAIL"), headers=headers, json={"text": PERSONAL})
    assert PERSONAL not in written.getvalue()
    assert "203.0.113.7" not in written.getvalue()
    (line,) = map(json.loads, written.getvalue().splitlines())
    assert line["route"] == route
    assert set(line) == {"at", "method", "route", "status", "ms", "bytes"}


def test_a_mistake_of_ours_is_logged_without_its_address_and_without_what_was_written(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    def mistaken(secret: str) -> None:
        database().new_session(writes=False).execute(
            text("SELECT * FROM nobody WHERE email = :email"), {"email": secret}
        )

    app.view_functions["people.enter"] = mistaken
    assert client.get(f"/enter/{PERSONAL}").status_code == 500
    assert "GET /enter/<secret>" in caplog.text
    assert "no such table" in caplog.text
    assert PERSONAL not in caplog.text


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
