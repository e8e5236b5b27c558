"""A second look: somebody doubts a decision that the machine made alone, and a person is asked to look at it."""

from django.contrib.auth.models import User
from django.db import transaction

from audit import log
from lending.desk_exceptions import SecondLookNotPossible, TextMissing
from lending.models import Decision, DecisionRun, LoanApplication, Review
from lending.models.review import DECIDABLE
from lending.services.running import ANSWER_WITHIN, shortened
from lending.vocabulary import ReviewQueue


@transaction.atomic
def ask_second_look(*, application: LoanApplication, by: User, why: str) -> Review:
    """Open a case for the newest decision of an application; whoever asks does not resolve it.

    Raises ``TextMissing`` and ``SecondLookNotPossible``: while a run is under way, before any decision, where a case
    of the decision exists, and for an outcome that is no approval and no decline.
    """
    if not why.strip():
        raise TextMissing("The reason of a second look")
    locked = LoanApplication.objects.select_for_update(no_key=True).get(pk=application.pk)
    run = locked.runs.order_by("-number").first()
    decision = Decision.objects.filter(run=run).first() if run else None
    if run is None or decision is None:
        raise SecondLookNotPossible(locked, "its newest run has decided nothing. Look at that first.")
    if problem := _problem(run, decision):
        raise SecondLookNotPossible(locked, problem)
    case = Review.objects.create(
        application=locked,
        run=run,
        decision=decision,
        queue=ReviewQueue.UNDERWRITING,
        why=shortened(why),
        maker=run.requested_by,
        asked_by=by,
        due_on=locked.application_date + ANSWER_WITHIN,
    )
    log.record("review.second_look", subject=locked.audit_subject, actor=by.get_username(), review=case.pk, run=run.pk)
    return case


def _problem(run: DecisionRun, decision: Decision) -> str:
    if run.is_live:
        return "a decision is being made. Wait for it."
    if Review.objects.filter(run=run).exists():
        return "its newest decision has a case already. Open that one."
    if decision.outcome not in DECIDABLE:
        return f"its outcome is {decision.outcome}. Complete the file and decide again."
    return ""
