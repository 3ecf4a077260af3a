"""Nights and messages read aloud by a real voice: always said to be a reconstruction, never saying what was meant."""

from __future__ import annotations

import json
import re
import struct
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import feedparser
import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.make import Make
from tests.pages import identifier
from webapp.listening import episodes, mp3, recordings, views, voice
from webapp.listening.radio import COLOURINGS, coloured
from webapp.listening.speaker import RATE
from webapp.listening.voice import NoVoice, Utterance, speak, spoken
from webapp.machines.backups import files_of
from webapp.messages.models import Message

LABEL = "Reconstruction by synthetic speech, not a period recording."
ENGLISH = {"Accept-Language": "en"}
# Samples and bits of the frames that this archive writes: MPEG-2, layer III, 22,050 Hz.
SAMPLES, BIT_RATES = 576, [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]


def seconds(data: bytes) -> float:
    """How long an MP3 is, counted frame by frame."""
    place = 10 + sum(byte << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    frames = 0
    while place + 4 <= len(data):
        assert data[place] == 0xFF, place
        assert data[place + 1] & 0xE0 == 0xE0, place
        padding = data[place + 2] >> 1 & 1
        place += 72 * BIT_RATES[data[place + 2] >> 4] * 1000 // RATE + padding
        frames += 1
    return frames * SAMPLES / RATE


def cues(text: str) -> list[tuple[str, str]]:
    """The lines that captions name, and the words of each."""
    return re.findall(r"^\d+:(\S+)\n[\d:.]+ --> [\d:.]+\n<lang \S+>(.*)</lang>$", text, re.MULTILINE)


def words(client: FlaskClient, address: str) -> str:
    """Everything that is said, in order."""
    return "\n".join(text for _key, text in cues(client.get(f"{address}.vtt", headers=ENGLISH).text))


# -- what is said ------------------------------------------------------------------------------------------------------


def test_a_night_is_read_with_its_label_first_then_the_call_then_the_messages(client: FlaskClient, make: Make) -> None:
    london = make.station("Radio Londres")
    london.key = "bbc-radio-londres"
    make.message("Le crapaud vole", night="1944-05-02", station=london.id)
    said = words(client, "/nights/1944-05-02/listen").split("\n")
    assert said[0] == LABEL
    assert said[2:6] == ["Ici Londres.", "Les Français parlent aux Français.",
                         "Veuillez écouter tout d’abord quelques messages personnels.", "Le crapaud vole"]  # fmt: skip
    assert said[-1].startswith("End of the reconstruction.")


def test_a_phrase_said_twice_is_said_twice_with_its_formula_and_one_of_unknown_number_once(
    client: FlaskClient, make: Make
) -> None:
    make.message("Germaine pirouette", broadcasts=[{"edtf": "1944-05-02", "written": "2 mai", "said": 2}])
    make.message("Le crapaud vole", night="1944-05-02")
    said = words(client, "/nights/1944-05-02/listen").split("\n")
    at = said.index("Germaine pirouette")
    assert said[at : at + 3] == ["Germaine pirouette", "Nous disons deux fois.", "Germaine pirouette"]
    assert said.count("Le crapaud vole") == 1


def test_the_opening_call_is_only_that_of_the_station_that_had_it(client: FlaskClient, make: Make) -> None:
    make.message("La mia barba è bionda", lang="it", night="1944-05-02", station=make.station("Radio Londra").id)
    said = words(client, "/nights/1944-05-02/listen")
    assert "Ici Londres" not in said
    assert "Radio Londra." in said


def test_gaps_hours_and_an_unknown_order_are_told_as_they_are(client: FlaskClient, make: Make) -> None:
    first = {"edtf": "1944-05-02", "written": "2 mai", "time": "21:15"}
    make.message("Le crapaud vole", broadcasts=[first | {"place_in_night": 1}])
    make.message("La vache saute", broadcasts=[first | {"place_in_night": 4}])
    make.message("Il pleut", night="1944-05-02")
    make.message("Il neige", night="1944-05-02")
    said = words(client, "/nights/1944-05-02/listen").split("\n")
    assert said.index("9 15 pm") < said.index("Le crapaud vole")
    assert said[said.index("La vache saute") - 1] == "Here 2 messages are missing from the archive."
    assert said.index("In which order they were read is not known.") == said.index("Il neige") - 1


def test_a_date_of_an_operation_is_not_passed_off_as_the_night_of_the_reading(client: FlaskClient, make: Make) -> None:
    drop = {"edtf": "1944-05-02", "written": "2 mai", "dated": "operation"}
    make.message("Il pleut", broadcasts=[drop])
    make.message("Le crapaud vole", night="1944-05-02")
    said = words(client, "/nights/1944-05-02/listen").split("\n")
    assert said[said.index("Il pleut") - 1].startswith("What follows is known by the date of the operation")


@pytest.mark.parametrize("reading", ["", "?reading=insider", "?reading=outsider"])
def test_no_meaning_is_ever_spoken_or_shown_where_one_listens(client: FlaskClient, make: Make, reading: str) -> None:
    claim = make.claim("Sabotez la voie ferrée", addressee={"fr": "Maquis secret", "en": "Secret maquis"})
    found = make.message(
        "Le crapaud vole", night="1944-05-02", meanings=[claim], note={"fr": "Remarque", "en": "Remark"}
    )
    for place in ("/nights/1944-05-02/listen", f"/messages/{found.id}/listen"):
        everything = client.get(place + reading).text + client.get(f"{place}.vtt{reading}").text
        for secret in ("Sabotez", "maquis", "Maquis", "Remar", "Attesté", "fold__"):
            assert secret not in everything, secret


def test_a_tune_and_a_language_without_a_voice_are_announced_and_not_read(client: FlaskClient, make: Make) -> None:
    tune = make.message("Verdi", kind="tune", lang="it", night="1944-05-02")
    far = make.message("東の風、雨", lang="ja", night="1944-05-02")
    said = words(client, "/nights/1944-05-02/listen")
    assert "Here something was played or sounded, not said." in said
    assert "Here a message in a language without a voice: Japanese." in said
    for found in (tune, far):
        page = client.get(f"/messages/{found.id}/listen", headers=ENGLISH)
        assert page.status_code == 200
        assert "This message is not read aloud." in page.text
        assert "<audio" not in page.text
        refused = client.get(f"/messages/{found.id}/listen.mp3", headers=ENGLISH)
        assert refused.status_code == 404
        assert "This message is not read aloud." in refused.text
        assert "listen.mp3" not in client.get(f"/messages/{found.id}", follow_redirects=True).text


def test_a_draft_is_heard_by_nobody_but_the_desk(client: FlaskClient, make: Make, sign_in: Any) -> None:
    draft = make.message("Le crapaud vole", status="draft", night="1944-05-02")
    assert client.get(f"/messages/{draft.id}/listen").status_code == 404
    assert client.get("/nights/1944-05-02/listen").status_code == 404
    heard = sign_in("curator").get(f"/messages/{draft.id}/listen.mp3")
    assert heard.status_code == 200
    assert "private" in heard.headers["Cache-Control"]


def test_the_longest_night_is_cut_and_says_so(client: FlaskClient, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.listening.script.MOST_MESSAGES", 2)
    for phrase in ("Il pleut", "Il neige", "Il vente"):
        make.message(phrase, night="1944-05-02")
    said = words(client, "/nights/1944-05-02/listen")
    assert "Il pleut" not in said or "Il vente" not in said
    assert "The reading stops after 2 messages" in said


# -- the voice ---------------------------------------------------------------------------------------------------------


def test_every_voice_of_the_list_speaks_and_no_two_sound_alike() -> None:
    sounds = speak([Utterance("radio 123", lang) for lang in voice.VOICES])
    assert all(len(sound) > RATE // 4 and np.abs(sound).max() > 0.1 for sound in sounds)
    assert len({sound.tobytes() for sound in sounds}) == len(sounds)


def test_a_missing_voice_is_refused_and_not_replaced_by_the_last_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(voice.VOICES, "fr", "fr-fr")
    with pytest.raises(NoVoice, match="no voice called fr-fr"):
        speak([Utterance("Hello", "en"), Utterance("Bonjour", "fr")])


def test_the_same_script_always_sounds_the_same() -> None:
    said = [Utterance("The carrots", "en", narrator=True), Utterance("Les carottes sont cuites", "fr")]
    for one, other in zip(speak(said), speak(said), strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("« L’acide rougit »", "L'acide rougit"),
        ("un\x01 deux\x00 trois", "un deux trois"),
        ("*** *****", ""),
        ("<b>gras</b>", "b gras /b"),
        ("…", ""),
        ("[[x]]", "x"),
        ("mot " * 1000, ("mot " * 375).strip()),
    ],
)
def test_what_the_voice_is_given_holds_no_command(text: str, said: str) -> None:
    assert spoken(text) == said


def test_a_voice_that_fails_is_told_in_a_sentence(
    client: FlaskClient, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = make.message("Le crapaud vole")
    monkeypatch.setitem(voice.VOICES, "fr", "nobody")
    answer = client.get(f"/messages/{found.id}/listen.mp3", headers=ENGLISH)
    assert answer.status_code == 503
    assert "The voice failed at this text." in answer.text


# -- the sound ---------------------------------------------------------------------------------------------------------


def test_the_file_lasts_as_long_as_its_transcript(archive: Flask, reader: FlaskClient) -> None:
    sound = reader.get("/nights/1944-06-05/listen.mp3?lang=fr").data
    captions = reader.get("/nights/1944-06-05/listen.vtt?lang=fr").text
    hours, minutes, rest = re.findall(r"--> (\d+):(\d+):([\d.]+)", captions)[-1]
    last = int(hours) * 3600 + int(minutes) * 60 + float(rest)
    assert last < seconds(sound) < last + 1.5
    said = sum(len(text.split()) for _key, text in cues(captions))
    assert 60 < said / seconds(sound) * 60 < 160, "words a minute"


@pytest.mark.parametrize("name", list(COLOURINGS))
def test_every_colouring_keeps_the_length_and_does_not_clip(name: str) -> None:
    sound = speak([Utterance("Les carottes sont cuites", "fr")])[0]
    heard = coloured(sound, COLOURINGS[name], seed=3)
    assert len(heard) == len(sound)
    assert np.abs(heard).max() <= 0.81
    assert np.array_equal(heard, coloured(sound, COLOURINGS[name], seed=3))


def _strength(sound: Any, low: int, high: int) -> float:
    power = np.abs(np.fft.rfft(sound)) ** 2
    tones = np.fft.rfftfreq(len(sound), 1 / RATE)
    return float(power[(tones >= low) & (tones < high)].sum() / power.sum())


def test_short_waves_let_only_the_middle_of_the_voice_pass() -> None:
    sound = speak([Utterance("Les terrassiers ont vu la Reine dimanche", "fr")])[0]
    heard = coloured(sound, COLOURINGS["short-wave"], seed=1)
    assert _strength(sound, 0, 250) > 5 * _strength(heard, 0, 250)
    assert _strength(sound, 4000, 11000) > 5 * _strength(heard, 4000, 11000)


def test_jamming_drowns_the_voice_and_half_jamming_less() -> None:
    sound = speak([Utterance("Les terrassiers ont vu la Reine dimanche", "fr")])[0]

    def likeness(name: str) -> float:
        return abs(float(np.corrcoef(sound, coloured(sound, COLOURINGS[name], seed=1))[0, 1]))

    assert likeness("jammed") < likeness("half-jammed") < likeness("short-wave")


@pytest.mark.parametrize("name", list(COLOURINGS))
def test_a_long_reading_has_no_seam(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = speak([Utterance("Les terrassiers ont vu la Reine dimanche", "fr")])[0]
    whole = coloured(sound, COLOURINGS[name], seed=1)
    monkeypatch.setattr("webapp.listening.radio.BLOCK", 10_000)
    assert np.allclose(whole, coloured(sound, COLOURINGS[name], seed=1), atol=0.01)


def test_nothing_to_colour_is_no_fault() -> None:
    assert len(coloured(np.zeros(0, np.float32), COLOURINGS["jammed"])) == 0
    assert np.isfinite(coloured(np.zeros(5, np.float32), COLOURINGS["jammed"])).all()


def test_the_file_says_in_its_own_tags_that_it_is_a_reconstruction(reader: FlaskClient) -> None:
    for lang, label in (("en", LABEL), ("fr", "Reconstitution par voix de synthèse, ce n’est pas")):
        data = reader.get(f"/nights/1944-06-05/listen.mp3?lang={lang}").data
        size = sum(byte << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
        frames = dict(_frames(data[10 : 10 + size]))
        assert data[:5] == b"ID3\x03\x00"
        assert label in frames["COMM"]
        assert "1944" in frames["TIT2"]
        assert "synth" in frames["TIT2"]
        assert frames["TCON"] == "Speech"


def _frames(data: bytes) -> Any:
    while data:
        name, (size,) = data[:4].decode(), struct.unpack(">I", data[4:8])
        content = data[10 : 10 + size]
        text = content[4:] if name == "COMM" else content[1:]
        yield name, text.decode("utf-16").lstrip("\0").replace("\ufeff", "").lstrip("\0")
        data = data[10 + size :]


def test_a_player_may_ask_for_a_part_and_is_told_of_one_that_is_not_there(reader: FlaskClient) -> None:
    address = "/nights/1944-06-05/listen.mp3?lang=en"
    whole = reader.get(address)
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = reader.get(address, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, whole.data[100:200])
    beyond = reader.get(address, headers={"Range": "bytes=99999999-"})
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{len(whole.data)}"
    assert "the part asked for lies outside of it" in beyond.text
    same = reader.get(address, headers={"If-None-Match": whole.headers["ETag"]})
    assert same.status_code == 304


def test_the_download_is_named_after_the_night(reader: FlaskClient) -> None:
    french = reader.get("/nights/1944-06-05/listen.mp3?lang=fr&download=")
    english = reader.get("/nights/1944-06-05/listen.mp3?lang=en&download=")
    assert french.headers["Content-Disposition"] == "attachment; filename=carottes-nuit-1944-06-05-reconstitution.mp3"
    assert english.headers["Content-Disposition"] == "attachment; filename=carottes-night-1944-06-05-reconstruction.mp3"


# -- what is kept ------------------------------------------------------------------------------------------------------


def test_a_reading_is_made_once_and_again_when_its_words_change(app: Flask, client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole", night="1944-05-02")
    folder = Path(app.config["DATA"]) / "audio"
    for _again in range(3):
        assert client.get("/nights/1944-05-02/listen.mp3").status_code == 200
    assert len(list(folder.glob("*.mp3"))) == 1
    make.message("Il pleut", night="1944-05-02")
    client.get("/nights/1944-05-02/listen.mp3")
    assert len(list(folder.glob("*.mp3"))) == 2
    assert not list(folder.glob("*.part"))


def test_readings_are_no_part_of_a_backup(app: Flask, client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole", night="1944-05-02")
    client.get("/nights/1944-05-02/listen.mp3")
    assert not [path for path in files_of(Path(app.config["DATA"])) if path.suffix == ".mp3"]


def test_a_broken_or_missing_file_is_made_again(app: Flask, client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole", night="1944-05-02")
    whole = client.get("/nights/1944-05-02/listen.mp3").data
    folder = Path(app.config["DATA"]) / "audio"
    next(folder.glob("*.json")).write_text("{", encoding="utf-8")
    assert client.get("/nights/1944-05-02/listen.mp3").data == whole
    next(folder.glob("*.mp3")).unlink()
    assert client.get("/nights/1944-05-02/listen.mp3").data == whole


def test_readings_that_nobody_listens_to_make_room(
    app: Flask, client: FlaskClient, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recordings, "ROOM", 40_000)
    for phrase in ("Il pleut", "Il neige", "Il vente", "Il gèle"):
        client.get(f"/messages/{make.message(phrase).id}/listen.mp3")
    kept = list((Path(app.config["DATA"]) / "audio").glob("*"))
    assert sum(path.stat().st_size for path in kept if path.suffix == ".mp3") <= 40_000
    assert {path.stem for path in kept if path.suffix == ".json"} == {
        path.stem for path in kept if path.suffix == ".mp3"
    }


def test_while_another_reading_is_made_one_is_asked_to_wait(
    client: FlaskClient, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = make.message("Le crapaud vole")
    monkeypatch.setattr(recordings, "WAIT", 0.05)
    with recordings._making:
        answer = client.get(f"/messages/{found.id}/listen.mp3", headers=ENGLISH)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert "Another reading is being prepared." in answer.text


def test_one_reading_is_asked_for_by_many_at_once_and_made_once(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, made = make.message("Le crapaud vole"), []
    speaking = recordings.speak

    def counted(said: Any) -> Any:
        made.append(said)
        return speaking(said)

    monkeypatch.setattr(recordings, "speak", counted)
    with ThreadPoolExecutor(6) as many:
        asked = [many.submit(app.test_client().get, f"/messages/{found.id}/listen.mp3") for _ in range(6)]
        codes = sorted(each.result().status_code for each in asked)
    assert len(made) == 1
    assert set(codes) <= {200, 503}
    assert codes.count(200) >= recordings.QUEUE


# -- pages -------------------------------------------------------------------------------------------------------------


def test_a_night_has_its_player_and_says_that_it_is_no_recording(reader: FlaskClient) -> None:
    page = reader.get("/nights/1944-06-05?lang=fr").text
    assert 'src="/nights/1944-06-05/listen.mp3?lang=fr"' in page
    assert "Ce n’est pas un enregistrement d’époque." in page
    assert "/nights/1944-06-05/listen" in reader.get("/nights/1944-06-05?reading=outsider").text


def test_a_message_has_its_player_also_for_outsiders(archive: Flask, reader: FlaskClient) -> None:
    carrots = identifier(archive, Message, "les-carottes-sont-cuites")
    for asked in ("", "?reading=outsider"):
        page = reader.get(f"/messages/{carrots}{asked}", follow_redirects=True).text
        assert f"/messages/{carrots}/listen.mp3" in page


def test_the_transcript_has_every_word_that_is_read(reader: FlaskClient) -> None:
    page = reader.get("/nights/1944-06-05/listen?lang=fr").text
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page).replace("&#39;", "'"))
    for key, text in cues(reader.get("/nights/1944-06-05/listen.vtt?lang=fr").text):
        assert f'id="{key}"' in page
        if not key.endswith("-hour"):
            assert text.replace("\u202f", " ").replace("\u00a0", " ") in plain, text


def test_the_ways_to_sound_are_links_and_the_present_one_is_marked(reader: FlaskClient) -> None:
    page = reader.get("/nights/1944-06-05/listen?lang=en&sound=jammed").text
    assert re.search(r'href="/nights/1944-06-05/listen\?[^"]*sound=short-wave[^"]*"', page)
    assert re.search(r'sound=jammed[^>]*aria-current="true">Jammed<', page)
    assert 'src="/nights/1944-06-05/listen.mp3?sound=jammed&amp;lang=en"' in page


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/nights/1944-06-05/listen?sound=loud", "A reading cannot sound like “loud”."),
        ("/nights/1944-06-05/listen.mp3?sound=%00", "A reading cannot sound like"),
        ("/nights/1944-02-31/listen", "has only 29 days"),
        ("/nights/1944-02-31/listen.mp3", "has only 29 days"),
        ("/nights/0000-01-01/listen", "There is no year 0000."),
        ("/nights/9999-12-31/listen.vtt", "The archive has nights from"),
        ("/nights/yesterday/listen", "A night is written year, month, day"),
        ("/nights/1944-12-27/listen", "there is nothing to read aloud"),
        ("/messages/1234567/listen", "typing error"),
    ],
)
def test_what_cannot_be_heard_is_told_in_a_sentence(reader: FlaskClient, address: str, sentence: str) -> None:
    answer = reader.get(address, headers=ENGLISH)
    assert answer.status_code == 404
    assert sentence in answer.text


def test_a_night_typed_with_other_dashes_leads_to_its_address(reader: FlaskClient) -> None:
    answer = reader.get("/nights/1944.06.05/listen.mp3?sound=jammed")
    assert answer.status_code == 301
    assert answer.headers["Location"].endswith("/nights/1944-06-05/listen.mp3?sound=jammed")


def test_without_the_extra_the_site_says_so_and_works(
    client: FlaskClient, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in ("panels", "recordings", "views", "episodes"):
        monkeypatch.setattr(f"webapp.listening.{room}.available", lambda: False)
    found = make.message("Le crapaud vole", night="1944-05-02")
    night = client.get("/nights/1944-05-02", headers=ENGLISH).text
    assert "Reading aloud is not installed on this server." in night
    assert "<audio" not in night
    assert "<audio" not in client.get(f"/messages/{found.id}", follow_redirects=True).text
    page = client.get("/nights/1944-05-02/listen", headers=ENGLISH)
    assert page.status_code == 200
    assert "Le crapaud vole" in page.text
    assert "<audio" not in page.text
    for address in (
        "/nights/1944-05-02/listen.mp3",
        "/nights/1944-05-02/listen.vtt",
        f"/messages/{found.id}/listen.mp3",
    ):
        refused = client.get(address, headers=ENGLISH)
        assert refused.status_code == 503
        assert "Reading aloud is not installed on this server." in refused.text
    feed = feedparser.parse(client.get("/feeds/on-this-day.rss", headers=ENGLISH).data)
    assert not feed.bozo
    assert not feed.entries[0].enclosures


def test_the_extra_is_really_installed_here() -> None:
    assert voice.available()
    assert mp3.lameenc is not None
    assert views.available()


# -- the podcast -------------------------------------------------------------------------------------------------------


@pytest.fixture
def fifth_of_june(monkeypatch: pytest.MonkeyPatch) -> None:
    """Today is 5 June."""

    class Then(views.dt.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return cls(2027, 6, 5, 12, tzinfo=tz)

    monkeypatch.setattr(views.dt, "datetime", Then)


@pytest.mark.usefixtures("fifth_of_june")
def test_the_podcast_is_valid_and_its_enclosures_are_what_they_say(reader: FlaskClient) -> None:
    answer = reader.get("/feeds/on-this-day.rss?lang=en")
    assert answer.mimetype == "application/rss+xml"
    channel = ElementTree.fromstring(answer.data).find("channel")
    assert channel is not None
    assert [channel.findtext(name) is not None for name in ("title", "link", "description")] == [True] * 3
    feed = feedparser.parse(answer.data)
    assert not feed.bozo
    assert feed.feed.language == "en"
    assert {"rel": "self", "href": "http://localhost/feeds/on-this-day.rss?lang=en"}.items() <= dict(
        next(link for link in feed.feed.links if link.rel == "self")
    ).items()
    assert len({entry.id for entry in feed.entries}) == len(feed.entries) > 0
    for entry in feed.entries:
        enclosure = entry.enclosures[0]
        assert enclosure.type == "audio/mpeg"
        sound = reader.get(enclosure.href.removeprefix("http://localhost"))
        assert int(enclosure.length) == len(sound.data)
        assert abs(int(entry.itunes_duration) - seconds(sound.data)) < 1
        assert LABEL in entry.description
        assert entry.published_parsed
        assert "text/html" in reader.get(entry.link.removeprefix("http://localhost")).content_type
    assert "Night of Monday 5 to Tuesday 6 June 1944" in [entry.title for entry in feed.entries]


@pytest.mark.usefixtures("fifth_of_june")
def test_the_podcast_gives_no_meaning_away(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole & <b>saute</b>", night="1944-06-05", meaning="Sabotez la voie ferrée")
    feed = client.get("/feeds/on-this-day.rss").text
    assert "Le crapaud vole &amp; &lt;b&gt;saute" in feed
    assert "Sabotez" not in feed


def test_an_archive_without_nights_has_an_empty_podcast(client: FlaskClient) -> None:
    feed = feedparser.parse(client.get("/feeds/on-this-day.rss").data)
    assert not feed.bozo
    assert not feed.entries


def test_on_a_day_without_nights_the_podcast_has_those_of_the_nearest(archive: Flask) -> None:
    calendar_of = views.queries.calendar
    with archive.app_context(), archive.extensions["database"].reading() as own:
        calendar = calendar_of(own, None)
    for day in range(0, 365, 5):
        when = views.dt.date(2027, 1, 1) + views.dt.timedelta(days=day)
        found = episodes.of(when, calendar)
        assert 0 < len(found) <= episodes.MOST
        assert all(each.published <= when for each in found)
        assert json.dumps([each.day.iso for each in found])


def test_the_voice_is_in_no_lock_of_the_site_and_the_manual_says_how_to_add_it() -> None:
    root = Path(__file__).parents[2]
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    assert not [name for name in ("espeak", "lameenc") if name in lock]
    for page in ("README.md", "webapp/help/keepers.fr.md", "webapp/help/keepers.en.md"):
        assert "carottes[audio]" in (root / page).read_text(encoding="utf-8"), page


def test_the_podcast_is_found_from_the_feeds_this_day_and_a_night(client: FlaskClient, make: Make) -> None:
    make.message("Le crapaud vole", night="1944-05-02")
    for address in ("/feeds", "/on-this-day/05-02", "/nights/1944-05-02"):
        assert 'href="/feeds/on-this-day.rss' in client.get(address).text, address
