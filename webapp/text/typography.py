"""Typography: the spaces, quotation marks and apostrophes that French and English printers use.

French sets a narrow no-break space (U+202F) inside « » and before ; ! ? and a no-break space (U+00A0) before
a colon (Imprimerie nationale, Lexique des règles typographiques). English has “ ” and no such spaces. Both
functions may be applied twice, and leave addresses, times and `code` as they are.
"""

import re
from collections.abc import Callable

from markupsafe import Markup, escape

from webapp.text.stemming import primary

NARROW = "\u202f"
WIDE = "\u00a0"

_SPACES = " \u00a0\u2009\u202f"
_PROTECTED = re.compile(r"((?:https?://|www\.)\S+|[^\s@]{1,64}@[^\s@]{1,64}|`[^`\n]*`)")
_CLOSING = r"\w)\]»”’…%°"

_FRENCH = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"(?<=[^\W\d_])'", "’"),
        (r"\.{3,}", "…"),
        (rf"«[{_SPACES}]*", f"«{NARROW}"),
        (rf"(?:(?<![{_SPACES}])[{_SPACES}]+)?»", f"{NARROW}»"),
        (rf"(?:^|(?<=[^\s(\[]))[{_SPACES}]+([;!?])", rf"{NARROW}\1"),
        (rf"(?:^|(?<=[^\s(\[]))[{_SPACES}]+:", f"{WIDE}:"),
        (rf"(?<=[{_CLOSING}])([;!?]+)(?=[\s)»\]”\",.…]|$)", rf"{NARROW}\1"),
        (rf"(?<=[{_CLOSING}]):(?=\s|$)", f"{WIDE}:"),
        (rf"(?<=\d)[{_SPACES}](?=[%€]|h\b)", NARROW),
        (rf"(?<=\d{NARROW}h)[{_SPACES}](?=\d\d\b)", NARROW),
    )
)

_ENGLISH = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"(?<=[^\W\d_])'", "’"),
        (r"\.{3,}", "…"),
        (r'(?:^|(?<=[\s(\[—–/-]))"(?=\S)', "“"),
        (r'"', "”"),
    )
)

_ORDINAL = re.compile(r"\b(1)(ers?|res?)\b|\b(\d{1,3})(es?)\b|\b([IVX]{2,6}|[VIX](?=es? (?:siècle|République)))(es?)\b")


def french(text: str, before: str = "") -> str:
    """The text as a French printer would set it. `before` is the character before it in its line."""
    return _typeset(text, before, _FRENCH)


def english(text: str, before: str = "") -> str:
    """The text with English quotation marks and apostrophes."""
    return _typeset(text, before, _ENGLISH)


LANGUAGES: dict[str, Callable[[str, str], str]] = {"fr": french, "en": english}
"""A language that is not here keeps its text as it was typed."""


def typeset(text: str, lang: str, before: str = "") -> str:
    """The text by the rules of its language."""
    rule = LANGUAGES.get(primary(lang))
    return rule(text, before) if rule else text


def html(text: str, lang: str, before: str = "") -> Markup:
    """The text typeset and escaped; in French "1er" and "XVIIe" have their raised letters."""
    safe = escape(typeset(text, lang, before))
    return Markup(_ORDINAL.sub(_raised, str(safe))) if primary(lang) == "fr" else safe


def quoted(text: str, lang: str) -> str:
    """The text between the quotation marks of a language: « x » or “x”."""
    opening, closing = quotation_marks(lang)
    return f"{opening}{text}{closing}"


_PAIRS = {"«": "»", "“": "”", "„": "“", '"': '"', "‹": "›", "»": "«"}


def unquoted(text: str) -> str:
    """The text without the pair of quotation marks that stands around the whole of it; those inside stay."""
    inner = text[1:-1]
    close = _PAIRS.get(text[:1])
    if len(text) < 3 or close is None or text[-1] != close or text[0] in inner or close in inner:
        return text
    return inner.strip()


def quotation_marks(lang: str) -> tuple[str, str]:
    """What opens and closes a quotation, French spaces included."""
    return (f"«{NARROW}", f"{NARROW}»") if primary(lang) == "fr" else ("“", "”")


def _typeset(text: str, before: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    context = "a" if before and not before.isspace() and before not in "([«“‘—–" else ""
    parts = _PROTECTED.split(context + text)
    parts[::2] = [_rewritten(part, rules) for part in parts[::2]]
    return "".join(parts)[len(context) :]


def _rewritten(text: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, by in rules:
        text = pattern.sub(by, text)
    return text


def _raised(found: re.Match[str]) -> str:
    number, letters = [group for group in found.groups() if group]
    shown = number if number.isdigit() else f'<span class="rn">{number.lower()}</span>'
    return f"{shown}<sup>{letters}</sup>"
