"""A template filter that turns the digits a run keeps into the rulebook version they name."""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from policies.rulebook.versions import version_named

register = template.Library()


@register.filter
def rulebook_name(digits: str) -> str | SafeString:
    """Return number and digits with a link to the version; the digits alone where no row has them."""
    version = version_named(digits)
    if version is None:
        return f"Rulebook {digits or '-'}"
    address = reverse("admin:policies_rulebookversion_change", args=[version.pk])
    return format_html('<a class="iq-link" href="{}">{}</a> {}', address, version, digits)
