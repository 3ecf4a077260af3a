"""Axe, as every test of a page asks it."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCRIPT = Axe().axe_script
# Only what is wrong is told: the report of all that is right takes longer than the examination.
ASK = "async options => (await axe.run(document, options)).violations"


def barriers(page: Page, where: str = "") -> list[str]:
    """What on this page breaks WCAG 2.2 AA or a good practice, a line each: the rule and the first element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
    found = page.evaluate(ASK, {"runOnly": RULES, "resultTypes": ["violations"]})
    return [f"{where or page.url}: {each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]
