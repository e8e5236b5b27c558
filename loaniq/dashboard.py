"""The first page: what waits for this person, what is running, what was decided. A fixed number of queries."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse

from lending.admin.listing import with_standing
from lending.display import OUTCOME_WORDS
from lending.models import Decision, DecisionRun, LoanApplication
from lending.models.decision import LIVE
from lending.selectors import open_reviews
from lending.services.cases import PERMISSION
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


def _cases(request: HttpRequest) -> dict[str, Any]:
    """Return the open cases this person may close, those already on their desk first."""
    queues = [queue for queue in ReviewQueue if request.user.has_perm(PERMISSION[queue])]
    cases = [
        case
        for case in open_reviews().filter(queue__in=queues or list(ReviewQueue))[: SHOWN * 4]
        if case.assigned_to_id in (None, request.user.pk)
    ]
    cases.sort(key=lambda case: case.assigned_to_id is None)
    counts = dict(open_reviews().order_by().values_list("queue").annotate(count=Count("pk")))
    link = reverse("admin:lending_review_changelist")
    return {
        "mine": cases[:SHOWN],
        "may_act": bool(queues),
        "queues": [(queue, counts.get(queue, 0), f"{link}?queue__exact={queue}") for queue in ReviewQueue],
    }


def _corpus() -> dict[str, Any]:
    return {"documents": PolicyDocument.objects.count(), "lists": SanctionsList.objects.filter(is_current=True).count()}
