"""The addresses of worksheets: where a teacher chooses, the pupil's sheet, and the key, each as a page and as a PDF.

A sheet's address says everything that it depends on: the number of the variant, the exercises, the language, the
edition of the exercises and the moment whose claims count. So the same address gives the same sheet next year.
The key's address has a code besides, which nobody can work out from the address of the sheet.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, g, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from webapp.database import now, session
from webapp.languages import gettext as _
from webapp.languages import language
from webapp.limits import limit
from webapp.messages.views import vocabulary
from webapp.navigation import absolute
from webapp.rendering import page
from webapp.teaching import class_panels as _class_panels  # noqa: F401  # on the page of a collection
from webapp.teaching import qr
from webapp.teaching.worksheets import pdf
from webapp.teaching.worksheets.chance import EDITION, MOST, BadVariant, Chance, variant
from webapp.teaching.worksheets.chosen import OWN, SOURCES, Chosen, Source
from webapp.teaching.worksheets.exercises import BY_NAME, EXERCISES
from webapp.teaching.worksheets.material import Material, material
from webapp.teaching.worksheets.sheet import Sheet, compose

blueprint = Blueprint("worksheets", __name__)

STAMP = "%Y%m%dT%H%M%SZ"
A_DAY = 86_400


class NoSheet(NotFound):
    """There is no sheet under this address; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


@dataclass(frozen=True)
class Wanted:
    """Everything that a sheet depends on, as its address says it."""

    number: int
    moment: dt.datetime
    exercises: tuple[str, ...]
    paper: str = "a4"

    def query(self, chosen: Chosen, paper: str = "") -> str:
        """The query of the addresses of this sheet; ``paper`` for a PDF."""
        kept = {"at": self.moment.strftime(STAMP), "ex": ".".join(self.exercises), "edition": str(EDITION)}
        if chosen.listed:
            kept["items"] = ".".join(chosen.ids)
        return urlencode(kept | {"lang": language()} | ({"paper": paper} if paper else {}))


def _wanted(typed: str) -> Wanted | None:
    """What the address asks for; None where it does not say everything. Raises NoSheet."""
    try:
        number = variant(typed)
    except BadVariant:
        raise NoSheet(_("A variant is a whole number from 0 to %(most)s.", most=MOST)) from None
    if request.args.get("edition", str(EDITION)) != str(EDITION):
        raise NoSheet(_("This edition of the exercises is not known here."))
    moment = _moment(request.args.get("at", ""))
    complete = moment is not None and {"ex", "edition", "lang"} <= set(request.args)
    return Wanted(number, moment, _names(), _paper()) if complete and moment else None


def _moment(typed: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.strptime(typed, STAMP).replace(tzinfo=dt.UTC)
    except ValueError:
        return None
    return moment if moment <= now() else None


def _names() -> tuple[str, ...]:
    """The exercises asked for, in their own order; the usual ones where none of them is known."""
    asked = {name for value in request.args.getlist("ex") for name in value[:200].split(".")}
    known = tuple(each.name for each in EXERCISES if each.name in asked)
    return known or tuple(each.name for each in EXERCISES if each.usual)


def _paper() -> str:
    asked = request.args.get("paper", "a4")
    return asked if asked in pdf.PAPERS else "a4"


@dataclass(frozen=True)
class Made:
    """A sheet with what it was made from."""

    wanted: Wanted
    chosen: Chosen
    material: Material
    sheet: Sheet

    @property
    def path(self) -> str:
        """The path of the pupil's sheet."""
        return f"{self.chosen.base}/worksheet/{self.wanted.number}"

    @property
    def foot(self) -> str:
        """The citation at the foot of the paper. It names no address but the outsider's, which stands by the code."""
        what = self.chosen.citation.removeprefix("/id/").removeprefix("/").replace("/", " ")
        return _("Carottes, %(what)s, variant %(number)s, as of %(day)s.", what=what, number=self.wanted.number,
                 day=self.wanted.moment.strftime("%Y-%m-%d"))  # fmt: skip

    @property
    def pupils_foot(self) -> str:
        """The citation at the foot of the pupil's paper, which says that there is nothing to be found on it."""
        return " ".join((self.foot, _("The answers are not on this paper.")))

    @property
    def keys_foot(self) -> str:
        """The citation at the foot of the key, which says for whom it is."""
        return " ".join((self.foot, _("Key: not for the pupils.")))

    @property
    def open_to_all(self) -> str:
        """The full address of the outsider's reading, as the code on the paper has it."""
        return absolute(self.chosen.open_to_all.partition("?")[0]) + "?reading=outsider"

    @property
    def code(self) -> str:
        """The code as a drawing."""
        return qr.svg(self.open_to_all, _("QR code: %(address)s", address=self.open_to_all))

    def address(self, ending: str = "", paper: str = "") -> str:
        """The address of the sheet with an ending: ``.pdf``, ``/key``, ``/key.pdf``."""
        code = f"&code={self.code_of_key}" if ending.startswith("/key") else ""
        return f"{self.path}{ending}?{self.wanted.query(self.chosen, paper)}{code}"

    @property
    def code_of_key(self) -> str:
        """What the address of the key has besides that of the sheet; the same in both languages and on every day, so
        that a copy of the archive in a folder has the key under it too."""
        told = "/".join((self.path, *self.wanted.exercises, *(self.chosen.ids if self.chosen.listed else ())))
        secret = f"key of a worksheet {current_app.config['SECRET_KEY']}".encode()
        return hmac.new(secret, told.encode(), hashlib.sha256).hexdigest()[:20]


def _made(source: Source, id: str, typed: str) -> Made | AnyResponse:
    """The sheet of an address, or the way to the address that says everything."""
    wanted = _wanted(typed)
    moment = wanted.moment if wanted else _moment(request.args.get("at", "")) or now()
    chosen = source.find(id, moment)
    if wanted is None or (chosen.listed and "items" not in request.args):
        wanted = Wanted(variant(typed), moment, _names(), _paper())
        ending = request.path.partition(f"/worksheet/{typed}")[2]
        paper = wanted.paper if ending.endswith(".pdf") else ""
        return redirect(f"{chosen.base}/worksheet/{wanted.number}{ending}?{wanted.query(chosen, paper)}", 302)
    return _sheet(wanted, chosen)


def _sheet(wanted: Wanted, chosen: Chosen) -> Made:
    found = material(session(), chosen.ids, wanted.moment)
    chance = Chance(wanted.number)
    sheet = compose(found.phrases, chance, wanted.exercises, language(), vocabulary(), chosen.title, chosen.questions)
    return Made(wanted, chosen, found, sheet)


# -- the pages ---------------------------------------------------------------------------------------------------------


def choose(source: Source, id: str = "") -> Any:
    """Where a teacher chooses exercises and a variant, and finds the sheet and, apart from it, the key."""
    typed = request.args.get("variant", "1")
    problem = ""
    try:
        number = variant(typed)
    except BadVariant:
        number, problem = 1, _("A variant is a whole number from 0 to %(most)s.", most=MOST)
    moment = _moment(request.args.get("at", "")) or now()
    made = _sheet(Wanted(number, moment, _names()), source.find(id, moment))
    missing = [BY_NAME[name] for name in made.sheet.missing]
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in OWN or name == "items"]
    return page("teaching/worksheets/choose.html", status=422 if problem else 200, made=made, exercises=EXERCISES,
                missing=missing, problem=problem, typed=typed[:40], kept=kept, most=MOST)  # fmt: skip


def student(source: Source, variant: str, id: str = "") -> Any:
    """The pupil's sheet: no byte of it holds an answer, and no link of it leads to one."""
    made = _made(source, id, variant)
    return made if isinstance(made, AnyResponse) else _bare("teaching/worksheets/student.html", made)


def key(source: Source, variant: str, id: str = "") -> Any:
    """The key of a sheet; no sheet leads to it."""
    made = _with_code(_made(source, id, variant))
    return made if isinstance(made, AnyResponse) else _bare("teaching/worksheets/key.html", made)


def _with_code(made: Made | AnyResponse) -> Made | AnyResponse:
    """The sheet, where the address has the code of its key; the way to the whole address keeps it. Raises NoSheet."""
    asked = request.args.get("code", "")
    if isinstance(made, AnyResponse) and asked:
        made.location = f"{made.location}&{urlencode({'code': asked})}"
    elif isinstance(made, AnyResponse) or not hmac.compare_digest(asked.encode(), made.code_of_key.encode()):
        raise NoSheet(_("The address of a key has a code: take it from the page where the sheet is made."))
    return made


def _bare(template: str, made: Made) -> Response:
    response = Response(render_template(template, made=made), mimetype="text/html")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def student_pdf(source: Source, variant: str, id: str = "") -> Any:
    """The pupil's sheet as a PDF, A4 or Letter."""
    made = _made(source, id, variant)
    if isinstance(made, AnyResponse):
        return made
    return _printed(
        pdf.student(made.chosen, made.sheet, _print(made, made.pupils_foot)), "worksheet", made.wanted.number
    )


def key_pdf(source: Source, variant: str, id: str = "") -> Any:
    """The key as a PDF."""
    made = _with_code(_made(source, id, variant))
    if isinstance(made, AnyResponse):
        return made
    return _printed(pdf.key(made.chosen, made.sheet, _print(made, made.keys_foot)), "key", made.wanted.number)


def _print(made: Made, foot: str) -> pdf.Print:
    return pdf.Print(made.wanted.paper, language(), made.open_to_all, foot, made.wanted.moment)


def _printed(content: bytes, name: str, number: int) -> Response:
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="carottes-{name}-{number}.pdf"'
    response.headers["X-Robots-Tag"] = "noindex"
    response.cache_control.public, response.cache_control.max_age = True, A_DAY
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.before_request
def _no_cookie() -> None:
    """A sheet's address says its language; pupils are given no cookie."""
    g.cookieless = "/worksheet/" in request.path


VIEWS: list[tuple[str, Callable[..., Any]]] = [
    ("", choose),
    ("/<variant>", student),
    ("/<variant>.pdf", student_pdf),
    ("/<variant>/key", key),
    ("/<variant>/key.pdf", key_pdf),
]


def _bound(view: Callable[..., Any], source: Source) -> Callable[..., Any]:
    """A view of one kind of thing."""

    def shown(**values: str) -> Any:
        return view(source, **values)

    shown.__doc__, shown.__name__ = view.__doc__, f"{source.name}_{view.__name__}"
    return shown


for _source in SOURCES:
    for _ending, _view in VIEWS:
        _name = f"{_source.name}_{_view.__name__}"
        blueprint.add_url_rule(f"{_source.rule}/worksheet{_ending}", _name, limit("search")(_bound(_view, _source)))
