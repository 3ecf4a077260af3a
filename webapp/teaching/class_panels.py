"""On the page of a collection: what a teacher does with it. Pupils who read the outsider's page are not led there."""

from __future__ import annotations

from typing import Any

from webapp.collections import panels
from webapp.collections.models import Collection
from webapp.revisions import Status
from webapp.teaching.sharing_views import shared_on_page


def _in_class(collection: Collection, _person: Any) -> dict[str, Any]:
    return {"collection": collection} if collection.status == Status.PUBLISHED and collection.items else {}


def _share(_collection: Collection, _person: Any) -> dict[str, Any]:
    shared = shared_on_page()
    return {"shared": shared} if shared else {}


panels.BESIDE.append(panels.Panel("teaching/_in_class.html", _in_class, spoils=True))
panels.BENEATH.append(panels.Panel("teaching/_share.html", _share, spoils=False))
