"""Nights and the whole corpus as TEI P5: what was said, by whom, when; and what it is said to have meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, redirect, stream_with_context, url_for

from webapp.broadcasts import queries as broadcasts
from webapp.broadcasts.bulletin import Sheet, sheets
from webapp.broadcasts.calendar import NoDay, read_day
from webapp.broadcasts.models import Broadcast
from webapp.database import now, session
from webapp.dates import Day, Edtf, night_words
from webapp.languages import language, told
from webapp.limits import limit
from webapp.machines import records
from webapp.machines.feeds import standing_word
from webapp.machines.xml import element, words
from webapp.messages.models import Message
from webapp.navigation import absolute
from webapp.rendering import reading

blueprint = Blueprint("tei", __name__)

MIMETYPE = "application/tei+xml"
# How sure the editors are, in the three words that TEI has for it; a legend and a dispute are said besides.
CERTAINTY = {"documented": "high", "attested": "medium", "attributed": "low", "disputed": "low", "legend": "low",
             "unknown": "unknown"}  # fmt: skip


@blueprint.get("/nights/<day>.tei.xml")
@limit("search")
def night(day: str) -> Any:
    """One night as a transcription: a division for each station, an utterance for each message that was read."""
    try:
        evening = read_day(day)
    except NoDay:
        abort(404)
    if not broadcasts.calendar(session(), None).holds(evening):
        abort(404)
    if day != evening.iso:
        return redirect(url_for("tei.night", day=evening.iso), 301)
    read = session.scalars(broadcasts.of_night(evening, None)).unique().all()
    body = "".join(_division(sheet, evening) for sheet in sheets(read))
    title = night_words(evening, language())
    return _sent([*_opened(title, absolute(f"/nights/{evening.iso}")), body or element("p"), *_closed()])


@blueprint.get("/corpus.tei.xml")
@limit("heavy")
def corpus() -> Response:
    """Every public message, one after the other; written as it is read, however many there are."""
    outsider = reading() == "outsider"

    def written() -> Iterator[str]:
        yield from _opened("Carottes", absolute("/messages"))
        yield "<div>"
        sort, found = records.BY_KIND["message"], False
        for message in records.things(session(), sort.visible(), sort):
            found = True
            yield _message(message, outsider)
        yield ("" if found else element("p")) + "</div>"
        yield from _closed()

    return _sent(stream_with_context(written()))


def _sent(text: Any) -> Response:
    response = Response(text, content_type=f"{MIMETYPE}; charset=utf-8")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _opened(title: str, address: str) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<TEI xmlns="http://www.tei-c.org/ns/1.0">'
    statement = element("titleStmt", element("title", words(title), xml_lang=language()))
    licence = element("licence", "CC0 1.0", target="https://creativecommons.org/publicdomain/zero/1.0/")
    today = element("date", when=now().date().isoformat())
    published = element("publicationStmt", element("publisher", "Carottes"), today,
                        element("idno", words(address), type="URL"), element("availability", licence))  # fmt: skip
    source = element("sourceDesc", element("p", words(absolute("/sources"))))
    yield element("teiHeader", element("fileDesc", statement, published, source))
    yield "<text><body>"


def _closed() -> Iterator[str]:
    yield "</body></text></TEI>\n"


def _division(sheet: Sheet, evening: Day) -> str:
    name = told(sheet.station.name) if sheet.station else None
    head = element("head", words(name.text), xml_lang=name.lang or language()) if name else ""
    outsider = reading() == "outsider"
    lines = (_line(line.broadcast, line.missing, outsider) for part in sheet.parts for line in part.lines)
    return element("div", head, *lines, type="bulletin", n=evening.iso)


def _line(broadcast: Broadcast, missing: int, outsider: bool) -> str:
    gap = element("gap", reason="unknown", quantity=str(missing), unit="message") if missing else ""
    place = str(broadcast.place_in_night) if broadcast.place_in_night else None
    return gap + _message(broadcast.message, outsider, n=place)


def _message(message: Message, outsider: bool, n: str | None = None) -> str:
    """The phrase, where it can be found, and (for insiders) each claim with its standing in words and in a grade."""
    address = absolute(url_for("reading.permanent", id=message.id, lang=None))
    phrase = element("quote", words(message.text), xml_lang=message.lang or None)
    dates = [_date(each.edtf) for each in message.broadcasts if each.edtf] if n is None else []
    claims = [] if outsider else [_claim(each) for each in message.meanings] or [_nobody_knows()]
    return element("ab", phrase, *dates, *claims, n=n, corresp=address, type=message.kind)


def _date(date: Edtf) -> str:
    """``when`` only for a plain day; else the date in words and as EDTF, and bounds where there are some."""
    if date.day and not date.uncertain and 0 < date.day.year < 10_000:
        return element("date", words(date.words(language())), when=date.day.iso)
    bounds = {name: day.iso for name, day in (("notBefore", date.earliest), ("notAfter", date.latest))
              if day and 0 < day.year < 10_000}  # fmt: skip
    return element("date", words(date.words(language())), ana=f"edtf:{date.text}".replace(" ", ""), **bounds)


def _claim(meaning: Any) -> str:
    statement = told(meaning.statement)
    label = element("label", words(standing_word(meaning.standing)))
    text = element("p", words(statement.text), xml_lang=statement.lang or None) if statement else ""
    return element("note", label, text, type="meaning", subtype=meaning.standing, cert=CERTAINTY[meaning.standing])


def _nobody_knows() -> str:
    label = element("label", words(standing_word("unknown")))
    return element("note", label, type="meaning", subtype="unknown", cert="unknown")
