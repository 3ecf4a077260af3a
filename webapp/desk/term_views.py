"""The vocabularies: terms are changed on the same form as records; they have no drafts and are public at once."""

from __future__ import annotations

import json
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import func, insert, select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from webapp.database import session
from webapp.desk import forms, opening, receiving
from webapp.desk.blueprint import blueprint
from webapp.languages import N_
from webapp.languages import gettext as _
from webapp.limits import limit
from webapp.people.models import Audit
from webapp.permissions import Act, needs
from webapp.rendering import page
from webapp.revisions import Field, Kind, Outbox
from webapp.revisions.documents import Document
from webapp.revisions.merging import merge
from webapp.revisions.telling import tell
from webapp.search.documents import messages_naming
from webapp.text.slug import slug
from webapp.vocabularies import CHANGED, Scheme, Term, term_id

TERM = Kind("term", Term, [Field("label", "texts"), Field("definition", "texts"), Field("position", "number")])

SCHEMES = {
    Scheme.THEME: N_("Surface themes"),
    Scheme.PURPOSE: N_("Purposes"),
    Scheme.STANDING: N_("Standings"),
    Scheme.SURFACE: N_("What a message looks like"),
    Scheme.RELATION: N_("Relations"),
    Scheme.KIND: N_("Kinds of messages"),
    Scheme.SOURCE_TYPE: N_("Types of sources"),
}
# The code knows these terms by name: their words may change, none may be added.
CLOSED = {Scheme.STANDING, Scheme.RELATION, Scheme.KIND}


@blueprint.get("/terms")
@needs(Act.PUBLISH)
def terms_all() -> Response:
    """All vocabularies with their terms."""
    found = session.scalars(select(Term).order_by(Term.scheme, Term.position, Term.slug)).all()
    groups = [
        (scheme, _(title), [term for term in found if term.scheme == scheme]) for scheme, title in SCHEMES.items()
    ]
    return page("desk/terms.html", groups=groups, closed=CLOSED)


@blueprint.get("/terms/<scheme>/new")
@needs(Act.PUBLISH)
def term_new(scheme: str) -> Response:
    """The form of a new term."""
    return _form(_scheme(scheme, adding=True), None, MultiDict(), {})


@blueprint.get("/terms/<scheme>/<name>")
@needs(Act.PUBLISH)
def term_edit(scheme: str, name: str) -> Response:
    """The form of a term."""
    term = _term(scheme, name)
    return _form(Scheme(scheme), term, opening.typed_of(session(), TERM, _document(term)), _document(term))


@blueprint.post("/terms/<scheme>/new")
@needs(Act.PUBLISH)
@limit("write")
def term_new_submit(scheme: str) -> Response:
    """A new term, called in addresses by its English name."""
    return _received(_scheme(scheme, adding=True), None)


@blueprint.post("/terms/<scheme>/<name>")
@needs(Act.PUBLISH)
@limit("write")
def term_submit(scheme: str, name: str) -> Response:
    """What was typed for a term; a colleague's change of other fields is kept, of the same field is shown."""
    return _received(Scheme(scheme), _term(scheme, name))


def _scheme(name: str, adding: bool) -> Scheme:
    if name not in list(Scheme) or (adding and Scheme(name) in CLOSED):
        abort(404)
    return Scheme(name)


def _term(scheme: str, name: str) -> Term:
    term = session.get(Term, term_id(scheme, name))
    if term is None:
        abort(404)
    return term


def _document(term: Term | None) -> Document:
    return {each.name: each.get(term) for each in TERM.fields} if term else {}


def _form(
    scheme: Scheme, term: Term | None, typed: forms.Typed, base: Document, sheet: forms.Sheet | None = None
) -> Response:
    sheet = sheet or forms.sheet_of(TERM, typed)
    kept = json.dumps(base, ensure_ascii=False)
    return page("desk/term.html", status=422 if any(sheet.problems()) else 200, scheme=scheme, title=_(SCHEMES[scheme]),
                term=term, sheet=sheet, typed=typed, base=kept, comments={}, focus="")  # fmt: skip


def _received(scheme: Scheme, term: Term | None) -> Response:
    typed = MultiDict(request.form.items(multi=True))
    sheet = forms.sheet_of(TERM, typed)
    mine = receiving.document_of(session(), sheet, set())
    if not mine["label"]:
        sheet.refuse(("label",), forms.Problem(_("A term needs a name.")))
    base = _base()
    merged = merge(TERM, base, mine, _document(term)) if term else None
    for clash in merged.clashes if merged else []:
        said = _("Somebody changed this meanwhile to: %(text)s. Saving again keeps yours.", text=clash.theirs)
        sheet.refuse(clash.path, forms.Problem(said))
    if any(sheet.problems()):
        return _form(scheme, term, typed, _document(term), sheet)
    return _save(scheme, term, merged.document if merged else mine)


def _base() -> Document:
    try:
        base = json.loads(request.form.get("base", "{}"))
    except ValueError:
        abort(400)
    return base if isinstance(base, dict) else {}


def _tell_search(id: str) -> None:
    # Past the session, so that the indexer brings them in afterwards: thousands of messages may have this term.
    waiting = [{"kind": "message", "record_id": each} for each in messages_naming(session(), "term", id)]
    if waiting:
        session.execute(insert(Outbox), waiting)


def _save(scheme: Scheme, term: Term | None, document: Document) -> Response:
    if term is None:
        name = slug(document["label"].get("en") or next(iter(document["label"].values())))
        if session.get(Term, term_id(scheme, name)) is not None:
            name = f"{name}-{session.scalar(select(func.count()).select_from(Term))}"
        term = Term(id=term_id(scheme, name), scheme=scheme, slug=name)
        session.add(term)
    if document["label"] != term.label:
        tell(session(), "term", [term.id])
        _tell_search(term.id)
    values: dict[str, Any] = {**document, "position": document["position"] or 0}
    for each in TERM.fields:
        each.set(term, values[each.name])
    session.add(Audit(person_id=current_user.id, act=CHANGED, about=term.id))
    session.commit()
    flash(_("The term is saved."), "saved:" + request.path)
    return redirect(url_for("desk.terms_all", _anchor=term.id.replace("/", "-")), 303)
