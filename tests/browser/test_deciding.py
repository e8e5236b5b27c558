"""An officer asks for decisions and watches them; the test plays the worker, through the worker's own services."""

from django.utils import timezone
from playwright.sync_api import expect

from audit import log
from lending import services
from lending.models import DecisionRun, LoanApplication
from tests import builders
from tests.browser.conftest import SignIn


def address(application: LoanApplication) -> str:
    return f"/admin/lending/loanapplication/{application.pk}/change/"


def finished(run: DecisionRun, *agents: str) -> None:
    for agent in agents:
        log.record_trace(
            run_id=run.pk,
            attempt=run.attempts,
            agent=agent,
            verdict="clear",
            summary="Done.",
            writer="template",
            started_at=timezone.now(),
            milliseconds=40,
        )


def test_an_officer_runs_a_decision_and_watches_it(sign_in: SignIn) -> None:
    application, page = builders.ada(), sign_in(builders.officer())
    page.goto(address(application))
    expect(page.locator("#panel")).to_contain_text("Not decided")
    page.get_by_role("button", name="Run decision").click()
    expect(page.locator("#progress")).to_contain_text("Waiting for a worker")

    run = services.claim_run(application.runs.get().pk)
    assert run is not None
    intake, policy, compliance = (page.locator(f"[data-agent={name}]") for name in ("intake", "policy", "compliance"))
    expect(intake).to_contain_text("Running")
    finished(run, "intake", "ratio")
    expect(intake).to_contain_text("40 ms")
    expect(policy).to_contain_text("Running")
    expect(compliance).to_contain_text("Running")

    services.complete_run(run, builders.approved_conclusion())
    expect(page.locator("#verdict")).to_contain_text("Approved")
    expect(page.locator("#verdict")).to_contain_text("All 3 rules that must pass have passed")
    expect(page.locator("#progress[data-stream]")).to_have_count(0)


def test_a_double_click_makes_one_run(sign_in: SignIn) -> None:
    application, page = builders.ada(), sign_in(builders.officer())
    page.goto(address(application))
    page.locator("#run-decision").dblclick()
    expect(page.locator("#progress")).to_be_visible()
    assert DecisionRun.objects.count() == 1


def test_several_are_run_from_the_list(sign_in: SignIn) -> None:
    builders.ada()
    builders.ben()
    page = sign_in(builders.officer())
    page.goto("/admin/lending/loanapplication/")
    for box in page.locator("tbody .action-select").all():
        box.check()
    page.locator("select[name=action]").select_option("run_decision")
    page.get_by_role("button", name="Run", exact=False).first.click()
    expect(page.get_by_text("2 decisions queued.")).to_be_visible()
    expect(page.locator("#result_list .iq-tag", has_text="Queued")).to_have_count(2)


def test_the_application_page_follows_a_run_and_shows_its_decision_beside_what_is_being_typed(
    sign_in: SignIn,
) -> None:
    application, page = builders.ada(), sign_in(builders.officer())
    run = builders.running(application)
    page.goto(address(application))
    expect(page.locator("[data-agent=intake]")).to_contain_text("Running")
    page.locator("#id_funds_to_close").fill("91500")
    finished(run, "intake")
    expect(page.locator("[data-agent=intake]")).to_contain_text("no model asked")
    services.complete_run(run, builders.approved_conclusion())
    expect(page.locator("#panel")).to_contain_text("Approved")
    expect(page.locator("#progress")).to_have_count(0)
    expect(page.locator("#id_funds_to_close")).to_have_value("91500")
