"""D1 and its kin, against the database itself: no row approves over a hard rule, whoever writes it and however."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lending.models import Decision, DecisionRun, Finding, LoanApplication, Review
from lending.vocabulary import FindingResult, ReviewStatus, RunStatus, Severity
from tests import builders

pytestmark = pytest.mark.django_db
HARD = (Severity.HARD, Severity.STOP)
APPROVAL: dict[str, Any] = {"outcome": "APPROVED", "risk": "ACCEPT", "eligibility": "ELIGIBLE", "confidence": 90}


def store(run: DecisionRun, *findings: Any) -> None:
    Finding.objects.bulk_create(Finding(run=run, **asdict(finding)) for finding in findings)


def approve(run: DecisionRun, **changes: Any) -> Decision:
    with transaction.atomic():
        return Decision.objects.create(run=run, application=run.application, **APPROVAL | {"hard_rules": 2} | changes)


LISTS = ("doubts", "strengths", "weaknesses", "programs", "path_to_yes", "errors", "evidence")


def approve_by_sql(run: DecisionRun, hard_rules: int = 2) -> None:
    columns = ("ratios", "worksheets", "scorecard", "reasons", "citations", "missing", *LISTS)
    statement = (
        "INSERT INTO lending_decision (run_id, application_id, outcome, risk, eligibility, confidence, hard_rules, "
        f"rationale, rationale_writer, decided_at, {', '.join(columns)}) "
        f"VALUES (%s, %s, 'APPROVED', 'ACCEPT', 'ELIGIBLE', 90, %s, '', '', now(), {', '.join(['%s'] * len(columns))})"
    )
    values: list[Any] = [run.pk, run.application_id, hard_rules, *["[]"] * len(columns)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


PASSED = (builders.finding("max_ltv"), builders.finding("licensed", severity=Severity.STOP))
FULL_SETS_THAT_FAIL: dict[str, tuple[Any, ...]] = {
    "no finding at all": (),
    "one rule not applied": PASSED[:1],
    "one rule too many": (*PASSED, builders.finding("extra")),
    "a hard rule failed": (PASSED[1], builders.finding("max_dti", result=FindingResult.FAILED)),
    "a hard rule unknown": (PASSED[1], builders.finding("max_dti", result=FindingResult.UNKNOWN)),
    "a stop failed": (PASSED[0], builders.finding("x", severity=Severity.STOP, result=FindingResult.FAILED)),
    "a stop unknown": (PASSED[0], builders.finding("x", severity=Severity.STOP, result=FindingResult.UNKNOWN)),
    "notes instead of rules": tuple(builders.finding(f"n{n}", severity=Severity.NOTE) for n in range(2)),
}


@pytest.mark.parametrize("write", [approve, approve_by_sql])
@pytest.mark.parametrize("name", FULL_SETS_THAT_FAIL)
def test_no_approval_without_every_hard_rule_passed(name: str, write: Callable[[DecisionRun], None]) -> None:
    run = builders.running(builders.ada())
    store(run, *FULL_SETS_THAT_FAIL[name])
    with pytest.raises(DatabaseError, match="approval refused"):
        write(run)
    assert not Decision.objects.exists()


@pytest.mark.parametrize("write", [approve, approve_by_sql])
def test_with_every_hard_rule_passed_an_approval_is_taken(write: Callable[[DecisionRun], None]) -> None:
    run = builders.running(builders.ada())
    store(run, *PASSED, builders.finding("soft", severity=Severity.NOTE, result=FindingResult.FAILED))
    write(run)
    assert Decision.objects.get().outcome == "APPROVED"


@pytest.mark.parametrize(
    "change",
    [
        {"hard_rules": 0},
        {"risk": "REFER"},
        {"eligibility": "UNKNOWN"},
        {"eligibility": "INELIGIBLE"},
        {"confidence": 55},
        {"confidence": None},
        {"outcome": "DECLINED"},
        {"outcome": "MAYBE"},
        {"confidence": 101},
    ],
)
def test_an_approval_is_eligible_accepted_and_above_the_band_and_a_decline_has_reasons(change: dict[str, Any]) -> None:
    run = builders.running(builders.ada())
    store(run, *PASSED)
    with pytest.raises(DatabaseError):
        approve(run, **change)


def test_no_finding_is_added_changed_or_removed_under_a_decision() -> None:
    run = builders.running(builders.ada())
    store(run, *PASSED)
    approve(run)
    with pytest.raises(DatabaseError, match="its findings are closed"), transaction.atomic():
        store(run, builders.finding("late", result=FindingResult.FAILED))
    statements = (
        "UPDATE lending_finding SET result = 'passed'",
        "DELETE FROM lending_finding",
        "UPDATE lending_decision SET outcome = 'APPROVED'",
        "DELETE FROM lending_decision",
        "TRUNCATE lending_decision CASCADE",
    )
    for statement in statements:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def review_of(findings: tuple[Any, ...], hard_rules: int) -> Review:
    conclusion = builders.review_conclusion(findings=findings, hard_rules=hard_rules)
    return builders.case_of(builders.decided(builders.cleo(), conclusion))


@pytest.mark.parametrize("name", FULL_SETS_THAT_FAIL)
def test_a_person_cannot_approve_in_sql_either(name: str) -> None:
    case, person = review_of(FULL_SETS_THAT_FAIL[name], 2), builders.reviewer()
    with pytest.raises(DatabaseError, match="approval refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE lending_review SET outcome = 'APPROVED', status = 'overridden', note = 'x', decided_by_id = %s, "
            "decided_at = now() WHERE id = %s",
            [person.pk, case.pk],
        )
    case.refresh_from_db()
    assert case.status == "open"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"status": ReviewStatus.CONFIRMED, "outcome": "REVIEW"}, "review_closed_has_person"),
        ({"status": ReviewStatus.OVERRIDDEN, "outcome": "HOLD", "person": True}, "review_override_says_why"),
        ({"status": ReviewStatus.CONFIRMED, "outcome": "DECLINED", "person": True}, "no principal reasons"),
        ({"status": ReviewStatus.CONFIRMED, "outcome": "REVIEW", "maker": True}, "somebody with a part in it"),
        ({"status": "done"}, "review_status_known"),
    ],
)
def test_a_case_closes_with_a_person_a_reason_and_four_eyes(change: dict[str, Any], constraint: str) -> None:
    person = builders.reviewer()
    case = builders.case_of(builders.decided(builders.cleo(), builders.review_conclusion(), by=person))
    fields = {name: value for name, value in change.items() if name not in {"person", "maker"}}
    if change.get("maker"):
        fields |= {"decided_by": person, "decided_at": timezone.now()}
    if change.get("person"):
        fields |= {"decided_by": builders.reviewer("rita"), "decided_at": timezone.now()}
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
        Review.objects.filter(pk=case.pk).update(**fields)


def test_a_closed_case_never_changes() -> None:
    case = review_of(PASSED, 2)
    closed = {"status": ReviewStatus.CONFIRMED, "outcome": "REVIEW", "decided_at": timezone.now()}
    Review.objects.filter(pk=case.pk).update(decided_by=builders.reviewer(), **closed)
    with pytest.raises(DatabaseError, match="is closed"), transaction.atomic():
        Review.objects.filter(pk=case.pk).update(outcome="DECLINED")


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"number": 2, "reason": "again"}, "one_live_run_per_application"),
        ({"number": 2, "status": RunStatus.RUNNING, "reason": "again"}, "run_running_has_owner"),
        ({"number": 2, "status": RunStatus.DECIDED, "reason": "again"}, "run_finished_has_time"),
        ({"number": 2, "status": RunStatus.FAILED, "reason": "again", "finished_at": True}, "run_failed_says_why"),
        ({"number": 2, "status": RunStatus.DECIDED, "finished_at": True}, "run_again_says_why"),
        ({"number": 1, "status": RunStatus.DECIDED, "finished_at": True}, "run_number_once_per_application"),
    ],
)
def test_a_run_is_live_once_owned_and_says_why(fields: dict[str, Any], constraint: str) -> None:
    application = builders.running(builders.ada()).application
    if fields.get("finished_at"):
        fields = fields | {"finished_at": timezone.now()}
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
        DecisionRun.objects.create(application=application, **fields)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    results=st.lists(st.tuples(st.sampled_from(Severity), st.sampled_from(FindingResult)), max_size=6),
    claimed=st.integers(0, 7),
)
def test_the_database_agrees_with_an_independent_oracle(
    db: None, results: list[tuple[Severity, FindingResult]], claimed: int
) -> None:
    with transaction.atomic():
        run = fresh_run()
        store(
            run,
            *(builders.finding(f"r{n}", severity=one, result=two) for n, (one, two) in enumerate(results)),
        )
        hard = [result for severity, result in results if severity in HARD]
        allowed = len(hard) == claimed > 0 and all(result is FindingResult.PASSED for result in hard)
        try:
            approve(run, hard_rules=claimed)
        except DatabaseError:
            taken = False
        else:
            taken = True
        transaction.set_rollback(True)
    assert taken == allowed


def fresh_run() -> DecisionRun:
    application = LoanApplication.objects.filter(external_id="ORACLE").first() or builders.ada(external_id="ORACLE")
    return builders.running(application)
