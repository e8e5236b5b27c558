"""Under a lowered overlay an approved loan is declined, and the impact report says who and why beforehand."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from agents import impact_task, tasks
from audit.models import AuditEvent
from lending import services
from lending.models import Decision, LoanApplication
from policies.models import ImpactReport, ImpactStatus, RulebookVersion
from policies.rulebook.publishing import check_rulebook, publish_rulebook
from policies.rulebook.shipping import shipped_texts
from tests import builders
from tests.agents.corpus import EMBEDDER, listed_party, stored_manual
from tests.builders import ada, ben
from tests.policies.rulebooks import draft, lowered, manager, shipped

pytestmark = pytest.mark.django_db


def close_to_the_limit() -> LoanApplication:
    """Return an approvable loan whose back-end DTI lies between 40 and 45 percent."""
    application = ada(external_id="NEAR")
    application.applicants.update(monthly_debts=Decimal(2300))
    return application


def queued(version: RulebookVersion) -> ImpactReport:
    return check_rulebook(version=version, day=timezone.localdate(), by=manager())


def worked_out(version: RulebookVersion) -> ImpactReport:
    report = queued(version)
    assert impact_task.run_impact(str(report.pk)) == "done"
    report.refresh_from_db()
    return report


def test_the_report_lists_who_flips_and_why() -> None:
    near, clear = close_to_the_limit(), ada()
    report = worked_out(draft(lowered("40.00")))
    assert report.status == ImpactStatus.DONE
    assert report.result["applications"] == 2
    assert report.result["outcomes"] == [
        {"outcome": "APPROVED", "before": 2, "after": 1},
        {"outcome": "DECLINED", "before": 0, "after": 1},
    ]
    [flip] = report.result["flips"]
    assert (flip["application"], flip["before"], flip["after"]) == (near.number, "APPROVED", "DECLINED")
    [rule] = flip["rules"]
    assert (rule["code"], rule["before"], rule["after"]) == ("conventional_back_end_dti_overlay", "passed", "failed")
    assert rule["message"].endswith("is above the limit of 40.00 percent.")
    assert report.result["rules"][0]["applications"] == 1
    assert clear.number not in str(report.result)
    for name in ("Ada", "Whitfield", "Fairgate"):
        assert name not in str(report.result)
    told = AuditEvent.objects.get(verb="rulebook.impact_reported").details
    assert (told["applications"], told["flips"]) == (2, 1)


def test_delivered_twice_it_is_worked_out_once() -> None:
    report = queued(draft())
    assert impact_task.run_impact(str(report.pk)) == "done"
    assert impact_task.run_impact(str(report.pk)) == "already claimed"


def test_a_draft_without_a_rate_that_the_engine_needs_fails_its_report_and_cannot_be_published() -> None:
    ada()
    texts = shipped_texts()
    cut = texts["terms.toml"].replace("[debt_ends_soon_months]", "[debt_ends_some_day_months]")
    version = draft({**texts, "terms.toml": cut})
    report = queued(version)
    assert impact_task.run_impact(str(report.pk)) == "failed"
    report.refresh_from_db()
    assert (report.status, report.result) == (ImpactStatus.FAILED, {})
    assert "debt_ends_soon_months" in report.error


def test_applications_decided_long_ago_are_left_out_unless_they_wait_for_a_person() -> None:
    builders.decided(ada(), builders.approved_conclusion())
    builders.decided(builders.cleo(), builders.review_conclusion())
    ben()
    now = timezone.now()
    recent = impact_task.open_and_recent(now - timedelta(days=1)).values_list("external_id", flat=True)
    assert set(recent) == {"ADA", "BEN", "CLEO"}
    later = impact_task.open_and_recent(now + timedelta(days=1)).values_list("external_id", flat=True)
    assert set(later) == {"BEN", "CLEO"}


def test_a_hold_stays_a_hold_under_both() -> None:
    application = close_to_the_limit()
    stop = builders.finding(
        "sanctions", fact="sanctions_hit", severity="stop", result="failed", message="A name closely matches."
    )
    conclusion = builders.hold_conclusion(application)
    builders.decided(application, replace(conclusion, findings=(*conclusion.findings, stop)))
    report = worked_out(draft())
    assert report.result["outcomes"] == [{"outcome": "HOLD", "before": 1, "after": 1}]
    assert [rule["code"] for rule in report.result["rules"]] == ["conventional_back_end_dti_overlay"]


def test_a_run_uses_the_version_in_force_and_says_which(settings: Settings) -> None:
    settings.EMBEDDING_MODEL = EMBEDDER
    stored_manual()
    listed_party()
    application, first = close_to_the_limit(), shipped()
    run = services.request_decision(application=application, enqueue=False)
    assert tasks.run_decision(str(run.pk)) == "APPROVED"
    run.refresh_from_db()
    assert run.rulebook_version == first.version
    version = draft()
    publish_rulebook(version=version, report=worked_out(version), by=manager("paula"))
    again = services.request_decision(application=application, reason="New rulebook.", enqueue=False)
    assert tasks.run_decision(str(again.pk)) == "DECLINED"
    again.refresh_from_db()
    assert again.rulebook_version == version.version
    assert Decision.objects.count() == 2
