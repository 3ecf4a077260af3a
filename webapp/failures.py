"""What a database refuses, and what follows from it: is saving paused, may it be done again, what is a keeper to do?"""

from __future__ import annotations

import re

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree

from webapp.engines import GONE, hosts

FULL = {"53100", "58030"}
REPEATABLE = {"40001", "40P01"}
"""Changes that could not be made one after the other, or that waited for each other: rolled back as a whole."""

PAUSED = ("SQLITE_READONLY", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_BUSY")


def paused(error: BaseException) -> bool:
    """Whether the error says that nothing can be saved at the moment, through no fault of what was to be saved."""
    if isinstance(error, NoneFree):  # every connection is in use
        return True
    if not isinstance(error, DBAPIError) or error.orig is None:
        return False
    if name := _sqlite(error):
        return name.startswith(PAUSED)
    state = _state(error)
    return only_local(error) or lost(error) or state in FULL | REPEATABLE


def lost(error: BaseException) -> bool:
    """Whether there is no connection (any more) to a database that does what was asked."""
    if not isinstance(error, DBAPIError) or _sqlite(error):
        return False
    state = _state(error)
    return error.connection_invalidated or state in GONE or state.startswith(("08", "53")) or (
        not state and type(error.orig).__name__ in ("OperationalError", "ConnectionTimeout"))  # fmt: skip


def only_local(error: BaseException) -> bool:
    """Whether something was committed on the primary alone, and may be gone if that is lost."""
    return bool(getattr(getattr(error, "orig", None), "only_local", False))


def uncertain(error: BaseException) -> bool:
    """Whether nobody knows if what was to be saved is saved: the answer to the commit never came."""
    orig = getattr(error, "orig", None)
    return bool(getattr(orig, "at_commit", False)) and _state(error) not in REPEATABLE


def repeatable(error: BaseException) -> bool:
    """Whether the same work may well succeed in a moment, and certainly left nothing behind now."""
    if not isinstance(error, DBAPIError) or uncertain(error) or _sqlite(error):
        return False
    state = _state(error)
    return state in REPEATABLE or (lost(error) and not state.startswith("53"))


# What a server or driver says, and what a keeper can do about it; the first that fits.
SAYINGS = [
    ("password authentication failed|no pg_hba.conf entry|role .* does not exist|no password supplied",
     "PostgreSQL at {at} does not let this user in: correct CAROTTES_DATABASE, or pg_hba.conf there"),
    ("database .* does not exist",
     "PostgreSQL at {at} has no database “{name}”: create it (createdb {name})"),
    ("permission denied|must be owner",
     "the database “{name}” refuses this user what the archive needs: make the user its owner"),
    ("readonly database",
     "the file {at} is read-only: let this user write in it and in its folder"),
    ("read-only|recovery is in progress",
     "{at} takes nothing in, it is a standby or read-only: name the primary in CAROTTES_DATABASE, or make it writable"),
    ("too many (clients|connections)|remaining connection slots",
     "PostgreSQL at {at} has no connection left: raise max_connections there, or run fewer CAROTTES_WORKERS"),
    ("starting up|shutting down|administrator command",
     "PostgreSQL at {at} is starting or stopping: try again in a moment"),
    ("resolve host|translate host|Name or service not known",
     "no host has the name that CAROTTES_DATABASE gives ({at}): correct it"),
    ("confirmed by the standby",
     "no standby of {at} confirms what is saved: see whether one is connected"),
    ("disk is full|No space left|could not extend file",
     "the disk of {at} is full: make room there"),
    ("not a database|malformed",
     "{at} is no database of an archive, or is damaged: restore a backup elsewhere"),
    ("unable to open",
     "the file {at} cannot be opened: is its folder there, and may this user write in it?"),
    ("database is locked",
     "another program holds {at} for itself: end it, then try again"),
    ("QueuePool",
     "every connection to {at} is in use: run more CAROTTES_WORKERS, with fewer CAROTTES_THREADS"),
]  # fmt: skip


def _sqlite(error: BaseException) -> str:
    """SQLite's name of the error."""
    return str(getattr(getattr(error, "orig", None), "sqlite_errorname", ""))


def _state(error: BaseException) -> str:
    """PostgreSQL's number of the error; empty where the connection itself failed."""
    return str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")


def explains(error: BaseException) -> bool:
    """Whether the error lies with the database and its keeper, and not with the archive's code."""
    return lost(error) or _saying(error) is not None


STANDBY = "session is read-only"
"""What the driver says of a host that was asked to be the primary and is not."""


def _saying(error: BaseException, but: str = "") -> str | None:
    said = str(getattr(error, "orig", None) or error)
    said = said.replace(but, "") if but else said
    return next((words for pattern, words in SAYINGS if re.search(pattern, said, re.IGNORECASE)), None)


def sentence(error: BaseException, url: URL | None = None) -> str:
    """What is wrong with the database and what to do about it, for a keeper; without the password.

    Without the address, the sentence names no host and no file, so that anybody may read it.
    """
    places = hosts(url) if url else []
    at = ", ".join(places) or (str(url.database or "the local socket") if url else "CAROTTES_DATABASE")
    among = lost(error) and STANDBY in str(error) and (url is None or len(places) > 1)
    # What the primary says about itself comes before that the other one is a standby.
    words = _saying(error, STANDBY if among else "")
    if among and words is None:
        return f"no primary answers at {at}, only a standby: see which of them is to be promoted"
    if words:
        return words.format(at=at, name=(url and url.database) or "carottes")
    if lost(error):
        return f"no database answers at {at}: is the server running, and is the address right?"
    said = str(getattr(error, "orig", None) or error).strip()
    return f"the database refused: {said.partition(chr(10))[0]}"
