"""The review queue: what waits, what is due first, who has it; and the sanctions hits that were cleared."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timesince import timesince
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from audit.readonly import ReadOnlyAdmin
from lending import services
from lending.admin.desk import DeskMixin, to_case
from lending.admin.filters import AssignedFilter, CaseStatusFilter
from lending.exceptions import LendingError
from lending.models import ClearedHit, Review
from lending.models.review import UNRESOLVED
from lending.services.cases import PERMISSION, is_claimed
from lending.templatetags.loan_figures import word_tag
from lending.vocabulary import ReviewQueue

WARN_DAYS, ESCALATE_DAYS = 10, 2  # left of the thirty: day 20 and day 28


@admin.register(Review)
class ReviewAdmin(DeskMixin, ReadOnlyAdmin):
    """Open cases, the one due first on top. The rows are read-only; a case is taken and closed at the desk."""

    list_display = ("case", "queue_label", "due", "about", "waiting", "assigned", "state")
    list_before_template = "admin/lending/take_next.html"
    list_display_links = ("case",)
    list_select_related = ("application", "decision", "assigned_to", "decided_by")
    list_filter = (CaseStatusFilter, ("queue", ChoicesDropdownFilter), AssignedFilter)
    list_filter_submit = True
    list_fullwidth = True
    search_fields = ("application__number",)
    search_help_text = "Application number"
    ordering = ("due_on", "opened_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        """Fetch a case with everything its page names."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related(
            "application", "decision", "decision__run", "run", "assigned_to", "decided_by", "maker"
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the case on the desk; its buttons are the desk's."""
        review = self.get_object(request, object_id)
        if not self.has_view_permission(request, review):
            raise PermissionDenied
        if review is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        return self.answer(request, review)

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        """Add the address of the button "Take the next case"."""
        return (("next/", "lending_review_next", self.take_next),)

    def take_next(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Put the case that is due first on the person's desk and open it."""
        if not any(request.user.has_perm(permission) for permission in PERMISSION.values()):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            return to_case(services.take_next(by=request.user))  # type: ignore[arg-type]
        except LendingError as exc:
            messages.info(request, str(exc))
            return HttpResponseRedirect(reverse("admin:lending_review_changelist"))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Offer the next case to those who may take one."""
        may_take = any(request.user.has_perm(permission) for permission in PERMISSION.values())
        return super().changelist_view(request, {**(extra_context or {}), "may_take": may_take})  # type: ignore[no-any-return]

    @admin.display(description="Application", ordering="application__number")
    def case(self, review: Review) -> str:
        """Name the application."""
        return str(review.application)

    @admin.display(description="Queue", ordering="queue")
    def queue_label(self, review: Review) -> str:
        """Show the queue as a label."""
        return word_tag(review.queue)

    @admin.display(description="Answer due", ordering="due_on")
    def due(self, review: Review) -> str:
        """Show how many days are left to answer the applicant; the clock of 12 CFR 1002.9."""
        if review.due_on is None or review.status not in UNRESOLVED:
            return ""
        left = (review.due_on - timezone.localdate()).days
        kind = "declined" if left <= ESCALATE_DAYS else "review" if left <= WARN_DAYS else "quiet"
        words = f"{left} days left" if left >= 0 else f"{-left} days over"
        day = f"{review.due_on:%b %-d, %Y}"
        return format_html('<span class="iq-tag iq-{}" title="{}">{}</span>', kind, day, words)

    @admin.display(description="About")
    def about(self, review: Review) -> str:
        """Show why the case is one for a person; hidden while reviewers judge blind, as the machine's view is."""
        if settings.REVIEW_BLIND_FIRST and review.queue == ReviewQueue.UNDERWRITING and review.status in UNRESOLVED:
            return "for your own view first" if review.decision_id else review.why
        return review.why

    @admin.display(description="Waiting", ordering="opened_at")
    def waiting(self, review: Review) -> str:
        """Show how long the case has waited, the moment on hover."""
        opened = timezone.localtime(review.opened_at)
        waited = timesince(review.opened_at, depth=1)
        return format_html('<span title="{}">{}</span>', opened.strftime("%b %-d, %Y %H:%M"), waited)

    @admin.display(description="Assigned to", ordering="assigned_to")
    def assigned(self, review: Review) -> str:
        """Name who has the case; a claim that ran out is nobody's."""
        if review.assigned_to is None or (review.status in UNRESOLVED and not is_claimed(review)):
            return format_html('<span class="iq-quiet iq-nowrap">{}</span>', "nobody now")
        return str(review.assigned_to)

    @admin.display(description="Status", ordering="status")
    def state(self, review: Review) -> str:
        """Show the status as a label."""
        return word_tag(review.status)


@admin.register(ClearedHit)
class ClearedHitAdmin(ReadOnlyAdmin):
    """Who said that whom is not which listed party, and why."""

    list_display = ("borrower", "entry_key", "reason", "cleared_by", "cleared_at")
    list_select_related = ("borrower", "cleared_by")
    search_fields = ("entry_key", "borrower__last_name")
    search_help_text = "Entry of a list, or a borrower's last name"
    ordering = ("-cleared_at",)
