"""The cartridge for course platforms: the shape that the thin profile asks for, and links that lead somewhere.

What the schemas of Common Cartridge 1.3 say of the parts that we use is written out here: manifest, organization, web
links (ccv1p3_imscp_v1p2_v1p0.xsd, which names the thin profile, ccv1p3_lommanifest_v1p0.xsd, ccv1p3_imswl_v1p3.xsd).
The schemas themselves are the consortium’s and not kept here. With them the cartridges of the six ready collections
were found valid in both languages, manifest and every link; the Schematron rules in the first were tried on one.
"""

from __future__ import annotations

import io
import re
import zipfile
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import select

from tests.make import Make
from webapp.collections.models import Collection
from webapp.revisions import Status

CP = "{http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1}"
WL = "{http://www.imsglobal.org/xsd/imsccv1p3/imswl_v1p3}"
LOM = "{http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest}"


def opened(client: FlaskClient, id: str) -> tuple[etree._Element, zipfile.ZipFile]:
    """The manifest and the archive."""
    answer = client.get(f"/collections/{id}.imscc?lang=fr")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].endswith('.imscc"')
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    return etree.fromstring(archive.read("imsmanifest.xml")), archive


def problems(manifest: etree._Element, archive: zipfile.ZipFile) -> list[str]:
    """What is not as the thin profile asks."""
    found = []
    children = [child.tag for child in manifest]
    wanted = [f"{CP}{each}" for each in ("metadata", "organizations", "resources")]
    if manifest.tag != f"{CP}manifest" or children != wanted:
        found.append(f"manifest holds {children}")
    metadata = manifest[0]
    if [child.tag for child in metadata] != [f"{CP}schema", f"{CP}schemaversion", f"{LOM}lom"]:
        found.append("metadata")
    if (metadata[0].text, metadata[1].text) != ("IMS Thin Common Cartridge", "1.3.0"):
        found.append("schema")
    if metadata.find(f"{LOM}lom/{LOM}general/{LOM}title/{LOM}string") is None:
        found.append("title")
    ids = [each.get("identifier") for each in manifest.iter() if each.get("identifier")]
    if len(ids) != len(set(ids)) or any(not re.fullmatch(r"[A-Za-z_][\w.-]*", each) for each in ids):
        found.append("identifiers (xs:ID)")
    return found + _organization(manifest) + _resources(manifest, archive)


def _organization(manifest: etree._Element) -> list[str]:
    (organization,) = manifest.findall(f"{CP}organizations/{CP}organization")
    found = [] if organization.get("structure") == "rooted-hierarchy" else ["structure"]
    (root,) = organization.findall(f"{CP}item")
    if root.find(f"{CP}title") is not None or root.get("identifierref"):
        found.append("the root item is a folder without a title")
    resources = {each.get("identifier") for each in manifest.iter(f"{CP}resource")}
    for item in root.iter(f"{CP}item"):
        if item is root:
            continue
        if item[0].tag != f"{CP}title" or not item[0].text:
            found.append(f"{item.get('identifier')} has no title")
        leaf = item.find(f"{CP}item") is None
        if leaf != bool(item.get("identifierref")) or (leaf and item.get("identifierref") not in resources):
            found.append(f"{item.get('identifier')} leads nowhere")
    return found


def _resources(manifest: etree._Element, archive: zipfile.ZipFile) -> list[str]:
    found = []
    for resource in manifest.iter(f"{CP}resource"):
        if resource.get("type") != "imswl_xmlv1p3" or [each.tag for each in resource] != [f"{CP}file", f"{WL}webLink"]:
            found.append(f"{resource.get('identifier')} is no web link")
            continue
        name, inside = resource[0].get("href"), resource[1]
        if name not in archive.namelist():
            found.append(f"{name} is missing")
            continue
        beside = etree.fromstring(archive.read(name))
        for link in (inside, beside):
            tags, href = [each.tag for each in link], link[1].get("href", "")
            if tags != [f"{WL}title", f"{WL}url"] or not href.startswith("http"):
                found.append(f"{name} is no web link")
            if link[1].get("target") not in (None, "_blank", "_self", "_parent", "_top", "_iframe"):
                found.append(f"{name}: target")
        if (inside[0].text, dict(inside[1].attrib)) != (beside[0].text, dict(beside[1].attrib)):
            found.append(f"{name} says something else than the manifest")
    return found


def test_every_ready_collection_makes_a_cartridge_of_the_right_shape(archive: Flask, reader: FlaskClient) -> None:
    with archive.extensions["database"].reading() as own:
        ids = own.scalars(select(Collection.id)).all()
    for id in ids:
        manifest, held = opened(reader, id)
        assert not problems(manifest, held), id
        assert len(list(manifest.iter(f"{CP}resource"))) >= 8


def test_its_links_lead_to_pages_and_begin_with_the_riddle(archive: Flask, reader: FlaskClient) -> None:
    with archive.extensions["database"].reading() as own:
        id = own.scalars(select(Collection.id).where(Collection.key == "beyond-france")).one()
    manifest, _held = opened(reader, id)
    for url in manifest.iter(f"{WL}url"):
        parts = urlsplit(url.get("href"))
        assert reader.get(f"{parts.path}?{parts.query}", follow_redirects=True).status_code == 200, parts
        assert "reading=outsider" in parts.query or parts.path.endswith("/quiz")


def test_the_same_collection_gives_the_same_bytes(client: FlaskClient, make: Make) -> None:
    made = make.record("collection", title={"fr": "Une"}, items=[{"message": make.message().id, "note": {}}])
    assert client.get(f"/collections/{made.id}.imscc").data == client.get(f"/collections/{made.id}.imscc").data


def test_what_is_withdrawn_is_left_out(client: FlaskClient, make: Make) -> None:
    message = make.message("Le crapaud vole")
    made = make.record("collection", title={"fr": "Une"}, items=[{"message": message.id, "note": {}}])
    message.status = Status.WITHDRAWN
    make.session.commit()
    manifest, held = opened(client, made.id)
    assert not problems(manifest, held)
    assert "crapaud" not in etree.tostring(manifest, encoding="unicode")


@pytest.mark.parametrize("title", ["<b>&\"'", "مجموعة", "c" * 2000, "bell \x07 and \ufffe", "]]>"])
def test_a_strange_title_makes_no_broken_cartridge(client: FlaskClient, make: Make, title: str) -> None:
    made = make.record("collection", title={"fr": title}, items=[{"message": make.message(title).id, "note": {}}])
    manifest, held = opened(client, made.id)
    assert not problems(manifest, held)
    assert all(len(each.text) <= 200 for each in manifest.iter(f"{CP}title"))


def test_a_cartridge_of_nothing_is_not_found(client: FlaskClient, make: Make) -> None:
    message = make.message()
    for id in ("0000000", "zzzzzzz", message.id):
        assert client.get(f"/collections/{id}.imscc").status_code == 404
