"""Worksheets: the same for the same number, honest about what they cannot do, and without an answer in any byte."""

from __future__ import annotations

import datetime as dt
import io
import re
import zlib
from collections.abc import Iterator
from html import unescape

import pypdf
import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from tests.make import Make
from webapp.collections.models import Collection
from webapp.database import now
from webapp.identifiers import Reading, examine
from webapp.messages.models import Message
from webapp.revisions import Revision, Status, to_document
from webapp.revisions.actions import change, publish
from webapp.teaching import qr
from webapp.teaching.worksheets.chance import Chance
from webapp.teaching.worksheets.exercises import BY_NAME
from webapp.teaching.worksheets.material import Phrase, material
from webapp.teaching.worksheets.pieces import Said
from webapp.teaching.worksheets.sheet import compose, leaks
from webapp.text.folding import fold
from webapp.vocabularies import words

ALL = ".".join(BY_NAME)
TITLES = ("Associer", "L.étranger", "L.alerte", "Peser", "Qu.est-ce", "L.échelle", "Écrire", "Les questions")
FRENCH = {"Accept-Language": "fr"}


@pytest.fixture(scope="module")
def ids(archive: Flask) -> dict[str, str]:
    """The ready collections by their keys."""
    with archive.extensions["database"].reading() as own:
        return {row.key: row.id for row in own.execute(select(Collection.key, Collection.id))}


def opened(client: FlaskClient, address: str) -> str:
    """The page at the end of the redirects."""
    answer = client.get(address, headers=FRENCH, follow_redirects=True)
    assert answer.status_code == 200, address
    return answer.text


def complete(client: FlaskClient, address: str) -> str:
    """The address that says everything, to which a short one leads."""
    answer = client.get(address, headers=FRENCH)
    assert answer.status_code == 302, answer.status
    return str(answer.location)


def key_of(client: FlaskClient, address: str, ending: str = "") -> str:
    """The address of the key, as the page where the sheet of this address is made gives it."""
    base, _, query = address.partition("?")
    path, _, number = base.rpartition("/")
    page = client.get(f"{path}?variant={number}&{query}", headers=FRENCH).text
    found = re.search(rf'href="([^"]*/key{re.escape(ending)}\?[^"]*)"', page)
    assert found, address
    return unescape(found[1])


# -- no answer in any byte ---------------------------------------------------------------------------------------------


def answers_of(app: Flask, things: list[str], number: int, lang: str) -> set[str]:
    """Everything that the pupil must not find, worked out from the material itself and not from the page."""
    with app.test_request_context(f"/?lang={lang}"), app.extensions["database"].reading() as own:
        found = material(own, things, now())
        sheet = compose(found.phrases, Chance(number), BY_NAME, lang, words(own))
        hidden = set().union(*(task.hidden for task in sheet.tasks)) if sheet.tasks else set()
        return set(sheet.secrets) | set(secrets_of(found.phrases, hidden))


def secrets_of(phrases: tuple[Phrase, ...], hidden: set[str]) -> Iterator[str]:
    for phrase in phrases:
        for claim in phrase.claims:
            yield claim.id
            if phrase.id in hidden:
                yield from claim.statement.values()
                yield from claim.note.values()


def unpacked(pdf: bytes) -> list[bytes]:
    """The streams of a PDF, unpacked."""
    packed = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    return [zlib.decompressobj().decompress(raw) for raw in packed if raw[:1] == b"x"]


def everything_in(pdf: bytes) -> str:
    """All that can be read in a PDF: its raw bytes, its streams unpacked, the text of its pages, its metadata."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    streams = unpacked(pdf)
    text = " ".join(page.extract_text() for page in reader.pages)
    parts = [pdf.decode("latin-1"), *(each.decode("latin-1") for each in streams), text, str(reader.metadata)]
    return "\n".join(parts)


def found_in(text: str, answers: set[str]) -> list[str]:
    """The answers that stand in a text, whatever its spaces, accents and entities."""
    plain = re.sub(r"\s+", " ", fold(unescape(text)))
    return [answer for answer in answers if len(answer) > 3 and re.sub(r"\s+", " ", fold(answer)) in plain]


def addresses_in(page: str) -> set[str]:
    """Every address of ours that a page names."""
    found = re.findall(r'(?:href|src|action)="([^"#]+)"', page)
    found += [address.replace("http://localhost", "") for address in re.findall(r"http://localhost[^\s<\"']+", page)]
    return {unescape(address) for address in found if address.startswith("/")}


@pytest.mark.parametrize("number", [1, 4711, 999_999_999])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_byte_served_to_a_pupil_holds_an_answer(
    archive: Flask, reader: FlaskClient, ids: dict[str, str], number: int, lang: str
) -> None:
    for key, id in ids.items():
        page = opened(reader, f"/collections/{id}/worksheet/{number}?ex={ALL}&lang={lang}")
        things = [
            item["id"] for item in reader.get(f"/collections/{id}.json").json["items"] if item["type"] == "message"
        ]
        answers = answers_of(archive, things, number, lang)
        assert len(answers) > 10, key
        assert not found_in(page, answers), key
        # On other pages a lone name may stand for what everybody heard (the radio of London) or for a citation style.
        answers = {answer for answer in answers if " " in answer or examine(answer) is Reading.GOOD}
        answers -= set(found_in(reader.get(f"/collections/{id}.json?reading=outsider").text, answers))
        assert len(answers) > 10, key
        for address in addresses_in(page):
            assert "key" not in address, (key, address)
            answer = reader.get(address, follow_redirects=True)
            text = everything_in(answer.data) if address.partition("?")[0].endswith(".pdf") else answer.text \
                if answer.mimetype.startswith(("text/", "image/svg")) else answer.data.decode("latin-1")  # fmt: skip
            assert not found_in(text, answers), (key, address)


def test_the_search_for_answers_finds_them_in_the_key(archive: Flask, reader: FlaskClient, ids: dict[str, str]) -> None:
    """The test above can fail: the same search over the key, page and PDF, finds answers."""
    id = ids["legends-and-how-to-doubt"]
    things = [item["id"] for item in reader.get(f"/collections/{id}.json").json["items"] if item["type"] == "message"]
    answers = answers_of(archive, things, 4711, "fr")
    sheet = f"/collections/{id}/worksheet/4711?ex={ALL}&lang=fr"
    key = key_of(reader, sheet)
    assert len(found_in(opened(reader, key), answers)) > 5
    pdf = reader.get(key_of(reader, sheet, ".pdf"))
    assert len(found_in(everything_in(pdf.data), answers)) > 2


def test_a_night_and_a_search_hold_no_answer_either(archive: Flask, reader: FlaskClient) -> None:
    for start in ("/nights/1944-06-05/worksheet/7", "/search/worksheet/7?q=parachutage+Dordogne"):
        address = complete(reader, start)
        things = re.search(r"items=([^&]+)", address)[1].split(".")  # type: ignore[index]
        answers = answers_of(archive, things, 7, "fr")
        assert not found_in(reader.get(address).text, answers), start
        assert "Dordogne" not in address
        pdf = reader.get(address.replace("/7?", "/7.pdf?"))
        assert not found_in(everything_in(pdf.data), answers), start


def test_a_phrase_whose_secret_stands_elsewhere_on_the_sheet_is_not_asked_for(make: Make, app: Flask) -> None:
    same = {"fr": "Un parachutage à Bourdeilles", "en": "A drop at Bourdeilles"}
    twins = [make.message(f"Jumelle {number}", meanings=[make.claim(same["fr"], standing) | {"statement": same}])
             for number, standing in enumerate(["attributed", "attested"])]  # fmt: skip
    with app.test_request_context("/?lang=fr"):
        found = material(make.session, [each.id for each in twins], now())
        sheet = compose(found.phrases, Chance(1), ["prove", "readings"], "fr", words(make.session))
        assert [task.name for task in sheet.tasks] == ["prove"]
        assert not leaks(sheet.tasks, found.phrases)


def test_a_pair_of_alert_and_action_is_asked_for_before_anything_else_takes_it(make: Make, app: Flask) -> None:
    doubtful = [make.claim("Sens.", "disputed"), make.claim("Autre sens.", "disputed")]
    alert = make.message("Les sanglots longs", meanings=doubtful)
    action = make.message("Bercent mon cœur", meanings=doubtful, relations=[{"kind": "action-for", "other": alert.id}])
    with app.test_request_context("/"):
        found = material(make.session, [alert.id, action.id], now())
        for number in range(10):
            sheet = compose(found.phrases, Chance(number), BY_NAME, "fr", words(make.session))
            assert "order" in [task.name for task in sheet.tasks], number


def test_the_order_of_a_sheet_tells_nothing_of_its_answers(make: Make, app: Flask) -> None:
    """The number and the program are public: with other answers, the same sheet stands in the same order."""
    for slug, label in (("drop", "parachutage"), ("alert", "alerte"), ("sabotage", "sabotage")):
        make.term("purpose", slug, label)
    texts = ["Le crapaud vole", "La girafe a un long cou", "Le coq chante"]
    claims = [
        make.claim(f"Sens {n}") | {"purpose": f"purpose/{slug}"} for n, slug in enumerate(["drop", "alert", "sabotage"])
    ]
    messages = [make.message(text, meanings=[claim]) for text, claim in zip(texts, claims, strict=True)]

    def pieces() -> list[object]:
        with app.test_request_context("/?lang=fr"):
            found = material(make.session, [each.id for each in messages], now())
            return list(compose(found.phrases, Chance(42), ["match"], "fr", words(make.session)).tasks[0].pieces)

    before = pieces()
    slugs = ["alert", "sabotage", "drop"]
    for message, slug in zip(messages, slugs, strict=True):
        document = to_document(message)
        document["meanings"][0]["purpose"] = f"purpose/{slug}"
        change(message, document, by=None)
        publish(message, by=None)
    make.session.commit()
    assert pieces() == before


# -- the same sheet next year ------------------------------------------------------------------------------------------


def test_a_short_address_leads_to_one_that_says_everything(reader: FlaskClient, ids: dict[str, str]) -> None:
    address = complete(reader, f"/collections/{ids['beyond-france']}/worksheet/3")
    for name in ("at=", "ex=", "edition=1", "lang=fr"):
        assert name in address
    assert reader.get(address).status_code == 200


def test_the_same_address_gives_the_same_sheet_after_claims_and_collection_have_changed(
    client: FlaskClient, make: Make
) -> None:
    messages = [make.message(f"Phrase {n}", meaning=f"Sens numéro {n}") for n in range(4)]
    made = make.record(
        "collection", title={"fr": "Quatre"}, items=[{"message": each.id, "note": {}} for each in messages]
    )
    address = complete(client, f"/collections/{made.id}/worksheet/5")
    before, pdf = client.get(address).data, client.get(address.replace("/5?", "/5.pdf?")).data
    moment = address[address.index("at=") + 3 :][:16]
    for revision in make.session.scalars(select(Revision)):  # the year goes by
        revision.at -= dt.timedelta(days=300)
    make.session.commit()
    document = to_document(messages[0])
    document["text"] = "Une autre phrase"
    document["meanings"][0]["statement"] = {"fr": "Un autre sens"}
    change(messages[0], document, by=None)
    last = publish(messages[0], by=None)
    change(made, to_document(made) | {"title": {"fr": "Autre titre"}, "items": []}, by=None)
    newer = publish(made, by=None)
    stamp = dt.datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
    last.at = newer.at = stamp + dt.timedelta(seconds=5)
    make.session.commit()
    assert client.get(address).data == before
    assert client.get(address.replace("/5?", "/5.pdf?")).data == pdf
    assert "a changé dans l’archive" in client.get(key_of(client, address), headers=FRENCH).text


def test_another_number_gives_another_sheet(reader: FlaskClient, ids: dict[str, str]) -> None:
    pages = {opened(reader, f"/collections/{ids['two-lines-of-verlaine']}/worksheet/{number}?ex=match.readings")
             .replace(f"variante {number}", "").replace(f"/{number}", "") for number in range(1, 7)}  # fmt: skip
    assert len(pages) >= 5


def test_the_dice_never_change(archive: Flask) -> None:
    """A golden order: if this fails, sheets that were printed no longer come out the same. Make a new edition."""
    dice = Chance(4711)
    assert dice.shuffled(["a", "b", "c", "d", "e", "f"], "match", str) == ["c", "d", "a", "b", "e", "f"]
    assert dice.rank("match", "a").hex()[:16] == Chance(4711).rank("match", "a").hex()[:16]
    assert Chance(4712).rank("match", "a") != dice.rank("match", "a")


def test_what_is_taken_away_does_not_move_the_others() -> None:
    dice, letters = Chance(1), list("abcdefgh")
    whole = dice.shuffled(letters, "x", str)
    assert dice.shuffled([each for each in letters if each != "c"], "x", str) == [each for each in whole if each != "c"]


def test_a_withdrawn_message_leaves_the_sheet_and_the_teacher_is_told(client: FlaskClient, make: Make) -> None:
    messages = [make.message(f"Phrase {n}", meaning=f"Sens numéro {n}") for n in range(3)]
    made = make.record(
        "collection", title={"fr": "Trois"}, items=[{"message": each.id, "note": {}} for each in messages]
    )
    address = complete(client, f"/collections/{made.id}/worksheet/1?ex=readings")
    assert "Phrase 0" in client.get(address).text
    messages[0].status = Status.WITHDRAWN
    make.session.commit()
    assert "Phrase 0" not in client.get(address).text
    assert "a été retiré" in client.get(key_of(client, address), headers=FRENCH).text


# -- paper -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("paper", "width", "height"), [("a4", 595, 842), ("letter", 612, 792)])
def test_the_pdf_is_small_embeds_its_fonts_and_has_the_size_asked_for(
    reader: FlaskClient, ids: dict[str, str], paper: str, width: int, height: int
) -> None:
    answer = reader.get(
        f"/collections/{ids['a-night-of-june-1944']}/worksheet/1.pdf?paper={paper}", follow_redirects=True
    )
    assert answer.mimetype == "application/pdf"
    assert len(answer.data) < 1_000_000
    pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    assert [round(float(side)) for side in pages[0].mediabox[2:]] == [width, height]
    fonts = [font.get_object() for font in pages[0]["/Resources"]["/Font"].values()]
    for font in fonts:
        inside = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "/FontFile2" in inside or "/FontFile3" in inside


def test_the_pdf_is_grey_and_says_where_it_is_from(reader: FlaskClient, ids: dict[str, str]) -> None:
    id = ids["a-night-of-june-1944"]
    data = reader.get(f"/collections/{id}/worksheet/1.pdf", follow_redirects=True).data
    streams = unpacked(data)
    assert not [each for each in streams if re.search(rb"[\d.]+ [\d.]+ [\d.]+ (rg|RG)\b", each)]
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    assert f"{id} v1" in text
    assert "variante 1" in text
    assert "réponses" in text


def test_the_code_leads_to_the_outsiders_reading() -> None:
    address = "https://carottes.example/collections/8g01vq1?reading=outsider"
    picture = Image.open(io.BytesIO(qr.png(address))).convert("L").resize((160, 160))  # 2 cm at 200 dpi
    assert zxingcpp.read_barcodes(picture)[0].text == address


def test_a_script_that_the_fonts_lack_gives_way_to_its_translation(client: FlaskClient, make: Make) -> None:
    message = make.message("東の風、雨", lang="ja", translation={"fr": "Vent d’est, pluie"}, meaning="La rupture")
    made = make.record("collection", title={"fr": "Ailleurs"}, items=[{"message": message.id, "note": {}}])
    data = client.get(f"/collections/{made.id}/worksheet/1.pdf?ex=readings", headers=FRENCH, follow_redirects=True).data
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    assert "[en japonais]" in text
    assert "Vent d’est, pluie" in text


def test_no_task_begins_at_the_foot_of_a_page_without_its_first_phrase(
    reader: FlaskClient, ids: dict[str, str]
) -> None:
    """An instruction is never the last thing on a page of the pupil's sheet."""
    last = ("on en raconte.", "de l’un de ces buts.", "Pèse-les.", "qui l’attend.", "dans les cases.")
    for key, id in ids.items():
        for number in (1, 7, 4711):
            address = f"/collections/{id}/worksheet/{number}.pdf?ex={ALL}&lang=fr"
            data = reader.get(address, follow_redirects=True).data
            for page in pypdf.PdfReader(io.BytesIO(data)).pages:
                text = page.extract_text().partition("Carottes, ")[0].strip()
                assert not text.endswith(last), (key, number, text[-200:])


def test_no_page_of_a_key_ends_with_a_title(reader: FlaskClient, ids: dict[str, str]) -> None:
    for key, id in ids.items():
        for number in (1, 7, 4711):
            data = reader.get(key_of(reader, f"/collections/{id}/worksheet/{number}?ex={ALL}&lang=fr", ".pdf")).data
            for page in pypdf.PdfReader(io.BytesIO(data)).pages:
                lines = page.extract_text().partition("Carottes, ")[0].strip().splitlines()
                assert not re.match(rf"\d\. ({'|'.join(TITLES)})", lines[-1]), (key, number, lines[-1])


def test_only_the_pupils_paper_says_that_it_holds_no_answer(reader: FlaskClient, ids: dict[str, str]) -> None:
    sheet = f"/collections/{ids['beyond-france']}/worksheet/1?lang=fr"
    for address, says in ((sheet.replace("/1?", "/1.pdf?"), True), (key_of(reader, sheet, ".pdf"), False)):
        (first, *_rest) = pypdf.PdfReader(io.BytesIO(reader.get(address, follow_redirects=True).data)).pages
        text = first.extract_text()
        assert ("Les réponses ne sont pas sur ce papier" in text) is says
        assert ("pas pour les élèves" in text) is not says


def test_the_key_names_each_addressee_once_and_each_phrase_once(make: Make, app: Flask) -> None:
    network = make.network("Maquis Aigoual")
    claims = [
        make.claim("Un sens.") | {"addressee": {"fr": "maquis Aigoual"}, "network": network.id},
        make.claim("Un autre."),
    ]
    message = make.message("Le crapaud vole", meanings=claims)
    with app.test_request_context("/?lang=fr"):
        found = material(make.session, [message.id], now())
        (task,) = compose(found.phrases, Chance(1), ["readings"], "fr", words(make.session)).tasks
        assert [answer.mark for answer in task.answers] == ["1", ""]
        assert task.answers[0].more[1] == "maquis Aigoual."


def test_the_key_cannot_be_had_from_the_address_of_the_sheet(reader: FlaskClient, ids: dict[str, str]) -> None:
    start = f"/collections/{ids['beyond-france']}/worksheet"
    sheet = complete(reader, f"{start}/7?ex=readings")
    key = key_of(reader, sheet)
    assert reader.get(key).status_code == 200
    assert reader.get(key_of(reader, sheet, ".pdf")).status_code == 200
    code = key.rpartition("code=")[2]
    for guessed in (sheet.replace("/7?", "/7/key?"), sheet.replace("/7?", "/7/key.pdf?"), f"{start}/7/key",
                    sheet.replace("/7?", "/8/key?") + f"&code={code}", key[:-1] + "é"):  # fmt: skip
        answer = reader.get(guessed, headers=FRENCH)
        assert (answer.status_code, "porte un code" in answer.text) == (404, True), guessed


def test_the_key_has_each_phrase_with_its_meaning_and_its_sources(reader: FlaskClient, ids: dict[str, str]) -> None:
    sheet = f"/collections/{ids['beyond-france']}/worksheet/7?ex=match.readings&lang=fr"
    phrases = re.findall(r'<p class="phrase-m"[^>]*>(.*?)</p>', opened(reader, sheet))
    assert len(phrases) > 3
    answers = reader.get(key_of(reader, sheet)).text.split('<div class="told">')[1:]
    for phrase in phrases:
        told = [each for each in answers if phrase in each]
        assert told, phrase
        assert all("told__text" in each and "Sources" in each for each in told), told
    text = " ".join(page.extract_text() for page in
                    pypdf.PdfReader(io.BytesIO(reader.get(key_of(reader, sheet, ".pdf")).data)).pages)  # fmt: skip
    first = fold(re.sub(r"<[^>]*>", "", unescape(phrases[0]))).split()[-2]
    assert first in fold(text)


def test_no_purpose_to_match_is_right_for_two_phrases(make: Make, app: Flask) -> None:
    for name in "abcd":
        make.term("purpose", name, name, name)
    kinds = [("a", "b"), ("b",), ("c",), ("d",)]
    messages = [
        make.message(
            f"Phrase {n}", meanings=[make.claim(f"Sens {each}{n}") | {"purpose": f"purpose/{each}"} for each in kind]
        )
        for n, kind in enumerate(kinds)
    ]
    with app.test_request_context("/?lang=fr"):
        found = material(make.session, [each.id for each in messages], now())
        by_text = {phrase.text: {claim.purpose for claim in phrase.claims} for phrase in found.phrases}
        for number in range(8):
            (task,) = compose(found.phrases, Chance(number), ["match"], "fr", words(make.session)).tasks
            shown = [by_text[piece.text] for piece in task.pieces if isinstance(piece, Said)]
            assert sum(map(len, shown)) == len(set().union(*shown)), number


def test_a_pdf_is_read_in_the_order_of_its_lines(reader: FlaskClient, ids: dict[str, str]) -> None:
    data = reader.get(
        f"/collections/{ids['beyond-france']}/worksheet/7.pdf?ex=match&lang=fr", follow_redirects=True
    ).data
    text = pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text()
    marks = re.findall(r"^(\d|[A-F])(?=\W|[A-ZÉ])", text, re.MULTILINE)
    assert marks[:3] == ["1", "1", "2"], text


# -- bad input ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["abc", "-1", "1.5", "٣", "9999999999", "1e3", "%00", "<b>"])
def test_a_variant_that_is_no_number_is_told_so(reader: FlaskClient, ids: dict[str, str], number: str) -> None:
    id = ids["beyond-france"]
    answer = reader.get(f"/collections/{id}/worksheet/{number}")
    assert answer.status_code == 404
    assert "nombre entier" in answer.text
    typed = reader.get(f"/collections/{id}/worksheet?variant={number}")
    assert typed.status_code == 422
    assert "nombre entier" in typed.text


@pytest.mark.parametrize(
    "query", ["at=tomorrow", "at=29991231T000000Z", "ex=", "ex=nonsense", "items=%00.x", "paper=a0"]
)
def test_nonsense_in_an_address_is_left_aside(reader: FlaskClient, ids: dict[str, str], query: str) -> None:
    for ending in ("", ".pdf"):
        assert (
            reader.get(
                f"/collections/{ids['beyond-france']}/worksheet/1{ending}?{query}", follow_redirects=True
            ).status_code
            == 200
        )


def test_an_unknown_edition_is_told_so(reader: FlaskClient, ids: dict[str, str]) -> None:
    answer = reader.get(f"/collections/{ids['beyond-france']}/worksheet/1?edition=99")
    assert answer.status_code == 404
    assert "édition" in answer.text


@pytest.mark.parametrize(
    "address", ["/collections/zzzzzzz", "/collections/0000001", "/nights/1944-02-31", "/nights/9999-01-01"]
)
def test_a_sheet_of_nothing_is_not_found(reader: FlaskClient, address: str) -> None:
    for ending in ("", "/1", "/1.pdf", "/1/key"):
        assert reader.get(f"{address}/worksheet{ending}", follow_redirects=True).status_code == 404


def test_a_sheet_of_five_hundred_is_made_of_forty(reader: FlaskClient, archive: Flask) -> None:
    with archive.extensions["database"].reading() as own:
        ids = own.scalars(select(Message.id).limit(500)).all()
    page = opened(reader, f"/search/worksheet/1?items={'.'.join(ids)}")
    assert "<h2>" in page


def test_a_search_without_a_result_says_that_there_is_too_little(reader: FlaskClient) -> None:
    assert "trop peu de matière" in opened(reader, "/search/worksheet?q=zzzzzzzz&ex=match")
    assert "trop peu de matière" in opened(reader, "/search/worksheet/1?q=zzzzzzzz&ex=match")


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "مجموعة", "b" * 2000, "‮gnol", "“é” & <b>"])
def test_a_strange_title_is_printed_as_text(client: FlaskClient, make: Make, title: str) -> None:
    made = make.record(
        "collection", title={"fr": title}, items=[{"message": make.message(meaning="Un sens").id, "note": {}}]
    )
    sheet = f"/collections/{made.id}/worksheet/1"
    for address in (
        sheet.removesuffix("/1"),
        sheet,
        f"{sheet}.pdf",
        key_of(client, sheet),
        key_of(client, sheet, ".pdf"),
    ):
        answer = client.get(address, follow_redirects=True)
        assert answer.status_code == 200, address
        assert b"<script>alert" not in answer.data


def test_a_pupil_is_given_no_cookie(reader: FlaskClient, ids: dict[str, str]) -> None:
    address = complete(reader, f"/collections/{ids['beyond-france']}/worksheet/3")
    for ending in ("/3?", "/3.pdf?"):
        assert "Set-Cookie" not in reader.get(address.replace("/3?", ending)).headers
