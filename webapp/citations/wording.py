"""The few words that references need, in French and in English."""

from __future__ import annotations

from functools import lru_cache

from webapp.text.stemming import primary

CONTAINER = {"fr": "Carottes, archive de messages codés", "en": "Carottes, an archive of coded messages"}

WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "message": "message codé", "codeword": "mot de code", "tune": "air codé", "signal": "signal codé",
        "meaning": "sens affirmé", "night": "bulletin d’une nuit", "station": "notice de station",
        "network": "notice de réseau", "place": "notice de lieu", "collection": "collection",
        "medium": "image ou enregistrement", "list": "liste", "essay": "essai",
        "rendering": "connu seulement en traduction", "withdrawn": "retiré de l’archive",
        "is legend": "légende", "is disputed": "sens contesté",
        "documented": "documenté", "attested": "attesté", "attributed": "attribué", "disputed": "contesté",
        "legend": "légende", "unknown": "inconnu",
        "no date": "s. d.", "operation": "opération : {date}", "and": "{one} et {other}",
        "untitled": "[sans titre]", "more": "{one} et {n} autres dates",
        "about": "v. {date}", "meaning of": "Sens attribué à {phrase}", "night of": "Messages de la {night}",
        "version": "version {n}", "Version": "Version {n}", "in": "Dans {container}", "In": "In : {container}",
        "in note": "dans {container}", "online": "en ligne", "viewed": "consulté le {date}",
        "Accessed": "Consulté le {date}", "retrieved": "Consulté le {date} à l’adresse {url}",
        "available": "Disponible sur : {url}", "record": "Notice : {container}, {url}",
    },
    "en": {
        "message": "coded message", "codeword": "code word", "tune": "coded tune", "signal": "coded signal",
        "meaning": "claimed meaning", "night": "bulletin of one night", "station": "record of a station",
        "network": "record of a network", "place": "record of a place", "collection": "collection",
        "medium": "picture or recording", "list": "list", "essay": "essay",
        "rendering": "known only in translation", "withdrawn": "withdrawn from the archive",
        "is legend": "a legend", "is disputed": "meaning disputed",
        "documented": "documented", "attested": "attested", "attributed": "attributed", "disputed": "disputed",
        "legend": "a legend", "unknown": "unknown",
        "no date": "n.d.", "operation": "operation: {date}", "and": "{one} and {other}",
        "untitled": "[untitled]", "more": "{one} and {n} more dates",
        "about": "ca. {date}", "meaning of": "Meaning attributed to {phrase}", "night of": "Messages of the {night}",
        "version": "version {n}", "Version": "Version {n}", "in": "In {container}", "In": "In: {container}",
        "in note": "in {container}", "online": "online", "viewed": "viewed {date}",
        "Accessed": "Accessed {date}", "retrieved": "Retrieved {date}, from {url}",
        "available": "Available from: {url}", "record": "Record: {container}, {url}",
    },
}  # fmt: skip


@lru_cache(maxsize=128)
def tongue(lang: str) -> str:
    """French for French, English for every other language."""
    return "fr" if primary(lang) == "fr" else "en"


def say(word: str, lang: str, **values: object) -> str:
    """One of the words above; a word that is not there is said as it is (the form of a message may be new)."""
    return WORDS[tongue(lang)].get(word, word).format(**values)


def container(lang: str) -> str:
    """What the archive is called."""
    return CONTAINER[tongue(lang)]
