"""What a page says of itself to programs: Highwire and Dublin Core tags, schema.org, one line for a link preview."""

from __future__ import annotations

from typing import Any

from webapp.citations import Citable, When
from webapp.citations.dating import in_words, parts, written
from webapp.citations.setting import capital, described, plain, shortened, stopped, tidy, titled
from webapp.citations.wording import container, say
from webapp.filters import quotation_marks
from webapp.languages import LANGUAGES, told
from webapp.revisions import Status
from webapp.revisions.citing import address

HEIGHTS = {"message": 320, "night": 520, "essay": 300, "collection": 520}

# Zotero's own names of item types, which its translator takes before it guesses: a lone citation_title would be taken
# for an article of a journal (translators/RDF.js, detectType; Embedded Metadata.js).
_ZOTERO = {"essay": "bookSection", "source": "webpage"}


def tags(citable: Citable, permanent: str, lang: str) -> list[tuple[str, str]]:
    """Name and content of the tags. Without a date they say so, else Zotero takes the first ``time`` of the page."""
    date = _date(citable, lang)
    found = [
        ("citation_title", title(citable, lang)),
        *(("citation_author", tidy(author)) for author in citable.authors),
        ("citation_date", date),
        ("citation_book_title", container(lang) if citable.kind == "essay" else ""),
        ("citation_publisher", citable.station),
        ("citation_language", citable.lang),
        ("citation_public_url", citable.url),
        ("z:itemType", _ZOTERO.get(citable.kind, "encyclopediaArticle")),
        ("DC.title", title(citable, lang)),
        *(("DC.creator", tidy(author)) for author in citable.authors),
        ("DC.date", _edtf(citable)),
        ("DC.identifier", permanent),
        ("DC.language", citable.lang),
        ("DC.description", summary(citable, lang)),
        ("DC.isPartOf", container(lang)),
    ]
    return [(name, content) for name, content in found if content]


def title(citable: Citable, lang: str) -> str:
    """The title in one line; a legend is called one wherever its phrase stands alone."""
    text = plain(titled(citable, lang))
    if citable.kind != "message":
        return text
    return tidy(citable.title)


def _date(citable: Citable, lang: str) -> str:
    date = _edtf(citable)
    first = _only(citable.known)
    if first is not None and parts(first.date) and not first.operation:
        return date.replace("-", "/")  # Zotero reads 1944/08/23 in every locale
    return plain(capital(written(citable, lang, in_words)))


def _only(known: tuple[When, ...]) -> When | None:
    return known[0] if len(known) == 1 else None


def _edtf(citable: Citable) -> str:
    if citable.kind in ("message", "night"):
        only = _only(citable.known)
        return only.date.text if only and not only.operation else ""
    return citable.made.text if citable.made and citable.own_work else ""


def summary(citable: Citable, lang: str) -> str:
    """What kind of thing it is, its station and its date, with every doubt; never what it meant."""
    if citable.kind == "meaning":
        return plain(titled(citable, lang))
    words = plain(capital(described(citable, lang, station=True)))
    dated = written(citable, lang, in_words) if citable.kind == "message" and citable.known else ""
    return plain(stopped(", ".join(filter(None, (words, dated))) or container(lang)))


def card_title(citable: Citable, lang: str) -> str:
    """What a link preview is called: the phrase between its marks, “legend” said beside it."""
    text = shortened(title(citable, lang), 110)
    if citable.kind != "message":
        return text
    before, after = quotation_marks(citable.lang)
    doubt = {"legend": {"fr": "légende", "en": "a legend"}, "disputed": {"fr": "contesté", "en": "disputed"}}
    said = doubt.get(citable.standing, {}).get(lang, "")
    return f"{before}{text}{after}" + (f" ({said})" if said else "")


def linked_data(share: Any, lang: str) -> dict[str, Any]:
    """schema.org in JSON-LD: dates only where they are plain, every claim with its standing, none for an outsider."""
    citable: Citable = share.citable
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": _TYPES.get(citable.kind, "CreativeWork"),
        "@id": share.permanent,
        "url": share.page,
        "name": title(citable, lang),
        "inLanguage": citable.lang,
        "version": str(citable.version or ""),
        "identifier": citable.id,
        "isPartOf": {"@type": "WebSite", "name": container(lang), "url": _home(share)},
        "author": [_author(name) for name in citable.authors],
        "dateModified": citable.versioned.iso if citable.versioned and citable.kind != "source" else "",
        "description": summary(citable, lang),
    }  # fmt: skip
    data |= _MORE.get(citable.kind, _nothing_more)(share, lang)
    return {name: value for name, value in data.items() if value}


def _author(name: str) -> dict[str, str]:
    """Only “Family, Given” is surely a person."""
    return {"@type": "Person" if "," in name else "Organization", "name": tidy(name)}


def _home(share: Any) -> str:
    return share.permanent.split("/id/")[0].split("/nights/")[0] + "/"


def _nothing_more(_: Any, _lang: str) -> dict[str, Any]:
    return {}


def _message(share: Any, lang: str) -> dict[str, Any]:
    citable, message = share.citable, share.thing
    return {
        "text": citable.title,
        "creativeWorkStatus": citable.standing,
        "publication": [_event(citable, when) for when in citable.known if not when.operation],
        "about": [] if share.outsider or message is None else [_claim(each, lang) for each in message.meanings],
    }


def _event(citable: Citable, when: When) -> dict[str, Any]:
    """A broadcast. ``startDate`` only for a plain date: schema.org has no way to doubt; EDTF says the rest."""
    event: dict[str, Any] = {"@type": "BroadcastEvent", "name": citable.title}
    if citable.station:
        event["publishedOn"] = {"@type": "BroadcastService", "name": citable.station}
    if parts(when.date):
        return event | {"startDate": when.date.text}
    return event | {
        "additionalProperty": {"@type": "PropertyValue", "name": "date", "propertyID": "EDTF", "value": when.date.text}
    }


def _claim(meaning: Any, lang: str) -> dict[str, Any]:
    """A claim with how sure it is, also before its words, for whoever reads nothing else; and where it is made."""
    statement = told(meaning.statement)
    doubt = f"[{say(meaning.standing, statement.lang if statement.lang in LANGUAGES else lang)}] "
    made_in = [_witness(each) for each in meaning.attestations if _may_be_named(each.source)]
    return {
        "@type": "Claim",
        "identifier": meaning.id,
        "creativeWorkStatus": meaning.standing,
        **({"text": doubt + statement.text, "inLanguage": statement.lang} if statement else {}),
        **({"appearance": made_in} if made_in else {}),
    }


def _may_be_named(source: Any) -> bool:
    """A version links to what was named on its day, and knows no more of it than its identifier and its name."""
    return getattr(source, "status", Status.PUBLISHED) == Status.PUBLISHED


def _witness(attestation: Any) -> dict[str, Any]:
    source = attestation.source
    parts_of_name = (getattr(source, "author", ""), source.title, getattr(source, "year", ""))
    name = ", ".join(filter(None, parts_of_name))
    place = {"pagination": attestation.locator} if attestation.locator else {}
    return {"@type": "CreativeWork", "@id": address(source.id), "name": name, **place}


def _night(share: Any, _lang: str) -> dict[str, Any]:
    return {"temporalCoverage": share.citable.id, "dateModified": ""}


def _essay(share: Any, _lang: str) -> dict[str, Any]:
    citable = share.citable
    return {"headline": citable.title, "datePublished": citable.versioned.iso if citable.versioned else ""}


_TYPES = {"message": "Quotation", "meaning": "Claim", "night": "Collection", "essay": "Article",
          "collection": "Collection", "medium": "MediaObject",
          "station": "Organization", "network": "Organization", "place": "Place"}  # fmt: skip
_MORE: dict[str, Any] = {"message": _message, "night": _night, "essay": _essay}
