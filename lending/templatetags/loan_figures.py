"""Template filters for figures, words and outcomes of a loan; the wording itself is in ``lending.display``."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lending import display
from lending.explaining import action
from lending.models import Finding

ADVICE_WORDS = {"bring": "Bring", "score": "Score", "blocked": "No way found", "person": "A person", "note": "Note"}
ACTION_LABELS = {"clear": "Hold", "change": "Must change", "judge": "To judge", "bring": "To bring", "know": "To know"}
ACTION_WORDS = {
    "clear": "Compliance must clear this first",
    "change": "Must change before the loan can be approved",
    "judge": "A person must judge",
    "bring": "Bring what is not known",
    "know": "Good to know; decides nothing",
}

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


@register.filter
def advice_word(kind: str) -> str:
    """Return what kind of advice an entry of the path to yes is."""
    return ADVICE_WORDS.get(kind, display.words(kind))


@register.filter
def action_tag(finding: Finding) -> SafeString:
    """Return what a finding asks for as a coloured label; an action itself is taken as it is."""
    todo = action(finding)
    return tag(ACTION_LABELS[todo], f"action-{todo}") if todo else word_tag(finding.result)


@register.filter
def action_words(todo: str) -> str:
    """Return the heading of the findings that ask for one action."""
    return ACTION_WORDS[todo]


def tag(text: str, kind: str) -> SafeString:
    """Return a label whose colour the style sheet gives by its kind."""
    return format_html('<span class="iq-tag iq-{}">{}</span>', kind, text)
