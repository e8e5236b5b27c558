"""What models cost: by run, day, agent, model and partner, beside what a decision is meant to cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from audit.models import ModelCall

DAYS = 30


@dataclass(frozen=True, slots=True)
class Cost:
    """One group of questions: how many, how many runs they served, tokens both ways, dollars, and what is not known.

    ``dollars`` leaves out the ``unpriced`` questions; ``cached`` cost nothing, ``failed`` gave no usable answer.
    """

    name: str
    questions: int
    runs: int
    tokens: int
    dollars: Decimal
    unpriced: int
    cached: int
    failed: int

    @property
    def dollars_a_run(self) -> Decimal | None:
        """Dollars of a run on average; None without runs."""
        return self.dollars / self.runs if self.runs else None


def cost_of_run(run_id: UUID) -> Cost:
    """Return what one run's questions cost, all attempts together."""
    return _cost("", _sums(ModelCall.objects.filter(run_id=run_id)))


def costs_of_run(run_id: UUID) -> dict[str, Cost]:
    """Return what one run's questions cost by agent, all attempts together; none for one that asked nothing."""
    rows = ModelCall.objects.filter(run_id=run_id).order_by().values("agent").annotate(**_SUMS)
    return {row["agent"]: _cost(row["agent"], dict(row)) for row in rows}


def dollars_by_run(run_ids: Iterable[UUID]) -> dict[UUID, Decimal | None]:
    """Return what each run's questions cost in dollars; None where a price is not known, no entry without questions."""
    calls = ModelCall.objects.filter(run_id__in=list(run_ids)).order_by().values("run_id")
    rows = calls.annotate(spent=Sum("dollars"), unpriced=_SUMS["unpriced"])
    spent = {row["run_id"]: None if row["unpriced"] else row["spent"] or Decimal(0) for row in rows}
    return {run_id: dollars for run_id, dollars in spent.items() if run_id}


def recent_cost(days: int = DAYS) -> Cost:
    """Return what the last days' questions cost together."""
    return _cost(f"last {days} days", _sums(_since(days)))


def costs_by(field: str, days: int = DAYS) -> list[Cost]:
    """Return the last days' costs by ``agent``, ``model``, ``partner`` (dearest first) or ``day`` (newest first)."""
    calls = _since(days)
    if field == "day":
        calls = calls.annotate(day=TruncDate("at"))
    rows = calls.order_by().values(field).annotate(**_SUMS)
    costs = [_cost(str(row[field] or "none"), row) for row in rows]
    newest_first = field == "day"
    return sorted(costs, key=lambda cost: cost.name if newest_first else cost.dollars, reverse=True)


_SUMS: dict[str, Any] = {
    "questions": Count("pk"),
    "runs": Count("run_id", distinct=True),
    "tokens_in": Sum("input_tokens"),
    "tokens_out": Sum("output_tokens"),
    "spent": Sum("dollars"),
    "unpriced": Count("pk", filter=Q(dollars__isnull=True, tries__gt=0)),
    "from_store": Count("pk", filter=Q(cached=True)),
    "failed": Count("pk", filter=~Q(outcome="ok")),
}


def _since(days: int) -> QuerySet[ModelCall]:
    return ModelCall.objects.filter(at__gte=timezone.now() - timedelta(days=days))


def _sums(calls: QuerySet[ModelCall]) -> dict[str, Any]:
    return calls.order_by().aggregate(**_SUMS)


def _cost(name: str, row: dict[str, Any]) -> Cost:
    return Cost(
        name=name,
        questions=row["questions"],
        runs=row["runs"],
        tokens=_total((row["tokens_in"], row["tokens_out"])),
        dollars=row["spent"] or Decimal(0),
        unpriced=row["unpriced"],
        cached=row["from_store"],
        failed=row["failed"],
    )


def _total(counts: Iterable[int | None]) -> int:
    return sum(count or 0 for count in counts)
