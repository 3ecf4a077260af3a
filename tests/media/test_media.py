# ruff: noqa: E501  # each file stands on one line, as in a table
"""Pictures and recordings: brought in, described, published, shown, fetched."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.contributions.offering import anew, held, offer, patient
from tests.desk.filling import Page, visit
from tests.make import Make
from tests.media import files
from tests.media.test_hostile import on_disk
from webapp.media.inspecting import examine
from webapp.media.models import Medium
from webapp.media.rights import RIGHTS
from webapp.revisions import Outbox, Status
from webapp.search.documents import documents_of

SignIn = Callable[..., FlaskClient]
RIGHT = next(iter(RIGHTS))


def send(editor: FlaskClient, content: bytes, name: str = "scan.jpg", about: str = "") -> Page:
    """Bring a file in and go to the form of the draft that it became."""
    form = visit(editor, "/desk/media/new").form("file-form")
    sent = {**form.values.to_dict(), "about": about, "file": (io.BytesIO(content), name)}
    return Page(editor, editor.post("/desk/media/new", data=sent, content_type="multipart/form-data")).follow()


def published(editor: FlaskClient, session: Session, content: bytes, about: str, **words: str) -> Medium:
    """A file that is public, shown with a message, a source or a night."""
    words = {"alt__fr": "Une feuille dactylographiée."} | words
    form = send(editor, content, about=about).form()
    form.values["open_original"] = words.pop("open_original", "")
    form.press(editor, "publish", rights=RIGHT, **words).follow()
    anew(session)
    medium = session.get_one(Medium, form.action.split("/")[-1].partition("?")[0])
    assert medium.status == Status.PUBLISHED
    return medium


@pytest.mark.parametrize(
    ("content", "type_"),
    [
        (files.picture("JPEG"), "image/jpeg"), (files.picture("PNG"), "image/png"), (files.picture("WEBP"), "image/webp"),
        (files.wav(), "audio/wav"), (files.mp3(), "audio/mpeg"), (files.ogg(), "audio/ogg"), (files.flac(), "audio/flac"),
        (files.mp3(tag=b"ID3\x03\x00\x00\x00\x00\x00\x0a" + bytes(10)), "audio/mpeg"),
        (files.photograph(), "image/jpeg"),
    ],
)  # fmt: skip
def test_honest_files_are_taken_for_what_they_are(app: object, content: bytes, type_: str) -> None:
    assert examine(content).type == type_


@pytest.mark.parametrize("number", range(3))
def test_the_length_of_a_recording_is_read_from_it(app: object, number: int) -> None:
    content, seconds = [(files.wav(7.0), 7), (files.mp3(383), 10), (files.ogg(), 2)][number]
    assert examine(content).seconds == seconds


def test_a_picture_lies_under_its_checksum_whatever_it_was_called(sign_in: SignIn, make: Make, tmp_path: Path) -> None:
    content = files.picture()
    send(sign_in("curator"), content, "../../../../tmp/évasion<script>.jpg")
    sha = hashlib.sha256(content).hexdigest()
    original = tmp_path / "media" / sha[:2] / sha[2:4] / sha
    assert original.read_bytes() == content
    assert all(path.startswith(str(original)) for path in on_disk(tmp_path))


def test_a_picture_is_published_with_words_rights_and_a_subject_or_not_at_all(
    sign_in: SignIn, make: Make, session: Session
) -> None:
    message, editor = make.message("Le crapaud vole"), sign_in("editor")
    form = send(editor, files.picture(), about=message.id).form()
    assert form.press(editor, "publish").status == 422  # neither words nor rights
    assert form.press(editor, "publish", rights=RIGHT).status == 422
    assert form.press(editor, "publish", rights=RIGHT, alt__fr="Une feuille.").status == 303
    bare = send(editor, files.picture("PNG")).form()
    assert bare.press(editor, "publish", rights=RIGHT, alt__fr="Une feuille.").status == 422


def test_a_recording_needs_a_transcript(sign_in: SignIn, make: Make) -> None:
    message, editor = make.message("Le crapaud vole"), sign_in("editor")
    form = send(editor, files.wav(), "a.wav", message.id).form()
    assert form.press(editor, "publish", rights=RIGHT, title__fr="Lecture").status == 422
    typed = {"title__fr": "Lecture", "transcript__fr": "Le crapaud vole."}
    assert form.press(editor, "publish", rights=RIGHT, **typed).status == 303


def test_a_published_picture_is_a_figure_on_the_page_with_its_words_and_rights(
    client: FlaskClient, sign_in: SignIn, make: Make, session: Session
) -> None:
    message = make.message("Le crapaud vole", night="1944-06-05")
    medium = published(
        sign_in("editor"), session, files.picture(), message.id, caption__fr="Le carnet", credit="Jeanne"
    )
    page = client.get(f"/messages/{message.id}", follow_redirects=True).text
    for shown in ("Une feuille dactylographiée.", "Le carnet", "Jeanne", RIGHT, f"/media/{medium.id}/"):
        assert shown in page, shown
    assert f"/media/{medium.id}" not in client.get(f"/messages/{message.id}?reading=outsider").text
    assert client.get(f"/id/{medium.id}").location.endswith(f"/media/{medium.id}")
    assert client.get(f"/media/{medium.id}").status_code == 200
    assert client.get(f"/media/{medium.id}.json").json["sha256"] == medium.file


def test_nights_and_sources_show_their_figures_too(
    client: FlaskClient, sign_in: SignIn, make: Make, session: Session
) -> None:
    make.message(night="1944-06-05")
    source, editor = make.source(), sign_in("editor")
    first = published(editor, session, files.picture(), source.id)
    second = published(editor, session, files.picture("PNG"), "1944-06-05")
    assert f"/media/{first.id}/" in client.get(f"/sources/{source.id}").text
    assert f"/media/{second.id}/" in client.get("/nights/1944-06-05").text


def test_what_a_camera_wrote_into_a_picture_reaches_no_reader(
    client: FlaskClient, sign_in: SignIn, make: Make, session: Session
) -> None:
    message = make.message()
    medium = published(sign_in("editor"), session, files.photograph(), message.id)
    page = client.get(f"/media/{medium.id}").text
    assert client.get(f"/media/{medium.id}/original").status_code == 404
    assert "/original" not in page
    for name in (f"{medium.file[:16]}-960.jpeg", *(f"{medium.file[:16]}-{width}.webp" for width in (320, 960, 1920))):
        answer = client.get(f"/media/{medium.id}/{name}")
        assert b"Maker of telephones" not in answer.data
        with Image.open(io.BytesIO(answer.data)) as picture:
            assert not picture.getexif()
            assert picture.height > picture.width  # upright, as it was held


def test_files_are_sent_as_what_they_are_kept_for_ever_and_never_run(
    client: FlaskClient, sign_in: SignIn, make: Make, session: Session
) -> None:
    message, editor = make.message(), sign_in("editor")
    medium = published(editor, session, files.picture(), message.id, open_original="yes")
    answer = client.get(f"/media/{medium.id}/original")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=carottes-{medium.id}.jpg"
    assert hashlib.sha256(answer.data).hexdigest() == medium.file
    copy = client.get(f"/media/{medium.id}/{medium.file[:16]}-320.webp")
    for each in (answer, copy):
        assert each.headers["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in each.headers["Cache-Control"]
        assert "sandbox" in each.headers["Content-Security-Policy"]
    assert copy.mimetype == "image/webp"
    again = client.get(copy.request.path, headers={"If-None-Match": copy.headers["ETag"]})
    assert again.status_code == 304


def test_a_part_of_a_recording_can_be_asked_for(
    client: FlaskClient, sign_in: SignIn, make: Make, session: Session
) -> None:
    message, content = make.message(), files.wav()
    medium = published(sign_in("editor"), session, content, message.id, title__fr="Lecture", transcript__fr="Rien.")
    address = f"/media/{medium.id}/{medium.file[:16]}.wav"
    answer = client.get(address, headers={"Range": "bytes=10-19"})
    assert answer.status_code == 206
    assert answer.data == content[10:20]
    assert client.get(address, headers={"Range": f"bytes={len(content)}-"}).status_code == 416
    assert "<audio controls" in client.get(f"/messages/{message.id}", follow_redirects=True).text


def test_a_draft_is_not_fetched_by_a_reader_nor_a_withdrawn_picture_by_anybody(
    client: FlaskClient, sign_in: SignIn, make: Make, session: Session
) -> None:
    message, editor = make.message(), sign_in("editor")
    send(editor, files.picture(), about=message.id)
    anew(session)
    medium = session.scalars(select(Medium)).one()
    names = ["", f"/{medium.file[:16]}-960.webp", "/original"]
    assert [client.get(f"/media/{medium.id}{name}").status_code for name in names] == [404, 404, 404]
    seen = editor.get(f"/media/{medium.id}/{medium.file[:16]}-960.webp")
    assert seen.headers["Cache-Control"] == "private, no-store"
    shown = published(editor, session, files.picture("PNG"), message.id)
    visit(editor, f"/desk/media/{shown.id}/withdraw").form("withdraw")
    token = visit(editor, f"/desk/media/{shown.id}/withdraw").form("withdraw").values.to_dict()
    editor.post(f"/desk/media/{shown.id}/withdraw", data={**token, "reason": "Les droits manquent."})
    assert client.get(f"/media/{shown.id}/{shown.file[:16]}-960.webp").status_code == 410


@pytest.mark.parametrize("name", ["../../carottes.db", "..%2f..%2fcarottes.db", "x", "0000000000000000-960.webp",
                                  "secret-key", "-320.webp", "%00"])  # fmt: skip
def test_no_other_file_can_be_named(
    client: FlaskClient, sign_in: SignIn, make: Make, session: Session, name: str
) -> None:
    medium = published(sign_in("editor"), session, files.picture(), make.message().id)
    assert client.get(f"/media/{medium.id}/{name}").status_code == 404


def test_the_index_hears_that_a_message_can_be_heard(sign_in: SignIn, make: Make, session: Session) -> None:
    message = make.message()
    assert documents_of(session, "message", [message.id])[message.id].facets["has_audio"] == ()
    published(sign_in("editor"), session, files.wav(), message.id, title__fr="Lecture", transcript__fr="Rien.")
    anew(session)
    assert documents_of(session, "message", [message.id])[message.id].facets["has_audio"] == ("yes",)
    assert message.id in session.scalars(select(Outbox.record_id)).all()


def test_a_change_of_words_is_drafted_beside_the_published_picture(
    client: FlaskClient, sign_in: SignIn, make: Make, session: Session
) -> None:
    editor = sign_in("editor")
    medium = published(editor, session, files.picture(), make.message().id)
    visit(editor, f"/desk/media/{medium.id}").form().press(editor, "save", alt__fr="Autre chose.").follow()
    assert "Autre chose." not in client.get(f"/media/{medium.id}").text
    form = visit(editor, f"/desk/media/{medium.id}").form()
    form.press(editor, "publish", reason="De meilleurs mots").follow()
    assert "Autre chose." in client.get(f"/media/{medium.id}").text
    assert "De meilleurs mots" in client.get(f"/media/{medium.id}/history").text


def test_a_contributors_photograph_waits_in_quarantine_until_it_is_accepted(
    client: FlaskClient, sign_in: SignIn, make: Make, session: Session, tmp_path: Path
) -> None:
    patient(client)
    message, editor = make.message("Le crapaud vole"), sign_in("editor")
    photo = (io.BytesIO(files.photograph()), "IMG_0001.jpg")
    receipt = offer(client, "recollection", about=message.id, text="Son carnet.", name="Jeanne", shows="Un carnet.",
                    photo=photo)  # fmt: skip
    contribution = held(session, receipt)
    assert [path for path in on_disk(tmp_path) if "/media/" in path] == []
    seen = editor.get(f"/desk/contributions/{contribution.id}/photo")
    assert seen.mimetype == "image/jpeg"
    assert b"Maker of telephones" not in seen.data
    assert client.get(f"/desk/contributions/{contribution.id}/photo").status_code == 303
    visit(editor, f"/desk/contributions/{contribution.id}").form("answer").press(editor, "accept").follow()
    assert [path for path in on_disk(tmp_path) if "/quarantine/" in path] == []
    anew(session)
    medium = session.scalars(select(Medium)).one()
    assert (medium.status, medium.alt, medium.credit) == (Status.DRAFT, {"fr": "Un carnet."}, "Jeanne")
    assert f"/media/{medium.id}" not in client.get(f"/messages/{message.id}", follow_redirects=True).text
    form = visit(editor, f"/desk/media/{medium.id}").form()
    form.press(editor, "publish", rights=RIGHT).follow()
    page = client.get(f"/messages/{message.id}", follow_redirects=True).text
    assert page.count("Son carnet.") == 1
    assert f"/media/{medium.id}/" in page


def test_a_declined_photograph_is_deleted(
    client: FlaskClient, sign_in: SignIn, session: Session, tmp_path: Path
) -> None:
    patient(client)
    photo = (io.BytesIO(files.picture()), "a.jpg")
    receipt = offer(client, "recollection", text="Moi.", photo=photo)
    assert len(on_disk(tmp_path)) == 1
    editor = sign_in("editor")
    page = visit(editor, f"/desk/contributions/{held(session, receipt).id}")
    page.form("answer").press(editor, "decline", text="Hors sujet.").follow()
    assert on_disk(tmp_path) == []
