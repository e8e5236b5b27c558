"""What the pages of a rulebook version show: its rules in words, what differs, and what its impact would be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from policies.models import ImpactReport, ImpactStatus, RulebookStatus, RulebookVersion
from policies.rulebook.outline import Outline, differences, outlines
from policies.rulebook.rules import RulebookError
from policies.rulebook.versions import book_of, in_force

# status or standing: the colour of its label
COLOURS = {"draft": "open", "checked": "review", "in force": "passed", "scheduled": "hold", "superseded": ""}


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter of the rules: its name in the address, its values, and the chosen one."""

    name: str
    label: str
    values: tuple[str, ...]
    chosen: str


def standing(version: RulebookVersion, current_pk: int | None) -> str:
    """Return what a version is to today's decisions: in the making, in force, scheduled for later, or superseded."""
    if version.status in (RulebookStatus.DRAFT, RulebookStatus.CHECKED):
        return str(version.status)
    if version.pk == current_pk:
        return "in force"
    later = version.effective_from is not None and version.effective_from > timezone.localdate()
    return "scheduled" if later and version.status == RulebookStatus.PUBLISHED else "superseded"


def standing_tag(version: RulebookVersion, current_pk: int | None) -> SafeString:
    """Return the standing as a coloured label."""
    word = standing(version, current_pk)
    return format_html('<span class="iq-tag iq-{}">{}</span>', COLOURS[word], word.capitalize())


def version_context(version: RulebookVersion, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page of a version shows; ``asked`` holds the chosen layer, program and file.

    A version in the making is compared with the one in force, any other with what it was based on. Where a stored text
    cannot be read, such as an old one by a newer program, ``fault`` says so and the rest is left out.
    """
    current = in_force(timezone.localdate()).first()
    is_ahead = version.status in (RulebookStatus.DRAFT, RulebookStatus.CHECKED)
    compared_with = current if is_ahead else version.based_on
    context = {
        "standing": standing_tag(version, current.pk if current else None),
        **impact_context(version.impact_reports.select_related("compared_with").first()),
    }
    try:
        book = book_of(version)
        changes = differences(book_of(compared_with), book) if compared_with else []
    except RulebookError as exc:
        return {**context, "fault": str(exc)}
    return {**context, "compared_with": compared_with, "changes": changes, **_rules_context(outlines(book), asked)}


def _rules_context(rules: list[Outline], asked: Mapping[str, str]) -> dict[str, Any]:
    choices = _choices(rules, asked)
    shown = [rule for rule in rules if _kept(rule, choices)]
    return {
        "groups": _grouped(shown, timezone.localdate()),
        "rules_shown": len(shown),
        "rules_total": len(rules),
        "filters": choices,
        "is_filtered": len(shown) < len(rules),
    }


def _choices(rules: list[Outline], asked: Mapping[str, str]) -> list[Choice]:
    values = {
        "layer": {rule.layer for rule in rules},
        "program": {program for rule in rules for program in rule.programs},
        "file": {rule.group for rule in rules},
    }
    labels = {"layer": "Every layer", "program": "Every program", "file": "Every file"}
    return [
        Choice(name, labels[name], tuple(sorted(each for each in found if each)), asked.get(name, ""))
        for name, found in values.items()
    ]


def _kept(rule: Outline, choices: list[Choice]) -> bool:
    """Return whether a rule belongs to every chosen value; one that concerns all programs belongs to each."""
    own = {"layer": (rule.layer,), "program": rule.programs, "file": (rule.group,)}
    return all(
        choice.chosen in own[choice.name] or (choice.name == "program" and not rule.programs)
        for choice in choices
        if choice.chosen in choice.values
    )


def _grouped(rules: list[Outline], today: date) -> list[tuple[str, list[Any]]]:
    """Return the rules by file, each with what is in force today and what holds on other days."""
    return [
        (group, [(rule, rule.in_force(today), _other_days(rule, today)) for rule in members])
        for group, members in groupby(rules, key=lambda rule: rule.group)
    ]


def _other_days(rule: Outline, today: date) -> list[Any]:
    current = rule.in_force(today)
    return [each for each in reversed(rule.values) if each is not current]


def impact_context(report: ImpactReport | None) -> dict[str, Any]:
    """Return what the card of an impact report shows; nothing but None where there is no report."""
    if report is None:
        return {"report": None}
    return {
        "report": report,
        "impact": report.result,
        "is_waiting": report.status in (ImpactStatus.QUEUED, ImpactStatus.RUNNING),
        "is_done": report.status == ImpactStatus.DONE,
    }
