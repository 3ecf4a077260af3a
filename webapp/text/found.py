"""Found words: the places of a text that answer a query, marked for the reader."""

from collections.abc import Collection, Iterable

from markupsafe import Markup, escape

from webapp.text.analysis import stems, words

Span = tuple[int, int]


def spans(
    text: str, wanted_words: Collection[str], wanted_stems: Collection[str], lang: str | None = None
) -> list[Span]:
    """The slices of the text whose word is wanted as it is, or has a wanted stem."""
    return [
        (word.start, word.end)
        for word in words(text)
        if word.text in wanted_words or not set(stems(word.text, lang)).isdisjoint(wanted_stems)
    ]


def highlight(text: str, wanted: Iterable[Span]) -> Markup:
    """The text escaped, with its wanted slices in `<mark>`; slices that overlap become one."""
    pieces, at = [], 0
    for start, end in _joined(wanted, len(text)):
        pieces += [escape(text[at:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        at = end
    return Markup("").join([*pieces, escape(text[at:])])


def _joined(wanted: Iterable[Span], length: int) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted((max(0, start), min(end, length)) for start, end in wanted):
        if start >= end:
            continue
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
