"""A rulebook goes from draft to checked to published by a second person, and the database insists on it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django_q.models import OrmQ

from audit.models import AuditEvent
from policies.models import ImpactReport, RulebookStatus, RulebookVersion
from policies.rulebook import publishing
from policies.rulebook.rules import RulebookError
from policies.rulebook.shipping import shipped_texts
from policies.rulebook.versions import (
    DayPassed,
    NoImpactReport,
    NothingChanged,
    NotSound,
    OutOfTurn,
    OwnDraft,
    in_force,
)
from tests.policies.rulebooks import draft, lowered, manager, published, reported, shipped

pytestmark = pytest.mark.django_db


def sql(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_a_draft_is_checked_reported_and_published_by_a_second_person(
    django_capture_on_commit_callbacks: Any,
) -> None:
    version = draft()
    with django_capture_on_commit_callbacks(execute=True):
        reported(version)
    assert OrmQ.objects.count() == 1
    report = ImpactReport.objects.get()
    publishing.publish_rulebook(version=version, report=report, by=manager("paula"))
    version.refresh_from_db()
    assert (version.status, version.drafted_by_name, version.checked_by_name, version.published_by_name) == (
        *("published", "peter", "peter"),
        "paula",
    )
    assert version.effective_from == timezone.localdate()
    assert RulebookVersion.objects.get(number=1).status == RulebookStatus.RETIRED
    told = AuditEvent.objects.filter(subject=version.audit_subject).order_by("id").values_list("verb", "actor")
    assert list(told) == [
        ("rulebook.drafted", "peter"),
        ("rulebook.checked", "peter"),
        ("rulebook.impact_requested", "peter"),
        ("rulebook.published", "paula"),
    ]


def test_nobody_publishes_their_own_draft() -> None:
    version = draft()
    report = reported(version)
    with pytest.raises(OwnDraft, match="Ask a colleague"):
        publishing.publish_rulebook(version=version, report=report, by=manager())
    version.refresh_from_db()
    assert version.status == RulebookStatus.CHECKED


def test_raw_sql_cannot_publish_a_draft_in_its_drafters_name() -> None:
    version = draft()
    reported(version)
    with pytest.raises(DatabaseError, match="rulebook_publisher_is_not_its_drafter"):
        sql(
            "UPDATE policies_rulebookversion SET status = 'published', published_by_id = drafted_by_id, "
            "published_by_name = 'peter', published_at = now(), effective_from = current_date WHERE id = %s",
            version.pk,
        )


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ("texts = '{}'", "cannot change: draft a new version"),
        ("content_hash = repeat('0', 64)", "cannot change: draft a new version"),
        ("drafted_by_id = NULL, is_shipped = true", "cannot change: draft a new version"),
        ("note = 'Another reason'", "cannot change: draft a new version"),
        ("published_by_name = 'somebody else'", "cannot change afterwards"),
        ("effective_from = '2020-01-01'", "cannot change afterwards"),
        ("status = 'draft'", "cannot go from published to draft"),
    ],
)
def test_what_is_published_never_changes(change: str, refusal: str) -> None:
    version = published(draft())
    with pytest.raises(DatabaseError, match=refusal):
        sql(f"UPDATE policies_rulebookversion SET {change} WHERE id = %s", version.pk)


def test_a_draft_cannot_skip_the_check_and_no_version_can_be_deleted() -> None:
    version = draft()
    with pytest.raises(DatabaseError, match="cannot go from draft to published"):
        sql(
            "UPDATE policies_rulebookversion SET status = 'published', checked_by_name = 'x', checked_at = now(), "
            "published_by_id = %s, published_by_name = 'paula', published_at = now(), effective_from = current_date "
            "WHERE id = %s",
            *(manager("paula").pk, version.pk),
        )
    with pytest.raises(DatabaseError, match="cannot be deleted"):
        sql("DELETE FROM policies_rulebookversion WHERE id = %s", version.pk)


def test_two_published_versions_cannot_start_on_one_day() -> None:
    version = published(draft())
    other = draft(lowered("41.00"))
    reported(other)
    with pytest.raises(DatabaseError, match="one_published_rulebook_per_day"):
        sql(
            "UPDATE policies_rulebookversion SET status = 'published', published_by_id = %s, published_by_name = 'p', "
            "published_at = now(), effective_from = %s WHERE id = %s",
            *(manager("paula").pk, version.effective_from, other.pk),
        )


def test_a_version_stands_in_for_one_that_starts_on_the_same_day() -> None:
    first, second = published(draft()), published(draft(lowered("41.00")))
    first.refresh_from_db()
    assert first.status == RulebookStatus.RETIRED
    assert in_force(timezone.localdate()).first() == second


def test_a_draft_that_the_strict_reader_refuses_is_not_stored() -> None:
    texts = {**shipped_texts(), "compliance.toml": shipped_texts()["compliance.toml"].replace("severity", "sevrity", 1)}
    with pytest.raises(RulebookError, match=r"compliance.toml, \[.*unknown key 'sevrity'"):
        draft(texts)
    assert not RulebookVersion.objects.filter(is_shipped=False).exists()
    with pytest.raises(NothingChanged):
        draft(shipped_texts())


def test_a_draft_without_a_value_on_its_day_stays_a_draft() -> None:
    texts = lowered()
    before, overlay = texts["underwriting.toml"].split("[conventional_back_end_dti_overlay]")
    late = overlay.replace("2025-01-01", "2099-01-01", 1)
    version = draft({**texts, "underwriting.toml": f"{before}[conventional_back_end_dti_overlay]{late}"})
    with pytest.raises(NotSound, match="conventional_back_end_dti_overlay has no value on"):
        publishing.check_rulebook(version=version, day=timezone.localdate(), by=manager())
    version.refresh_from_db()
    assert version.status == RulebookStatus.DRAFT
    assert not ImpactReport.objects.exists()


def test_publishing_needs_a_finished_report_that_compares_with_what_is_in_force() -> None:
    version, paula = draft(), manager("paula")
    report = publishing.check_rulebook(version=version, day=timezone.localdate(), by=manager())
    with pytest.raises(NoImpactReport, match="report is queued"):
        publishing.publish_rulebook(version=version, report=report, by=paula)
    other = draft(lowered("41.00"))
    with pytest.raises(NoImpactReport, match="another version's"):
        publishing.publish_rulebook(version=version, report=reported(other), by=paula)
    publishing.publish_rulebook(version=other, report=other.impact_reports.get(), by=paula)
    ImpactReport.objects.filter(pk=report.pk).update(status="done", finished_at=timezone.now())
    report.refresh_from_db()
    with pytest.raises(NoImpactReport, match="compares with Rulebook 1, which is not in force"):
        publishing.publish_rulebook(version=version, report=report, by=paula)


def test_steps_out_of_turn_and_days_that_have_passed_are_refused() -> None:
    version, today = draft(), timezone.localdate()
    with pytest.raises(OutOfTurn, match="is draft; this step needs a checked one"):
        publishing.request_impact(version=version, day=today, by=manager())
    with pytest.raises(DayPassed, match="Choose today or a later day"):
        publishing.check_rulebook(version=version, day=today - timedelta(days=1), by=manager())
    published(version)
    with pytest.raises(OutOfTurn, match="is published; this step needs a draft one"):
        publishing.check_rulebook(version=version, day=today, by=manager())
    assert shipped().number == 1
