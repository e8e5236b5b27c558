"""How figures stand in a list's column."""

from django.utils.html import format_html
from django.utils.safestring import SafeString


def figure(value: int | None) -> SafeString:
    """Return a whole number set flush right, with thousands marked; nothing where it is None."""
    return format_html('<span class="iq-figure">{}</span>', "" if value is None else f"{value:,}")
