"""The first page: what waits for this person, what is running, what was decided. A fixed number of queries."""

from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse

from lending.admin.listing import with_standing
from lending.display import OUTCOME_WORDS
from lending.models import Decision, DecisionRun, LoanApplication, Question
from lending.models.decision import LIVE
from lending.selectors import open_reviews
from lending.services.cases import PERMISSION
from lending.services.claiming import takeable
from lending.vocabulary import ReviewQueue
from policies.models import PolicyDocument, SanctionsList

SHOWN = 8
LIST = "admin:lending_loanapplication_changelist"


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what the first page shows to its context; each part only for those who may see it."""
    may = request.user.has_perm
    if may("lending.view_loanapplication"):
        context |= {"outcomes": _outcomes(), "todo": _todo(request), "running": _running(), "recent": _recent()}
    if may("lending.view_review"):
        context["cases"] = _cases(request)
    if may("lending.answer_question"):
        context["questions"] = _questions(request)
    if may("policies.add_policydocument"):
        context["corpus"] = _corpus()
    context["may_enter"] = may("lending.add_loanapplication")
    context["title"] = f"Good day, {_called(request)}"
    return context


def _called(request: HttpRequest) -> str:
    return getattr(request.user, "first_name", "") or request.user.get_username()


def _outcomes() -> list[dict[str, Any]]:
    """Return how many applications stand at each outcome, with the list behind each figure."""
    standing = with_standing(LoanApplication.objects.order_by()).values_list("standing_outcome")
    counts = dict(standing.annotate(count=Count("pk")))
    words = {**OUTCOME_WORDS, "undecided": "Not decided"}
    return [
        {
            "outcome": outcome,
            "word": word,
            "count": counts.get(outcome if outcome in OUTCOME_WORDS else None, 0),
            "link": f"{reverse(LIST)}?outcome={outcome}",
        }
        for outcome, word in words.items()
    ]


def _todo(request: HttpRequest) -> list[LoanApplication]:
    """Return the newest applications that no run has touched: an officer's own first, then nobody's."""
    waiting = LoanApplication.objects.filter(runs__isnull=True).select_related("subject_property")
    mine = waiting.filter(officer=request.user.pk) | waiting.filter(officer__isnull=True)
    return list(with_standing(mine).order_by("officer", "-created_at")[:SHOWN])


def _running() -> list[DecisionRun]:
    live = DecisionRun.objects.filter(status__in=LIVE).select_related("application", "requested_by")
    return list(live.order_by("requested_at")[:SHOWN])


def _recent() -> list[Decision]:
    return list(Decision.objects.select_related("application", "run").order_by("-decided_at")[:SHOWN])


def _questions(request: HttpRequest) -> list[Question]:
    """Return what reviewers wait to hear about this officer's applications, and about nobody's; the oldest first."""
    waiting = Question.objects.filter(answered_at__isnull=True).select_related("by", "review__application")
    mine = Q(review__application__officer=request.user.pk) | Q(review__application__officer__isnull=True)
    return list(waiting.filter(mine).order_by("at")[:SHOWN])


def _cases(request: HttpRequest) -> dict[str, Any]:
    """Return the cases this person may take, those on their desk first; to others, what waits for anybody."""
    queues = [queue for queue in ReviewQueue if request.user.has_perm(PERMISSION[queue])]
    waiting = takeable(request.user) if queues else open_reviews()  # type: ignore[arg-type]
    cases = list(waiting.select_related("application", "assigned_to")[:SHOWN])
    cases.sort(key=lambda case: case.assigned_to_id != request.user.pk)
    counts = dict(open_reviews().order_by().values_list("queue").annotate(count=Count("pk")))
    link = reverse("admin:lending_review_changelist")
    return {
        "mine": cases,
        "blind": settings.REVIEW_BLIND_FIRST and bool(queues),
        "may_act": bool(queues),
        "queues": [(queue, counts.get(queue, 0), f"{link}?queue__exact={queue}") for queue in ReviewQueue],
    }


def _corpus() -> dict[str, Any]:
    return {"documents": PolicyDocument.objects.count(), "lists": SanctionsList.objects.filter(is_current=True).count()}
