"""The desk in a real browser: keys, reviews, policy, accessibility, phone width; nothing from outside."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.desk.web.conftest import Press

PAGES = (
    "/?since=7d",
    "/mentions?polarity=denied",
    "/articles?q=exercice",
    "/sources",
    "/runs",
    "/reviews",
    "/help",
    "/nowhere",
)
WIDTHS = {"desktop": 1280, "phone": 320}


@pytest.fixture
def page(browser: Any, desk: str) -> Iterator[Any]:
    """A window of a fresh browser profile; a fault on the console, or a request to elsewhere, fails the test."""
    context = browser.new_context(base_url=desk, locale="fr-FR", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    faults: list[str] = []
    # A page that is not there is said on the console as well; that is no fault of the page.
    page.on(
        "console", lambda said: said.type == "error" and "404" not in said.text and faults.append(said.text)
    )
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: request.url.startswith((desk, "data:")) or faults.append(request.url))
    yield page
    context.close()
    assert faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_accessible_and_fits(
    page: Any, press: Press, width: str, scheme: str, tmp_path: Path
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.set_viewport_size({"width": WIDTHS[width], "height": 900})
    page.emulate_media(color_scheme=scheme)
    shown = (*PAGES, f"/articles/{press.articles['mer']}", f"/articles/{press.hostile}")
    folder = Path(os.environ.get("VEDETTE_SCREENSHOTS", tmp_path))
    for number, path in enumerate(shown):
        page.goto(path)
        if page.locator(".score").count():
            page.locator(".score").first.focus()
        page.screenshot(path=folder / f"{number}-{width}-{scheme}.png", full_page=True)
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, path
        if width == "phone":
            continue  # the same elements, only narrower
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        faults = [(v["id"], v["nodes"][0]["html"]) for v in found.response["violations"]]
        assert faults == [], path
        assert page.title() != "hacked"


def test_keys_move_judge_and_open(page: Any, press: Press) -> None:
    page.goto("/mentions")
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.dataset.mention")
    page.keyboard.press("j")
    second = page.evaluate("document.activeElement.dataset.mention")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.dataset.mention") == first != second
    with page.expect_response("**/reviews") as answer:
        page.keyboard.press("y")
    assert answer.value.ok
    page.wait_for_selector(f"#m{first} .verdict.confirmed")
    with page.expect_response("**/reviews"):
        page.keyboard.press("n")
    page.wait_for_selector(f"#m{first} .verdict.rejected")
    kept = press.one("SELECT string_agg(verdict, ' ' ORDER BY id) FROM press.review")
    assert kept.endswith("confirmed rejected")
    page.keyboard.press("o")
    page.wait_for_url("**/articles/*")


def test_question_mark_shows_the_keys_and_slash_goes_to_the_search(page: Any) -> None:
    page.goto("/mentions")
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("dialog#keys").is_visible()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("jkyn")
    assert page.input_value("#find") == "jkyn"


def test_the_keys_can_be_turned_off(page: Any) -> None:
    page.goto("/help")
    page.get_by_role("button", name="Désactiver ces touches").click()
    page.goto("/mentions")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.dataset.mention ?? null") is None


def test_a_mention_is_corrected_with_a_note(page: Any, press: Press) -> None:
    page.goto("/mentions?category=MIL_EXERCISE")
    mention = page.locator(".mention").first
    mention.locator("summary").click()
    mention.locator("select[name=category]").select_option("MIL_DIPLO")
    mention.locator("input[name=note]").fill("plutôt une rencontre")
    with page.expect_response("**/reviews"):
        mention.get_by_role("button", name="Enregistrer").click()
    page.goto("/reviews")
    assert page.get_by_text("plutôt une rencontre").is_visible()
    assert page.get_by_text("Diplomatie militaire").first.is_visible()


def test_a_review_without_script_comes_back_to_the_mention(browser: Any, desk: str, press: Press) -> None:
    context = browser.new_context(base_url=desk, locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    page.goto("/mentions?category=VISIT")
    page.locator(".mention button.yes").first.click()
    assert re.search(r"/mentions\?category=VISIT#m\d+$", page.url)
    assert page.locator(".verdict.confirmed").first.is_visible()
    context.close()


def test_the_filter_form_leads_to_an_address(page: Any) -> None:
    page.goto("/mentions")
    page.locator(".filters select[name=polarity]").select_option("denied")
    page.get_by_role("button", name="Appliquer").click()
    assert "polarity=denied" in page.url
    assert page.locator(".mention.denied").count()
    assert page.locator(".mention").count() == page.locator(".mention.denied").count()


def test_the_score_is_explained_on_focus_and_on_hover_and_escape_closes_it(page: Any, press: Press) -> None:
    page.goto(f"/articles/{press.articles['mer']}")
    reasons = page.locator(".reasons").first
    assert not reasons.is_visible()
    page.locator(".score").first.focus()
    assert reasons.is_visible()
    page.keyboard.press("Escape")
    assert not reasons.is_visible()
    page.locator(".score").nth(1).hover()
    assert page.locator(".reasons").nth(1).is_visible()


def test_an_archived_page_is_shown_and_cannot_run_script(browser: Any, desk: str, press: Press) -> None:
    # The browser says on its console what it refused, so the fixture that forbids that is not used.
    context = browser.new_context(base_url=desk, locale="fr-FR")
    page = context.new_page()
    number = press.articles["visite"]
    page.goto(f"/articles/{number}/page")
    frame = page.frame_locator("iframe.archived")
    assert frame.get_by_role("heading", name="Wang Yi à Moscou").is_visible()
    assert "hacked" not in page.title()
    page.goto(f"/articles/{number}/archived")
    assert page.locator("body").get_attribute("data-hacked") is None
    assert page.title() != "hacked"
    context.close()
