"""Importing at the desk: a file comes, its columns are matched, it is tried, run, and perhaps undone."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, stream_with_context, url_for
from flask.blueprints import BlueprintSetupState
from flask_login import current_user
from sqlalchemy import func, select
from werkzeug.wrappers import Response as Answer

from webapp.database import now, session
from webapp.imports import exports, jobs, sheets
from webapp.imports.columns import PARTS, from_machine, match, matched, places
from webapp.imports.exports import FORMATS, Format
from webapp.imports.models import UNFINISHED, WORKING, ImportRow, ImportRun, Stage
from webapp.imports.problems import BadFile, say
from webapp.imports.queries import exported, how_many, rows_of, runs
from webapp.imports.running import carry_out, packed, unpacked
from webapp.imports.undoing import undo
from webapp.imports.words import kind_word, plan_word, stage_word, step_word, title_of
from webapp.languages import N_, language
from webapp.languages import gettext as _
from webapp.limits import limit
from webapp.permissions import Act, may, needs
from webapp.rendering import Pages, page, page_number

blueprint = Blueprint("imports", __name__, url_prefix="/desk/imports")

ROWS, RUNS, SHOWN = 50, 30, 5


@blueprint.record_once
def _words(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals |= {
        "stage_word": stage_word, "plan_word": plan_word, "step_word": step_word, "kind_word": kind_word,
        "import_title": title_of, "say_problem": say, "column_label": column_label,
    }  # fmt: skip


def column_label(name: str) -> str:
    """A column as the reader knows it."""
    place = from_machine(name) if name else None
    return place.label() if place else name


@blueprint.get("")
@needs(Act.IMPORT)
def home() -> Response:
    """All imports, a place to bring a file, templates and exports."""
    return _home()


def _home(trouble: str = "", status: int = 200) -> Response:
    pages = Pages(page_number(), RUNS, session.scalar(select(func.count()).select_from(ImportRun)) or 0)
    found = list(session.scalars(runs().limit(RUNS).offset(pages.offset)))
    if request.method == "GET":
        jobs.mark_interrupted(session(), found)
    return page("imports/home.html", status=status, runs=found, pages=pages, trouble=trouble, formats=FORMATS,
                limits=(sheets.MOST_BYTES // 1024 // 1024, sheets.MOST_ROWS))  # fmt: skip


@blueprint.post("")
@needs(Act.IMPORT)
@limit("heavy")
def upload() -> Answer:
    """Take a file in; what cannot be read is refused with a sentence and leaves nothing behind."""
    try:
        name, content = _sent()
        sheet = sheets.read(content)
        found = matched(sheet.header)
        if not any(found):
            raise BadFile(
                N_("None of the headings is known: %(names)s. Take a template, or name the columns as it does."),
                names=", ".join(filter(None, sheet.header[:8])),
            )
    except BadFile as refusal:
        return _home(str(refusal), 422)
    options = {"places": [place.machine if place else "" for place in found], **_options_of_replaced()}
    run = ImportRun(person_id=current_user.id, name=name, about=sheet.about, options=options,
                    content=packed(sheet), counts={"rows": len(sheet.rows)}, beat=now())  # fmt: skip
    session.add(run)
    session.commit()
    return redirect(url_for("imports.show", number=run.id), 303)


def _sent() -> tuple[str, bytes]:
    """The name and bytes of the file; what was put aside while it came is closed, and with that gone."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise BadFile(N_("Choose a file first."))
    with file.stream:
        return file_name(file.filename), file.stream.read(sheets.MOST_BYTES + 1)


def _options_of_replaced() -> dict[str, Any]:
    """A corrected file is wished for as the one before it was."""
    before = session.get(ImportRun, request.form.get("instead_of", 0, type=int))
    kept = before.options if before else {}
    return {name: kept[name] for name in ("create", "publish", "doubles", "reason") if name in kept}


def file_name(given: str) -> str:
    """The name of a file for people to recognise it: no path, nothing unprintable."""
    last = re.split(r"[/\\]", given)[-1]
    return "".join(letter for letter in last if letter.isprintable()).strip()[:120] or "?"


def _found(number: int) -> ImportRun:
    run = session.get(ImportRun, number)
    if run is None:
        abort(404)
    jobs.mark_interrupted(session(), [run])
    return run


@blueprint.get("/<int:number>")
@needs(Act.IMPORT)
def show(number: int) -> Response:
    """An import as it stands: columns to match, work in progress, a plan, or what came of it."""
    return _show(_found(number))


def _show(run: ImportRun, typed: dict[int, str] | None = None, status: int = 200) -> Response:
    shown: dict[str, Any] = {"run": run, "may_publish": may(current_user, Act.PUBLISH), "typed": typed or {}}
    if run.stage in UNFINISHED and run.content:
        header, rows = unpacked(run)
        kept = run.options.get("places", [])
        columns = [(n, heading, typed[n] if typed and n in typed else column_label(kept[n]), _examples(rows, n))
                   for n, heading in enumerate(header) if heading or _examples(rows, n)]  # fmt: skip
        shown |= {"columns": columns, "choices": _choices(header)}
    if run.stage not in (Stage.MATCHING, *WORKING):
        shown |= _plan_of(run)
    answer = page("imports/show.html", "imports/_progress.html" if run.stage in WORKING else None, status, **shown)
    if run.stage not in WORKING:
        answer.headers["HX-Refresh"] = "true"  # a page that only asked how far it is, is shown anew once it is over
    return answer


def _examples(rows: list[tuple[int, list[str]]], n: int) -> list[str]:
    texts = (cells[n] for _number, cells in rows if n < len(cells) and cells[n].strip())
    return [text[:60] for text, _ in zip(texts, range(2), strict=False)]


def _choices(header: list[str]) -> list[str]:
    """What a column can be, with one group more than the file has."""
    found = [place for place in map(match, header) if place]
    most = {group: max([place.n for place in found if place.group == group], default=1) + 1 for group in PARTS}
    return [place.label() for place in places(most["meaning"], most["broadcast"])]


def _plan_of(run: ImportRun) -> dict[str, Any]:
    """The rows of a plan: those with errors first, unless others are asked for."""
    counts = how_many(session(), run.id)
    wanted = request.args.get("plan", "error")
    wanted = wanted if wanted in counts else ""
    many = sum(counts.values())
    pages = Pages(page_number(), ROWS, counts[wanted] if wanted else many)
    rows = list(session.scalars(rows_of(run.id, wanted).limit(ROWS).offset(pages.offset)))
    return {"sorts": counts, "many": many, "wanted": wanted, "pages": pages, "rows": rows}


@blueprint.post("/<int:number>/plan")
@needs(Act.IMPORT)
@limit("heavy")
def plan(number: int) -> Answer:
    """Match the columns as the form says and try the import."""
    run = _in_stage(number, *UNFINISHED)
    header, _rows = unpacked(run)
    kept = run.options.get("places", [])
    typed = {n: request.form.get(f"column-{n}", column_label(kept[n])) for n in range(len(header))}
    found = {n: match(text) if text.strip() else None for n, text in typed.items()}
    wrong = {n for n, place in found.items() if typed[n].strip() and not place}
    seen = [place for place in found.values() if place]
    wrong |= {n for n, place in found.items() if place and seen.count(place) > 1}
    if wrong:
        flash(_("Some columns are not matched: choose from the list, each only once, or leave them empty."), "error")
        return _show(run, typed, 422)
    run.options = {
        "places": [place.machine if place else "" for place in found.values()],
        "create": "create" in request.form, "doubles": "doubles" in request.form,
        "publish": "publish" in request.form and may(current_user, Act.PUBLISH),
        "reason": request.form.get("reason", "").strip()[:500],
    }  # fmt: skip
    run.person_id = current_user.id
    return _start(run, Stage.PLANNING, lambda report: carry_out(number, report, dry=True))


@blueprint.post("/<int:number>/run")
@needs(Act.IMPORT)
@limit("heavy")
def run(number: int) -> Answer:
    """Do what the plan says."""
    found = _in_stage(number, Stage.PLANNED)
    if not found.planned or not found.content:
        abort(409)
    if found.options.get("publish") and not may(current_user, Act.PUBLISH):
        abort(403)
    found.person_id = current_user.id
    return _start(found, Stage.RUNNING, lambda report: carry_out(number, report, dry=False))


@blueprint.post("/<int:number>/undo")
@needs(Act.IMPORT)
@limit("heavy")
def undo_(number: int) -> Answer:
    """Take the whole import back, as one step."""
    found = _in_stage(number, Stage.DONE)
    published = select(ImportRow.id).where(ImportRow.run_id == number, ImportRow.published).limit(1)
    if session.scalar(published) and not may(current_user, Act.PUBLISH):
        abort(403)
    reason = _("Import %(n)s was undone.", n=number)
    return _start(found, Stage.UNDOING, partial(_undo, number, current_user.id, reason))


def _undo(number: int, by_id: int, reason: str, report: jobs.Reporter) -> None:
    undo(number, report, by_id, reason)


@blueprint.post("/<int:number>/discard")
@needs(Act.IMPORT)
@limit("write")
def discard(number: int) -> Answer:
    """Give an import up that has not run: the file and its plan are forgotten."""
    session.delete(_in_stage(number, *UNFINISHED))
    session.commit()
    flash(_("The file was given up; nothing was imported."))
    return redirect(url_for("imports.home"), 303)


def _in_stage(number: int, *stages: Stage) -> ImportRun:
    """The import, if it is in one of these stages; a form sent twice is answered as if it had not been."""
    found = session.get(ImportRun, number)
    if found is None:
        abort(404)
    if found.stage not in stages:
        abort(redirect(url_for("imports.show", number=number), 303))
    return found


def _start(run: ImportRun, stage: Stage, work: Callable[[jobs.Reporter], None]) -> Answer:
    number = run.id
    session.commit()  # the work writes too: it must not wait for this request
    session.remove()
    try:
        jobs.start(number, stage, work, language())
    except jobs.Busy:
        flash(_("This import is being worked on already."))
    return redirect(url_for("imports.show", number=number), 303)


@blueprint.get("/<int:number>/problems.csv")
@needs(Act.IMPORT)
@limit("heavy")
def problems(number: int) -> Response:
    """Everything that stands against a plan, as a table to work through."""
    rows = session.scalars(rows_of(_found(number).id, "error"))
    lines = ([str(row.number), column_label(column), say(sentence, values), row.title]
             for row in rows for column, sentence, values in row.problems)  # fmt: skip
    header = [_("Row"), _("Column"), _("Reason"), _("Message")]
    return _file(FORMATS[0], iter([header, *map(_safe, lines)]), f"import-{number}-problems")


def _safe(line: list[str]) -> list[str]:
    return [exports.cells.written(cell) for cell in line]


def _file(format_: Format, lines: exports.Lines, name: str) -> Response:
    answer = Response(stream_with_context(format_.write(lines)), content_type=format_.mimetype)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}.{format_.ending}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _template(format_: Format) -> Callable[[], Response]:
    def send() -> Response:
        return _file(format_, exports.template_lines(), f"carottes-import-{language()}")

    send.__doc__ = f"An empty file to fill in, as {format_.label}."
    return send


def _export(format_: Format) -> Callable[[], Response]:
    def send() -> Response:
        ids = exported(session(), request.args, current_user)
        return _file(format_, exports.lines(session(), ids), f"carottes-messages-{now():%Y-%m-%d}")

    send.__doc__ = f"Messages with identifier and revision, as {format_.label}."
    return send


for _each in FORMATS:
    for _name, _make in (("template", _template), ("export", _export)):
        blueprint.add_url_rule(f"/{_name}.{_each.ending}", f"{_name}_{_each.ending}",
                               needs(Act.IMPORT)(limit("heavy")(_make(_each))))  # fmt: skip
