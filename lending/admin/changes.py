"""Which fields a person changed on a page, by name; the values stay out of the trail."""

from typing import Any


def changed_fields(form: Any, formsets: Any) -> list[str]:
    """Return the changed fields of a form and of its inlines in order of name, such as ``liability.balance``."""
    return sorted({*form.changed_data, *(name for each in formsets for name in _changed_in(each))})


def _changed_in(formset: Any) -> list[str]:
    """Return ``liability.balance`` and the like for each changed field of an inline, additions and removals too."""
    prefix = formset.model._meta.model_name
    removed = [f"{prefix}.removed"] if formset.deleted_objects else []
    return [f"{prefix}.{name}" for form in formset.forms if form.has_changed() for name in form.changed_data] + removed
