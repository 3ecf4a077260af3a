"""Offering something in a test: a client that is patient, forms sent as a browser sends them."""

from __future__ import annotations

import re
import secrets
import time
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.desk.filling import anew
from webapp.contributions import receipts
from webapp.contributions.forms import _signer
from webapp.contributions.models import Contribution

__all__ = ["anew", "form", "held", "offer", "page_of", "patient"]


def patient(client: FlaskClient) -> FlaskClient:
    """The client waits a minute before it sends a form."""
    client.patient = True  # type: ignore[attr-defined]
    return client


def form(client: FlaskClient, seconds: int = 60) -> str:
    """The note in a form of its own that was opened some seconds ago."""
    with client.application.app_context():
        return _signer().dumps([int(time.time()) - seconds, secrets.token_hex(4)])


def page_of(client: FlaskClient, kind: str, lang: str = "", **typed: Any) -> TestResponse:
    """What a form answers to what was typed."""
    opened = typed.get("opened") or (form(client) if hasattr(client, "patient") else _opened(client, kind))
    fields = {"lang": "fr"} | {"opened": opened} | typed
    return client.post(f"/contribute/{kind}" + (f"?lang={lang}" if lang else ""), data=fields)


def _opened(client: FlaskClient, kind: str) -> str:
    found = re.search(r'name="opened" value="([^"]+)"', client.get(f"/contribute/{kind}").text)
    assert found
    return found[1]


def offer(client: FlaskClient, kind: str, **typed: Any) -> str:
    """Offer something; gives the receipt."""
    answer = page_of(client, kind, **typed)
    assert answer.status_code == 303, answer.text[-6000:]
    return answer.location.rpartition("/")[2]


def held(session: Session, receipt: str) -> Contribution:
    """The contribution of a receipt, as it is now."""
    anew(session)
    return session.scalars(select(Contribution).where(Contribution.receipt == receipts.read(receipt))).one()
