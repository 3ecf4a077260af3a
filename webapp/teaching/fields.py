"""What the parts of a record are called on its public pages, and how their frozen values are shown."""

from __future__ import annotations

from typing import Any, NamedTuple

from markupsafe import Markup, escape

from webapp.filters import dated, typeset
from webapp.filters import shown as shown_texts
from webapp.languages import N_
from webapp.languages import gettext as _
from webapp.revisions.documents import outside
from webapp.revisions.frozen import Frozen, Linked

LABELS = {
    "text": N_("Wording"), "lang": N_("Language"), "kind": N_("Kind"), "rendering": N_("Known only in translation"),
    "translation": N_("Translation"), "station": N_("Station"), "theme": N_("Theme"), "surface": N_("Surface"),
    "wording_standing": N_("Standing of the wording"), "note": N_("Remarks"), "attestations": N_("Sources"),
    "meanings": N_("Claims of what it meant"), "broadcasts": N_("Broadcasts"), "relations": N_("Related messages"),
    "title": N_("Title"), "chapo": N_("Summary"), "body": N_("Text"), "author": N_("Author"), "position": N_("Order"),
    "type": N_("Type"), "publisher": N_("Publisher"), "year": N_("Year"), "url": N_("Address"),
    "linkable": N_("Linked"), "name": N_("Name"), "country": N_("Country"), "region": N_("Region"),
    "lat": N_("Latitude"), "lon": N_("Longitude"), "precision": N_("Precision"), "located_by": N_("Located by"),
    "introduction": N_("Introduction"), "items": N_("Items"), "level": N_("Level"), "duration": N_("Duration"),
    "aims": N_("Aims"), "questions": N_("Questions"), "adapted_from": N_("Adapted from"),
    "adapted_version": N_("Adapted from version"), "subject": N_("Subject"), "licence": N_("Licence"),
}  # fmt: skip


class Shown(NamedTuple):
    """One field of a version: its label and its value."""

    name: str
    label: str
    value: Markup


def label(name: str) -> str:
    """What a field is called; one without a label of its own by its name."""
    return _(LABELS[name]) if name in LABELS else name.replace("_", " ").capitalize()


def shown(frozen: Frozen, outsider: bool) -> list[Shown]:
    """The fields of a version that hold something, in the order of their kind; outsiders get none that explains."""
    face = outside(frozen.shape, frozen.document) if outsider else frozen.document
    found = [
        Shown(each.name, label(each.name), _value(getattr(frozen, each.name), each.type))
        for each in frozen.shape.fields
        if each.name in face and each.name != "position"
    ]
    return [each for each in found if each.value]


def _value(value: Any, type_: str) -> Markup:
    if value in (None, "", {}):
        return Markup("")
    if isinstance(value, Linked):
        return shown_texts(value.name)
    if type_ == "texts":
        return shown_texts(value)
    if type_ == "flag":
        return escape(_("yes") if value else _("no"))
    if type_ == "edtf":
        return dated(value)
    return typeset(str(value))
