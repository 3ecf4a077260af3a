"""What helps while one types: dates echoed, records to pick, likely duplicates. Every form is complete without."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response

from webapp.database import session
from webapp.dates import BadDate, understand
from webapp.desk import links
from webapp.desk.blueprint import blueprint
from webapp.desk.duplicates import alike
from webapp.essays.texts import References
from webapp.languages import LANGUAGES, language
from webapp.languages import gettext as _
from webapp.limits import limit
from webapp.permissions import Act, needs
from webapp.rendering import page
from webapp.revisions import Kind
from webapp.text import strings
from webapp.text.markdown import render
from webapp.text.references import Problem, Rendered

LONGEST = 400


@blueprint.get("/date")
@needs(Act.DRAFT)
@limit("suggest")
def date() -> Response:
    """What is understood of a typed date, in words and as EDTF, or why it is not."""
    typed = request.args.get("q", "")[:LONGEST].strip()
    try:
        return page("desk/_echo.html", understood=understand(typed) if typed else None, each=None)
    except BadDate as error:
        return page("desk/_not_understood.html", sentence=error.message(language()))


@blueprint.get("/pick/<kind:kind>")
@needs(Act.DRAFT)
@limit("suggest")
def pick(kind: Kind) -> Response:
    """Records of a kind for what was typed so far, as options of a picker, and the way to make a new one."""
    typed = request.args.get("q", "")[:LONGEST]
    return page("desk/_offers.html", offers=links.offers(session(), kind, typed), kind=kind, typed=typed.strip())


@blueprint.get("/duplicates")
@needs(Act.DRAFT)
@limit("suggest")
def duplicates() -> str:
    """Messages much like the phrase that is being typed."""
    found = alike(session(), request.args.get("q", "")[:LONGEST], request.args.get("besides", ""))
    return render_template("desk/_duplicates.html", duplicates=found)


@blueprint.post("/preview")
@needs(Act.DRAFT)
@limit("suggest")
def preview() -> str:
    """An essay's text as readers will see it, and what an author should mend."""
    lang = request.form.get("lang", "")
    text = request.form.get("text", "")
    return render_template("desk/_preview.html", preview=previewed(text, lang if lang in LANGUAGES else language()))


def previewed(text: str, lang: str) -> Rendered:
    """The text made ready for the page, its references resolved."""
    return render(text, lang=lang, references=References(session(), text, lang))


def problem_words(problem: Problem) -> str:
    """What an author should mend, with its line, in the reader's language."""
    return _("Line %(line)s: %(what)s", line=problem.line, what=strings.explain(problem.code, problem.what, language()))
