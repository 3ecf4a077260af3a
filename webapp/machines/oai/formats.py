"""The formats of metadata: Dublin Core, and our own, which tells all that the API tells, with its schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for

from webapp.machines import dublin
from webapp.machines.records import Data
from webapp.machines.xml import element, words
from webapp.messages.views import vocabulary
from webapp.navigation import absolute

OWN = "urn:uuid:6f0c6d0e-1944-4605-8a00-636172643031"
"""The namespace of our own format: a name that no move of the archive changes."""


@dataclass(frozen=True)
class Form:
    """A format of metadata: where its schema is, its namespace, and what writes it."""

    schema: Callable[[], str]
    namespace: str
    write: Callable[[Any, Data], str]


def _dublin(thing: Any, data: Data) -> str:
    return dublin.as_xml(dublin.statements(thing, data, vocabulary()))


def _own(_thing: Any, data: Data) -> str:
    """Everything that the API tells of a record, field by field."""
    return element("record", *(_field(name, value) for name, value in data.items()), xmlns=OWN)


def _field(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return element("field", *(_field(key, each) for key, each in value.items()), name=name)
    if isinstance(value, list):
        return element("field", *(_field("item", each) for each in value), name=name)
    if value is None or value == "":
        return element("field", name=name)
    return element("field", words(str(value).lower() if isinstance(value, bool) else value), name=name)


FORMATS = {
    "oai_dc": Form(lambda: "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
                   "http://www.openarchives.org/OAI/2.0/oai_dc/", _dublin),
    "carottes": Form(lambda: absolute(url_for("oai.schema", lang=None)), OWN, _own),
}  # fmt: skip

SCHEMA = f"""<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{OWN}" xmlns="{OWN}" elementFormDefault="qualified">
  <xs:element name="record"><xs:complexType><xs:sequence><xs:element ref="field" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="field"><xs:complexType mixed="true"><xs:sequence><xs:element ref="field" minOccurs="0" maxOccurs="unbounded"/></xs:sequence><xs:attribute name="name" type="xs:string" use="required"/></xs:complexType></xs:element>
</xs:schema>
"""  # noqa: E501
