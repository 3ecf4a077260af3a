"""The few words that a rendered text says by itself, in the two languages of the site."""

from webapp.text.stemming import primary

STRINGS = {
    "fr": {
        "notes": "Notes",
        "note": "Note {n}",
        "back": "Retour au texte, note {n}",
        "record": "notice de la source",
        "table": "Tableau {n}",
        "missing": "référence introuvable",
    },
    "en": {
        "notes": "Notes",
        "note": "Note {n}",
        "back": "Back to the text, note {n}",
        "record": "record of the source",
        "table": "Table {n}",
        "missing": "reference not found",
    },
}

PROBLEMS = {
    "fr": {
        "message_not_found": "Aucun message ne porte la clé « {what} ».",
        "source_not_found": "Aucune source ne porte la clé « {what} ».",
        "figure_not_found": "Aucune figure ne s’appelle « {what} ».",
        "figure_not_alone": "La figure « {what} » doit être seule dans son paragraphe.",
        "note_not_found": "La note [^{what}] n’est pas écrite.",
        "note_not_called": "La note [^{what}] n’est appelée nulle part.",
        "bad_citation": "La citation {what} ne se lit pas ; écrivez [@source, p. 12; @autre-source].",
        "heading_one": "Le titre « {what} » devient un titre de section : écrivez ## plutôt que #.",
        "too_long": "Le texte dépasse {what} signes ; la suite n’est pas affichée.",
    },
    "en": {
        "message_not_found": "No message has the key “{what}”.",
        "source_not_found": "No source has the key “{what}”.",
        "figure_not_found": "No figure is called “{what}”.",
        "figure_not_alone": "The figure “{what}” must stand alone in its paragraph.",
        "note_not_found": "The note [^{what}] is not written.",
        "note_not_called": "The note [^{what}] is called nowhere.",
        "bad_citation": "The citation {what} cannot be read; write [@source, p. 12; @other-source].",
        "heading_one": "The heading “{what}” becomes a section: write ## rather than #.",
        "too_long": "The text is longer than {what} characters; the rest is not shown.",
    },
}


def say(word: str, lang: str, **values: object) -> str:
    """One of the words above, in French for a French text and in English for any other."""
    return STRINGS["fr" if primary(lang) == "fr" else "en"][word].format(**values)


def explain(code: str, what: str, lang: str) -> str:
    """A problem as a sentence that says what to do."""
    return PROBLEMS["fr" if primary(lang) == "fr" else "en"][code].format(what=what)
