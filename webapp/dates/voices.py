"""How French and English say the pieces of a date. For two languages, two voices with the same methods."""

from dataclasses import dataclass, replace

from webapp.dates.names import NBSP, NNBSP, SEASONS, language, month_names


@dataclass(frozen=True)
class Phrase:
    """A date in words: its parts from small to large ("5", "juin", "1944"), and what stands around them."""

    parts: tuple[str, ...]
    article: str = ""
    lead: str = ""
    tail: str = ""

    @property
    def bare(self) -> str:
        """Without its article, as it stands alone or in a list."""
        return self.lead + " ".join(self.parts) + self.tail

    @property
    def full(self) -> str:
        """With its article, as it stands after a preposition."""
        return self.lead + self.article + " ".join(self.parts) + self.tail

    def without_tail_of(self, following: "Phrase") -> "Phrase":
        """Shortened where the next phrase repeats it: "le 5" before "8 juin 1944"."""
        keep = len(self.parts)
        if keep != len(following.parts) or self.parts == following.parts:
            return self
        while self.parts[keep - 1] == following.parts[keep - 1]:
            keep -= 1
        return replace(self, parts=self.parts[:keep])


def roman(number: int) -> str:
    """XX for 20, as French counts centuries; digits from 40 on, since the 50th would be "le siècle"."""
    if number >= 40:
        return str(number)
    found = ""
    for value, letters in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        found, number = found + letters * (number // value), number % value
    return found


def _listed(items: list[str], last: str) -> str:
    return f"{', '.join(items[:-1])} {last} {items[-1]}" if len(items) > 1 else items[0]


class French:
    """Dates in French: 1er, articles and their contractions, U+202F before the question mark."""

    query = f"{NNBSP}?"
    ordinals = ("1er", "2e", "3e", "4e")
    unknown_names = ("année inconnue", "mois inconnu", "jour inconnu")
    components = ("année", "mois", "jour")
    doubts = {"?": "incertain", "~": "approximatif", "%": "incertain et approximatif"}
    hemispheres = (" (hémisphère nord)", " (hémisphère sud)")

    def day(self, number: int) -> str:
        return "1er" if number == 1 else str(number)

    def month(self, number: int) -> str:
        return month_names("fr")[number - 1]

    def year(self, number: int) -> str:
        if number < 1000:
            era = "av." if number < 1 else "apr."
            return f"{self._counted(1 - number if number < 1 else number)}{NBSP}{era}{NBSP}J.-C."
        return self._counted(number)

    def _counted(self, number: int) -> str:
        return str(number) if number < 10_000 else f"{number:,}".replace(",", NNBSP)

    def date(self, parts: tuple[str, ...]) -> Phrase:
        return Phrase(parts, article="le " if len(parts) == 3 else "")

    def decade(self, first: int) -> Phrase:
        name = f"années {first}-{first + 9}" if first % 100 == 0 else f"années {first}"
        return Phrase((name,), article="les ")

    def century(self, number: int) -> Phrase:
        ordinal = f"{roman(number)}{'er' if number == 1 else 'e'}"
        first = (number - 1) * 100
        return Phrase((f"{ordinal} siècle ({first}-{first + 99})",), article="le ")

    def season(self, index: int, year: str, next_year: str | None) -> Phrase:
        name = SEASONS["fr"][index]
        article = "le " if name == "printemps" else "l’"
        return Phrase((name, f"{year}-{next_year}" if next_year else year), article)

    def share(self, index: int, count: int, year: str) -> Phrase:
        noun = {4: "trimestre", 3: "quadrimestre", 2: "semestre"}[count]
        return Phrase((f"{self.ordinals[index]} {noun}", year), article="le ")

    def clock(self, hour: str, minute: str, second: str) -> str:
        seconds = "" if second == "00" else f"{NBSP}min{NBSP}{second}{NBSP}s"
        return f" à {int(hour)}{NBSP}h{NBSP}{minute}{seconds}"

    def estimated(self, value: str, first: str, last: str) -> str:
        return f"{value} (estimation, entre {first} et {last})"

    def about(self, phrase: Phrase) -> str:
        return f"vers {phrase.full}"

    def local_about(self, phrase: Phrase) -> Phrase:
        return replace(phrase, tail=f"{phrase.tail} environ")

    def doubted(self, mark: str, components: list[str]) -> str:
        return f" ({self.doubts[mark]}{NBSP}: {_listed(components, 'et')})"

    def before(self, phrase: Phrase) -> str:
        return f"avant {phrase.full}"

    def after(self, phrase: Phrase) -> str:
        return f"après {phrase.full}"

    def since(self, phrase: Phrase) -> str:
        return f"à partir {self._of(phrase)}"

    def until(self, phrase: Phrase) -> str:
        contracted = {"le ": "jusqu’au ", "les ": "jusqu’aux ", "l’": "jusqu’à l’", "": "jusqu’en "}
        return contracted[phrase.article] + phrase.bare

    def _of(self, phrase: Phrase) -> str:
        vowel = phrase.bare[0] in "aeiouéo"
        contracted = {"le ": "du ", "les ": "des ", "l’": "de l’", "": "d’" if vowel else "de "}
        return contracted[phrase.article] + phrase.bare

    def _to(self, phrase: Phrase) -> str:
        contracted = {"le ": "au ", "les ": "aux ", "l’": "à l’", "": "à "}
        return contracted[phrase.article] + phrase.bare

    def between(self, first: Phrase, last: Phrase) -> str:
        return f"entre {first.full} et {last.full}"

    def some_time_between(self, first: Phrase, last: Phrase) -> str:
        return f"une date entre {first.full} et {last.full}"

    def from_to(self, first: Phrase, last: Phrase) -> str:
        return f"{self._of(first)} {self._to(last)}"

    def from_unknown(self, last: Phrase) -> str:
        return f"d’une date inconnue {self._to(last)}"

    def to_unknown(self, first: Phrase) -> str:
        return f"{self._of(first)} à une date inconnue"

    def or_later(self, phrase: Phrase) -> str:
        return f"{phrase.bare} ou plus tard"

    def or_earlier(self, phrase: Phrase) -> str:
        return f"{phrase.bare} ou plus tôt"

    def either(self, items: list[str]) -> str:
        return _listed(items, "ou")

    def every(self, items: list[str]) -> str:
        return _listed(items, "et")


class English:
    """Dates in British English, day before month."""

    query = "?"
    ordinals = ("first", "second", "third", "fourth")
    unknown_names = ("year unknown", "month unknown", "day unknown")
    components = ("year", "month", "day")
    doubts = {"?": "uncertain", "~": "approximate", "%": "uncertain and approximate"}
    hemispheres = (" (northern hemisphere)", " (southern hemisphere)")

    def day(self, number: int) -> str:
        return str(number)

    def month(self, number: int) -> str:
        return month_names("en")[number - 1]

    def year(self, number: int) -> str:
        if number < 1:
            return f"{self._counted(1 - number)}{NBSP}BC"
        return f"{number}{NBSP}AD" if number < 1000 else self._counted(number)

    def _counted(self, number: int) -> str:
        return str(number) if number < 10_000 else f"{number:,}"

    def date(self, parts: tuple[str, ...]) -> Phrase:
        return Phrase(parts)

    def decade(self, first: int) -> Phrase:
        return Phrase((f"{first}–{first + 9}",)) if first % 100 == 0 else Phrase((f"{first}s",), article="the ")

    def century(self, number: int) -> Phrase:
        first = (number - 1) * 100
        return Phrase((f"{self._ordinal(number)} century ({first}–{first + 99})",), article="the ")

    def _ordinal(self, number: int) -> str:
        ending = "th" if number // 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        return f"{number}{ending}"

    def season(self, index: int, year: str, next_year: str | None) -> Phrase:
        return Phrase((SEASONS["en"][index], f"{year}–{next_year}" if next_year else year))

    def share(self, index: int, count: int, year: str) -> Phrase:
        noun = {4: "quarter", 3: "four months", 2: "half"}[count]
        ordinal = ("first", "middle", "last")[index] if count == 3 else self.ordinals[index]
        return Phrase((f"{ordinal} {noun}", f"of {year}"), article="the ")

    def clock(self, hour: str, minute: str, second: str) -> str:
        return f" at {hour}:{minute}" + ("" if second == "00" else f":{second}")

    def estimated(self, value: str, first: str, last: str) -> str:
        return f"{value} (estimate, between {first} and {last})"

    def about(self, phrase: Phrase) -> str:
        return f"about {phrase.full}"

    def local_about(self, phrase: Phrase) -> Phrase:
        return replace(phrase, lead="about ")

    def doubted(self, mark: str, components: list[str]) -> str:
        return f" ({self.doubts[mark]}: {_listed(components, 'and')})"

    def before(self, phrase: Phrase) -> str:
        return f"before {phrase.full}"

    def after(self, phrase: Phrase) -> str:
        return f"after {phrase.full}"

    def since(self, phrase: Phrase) -> str:
        return f"from {phrase.full} on"

    def until(self, phrase: Phrase) -> str:
        return f"until {phrase.full}"

    def between(self, first: Phrase, last: Phrase) -> str:
        return f"between {first.full} and {last.full}"

    def some_time_between(self, first: Phrase, last: Phrase) -> str:
        return f"a date between {first.full} and {last.full}"

    def from_to(self, first: Phrase, last: Phrase) -> str:
        return f"from {first.full} to {last.full}"

    def from_unknown(self, last: Phrase) -> str:
        return f"from an unknown date to {last.full}"

    def to_unknown(self, first: Phrase) -> str:
        return f"from {first.full} to an unknown date"

    def or_later(self, phrase: Phrase) -> str:
        return f"{phrase.bare} or later"

    def or_earlier(self, phrase: Phrase) -> str:
        return f"{phrase.bare} or earlier"

    def either(self, items: list[str]) -> str:
        return _listed(items, "or")

    def every(self, items: list[str]) -> str:
        return _listed(items, "and")


Voice = French | English
VOICES: dict[str, Voice] = {"fr": French(), "en": English()}


def voice(lang: str) -> Voice:
    """The voice for a language tag."""
    return VOICES[language(lang)]
