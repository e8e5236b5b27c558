"""A policy manager drafts a rulebook on the pages, and a colleague publishes it after reading what it changes."""

from playwright.sync_api import expect

from agents.impact_task import run_impact
from policies.models import ImpactReport, RulebookVersion
from tests import builders
from tests.browser.conftest import SignIn
from tests.policies.rulebooks import OVERLAY, manager, shipped


def test_a_limit_is_lowered_checked_and_published_by_two_people(sign_in: SignIn) -> None:
    shipped()
    application = builders.ada()
    page = sign_in(manager())
    page.goto("/admin/policies/rulebookversion/add/")
    page.get_by_label("Why a new version?").fill("Overlay lowered to 20.")
    page.get_by_text("underwriting.toml", exact=True).click()
    file = page.get_by_label("underwriting.toml")
    before, after = file.input_value().split(OVERLAY)
    file.fill(f"{before}{OVERLAY}{after.replace('45.00', 'much', 1)}")
    page.get_by_role("button", name="Store the draft").click()
    expect(page.locator(".errorlist")).to_contain_text("'much' is not a number of percent")
    page.get_by_label("underwriting.toml").fill(f"{before}{OVERLAY}{after.replace('45.00', '20.00', 1)}")
    page.get_by_role("button", name="Store the draft").click()
    expect(page.locator("#changes")).to_contain_text("45.00 percent")
    page.get_by_role("button", name="Check and report the impact").click()
    expect(page.locator("#impact")).to_contain_text("The report is queued")
    run_impact(str(ImpactReport.objects.get().pk))
    page.reload()
    expect(page.locator("#next")).to_contain_text("a colleague publishes it")

    colleague = sign_in(builders.compliance_officer())
    colleague.goto(page.url)
    expect(colleague.locator("#flips")).to_contain_text(application.number)
    colleague.get_by_role("link", name="Publish from").click()
    colleague.get_by_role("button", name="I have read the report").click()
    expect(colleague.locator("body")).to_contain_text("is published, in force from")
    assert RulebookVersion.objects.get(note="Overlay lowered to 20.").published_by_name == "carmen"


def test_rules_are_filtered_as_soon_as_a_layer_is_chosen(sign_in: SignIn) -> None:
    version = shipped()
    page = sign_in(builders.officer())
    page.goto(f"/admin/policies/rulebookversion/{version.pk}/change/")
    page.get_by_label("Layer").select_option("overlay")
    page.wait_for_url("**layer=overlay**")
    expect(page.locator("#rules")).to_contain_text("Maximum back-end DTI, lender overlay")
    expect(page.locator("#rules")).not_to_contain_text("Maximum back-end DTI, agency")
