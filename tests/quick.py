"""What hundreds of applications would each work out anew, kept for all the tests of a worker process.

Every test has an application of its own. Making one compiles 380 rules of addresses, and its first pages compile
their templates: four fifths of the time of a small test. The results depend on nothing but the rule and the template,
so they are kept; the applications, their databases and their pages stay separate.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule


class Compiled(BytecodeCache):
    """Templates' bytecode by the checksum of their source, in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        known = self.kept.get(f"{bucket.key}:{bucket.checksum}")
        if known is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[f"{bucket.key}:{bucket.checksum}"] = bucket.bytecode_to_string()


def keep_builders() -> None:
    """Compile each rule's builder of addresses once: it takes the rule as its first argument, only the shape counts."""
    plain = Rule._compile_builder
    known: dict[Any, Callable[..., tuple[str, str]]] = {}

    def builder(self: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        shape = (self.rule, tuple(self._trace), repr(self.defaults), append_unknown)
        if shape not in known:
            known[shape] = plain(self, append_unknown)
        return known[shape]

    Rule._compile_builder = builder  # type: ignore[method-assign]


def keep_templates() -> None:
    """Give every application's templates the same memory of bytecode."""
    plain, compiled = Flask.create_jinja_environment, Compiled()

    def create(self: Flask) -> Any:
        environment = plain(self)
        environment.bytecode_cache = compiled
        return environment

    Flask.create_jinja_environment = create  # type: ignore[method-assign]


@cache
def keep() -> None:
    """Keep both, once a process."""
    keep_builders()
    keep_templates()
