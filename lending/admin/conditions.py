"""Conditions in the workspace: a list to work from, and one condition with what this person may do to it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter

from audit.readonly import ReadOnlyAdmin
from lending import services
from lending.admin.documents import ADD, keep
from lending.condition_forms import DocumentForm, StepForm
from lending.exceptions import LendingError
from lending.models import Condition, Finding
from lending.services.condition_life import offers
from lending.templatetags.loan_figures import word_tag
from lending.vocabulary import ConditionMove

BUTTONS = {
    ConditionMove.RECEIVE: "Mark received",
    ConditionMove.CLEAR: "Clear",
    ConditionMove.WAIVE: "Waive",
    ConditionMove.REOPEN: "Reopen",
}
DONE = {
    ConditionMove.RECEIVE: "The condition is marked received. A reviewer clears it.",
    ConditionMove.CLEAR: "The condition is cleared.",
    ConditionMove.WAIVE: "The condition is waived, with your reason.",
    ConditionMove.REOPEN: "The condition is open again, with your reason.",
}


@admin.register(Condition)
class ConditionAdmin(ReadOnlyAdmin):
    """What must come in before closing. The rows are read-only; a condition moves through the services."""

    list_display = ("application", "text", "stage", "state", "papers", "received_by", "cleared_by", "cleared_at")
    list_display_links = ("text",)
    list_select_related = ("application", "received_by", "cleared_by")
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("stage", ChoicesDropdownFilter),
        ("received_at", RangeDateTimeFilter),
    )
    list_filter_submit = True
    list_fullwidth = True
    search_fields = ("application__number", "code")
    search_help_text = "Application number, or a condition's code"
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Fetch a condition with who moved it and how many papers count."""
        rows: QuerySet[Any] = super().get_queryset(request)
        counting = Count("documents", filter=Q(documents__set_aside_at__isnull=True))
        counted: QuerySet[Any] = rows.select_related("application", "run", "received_by", "cleared_by")
        return counted.annotate(papers=counting)  # type: ignore[no-any-return]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the condition; a POST moves it on, or brings a paper."""
        condition = self.get_object(request, object_id)
        if not self.has_view_permission(request, condition):
            raise PermissionDenied
        if condition is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        step, paper = StepForm(), DocumentForm(condition.application, for_one=True)
        if request.method == "POST":
            step, paper, done = _posted(request, condition)
            if done:
                return HttpResponseRedirect(request.path)
        return self._page(request, condition, step, paper)

    def _page(self, request: HttpRequest, condition: Condition, step: StepForm, paper: DocumentForm) -> HttpResponse:
        offered = offers(condition, request.user)  # type: ignore[arg-type]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": condition,
            "title": f"Condition of {condition.application}",
            "condition": condition,
            "finding": Finding.objects.filter(run=condition.run_id, code=condition.finding_code).first(),
            "buttons": [(each.move, BUTTONS[each.move]) for each in offered if each.allowed],
            "refused": [(BUTTONS[each.move], each.why_not) for each in offered if not each.allowed],
            "step": step,
            "paper": paper,
            "may_add": request.user.has_perm(ADD),
            "documents": condition.documents.select_related("received_by", "set_aside_by"),
            "steps": condition.steps.select_related("document"),
        }
        return TemplateResponse(request, "admin/lending/condition.html", context)

    @admin.display(description="Papers", ordering="papers")
    def papers(self, condition: Condition) -> int | str:
        """Show how many papers were brought for it."""
        return condition.papers or ""  # type: ignore[attr-defined]

    @admin.display(description="Status", ordering="status")
    def state(self, condition: Condition) -> str:
        """Show the status as a label."""
        return word_tag(condition.status)


def _posted(request: HttpRequest, condition: Condition) -> tuple[StepForm, DocumentForm, bool]:
    """Do what the pressed button says; return the forms as typed, and whether it was done."""
    step, paper = StepForm(), DocumentForm(condition.application, for_one=True)
    if "upload" in request.POST:
        if not request.user.has_perm(ADD):
            raise PermissionDenied
        paper = DocumentForm(condition.application, request.POST, request.FILES, for_one=True)
        return step, paper, paper.is_valid() and keep(request, condition.application, paper, condition)
    step = StepForm(request.POST)
    move = request.POST.get("move", "")
    if move not in set(ConditionMove) or not step.is_valid():
        return step, paper, False
    try:
        _take(ConditionMove(move), condition, request.user, step.cleaned_data["reason"])
    except LendingError as exc:
        messages.error(request, str(exc))
        return step, paper, False
    messages.success(request, DONE[ConditionMove(move)])
    return step, paper, True


def _take(move: ConditionMove, condition: Condition, by: Any, reason: str) -> None:
    if move is ConditionMove.RECEIVE:
        services.receive_condition(condition=condition, by=by, note=reason)
    elif move is ConditionMove.CLEAR:
        services.clear_condition(condition=condition, by=by, note=reason)
    elif move is ConditionMove.WAIVE:
        services.waive_condition(condition=condition, by=by, reason=reason)
    else:
        services.reopen_condition(condition=condition, by=by, reason=reason)
