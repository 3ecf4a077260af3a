"""Schemas that our XML is held against, in RELAX NG.

They are our own words for what the standards ask and what we write of it. That they are not laxer was tried by hand:
every document of the seed data is valid against OAI-PMH.xsd with oai_dc and against tei_all of TEI P5 4.9.0 too.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree


@cache
def _schema(name: str) -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(Path(__file__).with_name(f"{name}.rng")))


def ensure_valid(root: Any, name: str) -> Any:
    """The document, if it is as the schema of that name says; else a failure that says where it is not."""
    schema = _schema(name)
    assert schema.validate(root), "\n".join(str(each) for each in list(schema.error_log)[:5])
    return root
