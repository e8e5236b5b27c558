"""The review desk: who gets which case, the own view first, questions, passing on, and one signature or two."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from lending import desk_exceptions as refused
from lending import selectors, services
from lending.exceptions import MakerCannotCheck, OutcomeNotOffered, OverrideNotAllowed, ReviewTaken
from lending.models import FirstView, Review, Signatory
from lending.vocabulary import FindingResult, Severity
from tests import builders

pytestmark = pytest.mark.django_db
FAILED_OVERLAY = builders.finding("dti_overlay", **builders.FAILED_DTI, details={"layer": "overlay"})


@pytest.fixture
def rafael() -> User:
    return builders.reviewer()


@pytest.fixture
def rita() -> User:
    return builders.reviewer("rita")


@pytest.fixture
def renata() -> User:
    person = builders.reviewer("renata")
    Signatory.objects.create(user=person, limit=Decimal(3_000_000))
    return person


def case(name: str = "CLEO", **changes: Any) -> Review:
    application = builders.cleo(external_id=name, **changes)
    return builders.case_of(builders.decided(application, builders.review_conclusion()))


def against_overlay(**changes: Any) -> Review:
    findings = (FAILED_OVERLAY, builders.finding("max_ltv"))
    conclusion = builders.review_conclusion(findings=findings, hard_rules=2, **changes)
    return builders.case_of(builders.decided(builders.cleo(), conclusion))


def approve(review: Review, by: User, **more: Any) -> Review:
    return services.resolve_review(review=review, by=by, outcome="APPROVED", note="Reserves of 11 months.", **more)


def test_the_case_due_first_comes_first_and_nobody_gets_another_persons(rafael: User, rita: User) -> None:
    later, sooner = case("LATER"), case("SOONER")
    Review.objects.filter(pk=later.pk).update(due_on=sooner.due_on + timedelta(days=3))  # type: ignore[operator]
    assert services.take_next(by=rafael) == sooner
    assert services.take_next(by=rita) == later
    assert services.take_next(by=rafael) == sooner, "what lies on the desk comes before another case"
    with pytest.raises(refused.NothingWaits):
        services.take_next(by=builders.reviewer("rosa"))


def test_a_claim_that_ran_out_is_free_for_others(rafael: User, rita: User) -> None:
    one = services.take_review(review=case(), by=rafael)
    with pytest.raises(ReviewTaken, match="rafael"):
        services.take_review(review=one, by=rita)
    Review.objects.filter(pk=one.pk).update(claimed_until=timezone.now())
    assert services.take_next(by=rita) == one
    with pytest.raises(ReviewTaken, match="rita"):
        approve(one, rafael)


def test_a_case_is_given_back(rafael: User, rita: User) -> None:
    one = services.take_review(review=case(), by=rafael)
    with pytest.raises(ReviewTaken):
        services.release_review(review=one, by=rita)
    services.release_review(review=one, by=rafael)
    assert services.take_next(by=rita) == one


@pytest.mark.parametrize("part", ["maker", "asked_by", "officer", "entered_by"])
def test_nobody_reviews_a_case_they_have_a_part_in(rafael: User, rita: User, part: str) -> None:
    one = case()
    if part in {"maker", "asked_by"}:
        Review.objects.filter(pk=one.pk).update(**{part: rafael})
    else:
        type(one.application).objects.filter(pk=one.application_id).update(**{part: rafael})
    with pytest.raises(refused.NothingWaits):
        services.take_next(by=rafael)
    with pytest.raises(MakerCannotCheck):
        approve(one, rafael)
    closed = {"status": "decided", "outcome": "APPROVED", "note": "x", "code": "other", "decided_at": timezone.now()}
    with pytest.raises(DatabaseError, match="part in it"), transaction.atomic():
        Review.objects.filter(pk=one.pk).update(decided_by=rafael, **closed)
    with pytest.raises(DatabaseError, match="part in it"), transaction.atomic():
        Review.objects.filter(pk=one.pk).update(decided_by=rita, countersigned_by=rafael, **closed)


def test_the_own_view_is_written_before_the_machines_counts(rafael: User, settings: Any) -> None:
    settings.REVIEW_BLIND_FIRST = True
    one = case()
    with pytest.raises(refused.FirstViewMissing):
        approve(one, rafael)
    with pytest.raises(refused.TextMissing):
        services.record_first_view(review=one, by=rafael, outcome="DECLINED", note=" ")
    services.record_first_view(review=one, by=rafael, outcome="DECLINED", note="Short history.")
    with pytest.raises(refused.FirstViewGiven):
        services.record_first_view(review=one, by=rafael, outcome="APPROVED", note="Changed my mind.")
    assert approve(one, rafael).outcome == "APPROVED"
    assert FirstView.objects.get().outcome == "DECLINED"


def test_a_first_view_is_never_rewritten(rafael: User) -> None:
    services.record_first_view(review=case(), by=rafael, outcome="DECLINED", note="Short history.")
    with pytest.raises(DatabaseError), transaction.atomic():
        FirstView.objects.update(outcome="APPROVED")


def test_a_changed_file_is_decided_again_first(rafael: User) -> None:
    one = case()
    one.application.loan_amount = Decimal(300000)
    one.application.save()
    with pytest.raises(refused.FileChanged, match="Run the decision again"):
        approve(one, rafael)


def test_a_question_lets_the_case_wait_until_the_officer_answers(rafael: User, rita: User) -> None:
    one = case()
    question = services.ask_for_more(review=one, by=rafael, text="Where does the gift come from?")
    with pytest.raises(refused.CaseWaits):
        approve(one, rafael)
    with pytest.raises(refused.AlreadyAsked):
        services.ask_for_more(review=one, by=rafael, text="And when?")
    with pytest.raises(refused.NothingWaits):
        services.take_next(by=rita)
    olivia = builders.officer()
    services.answer_question(question=question, by=olivia, answer="Letter and statement are in the file.")
    with pytest.raises(refused.AlreadyAnswered, match="olivia"):
        services.answer_question(question=question, by=olivia, answer="Twice.")
    assert services.take_next(by=rafael) == one
    assert "gift" not in str(list(AuditEvent.objects.values_list("details", flat=True))), "words stay with the case"


def test_only_who_asked_withdraws_a_question(rafael: User, rita: User) -> None:
    one = case()
    question = services.ask_for_more(review=one, by=rafael, text="Why?")
    with pytest.raises(refused.NotTheirs):
        services.withdraw_question(question=question, by=rita)
    services.withdraw_question(question=question, by=rafael)
    assert approve(one, rafael).status == "decided"


def test_an_escalated_case_is_for_a_signatory_whose_limit_covers_it(rafael: User, rita: User, renata: User) -> None:
    one = services.take_review(review=case(), by=rafael)
    services.escalate_review(review=one, by=rafael, to="senior", note="Odd income.")
    for person in (rafael, rita):
        with pytest.raises(refused.NothingWaits):
            services.take_next(by=person)
        with pytest.raises(refused.LimitTooLow):
            services.take_review(review=one, by=person)
    assert services.take_next(by=renata) == one
    with pytest.raises(OutcomeNotOffered):
        services.escalate_review(review=one, by=renata, to="senior", note="Higher still.")


def test_a_case_passes_to_the_other_queue(rafael: User) -> None:
    one = case()
    services.escalate_review(review=one, by=rafael, to="compliance", note="Looks like a straw buyer.")
    assert services.take_next(by=builders.compliance_officer()) == one


def test_above_the_limit_two_people_sign(rafael: User, rita: User, renata: User) -> None:
    one = approve(case(loan_amount=Decimal(1_200_000)), rafael)
    assert (one.status, one.outcome) == ("signed", "")
    assert selectors.standing_outcome(one.application).outcome == "REVIEW"  # type: ignore[union-attr]
    with pytest.raises(refused.OneNameTwice):
        services.countersign_review(review=one, by=rafael)
    with pytest.raises(refused.LimitTooLow):
        services.countersign_review(review=one, by=rita)
    with pytest.raises(refused.CaseSigned):
        approve(one, rita)
    closed = services.countersign_review(review=one, by=renata)
    assert (closed.status, closed.decided_by, closed.countersigned_by) == ("decided", rafael, renata)
    assert AuditEvent.objects.get(verb="review.decided").details["second"] == "renata"


def test_a_signatory_signs_alone_up_to_the_own_limit(renata: User) -> None:
    assert approve(case(loan_amount=Decimal(1_200_000)), renata).status == "decided"


def test_a_decline_needs_one_signature_whatever_the_amount(rafael: User) -> None:
    one = case(loan_amount=Decimal(9_000_000))
    reason = [selectors.decline_choices(one)[0]]
    closed = services.resolve_review(review=one, by=rafael, outcome="DECLINED", note="Too large.", reasons=reason)
    assert closed.status == "decided"


def test_the_second_person_may_send_the_case_back(rafael: User, renata: User) -> None:
    one = approve(case(loan_amount=Decimal(1_200_000)), rafael)
    with pytest.raises(refused.TextMissing):
        services.send_back(review=one, by=renata, note="")
    services.send_back(review=one, by=renata, note="Where is the second appraisal?")
    with pytest.raises(refused.CaseNotSigned):
        services.countersign_review(review=one, by=renata)
    assert services.take_next(by=rafael) == one


def test_a_failed_overlay_gives_way_to_two_signatures_and_a_policy_exception(rafael: User, renata: User) -> None:
    with pytest.raises(refused.OverlayNeedsException, match="dti_overlay"):
        approve(against_overlay(), rafael)
    one = approve(Review.objects.get(), rafael, code="policy_exception")
    assert one.status == "signed"
    with pytest.raises(refused.LimitTooLow):
        services.countersign_review(review=one, by=builders.reviewer("rita"))
    closed = services.countersign_review(review=one, by=renata)
    assert (closed.outcome, closed.code) == ("APPROVED", "policy_exception")


def test_the_database_lets_no_overlay_go_under_one_name(rafael: User, rita: User) -> None:
    one = against_overlay()
    closed = {
        "status": "decided",
        "outcome": "APPROVED",
        "note": "x",
        "decided_by": rafael,
        "decided_at": timezone.now(),
    }
    for more in ({"code": "policy_exception"}, {"code": "other", "countersigned_by": rita}):
        with pytest.raises(DatabaseError, match="approval refused"), transaction.atomic():
            Review.objects.filter(pk=one.pk).update(**closed, **more)


@pytest.mark.parametrize("layer", ["agency", "law", "", None])
@pytest.mark.parametrize("severity", [Severity.HARD, Severity.STOP])
@pytest.mark.parametrize("result", [FindingResult.FAILED, FindingResult.UNKNOWN])
def test_nothing_but_an_overlay_gives_way(rafael: User, layer: str, severity: Severity, result: FindingResult) -> None:
    blocked = builders.finding("max_dti", severity=severity, result=result, details={"layer": layer} if layer else {})
    conclusion = builders.review_conclusion(findings=(blocked, builders.finding("max_ltv")), hard_rules=2)
    one = builders.case_of(builders.decided(builders.cleo(), conclusion))
    with pytest.raises(OverrideNotAllowed):
        approve(one, rafael, code="policy_exception")


def test_a_second_look_opens_one_case_and_not_for_who_asked(rafael: User, rita: User) -> None:
    decision = builders.decided(builders.ben(), builders.declined_conclusion())
    one = services.ask_second_look(application=decision.application, by=rafael, why="Overtime was left out.")
    with pytest.raises(refused.SecondLookNotPossible, match="has a case already"):
        services.ask_second_look(application=decision.application, by=rita, why="Me too.")
    with pytest.raises(MakerCannotCheck):
        services.take_review(review=one, by=rafael)
    with pytest.raises(OverrideNotAllowed):
        approve(one, rita)


def test_no_second_look_before_a_decision() -> None:
    with pytest.raises(refused.SecondLookNotPossible):
        services.ask_second_look(application=builders.ada(), by=builders.officer(), why="Look.")
