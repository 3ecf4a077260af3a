"""The form of any record: opened, sent, and what may be done from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from webapp.database import database, session
from webapp.desk import conflict_views as _conflict_views  # noqa: F401
from webapp.desk import entries, forms, links, opening, receiving
from webapp.desk import home_views as _home_views  # noqa: F401  # they hang on the same blueprint
from webapp.desk import media_views as _media_views  # noqa: F401
from webapp.desk import merge_views as _merge_views  # noqa: F401
from webapp.desk import moderation_views as _moderation_views  # noqa: F401
from webapp.desk import term_views as _term_views  # noqa: F401
from webapp.desk.blueprint import blueprint, plural
from webapp.desk.duplicates import alike
from webapp.desk.live_views import previewed, problem_words
from webapp.desk.review_views import found, note_presence, others_with, released, remarks_on, sent
from webapp.desk.words import desk_ways, status_word, words_of
from webapp.languages import gettext as _
from webapp.languages import language
from webapp.limits import limit
from webapp.permissions import Act, may, needs
from webapp.rendering import page
from webapp.revisions import KINDS, Kind, label_of
from webapp.revisions.actions import Refusal, Refused
from webapp.vocabularies import Scheme, terms


@blueprint.record_once
def _words(state: Any) -> None:
    state.app.jinja_env.globals |= {
        "desk_ways": desk_ways,
        "kind_words": lambda kind: _(words_of(kind).many),
        "label_of": label_of,
        "new_words": lambda kind: _(words_of(kind).new),
        "problem_words": problem_words,
        "status_word": status_word,
    }


@blueprint.get("/<kind:kind>/new")
@needs(Act.DRAFT)
def new(kind: Kind) -> Response:
    """An empty form; what the address names (``?text=…``) is filled in."""
    typed = MultiDict((name, value) for name, value in request.args.items(multi=True) if name != "lang")
    return _form(kind, None, MultiDict([*(typed or _blank(kind)).items(multi=True), *_ticked(kind)]), 0)


def _blank(kind: Kind) -> forms.Typed:
    """A new form opens with one empty row in each list that most records have."""
    return MultiDict((part.name, forms.new_mark()) for part in kind.parts if part.name in ("meanings", "broadcasts"))


def _ticked(kind: Kind) -> Iterator[tuple[str, str]]:
    """The flags that a new record has of itself: the address of a source may be linked."""
    for each in kind.fields:
        default = kind.model.__table__.c[each.column].default if each.type == "flag" else None
        if default is not None and default.arg is True:
            yield each.name, "yes"


@blueprint.post("/<kind:kind>/new")
@needs(Act.DRAFT)
@limit("write")
def new_submit(kind: Kind) -> Response:
    """A new record from what was typed."""
    return _received(kind, None)


@blueprint.get("/<kind:kind>/<id>")
@needs(Act.DRAFT)
def edit(kind: Kind, id: str) -> Response:
    """The form of a record, on its newest content."""
    record = found(kind, id)
    database().leave_trace(lambda own: note_presence(own, record.id))
    opened = entries.open_(session(), record)
    return _form(kind, record, opening.typed_of(session(), kind, opened.document), opened.number)


@blueprint.post("/<kind:kind>/<id>")
@needs(Act.DRAFT)
@limit("write")
def edit_submit(kind: Kind, id: str) -> Response:
    """What was typed on the form of a record."""
    return _received(kind, found(kind, id))


def _received(kind: Kind, record: Any) -> Response:
    """Work on the rows, or save and do what the pressed button says."""
    typed, wish = MultiDict(request.form.items(multi=True)), request.form.get("do", "save")
    opened_on = request.form.get("opened_on", 0, type=int)
    if wish.partition(":")[0] in ("add", "remove", "up", "down", "set", "look"):
        typed, focus = forms.operate(typed, wish) if wish != "look" else (typed, "")
        return _form(kind, record, typed, opened_on, focus=focus)
    sheet = forms.sheet_of(kind, typed)
    if wish.startswith("create:"):
        return _form(kind, record, typed, opened_on, focus=_create_in_place(sheet, typed, wish))
    if wish.startswith("variant:"):
        return _form(kind, record, typed, opened_on, focus=_variant(typed, found(kind, wish.removeprefix("variant:"))))
    try:
        known = entries.known_rows(session(), record, opened_on) if record is not None else set()
    except LookupError:
        abort(400)
    document = receiving.document_of(session(), sheet, known)
    if any(sheet.problems()):
        return _form(kind, record, typed, opened_on, sheet=sheet, status=422)
    return _save(kind, record, document, sheet, typed, opened_on, wish)


def _variant(typed: forms.Typed, other: Any) -> str:
    """A relation that says: this is another wording of that message."""
    mark = forms.new_mark()
    typed.add("relations", mark)
    typed.setlist(f"relations-{mark}-kind", ["variant-of"])
    typed.setlist(f"relations-{mark}-other", [links.offer(other).typed])
    return f"relations-{mark}"


def _create_in_place(sheet: forms.Sheet, typed: forms.Typed, wish: str) -> str:
    """Make the record that a picker did not find, as a draft with its name, and put it into the field."""
    name, _mark, text = wish.removeprefix("create:").partition("=")
    each = forms.input_named(sheet, name)
    if each is None or each.control != "pick" or not receiving.tidy(text):
        return ""
    made = entries.start_named(session(), KINDS[each.picks], receiving.tidy(text), current_user)
    session.commit()
    typed.setlist(name, [links.offer(made).typed])
    return name


def _save(
    kind: Kind, record: Any, document: dict[str, Any], sheet: forms.Sheet, typed: forms.Typed, opened_on: int, wish: str
) -> Response:
    reason, fresh, merged = receiving.tidy(typed.get("reason", "")), record is None, None
    try:
        if record is None:
            record = entries.start(session(), kind, document, current_user, reason)
        else:
            merged = entries.save(session(), record, document, current_user, opened_on, reason)
        said = _then(record, wish, reason)
    except Refused as refused:
        session.rollback()
        _refuse(sheet, refused)
        return _form(kind, None if fresh else record, typed, opened_on, sheet=sheet, status=422)
    except entries.Clashes as clashes:
        session.commit()
        flash(_("What you typed is kept here until you have decided."), "saved:" + request.path)
        return redirect(url_for("desk.conflict", number=clashes.conflict.id), 303)
    session.commit()
    if merged and merged.joined:
        said += " " + _("What was saved meanwhile by somebody else is in it too.")
    flash(said, "saved:" + request.path)
    return redirect(url_for("desk.edit", kind=kind, id=record.id), 303)


def _then(record: Any, wish: str, reason: str) -> str:
    """What the pressed button does after the save, and the sentence that says so."""
    if wish == "submit":
        entries.send(record, current_user, reason)
        return sent(record)
    if wish == "publish":
        if not may(current_user, Act.PUBLISH):
            abort(403)
        return released(record, reason)
    return _("Draft saved.")


def _refuse(sheet: forms.Sheet, refused: Refused) -> None:
    for refusal in refused.reasons:
        path = refusal.path if isinstance(refusal, Refusal) else ()
        sheet.refuse(path, forms.Problem(str(refusal)))


def _form(
    kind: Kind, record: Any, typed: forms.Typed, opened_on: int, *,
    sheet: forms.Sheet | None = None, focus: str = "", status: int = 200,
) -> Response:  # fmt: skip
    opened = entries.open_(session(), record) if record is not None else None
    return page(
        "desk/form.html",
        status=status,
        kind=kind,
        plural=plural(kind),
        heading=_heading(kind, record),
        record=record,
        opened=opened,
        sheet=sheet or forms.sheet_of(kind, typed),
        typed=typed,
        opened_on=opened_on,
        focus=focus,
        options=lambda each: each.options(session()),
        may_publish=may(current_user, Act.PUBLISH),
        comments=remarks_on(record.id) if record is not None else {},
        others=others_with(record.id) if record is not None else [],
        **_beside(kind, record, typed),
    )


def _beside(kind: Kind, record: Any, typed: forms.Typed) -> dict[str, Any]:
    """What helps beside the form of this kind."""
    if kind.name == "message":
        known = record.id if record is not None else ""
        standings = list(session.scalars(terms(Scheme.STANDING)))
        return {"duplicates": alike(session(), typed.get("text", ""), known), "standings": standings}
    if kind.name == "essay":
        return {"preview": previewed(typed.get(f"body-{language()}", ""), language())}
    return {}


def _heading(kind: Kind, record: Any) -> str:
    words = words_of(kind)
    return _(words.new if record is None else words.change)
