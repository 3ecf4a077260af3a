"""A reader’s way through the archive in a real browser: phone and wide, both languages, with and without script."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from tests.browser import WIDE
from tests.journeys.conftest import Walker, tab_to
from tests.pages import identifier
from webapp.contributions import forms
from webapp.messages.models import Message

pytestmark = pytest.mark.browser

REMEMBERED = {"crapo vole": "Le crapaud vole", "carotes cuite": "Les carottes sont cuites",
              "sanglots longs violons": "Les sanglots longs des violons"}  # fmt: skip
FIRST = "#found article.slip"


def search(walker: Walker, words: str) -> None:
    """Type it on the home page and send it."""
    walker.page.locator("main form[role=search] input[name=q]").fill(words)
    walker.page.locator("main form[role=search] button").click()
    walker.page.locator("#found").wait_for()


def told(walker: Walker) -> str:
    """How much was found, as the page says it."""
    return walker.page.locator("[role=status]").first.inner_text()


def test_the_first_screen_says_what_this_is_and_a_half_remembered_phrase_is_found(site: str, walker: Walker) -> None:
    page, size = walker.page, walker.page.viewport_size
    assert size is not None
    for words, phrase in REMEMBERED.items():
        page.goto(site)
        for seen in (page.locator("h1"), page.locator(".home-lead p"), page.locator(".band .phrase, .band h2").first):
            box = seen.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] < size["height"], "it is below the first screen"
        search(walker, words)
        expect(page.locator(FIRST).first).to_contain_text(phrase)
    page.goto(f"{site}/search?q=crapo+vole")
    page.get_by_role("link", name=walker.either("Chercher exactement", "Search exactly")).click()
    page.wait_for_url("**exact=1**")
    assert page.locator(FIRST).count() == 0
    expect(page.locator("main")).to_contain_text(walker.either("Rien ne contient exactement", "Nothing has exactly"))
    ways = page.locator("main #found a")
    assert ways.count() > 2
    ways.first.click()
    expect(page.locator("main")).to_contain_text("crapaud")


def test_a_message_is_unfolded_its_sources_are_one_step_away_and_its_address_stays(site: str, walker: Walker) -> None:
    page = walker.page
    page.goto(f"{site}/search?q=crapaud+vole")
    first = page.locator(FIRST).first
    fold = first.locator("details.fold")
    expect(fold.locator(".fold__meaning")).to_be_hidden()
    fold.locator("summary").click()
    expect(fold.locator(".fold__meaning")).to_be_visible()
    first.locator("h2 a, h3 a").first.click()
    expect(page.locator("h1")).to_contain_text("Le crapaud vole")
    claim = page.locator(".claim").first
    expect(claim).to_contain_text(walker.either("Comment le sait-on", "How do we know"))
    expect(claim.locator(".sources li").first).to_be_visible()
    why = claim.locator("details.plain")
    why.locator("summary").click()
    expect(why.locator("p")).to_be_visible()
    address = page.locator("input[readonly]").first.input_value()
    claim.locator(".sources a").first.click()
    expect(page.locator("main")).to_contain_text("Le crapaud vole")
    page.goto(address.upper().replace("HTTP", "http").replace("/ID/", "/id/"))
    expect(page.locator("h1")).to_contain_text("Le crapaud vole")


def test_by_what_it_meant_narrowed_down_shared_undone_and_kept(site: str, walker: Walker) -> None:
    page = walker.page
    page.goto(f"{site}/search?q=parachutage")
    before = told(walker)
    if page.locator(".facets-box summary").is_visible():
        page.locator(".facets-box summary").click()
    option = page.locator("label[for^=standing-]", has_text=walker.either("Attesté", "Attested"))
    many = option.locator("xpath=following-sibling::*[1]").inner_text()
    option.click()
    page.locator(".facets button[type=submit]").click()
    page.wait_for_url("**standing=attested**")
    assert told(walker) == f"{many} messages"
    assert ("from=" in page.url) == (not walker.scripts), "an address to be shared holds what was chosen alone"
    narrowed = f"{site}/search?q=parachutage&standing=attested&from=1944-06&to=1944-06"
    page.goto(narrowed)
    overlaps = told(walker)
    page.goto(f"{narrowed}&within=certain")
    assert int(told(walker).split()[0]) < int(overlaps.split()[0]) < int(many)
    for name in ("from", "standing"):
        page.locator("a.tag").last.click()
        page.wait_for_url(lambda url, name=name: name not in url)
    expect(page.locator("[role=status]").first).to_have_text(before)
    for link in page.locator(".keep a").all():
        answer = page.request.get(site + (link.get_attribute("href") or ""))
        assert answer.ok, link.inner_text()
        assert len(answer.body()) > 200, link.inner_text()


def test_a_legend_has_rival_claims_and_the_outsider_reads_none(site: str, walker: Walker) -> None:
    page = walker.page
    page.goto(f"{site}/search?q=les+carottes+sont+cuites")
    page.locator(f"{FIRST} :is(h2, h3) a").first.click()
    expect(page.locator("h1")).to_contain_text("Les carottes sont cuites")
    claims = page.locator(".claim[data-standing=legend]")
    assert claims.count() > 1
    expect(claims.first.locator(".standing")).to_contain_text(walker.either("Légende", "Legend"))
    page.locator(".readings a", has_text=walker.either("Surface seule", "Surface only")).first.click()
    page.wait_for_url("**reading=outsider**")
    expect(page.locator("h1")).to_contain_text("Les carottes sont cuites")
    assert page.locator(".claim, .fold__meaning").count() == 0
    for secret in ("arachut", "ébarquement", "landing"):
        assert secret not in page.locator("main").inner_text()


def test_one_looks_around_from_a_night_to_the_map_and_every_cell_is_a_search(site: str, walker: Walker) -> None:
    page = walker.page
    page.goto(f"{site}/nights/1944-06-05")
    expect(page.locator("h1")).to_contain_text(walker.either("5 au mardi 6 juin 1944", "5 to Tuesday 6 June 1944"))
    expect(page.locator("main")).to_contain_text("langueur monotone")
    page.locator('main a[href*="/nights/1944-06-06"]').first.click()
    page.wait_for_url("**/nights/1944-06-06**")
    page.go_back()
    page.locator('main a[href*="/on-this-day/06-05"]').first.click()
    expect(page.locator("h1")).to_contain_text(walker.either("5 juin", "5 June"))
    page.goto(f"{site}/calendar/1944")
    page.locator('main svg a[href*="1944-06-05"]').first.click()
    page.wait_for_url("**/nights/1944-06-05**")
    page.goto(f"{site}/map")
    page.locator('.maps a[href^="/places/"]').first.dispatch_event("click")
    page.wait_for_url("**/places/**")
    expect(page.locator("main .slip").first).to_be_visible()
    page.goto(f"{site}/timeline")
    page.locator('main table a[href*="year=1944"]').first.click()
    expect(page.locator("a.tag")).to_contain_text("1944")
    page.goto(f"{site}/surface-and-secret")
    cell = page.locator('main svg a[href*="theme=food"][href*="purpose=parachute-drop"]')
    many = cell.locator("text").text_content()
    cell.dispatch_event("click")
    page.wait_for_url("**purpose=parachute-drop**")
    assert told(walker).startswith(f"{many} ")


def test_a_night_and_a_message_are_read_aloud_as_a_reconstruction_with_every_word(
    archive: Flask, site: str, walker: Walker
) -> None:
    page, message = walker.page, f"/messages/{identifier(archive, Message, 'sanglots-longs')}"
    for address, words in (("/nights/1944-06-05", "Bercent mon cœur"), (message, "sanglots longs")):
        page.goto(site + address)
        page.locator("main a[href$='/listen'], main a[href*='/listen?']").first.click()
        player = page.locator(".player")
        expect(player).to_contain_text(walker.either("Reconstitution", "Reconstruction"))
        expect(player).to_contain_text(walker.either("pas un enregistrement d’époque", "not a period recording"))
        expect(page.locator(".transcript")).to_contain_text(words)
        expect(player.locator("audio track[kind=captions]")).to_have_count(1)


def test_an_essay_leads_to_its_messages_and_back(site: str, walker: Walker) -> None:
    page = walker.page
    page.goto(f"{site}/essays")
    page.locator("main h2 a, main h3 a").first.click()
    expect(page.locator(".prose")).to_be_visible()
    essay = page.locator("h1").inner_text()
    page.locator(".prose a[href*='/messages/']").first.click()
    expect(page.locator("h1.phrase")).to_be_visible()
    page.locator("main a[href*='/essays/']", has_text=essay[:20]).first.click()
    expect(page.locator("h1")).to_have_text(essay)


def test_the_feeds_and_the_data_are_where_the_foot_of_the_page_says(site: str, walker: Walker) -> None:
    page = walker.page
    page.goto(site)
    page.locator("footer a[href^='/feeds']").click()
    expect(page.locator("h1")).to_have_text(walker.either("Flux", "Feeds"))
    for link in page.locator("main a[href^='/feeds/'], main a[href*='.atom']").all():
        assert page.request.get(site + (link.get_attribute("href") or "")).ok, link.inner_text()
    page.locator("footer a[href^='/data']").click()
    expect(page.locator("main")).to_contain_text("openapi.json")


WAYS = ("message", "variant", "interpretation", "date", "reference", "correction", "recollection")


def test_what_somebody_knows_is_offered_without_an_account_and_followed_with_a_code(
    own_site: str, walker: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "LEAST_SECONDS", 0)
    page = walker.page
    page.goto(f"{own_site}/contribute")
    for way in WAYS:
        expect(page.locator(f"main a[href*='/contribute/{way}']")).to_be_visible()
    page.goto(f"{own_site}/search?q=zzqxzzqx")
    page.locator("main a[href*='/contribute/message']").click()
    expect(page.locator("h1")).to_have_text(walker.either("Nouveau message", "A new message"))
    page.locator("#offer button[type=submit]").click()
    expect(page.locator("#errors")).to_be_visible()
    page.locator("#offer [name=phrase]").fill(f"La pie jacasse {walker.name}")
    page.locator("#offer [name=evidence]").fill("Le carnet de ma grand-mère.")
    page.locator("#offer button[type=submit]").click()
    code = page.locator(".receipt__code").inner_text().strip()
    page.goto(f"{own_site}/contributions")
    page.locator("#receipt").fill(code)
    page.locator("#receipt").press("Enter")
    expect(page.locator("main")).to_contain_text(f"La pie jacasse {walker.name}")


def test_by_keyboard_alone_a_reader_finds_narrows_unfolds_and_opens(site: str, browser: Browser) -> None:
    context = browser.new_context(viewport=WIDE, locale="fr")
    page = context.new_page()
    page.goto(site)
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tab_to(page, "main form[role=search] input[name=q]")
    page.keyboard.type("sanglots lo", delay=20)
    option = page.get_by_role("option").first
    expect(option).to_contain_text("sanglots longs")
    page.keyboard.press("Escape")
    expect(option).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(option).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+A")
    page.keyboard.type("parachutage")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=parachutage**")
    tab_to(page, "#standing-1")
    page.keyboard.press("Space")
    tab_to(page, ".facets button[type=submit]", 200)
    page.keyboard.press("Enter")
    page.wait_for_url("**standing=**")
    tab_to(page, "a.tag", 200)
    tab_to(page, "#found details.fold > summary")
    page.keyboard.press("Enter")
    expect(page.locator("#found details.fold[open] .fold__meaning").first).to_be_visible()
    page.keyboard.press("Shift+Tab")
    tab_to(page, "#found article.slip h2 a, #found article.slip h3 a")
    page.keyboard.press("Enter")
    page.locator("h1.phrase").wait_for()
    tab_to(page, ".claim details.plain > summary")
    page.keyboard.press("Enter")
    expect(page.locator(".claim details.plain[open] p").first).to_be_visible()
    tab_to(page, "[data-copy]", 200)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('[data-copy]')"), "the focus is lost"
    context.close()
