"""What the “Share and cite” panel and the head of a page need of one record; worked out only when it is asked for."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

from flask import url_for

from webapp.broadcasts import citing as nights
from webapp.citations import EXPORTS, SNIPPETS, STYLES, Citable, Citation, Embed, cite, usual
from webapp.citations.snippets import name_of
from webapp.database import session
from webapp.dates import Day
from webapp.languages import gettext as _
from webapp.languages import language
from webapp.navigation import absolute
from webapp.rendering import reading
from webapp.revisions import KINDS, Status
from webapp.revisions.citing import address
from webapp.teaching import metadata
from webapp.teaching.records import Found, cited_now, find

# What has a card and a picture: kind, and its word in the addresses.
EMBEDDED = {"message": "messages", "night": "nights", "essay": "essays", "collection": "collections"}


class Way(NamedTuple):
    """A link with its label."""

    href: str
    label: str


class Pasted(NamedTuple):
    """Something to paste, with its label and its name."""

    name: str
    label: str
    text: str


class Share:
    """One thing to share: its addresses, its references, its card, its picture."""

    def __init__(self, citable: Citable, page: str, outsider: bool, thing: Any = None) -> None:
        self.citable, self.page, self.outsider, self.thing = citable, page, outsider, thing

    @cached_property
    def permanent(self) -> str:
        """The short address that never changes."""
        return self.citable.url if self.citable.kind == "night" else address(self.citable.id)

    @property
    def versioned(self) -> str:
        """The address of this version; empty for what has none."""
        return self.citable.url if self.citable.version else ""

    @property
    def base(self) -> str:
        """The path that the addresses of this thing begin with."""
        return f"/nights/{self.citable.id}" if self.citable.kind == "night" else f"/id/{self.citable.id}"

    @property
    def cite_page(self) -> str:
        """The page of all references."""
        endpoint = "sharing.cite_night" if self.citable.kind == "night" else "sharing.cite_record"
        return url_for(endpoint, id=self.citable.id, reading="outsider" if self.outsider else None)

    def handed(self, url: str) -> str:
        """An address as it is given on: whoever reads as an outsider hands on the outsider's reading."""
        return f"{url}?reading=outsider" if self.outsider else url

    def qr(self, ending: str) -> str:
        """The QR code's address, ``svg`` or ``png``."""
        return self.handed(f"{self.base}/qr.{ending}")

    @property
    def first(self) -> Citation:
        """The reference shown first: the style that is usual where the language is spoken."""
        return cite(self.citable, usual(language()), language())

    @cached_property
    def citations(self) -> list[tuple[Any, Citation]]:
        """Every style with its reference, the usual one first."""
        ordered = sorted(STYLES, key=lambda style: style.name != usual(language()))
        return [(style, cite(self.citable, style.name, language())) for style in ordered]

    @property
    def exports(self) -> list[Way]:
        """The downloads for reference managers."""
        asked = "?reading=outsider" if self.outsider else ""
        return [Way(f"{self.base}.{each.name}{asked}", each.label) for each in EXPORTS]

    @property
    def embed(self) -> Embed | None:
        """The card; None for what has none."""
        plural = EMBEDDED.get(self.citable.kind)
        if plural is None:
            return None
        url = absolute(f"/embed/{plural}/{self.citable.id}") + f"?lang={language()}" + self._asked
        return Embed(url, _("%(title)s, Carottes", title=name_of(self.citable, language())),
                     height=metadata.HEIGHTS[self.citable.kind])  # fmt: skip

    @property
    def _asked(self) -> str:
        return "&reading=outsider" if self.outsider else ""

    @property
    def snippets(self) -> list[Pasted]:
        """What can be pasted elsewhere."""
        card = self.embed
        made = [each for each in SNIPPETS if card or each.name != "iframe"]
        card = card or Embed(self.page, "")
        french = language() == "fr"
        return [
            Pasted(each.name, each.label_fr if french else each.label_en, each.make(self.citable, card, language()))
            for each in made
        ]

    @property
    def picture(self) -> str:
        """The address of the preview picture; empty for what has none."""
        plural = EMBEDDED.get(self.citable.kind)
        return (
            f"{absolute(f'/preview/{plural}/{self.citable.id}.png')}?lang={language()}{self._asked}" if plural else ""
        )

    @property
    def oembed(self) -> list[Way]:
        """Where a program finds the card (oEmbed discovery)."""
        if self.embed is None:
            return []
        # Whole addresses: some consumers take them as they stand, without looking where the page is.
        return [
            Way(absolute(url_for("embeds.oembed", url=self.page, format=name, lang=None)), name)
            for name in ("json", "xml")
        ]

    @cached_property
    def tags(self) -> list[tuple[str, str]]:
        """Highwire and Dublin Core tags: one correct item for a reference manager."""
        return metadata.tags(self.citable, self.permanent, language())

    @cached_property
    def linked_data(self) -> dict[str, Any]:
        """The page as schema.org has it."""
        return metadata.linked_data(self, language())

    @cached_property
    def summary(self) -> str:
        """One line about it, with every doubt and never a meaning."""
        return metadata.summary(self.citable, language())

    @property
    def links(self) -> list[str]:
        """The links of the answer's header (Signposting)."""
        described = [f'<{absolute(way.href)}>; rel="describedby"; type="{each.mimetype}"'
                     for way, each in zip(self.exports, EXPORTS, strict=True)]  # fmt: skip
        return [f'<{self.permanent}>; rel="cite-as"', *described]


def share(thing: Any) -> Share | None:
    """What can be shared of a record, a meaning or a day; None for what is not public."""
    outsider = reading() == "outsider"
    if isinstance(thing, Day):
        citable = nights.night(thing)
        return Share(citable, citable.url, outsider)
    record = getattr(thing, "message", thing)
    if record.status != Status.PUBLISHED or not record.version:
        return None
    found = Found(thing.__tablename__, thing, record)
    return Share(cited_now(session(), found, outsider), page_of(found), outsider, thing)


def page_of(found: Found) -> str:
    """The full address of the page of a thing."""
    record = found.record
    endpoint = KINDS[record.__tablename__].endpoint
    kept = {"slug": record.slug} if hasattr(record, "slug") else {}
    return absolute(url_for(endpoint, id=record.id, lang=None, **kept, _anchor=found.thing.id if found.moved else None))


def share_by_id(typed: str) -> tuple[Share, Found]:
    """The same for an identifier; raises as ``find`` does."""
    found = find(session(), typed)
    outsider = reading() == "outsider"
    if outsider and found.kind == "meaning":  # that there is a claim, and what it says, is the secret
        found = Found("message", found.record, found.record)
    return Share(cited_now(session(), found, outsider), page_of(found), outsider, found.thing), found
