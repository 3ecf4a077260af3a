"""A reader’s way through the archive in a real browser: phone and wide, both languages, with and without script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import PHONE, WIDE

pytestmark = pytest.mark.browser

WORDS = {
    "fr": {"search": "Chercher", "exact": "Chercher exactement", "unfold": "Déplier le sens", "legend": "Légende",
           "how": "Comment le sait-on", "night": "5 au mardi 6 juin 1944", "address": "Adresse permanente"},
    "en": {"search": "Search", "exact": "Search exactly", "unfold": "Unfold the meaning", "legend": "Legend",
           "how": "How do we know", "night": "5", "address": "Permanent address"},
}  # fmt: skip


@pytest.fixture(params=[(PHONE, "fr", True), (WIDE, "en", True), (PHONE, "en", False), (WIDE, "fr", False)],
                ids=["phone-fr", "wide-en", "phone-en-no-script", "wide-fr-no-script"])  # fmt: skip
def visit(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, dict[str, str], bool]]:
    """A page of one kind of reader, the words of their language, and whether scripts run."""
    size, language, scripts = request.param
    context = browser.new_context(viewport=size, locale=language, java_script_enabled=scripts)
    page = context.new_page()
    yield page, WORDS[language], scripts
    context.close()


def test_a_half_remembered_phrase_leads_to_its_message_and_its_sources(
    site: str, visit: tuple[Page, dict[str, str], bool]
) -> None:
    page, words, _ = visit
    page.goto(site)
    page.locator("main form[role=search] input[name=q]").fill("crapo vole")
    page.locator("main form[role=search] button").click()
    first = page.locator("#found article.slip").first
    expect(first).to_contain_text("Le crapaud vole")
    expect(page.locator("main")).to_contain_text(words["exact"])
    fold = first.locator("details.fold")
    fold.locator("summary").click()
    expect(fold.locator(".fold__meaning")).to_be_visible()
    first.locator("h2 a, h3 a").first.click()
    expect(page.locator("h1")).to_contain_text("Le crapaud vole")
    expect(page.locator(".claim").first).to_contain_text(words["how"])
    expect(page.locator(".claim .sources li").first).to_be_visible()


def test_suggestions_are_chosen_from_the_keyboard(site: str, browser: Browser) -> None:
    page = browser.new_page(viewport=WIDE, locale="fr")
    page.goto(site)
    box = page.locator("main form[role=search] input[name=q]")
    box.click()
    page.keyboard.type("sanglots lo", delay=20)
    expect(page.get_by_role("option").first).to_contain_text("sanglots longs")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1, #found article.slip").first).to_contain_text("sanglots longs")
    page.close()


def test_searching_by_what_it_meant_and_narrowing_down_is_undone_by_one_link(
    site: str, visit: tuple[Page, dict[str, str], bool]
) -> None:
    page, _, _ = visit
    page.goto(f"{site}/search?q=parachutage")
    before = page.locator("[role=status]").first.inner_text()
    page.goto(f"{site}/search?q=parachutage&standing=attested")
    narrowed = page.locator("[role=status]").first.inner_text()
    assert narrowed != before
    page.locator("a.tag").first.click()
    expect(page.locator("[role=status]").first).to_have_text(before)


def test_a_search_that_finds_nothing_offers_ways_on(site: str, visit: tuple[Page, dict[str, str], bool]) -> None:
    page, _, _ = visit
    page.goto(f"{site}/search?q=zzqxzzqx")
    expect(page.locator("[role=status]").first).to_be_visible()
    assert page.locator("main a").count() > 2


def test_the_carrots_are_a_legend_with_rival_claims(site: str, visit: tuple[Page, dict[str, str], bool]) -> None:
    page, words, _ = visit
    page.goto(f"{site}/search?q=les+carottes+sont+cuites")
    page.locator("#found article.slip h2 a, #found article.slip h3 a").first.click()
    expect(page.locator("h1")).to_contain_text("Les carottes sont cuites")
    claims = page.locator(".claim[data-standing=legend]")
    assert claims.count() > 1
    expect(claims.first.locator(".standing")).to_contain_text(words["legend"])


def test_the_outsider_reads_no_meaning(site: str, visit: tuple[Page, dict[str, str], bool]) -> None:
    page, _, _ = visit
    page.goto(f"{site}/search?q=crapaud&reading=outsider")
    page.locator("#found article.slip h2 a, #found article.slip h3 a").first.click()
    expect(page.locator("h1")).to_contain_text("crapaud")
    assert page.locator(".claim, .fold__meaning").count() == 0
    assert "arachut" not in page.content()


def test_a_night_reads_as_a_bulletin_and_leads_to_the_next(site: str, visit: tuple[Page, dict[str, str], bool]) -> None:
    page, words, _ = visit
    page.goto(f"{site}/nights/1944-06-05")
    expect(page.locator("h1")).to_contain_text(words["night"])
    expect(page.locator("main")).to_contain_text("langueur monotone")
    page.locator('a[href*="/nights/1944-06-06"]').first.click()
    expect(page.locator("h1")).to_contain_text("6")


def test_an_essay_leads_to_its_messages_and_back(site: str, visit: tuple[Page, dict[str, str], bool]) -> None:
    page, _, _ = visit
    page.goto(f"{site}/essays")
    page.locator("main h2 a, main h3 a").first.click()
    expect(page.locator(".prose")).to_be_visible()
    page.locator(".prose a[href*='/messages/']").first.click()
    expect(page.locator("h1.phrase")).to_be_visible()
    assert page.locator("a[href*='/essays/']").count() > 0


def test_the_permanent_address_on_the_page_leads_back_to_it(
    site: str, visit: tuple[Page, dict[str, str], bool]
) -> None:
    page, words, _ = visit
    page.goto(f"{site}/search?q=crapaud+vole")
    page.locator("#found article.slip h2 a, #found article.slip h3 a").first.click()
    expect(page.locator("main")).to_contain_text(words["address"])
    address = page.locator("input[readonly]").first.input_value()
    page.goto(address.upper().replace("HTTP", "http").replace("/ID/", "/id/"))
    expect(page.locator("h1")).to_contain_text("Le crapaud vole")
