"""Asking for decisions from the list and from one file. Both lead to ``lending.services.request_decision``."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from lending import services
from lending.exceptions import LendingError, RunAlreadyActive
from lending.forms import AgainForm
from lending.models import DecisionRun, LoanApplication
from lending.models.decision import LIVE

ASK = "admin/lending/ask_reason.html"
SHOWN_REFUSALS = 20


class RunDecisionMixin:
    """The action "Run decision" and the button's address; both need ``lending.run_decision``, both only by POST."""

    actions = ("run_decision",)
    admin_site: Any
    opts: Any

    def has_run_decision_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Ask for the permission of that name."""
        return bool(request.user.has_perm("lending.run_decision"))

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        """Add the address behind the button of one application."""
        return (("<uuid:pk>/decide/", "lending_loanapplication_decide", self.decide_one),)

    @admin.action(description="Run decision", permissions=["run_decision"])
    def run_decision(self, request: HttpRequest, queryset: QuerySet[LoanApplication]) -> HttpResponse | None:
        """Queue a run for each chosen application; where some are decided already, ask once why."""
        chosen = list(queryset.order_by("number"))
        decided = [each for each in chosen if each.decisions.exists()]
        form = AgainForm(request.POST if "apply" in request.POST else None)
        if decided and not form.is_valid():
            hidden = [("action", "run_decision"), *((ACTION_CHECKBOX_NAME, str(each.pk)) for each in chosen)]
            return self._ask(request, form, decided, hidden, fresh=len(chosen) - len(decided))
        self._queue(request, chosen, form.cleaned_data["reason"] if decided else "", set(decided))
        return None

    def _queue(
        self, request: HttpRequest, chosen: Sequence[LoanApplication], reason: str, decided: set[LoanApplication]
    ) -> None:
        queued, refused = 0, []
        for application in chosen:
            try:
                services.request_decision(
                    application=application,
                    by=request.user,  # type: ignore[arg-type]
                    reason=reason if application in decided else "",
                )
                queued += 1
            except LendingError as exc:
                refused.append(str(exc))
        if queued:
            messages.success(request, f"{queued} decision{'s' if queued != 1 else ''} queued.")
        for sentence in refused[:SHOWN_REFUSALS]:
            messages.warning(request, sentence)
        if len(refused) > SHOWN_REFUSALS:
            messages.warning(request, f"{len(refused) - SHOWN_REFUSALS} more were refused for reasons like these.")

    def decide_one(self, request: HttpRequest, pk: Any, **_: Any) -> HttpResponse:
        """Queue a run for one application and open it; a double click opens the run that the first click made."""
        if not self.has_run_decision_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        application = get_object_or_404(LoanApplication, pk=pk)
        live = application.runs.filter(status__in=LIVE).first()
        if live is None and application.decisions.exists():
            form = AgainForm(request.POST if "reason" in request.POST else None)
            if not form.is_valid():
                return self._ask(request, form, [application], [], fresh=0)
            return self._open_run(request, application, form.cleaned_data["reason"])
        return self._open_run(request, application, "")

    def _open_run(self, request: HttpRequest, application: LoanApplication, reason: str) -> HttpResponse:
        try:
            run = services.request_decision(application=application, by=request.user, reason=reason)  # type: ignore[arg-type]
        except RunAlreadyActive as exc:
            messages.info(request, str(exc))
            run = application.runs.order_by("-number")[0]
        except LendingError as exc:
            messages.warning(request, str(exc))
            return HttpResponseRedirect(reverse("admin:lending_loanapplication_change", args=[application.pk]))
        return HttpResponseRedirect(_address(run))

    def _ask(
        self,
        request: HttpRequest,
        form: AgainForm,
        decided: Sequence[LoanApplication],
        hidden: Sequence[tuple[str, str]],
        fresh: int,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Decide again",
            "form": form,
            "decided": [(each, each.decisions.all()[0]) for each in decided],
            "hidden": hidden,
            "fresh": fresh,
        }
        return TemplateResponse(request, ASK, context)


def _address(run: DecisionRun) -> str:
    return reverse("admin:lending_decisionrun_change", args=[run.pk])
