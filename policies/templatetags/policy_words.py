"""Template filters for a policy's labels: its tier as a coloured tag, its programs and states in words."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from policies.models import PolicyDocument, Tier

COLOURS = {Tier.FEDERAL: "hold", Tier.AGENCY: "open", Tier.LENDER: "passed"}
EVERY = "ALL"
WRITTEN = {"fha": "FHA", "va": "VA", "usda": "USDA", EVERY: "All"}

register = template.Library()


@register.filter
def tier_tag(document: PolicyDocument) -> str | SafeString:
    """Return whose word a document is as a coloured label; nothing where nobody said."""
    if not document.tier:
        return ""
    colour = COLOURS.get(Tier(document.tier), "")
    return format_html('<span class="iq-tag iq-{}">{}</span>', colour, document.get_tier_display())


@register.filter
def label_words(names: Sequence[str]) -> str:
    """Return programs or states as they are written: ["fha", "va"] is "FHA, VA", ["ALL"] is "All"."""
    return ", ".join(WRITTEN.get(name, name if name.isupper() else name.capitalize()) for name in names)
