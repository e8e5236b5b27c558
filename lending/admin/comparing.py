"""The page "Compare runs" of an application: two decided runs side by side."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from lending.comparing import comparison
from lending.display import fact_shown, fact_words
from lending.exceptions import LendingError
from lending.models import LoanApplication
from lending.resubmission import RESUBMISSION
from lending.run_diff import Difference

PAGE = "admin/lending/compare_runs.html"
UNITS = {"ltv": "percent", "cltv": "percent", "hcltv": "percent", "reserves_months": "months"}


class CompareRunsMixin:
    """Adds the comparison's address to the application's admin; for whoever may look at runs."""

    admin_site: Any
    opts: Any

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        """Add the address of the comparison of one application."""
        inherited: tuple[tuple[str, str, Any], ...] = super().get_custom_urls()  # type: ignore[misc]
        return (*inherited, ("<uuid:pk>/compare/", "lending_loanapplication_compare", self.compare_runs))

    def compare_runs(self, request: HttpRequest, pk: Any, **_: Any) -> HttpResponse:
        """Show two runs, the newest and the one before unless ``earlier`` and ``later`` name others by number."""
        if not request.user.has_perm("lending.view_decisionrun") or request.method != "GET":
            raise PermissionDenied
        application = get_object_or_404(LoanApplication, pk=pk)
        try:
            diff, runs = comparison(application, _number(request.GET, "earlier"), _number(request.GET, "later"))
        except LendingError as exc:
            messages.info(request, str(exc))
            return HttpResponseRedirect(reverse("admin:lending_loanapplication_change", args=[application.pk]))
        by_number = {run.number: run for run in runs}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{application}: run {diff.later} compared with run {diff.earlier}",
            "application": application,
            "diff": diff,
            "runs": runs,
            "earlier": by_number[diff.earlier],
            "later": by_number[diff.later],
            "resubmission": RESUBMISSION[diff.resubmit],
            "turned": [each for each in diff.rules if each.result_changed],
            "moved": [each for each in diff.rules if not each.result_changed],
            "facts": [_fact(each) for each in diff.facts or ()],
            "figures": [(each, _unit(each.name)) for each in diff.ratios],
        }
        return TemplateResponse(request, PAGE, context)


def _number(query: QueryDict, name: str) -> int | None:
    text = query.get(name, "")
    return int(text) if text.isdecimal() else None


def _fact(each: Difference) -> tuple[str, str, str]:
    before, after = (fact_shown(each.name, value) for value in (each.before, each.after))
    return fact_words(each.name), before, after


def _unit(name: str) -> str:
    """Return the unit of a figure by its name: percent, months, or dollars."""
    if name.endswith(("_dti", "_percent", "_rate", "_spread", "_rounded")) or name == "apr":
        return "percent"
    return "months" if name.endswith("_months") else UNITS.get(name, "dollars")
