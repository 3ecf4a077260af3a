"""References for programs: BibTeX, RIS and CSL-JSON, one by one or a whole list, written as it is read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from webapp.citations import dating, names
from webapp.citations.citable import Citable
from webapp.citations.setting import described, plain, tidy, titled
from webapp.citations.wording import container, say
from webapp.dates import Day, Edtf


@dataclass(frozen=True)
class Export:
    """A format: its name, which ends the address; what it is called; its media type; and how a list is written."""

    name: str
    label: str
    mimetype: str
    entry: Callable[[Citable, str], str]
    begin: str = ""
    between: str = "\n"
    end: str = "\n"


def export(citable: Citable, name: str, lang: str) -> str:
    """One reference in a format; raises KeyError for a format that is not in the list."""
    return "".join(export_many([citable], name, lang))


def export_many(citables: Iterable[Citable], name: str, lang: str = "fr") -> Iterator[str]:
    """A whole list in a format, piece by piece, so that a long one is sent while it is read."""
    chosen = _BY_NAME[name]
    yield chosen.begin
    for number, citable in enumerate(citables):
        yield (chosen.between if number else "") + chosen.entry(citable, lang)
    yield chosen.end


def _title(citable: Citable, lang: str) -> str:
    """The whole title, whatever its length; of a meaning and a night, what the styles call them."""
    return plain(titled(citable, lang)) if citable.kind in ("meaning", "night") else tidy(citable.title)


def _note(citable: Citable, lang: str) -> str:
    """What kind of thing it is with every doubt, and the version; of an operation, that the date is the operation's."""
    version = say("version", lang, n=citable.version) if citable.version else ""
    operation = dating.written(citable, lang, dating.in_words) if _only_operation(citable) else ""
    return ", ".join(filter(None, (plain(described(citable, lang)), operation, version)))


def _only_operation(citable: Citable) -> bool:
    return bool(citable.known) and citable.known[0].operation


def _dates(citable: Citable) -> list[Edtf]:
    """The dates that a program may take for those of the thing: never the one of an operation."""
    if citable.kind in ("message", "night"):
        return [] if _only_operation(citable) else [when.date for when in citable.known]
    return [citable.made] if citable.made and citable.own_work else []


def _year(dates: list[Edtf]) -> int | None:
    """The year, where the first date leaves no doubt about it."""
    first, last = (dates[0].earliest, dates[0].latest) if dates else (None, None)
    sure = first and last and first.year == last.year and 0 < first.year < 10000
    return first.year if first and sure and not dates[0].uncertain else None


def _address(citable: Citable) -> str:
    return citable.url if citable.own_work else citable.original or citable.url


# BibTeX

_TEX = {"\\": r"\textbackslash{}", "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}  # fmt: skip
_KEY = re.compile(r"[^a-z0-9-]+")


def tex(text: str) -> str:
    """The text as LaTeX takes it. A lone brace is spelt out: BibTeX counts braces, those after a backslash too."""
    return "".join(_TEX.get(character, character) for character in tidy(text))


def _bibtex(citable: Citable, lang: str) -> str:
    """A @misc, or @incollection for an essay. ``date`` is EDTF, as biblatex has it; ``year`` only where it is sure."""
    kind = "incollection" if citable.kind == "essay" else "misc"
    fields = {
        "author": " and ".join(_tex_name(author) for author in citable.authors),
        "title": f"{{{tex(_title(citable, lang))}}}",
        "booktitle": tex(container(lang)) if citable.own_work else "",
        "organization": tex(citable.station),
        "publisher": tex(citable.publisher),
        "year": str(_year(_dates(citable)) or tex(citable.issued)),
        "date": _dates(citable)[0].text if len(_dates(citable)) == 1 else "",
        "langid": tex(citable.lang),
        "version": str(citable.version or ""),
        "note": tex(_note(citable, lang)),
        "url": _url(_address(citable)),
        "urldate": citable.accessed.iso if citable.accessed else "",
    }
    key = _KEY.sub(
        "-", f"carottes-{citable.id or citable.kind}{f'-v{citable.version}' if citable.version else ''}".lower()
    )
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{kind}{{{key},\n{lines}}}\n"


def _tex_name(name: str) -> str:
    """A name that BibTeX may take apart only where we know how; any other is kept whole by a second brace."""
    family, given = names.split(tidy(name))
    return f"{tex(family)}, {tex(given)}" if given else f"{{{tex(family)}}}"


def _url(address: str) -> str:
    """An address with what would break the entry written as RFC 3986 has it."""
    return tidy(address).replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C").replace(" ", "%20")


# RIS

_RIS_TYPES = {"essay": "CHAP", "source": "GEN"}


def _ris(citable: Citable, lang: str) -> str:
    """An entry of a reference work (ENCYC), a chapter for an essay; a date as far as it is sure."""
    dates = _dates(citable)
    year = _year(dates)
    fields = [
        ("TY", _RIS_TYPES.get(citable.kind, "ENCYC")),
        *(("AU", tidy(author)) for author in citable.authors),
        ("TI", _title(citable, lang)),
        ("T2", container(lang) if citable.own_work else ""),
        ("PB", tidy(citable.station or citable.publisher)),
        ("PY", str(year or "") if citable.own_work else tidy(citable.issued)),
        ("DA", _ris_date(dates)),
        ("ET", say("version", lang, n=citable.version) if citable.version else ""),
        ("LA", tidy(citable.lang)),
        ("N1", _note(citable, lang)),
        ("ID", citable.id),
        ("UR", tidy(_address(citable))),
        ("Y2", citable.accessed.iso.replace("-", "/") if citable.accessed else ""),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in fields if value) + "ER  - \r\n"


def _ris_date(dates: list[Edtf]) -> str:
    plain_date = dating.parts(dates[0]) if dates else None
    if plain_date is None:
        return ""
    year, month, day = plain_date
    return f"{year:04d}/{f'{month:02d}' if month else ''}/{f'{day:02d}' if day else ''}/"


# CSL-JSON

_CSL_TYPES = {"essay": "chapter", "source": "document", "collection": "webpage", "night": "broadcast"}


def csl(citable: Citable, lang: str) -> dict[str, Any]:
    """The reference as CSL-JSON; a date that is no plain one is kept as it is written (``literal``)."""
    item: dict[str, Any] = {
        "id": citable.id or citable.url,
        "type": _CSL_TYPES.get(citable.kind, "entry"),
        "title": _title(citable, lang),
        "author": [_csl_name(author) for author in citable.authors],
        "container-title": container(lang) if citable.own_work else "",
        "publisher": tidy(citable.station or citable.publisher),
        "issued": _csl_date(citable, lang),
        "genre": plain(described(citable, lang)),
        "version": str(citable.version or ""),
        "language": citable.lang,
        "note": dating.written(citable, lang, dating.in_words) if _only_operation(citable) else "",
        "URL": _address(citable),
        "accessed": _csl_day(citable.accessed) if citable.accessed else None,
    }
    return {name: value for name, value in item.items() if value}


def _csl_name(name: str) -> dict[str, str]:
    family, given = names.split(tidy(name))
    return {"family": family, "given": given} if given else {"literal": family}


def _csl_date(citable: Citable, lang: str) -> dict[str, Any] | None:
    if not citable.own_work:
        return {"literal": tidy(citable.issued)} if citable.issued else None
    dates = _dates(citable)
    if not dates:
        return None
    plain_parts = [dating.parts(date) for date in dates]
    if len(dates) == 1 and plain_parts[0]:
        return {"date-parts": [[part for part in plain_parts[0] if part]]}
    return {"literal": dating.written(citable, lang, dating.in_words)}


def _csl_day(day: Day) -> dict[str, Any]:
    return {"date-parts": [[day.year, day.month, day.day]]}


def _csl_json(citable: Citable, lang: str) -> str:
    return json.dumps(csl(citable, lang), ensure_ascii=False, indent=2)


EXPORTS: list[Export] = [
    Export("bib", "BibTeX", "application/x-bibtex", _bibtex, end=""),
    Export("ris", "RIS", "application/x-research-info-systems", _ris, between="\r\n", end=""),
    Export("csl.json", "CSL-JSON", "application/vnd.citationstyles.csl+json", _csl_json, begin="[\n", between=",\n",
           end="\n]\n"),
]  # fmt: skip

_BY_NAME = {each.name: each for each in EXPORTS}
