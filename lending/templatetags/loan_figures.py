"""Template filters for figures, words and outcomes of a loan; the wording itself is in ``lending.display``."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lending import display

register = template.Library()
register.filter("dollars", display.dollars)
register.filter("percent", display.percent)
register.filter("in_unit", display.in_unit)
register.filter("margin", display.margin)
register.filter("words", display.words)
register.filter("missing_words", display.missing_words)


@register.filter
def outcome_tag(outcome: str | None) -> SafeString:
    """Return an outcome as a coloured label; a dash where there is none."""
    if not outcome:
        return format_html('<span class="iq-quiet">{}</span>', "not decided")
    return tag(display.OUTCOME_WORDS.get(outcome, outcome), outcome.lower())


@register.filter
def word_tag(word: str) -> SafeString:
    """Return a status, verdict or result as a coloured label."""
    return tag(display.words(word), word.lower())


def tag(text: str, kind: str) -> SafeString:
    """Return a label whose colour the style sheet gives by its kind."""
    return format_html('<span class="iq-tag iq-{}">{}</span>', kind, text)
