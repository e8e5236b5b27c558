"""What the list of applications shows, fetched in one query: borrower, standing outcome, its figures, a live run."""

from typing import Any

from django.db.models import Case, CharField, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Concat

from lending.models import Applicant, DecisionRun, LoanApplication
from lending.models.decision import LIVE
from lending.models.review import RESOLVED


def with_standing(applications: QuerySet[LoanApplication]) -> QuerySet[Any]:
    """Annotate ``borrower_name``, ``standing_outcome``, ``standing_dti``, ``standing_ltv`` (percent), ``live_status``.

    What stands is read as ``lending.selectors.standing_outcome`` reads it: the newest run with an outcome, a person's
    where its case was resolved.
    """
    runs = DecisionRun.objects.filter(application=OuterRef("pk")).order_by("-number")
    resolved = Q(review__status__in=RESOLVED)
    decided = runs.filter(resolved | Q(decision__isnull=False)).annotate(
        standing=Case(When(resolved, then=F("review__outcome")), default=F("decision__outcome"))
    )
    people = Applicant.objects.filter(application=OuterRef("pk")).order_by("position")
    name = Concat("borrower__first_name", Value(" "), "borrower__last_name", output_field=CharField())
    return applications.annotate(
        borrower_name=Subquery(people.annotate(name=name).values("name")[:1]),
        standing_outcome=Subquery(decided.values("standing")[:1]),
        standing_dti=_ratio(decided, "back_end_dti"),
        standing_ltv=_ratio(decided, "ltv"),
        live_status=Subquery(runs.filter(status__in=LIVE).values("status")[:1]),
    )


def _ratio(decided: QuerySet[DecisionRun], name: str) -> Cast:
    text = decided.annotate(figure=KeyTextTransform(name, "decision__ratios")).values("figure")[:1]
    return Cast(Subquery(text), DecimalField(max_digits=12, decimal_places=2))
