"""Refusals of the API: problem details (RFC 9457), with members that say what exactly was wrong."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from werkzeug.exceptions import HTTPException


class Problem(HTTPException):
    """A refusal with a status, a sentence, and further members for programs."""

    def __init__(self, code: int, sentence: str, **members: Any) -> None:
        super().__init__()
        self.code, self.sentence, self.members = code, sentence, members


def errors_of(error: ValidationError) -> list[dict[str, str]]:
    """What is wrong, place by place, as a JSON pointer and a sentence."""
    return [
        {"pointer": "/" + "/".join(str(step) for step in each["loc"]), "detail": each["msg"]}
        for each in error.errors(include_url=False, include_context=False, include_input=False)
    ][:50]
