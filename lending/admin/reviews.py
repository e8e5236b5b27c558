"""The review queue, and one case: the machine's view and its evidence beside the form for a person's."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timesince import timesince
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from audit.readonly import ReadOnlyAdmin
from lending import services
from lending.admin.filters import AssignedFilter, CaseStatusFilter
from lending.admin.presenting import decision_context, timeline_context
from lending.exceptions import LendingError
from lending.forms import ClearHitForm, ResolveForm
from lending.models import ClearedHit, Review
from lending.selectors import standing_outcome
from lending.services.cases import PERMISSION
from lending.templatetags.loan_figures import outcome_tag, word_tag
from lending.vocabulary import ReviewQueue, ReviewStatus

RESOLVER = {ReviewQueue.UNDERWRITING: "a reviewer", ReviewQueue.COMPLIANCE: "a compliance officer"}


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """Open cases, oldest first. The rows are read-only; a case is taken and closed through the services."""

    list_display = ("case", "queue_label", "machine", "why", "waiting", "assigned", "state")
    list_display_links = ("case",)
    list_select_related = ("application", "decision", "assigned_to", "decided_by")
    list_filter = (CaseStatusFilter, ("queue", ChoicesDropdownFilter), AssignedFilter)
    list_filter_submit = True
    list_fullwidth = True
    search_fields = ("application__number",)
    search_help_text = "Application number"
    ordering = ("opened_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        """Fetch a case with everything its page names."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related(
            "application", "decision", "decision__run", "run", "assigned_to", "decided_by", "maker"
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the case; a POST takes it, resolves it or clears its hits."""
        review = self.get_object(request, object_id)
        if not self.has_view_permission(request, review):
            raise PermissionDenied
        if review is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        resolve, clear = ResolveForm(review), ClearHitForm(prefix="clear")
        if request.method == "POST":
            if not request.user.has_perm(PERMISSION[ReviewQueue(review.queue)]):
                raise PermissionDenied
            resolve, clear, answer = self._posted(request, review)
            if answer is not None:
                return answer
        return self._page(request, review, resolve, clear)

    def _posted(self, request: HttpRequest, review: Review) -> tuple[ResolveForm, ClearHitForm, HttpResponse | None]:
        """Do what the pressed button says; where it is refused, return the forms as typed and say why."""
        resolve, clear = ResolveForm(review), ClearHitForm(prefix="clear")
        answer: HttpResponse | None = None
        try:
            if "take" in request.POST:
                services.take_review(review=review, by=request.user)  # type: ignore[arg-type]
                messages.success(request, f"The {review} is yours.")
                answer = _to_case(review)
            elif "clear" in request.POST:
                clear = ClearHitForm(request.POST, prefix="clear")
                answer = self._clear(request, review, clear)
            elif "resolve" in request.POST:
                resolve = ResolveForm(review, request.POST)
                answer = self._resolve(request, review, resolve)
        except LendingError as exc:
            messages.error(request, str(exc))
        return resolve, clear, answer

    def _clear(self, request: HttpRequest, review: Review, form: ClearHitForm) -> HttpResponse | None:
        if not form.is_valid():
            return None
        run = services.clear_hold(review=review, by=request.user, note=form.cleaned_data["note"])  # type: ignore[arg-type]
        messages.success(request, "The hit is cleared, with your reason. The application is being decided again.")
        return HttpResponseRedirect(reverse("admin:lending_decisionrun_change", args=[run.pk]))

    def _resolve(self, request: HttpRequest, review: Review, form: ResolveForm) -> HttpResponse | None:
        if not form.is_valid():
            return None
        closed = services.resolve_review(
            review=review,
            by=request.user,  # type: ignore[arg-type]
            outcome=form.cleaned_data["outcome"],
            note=form.cleaned_data["note"],
            reasons=form.chosen_reasons(),
        )
        messages.success(request, f"The {review} is {closed.status}: {closed.outcome} stands.")
        return _to_case(review)

    def _page(self, request: HttpRequest, review: Review, resolve: Form, clear: Form) -> HttpResponse:
        may = request.user.has_perm(PERMISSION[ReviewQueue(review.queue)])
        is_open, is_maker = review.status == ReviewStatus.OPEN, review.maker_id == request.user.pk
        evidence = decision_context(review.decision) if review.decision else {}
        open_hits = [hit for hit in evidence.get("hits", ()) if not hit.get("cleared")]
        context = {
            **self.admin_site.each_context(request),
            **evidence,
            **timeline_context(review.application),
            "opts": self.opts,
            "original": review,
            "title": str(review),
            "review": review,
            "run": review.run,
            "standing": standing_outcome(review.application),
            "resolve": resolve,
            "clear": clear,
            "is_open": is_open,
            "is_maker": is_maker,
            "may_act": may and is_open and not is_maker,
            "may_clear": review.queue == ReviewQueue.COMPLIANCE and bool(open_hits),
            "resolver": RESOLVER[ReviewQueue(review.queue)],
            "may": may,
        }
        return TemplateResponse(request, "admin/lending/case.html", context)

    @admin.display(description="Application", ordering="application__number")
    def case(self, review: Review) -> str:
        """Name the application."""
        return str(review.application)

    @admin.display(description="Queue", ordering="queue")
    def queue_label(self, review: Review) -> str:
        """Show the queue as a label."""
        return word_tag(review.queue)

    @admin.display(description="Machine")
    def machine(self, review: Review) -> str:
        """Show what the machine concluded; nothing where its run failed."""
        return outcome_tag(review.decision.outcome) if review.decision else word_tag("failed")

    @admin.display(description="Waiting", ordering="opened_at")
    def waiting(self, review: Review) -> str:
        """Show how long the case has waited, the moment on hover."""
        opened = timezone.localtime(review.opened_at)
        waited = timesince(review.opened_at, depth=1)
        return format_html('<span title="{}">{}</span>', opened.strftime("%b %-d, %Y %H:%M"), waited)

    @admin.display(description="Assigned to", ordering="assigned_to")
    def assigned(self, review: Review) -> str:
        """Name who has the case."""
        return str(review.assigned_to or "nobody yet")

    @admin.display(description="Status", ordering="status")
    def state(self, review: Review) -> str:
        """Show the status as a label."""
        return word_tag(review.status)


def _to_case(review: Review) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:lending_review_change", args=[review.pk]))


@admin.register(ClearedHit)
class ClearedHitAdmin(ReadOnlyAdmin):
    """Who said that whom is not which listed party, and why."""

    list_display = ("borrower", "entry_key", "reason", "cleared_by", "cleared_at")
    list_select_related = ("borrower", "cleared_by")
    search_fields = ("entry_key", "borrower__last_name")
    search_help_text = "Entry of a list, or a borrower's last name"
    ordering = ("-cleared_at",)
