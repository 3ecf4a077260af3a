"""The roles in words: what each is called and what it may do."""

from __future__ import annotations

from typing import NamedTuple

from webapp.languages import N_, gettext
from webapp.permissions import ROLES, Act

ROLE_WORDS = {
    "educator": (N_("educator"), N_("Keeps collections and worksheets for a class under an account.")),
    "curator": (N_("curator"), N_("Adds and corrects messages and their sources; what they write is a draft until an editor publishes it.")),
    "editor": (N_("editor"), N_("Reviews drafts, publishes and withdraws, and answers what the public offers.")),
    "keeper": (N_("keeper"), N_("Looks after the archive itself: people, settings, health and backups.")),
}  # fmt: skip

ACT_WORDS = {
    Act.COLLECT: N_("keep collections"),
    Act.DESK: N_("work at the desk"),
    Act.DRAFT: N_("draft and change records"),
    Act.IMPORT: N_("import spreadsheets"),
    Act.REVIEW: N_("comment on drafts in review"),
    Act.PUBLISH: N_("publish, withdraw and merge"),
    Act.MODERATE: N_("answer contributions and replies"),
    Act.FEATURE: N_("choose what the home page shows"),
    Act.ACCOUNTS: N_("invite people and give roles"),
    Act.KEEP: N_("see health, settings, audit and fixity"),
}


class RoleInWords(NamedTuple):
    """A role as a page explains it, in the reader's language."""

    name: str
    label: str
    sentence: str
    may: list[str]
    besides: list[str]


def in_words(name: str) -> RoleInWords:
    """The role explained."""
    label, sentence = ROLE_WORDS[name]
    before = _before(name)
    may = [(act, gettext(words)) for act, words in ACT_WORDS.items() if act in ROLES[name]]
    besides = [words for act, words in may if act not in before]
    return RoleInWords(name, gettext(label), gettext(sentence), [words for _, words in may], besides)


def _before(name: str) -> set[Act]:
    """What the next narrower role may."""
    names = list(ROLES)
    place = names.index(name)
    return ROLES[names[place - 1]] if place else set()


def all_in_words() -> list[RoleInWords]:
    """Every role explained, from the narrowest to the widest."""
    return [in_words(name) for name in ROLES]
