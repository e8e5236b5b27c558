"""A policy manager asks the policies, and an officer follows a citation: both end at the marked place on the page."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django import Settings

import policies
from policies.models import PolicyChunk
from tests import builders
from tests.browser.conftest import SignIn

MANUAL = Path(policies.__file__).parent / "samples" / "manuals" / "conventional-lending-manual.md"
QUESTION = "How many months of reserves does a second home need?"


@pytest.fixture(autouse=True)
def manual(settings: Settings, tmp_path: Path) -> None:
    """Print the sample lender's manual and ingest it."""
    from policies.corpus.ingest import ingest_document
    from policies.corpus.publishing import publish_manual

    settings.MEDIA_ROOT, settings.LOANIQ_HOME = tmp_path / "media", tmp_path
    settings.EMBEDDING_MODEL, settings.RERANKER_MODEL = "python:tests.fakes.HashEmbedder", "none"
    target = tmp_path / "conventional-lending-manual.pdf"
    publish_manual(MANUAL, target)
    ingest_document(target)


def place(inner: Locator, outer: Locator) -> list[float]:
    """Return the edges of one thing as points of a Letter page whose picture is the other."""
    a, b = inner.bounding_box(), outer.bounding_box()
    assert a is not None
    assert b is not None
    across, down = 612 / b["width"], 792 / b["height"]
    left, top = (a["x"] - b["x"]) * across, (a["y"] - b["y"]) * down
    return [left, top, left + a["width"] * across, top + a["height"] * down]


def expect_marked_page(page: Page) -> None:
    """Expect the passage that the address names to be marked where its words stand on the page."""
    page.wait_for_url(re.compile(r"/policychunk/\d+/page/"))
    chunk = PolicyChunk.objects.get(pk=int(page.url.partition("/policychunk/")[2].split("/")[0]))
    picture, marks = page.locator(".iq-paper img"), page.locator(".iq-paper rect")
    expect(picture).to_be_visible()
    page.wait_for_function("document.querySelector('.iq-paper img').complete")
    assert picture.evaluate("image => image.naturalWidth") == 1600
    expect(marks).to_have_count(len(chunk.boxes))
    expect(marks.first).to_be_in_viewport()
    assert place(marks.first, picture) == pytest.approx(chunk.boxes[0], abs=2)


@pytest.mark.parametrize("width", [1440, 1100])
def test_a_manager_asks_and_opens_the_page_of_the_first_answer(sign_in: SignIn, width: int) -> None:
    page = sign_in(builders.staff("peter", "Policy manager"))
    page.set_viewport_size({"width": width, "height": 1000})
    page.goto("/admin/policies/search/")
    page.get_by_label("Question").fill(QUESTION)
    page.get_by_role("button", name="Search", exact=True).click()
    first = page.locator("#result-1")
    expect(first).to_contain_text("Conventional Lending Manual, page")
    first.get_by_role("link").first.click()
    expect_marked_page(page)
    page.locator("a[rel=next]").click()
    expect(page.locator(".iq-paper img")).to_be_visible()
    expect(page.locator(".iq-paper rect")).to_have_count(0)
    page.get_by_role("link", name="Back to the passage").click()
    expect_marked_page(page)
    page.get_by_role("link", name="Why was this not found?").click()
    expect(page.locator("#why-not")).to_contain_text("Conventional Lending Manual")


def test_an_officer_opens_the_page_that_a_decision_cites(sign_in: SignIn) -> None:
    chunk = PolicyChunk.objects.filter(text__contains="Second home").first()
    assert chunk is not None
    cited = {
        "source": 1,
        "passage_id": chunk.pk,
        "document": "conventional-lending-manual.pdf",
        "title": "Conventional Lending Manual",
        "version": 1,
        "page": chunk.page,
        "section": chunk.section,
        "quote": chunk.text.splitlines()[0],
    }
    rationale = "Reserves suffice [POLICY SOURCE 1]."
    decision = builders.decided(
        builders.ada(), replace(builders.approved_conclusion(), citations=[cited], rationale=rationale)
    )
    page = sign_in(builders.officer())
    page.goto(f"/admin/lending/decisionrun/{decision.run_id}/change/")
    page.get_by_role("link", name="[POLICY SOURCE 1]").click()
    expect_marked_page(page)
    expect(page.locator("#passage mark")).to_contain_text(chunk.text.split()[0])
    page.go_back()
    page.locator("#citations").get_by_role("link").click()
    expect_marked_page(page)
