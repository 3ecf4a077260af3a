"""What the preview picture of a message, a night, an essay or a collection says: never a meaning, a doubt always."""

from __future__ import annotations

from webapp.citations.setting import tidy
from webapp.collections.models import Collection
from webapp.dates import Day, night_words
from webapp.essays.models import Essay
from webapp.filters import language_name, quotation_marks
from webapp.languages import gettext as _
from webapp.languages import language, ngettext, told
from webapp.messages.models import Message
from webapp.messages.views import term
from webapp.teaching.previews import Picture
from webapp.teaching.typeset import can_show
from webapp.text import typography


def of_message(message: Message, address: str, outsider: bool) -> Picture:
    """The slip of a message. A phrase that the fonts cannot show is given in translation, or named by its language."""
    phrase, lang, italic = _phrase(message)
    standing = "" if outsider else message.standing
    return Picture(
        meta=_meta(message, italic),
        phrase=typography.typeset(phrase, lang or language()),
        marks=typography.quotation_marks("fr")
        if lang.startswith("fr")
        else quotation_marks(lang)
        if lang
        else ("", ""),
        italic=italic,
        standing=standing,
        word=_capital(told(term(f"standing/{standing}").label).text) if standing else "",
        cue=_cue(standing),
        site=_("an archive of coded messages"),
        address=_bare(address),
    )


def _phrase(message: Message) -> tuple[str, str, bool]:
    """The words to draw, their language (none for our own words), and whether they are a translation."""
    if can_show(message.text):
        return message.text, message.lang, False
    translation = told({code: text for code, text in message.translation.items() if code != message.lang})
    if translation and can_show(translation.text):
        return translation.text, translation.lang or language(), True
    return _("A coded message: %(language)s", language=language_name(message.lang)), "", True


def _meta(message: Message, translated: bool) -> tuple[str, ...]:
    dates = [each.edtf.words(language()) for each in message.broadcasts[:1] if each.edtf and each.dated == "broadcast"]
    tongue = language_name(message.lang) if message.lang != "fr" else ""
    said = _("%(language)s, in translation", language=tongue) if translated else tongue
    return (told(message.station.name).text if message.station else "", *dates, said)


def _cue(standing: str) -> str:
    if not standing:
        return ""
    if standing == "legend":
        return _("What is told about it")
    return _("Nobody knows what it meant") if standing == "unknown" else _("What the addressee understood")


def of_night(day: Day, count: int, address: str) -> Picture:
    """The bulletin of a night: its date and how many messages."""
    return Picture(
        meta=(_("Bulletin"),),
        phrase=_capital(night_words(day, language())),
        cue=ngettext("%(num)s message read that night", "%(num)s messages read that night", count),
        site=_("an archive of coded messages"),
        address=_bare(address),
    )


def of_essay(essay: Essay, address: str) -> Picture:
    """The title of an essay and who signs it."""
    title, author = told(essay.title), told(essay.author)
    return Picture(
        meta=(_("Essay"), author.text),
        phrase=typography.typeset(title.text, title.lang or language()),
        site=_("an archive of coded messages"),
        address=_bare(address),
    )


def of_collection(collection: Collection, count: int, address: str) -> Picture:
    """The title of a collection, who made it, for whom, and how much is in it."""
    title, level = told(collection.title), told(collection.level)
    return Picture(
        meta=(_("Collection"), tidy(collection.author), level.text),
        phrase=typography.typeset(title.text, title.lang or language()),
        cue=ngettext("%(num)s item", "%(num)s items", count),
        site=_("an archive of coded messages"),
        address=_bare(address),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _bare(address: str) -> str:
    return address.partition("://")[2]
