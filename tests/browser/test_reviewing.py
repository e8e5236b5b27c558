"""People overrule the machine, and clear a hit, on the pages."""

from playwright.sync_api import expect

from lending.models import Review
from lending.selectors import standing_outcome
from tests import builders
from tests.browser.conftest import SignIn


def address(review: Review) -> str:
    return f"/admin/lending/review/{review.pk}/change/"


def test_a_reviewer_finds_the_case_and_overrides_it_with_a_reason(sign_in: SignIn) -> None:
    review = builders.case_of(builders.decided(builders.cleo(), builders.review_conclusion()))
    page = sign_in(builders.reviewer())
    page.goto("/admin/")
    page.locator("#cases").get_by_role("link", name=str(review.application)).click()
    page.get_by_role("button", name="Take case").click()
    expect(page.locator("#resolve")).to_contain_text("on your desk")
    page.get_by_label("Approve the loan").check()
    page.get_by_label("Reason", exact=True).fill("Eleven months of reserves after closing.")
    page.get_by_role("button", name="Close the case").click()
    expect(page.locator("#standing")).to_contain_text("Eleven months of reserves after closing.")
    expect(page.locator("#standing .iq-approved").first).to_be_visible()
    standing = standing_outcome(review.application)
    assert standing is not None
    assert (standing.outcome, standing.who) == ("APPROVED", "rafael")


def test_an_override_without_a_reason_is_refused_on_the_page(sign_in: SignIn) -> None:
    review = builders.case_of(builders.decided(builders.cleo(), builders.review_conclusion()))
    page = sign_in(builders.reviewer())
    page.goto(address(review))
    page.get_by_label("Approve the loan").check()
    page.get_by_role("button", name="Close the case").click()
    expect(page.locator("#resolve .errorlist")).to_contain_text("Say why you overrule the machine")
    expect(page.get_by_label("Approve the loan")).to_be_checked()
    review.refresh_from_db()
    assert review.status == "open"


def test_compliance_compares_and_clears_a_hit(sign_in: SignIn) -> None:
    application = builders.cleo()
    review = builders.case_of(builders.decided(application, builders.hold_conclusion(application)))
    page = sign_in(builders.compliance_officer())
    page.goto(address(review))
    expect(page.locator("#hits")).to_contain_text("A LISTED PARTY")
    expect(page.locator("#hits")).to_contain_text("Cleo Marsh")
    page.get_by_label("Why this is not the listed party").fill("Born 13 years later; passport seen.")
    page.get_by_role("button", name="Clear the hit and decide again").click()
    expect(page.locator("#progress")).to_contain_text("Waiting for a worker")
    assert application.runs.get(number=2).reason == "Sanctions hit cleared: Born 13 years later; passport seen."
