"""Collections: all that are listed, one of them, what a reader is gathering, and the form that keeps it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, redirect, request, url_for
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import Select, func, select
from werkzeug.wrappers import Response as AnyResponse

from webapp.broadcasts import panels as night_panels
from webapp.collections import actions, documents, gathering, panels, queries
from webapp.collections import citing as _citing  # noqa: F401  # how a collection is cited
from webapp.collections.forms import BOXES, CollectionForm
from webapp.collections.models import Collection, Licence
from webapp.database import session
from webapp.dates import Day, night_words
from webapp.essays import panels as essay_panels
from webapp.filters import typeset
from webapp.identifiers import Reading, examine, resolve
from webapp.languages import gettext as _
from webapp.languages import language, told
from webapp.limits import limit
from webapp.messages import panels as message_panels
from webapp.messages.views import Missing, Withdrawn
from webapp.navigation import absolute
from webapp.permissions import Act, may, needs
from webapp.rendering import Pages, here, page, page_number, reading
from webapp.revisions import Status, to_document
from webapp.revisions.actions import Stale

blueprint = Blueprint("collections", __name__)

PAGE_SIZE = 20


@blueprint.record_once
def _without_account(state: Any) -> None:
    """Readers gather and save without an account and get no session for it. No token guards these forms, which could
    grow old while somebody writes: a form on another site is refused by its origin, and has no cookie of ours."""
    for view in (gather_submit, begin, adapt, edit_submit):
        state.app.extensions["csrf"].exempt(view)


# -- reading -----------------------------------------------------------------------------------------------------------


@blueprint.get("/collections")
def listing() -> Any:
    """The listed collections, the featured ones first, twenty a page; for editors, the way to those not listed."""
    pages, collections = _page_of(queries.in_order(queries.visible_to(current_user)))
    if pages.beyond:
        return redirect(here(page=pages.count if pages.count > 1 else None), 303)
    sizes = queries.sizes(session(), collections)
    return page("collections/listing.html", collections=collections, pages=pages, sizes=sizes,
                gathering=len(gathering.read()), editor=may(current_user, Act.FEATURE),
                educator=may(current_user, Act.COLLECT))  # fmt: skip


@blueprint.get("/collections.json")
def listing_json() -> Any:
    """The same list as data."""
    pages, collections = _page_of(queries.in_order(queries.visible_to(current_user)))
    sizes = queries.sizes(session(), collections)
    return jsonify(
        total=pages.total,
        items=[documents.item(collection, sizes.get(collection.id, 0)) for collection in collections],
        facets={},
        suggestion=None,
        next=absolute(here(page=pages.number + 1)) if pages.number < pages.count else None,
    )


def _page_of(query: Select[Collection]) -> tuple[Pages, list[Collection]]:
    own = session()
    total = own.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = Pages(page_number(), PAGE_SIZE, total)
    return pages, list(own.scalars(query.limit(PAGE_SIZE).offset(pages.offset)))


@blueprint.get("/collections/mine")
@needs(Act.COLLECT)
def mine() -> Any:
    """The collections under one's own account."""
    return _shelf(queries.of_person(current_user), _("Your collections"))


@blueprint.get("/collections/unlisted")
@needs(Act.FEATURE)
def unlisted() -> Any:
    """The collections that stand in no list, for editors to look through."""
    return _shelf(queries.unlisted(), _("Collections that are not listed"))


def _shelf(query: Select[Collection], title: str) -> Response:
    pages, collections = _page_of(query)
    return page("collections/shelf.html", title=title, collections=collections, pages=pages,
                sizes=queries.sizes(session(), collections))  # fmt: skip


@blueprint.get("/collections/<id>")
def show(id: str) -> Any:
    """One collection: its aims and its items with their notes; in the outsider's reading, the phrases alone."""
    collection = _found(id)
    if id != collection.id:
        return redirect(here(id=collection.id), 301)
    outsider = reading() == "outsider"
    return page(
        "collections/show.html",
        collection=collection,
        things=queries.gathered(session(), collection.items, current_user),
        outsider=outsider,
        licence=Licence(collection.licence),
        permanent=absolute(url_for("reading.permanent", id=collection.id, lang=None)),
        mine=actions.may_change(collection, current_user),
        editor=may(current_user, Act.FEATURE),
        beside=panels.shown(panels.BESIDE, collection, current_user, outsider),
        beneath=panels.shown(panels.BENEATH, collection, current_user, outsider),
    )


@blueprint.get("/collections/<id>.json")
def show_json(id: str) -> Any:
    """One collection as data."""
    collection = _found(id)
    if id != collection.id:
        return redirect(here(id=collection.id), 301)
    things = queries.gathered(session(), collection.items, current_user)
    return jsonify(documents.record(collection, things, reading()))


def _found(typed: str) -> Collection:
    """The collection that an identifier leads to, as people type it; raises NotFound or Gone and says why."""
    if examine(typed) is Reading.MISTYPED:
        raise Missing(
            _("This identifier has a typing error: its check character does not fit. Compare it with the original.")
        )
    known = resolve(session(), typed)
    collection = queries.get(session(), known.id, current_user) if known else None
    if collection is None:
        abort(404)
    if collection.status == Status.WITHDRAWN:
        raise Withdrawn(collection.withdrawn_reason)
    return collection


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
    collection = _found(id)
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
    answer.headers["Referrer-Policy"] = "no-referrer"  # the secret is in the address
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
    collection, secret = actions.adapt(session(), _found(id), current_user)
    session.commit()
    return _begun(collection, secret)


@blueprint.post("/collections/<id>/feature")
@needs(Act.FEATURE)
@limit("write")
def feature(id: str) -> Any:
    """Put a collection before the others, in the list, or only under its own address, as the pressed button says."""
    collection = _found(id)
    act = request.form.get("do", "")
    if act in ("feature", "do not feature"):
        actions.feature(collection, act == "feature")
    elif act in ("list", "do not list"):
        actions.put_in_list(collection, act == "list")
    else:
        abort(400)
    session.commit()
    return redirect(url_for("collections.show", id=collection.id), 303)


# -- on the pages of other rooms ---------------------------------------------------------------------------------------


def _gatherable(thing: Any, _person: Any) -> dict[str, Any]:
    if isinstance(thing, Day):
        return {"ref": thing.iso, "name": night_words(thing, language()), "night": thing.iso}
    if thing.status != Status.PUBLISHED:
        return {}
    return {"ref": thing.id, "name": thing.text if thing.__tablename__ == "message" else told(thing.title).text}


message_panels.BESIDE.append(message_panels.Panel("collections/_gather.html", _gatherable, spoils=False))
night_panels.BESIDE.append(night_panels.Panel("collections/_gather.html", _gatherable, spoils=False))
essay_panels.BENEATH.append(essay_panels.Panel("collections/_gather.html", _gatherable, spoils=False))


# -- templates ---------------------------------------------------------------------------------------------------------


@blueprint.app_template_global("collection_address")
def collection_address(collection: Collection) -> str:
    """The page of a collection; the reading that was asked for goes along."""
    asked = reading()
    return url_for("collections.show", id=collection.id, reading=asked if asked != "folded" else None)


@blueprint.app_template_filter("paragraphs")
def paragraphs(texts: dict[str, str] | None) -> Markup:
    """A typed text as paragraphs and lists: a blank line parts, a line with a hyphen before it is an item."""
    text = told(texts)
    html = Markup("").join(_block(block, text.lang or language()) for block in text.text.split("\n\n") if block.strip())
    return html if text.lang in ("", language()) else Markup('<div lang="{}">{}</div>').format(text.lang, html)


def _block(block: str, lang: str) -> Markup:
    lines = [line.strip() for line in block.splitlines() if line.strip()]
    if all(line.startswith(("- ", "– ", "• ", "* ")) for line in lines):
        return Markup("<ul>{}</ul>").format(
            Markup("").join(Markup("<li>{}</li>").format(typeset(line[2:], lang)) for line in lines)
        )
    return Markup("<p>{}</p>").format(Markup("<br>").join(typeset(line, lang) for line in lines))
