"""Filters of the lists: what stands, who works on it, where the home is, which cases are open."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import DropdownFilter

from lending.display import OUTCOME_WORDS
from lending.models import LoanApplication, Review
from lending.models.decision import LIVE
from lending.models.review import UNRESOLVED

STATES = [
    "AL",
    "AK",
    "AZ",
    "AR",
    "CA",
    "CO",
    "CT",
    "DE",
    "DC",
    "FL",
    "GA",
    "HI",
    "ID",
    "IL",
    "IN",
    "IA",
    "KS",
    "KY",
    "LA",
    "ME",
    "MD",
    "MA",
    "MI",
    "MN",
    "MS",
    "MO",
    "MT",
    "NE",
    "NV",
    "NH",
    "NJ",
    "NM",
    "NY",
    "NC",
    "ND",
    "OH",
    "OK",
    "OR",
    "PA",
    "RI",
    "SC",
    "SD",
    "TN",
    "TX",
    "UT",
    "VT",
    "VA",
    "WA",
    "WV",
    "WI",
    "WY",
]
RUNNING, UNDECIDED = "running", "undecided"


class OutcomeFilter(DropdownFilter):
    """By the outcome that stands, or by its absence."""

    title = "outcome"
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the outcomes, and the two states before one."""
        return [*OUTCOME_WORDS.items(), (RUNNING, "In progress"), (UNDECIDED, "Not decided")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen ones; needs the list's annotations."""
        if self.value() == RUNNING:
            return queryset.filter(runs__status__in=LIVE)
        if self.value() == UNDECIDED:
            return queryset.filter(standing_outcome__isnull=True)
        return queryset.filter(standing_outcome=self.value()) if self.value() else queryset


class StateFilter(DropdownFilter):
    """By the state of the home."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the states and DC."""
        return [(state, state) for state in STATES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LoanApplication]) -> QuerySet[LoanApplication]:
        """Keep the homes in that state."""
        return queryset.filter(subject_property__state=self.value()) if self.value() else queryset


class OfficerFilter(DropdownFilter):
    """By the loan officer; "mine" first."""

    title = "officer"
    parameter_name = "officer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return me, nobody, and the staff."""
        staff = User.objects.filter(is_staff=True, is_active=True).order_by("username")
        return [
            ("me", "Mine"),
            ("nobody", "Nobody yet"),
            *((str(user.pk), user.get_full_name() or user.get_username()) for user in staff),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LoanApplication]) -> QuerySet[LoanApplication]:
        """Keep that officer's applications."""
        chosen = self.value()
        if not chosen:
            return queryset
        if chosen == "nobody":
            return queryset.filter(officer__isnull=True)
        wanted = request.user.pk if chosen == "me" else chosen
        return queryset.filter(officer_id=wanted) if str(wanted).isdigit() else queryset.none()


class CaseStatusFilter(DropdownFilter):
    """Open cases unless somebody asks for closed ones."""

    title = "status"
    parameter_name = "status"
    all_option = None

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return open first: it is what the queue shows by itself."""
        return [("", "Open"), ("closed", "Closed"), ("all", "All")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> QuerySet[Review]:
        """Keep open cases, or what was asked for."""
        if self.value() == "all":
            return queryset
        is_open = Q(status__in=UNRESOLVED)
        return queryset.exclude(is_open) if self.value() == "closed" else queryset.filter(is_open)


class AssignedFilter(DropdownFilter):
    """Mine, somebody's, or nobody's yet."""

    title = "assigned to"
    parameter_name = "assigned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the three."""
        return [("me", "Me"), ("nobody", "Nobody yet"), ("others", "Colleagues")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> QuerySet[Review]:
        """Keep those cases."""
        chosen = {
            "me": Q(assigned_to=request.user.pk),
            "nobody": Q(assigned_to__isnull=True),
            "others": Q(assigned_to__isnull=False) & ~Q(assigned_to=request.user.pk),
        }.get(self.value() or "")
        return queryset.filter(chosen) if chosen is not None else queryset
