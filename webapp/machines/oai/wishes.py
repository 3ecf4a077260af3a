"""What a harvester asks for, the tokens that carry it on, and how it is refused."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import re
from dataclasses import asdict, dataclass

from webapp.machines.oai.formats import FORMATS
from webapp.machines.records import SORTS


class Refusal(Exception):
    """One of the errors of the protocol, by its code."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


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


def token_of(wish: Wish) -> str:
    """The token that carries a wish on."""
    return base64.urlsafe_b64encode(json.dumps(list(asdict(wish).values())).encode()).decode().rstrip("=")


def resumed(token: str) -> Wish:
    """The wish that a token carries on; it is checked like any that is typed."""
    try:
        values = json.loads(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
        wish = Wish(*values)
        sound = all(isinstance(each, kind) for each, kind in zip(values, _KINDS, strict=True))
        if not sound or not 0 <= wish.sort < len(SORTS) or wish.cursor < 0 or not re.fullmatch(r"\w{0,7}", wish.after):
            raise ValueError
        checked(wish)
    except (binascii.Error, ValueError, TypeError, RecursionError, Refusal):
        raise Refusal("badResumptionToken", "This token was not given by this archive.") from None
    return wish


_KINDS = (str, str, str, str, int, str, int)
_DAY, _SECOND = r"\d{4}-\d{2}-\d{2}", r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z"


def checked(wish: Wish) -> Wish:
    """The wish, if it can be meant; raises a Refusal that says what is wrong with it."""
    if wish.prefix not in FORMATS:
        raise Refusal("cannotDisseminateFormat", f"The formats are {', '.join(FORMATS)}.")
    for moment in filter(None, (wish.since, wish.until)):
        moment_of(moment, end=False)
    if wish.since and wish.until:
        if len(wish.since) != len(wish.until):
            raise Refusal("badArgument", "“from” and “until” must be written to the same detail.")
        if wish.since > wish.until:
            raise Refusal("badArgument", "“from” lies after “until”.")
    if wish.set and not re.fullmatch(r"(type|language|period|standing):[\w.-]{1,20}", wish.set):
        raise Refusal("badArgument", "There is no such set: ask ListSets.")
    return wish


def moment_of(text: str, end: bool) -> dt.datetime:
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
