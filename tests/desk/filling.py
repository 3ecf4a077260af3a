"""A form as a browser without JavaScript sees it: read from the page, filled in, sent by one of its buttons."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse


@dataclass
class Form(HTMLParser):
    """The form of a page whose ``id`` is asked for: its values by name, its buttons, where it goes."""

    wanted: str = "entry"
    action: str = ""
    values: MultiDict[str, str] = field(default_factory=MultiDict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    options: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._inside, self._select, self._area = False, "", ""

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in pairs}
        if tag == "form" and given.get("id") == self.wanted:
            self._inside, self.action = True, given["action"]
        elif self._inside:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "button":
            self.buttons.append((name, given.get("value", "")))
        elif tag == "input" and name and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.values.add(name, given.get("value", ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self.options.setdefault(self._select, []).append(given.get("value", ""))
            if "selected" in given or self._select not in self.values:
                self.values[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._area = name
            self.values[name] = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._inside = False

    def rows(self, name: str) -> list[str]:
        """The marks of the rows of a list, in order."""
        return self.values.getlist(name)

    def press(self, client: FlaskClient, button: str, **changes: str) -> Page:
        """Fill in and send by a button; names are written with ``__`` for ``-``."""
        assert ("do", button) in self.buttons, f"no button {button} among {self.buttons}"
        for name, value in changes.items():
            self.put(name.replace("__", "-"), value)
        return Page(client, client.post(self.action, data=MultiDict([*self.values.items(multi=True), ("do", button)])))

    def put(self, name: str, value: str) -> None:
        """Type into one field."""
        assert name in self.values or name in self.options, f"no field {name}: {sorted(self.values)}"
        self.values[name] = value


@dataclass
class Page:
    """An answer, and where a redirect leads."""

    client: FlaskClient
    answer: TestResponse

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def text(self) -> str:
        return self.answer.get_data(as_text=True)

    def form(self, wanted: str = "entry") -> Form:
        """The form on the page."""
        found = Form(wanted)
        found.feed(self.text)
        assert found.action, f"{self.status}: no form {wanted} on {self.text[:400]}"
        return found

    def follow(self) -> Page:
        """The page that the redirect leads to."""
        assert self.status == 303, f"{self.status} {self.text[-3000:]}"
        return visit(self.client, self.answer.location)


def visit(client: FlaskClient, address: str, **query: Any) -> Page:
    """The page at an address."""
    return Page(client, client.get(address, query_string=query or None))


def anew(session: Session) -> None:
    """Look at the archive as it is now: what requests have kept since is seen by what is read next."""
    session.rollback()
    session.expire_all()
