"""The OpenAPI 3.1 document, made from the list of operations and their models."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from webapp.limits import LIMITS
from webapp.machines.api import shapes
from webapp.machines.api.operations import OPERATIONS, Operation

Schema = dict[str, Any]
REF = "#/components/schemas/{model}"
EVERYWHERE = (400, 406, 429)
PARAMETERS: dict[str, Schema] = {
    "id": {"type": "string", "minLength": 1, "maxLength": 40, "pattern": r"^[A-Za-z0-9-]+$",
           "description": "The identifier; case and dashes do not matter."},
    "number": {"type": "integer", "minimum": 0, "maximum": 100000},
    "day": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "description": "The evening, as 1944-06-05."},
    "scheme": {"type": "string", "pattern": "^[a-z-]+$"},
}  # fmt: skip
ABOUT = (
    "Whatever a person can read in the archive, a program can. Reading needs no key. A meaning is a claim, never a"
    " fact: show it with its standing; “legend” and “disputed” say that it is no more than told. With"
    " reading=outsider nothing is told that gives a meaning away. Lists go on by “next”. Every answer has an ETag:"
    " send it in If-None-Match, and what has not changed is not sent again (304). Refusals are problem details"
    " (RFC 9457) in French or English. Limits, for each address: {reading} for reading, {search} for searches,"
    " {writing} for writing; the headers X-RateLimit-* say what is left, Retry-After when to go on."
)


def document(root: str) -> Schema:
    """The whole description."""
    models = sorted({model for operation in OPERATIONS for model in _models(operation)}, key=lambda each: each.__name__)
    _, defined = models_json_schema([(model, "validation") for model in models], ref_template=REF)
    limits = {name: LIMITS[key].replace("/", " per ") for name, key in
              (("reading", "read"), ("search", "search"), ("writing", "write"))}  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": {"title": "Carottes, an archive of coded messages", "version": "1.0.0",
                 "description": ABOUT.format(**limits), "license": {"name": "CC0-1.0", "identifier": "CC0-1.0"}},
        "servers": [{"url": root}],
        "tags": [{"name": "reading"}, {"name": "writing", "description": "With a personal token, for curators."}],
        "paths": _paths(),
        "components": {
            "schemas": _plain(defined["$defs"]),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }  # fmt: skip


def _models(operation: Operation) -> Iterator[type[BaseModel]]:
    yield operation.answer
    yield shapes.ProblemDetails
    if operation.body:
        yield operation.body


def _plain(schemas: Schema) -> Schema:
    """A default of null that only means “not sent” is no default of a field that is never null."""

    def clean(value: Any) -> Any:
        if isinstance(value, list):
            return [clean(each) for each in value]
        if not isinstance(value, dict):
            return value
        return {name: clean(each) for name, each in value.items() if not (name == "default" and each is None)}

    return clean(schemas)


def _paths() -> Schema:
    paths: dict[str, Schema] = {}
    for operation in OPERATIONS:
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _operation(operation)
    return paths


def _operation(operation: Operation) -> Schema:
    told: Schema = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [*_in_path(operation), *_in_question(operation), *_in_headers(operation)],
        "responses": _responses(operation),
    }
    if operation.body:
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(operation.body)}}}
    if operation.guarded:
        told["security"] = [{"token": []}]
    return told


def _ref(model: type[BaseModel]) -> Schema:
    return {"$ref": REF.format(model=model.__name__)}


def _in_path(operation: Operation) -> Iterator[Schema]:
    for name in re.findall(r"<(?:\w+:)?(\w+)>", operation.path):
        yield {"name": name, "in": "path", "required": True, "schema": PARAMETERS[name]}


def _in_question(operation: Operation) -> Iterator[Schema]:
    described = operation.question.model_json_schema(by_alias=True)
    for name, schema in described.get("properties", {}).items():
        told = {key: value for key, value in _not_null(schema).items() if key not in ("title", "description")}
        parameter: Schema = {"name": name, "in": "query", "required": False, "schema": told}
        if schema.get("description"):
            parameter["description"] = schema["description"]
        yield parameter


def _not_null(schema: Schema) -> Schema:
    """What is not asked is left out, never null."""
    choices = [each for each in schema.get("anyOf", []) if each.get("type") != "null"]
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    return {**rest, **choices[0]} if choices else schema


def _in_headers(operation: Operation) -> Iterator[Schema]:
    if operation.matched:
        yield {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string", "minLength": 1,
               "pattern": r'^"r[0-9]+"$'}, "description": "The ETag of the draft that was seen."}  # fmt: skip


def _responses(operation: Operation) -> Schema:
    answered: Schema = {"description": HTTPStatus(operation.status).phrase, "headers": {"ETag": _header("string")},
                        "content": {"application/json": {"schema": _ref(operation.answer)}}}  # fmt: skip
    if operation.status == 201:
        answered["headers"]["Location"] = _header("string")
    told: Schema = {str(operation.status): answered}
    if not operation.guarded:
        told["304"] = {"description": "Not changed since the ETag that was sent."}
    for status in sorted({*EVERYWHERE, *operation.refusals, *((401, 403) if operation.guarded else ())}):
        content = {"application/problem+json": {"schema": _ref(shapes.ProblemDetails)}}
        told[str(status)] = {"description": HTTPStatus(status).phrase, "content": content}
    return told


def _header(kind: str) -> Schema:
    return {"required": True, "schema": {"type": kind}}
