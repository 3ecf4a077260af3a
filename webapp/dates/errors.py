"""The refusal of a date: what is wrong with it, and what to type instead, in French and in English."""

import unicodedata

from webapp.dates.names import french_spacing, language, month_names

MESSAGES: dict[str, tuple[str, str]] = {
    "empty": (
        "Aucune date n’est écrite. Écrivez par exemple « 5 juin 1944 », « vers mai 1944 » ou « 1944 ».",
        "No date is written. Type for example “5 June 1944”, “about May 1944” or “1944”.",
    ),
    "too-long": (
        "Une date tient en {limit} caractères. Gardez la date seule, par exemple « 5 juin 1944 ».",
        "A date fits in {limit} characters. Keep the date alone, for example “5 June 1944”.",
    ),
    "characters": (
        "Le caractère {codepoint} ne peut pas figurer dans une date : il est invisible ou d’une autre écriture. "
        "Retapez la date au clavier, par exemple « 5 juin 1944 ».",
        "The character {codepoint} cannot stand in a date: it is invisible or of another script. "
        "Type the date again, for example “5 June 1944”.",
    ),
    "no-such-day": (
        "Le {day} {month} n’existe pas : {month} a {length} jours. "
        "Écrivez par exemple « {length} {month} {year} » ou « {month} {year} ».",
        "{day} {month} does not exist: {month} has {length} days. "
        "Type for example “{length} {month} {year}” or “{month} {year}”.",
    ),
    "not-leap": (
        "Le 29 février {year} n’existe pas : {year} n’est pas une année bissextile. "
        "Écrivez par exemple « 28 février {year} » ou « février {year} ».",
        "29 February {year} does not exist: {year} is not a leap year. "
        "Type for example “28 February {year}” or “February {year}”.",
    ),
    "no-such-month": (
        "Il n’y a pas de mois {number} : les mois vont de 1 à 12. Écrivez par exemple « juin {year} » ou « {year} ».",
        "There is no month {number}: months go from 1 to 12. Type for example “June {year}” or “{year}”.",
    ),
    "day-first": (
        "Ici le jour vient avant le mois : dans « {text} », le mois serait {number}. "
        "Écrivez « {swapped} » ou le mois en toutes lettres.",
        "Here the day comes before the month: in “{text}” the month would be {number}. "
        "Type “{swapped}”, or the month in letters.",
    ),
    "no-match": (
        "Aucun jour du calendrier ne répond à « {text} ». Écrivez par exemple « 1944-06-XX » ou « juin 1944 ».",
        "No day of the calendar answers to “{text}”. Type for example “1944-06-XX” or “June 1944”.",
    ),
    "no-such-time": (
        "« {text} » n’est pas une heure. Écrivez par exemple « 1944-06-05T21:15:00 », ou la date seule.",
        "“{text}” is not a time. Type for example “1944-06-05T21:15:00”, or the date alone.",
    ),
    "reversed": (
        "« {text} » finit avant de commencer. Écrivez d’abord la date la plus ancienne, chacune avec son année : "
        "« entre décembre 1943 et février 1944 ».",
        "“{text}” ends before it begins. Write the earlier date first, each with its year: "
        "“between December 1943 and February 1944”.",
    ),
    "year-too-far": (
        "L’année de « {text} » dépasse ce que l’archive sait compter. Écrivez une année de moins de 13 chiffres.",
        "The year in “{text}” is beyond what the archive can count. Write a year of fewer than 13 digits.",
    ),
    "year-prefix": (
        "Le « Y » ne précède qu’une année de plus de quatre chiffres. "
        "Au lieu de « {text} », écrivez l’année sur quatre chiffres, par exemple « 1944 ».",
        "“Y” only goes before a year of more than four digits. "
        "Instead of “{text}” write the year with four digits, for example “1944”.",
    ),
    "significant-digits": (
        "« {text} » annonce plus de chiffres sûrs que l’année n’en a. Écrivez par exemple « 1950S2 ».",
        "“{text}” claims more significant digits than its year has. Type for example “1950S2”.",
    ),
    "no-bounds": (
        "« {text} » n’a ni début ni fin. Donnez au moins un bout : « 1940/.. » ou « ../1944 ».",
        "“{text}” has neither beginning nor end. Give at least one: “1940/..” or “../1944”.",
    ),
    "no-year": (
        "Il manque l’année dans « {text} ». Écrivez par exemple « 5 juin 1944 », « juin 1944 » ou « années 1940 ».",
        "The year is missing in “{text}”. Type for example “5 June 1944”, “June 1944” or “1940s”.",
    ),
    "day-or-year": (
        "Dans « {text} », {number} peut être un jour ou une année. "
        "Écrivez « {month} 19{number} », ou « {number} {month} » suivi de l’année.",
        "In “{text}”, {number} may be a day or a year. "
        "Type “{month} 19{number}”, or “{number} {month}” followed by the year.",
    ),
    "which-winter": (
        "« Hiver {year} » peut désigner deux hivers. Écrivez « hiver {before}-{year} » ou « hiver {year}-{after} ».",
        "“Winter {year}” may be either of two winters. Type “winter {before}-{year}” or “winter {year}-{after}”.",
    ),
    "one-winter": (
        "Un hiver va d’une année à la suivante : « {text} » en couvre plus. Écrivez par exemple « hiver 1943-1944 ».",
        "A winter goes from one year to the next: “{text}” covers more. Type for example “winter 1943-1944”.",
    ),
    "which-decade": (
        "« {text} » peut désigner dix ou cent ans. "
        "Écrivez « {decade}X » pour les dix ans, « {century}XX » pour les cent.",
        "“{text}” may mean ten or a hundred years. Type “{decade}X” for the ten, “{century}XX” for the hundred.",
    ),
    "which-years": (
        "« {text} » peut désigner des années ou une partie de {year}. "
        "Écrivez « {year}/{last} » pour les années, ou la saison en toutes lettres.",
        "“{text}” may mean several years or a part of {year}. "
        "Type “{year}/{last}” for the years, or the season in letters.",
    ),
    "wrong-weekday": (
        "Le {day} {month} {year} n’était pas un {said_fr} mais un {true_fr}. Corrigez l’un ou l’autre.",
        "{day} {month} {year} was not a {said_en} but a {true_en}. Correct one or the other.",
    ),
    "not-one-night": (
        "« {text} » n’est pas une nuit : elle va d’un soir au lendemain. "
        "Écrivez par exemple « nuit du 5 au 6 juin 1944 ».",
        "“{text}” is not one night: a night goes from an evening to the next day. "
        "Type for example “night of 5 to 6 June 1944”.",
    ),
    "no-part": (
        "« {text} » : un jour n’a ici ni début ni fin. Écrivez la date seule ; l’heure se note à part.",
        "“{text}”: a day has no beginning or end here. Type the date alone; the time is noted apart.",
    ),
    "has-time": (
        "« {text} » contient une heure. Écrivez la date seule, par exemple « 5 juin 1944 » ; l’heure se note à part.",
        "“{text}” contains a time. Type the date alone, for example “5 June 1944”; the time is noted apart.",
    ),
    "not-edtf": (
        "« {text} » n’est pas une date EDTF. Écrivez par exemple « 1944-06-05 », « 1944-05~ » ou « 1943/1944 ».",
        "“{text}” is not an EDTF date. Type for example “1944-06-05”, “1944-05~” or “1943/1944”.",
    ),
    "not-understood": (
        "« {text} » n’a pas été compris comme une date. "
        "Écrivez par exemple « 5 juin 1944 », « vers mai 1944 », « entre 1943 et 1944 » ou « 1944-06-05 ».",
        "“{text}” was not understood as a date. "
        "Type for example “5 June 1944”, “about May 1944”, “between 1943 and 1944” or “1944-06-05”.",
    ),
}


def shown(text: str, limit: int = 60) -> str:
    """What was typed, fit to be repeated on a page: short, and without characters that cannot be printed."""
    kept = "".join("\ufffd" if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn"} else c for c in text)
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


class BadDate(ValueError):
    """A date that cannot be, or could be two things. `code` says which rule; message() says what to type."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def message(self, lang: str) -> str:
        """The sentence for the person who typed the date."""
        french, english = MESSAGES[self.code]
        said = {name: self._said(name, value, lang) for name, value in self.params.items()}
        if language(lang) == "fr":
            return french_spacing(french).format(**said)
        return english.format(**said)

    def _said(self, name: str, value: object, lang: str) -> str:
        if name == "month" and isinstance(value, int):
            return month_names(lang)[value - 1]
        return shown(str(value))

    def __str__(self) -> str:
        return self.message("en")
