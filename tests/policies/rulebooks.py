"""Rulebook versions for tests: the shipped texts with one value changed, and a draft taken through every step."""

from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from policies.models import ImpactReport, ImpactStatus, RulebookVersion
from policies.rulebook import publishing
from policies.rulebook.shipping import load_shipped_rulebook, shipped_texts
from tests.builders import staff

OVERLAY = "[conventional_back_end_dti_overlay]"


def shipped() -> RulebookVersion:
    """Return the shipped rulebook as a row, in force."""
    return RulebookVersion.objects.get(number=load_shipped_rulebook(by="tests").number)


def lowered(limit: str = "40.00") -> dict[str, str]:
    """Return the shipped texts with another limit, in percent, for the lender's conventional DTI overlay of 45.00."""
    texts = shipped_texts()
    before, after = texts["underwriting.toml"].split(OVERLAY)
    assert 'limit = "45.00"' in after
    return {**texts, "underwriting.toml": f"{before}{OVERLAY}{after.replace('45.00', limit, 1)}"}


def manager(username: str = "peter") -> User:
    """Return a policy manager, the same one for a name asked for again."""
    return User.objects.filter(username=username).first() or staff(username, "Policy manager")


def draft(texts: dict[str, str] | None = None, *, by: User | None = None) -> RulebookVersion:
    """Return a draft on top of the shipped rulebook, written by Peter."""
    return publishing.draft_rulebook(
        texts=texts or lowered(), based_on=shipped(), note="Overlay lowered.", by=by or manager()
    )


def reported(version: RulebookVersion, day: date | None = None, **result: Any) -> ImpactReport:
    """Check a draft and return its report as if the queue had worked it out."""
    report = publishing.check_rulebook(version=version, day=day or timezone.localdate(), by=manager())
    report.status, report.finished_at = ImpactStatus.DONE, timezone.now()
    report.result = {"applications": 0, "outcomes": [], "flips": [], "rules": [], "confidence_changed": 0, **result}
    report.save()
    return report


def published(version: RulebookVersion, day: date | None = None, *, by: User | None = None) -> RulebookVersion:
    """Take a draft through check, report and publishing by Paula."""
    report = reported(version, day)
    return publishing.publish_rulebook(version=version, report=report, by=by or manager("paula"))
