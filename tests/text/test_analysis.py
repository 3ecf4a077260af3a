"""One analysis: what readers type and what curators write meet as the same words."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.text.analysis import fold, phonetic, phrase_key, same_phrase, stems, words


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("L’Œuvre", "l'oeuvre"),
        ("Ex æquo à la Großmutter", "ex aequo a la grossmutter"),
        ("Ayşe İstanbul çıksın", "ayse istanbul ciksin"),
        ("kiełbasa Øl Đặng", "kielbasa ol dang"),
        ("sous–marin—là−bas‑hop", "sous-marin-la-bas-hop"),
        ("ca\u00adrot\u200bte\ufeff", "carotte"),
        ("ＧＦＨＧ ﬁn", "gfhg fin"),
        ("Лебединое ещё Высылай", "лебединое еще высылай"),
        ("Ἀχιλλεύς", "αχιλλευσ"),
        ("אֶלָּא", "אלא"),
        ("কুষ্টিয়া", unicodedata.normalize("NFC", "কুষ্টিয়া")),
        ("ส้มเกลี้ยง", "ส้มเกลี้ยง"),
        ("un\u00a0deux\u202ftrois", "un deux trois"),
        ("38º", "38"),
    ],
)
def test_folding_forgets_what_readers_do_not_type(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Les carottes sont cuites", "les carottes sont cuites"),
        ("L’ape dell’uomo c’è nell'aria", "ape uomo e aria"),
        ("Jusqu’à l’été, puisqu'il m’aime", "a ete il aime"),
        ("qu'il", "il"),
        ("qu'", "qu"),
        ("l'« hôtel »", "l hotel"),
        ("l'8 mai", "l 8 mai"),
        ("Aujourd'hui, presqu'île", "aujourd hui presqu ile"),
        ("Marie's roses", "marie roses"),
        ("don't; I'm", "dont i m"),
        ("rock 'n' roll 's t", "rock n roll s t"),
        ("sous-marin UVB-76 à 14:30 le 1er", "sous marin uvb 76 a 14 30 le 1er"),
        ("snake_case", "snake case"),
        ("奪回香蕉", "奪 回 香 蕉"),
        ("GFHG、SDGM", "gfhg sdgm"),
        ("ส้ม", "ส้ ม"),
        ("무사히 27회", "무사히 27회"),
        ("ג' ו-ח'", "ג ו ח"),
        ("আমার পুতুল", "আমার পুতুল"),
        ("Нет в***е", "нет в е"),
        ("…", ""),
        ("", ""),
    ],
)
def test_a_text_is_read_as_these_words(text: str, expected: str) -> None:
    assert [word.text for word in words(text)] == expected.split()


def test_a_word_knows_where_it_was_written() -> None:
    text = "« L’œ\u00aduf » de\u0301j\u0300a, Marie’s"
    assert [text[word.start : word.end] for word in words(text)] == ["œ\u00aduf", "de\u0301j\u0300a", "Marie"]


FRENCH_FAMILIES = """carotte carottes
cuit cuite cuites cuits
vole volent voler volée volées voles volait volaient volèrent vola
violon violons
cheval chevaux
brise brisée brisées brisent
long longs longue longues
parachute parachuté parachutées parachuter
bateau bateaux
roi rois
jeu jeux
genou genoux
tombe tombent tombée tomber tombera
bergère bergères berger bergers
dernier dernière dernières
petit petite petits petites
heureux heureuse
libère libérer libération
perdu perdue perdus perdues
sanglot sanglots
arrive arrivée arrivent arriver
serpent serpents
belle belles
"""


@pytest.mark.parametrize("family", FRENCH_FAMILIES.splitlines())
def test_the_forms_of_a_french_word_meet_with_and_without_accents(family: str) -> None:
    assert len({stems(fold(word), "fr") for word in family.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other", "lang"),
    [
        ("carrots", "carrot", "en"),
        ("sokken", "sok", "nl"),
        ("rosas", "rosa", "es"),
        ("лебединое", "лебединый", "ru"),
        ("carottes", "carotte", "fr-CA"),
        ("kinder", "kindern", "de"),
        ("pioggia", "piogge", "it"),
    ],
)
def test_each_language_has_its_own_stems(one: str, other: str, lang: str) -> None:
    assert stems(one, lang) == stems(other, lang)


def test_without_a_language_a_word_has_its_french_english_and_italian_stems_once_each() -> None:
    assert set(stems("carottes")) == {stems("carottes", lang)[0] for lang in ("fr", "en", "it")}
    assert stems("le") == ("le",)
    assert stems("лебединое") == stems("лебединое", "ru")


def test_a_language_without_a_stemmer_keeps_its_words_whole() -> None:
    assert stems("peccavi", "la") == ("peccavi",)


SOUND_ALIKE = """crapo=crapaud sanglo=sanglots carote=carotte viollon=violon flanbo=flambeau giraffe=girafe
chevo=chevaux elefant=éléphant bato=bateaux boulanjer=boulanger jirafe=girafe famiye=famille aricot=haricots
mistere=mystère soley=soleil sirene=sirène sirenne=sirènes anphore=amphore manger=mangé"""

SOUND_DIFFERENT = "crapaud=carotte violon=volaille bateau=gâteau rose=rouge girafe=agrafe sirène=sirop"


@pytest.mark.parametrize("pair", SOUND_ALIKE.split())
def test_words_that_sound_alike_share_a_key(pair: str) -> None:
    heard, written = pair.split("=")
    assert phonetic(heard) == phonetic(written)


@pytest.mark.parametrize("pair", ["crapaud=carotte", "violon=volaille", "bateau=gâteau", "rose=rouge", "girafe=agrafe"])
def test_words_that_sound_different_do_not(pair: str) -> None:
    one, other = pair.split("=")
    assert phonetic(one) != phonetic(other)


def test_a_duplicate_is_the_same_phrase_whatever_its_typing() -> None:
    assert same_phrase("L’œuvre est là…", "l'oeuvre  est la !")
    assert not same_phrase("Les carottes sont cuites", "Les carottes sont crues")
    assert phrase_key("*** *****") == "*** *****"


def test_every_phrase_of_the_archive_has_a_word() -> None:
    phrases = (Path(__file__).parent / "phrases.txt").read_text(encoding="utf-8").splitlines()
    assert len(phrases) > 500
    assert [phrase for phrase in phrases if not words(phrase)] == []


@given(st.text())
def test_folding_twice_changes_nothing_and_normal_forms_agree(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text)) == fold(text)


@given(st.text() | st.text("l'’ dqut-éœ\u00ad\u0301s가各"))
def test_words_lie_in_order_inside_the_text(text: str) -> None:
    end = 0
    for word in words(text):
        assert end <= word.start < word.end <= len(text)
        assert word.text == fold(word.text) != ""
        end = word.end


@given(st.text(), st.sampled_from([None, "fr", "en", "it", "nl", "ru", "zz", "pt-BR", ""]))
def test_any_word_has_a_stem_and_a_sound(text: str, lang: str | None) -> None:
    for word in words(text):
        assert stems(word.text, lang)
        assert phonetic(word.text)
