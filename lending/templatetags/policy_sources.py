"""Template filters that lead from a decision's citations to the printed page they stand on."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

VIEWER = "admin:policies_passage"
SOURCE = re.compile(r"\[POLICY SOURCE (\d{1,4})\]")

register = template.Library()


@register.filter
def passage_address(citation: Mapping[str, Any]) -> str:
    """Return where a citation's words are shown on their page; "" for one that names no passage."""
    passage = citation.get("passage_id")
    if not isinstance(passage, int):
        return ""
    quote = str(citation.get("quote", ""))
    return f"{reverse(VIEWER, args=[passage])}{'?' + urlencode({'quote': quote}) if quote else ''}#mark"


@register.filter
def with_sources(text: str, citations: Sequence[Mapping[str, Any]]) -> SafeString:
    """Return text, escaped, whose every [POLICY SOURCE N] leads to the passage that citation N quotes."""
    addresses = {str(each.get("source")): address for each in reversed(citations) if (address := passage_address(each))}

    def linked(found: re.Match[str]) -> str:
        address = addresses.get(found[1])
        return format_html('<a class="iq-link" href="{}">{}</a>', address, found[0]) if address else found[0]

    return mark_safe(SOURCE.sub(linked, conditional_escape(text)))  # noqa: S308  (escaped before, links built safely)
