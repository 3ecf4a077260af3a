"""Harvesting (OAI-PMH 2.0): the whole archive, or what has changed; withdrawn records stay known as deleted.

Resumption tokens are stateless: all that is needed to go on stands in them, so that they hold for ever and on any node.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request, url_for
from flask.blueprints import BlueprintSetupState
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true

from webapp.broadcasts.models import Broadcast
from webapp.database import now, session
from webapp.dates import Day
from webapp.identifiers import resolve, tidy
from webapp.limits import limit
from webapp.machines import dublin
from webapp.machines.records import BY_KIND, SORTS, Data, Sort
from webapp.machines.xml import element, words
from webapp.messages.models import Meaning, Message
from webapp.messages.views import vocabulary
from webapp.navigation import absolute
from webapp.revisions import Status
from webapp.sources.models import Source
from webapp.vocabularies import Standing

blueprint = Blueprint("oai", __name__)

AT_ONCE = 100
OWN = "urn:uuid:6f0c6d0e-1944-4605-8a00-636172643031"
"""The namespace of our own format: a name that no move of the archive changes."""

NAMESPACES = ('xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
              ' xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/'
              ' http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"')  # fmt: skip


@blueprint.record_once
def _no_form(state: BlueprintSetupState) -> None:
    state.app.extensions["csrf"].exempt(blueprint)  # harvesters may POST what they ask; nothing is changed by it


class Refusal(Exception):
    """One of the errors of the protocol, by its code."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


# -- what is asked -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wish:
    """A selection of records, and where in it to go on: after which identifier of which sort, how many came before."""

    prefix: str
    since: str = ""
    until: str = ""
    set: str = ""
    sort: int = 0
    after: str = ""
    cursor: int = 0


def _token(wish: Wish) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(asdict(wish).values())).encode()).decode().rstrip("=")


def _resumed(token: str) -> Wish:
    """The wish that a token carries on; it is checked like any that is typed."""
    try:
        values = json.loads(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
        wish = Wish(*values)
        sound = all(isinstance(each, kind) for each, kind in zip(values, _KINDS, strict=True))
        if not sound or not 0 <= wish.sort < len(SORTS) or wish.cursor < 0 or not re.fullmatch(r"\w{0,7}", wish.after):
            raise ValueError
        _checked(wish)
    except (binascii.Error, ValueError, TypeError, RecursionError, Refusal):
        raise Refusal("badResumptionToken", "This token was not given by this archive.") from None
    return wish


_KINDS = (str, str, str, str, int, str, int)
_DAY, _SECOND = r"\d{4}-\d{2}-\d{2}", r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z"


def _checked(wish: Wish) -> Wish:
    if wish.prefix not in FORMATS:
        raise Refusal("cannotDisseminateFormat", f"The formats are {', '.join(FORMATS)}.")
    for moment in filter(None, (wish.since, wish.until)):
        _moment(moment, end=False)
    if wish.since and wish.until:
        if len(wish.since) != len(wish.until):
            raise Refusal("badArgument", "“from” and “until” must be written to the same detail.")
        if wish.since > wish.until:
            raise Refusal("badArgument", "“from” lies after “until”.")
    if wish.set and not re.fullmatch(r"(type|language|period|standing):[\w.-]{1,20}", wish.set):
        raise Refusal("badArgument", "There is no such set: ask ListSets.")
    return wish


def _moment(text: str, end: bool) -> dt.datetime:
    """A moment as the protocol writes it; the end of a day is its last second."""
    try:
        if re.fullmatch(_SECOND, text):
            return dt.datetime.fromisoformat(text)
        if re.fullmatch(_DAY, text):
            moment = dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)
            return moment + dt.timedelta(days=1, seconds=-1) if end else moment
    except (ValueError, OverflowError):
        pass
    raise Refusal("badArgument", f"“{text}” is no date: write 2026-11-25 or 2026-11-25T12:00:00Z.")


# -- sets --------------------------------------------------------------------------------------------------------------


def _of_language(sort: Sort, value: str) -> ColumnElement[bool] | None:
    columns: dict[str, Any] = {"message": Message.lang, "source": Source.lang}
    return columns[sort.kind] == value if sort.kind in columns else None


def _of_period(sort: Sort, value: str) -> ColumnElement[bool] | None:
    """Messages with a broadcast that certainly fell into that year."""
    if sort.kind != "message" or not re.fullmatch(r"\d{4}", value) or value == "0000":
        return None
    first, last = Day(int(value), 1, 1).ordinal, Day(int(value), 12, 31).ordinal
    return exists().where(Broadcast.message_id == Message.id, Broadcast.earliest >= first, Broadcast.latest <= last)


def _of_standing(sort: Sort, value: str) -> ColumnElement[bool] | None:
    """Messages by the standing of their leading claim."""
    if sort.kind != "message":
        return None
    leading = select(Meaning.standing).where(Meaning.message_id == Message.id, Meaning.position == 0).scalar_subquery()
    return func.coalesce(leading, Standing.UNKNOWN) == value


SETS: dict[str, Callable[[Sort, str], ColumnElement[bool] | None]] = {
    "type": lambda sort, value: true() if sort.kind == value else None,
    "language": _of_language, "period": _of_period, "standing": _of_standing,
}  # fmt: skip


def _sets() -> Iterator[tuple[str, str]]:
    own = session()
    for sort in SORTS:
        yield f"type:{sort.kind}", sort.name
    langs = select(Message.lang).distinct().where(Message.status == Status.PUBLISHED).order_by(Message.lang)
    for lang in own.scalars(langs):
        if re.fullmatch(r"[\w.-]{1,20}", lang):
            yield f"language:{lang}", f"in the language {lang}"
    bounds = own.execute(
        select(func.min(Broadcast.earliest), func.max(Broadcast.latest)).join(Broadcast.message)
        .where(Message.status == Status.PUBLISHED, Broadcast.earliest > 0)
    ).one()  # fmt: skip
    if bounds[0] and bounds[1]:
        for year in range(Day.from_ordinal(bounds[0]).year, Day.from_ordinal(bounds[1]).year + 1):
            condition = _of_period(BY_KIND["message"], f"{year:04d}")
            if condition is not None and own.scalar(
                select(exists().where(Message.status == Status.PUBLISHED, condition))
            ):
                yield f"period:{year:04d}", f"broadcast in {year}"
    for standing in Standing:
        yield f"standing:{standing}", f"messages whose leading claim is {standing}"


# -- records -----------------------------------------------------------------------------------------------------------


def _known(sort: Sort) -> Select[Any]:
    """What is or was public of a sort: visible, or withdrawn after it had been published."""
    model = sort.model
    seen = sort.visible().order_by(None).with_only_columns(model.id)
    gone = and_(model.status == Status.WITHDRAWN, model.version > 0)
    return select(model).where(or_(model.id.in_(seen), gone))


def _wanted(sort: Sort, wish: Wish) -> Select[Any] | None:
    """The records of a sort that a wish asks for; None where the set has none of them."""
    query = _known(sort)
    if wish.since:
        query = query.where(sort.model.updated_at >= _moment(wish.since, end=False))
    if wish.until:
        query = query.where(sort.model.updated_at <= _moment(wish.until, end=True))
    if wish.set:
        name, _, value = wish.set.partition(":")
        condition = SETS[name](sort, value)
        if condition is None:
            return None
        query = query.where(condition)
    return query


def _part(wish: Wish) -> tuple[list[tuple[Sort, Any]], Wish | None]:
    """The next hundred records of a wish, and the wish that goes on after them; None at the end."""
    found: list[tuple[Sort, Any]] = []
    after = wish.after
    for number in range(wish.sort, len(SORTS)):
        sort, room = SORTS[number], AT_ONCE - len(found)
        query = _wanted(sort, wish)
        if query is not None:
            query = query.where(sort.model.id > after).order_by(sort.model.id).options(*sort.load).limit(room + 1)
            rows = session.scalars(query).unique().all()
            found += [(sort, row) for row in rows[:room]]
            if len(rows) > room:
                last = rows[room - 1].id if room else after
                return found, replace(wish, sort=number, after=last, cursor=wish.cursor + len(found))
        after = ""
    return found, None


def _total(wish: Wish) -> int:
    queries = (query for sort in SORTS if (query := _wanted(sort, wish)) is not None)
    return sum(session.scalar(select(func.count()).select_from(query.subquery())) or 0 for query in queries)


def _name(id: str) -> str:
    return f"oai:{urlsplit(absolute('/')).hostname}:{id}"


def _header(sort: Sort, thing: Any) -> str:
    gone = thing.status == Status.WITHDRAWN
    stamp = thing.updated_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return element("header", element("identifier", words(_name(thing.id))), element("datestamp", stamp),
                   *(element("setSpec", words(spec)) for spec in _specs(sort, thing)),
                   status="deleted" if gone else None)  # fmt: skip


def _specs(sort: Sort, thing: Any) -> Iterator[str]:
    yield f"type:{sort.kind}"
    if sort.kind in ("message", "source") and re.fullmatch(r"[\w.-]{1,20}", thing.lang or ""):
        yield f"language:{thing.lang}"
    if sort.kind == "message":
        years = {str(year) for each in thing.broadcasts if (year := _year(each))}
        yield from (f"period:{year:0>4}" for year in sorted(years))
        yield f"standing:{thing.standing}"


def _year(broadcast: Broadcast) -> int | None:
    if broadcast.earliest is None or broadcast.latest is None or broadcast.earliest < 1:
        return None
    first, last = Day.from_ordinal(broadcast.earliest).year, Day.from_ordinal(broadcast.latest).year
    return first if first == last else None


def _record(sort: Sort, thing: Any, prefix: str) -> str:
    if thing.status == Status.WITHDRAWN:
        return element("record", _header(sort, thing))
    data = sort.record(session(), thing)
    return element("record", _header(sort, thing), element("metadata", FORMATS[prefix].write(thing, data)))


@dataclass(frozen=True)
class Form:
    """A format of metadata: where its schema is, its namespace, and what writes it."""

    schema: Callable[[], str]
    namespace: str
    write: Callable[[Any, Data], str]


def _dublin(thing: Any, data: Data) -> str:
    return dublin.as_xml(dublin.statements(thing, data, vocabulary()))


def _own(_thing: Any, data: Data) -> str:
    """Everything that the API tells of a record, field by field."""
    return element("record", *(_field(name, value) for name, value in data.items()), xmlns=OWN)


def _field(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return element("field", *(_field(key, each) for key, each in value.items()), name=name)
    if isinstance(value, list):
        return element("field", *(_field("item", each) for each in value), name=name)
    if value is None or value == "":
        return element("field", name=name)
    return element("field", words(str(value).lower() if isinstance(value, bool) else value), name=name)


FORMATS = {
    "oai_dc": Form(lambda: "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
                   "http://www.openarchives.org/OAI/2.0/oai_dc/", _dublin),
    "carottes": Form(lambda: absolute(url_for("oai.schema", lang=None)), OWN, _own),
}  # fmt: skip

SCHEMA = f"""<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{OWN}" xmlns="{OWN}" elementFormDefault="qualified">
  <xs:element name="record"><xs:complexType><xs:sequence><xs:element ref="field" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="field"><xs:complexType mixed="true"><xs:sequence><xs:element ref="field" minOccurs="0" maxOccurs="unbounded"/></xs:sequence><xs:attribute name="name" type="xs:string" use="required"/></xs:complexType></xs:element>
</xs:schema>
"""  # noqa: E501


@blueprint.get("/oai/record.xsd")
def schema() -> Response:
    """The schema of our own format."""
    return Response(SCHEMA, mimetype="application/xml")


# -- verbs -------------------------------------------------------------------------------------------------------------


def _identify(_: dict[str, str]) -> str:
    stamps = [session.scalar(select(func.min(sort.model.updated_at)).where(
        sort.model.id.in_(_known(sort).with_only_columns(sort.model.id)))) for sort in SORTS]  # fmt: skip
    earliest = min((stamp for stamp in stamps if stamp), default=now())
    facts = [("repositoryName", "Carottes"), ("baseURL", absolute("/oai")), ("protocolVersion", "2.0"),
             ("adminEmail", current_app.config["MAIL_FROM"]),
             ("earliestDatestamp", earliest.strftime("%Y-%m-%dT%H:%M:%SZ")), ("deletedRecord", "persistent"),
             ("granularity", "YYYY-MM-DDThh:mm:ssZ")]  # fmt: skip
    return "".join(element(name, words(value)) for name, value in facts)


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
                   for spec, name in _sets())  # fmt: skip


def _found(identifier: str) -> tuple[Sort, Any]:
    start = _name("")
    id = tidy(identifier.removeprefix(start)) if identifier.startswith(start) and "\x00" not in identifier else ""
    known = resolve(session(), id) if id else None
    sort = BY_KIND.get(known.kind) if known else None
    query = _known(sort).where(sort.model.id == id).options(*sort.load) if sort else None
    thing = session.scalars(query).unique().first() if query is not None else None
    if sort is None or thing is None:
        raise Refusal("idDoesNotExist", "The archive has no record of this identifier.")
    return sort, thing


def _get(given: dict[str, str]) -> str:
    _checked(Wish(given["metadataPrefix"]))
    sort, thing = _found(given["identifier"])
    return _record(sort, thing, given["metadataPrefix"])


def _list_records(given: dict[str, str]) -> str:
    return _listed(given, lambda sort, thing, wish: _record(sort, thing, wish.prefix))


def _list_identifiers(given: dict[str, str]) -> str:
    return _listed(given, lambda sort, thing, wish: _header(sort, thing))


def _listed(given: dict[str, str], write: Callable[[Sort, Any, Wish], str]) -> str:
    wish = _resumed(given["resumptionToken"]) if "resumptionToken" in given else _checked(
        Wish(given["metadataPrefix"], given.get("from", ""), given.get("until", ""), given.get("set", "")))  # fmt: skip
    found, following = _part(wish)
    if not found:
        raise Refusal("noRecordsMatch", "Nothing in the archive is as was asked.")
    lines = [write(sort, thing, wish) for sort, thing in found]
    if following or wish.cursor:
        lines.append(element("resumptionToken", _token(following) if following else "", cursor=str(wish.cursor),
                             completeListSize=str(_total(wish))))  # fmt: skip
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
