"""From a request to a stored decision: who may ask again, what a claim protects, and what a run leaves behind."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from audit import log
from audit.models import AuditEvent
from lending import selectors, services
from lending.exceptions import AlreadyDecided, LeaseLost, ReasonTooLong, RunAlreadyActive
from lending.models import Condition, Decision, DecisionRun, Finding, Review
from lending.vocabulary import ConditionStatus, RunStatus
from tests import builders

pytestmark = pytest.mark.django_db


def verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("verb", flat=True))


def test_a_request_queues_its_job_on_commit_and_not_before(django_capture_on_commit_callbacks: Any) -> None:
    application, officer = builders.ada(), builders.officer()
    with django_capture_on_commit_callbacks() as callbacks:
        run = services.request_decision(application=application, by=officer)
    assert not OrmQ.objects.exists()
    [queue] = callbacks
    queue()
    assert OrmQ.objects.get().task["args"] == (str(run.pk),)
    assert (run.status, run.number, run.requested_by) == (RunStatus.QUEUED, 1, officer)
    assert AuditEvent.objects.get(verb="run.requested").actor == officer.username


def test_without_enqueue_the_caller_runs_it(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        services.request_decision(application=builders.ada(), enqueue=False)
    assert not OrmQ.objects.exists()


def test_a_second_request_is_refused_while_a_run_is_live() -> None:
    application = builders.ada()
    services.request_decision(application=application)
    with pytest.raises(RunAlreadyActive, match=application.number):
        services.request_decision(application=application, reason="Now!")


def test_a_decided_application_needs_a_reason_and_keeps_the_old_run() -> None:
    application = builders.ben()
    builders.decided(application, builders.declined_conclusion())
    with pytest.raises(AlreadyDecided, match="DECLINED"):
        services.request_decision(application=application, reason="   ")
    run = services.request_decision(application=application, reason="Car loan paid off.", partner=builders.partner())
    assert (run.number, run.reason) == (2, "Car loan paid off.")
    assert application.decisions.count() == 1


def test_after_a_failed_run_no_reason_is_needed() -> None:
    application = builders.ada()
    services.fail_run(builders.running(application), "The search index is gone.")
    run = services.request_decision(application=application)
    assert (run.number, run.reason) == (2, "The previous run failed.")


def test_a_reason_that_does_not_fit_is_refused_before_anything_is_written() -> None:
    with pytest.raises(ReasonTooLong, match="501"):
        services.request_decision(application=builders.ada(), reason="x" * 501)
    assert not DecisionRun.objects.exists()


def test_a_run_is_claimed_once() -> None:
    run = services.request_decision(application=builders.ada())
    first, second = services.claim_run(run.pk), services.claim_run(str(run.pk))
    assert first is not None
    assert second is None
    assert (first.status, first.attempts) == (RunStatus.RUNNING, 1)
    assert first.claim_token


def test_only_the_owner_renews_completes_or_fails() -> None:
    run = builders.running(builders.ada())
    stranger = DecisionRun.objects.get(pk=run.pk)
    stranger.claim_token = run.pk
    assert services.renew_lease(run)
    assert not services.renew_lease(stranger)
    with pytest.raises(LeaseLost):
        services.complete_run(stranger, builders.approved_conclusion())
    services.fail_run(stranger, "I am late.")
    assert not Decision.objects.exists()
    assert not Finding.objects.exists()
    run.refresh_from_db()
    assert run.status == RunStatus.RUNNING


def test_completing_twice_writes_once() -> None:
    run = builders.running(builders.ada())
    services.complete_run(run, builders.approved_conclusion())
    with pytest.raises(LeaseLost):
        services.complete_run(run, builders.approved_conclusion())
    assert Decision.objects.count() == 1


def test_a_completed_run_leaves_findings_decision_conditions_and_an_audit_event() -> None:
    application = builders.ada()
    decision = builders.decided(application, builders.approved_conclusion())
    run = DecisionRun.objects.get()
    expected = (RunStatus.DECIDED, builders.stored_hash(application), None)
    assert (run.status, run.facts_hash, run.lease_expires_at) == expected
    assert (decision.outcome, decision.confidence, decision.ratios["ltv"]) == ("APPROVED", Decimal(82), "79.01")
    assert set(run.findings.values_list("code", flat=True)) == {"max_back_end_dti", "max_ltv", "licensed_state"}
    assert application.conditions.get().status == ConditionStatus.OPEN
    assert not Review.objects.exists()
    assert verbs() == ["application.received", "run.requested", "run.started", "run.decided"]
    assert log.verify_chain().intact


def test_referrals_and_holds_open_a_case_in_their_queue() -> None:
    referred, held = builders.cleo(), builders.ada()
    referral = builders.case_of(builders.decided(referred, builders.review_conclusion(), by=builders.officer()))
    hold = builders.case_of(builders.decided(held, builders.hold_conclusion(held)))
    assert (referral.queue, referral.why, referral.maker and referral.maker.username) == (
        *("underwriting", "Confidence 50 lies between 45 and 55."),
        "olivia",
    )
    assert (hold.queue, hold.why) == ("compliance", "A borrower's name resembles a listed party.")
    assert list(selectors.open_reviews("compliance")) == [hold]


def test_a_new_decision_supersedes_the_open_case() -> None:
    application = builders.cleo()
    old = builders.case_of(builders.decided(application, builders.review_conclusion()))
    new = builders.case_of(builders.decided(application, builders.review_conclusion(), reason="New pay stub."))
    old.refresh_from_db()
    assert (old.status, new.status) == ("superseded", "open")
    assert list(selectors.open_reviews()) == [new]


def test_a_failed_run_opens_a_case_so_that_nothing_is_lost() -> None:
    application = builders.ada()
    services.fail_run(builders.running(application), "The model answered nonsense three times.")
    case = Review.objects.get()
    assert (case.decision, case.queue) == (None, "underwriting")
    assert "nonsense" in case.why
    assert DecisionRun.objects.get().finished_at
    assert selectors.standing_outcome(application) is None


def test_a_very_long_error_is_cut_not_refused() -> None:
    services.fail_run(builders.running(builders.ada()), "word " * 500)
    assert len(DecisionRun.objects.get().error) <= 500


def test_conditions_merge_and_keep_a_persons_tick_until_the_finding_changes() -> None:
    application = builders.ada()
    builders.decided(application, builders.approved_conclusion())
    services.receive_condition(condition=Condition.objects.get(), by=builders.officer())
    services.clear_condition(condition=Condition.objects.get(), by=builders.reviewer())
    builders.decided(application, builders.approved_conclusion(), reason="Typo in the notes.")
    assert application.conditions.get().status == ConditionStatus.CLEARED
    changed = builders.approved_conclusion().findings[1:]
    changed = (builders.finding("max_back_end_dti", value="31.00", margin="14.00"), *changed)
    builders.decided(application, builders.approved_conclusion(findings=changed), reason="New debt.")
    assert application.conditions.get().status == ConditionStatus.OPEN


def test_open_conditions_that_a_run_no_longer_asks_for_go_and_are_named_in_the_trail() -> None:
    application = builders.ada()
    builders.decided(application, builders.approved_conclusion())
    held = builders.hold_conclusion(application)
    builders.decided(application, held, reason="List changed.")
    assert application.conditions.count() == 1, "a run that stopped before underwriting asks for nothing"
    builders.decided(application, builders.approved_conclusion(conditions=()), reason="Cleared.")
    assert not application.conditions.exists()
    newest = AuditEvent.objects.filter(verb="run.decided").latest("id")
    assert newest.details["conditions_dropped"] == ["VERIFY_EMPLOYMENT"]


def test_progress_follows_the_drawing_of_the_pipeline() -> None:
    run = builders.running(builders.ada())
    assert states(run) == ["running", *["waiting"] * 6]
    for agent in ("intake", "ratio"):
        trace(run, agent)
    assert states(run) == ["done", "done", "running", "running", "waiting", "waiting", "waiting"]
    trace(run, "policy")
    assert states(run)[2:5] == ["done", "running", "waiting"]
    trace(run, "compliance", "stop")
    assert states(run)[3:] == ["done", "waiting", "waiting", "running"]


def test_progress_of_an_incomplete_file_jumps_to_audit_and_ends_with_the_run() -> None:
    run = builders.running(builders.ada())
    trace(run, "intake", "incomplete")
    assert states(run) == ["done", *["waiting"] * 5, "running"]
    services.fail_run(run, "Stopped.")
    run.refresh_from_db()
    assert states(run) == ["done", *["waiting"] * 6]


def test_progress_forgets_an_earlier_attempt() -> None:
    run = builders.running(builders.ada())
    trace(run, "intake")
    DecisionRun.objects.update(attempts=2)
    run.refresh_from_db()
    assert states(run)[0] == "running"


def test_the_timeline_merges_events_and_agents_in_order() -> None:
    application = builders.ada()
    run = builders.running(application)
    trace(run, "intake")
    services.complete_run(run, builders.approved_conclusion())
    entries = selectors.application_timeline(application)
    assert [entry.what for entry in entries] == [
        *("application.received", "run.requested", "run.started", "agent.clear", "run.decided")
    ]
    assert entries[3].details["run"] == 1


def test_the_officers_queue_shows_where_each_loan_stands(django_assert_num_queries: Any) -> None:
    officer = builders.officer()
    builders.decided(builders.ada(officer=officer), builders.approved_conclusion())
    services.request_decision(application=builders.ben())
    with django_assert_num_queries(1):
        rows = [row_of(application) for application in selectors.officer_queue()]
    assert rows == [("BEN", "queued", None), ("ADA", "decided", "APPROVED")]
    assert [row.external_id for row in selectors.officer_queue(officer)] == ["ADA"]


def row_of(application: Any) -> tuple[str, str | None, str | None]:
    return application.external_id, application.run_status, application.machine_outcome


def states(run: DecisionRun) -> list[str]:
    return [step.state for step in selectors.run_progress(run)]


def trace(run: DecisionRun, agent: str, verdict: str = "clear") -> None:
    log.record_trace(
        run_id=run.pk,
        attempt=run.attempts,
        agent=agent,
        verdict=verdict,
        summary="Done.",
        writer="template",
        started_at=timezone.now(),
        milliseconds=5,
    )
