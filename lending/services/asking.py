"""A reviewer asks the loan officer for more; the case waits, still with its clock, until somebody answers."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from audit import log
from lending.desk_exceptions import AlreadyAnswered, AlreadyAsked, NotPermittedToAnswer, NotTheirs, TextMissing
from lending.models import Question, Review
from lending.services.cases import claim_end, locked_case, own_case
from lending.vocabulary import ReviewStatus

WITHDRAWN = "Withdrawn by who asked."


@transaction.atomic
def ask_for_more(*, review: Review, by: User, text: str) -> Question:
    """Ask the loan officer for something and let the case wait.

    Raises ``TextMissing``, ``AlreadyAsked``, and what ``own_case`` raises.
    """
    earlier = Question.objects.filter(review=review, answered_at__isnull=True).first()
    if earlier:
        raise AlreadyAsked(earlier)
    case = own_case(review, by)
    if not text.strip():
        raise TextMissing("The question")
    question = Question.objects.create(review=case, by=by, text=text.strip())
    case.status = ReviewStatus.WAITING
    case.save()
    _record("review.asked", question, by)
    return question


@transaction.atomic
def answer_question(*, question: Question, by: User, answer: str) -> Question:
    """Answer a question; the case goes back to the desk it came from, or to the queue where its claim has run out.

    Raises ``NotPermittedToAnswer``, ``TextMissing`` or ``AlreadyAnswered``.
    """
    if not by.has_perm("lending.answer_question"):
        raise NotPermittedToAnswer(by)
    if not answer.strip():
        raise TextMissing("The answer")
    return _close(question, by, answer.strip(), "review.answered")


@transaction.atomic
def withdraw_question(*, question: Question, by: User) -> Question:
    """Take a question back and go on with the case. Raises ``NotTheirs`` for anybody but who asked."""
    if question.by_id != by.pk:
        raise NotTheirs(question)
    locked_case(question.review, by)
    return _close(question, by, WITHDRAWN, "review.question_withdrawn")


def _close(question: Question, by: User, answer: str, verb: str) -> Question:
    case = Review.objects.select_for_update(no_key=True).get(pk=question.review_id)
    fresh = Question.objects.select_related("review__application", "answered_by").get(pk=question.pk)
    if fresh.answered_at is not None or case.status != ReviewStatus.WAITING:
        raise AlreadyAnswered(fresh)
    fresh.answer, fresh.answered_by, fresh.answered_at = answer, by, timezone.now()
    fresh.save()
    case.status = ReviewStatus.OPEN
    case.claimed_until = claim_end() if case.assigned_to_id else None
    case.save()
    _record(verb, fresh, by)
    return fresh


def _record(verb: str, question: Question, by: User) -> None:
    """The words stay with the case; the trail says that they were said."""
    subject = question.review.application.audit_subject
    log.record(verb, subject=subject, actor=by.get_username(), review=question.review_id, question=question.pk)
