"""Do the web addresses of sources still answer? Asked politely, by a keeper's command; the desk lists the dead ones."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.client import HTTPMessage
from typing import IO
from urllib.parse import urlsplit

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from webapp.database import Database, now
from webapp.revisions import Status
from webapp.sources.models import Source, WebLink

Ask = Callable[[str], str]
"""Asks an address; what it returns is empty where the address answers, and otherwise says why not."""

PATIENCE = 15.0
PAUSE = 1.0
"""Seconds between two questions to the same server."""
AGENT = "Mozilla/5.0 (compatible; Carottes link check)"
ALIVE = frozenset({401, 403, 405, 406, 429, 999})
"""Refusals that say that something is there: closed doors, impatience, and what some networks tell every program."""


class Closed(OSError):
    """The address lies inside a private network, where this machine asks nothing on a curator's word."""


def due(session: Session, most: int) -> list[tuple[str, str]]:
    """Up to so many public sources with an address, never asked first, then those asked longest ago: id and address."""
    asked = and_(WebLink.source_id == Source.id, WebLink.url == Source.url)
    web = or_(Source.url.startswith("http://"), Source.url.startswith("https://"))
    chosen = select(Source.id, Source.url).outerjoin(WebLink, asked).where(Source.status == Status.PUBLISHED, web)
    rows = session.execute(chosen.order_by(WebLink.asked_at.nulls_first(), Source.id).limit(most))
    return [(row.id, row.url) for row in rows]


def check(database: Database, most: int, ask: Ask, pause: float = PAUSE) -> Iterator[tuple[str, str]]:
    """Ask the addresses that are due and keep what each said at once; yields each address with what it said."""
    with database.reading() as own:
        wanted = due(own, most)
    rested: dict[str, float] = {}  # the moment from which a server may be asked again
    for source_id, url in wanted:
        host = urlsplit(url).netloc
        time.sleep(max(0.0, rested.get(host, 0.0) - time.monotonic()))
        said = ask(url)
        rested[host] = time.monotonic() + pause
        with database.writing() as own:
            _keep(own, source_id, url, said)
        yield url, said


def _keep(session: Session, source_id: str, url: str, said: str) -> None:
    if session.get(Source, source_id) is None:
        return
    link = session.get(WebLink, source_id) or WebLink(source_id=source_id, failures=0, url=url)
    failures = link.failures if link.url == url else 0
    link.url, link.asked_at, link.said, link.failures = url, now(), said[:200], failures + 1 if said else 0
    session.add(link)


def over_the_web(url: str) -> str:
    """Ask an address of the open web. Its head first, then, of servers that refuse that, the page itself."""
    try:
        refuse_private(url)
        said = _asked(url, "HEAD")
        return _asked(url, "GET") if said else ""
    except (OSError, http.client.HTTPException, ValueError) as error:
        return _reason(error)


def refuse_private(url: str) -> None:
    """Raises ``Closed`` where the name leads into a private network, ``OSError`` where it leads nowhere.

    The name is looked up again when the address is asked: against a name server that answers otherwise the second time,
    the machine's own firewall has to stand. Nothing of what is found there is kept but its status.
    """
    parts = urlsplit(url)
    for found in socket.getaddrinfo(parts.hostname, parts.port or 443, proto=socket.IPPROTO_TCP):
        if not ipaddress.ip_address(found[4][0]).is_global:
            raise Closed("the address lies in a private network")


class _Watched(urllib.request.HTTPRedirectHandler):
    """Follows redirects over the open web only."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        """The request that a redirect leads to. Raises ``Closed`` where it leads out of the open web."""
        if urlsplit(newurl).scheme not in ("http", "https"):
            raise Closed(f"the address leads on to {urlsplit(newurl).scheme}:")
        refuse_private(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _asked(url: str, method: str) -> str:
    request = urllib.request.Request(url, method=method, headers={"User-Agent": AGENT, "Accept": "*/*"})
    try:
        with urllib.request.build_opener(_Watched).open(request, timeout=PATIENCE):
            return ""
    except urllib.error.HTTPError as error:
        return "" if error.code in ALIVE else f"{error.code} {error.reason}"


def _reason(error: BaseException) -> str:
    cause = getattr(error, "reason", None)
    return str(cause if isinstance(cause, BaseException) else error) or error.__class__.__name__
