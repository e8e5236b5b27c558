"""A form that does not save over somebody's newer change: it knows what it was opened on, and says what differs."""

import hashlib
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from audit.models import AuditEvent

FIELD = "_read_as"


class GuardedFormMixin:
    """Refuses a save when the row, or an inline's rows, differ from those the page was opened on.

    What was typed stays on the page, beside who changed what in between; saving once more is then a person's choice.
    The row is locked while it is compared and saved, so of two saves at the same moment one is refused.
    """

    change_form_before_template = "admin/lending/read_as.html"
    model: type[models.Model]
    inlines: Any

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Add the comparison to the form of an existing row."""
        plain = super().get_form(request, obj, change, **kwargs)  # type: ignore[misc]
        if obj is None or not change:
            return plain
        admin = self

        class Guarded(plain):  # type: ignore[misc, valid-type]
            def clean(self) -> Any:
                cleaned = super().clean()
                admin.refuse_newer(request, obj)
                return cleaned

        return Guarded

    def refuse_newer(self, request: HttpRequest, obj: models.Model) -> None:
        """Lock the row and raise ``ValidationError`` when it is not as the page was opened on it."""
        list(self.model._default_manager.select_for_update(no_key=True).filter(pk=obj.pk).values("pk"))
        mark, _, opened = request.POST.get(FIELD, "").partition(" ")
        if mark != self.mark_of(obj):
            raise ValidationError(_refusal(obj, parse_datetime(opened) if opened else None), code="newer")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Put the mark of the row as it is now into the page."""
        obj = self.get_object(request, object_id) if object_id else None  # type: ignore[attr-defined]
        read_as = f"{self.mark_of(obj)} {timezone.now().isoformat()}" if obj else ""
        context = {**(extra_context or {}), "read_as": read_as}
        return super().changeform_view(request, object_id, form_url, context)  # type: ignore[misc, no-any-return]

    def mark_of(self, obj: models.Model) -> str:
        """Return a hash over the row and the rows of its inlines as the database holds them."""
        rows = [_plain(each) for each in self.model._default_manager.filter(pk=obj.pk)]
        for inline in self.inlines:
            links = [field.name for field in inline.model._meta.fields if field.related_model is self.model]
            rows += [_plain(each) for each in inline.model._default_manager.filter(**{links[0]: obj}).order_by("pk")]
        return hashlib.sha256(repr(rows).encode()).hexdigest()


def _plain(row: models.Model) -> list[tuple[str, str]]:
    return sorted((name, str(value)) for name, value in {**model_to_dict(row), "pk": row.pk}.items())


def _refusal(obj: models.Model, opened: datetime | None) -> str:
    """Return who changed which fields since the page was opened, as far as the trail tells; values stay out of it."""
    subject = getattr(obj, "audit_subject", f"{obj._meta.label_lower}:{obj.pk}")
    events = AuditEvent.objects.filter(subject=subject, verb__endswith=".changed")
    since = events.filter(at__gte=opened).order_by("id") if opened else events.none()
    told = "; ".join(
        f"{event.actor} at {timezone.localtime(event.at):%H:%M}: {', '.join(event.details.get('fields', ()))}"
        for event in since
    )
    changed = f" ({told})" if told else ""
    return (
        f"This was changed after you opened it{changed}, so nothing of yours is saved yet. What you typed is below. "
        "Look at the newer values in another tab; save once more to put yours over them."
    )
