"""Merging two records: the other one is found, both are shown side by side, and the merge can be undone."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from webapp.database import session
from webapp.desk import links, merging
from webapp.desk.blueprint import blueprint, plural
from webapp.desk.models import Merge
from webapp.desk.pointers import pointing_at
from webapp.desk.receiving import tidy
from webapp.desk.review_views import found
from webapp.desk.telling import Teller
from webapp.languages import gettext as _
from webapp.limits import limit
from webapp.permissions import Act, needs
from webapp.rendering import page
from webapp.revisions import KINDS, Kind, labels, to_document
from webapp.revisions.actions import Refused
from webapp.revisions.comparing import compare


@blueprint.get("/<kind:kind>/<id>/merge")
@needs(Act.PUBLISH)
def merge(kind: Kind, id: str) -> Response:
    """Find the other record; with ``?other=`` both side by side."""
    kept, typed = found(kind, id), request.args.get("other", "")[:400]
    try:
        gone = session.get(kind.model, links.found(session(), kind, typed)) if typed.strip() else None
    except links.Unclear as unclear:
        return _find(
            kind, kept, typed, unclear.offers, _("Which one?") if unclear.offers else _("Nothing has this name.")
        )
    return _side_by_side(kind, kept, gone) if gone is not None else _find(kind, kept, typed, [], "")


def _find(kind: Kind, kept: Any, typed: str, offers: list[links.Offer], said: str) -> Response:
    undoable = select(Merge).where(Merge.kept_id == kept.id, Merge.undone_at.is_(None)).order_by(Merge.id.desc())
    return page(
        "desk/merge_find.html",
        status=422 if said else 200,
        kind=kind,
        plural=plural(kind),
        record=kept,
        typed=typed,
        offers=offers,
        said=said,
        merges=list(session.scalars(undoable)),
    )


def _side_by_side(kind: Kind, kept: Any, gone: Any, refused: Refused | None = None) -> Response:
    mine, other = to_document(kept), to_document(gone)
    teller = Teller(session(), kind, {**labels(gone), **labels(kept)}, [mine, other])
    against = refused.reasons if refused else merging.refusals(session(), kept, gone)
    fields = [each for each in compare(kind, mine, other) if each.path[0] in {one.name for one in kind.fields}]
    rows = [(part, len(mine[part.name]), len(other[part.name])) for part in kind.parts]
    return page("desk/merge.html", status=422 if refused else 200, kind=kind, kept=kept, gone=gone, teller=teller,
                fields=fields, rows=rows, against=against, pointing=len(pointing_at(session(), gone)))  # fmt: skip


@blueprint.post("/<kind:kind>/<id>/merge")
@needs(Act.PUBLISH)
@limit("write")
def merge_submit(kind: Kind, id: str) -> Response:
    """Make the two one."""
    kept, gone = found(kind, id), found(kind, request.form.get("other", ""))
    choices = {name.removeprefix("pick-"): value for name, value in request.form.items() if name.startswith("pick-")}
    reason = tidy(request.form.get("reason", ""))[:500] or _("Two records of the same thing")
    try:
        merging.merge(session(), kept, gone, choices, by=current_user, reason=reason)
    except Refused as refused:
        session.rollback()
        return _side_by_side(kind, found(kind, id), found(kind, request.form["other"]), refused)
    session.commit()
    flash(_("Merged. Both addresses lead here; the merge can be undone."), "said")
    return redirect(url_for("desk.merge", kind=kind, id=kept.id), 303)


@blueprint.post("/merges/<int:number>/undo")
@needs(Act.PUBLISH)
@limit("write")
def merge_undo(number: int) -> Response:
    """Part the two again."""
    merged = session.get(Merge, number)
    if merged is None:
        abort(404)
    kind, kept_id = KINDS[merged.kind], merged.kept_id
    try:
        merging.unmerge(session(), merged, by=current_user, reason=_("The merge is undone"))
        session.commit()
        flash(_("The two are parted again."), "said")
    except Refused as refused:
        session.rollback()
        flash(str(refused), "said")
    return redirect(url_for("desk.merge", kind=kind, id=kept_id), 303)
