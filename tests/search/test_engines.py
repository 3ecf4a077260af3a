"""What any search engine of the archive must do; each test runs on every engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.search.conftest import document, ids, words
from webapp.search.engine import Change, Clause, Engine, Query
from webapp.search.postgres_engine import PostgresEngine

BULLETIN = [
    document("toad", "Le crapaud vole", meaning="Parachutage près de Bourdeilles", entered=10,
             facets={"station": ("bbc",), "year": ("1944",), "purpose": ("drop",)}, spans=((100, 100),)),
    document("carrots", "Les carottes sont cuites", meaning="Passage à l’action", note="Voir le crapaud", entered=20,
             facets={"station": ("bbc",), "year": ("1944",), "purpose": ("action", "legend")}, spans=((200, 210),)),
    document("eagle", "L’aquila vola", "it", translation="L’aigle vole", entered=30,
             facets={"station": ("londra",), "year": ("1943",)}, spans=((50, None), (400, 410))),
    document("violins", "Les sanglots longs des violons de l’automne", entered=40, facets={"station": ("bbc",)}),
    document("heart", "Bercent mon cœur d’une langueur monotone", entered=50, facets={"station": ("bbc",)}),
    document("word", "OVERLORD", "en", type_="message", facets={"kind": ("codeword",)}, entered=60),
    document("essay", "Le crapaud et la carotte", type_="essay", essay="Un crapaud vole, une carotte cuit.",
             entered=70),
]  # fmt: skip


@pytest.fixture
def archive(engine: Engine) -> Iterator[Engine]:
    """The engine with a small bulletin in it."""
    engine.rebuild(BULLETIN)
    return engine


def test_all_words_must_be_there(archive: Engine) -> None:
    assert ids(archive.search(words("crapaud", "vole"))) == ["toad", "essay"]
    assert archive.search(words("crapaud", "cuites")).partial is False
    assert ids(archive.search(words("crapaud"))) == ["toad", "carrots", "essay"]


def test_messages_come_before_all_else(archive: Engine) -> None:
    assert ids(archive.search(words("carotte")))[0] == "carrots"


def test_a_word_in_the_phrase_counts_more_than_in_the_meaning_and_there_more_than_in_a_note(engine: Engine) -> None:
    engine.rebuild([
        document("note", "Un deux trois", note="soleil"),
        document("phrase", "Le soleil brille"),
        document("meaning", "Quatre cinq six", meaning="soleil"),
    ])  # fmt: skip
    assert ids(engine.search(words("soleil"))) == ["phrase", "meaning", "note"]


def test_the_exact_phrase_comes_before_the_same_words_in_another_order(engine: Engine) -> None:
    engine.rebuild([document("other", "Vole le crapaud"), document("same", "Le crapaud vole")])
    assert ids(engine.search(words("le", "crapaud", "vole"))) == ["same", "other"]


def test_the_very_word_comes_before_its_other_forms(engine: Engine) -> None:
    engine.rebuild([document("many", "Les carottes dansent"), document("one", "La carotte danse")])
    assert ids(engine.search(words("carotte"))) == ["one", "many"]
    assert ids(engine.search(words("carottes"))) == ["many", "one"]


@pytest.mark.parametrize("word", ["carotte", "carottes", "cuite", "cuites", "cuit"])
def test_plurals_and_forms_do_not_matter(archive: Engine, word: str) -> None:
    assert "carrots" in ids(archive.search(words(word)))


def test_a_query_in_italian_finds_the_italian_form(archive: Engine) -> None:
    assert "eagle" in ids(archive.search(words("volano")))


def test_a_translation_finds_its_message(archive: Engine) -> None:
    assert ids(archive.search(words("aigle"))) == ["eagle"]


def test_a_phrase_in_quotes_is_exact(archive: Engine) -> None:
    def quoted(*all_words: str) -> list[str]:
        return ids(archive.search(Query((Clause(all_words, quoted=True),))))

    assert quoted("carottes", "sont", "cuites") == ["carrots"]
    assert quoted("carotte", "sont", "cuites") == []
    assert quoted("sont", "carottes") == []
    assert quoted("crapo", "vole") == []
    assert quoted("cuites", "passage") == [], "a phrase does not run from the message into its meaning"


def test_a_field_can_be_asked_for(archive: Engine) -> None:
    def in_field(field: str, word: str) -> list[str]:
        return ids(archive.search(Query((Clause((word,), field),))))

    assert in_field("phrase", "crapaud") == ["toad"]
    assert in_field("note", "crapaud") == ["carrots"]
    assert in_field("meaning", "parachutage") == ["toad"]
    assert in_field("phrase", "parachutage") == []
    assert in_field("essay", "carotte") == ["essay"]


def test_words_can_be_left_out(archive: Engine) -> None:
    assert ids(archive.search(Query((Clause(("crapaud",)), Clause(("vole",), without=True))))) == ["carrots"]
    assert "toad" not in ids(archive.search(Query((Clause(("crapauds",), without=True),))))


def test_a_beginning_finds_its_words(archive: Engine) -> None:
    assert ids(archive.search(Query((Clause(("violon",), prefix=True),)))) == ["violins"]


def test_a_misheard_word_is_replaced_and_the_answer_says_by_what(archive: Engine) -> None:
    found = archive.search(words("crapo", "vole"))
    assert ids(found)[0] == "toad"
    assert found.replaced == {"crapo": ("crapaud",)}
    assert "crapaud" in found.words


@pytest.mark.parametrize(
    ("typed", "key"), [("viollons", "violins"), ("sanglos", "violins"), ("langeur", "heart"), ("automen", "violins"),
                       ("parachutaje", "toad"), ("monotonne", "heart")],
)  # fmt: skip
def test_one_slip_of_the_pen_is_forgiven(archive: Engine, typed: str, key: str) -> None:
    assert ids(archive.search(words(typed)))[:1] == [key]


def test_two_slips_are_forgiven_in_a_long_word(archive: Engine) -> None:
    assert ids(archive.search(words("parashutaje"))) == ["toad"]


def test_a_word_of_three_letters_is_never_taken_for_another(engine: Engine) -> None:
    engine.rebuild([document("net", "Un gros poisson net"), document("new", "New York a de gros toits")])
    found = engine.search(words("gros", "nez"))
    assert found.replaced == {}


def test_exactly_means_no_forms_and_no_corrections(archive: Engine) -> None:
    assert archive.search(words("crapo", "vole", exact=True)).total == 0
    assert ids(archive.search(words("carottes", exact=True))) == ["carrots"]


def test_when_nothing_has_all_words_what_has_most_of_them_is_shown_and_the_answer_says_so(archive: Engine) -> None:
    found = archive.search(words("sanglots", "longs", "violons", "printemps"))
    assert ids(found) == ["violins"]
    assert found.partial


def test_what_is_not_there_is_not_found(archive: Engine) -> None:
    for query in (words("hippopotame"), words("pizza", "napolitaine"), words("zzzz", "le")):
        assert archive.search(query).total == 0


def test_code_words_are_left_out_unless_nothing_else_is_found_or_they_are_asked_for(archive: Engine) -> None:
    hidden = (("kind", frozenset({"codeword"})),)
    everything = archive.search(Query(hidden=hidden, facets=("kind",)))
    assert "word" not in ids(everything)
    assert everything.facets["kind"]["codeword"] == 1
    assert ids(archive.search(words("overlord", hidden=hidden))) == ["word"]
    asked = Query(hidden=hidden, filters=(("kind", frozenset({"codeword"})),))
    assert ids(archive.search(asked)) == ["word"]


def test_filters_narrow_down_and_several_values_of_a_facet_widen(archive: Engine) -> None:
    def filtered(**values: set[str]) -> set[str]:
        filters = tuple((name, frozenset(each)) for name, each in values.items())
        return set(ids(archive.search(Query(filters=filters))))

    assert filtered(year={"1944"}) == {"toad", "carrots"}
    assert filtered(year={"1944", "1943"}) == {"toad", "carrots", "eagle"}
    assert filtered(year={"1944"}, purpose={"legend"}) == {"carrots"}
    assert filtered(year={"1999"}) == set()


def test_counts_answer_what_one_would_find_by_choosing_the_value_too(archive: Engine) -> None:
    query = Query(filters=(("year", frozenset({"1944"})),), facets=("year", "station", "purpose"))
    counts = archive.search(query).facets
    assert counts["station"] == {"bbc": 2}
    assert counts["year"] == {"1944": 2, "1943": 1}, "the facet's own choice does not narrow its own counts"
    assert counts["purpose"] == {"drop": 1, "action": 1, "legend": 1}


def test_dates_overlap_or_lie_certainly_within(archive: Engine) -> None:
    def period(since: int | None, until: int | None, within: bool = False) -> set[str]:
        return set(ids(archive.search(Query(since=since, until=until, within=within))))

    assert period(90, 110) == {"toad", "eagle"}
    assert period(90, 110, within=True) == {"toad"}
    assert period(205, None) == {"carrots", "eagle"}
    assert period(200, 210, within=True) == {"carrots"}
    assert period(300, None, within=True) == {"eagle"}, "of its two dates, one lies within"
    assert period(None, 99) == {"eagle"}


def test_a_doubtful_date_overlaps_a_period_and_lies_certainly_within_none(engine: Engine) -> None:
    engine.rebuild([
        document("doubtful", "Le crapaud vole", spans=((100, 100),), doubtful=frozenset({0})),
        document("both", "Le crapaud dort", spans=((100, 100), (200, 205)), doubtful=frozenset({0})),
        document("sure", "Le crapaud chante", spans=((200, 205), (100, 100)), doubtful=frozenset({0})),
    ])  # fmt: skip

    def period(since: int | None, until: int | None, within: bool = False) -> set[str]:
        return set(ids(engine.search(Query((Clause(("crapaud",)),), since=since, until=until, within=within))))

    assert period(100, 100) == {"doubtful", "both", "sure"}
    assert period(100, 100, within=True) == {"sure"}
    assert period(None, 300, within=True) == {"both", "sure"}
    assert period(101, None) == {"both", "sure"}
    assert period(None, 99) == set()


def test_results_sort_by_date_and_by_entry(archive: Engine) -> None:
    by_date = ids(archive.search(Query(filters=(("kind", frozenset({"message"})),), sort="date")))
    assert by_date == ["eagle", "toad", "carrots", "violins", "heart"], "undated ones come last"
    newest = ids(archive.search(words("crapaud", sort="newest")))
    assert newest == ["essay", "carrots", "toad"]


def test_pages_show_everything_once(engine: Engine) -> None:
    engine.rebuild([document(f"m{n:03}", f"Le canard numéro {n} a soif", entered=5) for n in range(95)])
    for sort in ("relevance", "date", "newest"):
        seen = []
        for page in range(10):
            seen += ids(engine.search(words("canard", sort=sort, offset=page * 10, size=10)))
        assert sorted(seen) == [f"m{n:03}" for n in range(95)], sort
    assert engine.search(words("canard", offset=1000)).hits == []


def test_hits_say_where_the_words_stand(archive: Engine) -> None:
    assert archive.search(words("parachutage")).hits[0].fields == {"meaning"}
    assert archive.search(words("crapaud", "parachutage")).hits[0].fields == {"phrase", "meaning"}
    assert archive.search(words("aigle")).hits[0].fields == {"translation"}


def test_a_change_is_found_and_what_was_there_before_is_not(archive: Engine) -> None:
    archive.apply([Change("toad", document("toad", "La grenouille nage", revision=2)), Change("heart", None)])
    assert ids(archive.search(words("grenouille"))) == ["toad"]
    assert "toad" not in ids(archive.search(words("crapaud")))
    assert archive.search(words("langueur")).total == 0
    assert archive.revisions()["toad"] == 2
    assert "heart" not in archive.revisions()


def test_the_same_change_twice_is_harmless(archive: Engine) -> None:
    change = Change("toad", document("toad", "La grenouille nage"))
    archive.apply([change])
    archive.apply([change, change])
    assert archive.search(words("grenouille")).total == 1


def test_many_small_changes_leave_few_segments_and_nothing_twice(engine: Engine) -> None:
    for n in range(30):
        engine.apply([Change(f"m{n}", document(f"m{n}", f"Le canard numéro {n}"))])
        engine.apply([Change("always", document("always", f"Le canard revient {n} fois"))])
    assert engine.search(words("canard")).total == 31
    assert engine.status().segments <= 12


def test_suggestions_offer_phrases_first_then_other_names(archive: Engine) -> None:
    found = archive.suggest(("le", "crap"), {"message": 5, "essay": 5})
    assert [(each.type, each.title) for each in found] == [
        ("message", "Le crapaud vole"), ("essay", "Le crapaud et la carotte")]  # fmt: skip
    assert archive.suggest((), {"message": 5}) == []
    assert [each.id for each in archive.suggest(("sanglots", "lon"), {"message": 5})] == ["violins"]


def test_suggestions_do_not_come_from_meanings(archive: Engine) -> None:
    assert archive.suggest(("parachu",), {"message": 5}) == []


def test_a_limit_that_was_hit_is_told(engine: Engine) -> None:
    engine.rebuild([document(f"m{n}", f"mot{n:04}") for n in range(1100)])
    found = engine.search(Query((Clause(("mo",), prefix=True),)))
    has_no_limit = isinstance(engine, PostgresEngine)  # a beginning is looked up in its index, not word by word
    assert (found.limits, found.total) == (([], 1100) if has_no_limit else (["expansions"], 1024))
    assert engine.search(words("crapo", "volle", seconds=0.0)).limits == ["time"]


def test_an_empty_index_answers(engine: Engine) -> None:
    assert engine.search(words("carotte")).total == 0
    assert engine.search(Query(facets=("year",))).facets == {"year": {}}
    assert engine.suggest(("car",), {"message": 5}) == []
    assert engine.revisions() == {}
