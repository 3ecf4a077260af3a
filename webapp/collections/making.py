"""What a reader is gathering, and the form that keeps it as a collection; without an account, a script or a session."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, jsonify, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from webapp.collections import actions, gathering, queries
from webapp.collections.blueprint import blueprint, found
from webapp.collections.forms import BOXES, CollectionForm
from webapp.collections.models import Collection, Licence
from webapp.database import session
from webapp.languages import gettext as _
from webapp.languages import language
from webapp.limits import limit
from webapp.navigation import absolute
from webapp.permissions import Act, may, needs
from webapp.rendering import page
from webapp.revisions import to_document
from webapp.revisions.actions import Stale


@blueprint.record_once
def _without_account(state: Any) -> None:
    """Readers gather and save without an account and get no session for it. No token guards these forms, which could
    grow old while somebody writes: a form on another site is refused by its origin, and has no cookie of ours."""
    for view in (gather_submit, begin, adapt, edit_submit):
        state.app.extensions["csrf"].exempt(view)


# -- gathering ---------------------------------------------------------------------------------------------------------


@blueprint.get("/collections/gathering")
def gather() -> Any:
    """What this browser has gathered, in its order, and the form that makes a collection of it."""
    things = gathering.shown(session(), gathering.read())
    return page("collections/gathering.html", things=things, most=queries.MOST)


@blueprint.post("/collections/gathering")
@limit("write")
def gather_submit() -> Any:
    """Gather one thing more, move or remove one, or begin anew; without an account, a script or a session."""
    _only_from_here()
    act, ref = next(((act, request.form[act]) for act in _GATHERING if act in request.form), ("", ""))
    before = gathering.read()
    try:
        fresh = _GATHERING[act](before, ref) if act else before
    except gathering.Full:
        return _answer_gathering(before, _("A collection holds at most %(most)s items.", most=queries.MOST), "error")
    except LookupError:
        return _answer_gathering(
            before, _("This cannot be gathered: it is no public message, essay or night."), "error"
        )
    return _answer_gathering(fresh, "", "")


def _only_from_here() -> None:
    """Refuse a form that does not stand on a page of ours; browsers say where a form comes from."""
    site, origin = request.headers.get("Sec-Fetch-Site", "same-origin"), request.headers.get("Origin")
    ours = origin is None or origin.partition("://")[2] == request.host
    if site not in ("same-origin", "none") or not ours:
        abort(400)


def _add(refs: list[str], typed: str) -> list[str]:
    thing = queries.named(session(), typed, None)
    if thing is None:
        raise LookupError(typed)
    return gathering.added(refs, thing.ref)


_GATHERING = {
    "add": _add,
    "remove": lambda refs, ref: [each for each in refs if each != ref],
    "up": lambda refs, ref: gathering.moved(refs, ref, -1),
    "down": lambda refs, ref: gathering.moved(refs, ref, 1),
    "clear": lambda _refs, _ref: [],
}


def _answer_gathering(refs: list[str], sentence: str, kind: str) -> Response | AnyResponse:
    """For a script the count; else the list, or a page that says what is in the way."""
    answer: Any
    if request.accept_mimetypes.best == "application/json":
        answer = jsonify(count=len(refs), sentence=sentence)
        answer.status_code = 422 if sentence else 200
    elif sentence:
        things = gathering.shown(session(), refs)
        return page("collections/gathering.html", status=422, things=things, most=queries.MOST, sentence=sentence)
    else:
        answer = redirect(url_for("collections.gather"), 303)
    gathering.keep(answer, refs)
    return answer


# -- making and changing -----------------------------------------------------------------------------------------------


@blueprint.post("/collections")
@limit("offer")
def begin() -> Any:
    """Make a collection of what this browser has gathered: under one's account, or under a private edit link."""
    _only_from_here()
    form = CollectionForm.typed(session(), request.form, language())
    form.add(session(), gathering.read())
    if form.errors:
        things = gathering.shown(session(), gathering.read())
        return page("collections/gathering.html", status=422, things=things, most=queries.MOST, form=form)
    collection, secret = actions.begin(session(), form.document(), current_user)
    session.commit()
    return _begun(collection, secret, emptied=True)


def _begun(collection: Collection, secret: str, emptied: bool = False) -> AnyResponse:
    answer = redirect(_edit_address(collection, secret), 303)
    if emptied:
        gathering.keep(answer, [])  # type: ignore[arg-type]  # any answer has cookies
    flash(_("Saved. Now add notes, aims and a level."), "success")
    return answer


def _edit_address(collection: Collection, secret: str) -> str:
    return url_for("collections.edit", id=collection.id, secret=secret or None)


@blueprint.get("/collections/<id>/edit")
@blueprint.get("/collections/<id>/edit/<secret>")
def edit(id: str, secret: str = "") -> Any:
    """The form of a collection, for its owner, for an editor, or for whoever has its private edit link."""
    collection = _changeable(id, secret)
    form = CollectionForm.of(session(), to_document(collection), language(), collection.revision, collection.listed)
    return _form(collection, secret, form)


@blueprint.post("/collections/<id>/edit")
@blueprint.post("/collections/<id>/edit/<secret>")
@limit("write")
def edit_submit(id: str, secret: str = "") -> Any:
    """Keep what was typed as the next version; or move, remove or add an item on the form, which keeps nothing yet."""
    _only_from_here()
    collection = _changeable(id, secret)
    form = CollectionForm.typed(session(), request.form, language())
    act = request.form.get("do", "save")
    if act == "gathered":
        form.add(session(), gathering.read())
    if act == "gathered" or form.do(act):
        return _form(collection, secret, form, unsaved=True)
    if act == "take down":
        return _take_down(collection, secret, form)
    if form.errors:
        return _form(collection, secret, form, status=422)
    try:
        changed = actions.save(collection, form.document(to_document(collection)), current_user, form.opened_on)
    except Stale as stale:
        session.rollback()
        return _stale(id, secret, form, stale)
    if collection.owner_id or may(current_user, Act.FEATURE):
        actions.put_in_list(collection, form.listed)
    session.commit()
    flash(
        _("Saved as version %(number)s.", number=collection.version) if changed else _("Nothing had changed."),
        "success",
    )
    return redirect(_edit_address(collection, secret), 303)


def _stale(id: str, secret: str, form: CollectionForm, stale: Stale) -> Response:
    """Somebody saved meanwhile: what was typed stays on the form, and saving again puts it over theirs."""
    collection = _changeable(id, secret)
    form.opened_on = stale.current.number
    form.errors[""] = _("This collection was saved in another window since you opened it, as version %(number)s."
                        " What you typed is still here: compare the two, then save again to put yours over it.",
                        number=stale.current.version or collection.version)  # fmt: skip
    return _form(collection, secret, form, status=409)


def _changeable(id: str, secret: str) -> Collection:
    """The collection, if it may be changed here; a wrong secret is an address that leads nowhere."""
    collection = found(id)
    if actions.may_change(collection, current_user, secret):
        return collection
    if secret or current_user.is_authenticated:
        abort(404 if secret else 403)
    return abort(401)


def _form(
    collection: Collection, secret: str, form: CollectionForm, status: int = 200, unsaved: bool = False
) -> Response:
    have = {row.thing.ref for row in form.rows}
    answer = page(
        "collections/edit.html", status=status, collection=collection, form=form, boxes=BOXES, licences=list(Licence),
        secret=secret, unsaved=unsaved, waiting=[ref for ref in gathering.read() if ref not in have],
        private=absolute(url_for("collections.edit", id=collection.id, secret=secret, lang=None)) if secret else "",
        may_list=bool(collection.owner_id) or may(current_user, Act.FEATURE),
    )  # fmt: skip
    answer.cache_control.no_store = True
    # The secret is in the address, and no other site is told it; with no referrer at all, browsers would send the form
    # from nowhere (Origin: null), and it would be refused.
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _take_down(collection: Collection, secret: str, form: CollectionForm) -> Any:
    if request.form.get("sure") != "yes":
        form.errors["sure"] = _("Tick the box to say that you are sure.")
        return _form(collection, secret, form, status=422)
    actions.take_down(collection, current_user, _("Its maker took it down."))
    session.commit()
    return redirect(url_for("collections.show", id=collection.id), 303)


@blueprint.post("/collections/<id>/adapt")
@limit("offer")
def adapt(id: str) -> Any:
    """A copy of a collection to change, which says where it comes from."""
    _only_from_here()
    collection, secret = actions.adapt(session(), found(id), current_user)
    session.commit()
    return _begun(collection, secret)


@blueprint.post("/collections/<id>/feature")
@needs(Act.FEATURE)
@limit("write")
def feature(id: str) -> Any:
    """Put a collection before the others, in the list, or only under its own address, as the pressed button says."""
    collection = found(id)
    act = request.form.get("do", "")
    if act in ("feature", "do not feature"):
        actions.feature(collection, act == "feature")
    elif act in ("list", "do not list"):
        actions.put_in_list(collection, act == "list")
    else:
        abort(400)
    session.commit()
    return redirect(url_for("collections.show", id=collection.id), 303)
