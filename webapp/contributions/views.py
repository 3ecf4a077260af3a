"""Offering something, following what becomes of it, and the feed of answers to an essay."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.contributions import about as abouts
from webapp.contributions import (
    actions,
    forms,
    panels,  # they belong on the pages of records
    queries,
    receipts,
)
from webapp.contributions.kinds import KINDS, Offered
from webapp.contributions.models import OPEN, Contribution, Stage
from webapp.database import session
from webapp.essays import queries as essays
from webapp.identifiers import resolve
from webapp.languages import N_
from webapp.languages import gettext as _
from webapp.limits import LIMITS, limit, limiter
from webapp.media import queries as media
from webapp.media import storing
from webapp.media.inspecting import MOST_BYTES, BadFile
from webapp.navigation import absolute
from webapp.rendering import here, page
from webapp.revisions import Status
from webapp.text.plain import plain

blueprint = Blueprint("contributions", __name__)

FEED_LENGTH = 50
LONGEST_LETTER = 5000
STAGES = {
    Stage.RECEIVED: N_("received"),
    Stage.LOOKED_AT: N_("being looked at"),
    Stage.QUESTION: N_("a question for you"),
    Stage.ACCEPTED: N_("accepted"),
    Stage.DECLINED: N_("declined"),
}


@blueprint.record_once
def _without_account(state: Any) -> None:
    """Whoever offers something is not signed in and gets no cookie: there is no session that could be misused, and a
    forgotten one must not cost anybody what they typed. The form's own signed note guards it instead."""
    for view in (offer_submit, follow_submit):
        state.app.extensions["csrf"].exempt(view)


@blueprint.get("/contribute")
def choose() -> Any:
    """What can be offered, about the record that ``?about=`` names; and the way to what was offered before."""
    found = abouts.find(session(), request.args.get("about", "")[:1000])
    kinds = [kind for kind in KINDS.values() if kind.listed and _suits(kind, found)]
    return page("contributions/choose.html", kinds=kinds, about=found)


def _suits(kind: Offered, about: abouts.About | None) -> bool:
    return about is None or kind.about in ("any", "perhaps") or about.kind == kind.about


@blueprint.get("/contribute/<name>")
def offer(name: str) -> Any:
    """The form of one kind of contribution."""
    kind = KINDS.get(name) or abort(404)
    sheet = forms.sheet_of(kind, {}, request.args.get("about", "")[:1000])
    return _form(sheet, 200)


def _form(sheet: forms.Sheet, status: int) -> Response:
    found = abouts.find(session(), sheet.about.text[:1000])
    parent = _parent(found)
    return page("contributions/offer.html", status=status, sheet=sheet, kind=sheet.kind, about=found, parent=parent,
                honeypot=forms.HONEYPOT)  # fmt: skip


def _parent(about: abouts.About | None) -> Contribution | None:
    """The recollection or answer that is being answered: one that everybody may read, about the same record."""
    number = request.values.get("parent", 0, type=int)
    if not number or about is None:
        return None
    return session.scalars(queries.shown_of(about.id).where(Contribution.id == number)).first()


def _too_many(_limit: Any) -> Response:
    """More than the limit: the form again, with all that was typed."""
    kind = KINDS.get((request.view_args or {}).get("name", "")) or abort(404)
    sheet = forms.sheet_of(kind, request.form)
    sheet.problems.append(_("Many contributions came from your address. Keep this page open and send it again later."))
    return _form(sheet, 429)


# Only what was received counts: a form that is sent back to be mended takes nobody's turn.
@blueprint.post("/contribute/<name>")
@limit("write")
@limiter.limit(LIMITS["offer"], deduct_when=lambda response: response.status_code == 303, on_breach=_too_many)
def offer_submit(name: str) -> Any:
    """Receive what was offered, or give the form back with everything that was typed."""
    kind = KINDS.get(name) or abort(404)
    sheet = forms.sheet_of(kind, request.form)
    forms.check(sheet, request.form)
    found = abouts.record(session(), sheet.about.text) if sheet.about.text else None
    if sentence := _no_record(kind, sheet, found):
        sheet.about.problems.append(sentence)
    if sheet.good and (known := queries.by_mark(session(), forms.mark(sheet))):
        return _received(known)  # sent again, perhaps because the first answer never came
    photo = _photo(sheet)
    if not sheet.good:
        return _form(sheet, 422)
    parent = _parent(abouts.of(found)) if found is not None else None
    words = "" if found is not None else sheet.about.text
    given = {"about_words": words, "photo": photo, "mark": forms.mark(sheet)} | forms.kept(sheet)
    try:
        contribution = actions.receive(session(), found, parent, **given)
        session.commit()
    except IntegrityError:  # the same form at the same moment, on another node
        session.rollback()
        if known := queries.by_mark(session(), given["mark"]):
            return _received(known)
        raise
    return _received(contribution)


def _received(contribution: Contribution) -> Any:
    return redirect(url_for("contributions.follow", receipt=receipts.spaced(contribution.receipt)), 303)


def _photo(sheet: forms.Sheet) -> str | None:
    """Put the picture that came along into quarantine, once nothing else stands against the form."""
    sent = request.files.get("photo") if sheet.kind.photo else None
    if sent is None or not sent.filename:
        return None
    if not sheet.good:
        sheet.photo.problems.append(_("Choose the picture again: browsers do not keep it."))
        return None
    try:
        return storing.put_aside(sent.read(MOST_BYTES + 1))
    except BadFile as refusal:
        sheet.photo.problems.append(str(refusal))
        return None


def _no_record(kind: Offered, sheet: forms.Sheet, found: Any) -> str:
    """Why the record that was named will not do. What may be about anything is not refused for a loose name."""
    if kind.about == "perhaps":
        return ""
    if not sheet.about.text:
        return _("Say which record it is about.")
    if kind.about == "message" and found is not None and found.__tablename__ != "message":
        return _("This is not a message; the form asks about a message.")
    if kind.name == "reply" and (found is None or found.status != Status.PUBLISHED):
        return _("There is no such record to answer.")
    return ""


@blueprint.get("/contributions")
def find() -> Any:
    """From a typed receipt code to its page."""
    typed = request.args.get("receipt", "")
    receipt = receipts.read(typed[:60])
    if receipt is None or queries.by_receipt(session(), receipt) is None:
        return page("contributions/find.html", status=404 if typed else 200, typed=typed[:60])
    return redirect(url_for("contributions.follow", receipt=receipts.spaced(receipt)), 303)


@blueprint.get("/contributions/<receipt>")
def follow(receipt: str) -> Any:
    """What has become of a contribution, for whoever holds its receipt."""
    return _status(_held(receipt))


def _held(typed: str) -> Contribution:
    receipt = receipts.read(typed[:60])
    return (receipt and queries.by_receipt(session(), receipt)) or abort(404)


def _status(contribution: Contribution, status: int = 200, typed: str = "", problem: str = "") -> Response:
    record = _public_record(session(), contribution)
    answer = page(
        "contributions/follow.html", status=status, contribution=contribution, kind=KINDS[contribution.kind],
        code=receipts.spaced(contribution.receipt), about=about_of(session(), contribution), record=record,
        stage=_(STAGES[Stage(contribution.status)]), still_open=contribution.status in OPEN, typed=typed,
        problem=problem, most=LONGEST_LETTER, published=queries.published(session(), contribution),
        picture=_picture(contribution), known=_same_words(contribution),
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"  # a page of one person, on whatever machine they opened it
    return answer


def _same_words(contribution: Contribution) -> abouts.About | None:
    """The message that the archive has in the very words of one that was offered, while that is undecided."""
    if contribution.kind != "message" or contribution.status not in OPEN:
        return None
    found = abouts.record(session(), contribution.answers["phrase"])
    return abouts.of(found) if found is not None else None


def _picture(contribution: Contribution) -> tuple[str, str]:
    """What has become of the picture that came along, in a sentence, and where it is once everybody may see it."""
    if not contribution.photo:
        return "", ""
    if contribution.status in OPEN:
        return _("A picture came along. Only editors see it until it is decided what becomes of it."), ""
    if contribution.status == Stage.DECLINED:
        return _("The picture that came along was deleted."), ""
    if (medium := _public_medium(session(), contribution)) is not None:
        return _("The picture that came along is published."), url_for("media.show", id=medium)
    return _("The picture that came along waits for an editor to say what it shows and under which rights; then it is published."), ""  # fmt: skip  # noqa: E501


def _public_medium(own: Session, contribution: Contribution) -> str | None:
    known = resolve(own, contribution.medium_id) if contribution.medium_id else None
    medium = media.get(own, known.id, None) if known else None
    return medium.id if medium is not None and medium.status == Status.PUBLISHED else None


def about_of(own: Session, contribution: Contribution) -> abouts.About | None:
    """What a contribution speaks of, as it is shown."""
    return abouts.find(own, contribution.about_id or contribution.about_words)


def _public_record(own: Session, contribution: Contribution) -> abouts.About | None:
    return abouts.find(own, contribution.record_id or "")


@blueprint.post("/contributions/<receipt>")
@limit("write")
def follow_submit(receipt: str) -> Any:
    """The contributor writes to the editor, or erases the address."""
    contribution = _held(receipt)
    if request.form.get("do") == "erase":
        actions.erase_address(contribution)
        session.commit()
        return redirect(here(), 303)
    text = plain(request.form.get("text", ""))
    if not 0 < len(text) <= LONGEST_LETTER:
        sentence = _("Write something, with at most %(most)s characters.", most=LONGEST_LETTER)
        return _status(contribution, 422, text, sentence)
    try:
        actions.write_back(contribution, text)
    except actions.Answered:
        return _status(contribution, 409, text, _("This contribution has been answered already."))
    session.commit()

    return redirect(here(), 303)


@blueprint.get("/essays/<id>/replies.atom")
def replies_feed(id: str) -> Any:
    """The answers to one essay as an Atom feed, the newest first."""
    essay = essays.get(session(), id, None)
    if essay is None or essay.status != Status.PUBLISHED:
        abort(404)
    found = list(session.scalars(queries.replies(essay.id).limit(FEED_LENGTH)))
    home, own, host = absolute(abouts.of(essay).href), absolute(request.path), request.host.partition(":")[0]
    feed = render_template("contributions/replies.xml", essay=essay, replies=found, home=home, feed_url=own, host=host)
    answer = make_response(feed)
    answer.mimetype = "application/atom+xml"
    return answer


@blueprint.app_template_global("contribution_kind")
def contribution_kind(name: str) -> Offered:
    """A kind of contribution by its name."""
    return KINDS[name]


@blueprint.app_template_global("contribution_ways")
def contribution_ways(record: Any) -> Markup:
    """On the page of any other record: whom it owes thanks to, and where somebody who knows more goes."""
    return Markup(render_template(panels.WAYS, **panels.ways(record)))
