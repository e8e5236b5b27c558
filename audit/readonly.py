"""Rows that nobody changes by hand: an admin base class that only shows, whatever permissions an account holds."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from unfold.admin import ModelAdmin


class ReadOnlyAdmin(ModelAdmin):
    """List and detail for those with the view permission; nothing to add, change or delete, superusers included."""

    actions = None
    list_disable_select_all = True
    show_full_result_count = False
    compressed_fields = True

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Look at the model's own view permission."""
        options = self.model._meta
        return bool(request.user.has_perm(f"{options.app_label}.view_{options.model_name}"))

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody adds such a row by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody changes one."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody deletes one."""
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer no bulk action, ``delete_selected`` included."""
        return {}
