"""A person's word: who may close a case, how, and what stands afterwards."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from audit.models import AuditEvent
from lending import selectors, services
from lending.adverse_reasons import LISTED, listed_reason
from lending.casefile import build_case_file
from lending.conclusion import Reason
from lending.exceptions import (
    MakerCannotCheck,
    NoteMissing,
    NothingToClear,
    NotPermitted,
    OutcomeNotOffered,
    OverrideNotAllowed,
    ReasonsMissing,
    ReviewClosed,
    ReviewTaken,
)
from lending.models import ClearedHit, DecisionRun, Review
from lending.vocabulary import FindingResult, Outcome, Severity
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer() -> User:
    return builders.reviewer()


@pytest.fixture
def compliance() -> User:
    return builders.compliance_officer()


def referral(by: User | None = None, **changes: Any) -> Review:
    return builders.case_of(builders.decided(builders.cleo(), builders.review_conclusion(**changes), by=by))


def hold() -> Review:
    application = builders.ada()
    return builders.case_of(builders.decided(application, builders.hold_conclusion(application)))


def failed_review_rule(code: str = "years_employed", reason_code: str = "EMPLOYMENT_LENGTH") -> Any:
    return builders.finding(
        code, severity=Severity.REVIEW, result=FindingResult.FAILED, reason_code=reason_code, message="One year only."
    )


def doubted(by: User) -> Review:
    """Return the case of a decline at which somebody asked for a second look."""
    decision = builders.decided(builders.ben(), builders.declined_conclusion())
    return services.ask_second_look(application=decision.application, by=by, why="Overtime was left out.")


def test_confirming_puts_a_name_under_the_machines_view(reviewer: User) -> None:
    case = services.resolve_review(review=doubted(builders.officer()), by=reviewer, outcome=Outcome.DECLINED)
    assert (case.status, case.outcome, case.decided_by) == ("confirmed", "DECLINED", reviewer)
    standing = selectors.standing_outcome(case.application)
    assert standing
    assert (standing.outcome, standing.by, standing.who) == ("DECLINED", "reviewer", reviewer.username)


def test_an_override_keeps_both_views_and_says_which_stands(reviewer: User) -> None:
    case = referral()
    before = selectors.standing_outcome(case.application)
    services.resolve_review(review=case, by=reviewer, outcome="APPROVED", note="Two years of reserves.")
    after = selectors.standing_outcome(case.application)
    assert before
    assert after
    assert (before.outcome, before.by) == ("REVIEW", "pipeline")
    assert (after.outcome, after.by) == ("APPROVED", "reviewer")
    assert selectors.newest_decision(case.application).outcome == "REVIEW"  # type: ignore[union-attr]
    event = AuditEvent.objects.get(verb="review.decided")
    assert (event.actor, event.details["machine"], event.details["outcome"]) == ("rafael", "REVIEW", "APPROVED")
    assert "reserves" not in str(event.details), "a note may hold personal data; the trail names the case instead"


def test_a_later_decision_stands_over_an_earlier_persons(reviewer: User) -> None:
    case = referral()
    services.resolve_review(review=case, by=reviewer, outcome="APPROVED", note="Fine.")
    builders.decided(case.application, builders.declined_conclusion(), reason="Fraud alert.")
    standing = selectors.standing_outcome(case.application)
    assert standing
    assert (standing.outcome, standing.by) == ("DECLINED", "pipeline")


@pytest.mark.parametrize("note", ["", "   \n"])
def test_an_override_needs_a_note(reviewer: User, note: str) -> None:
    case = referral()
    with pytest.raises(NoteMissing):
        services.resolve_review(review=case, by=reviewer, outcome="APPROVED", note=note)
    case.refresh_from_db()
    assert case.status == "open"


def test_what_the_machine_left_open_is_approved_or_declined(reviewer: User) -> None:
    for outcome in ("REVIEW", "HOLD", "INCOMPLETE", "", "approved"):
        with pytest.raises(OutcomeNotOffered):
            services.resolve_review(review=referral_of_new_loan(outcome), by=reviewer, outcome=outcome, note="Because.")


def referral_of_new_loan(name: str) -> Review:
    application = builders.cleo(external_id=f"CLEO-{name}")
    return builders.case_of(builders.decided(application, builders.review_conclusion()))


@pytest.mark.parametrize("result", [FindingResult.FAILED, FindingResult.UNKNOWN])
@pytest.mark.parametrize("severity", [Severity.HARD, Severity.STOP])
def test_nobody_approves_over_a_hard_rule(reviewer: User, result: FindingResult, severity: Severity) -> None:
    blocked = builders.finding("max_dti", severity=severity, result=result)
    case = referral(findings=(blocked, builders.finding("max_ltv")), hard_rules=2)
    with pytest.raises(OverrideNotAllowed, match=rf"max_dti \({result}\).*run the decision again"):
        services.resolve_review(review=case, by=reviewer, outcome="APPROVED", note="I insist.")


def test_nobody_approves_where_a_hard_rule_was_not_applied(reviewer: User) -> None:
    with pytest.raises(OverrideNotAllowed, match="2 hard rule"):
        services.resolve_review(review=referral(hard_rules=5), by=reviewer, outcome="APPROVED", note="I insist.")


def test_nobody_approves_a_run_that_failed_but_it_can_be_declined(reviewer: User) -> None:
    services.fail_run(builders.running(builders.ada()), "No result.")
    case = Review.objects.get()
    with pytest.raises(OverrideNotAllowed, match="no hard rule was applied"):
        services.resolve_review(review=case, by=reviewer, outcome="APPROVED", note="Looks fine.")
    with pytest.raises(OutcomeNotOffered):
        services.resolve_review(review=case, by=reviewer, outcome="", note="")
    reason = listed_reason("INCOME_UNVERIFIED")
    services.resolve_review(review=case, by=reviewer, outcome="DECLINED", note="Employer denies.", reasons=[reason])
    standing = selectors.standing_outcome(case.application)
    assert standing
    assert (standing.outcome, standing.by) == ("DECLINED", "reviewer")


def test_a_decline_takes_its_reasons_from_the_failed_findings(reviewer: User) -> None:
    case = referral(findings=(*builders.approved_conclusion().findings, failed_review_rule()))
    closed = services.resolve_review(review=case, by=reviewer, outcome="DECLINED", note="Too short.")
    [reason] = closed.reasons
    assert (reason["code"], reason["reg_b"], reason["hmda_code"], reason["finding_code"]) == (
        *("EMPLOYMENT_LENGTH", "Length of employment", 2),
        "years_employed",
    )


def test_at_most_four_reasons_hard_ones_first(reviewer: User) -> None:
    soft = tuple(failed_review_rule(f"soft_{n}", f"SOFT_{n}") for n in range(5))
    hard = builders.finding("max_dti", **builders.FAILED_DTI)
    case = referral(findings=(*soft, hard), hard_rules=1)
    closed = services.resolve_review(review=case, by=reviewer, outcome="DECLINED", note="Debts.")
    assert [reason["finding_code"] for reason in closed.reasons] == ["max_dti", "soft_0", "soft_1", "soft_2"]


def test_without_a_failed_finding_a_listed_reason_must_be_chosen(reviewer: User) -> None:
    case = referral()
    unfit: list[list[Reason]] = [
        [],
        [listed_reason("OTHER")],
        [Reason("GUT_FEELING", "Did not like it.", "", 9, "")],
        [Reason("EMPLOYMENT_LENGTH", "Too short.", "Length of employment", 2, "max_ltv")],
        [listed_reason("BANKRUPTCY")] * 2,
        [listed_reason(each.code) for each in LISTED[:5]],
    ]
    for reasons in unfit:
        with pytest.raises(ReasonsMissing):
            services.resolve_review(review=case, by=reviewer, outcome="DECLINED", note="No.", reasons=reasons)
    chosen = [listed_reason("EMPLOYMENT_UNVERIFIED")]
    closed = services.resolve_review(review=case, by=reviewer, outcome="DECLINED", note="Called.", reasons=chosen)
    assert closed.reasons[0]["code"] == "EMPLOYMENT_UNVERIFIED"


def test_the_choices_for_a_decline_start_with_what_failed(reviewer: User) -> None:
    choices = selectors.decline_choices(referral(findings=(failed_review_rule(),)))
    assert choices[0].finding_code == "years_employed"
    codes = [reason.code for reason in choices]
    assert len(codes) == len(set(codes)) == 23
    assert "OTHER" not in codes


def test_the_maker_cannot_check(reviewer: User) -> None:
    case = referral(by=reviewer)
    with pytest.raises(MakerCannotCheck, match="somebody else"):
        services.resolve_review(review=case, by=reviewer, outcome="APPROVED", note="Mine.")
    with pytest.raises(MakerCannotCheck):
        services.take_review(review=case, by=reviewer)


def test_each_queue_needs_its_own_permission(reviewer: User, compliance: User) -> None:
    for person, case in ((reviewer, hold()), (compliance, referral()), (builders.officer(), case_again())):
        with pytest.raises(NotPermitted, match=person.username):
            services.resolve_review(review=case, by=person, outcome="DECLINED", note="No.")


def case_again() -> Review:
    return referral_of_new_loan("again")


def test_a_case_is_closed_once_and_says_by_whom(reviewer: User) -> None:
    case = referral()
    services.resolve_review(review=case, by=reviewer, outcome="APPROVED", note="Two years of reserves.")
    with pytest.raises(ReviewClosed, match="by rafael"):
        services.resolve_review(review=case, by=builders.reviewer("rita"), outcome="APPROVED", note="No.")


def test_a_case_is_taken_by_one_person(reviewer: User) -> None:
    case, other = referral(), builders.reviewer("rita")
    services.take_review(review=case, by=reviewer)
    services.take_review(review=case, by=reviewer)
    with pytest.raises(ReviewTaken, match="taken by rafael"):
        services.take_review(review=case, by=other)
    assert AuditEvent.objects.filter(verb="review.taken").count() == 1


def test_clearing_a_hit_remembers_it_and_decides_again_with_the_officer_as_maker(compliance: User) -> None:
    case = hold()
    run = services.clear_hold(review=case, by=compliance, note="Born 30 years apart.")
    case.refresh_from_db()
    hit = ClearedHit.objects.get()
    assert (case.status, case.decided_by, case.note) == ("superseded", compliance, "Born 30 years apart.")
    assert (hit.entry_key, hit.cleared_by, hit.review) == ("SDN:2674:ab12", compliance, case)
    assert (run.number, run.requested_by) == (2, compliance)
    assert run.reason == "Sanctions hit cleared: Born 30 years apart."
    identity = build_case_file(case.application).borrowers[0].identity
    assert identity
    assert identity.cleared_hits == ("SDN:2674:ab12",)
    standing = selectors.standing_outcome(case.application)
    assert standing
    assert standing.outcome == "HOLD", "nothing is decided until the new run ends"


def test_a_hit_cleared_before_is_not_an_error(compliance: User) -> None:
    first = hold()
    services.clear_hold(review=first, by=compliance, note="Not the same person.")
    run = services.claim_run(DecisionRun.objects.get(number=2).pk)
    assert run
    second = builders.case_of(services.complete_run(run, builders.hold_conclusion(first.application)))
    services.clear_hold(review=second, by=builders.compliance_officer("cora"), note="Still not.")
    assert ClearedHit.objects.count() == 1


def test_clearing_needs_a_note_and_a_hit(compliance: User) -> None:
    with pytest.raises(NoteMissing):
        services.clear_hold(review=hold(), by=compliance, note=" ")
    application = builders.ben()
    stop = builders.finding("licensed_state", severity=Severity.STOP, result=FindingResult.FAILED)
    license = builders.hold_conclusion(application)
    case = builders.case_of(
        builders.decided(
            application,
            builders.approved_conclusion(
                outcome=license.outcome, risk=license.risk, eligibility=license.eligibility, findings=(stop,)
            ),
        )
    )
    with pytest.raises(NothingToClear, match="licensed_state"):
        services.clear_hold(review=case, by=compliance, note="Please.")
    closed = services.resolve_review(review=case, by=compliance, outcome="DECLINED", note="No license there.")
    assert closed.reasons[0]["finding_code"] == "licensed_state"


def test_a_hold_left_as_it_is_stays_a_hold(compliance: User) -> None:
    case = services.resolve_review(review=hold(), by=compliance, outcome="HOLD")
    assert (case.status, case.outcome) == ("confirmed", "HOLD")
