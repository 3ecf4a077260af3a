"""The requests of the protocol: its verbs, what each needs, and the answer around them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy import func, select

from webapp.database import now, session
from webapp.identifiers import resolve, tidy
from webapp.limits import limit
from webapp.machines.oai import sets
from webapp.machines.oai.formats import FORMATS, SCHEMA
from webapp.machines.oai.selection import Found, as_found, header, known, name_of, part, record, total
from webapp.machines.oai.wishes import Refusal, Wish, checked, resumed, token_of
from webapp.machines.records import BY_KIND, SORTS
from webapp.machines.xml import element, words
from webapp.navigation import absolute

blueprint = Blueprint("oai", __name__)

NAMESPACES = ('xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
              ' xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/'
              ' http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"')  # fmt: skip


@blueprint.record_once
def _no_form(state: BlueprintSetupState) -> None:
    state.app.extensions["csrf"].exempt(blueprint)  # harvesters may POST what they ask; nothing is changed by it


@blueprint.get("/oai/record.xsd")
def schema() -> Response:
    """The schema of our own format."""
    return Response(SCHEMA, mimetype="application/xml")


def _identify(_: dict[str, str]) -> str:
    stamps = [session.scalar(select(func.min(sort.model.told_at))) for sort in SORTS]
    earliest = min((stamp for stamp in stamps if stamp), default=now())
    facts = [("repositoryName", "Carottes"), ("baseURL", absolute("/oai")), ("protocolVersion", "2.0"),
             ("adminEmail", _keeper()),
             ("earliestDatestamp", earliest.strftime("%Y-%m-%dT%H:%M:%SZ")), ("deletedRecord", "persistent"),
             ("granularity", "YYYY-MM-DDThh:mm:ssZ")]  # fmt: skip
    return "".join(element(name, words(value)) for name, value in facts)


def _keeper() -> str:
    """Where harvesters may write to: the sender of the archive's mail, if the protocol takes that for an address."""
    sender = parseaddr(current_app.config["MAIL_FROM"])[1]
    host = urlsplit(absolute("/")).hostname or ""
    return sender if _MAIL.fullmatch(sender) else f"postmaster@{host if '.' in host else 'localhost.localdomain'}"


_MAIL = re.compile(r"\S+@(\S+\.)+\S+")  # as its schema has it


def _list_formats(given: dict[str, str]) -> str:
    if "identifier" in given:
        _found(given["identifier"])
    return "".join(
        element("metadataFormat", element("metadataPrefix", name), element("schema", words(form.schema())),
                element("metadataNamespace", words(form.namespace)))
        for name, form in FORMATS.items()
    )  # fmt: skip


def _list_sets(given: dict[str, str]) -> str:
    if "resumptionToken" in given:
        raise Refusal("badResumptionToken", "The list of sets is never divided.")
    return "".join(element("set", element("setSpec", words(spec)), element("setName", words(name)))
                   for spec, name in sets.every())  # fmt: skip


def _found(identifier: str) -> Found:
    start = name_of("")
    id = tidy(identifier.removeprefix(start)) if identifier.startswith(start) and "\x00" not in identifier else ""
    meant = resolve(session(), id) if id else None
    sort = BY_KIND.get(meant.kind) if meant else None
    query = known(sort).where(sort.model.id == id).options(*sort.load) if sort else None
    thing = session.scalars(query).unique().first() if query is not None else None
    if sort is None or thing is None:
        raise Refusal("idDoesNotExist", "The archive has no record of this identifier.")
    return as_found(sort, [thing])[0]


def _get(given: dict[str, str]) -> str:
    checked(Wish(given["metadataPrefix"]))
    return record(_found(given["identifier"]), given["metadataPrefix"])


def _list_records(given: dict[str, str]) -> str:
    return _listed(given, lambda found, wish: record(found, wish.prefix))


def _list_identifiers(given: dict[str, str]) -> str:
    return _listed(given, lambda found, wish: header(found))


def _listed(given: dict[str, str], write: Callable[[Found, Wish], str]) -> str:
    wish = resumed(given["resumptionToken"]) if "resumptionToken" in given else checked(
        Wish(given["metadataPrefix"], given.get("from", ""), given.get("until", ""), given.get("set", "")))  # fmt: skip
    found, following = part(wish)
    if not found:
        raise Refusal("noRecordsMatch", "Nothing in the archive is as was asked.")
    lines = [write(each, wish) for each in found]
    if following or wish.cursor:
        lines.append(element("resumptionToken", token_of(following) if following else "", cursor=str(wish.cursor),
                             completeListSize=str(total(wish))))  # fmt: skip
    return "".join(lines)


@dataclass(frozen=True)
class Verb:
    """What can be asked: which arguments it needs, which it takes, and what answers it. A list may be resumed."""

    run: Callable[[dict[str, str]], str]
    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    resumes: bool = False


_SELECTION = frozenset({"from", "until", "set"})
VERBS = {
    "Identify": Verb(_identify),
    "ListMetadataFormats": Verb(_list_formats, takes=frozenset({"identifier"})),
    "ListSets": Verb(_list_sets, resumes=True),
    "GetRecord": Verb(_get, needs=frozenset({"identifier", "metadataPrefix"})),
    "ListIdentifiers": Verb(_list_identifiers, frozenset({"metadataPrefix"}), _SELECTION, resumes=True),
    "ListRecords": Verb(_list_records, frozenset({"metadataPrefix"}), _SELECTION, resumes=True),
}


def _given(verb: Verb, arguments: dict[str, list[str]]) -> dict[str, str]:
    """The arguments of a verb; raises a Refusal for one too many, one missing, or one that stands twice."""
    given = {name: values[0] for name, values in arguments.items() if name != "verb"}
    if any(len(values) > 1 for values in arguments.values()):
        raise Refusal("badArgument", "An argument stands twice.")
    if "resumptionToken" in given and verb.resumes:
        if len(given) > 1:
            raise Refusal("badArgument", "“resumptionToken” stands alone.")
        return given
    if missing := sorted(verb.needs - given.keys()):
        raise Refusal("badArgument", f"“{missing[0]}” is missing.")
    if strange := sorted(given.keys() - verb.needs - verb.takes):
        raise Refusal("badArgument", f"“{strange[0][:60]}” is not known here.")
    if empty := sorted(name for name, value in given.items() if not value):
        raise Refusal("badArgument", f"“{empty[0]}” is empty.")
    return given


@blueprint.route("/oai", methods=["GET", "POST"])
@limit("search")
def harvest() -> Response:
    """Answer one request of the protocol; what cannot be answered is refused in its own words, with status 200."""
    arguments = dict((request.form if request.method == "POST" else request.args).lists())
    name = (arguments.get("verb") or [""])[0]
    verb = VERBS.get(name) if len(arguments.get("verb", [])) == 1 else None
    said: dict[str, str | None] = {}
    try:
        if verb is None:
            raise Refusal("badVerb", f"The verbs are {', '.join(VERBS)}.")
        given = _given(verb, arguments)
        body = element(name, verb.run(given))
        said = {"verb": name, **given}
    except Refusal as refusal:
        body = element("error", words(refusal), code=refusal.code)
        if refusal.code not in ("badVerb", "badArgument"):
            said = {key: values[0] for key, values in arguments.items()}
    return _sent(body, said)


def _sent(body: str, said: dict[str, str | None]) -> Response:
    moment = now().strftime("%Y-%m-%dT%H:%M:%SZ")
    asked = element("request", words(absolute("/oai")), **said)
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH {NAMESPACES}>'
    text = f"{head}{element('responseDate', moment)}{asked}{body}</OAI-PMH>"
    response = Response(text, content_type="text/xml; charset=utf-8")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
