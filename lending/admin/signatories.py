"""Who signs up to which amount. Every change is in the audit trail; nobody sets their own limit."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from audit.audited_admin import AuditedAdminMixin
from lending import display
from lending.admin.units import UnitsMixin
from lending.models import Signatory


@admin.register(Signatory)
class SignatoryAdmin(AuditedAdminMixin, UnitsMixin, ModelAdmin):
    """Limits of single people; everybody else has the lender's general one."""

    list_display = ("user", "shown_limit")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__last_name")
    search_help_text = "Account or last name"
    autocomplete_fields = ("user",)
    ordering = ("user__username",)

    def has_change_permission(self, request: HttpRequest, obj: Signatory | None = None) -> bool:
        """Nobody changes their own limit."""
        own = obj is not None and obj.user_id == request.user.pk
        return not own and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Signatory | None = None) -> bool:
        """Nor takes it away."""
        own = obj is not None and obj.user_id == request.user.pk
        return not own and bool(super().has_delete_permission(request, obj))

    def get_form(self, request: HttpRequest, obj: Signatory | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Leave the person at the keyboard out of the choice."""
        form = super().get_form(request, obj, change, **kwargs)
        if "user" in form.base_fields:
            field = form.base_fields["user"]
            field.queryset = field.queryset.exclude(pk=request.user.pk)
        return form

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Take several away, never the own one."""
        super().delete_queryset(request, queryset.exclude(user=request.user.pk))

    @admin.display(description="Signs up to", ordering="limit")
    def shown_limit(self, signatory: Signatory) -> str:
        """Show dollars."""
        return display.dollars(signatory.limit)
