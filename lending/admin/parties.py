"""Borrowers and partners."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from unfold.admin import ModelAdmin

from audit import log
from audit.audited_admin import AuditedAdminMixin
from lending.admin.guarded_form import GuardedFormMixin
from lending.models import Borrower, Partner


@admin.register(Borrower)
class BorrowerAdmin(GuardedFormMixin, AuditedAdminMixin, ModelAdmin):
    """People who ask for loans. Personal data: seen by staff with the view permission only."""

    list_display = ("name", "state", "birth_date", "partner", "applications")
    list_select_related = ("partner",)
    search_fields = ("first_name", "last_name", "email")
    search_help_text = "Name or e-mail address"
    show_full_result_count = False
    ordering = ("last_name", "first_name")
    readonly_fields = ("partner", "created_at")
    fields = (("first_name", "last_name"), ("email", "birth_date"), ("state", "partner"), ("created_at",))
    warn_unsaved_form = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Borrower]:
        """Count the applications with the rows."""
        return super().get_queryset(request).annotate(loans=Count("applicants"))  # type: ignore[no-any-return]

    def has_delete_permission(self, request: HttpRequest, obj: Borrower | None = None) -> bool:
        """Nobody deletes a borrower by hand: files must be kept 25 months (12 CFR 1002.12)."""
        return False

    @admin.display(description="Name", ordering="last_name")
    def name(self, borrower: Borrower) -> str:
        """Show the whole name."""
        return str(borrower)

    @admin.display(description="Applications")
    def applications(self, borrower: Borrower) -> int:
        """Show how many."""
        return int(borrower.loans)  # type: ignore[attr-defined]


@admin.register(Partner)
class PartnerAdmin(AuditedAdminMixin, ModelAdmin):
    """Brokers, banks and their systems, and the tokens they send."""

    list_display = ("name", "user", "active", "created_at")
    list_select_related = ("user",)
    search_fields = ("name",)
    autocomplete_fields = ("user",)
    fields = ("name", "user", "active", "created_at")
    readonly_fields = ("created_at",)
    actions = None
    change_form_outer_before_template = "admin/lending/partner_token.html"

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        """Add the address behind "Issue a token"."""
        return (("<uuid:pk>/token/", "lending_partner_token", self.issue_token),)

    def has_delete_permission(self, request: HttpRequest, obj: Partner | None = None) -> bool:
        """A partner is switched off, not deleted: its applications stay."""
        return False

    def issue_token(self, request: HttpRequest, pk: Any, **_: Any) -> HttpResponse:
        """Make a token for the partner's service account and show it this once; only its digest is kept."""
        from knox.models import AuthToken

        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        partner = get_object_or_404(Partner, pk=pk)
        with transaction.atomic():
            token = AuthToken.objects.create(partner.user)[1]
            log.record(
                "partner.token_issued",
                subject=f"lending.partner:{partner.pk}",
                actor=request.user.get_username(),
            )
        messages.success(request, f"Token for {partner}: {token} Copy it now; it is not shown again.")
        return HttpResponseRedirect(reverse("admin:lending_partner_change", args=[partner.pk]))
