"""A condition from open to cleared, by two people, with every step kept; and what nobody may do."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from lending import services
from lending.condition_exceptions import (
    CannotWaive,
    ConditionElsewhere,
    ConditionNotYours,
    ConditionReasonMissing,
    ReceiverCannotClear,
)
from lending.models import Condition, ConditionStep, LoanApplication
from lending.services.condition_life import offers
from lending.vocabulary import ConditionMove
from tests import builders

pytestmark = pytest.mark.django_db
SOFT = builders.finding("declining_market", severity="review", fact="market")


def asked() -> tuple[Condition, Condition]:
    """Return a condition behind a hard rule and one behind a rule of judgement, of one approved application."""
    conclusion = builders.approved_conclusion()
    builders.decided(
        builders.ada(),
        builders.approved_conclusion(
            findings=(*conclusion.findings, SOFT),
            conditions=(*conclusion.conditions, builders.condition("SECOND_APPRAISAL", "declining_market")),
        ),
    )
    return Condition.objects.get(code="VERIFY_EMPLOYMENT"), Condition.objects.get(code="SECOND_APPRAISAL")


def fresh(condition: Condition) -> Condition:
    return Condition.objects.get(pk=condition.pk)


def both() -> User:
    """Return somebody who may receive and clear."""
    user = builders.officer("dora")
    builders.reviewer("rest")
    user.groups.add(*User.objects.get(username="rest").groups.all())
    return User.objects.get(pk=user.pk)


def test_an_officer_receives_and_a_reviewer_clears() -> None:
    condition, _ = asked()
    services.receive_condition(condition=condition, by=builders.officer(), note="By mail.")
    services.clear_condition(condition=fresh(condition), by=builders.reviewer())
    done = fresh(condition)
    assert (done.status, str(done.received_by), str(done.cleared_by)) == ("cleared", "olivia", "rafael")
    steps = ConditionStep.objects.values_list("before", "after", "actor", "reason")
    assert list(steps) == [("open", "received", "olivia", "By mail."), ("received", "cleared", "rafael", "")]
    verbs = AuditEvent.objects.filter(verb__startswith="condition.").order_by("id").values_list("verb", "actor")
    assert list(verbs) == [("condition.received", "olivia"), ("condition.cleared", "rafael")]


def test_whoever_received_does_not_clear() -> None:
    condition, _ = asked()
    user = both()
    services.receive_condition(condition=condition, by=user)
    with pytest.raises(ReceiverCannotClear, match="another reviewer must clear"):
        services.clear_condition(condition=fresh(condition), by=user)
    with pytest.raises(IntegrityError, match="condition_receiver_does_not_clear"):
        Condition.objects.filter(pk=condition.pk).update(status="cleared", cleared_by=user, cleared_at=timezone.now())


def test_roles_keep_to_their_steps() -> None:
    condition, soft = asked()
    officer, reviewer = builders.officer(), builders.reviewer()
    with pytest.raises(ConditionNotYours, match="marked received by a loan officer"):
        services.receive_condition(condition=condition, by=reviewer)
    with pytest.raises(ConditionNotYours, match="waived by a reviewer"):
        services.waive_condition(condition=soft, by=officer, reason="Not needed.")
    services.receive_condition(condition=condition, by=officer)
    with pytest.raises(ConditionNotYours, match="cleared by a reviewer"):
        services.clear_condition(condition=condition, by=officer)
    for user in (builders.compliance_officer(), builders.staff("anita", "Auditor")):
        assert not any(offer.allowed for offer in offers(fresh(condition), user))


def test_nothing_is_cleared_before_it_came_in() -> None:
    condition, _ = asked()
    with pytest.raises(ConditionElsewhere, match="is open and cannot be cleared now"):
        services.clear_condition(condition=condition, by=builders.reviewer())
    with pytest.raises(IntegrityError, match="cannot go from open to cleared"):
        Condition.objects.filter(pk=condition.pk).update(status="cleared")


def test_a_waiver_needs_a_reason_and_a_rule_of_judgement() -> None:
    hard, soft = asked()
    reviewer = builders.reviewer()
    with pytest.raises(ConditionReasonMissing, match="Say why"):
        services.waive_condition(condition=soft, by=reviewer, reason="  ")
    with pytest.raises(CannotWaive, match="a hard rule, and is never waived"):
        services.waive_condition(condition=hard, by=reviewer, reason="Seen it.")
    services.waive_condition(condition=soft, by=reviewer, reason="The value was confirmed by a desk review.")
    assert fresh(soft).waive_reason == "The value was confirmed by a desk review."


def test_the_database_refuses_the_same_waivers() -> None:
    hard, soft = asked()
    who = {"cleared_by": builders.reviewer(), "cleared_at": timezone.now()}
    with pytest.raises(IntegrityError, match="never waived"), transaction.atomic():
        Condition.objects.filter(pk=hard.pk).update(status="waived", waive_reason="So.", **who)
    with pytest.raises(IntegrityError, match="condition_waived_says_why"), transaction.atomic():
        Condition.objects.filter(pk=soft.pk).update(status="waived", **who)


def test_reopening_needs_a_reason_and_forgets_who_closed_but_not_the_steps() -> None:
    _, soft = asked()
    reviewer = builders.reviewer()
    services.waive_condition(condition=soft, by=reviewer, reason="Not needed.")
    with pytest.raises(ConditionReasonMissing):
        services.reopen_condition(condition=fresh(soft), by=reviewer, reason="")
    services.reopen_condition(condition=fresh(soft), by=reviewer, reason="The market fell.")
    again = fresh(soft)
    assert (again.status, again.cleared_by, again.waive_reason) == ("open", None, "")
    assert [step.reason for step in again.steps.all()] == ["Not needed.", "The market fell."]


def test_steps_are_never_rewritten() -> None:
    condition, _ = asked()
    services.receive_condition(condition=condition, by=builders.officer())
    with pytest.raises(DatabaseError), transaction.atomic():
        ConditionStep.objects.update(actor="somebody")
    with pytest.raises(DatabaseError), transaction.atomic():
        ConditionStep.objects.all().delete()


def test_a_run_that_finds_something_else_asks_again_and_one_that_asks_no_longer_lets_it_lapse() -> None:
    condition, _ = asked()
    services.receive_condition(condition=condition, by=builders.officer())
    application = LoanApplication.objects.get()
    changed = (builders.finding("max_back_end_dti", value="31.00"), *builders.approved_conclusion().findings[1:])
    builders.decided(application, builders.approved_conclusion(findings=changed), reason="New debt.")
    assert fresh(condition).status == "open"
    builders.decided(application, builders.approved_conclusion(conditions=()), reason="Once more.")
    assert fresh(condition).status == "lapsed"
    builders.decided(application, builders.approved_conclusion(), reason="And again.")
    assert [(step.after, step.actor) for step in condition.steps.all()][1:] == [
        *(("open", "worker"), ("lapsed", "worker"), ("open", "worker"))
    ]


def test_every_step_is_offered_or_says_why_not() -> None:
    condition, _ = asked()
    offered = {offer.move: offer.why_not for offer in offers(condition, builders.officer())}
    assert offered[ConditionMove.RECEIVE] == ""
    assert "cannot be cleared now" in offered[ConditionMove.CLEAR]
    assert "waived by a reviewer" in offered[ConditionMove.WAIVE]
    assert "cannot be reopened now" in offered[ConditionMove.REOPEN]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def posted(user: User, condition: Condition, **data: Any) -> str:
    address = reverse("admin:lending_condition_change", args=[condition.pk])
    return signed_in(user).post(address, data, follow=True).content.decode()


def test_the_page_offers_the_steps_and_takes_them() -> None:
    condition, soft = asked()
    assert "Mark it received once" in posted(builders.reviewer(), condition, move="clear")
    assert "A reviewer clears it." in posted(builders.officer(), condition, move="receive")
    assert "Say why the condition is waived" in posted(User.objects.get(username="rafael"), soft, move="waive")
    html = posted(User.objects.get(username="rafael"), soft, move="waive", reason="Confirmed by a desk review.")
    assert "The condition is waived, with your reason." in html
    assert fresh(soft).status == "waived"


def test_a_step_that_does_not_exist_does_nothing() -> None:
    condition, _ = asked()
    posted(builders.officer(), condition, move="lapse")
    assert fresh(condition).status == "open"
    assert (
        signed_in(builders.staff("peter", "Policy manager"))
        .get(reverse("admin:lending_condition_change", args=[condition.pk]))
        .status_code
        == 403
    )


def test_the_application_shows_how_far_its_conditions_are() -> None:
    condition, _ = asked()
    services.receive_condition(condition=condition, by=builders.officer())
    services.clear_condition(condition=fresh(condition), by=builders.reviewer())
    address = reverse("admin:lending_loanapplication_change", args=[condition.application_id])
    html = signed_in(User.objects.get(username="olivia")).get(address).content.decode()
    assert "1 of 2 cleared; 1 to bring" in html
