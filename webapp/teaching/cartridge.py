"""A collection for a course platform: an IMS Thin Common Cartridge 1.3, that is a manifest and web links, in a ZIP.

Thin cartridges hold links and no content (1EdTech, Thin Common Cartridge 1.3): the platform shows our pages, and what
is corrected here is corrected there. A link leads to the outsider's reading: a course begins with the riddle.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response

from webapp.collections.models import Collection
from webapp.collections.queries import gathered
from webapp.database import session
from webapp.dates import night_words
from webapp.filters import capitalised
from webapp.languages import gettext as _
from webapp.languages import language, told
from webapp.limits import limit
from webapp.navigation import absolute
from webapp.teaching.records import find

blueprint = Blueprint("cartridge", __name__)

CP = "http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest"
WEB_LINK = "http://www.imsglobal.org/xsd/imsccv1p3/imswl_v1p3"
WHEN = (1980, 1, 1, 0, 0, 0)  # the same bytes for the same collection
LONGEST = 200  # letters of a title: platforms cut or refuse longer ones


class Link(NamedTuple):
    """One web link of the cartridge."""

    title: str
    url: str


@blueprint.get("/collections/<id>.imscc")
@limit("heavy")
def download(id: str) -> Any:
    """The cartridge of a collection."""
    record: Collection = find(session(), id, "collection").record
    response = Response(cartridge(record, list(links(record))), mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="carottes-{record.id}.imscc"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def links(collection: Collection) -> Iterator[Link]:
    """The collection itself, its items in their order, then the ways to work with it. What is gone is left out."""
    base = f"/collections/{collection.id}"
    yield Link(_("The collection, as everybody heard it"), _address(f"{base}?reading=outsider"))
    for thing in gathered(session(), collection.items, None):
        if thing.message:
            yield Link(thing.message.text, _address(f"/messages/{thing.ref}?reading=outsider"))
        elif thing.essay:
            yield Link(told(thing.essay.title).text, _address(f"/essays/{thing.ref}?reading=outsider"))
        elif thing.night:
            title = capitalised(night_words(thing.night, language()))
            yield Link(title, _address(f"/nights/{thing.ref}?reading=outsider"))
    yield Link(_("Quiz"), _address(f"{base}/quiz"))


def _address(path: str) -> str:
    return absolute(path) + ("&" if "?" in path else "?") + f"lang={language()}"


def cartridge(collection: Collection, wanted: list[Link]) -> bytes:
    """The ZIP: the manifest first, then a file for each link."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "imsmanifest.xml", manifest(collection, wanted))
        for number, link in enumerate(wanted, 1):
            _put(archive, f"links/link{number}.xml", web_link(link))
    return out.getvalue()


def _put(archive: zipfile.ZipFile, name: str, text: str) -> None:
    info = zipfile.ZipInfo(name, WHEN)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, text.encode())


def web_link(link: Link) -> str:
    """One link's file, as platforms that know no thin cartridges read it."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_web_link(link)}\n'


def _web_link(link: Link) -> str:
    """A link; it opens in a window of its own, since our pages are not to be framed (cards are)."""
    return (
        f'<webLink xmlns="{WEB_LINK}"><title>{_title(link.title)}</title>'
        f'<url href={quoteattr(link.url)} target="_blank"/></webLink>'
    )


def manifest(collection: Collection, wanted: list[Link]) -> str:
    """The manifest: metadata, one organisation with the links in order, and their resources.

    The thin profile has each link inside its resource; the file beside it says the same to older readers.
    """
    title = told(collection.title)
    items = "".join(
        f'<item identifier="I{number}" identifierref="R{number}"><title>{_title(link.title)}</title></item>'
        for number, link in enumerate(wanted, 1)
    )
    resources = "".join(
        f'<resource identifier="R{number}" type="imswl_xmlv1p3"><file href="links/link{number}.xml"/>'
        f"{_web_link(link)}</resource>"
        for number, link in enumerate(wanted, 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<manifest xmlns="{CP}" xmlns:lomimscc="{LOM}" identifier="carottes-{collection.id}-v{collection.version}">'
        "<metadata><schema>IMS Thin Common Cartridge</schema><schemaversion>1.3.0</schemaversion>"
        f"<lomimscc:lom><lomimscc:general><lomimscc:title>"
        f'<lomimscc:string language="{title.lang or language()}">{_title(title.text)}</lomimscc:string>'
        f"</lomimscc:title></lomimscc:general></lomimscc:lom></metadata>"
        '<organizations><organization identifier="O1" structure="rooted-hierarchy"><item identifier="root">'
        f'<item identifier="I0"><title>{_title(title.text)}</title>{items}</item>'
        f"</item></organization></organizations><resources>{resources}</resources></manifest>\n"
    )


def _title(text: str) -> str:
    """A title on one line, without characters that XML 1.0 forbids."""
    line = " ".join("".join(sign for sign in text if sign.isprintable() or sign == " ").split())
    return escape(line if len(line) <= LONGEST else line[: LONGEST - 1] + "…")
