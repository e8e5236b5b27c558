"""The path to yes and two runs side by side, as an officer meets them."""

from playwright.sync_api import expect

from tests import builders
from tests.browser.conftest import SignIn
from tests.lending.test_advice_pages import advised, twice_decided


def test_an_officer_reads_the_smallest_change_and_opens_the_programs(sign_in: SignIn) -> None:
    application = builders.ben()
    builders.decided(application, advised(application))
    page = sign_in(builders.officer())
    page.goto(f"/admin/lending/loanapplication/{application.pk}/change/")
    first = page.locator("#path tbody tr").first
    expect(first).to_contain_text("Pay off debts")
    expect(page.locator("#programs [data-program=fha]")).to_be_hidden()
    page.locator("#programs summary").first.click()
    expect(page.locator("#programs [data-program=fha]")).to_be_visible()
    page.locator("a[href='#applicants']").click()
    expect(page.locator("#path")).to_be_hidden()
    expect(page.get_by_role("link", name="Itemise income")).to_be_visible()


def test_an_officer_compares_the_newest_run_with_the_one_before(sign_in: SignIn) -> None:
    application = twice_decided()
    page = sign_in(builders.officer())
    page.goto(f"/admin/lending/loanapplication/{application.pk}/change/")
    page.get_by_role("link", name="Compare runs").click()
    expect(page.locator("#resubmission")).to_contain_text("Resubmit")
    expect(page.locator("#facts")).to_contain_text("HELOC limit")
    page.locator("#resubmission").get_by_role("link", name="Run 2").click()
    expect(page.get_by_role("link", name="Compare with run 1")).to_be_visible()
