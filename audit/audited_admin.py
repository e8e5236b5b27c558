"""Rows that people change in the admin's own forms: every addition, change and removal is in the trail."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.http import HttpRequest

from audit import log


class AuditedAdminMixin:
    """Records in the trail what the admin would note in its own history, in the same transaction."""

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Return the names of the changed fields; values stay out of the trail."""
        return changed_fields(form, formsets or ())

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        """Record that somebody added a row."""
        self.record_by_hand(request, "added", obj)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        """Record which fields somebody changed; a save that changed nothing leaves no event."""
        if message:
            self.record_by_hand(request, "changed", obj, fields=list(message))

    def log_deletions(self, request: HttpRequest, queryset: Iterable[models.Model]) -> Any:
        """Record each row that somebody removes."""
        for obj in queryset:
            self.record_by_hand(request, "removed", obj)

    def record_by_hand(self, request: HttpRequest, verb: str, obj: models.Model, **details: Any) -> None:
        """Append one event about a row under its model's name."""
        options = obj._meta
        log.record(
            f"{options.model_name}.{verb}",
            subject=f"{options.label_lower}:{obj.pk}",
            actor=request.user.get_username(),
            **details,
        )


def changed_fields(form: Any, formsets: Any) -> list[str]:
    """Return the changed fields of a form and of its inlines in order of name, such as ``liability.balance``."""
    return sorted({*form.changed_data, *(name for each in formsets for name in _changed_in(each))})


def _changed_in(formset: Any) -> list[str]:
    """Return ``liability.balance`` and the like for each changed field of an inline, additions and removals too."""
    prefix = formset.model._meta.model_name
    removed = [f"{prefix}.removed"] if formset.deleted_objects else []
    return [f"{prefix}.{name}" for form in formset.forms if form.has_changed() for name in form.changed_data] + removed
