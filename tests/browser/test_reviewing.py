"""People overrule the machine, and clear a hit, on the pages."""

from decimal import Decimal
from typing import Any

from playwright.sync_api import expect

from lending import services
from lending.models import Review, Signatory
from lending.selectors import standing_outcome
from tests import builders
from tests.browser.conftest import SignIn


def address(review: Review) -> str:
    return f"/admin/lending/review/{review.pk}/change/"


def test_a_reviewer_takes_the_next_case_writes_a_view_down_and_signs(sign_in: SignIn, settings: Any) -> None:
    settings.REVIEW_BLIND_FIRST = True
    review = builders.case_of(builders.decided(builders.cleo(), builders.review_conclusion()))
    page = sign_in(builders.reviewer())
    page.goto("/admin/lending/review/")
    page.get_by_role("button", name="Take the next case").click()
    expect(page.locator("#blind")).to_be_visible()
    expect(page.locator("#verdict")).to_have_count(0)
    expect(page.locator("#facts")).to_contain_text("$320,000")
    page.keyboard.press("d")
    page.get_by_label("Why", exact=True).fill("Eight years in the job, but the score is thin.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#verdict")).to_be_visible()
    expect(page.locator("#said")).to_contain_text("the score is thin")
    page.locator("#resolve h2").click()
    page.keyboard.press("a")
    page.get_by_label("Reason of an approval").select_option("compensating_factors")
    page.get_by_label("In your words").fill("Eleven months of reserves after closing.")
    page.get_by_role("button", name="Look at it once more and sign").click()
    expect(page.locator("#confirm")).to_contain_text("Signing closes the case in your name")
    page.locator("#sign").click()
    expect(page.locator("#standing")).to_contain_text("Eleven months of reserves after closing.")
    standing = standing_outcome(review.application)
    assert standing is not None
    assert (standing.outcome, standing.who) == ("APPROVED", "rafael")


def test_a_decision_without_a_reason_is_refused_on_the_page(sign_in: SignIn) -> None:
    review = builders.case_of(builders.decided(builders.cleo(), builders.review_conclusion()))
    page = sign_in(builders.reviewer())
    page.goto(address(review))
    page.get_by_label("Approve the loan").check()
    page.get_by_role("button", name="Look at it once more and sign").click()
    expect(page.locator("#resolve .errorlist").first).to_contain_text("Choose the reason that comes nearest")
    expect(page.get_by_label("Approve the loan")).to_be_checked()
    review.refresh_from_db()
    assert review.status == "open"


def test_two_people_press_take_and_one_gets_the_case(sign_in: SignIn) -> None:
    review = builders.case_of(builders.decided(builders.cleo(), builders.review_conclusion()))
    one, two = sign_in(builders.reviewer()), sign_in(builders.reviewer("rita"))
    for page in (one, two):
        page.goto(address(review))
    for page in (one, two):
        page.get_by_role("button", name="Take case").click()
    expect(one.locator("#resolve")).to_contain_text("on your desk")
    expect(two.locator("body")).to_contain_text("has been taken by rafael")


def test_the_second_signature_closes_a_large_loan(sign_in: SignIn) -> None:
    conclusion, large = builders.review_conclusion(), builders.cleo(loan_amount=Decimal(1_200_000))
    review = builders.case_of(builders.decided(large, conclusion))
    services.resolve_review(review=review, by=builders.reviewer(), outcome="APPROVED", note="Strong file.")
    renata = builders.reviewer("renata")
    Signatory.objects.create(user=renata, limit=Decimal(3_000_000))
    page = sign_in(renata)
    page.goto(address(review))
    expect(page.locator("#countersign")).to_contain_text("above the signer's limit")
    page.get_by_role("button", name="Sign as the second person").click()
    expect(page.locator("#standing")).to_contain_text("Strong file.")


def test_the_officer_answers_what_the_reviewer_asks(sign_in: SignIn) -> None:
    review = builders.case_of(builders.decided(builders.cleo(), builders.review_conclusion()))
    reviewer = sign_in(builders.reviewer())
    reviewer.goto(address(review))
    reviewer.get_by_text("Ask the officer for more").click()
    reviewer.get_by_label("What do you need?").fill("Two months of bank statements.")
    reviewer.get_by_role("button", name="Ask, and let the case wait").click()
    officer = sign_in(builders.officer())
    officer.goto(f"/admin/lending/loanapplication/{review.application_id}/change/")
    officer.locator("#question").get_by_role("link", name="Answer").click()
    officer.get_by_label("Your answer").fill("Both are among the documents.")
    officer.get_by_role("button", name="Answer the reviewer").click()
    reviewer.goto(address(review))
    expect(reviewer.locator("#said")).to_contain_text("Both are among the documents.")


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
