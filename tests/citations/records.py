"""Awkward records: one for each thing that has gone wrong in somebody's reference manager."""

from __future__ import annotations

from dataclasses import replace

from webapp.citations import Citable, When
from webapp.dates import Day, parse

HERE = "https://carottes.example/id/"
MADE, SEEN = Day(2026, 11, 25), Day(2026, 12, 1)


def message(text: str = "Le vent souffle les flambeaux", *dates: str, **more: object) -> Citable:
    """A published message in its third version."""
    when = tuple(When(parse(date)) for date in dates)
    given = {"lang": "fr", "id": "m4kx7q2", "dates": when, "station": "BBC Radio Londres", "version": 3,
             "versioned": MADE, "standing": "documented", "accessed": SEEN}  # fmt: skip
    return Citable("message", text, f"{HERE}m4kx7q2/v3", **{**given, **more})  # type: ignore[arg-type]


def essay(title: str, lang: str, *authors: str) -> Citable:
    """An essay in its second version."""
    return Citable("essay", title, f"{HERE}zr83kbd/v2", id="zr83kbd", lang=lang, authors=authors, version=2,
                   versioned=MADE, accessed=SEEN)  # fmt: skip


def source(title: str, **more: object) -> Citable:
    """A source as its own page names it."""
    return Citable("source", title, f"{HERE}039z830/v1", id="039z830", version=1, versioned=MADE, accessed=SEEN,
                   **more)  # type: ignore[arg-type]  # fmt: skip


_MEANING = Citable("meaning", "Les carottes sont cuites", f"{HERE}sjgt4dt/v3", id="sjgt4dt", lang="fr", version=3,
                   versioned=MADE, accessed=SEEN)  # fmt: skip

RECORDS: dict[str, Citable] = {
    "plain": message("Le vent souffle les flambeaux", "1944-08-23", translation="The wind blows out the torches"),
    "no-date": message("Le crapaud vole"),
    "uncertain-date": message("La girafe a un long cou", "1944-06-01?"),
    "approximate-month": message("Il a une voix de fausset", "1943-08~"),
    "first-of-the-month": message("Veronese était un peintre", "1944-06-01"),
    "a-year-only": message("Der Kuckuck ruft", "1943", lang="de", station="Reichssender"),
    "between-two-years": message("Yellow October", "1943/1944", lang="en", station=""),
    "unknown-day": message("Le chat a neuf vies", "1944-05-XX"),
    "one-of-two-days": message("Les dés sont jetés", "[1944-06-04,1944-06-05]"),
    "a-season": message("Le printemps est doux", "1944-21"),
    "before-our-era": message("Delenda Carthago", "-0149", lang="la", station=""),
    "two-broadcasts": message("Le vent souffle les flambeaux", "1944-08-23", "1944-08-24"),
    "five-broadcasts": message("Je cherche des trèfles", *(f"1944-0{month}-12" for month in range(1, 6))),
    "date-of-the-operation": message("Le chien est à table", dates=(When(parse("1944-06-05"), operation=True),)),
    "no-station-no-date": message("Trop parler nuit", station="", standing="unknown"),
    "legend": message("Les carottes sont cuites", standing="legend", station=""),
    "disputed": message("Blessent mon cœur d’une langueur monotone", "1944-06-05", standing="disputed"),
    "told-to-an-outsider": message("Les carottes sont cuites", standing="", station=""),
    "only-a-translation": message("The goose is in the cabbage", "1942", lang="en", rendering=True, station="London"),
    "code-word": message("Overlord", lang="en", form="codeword", station=""),
    "meaning-disputed": replace(_MEANING, standing="disputed", statement="Annonçait un parachutage près de Tulle."),
    "meaning-legend": replace(_MEANING, standing="legend", statement="Annonçait le débarquement."),
    "meaning-unknown": replace(_MEANING, standing="unknown"),
    "night": Citable("night", "", "https://carottes.example/nights/1944-06-05", id="1944-06-05",
                     dates=(When(parse("1944-06-05")),), accessed=SEEN),
    "essay": essay("Les carottes étaient-elles cuites ?", "fr", "L’équipe de Carottes"),
    "essay-translation": essay("Were the carrots cooked?", "en", "The Carottes team"),
    "essay-two-authors": essay("Le bruit comme armure", "fr", "Bonnard, Jean-Yves", "de Gaulle, Geneviève"),
    "essay-many-authors": essay("Noise", "en", "Ada, Ann", "Bell, Bo", "Cole, Cy", "Dale, Di"),
    "essay-unsigned": essay("Anonyme", "fr"),
    "station": Citable("station", "BBC Radio Londres", f"{HERE}b5c6d7f/v1", id="b5c6d7f", lang="fr", version=1,
                       versioned=MADE, accessed=SEEN),
    "place": Citable("place", "Terrain « Moulin », Bailleul-le-Soc", f"{HERE}c6d7f8g/v1", id="c6d7f8g", lang="fr",
                     version=1, versioned=MADE, accessed=SEEN),
    "source": source("Le premier parachutage", authors=("Jean-Yves Bonnard",), publisher="resistance60.fr",
                     issued="2024", original="https://resistance60.fr/parachutage", lang="fr"),
    "source-undated": source("Ici Londres", publisher="doctsf.com", lang="fr"),
    "withdrawn": message("Le lapin a bu un apéritif", "1944-06-05", withdrawn=True),
    "without-a-version": message("Le coq est anémique", "1944-06-05", version=None, versioned=None),
    "markup": message("<b>Un & deux</b> {trois} \"quatre\" \\cinq $6 %7 #8 _9 ~10 ^11", "1944-06-05"),
    "question": message("Où est le chat ?", "1944-06-05", translation="Where is the cat?"),
    "right-to-left": message("הדודה נוראה לנה אצלנו", "1946-08", lang="he", station="קול ישראל"),
    "chinese": message("散步", "2011-02-20", lang="zh-Hans", station="", translation="taking a walk"),
    "two-thousand-characters": message("Ici Londres. " * 160, "1944-06-05"),
    "line-breaks": message("Une phrase\nsur deux\u2028lignes\x00", "1944-06-05"),
    "empty": Citable("message", "", HERE),
}  # fmt: skip
