"""Draft -> checked -> published: a person writes, the program checks and reports the impact, a second one publishes."""

from datetime import date
from functools import partial

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from audit import log
from policies.models import ImpactReport, ImpactStatus, RulebookStatus, RulebookVersion
from policies.rulebook.rules import RuleBook, RulebookError, hash_of
from policies.rulebook.self_test import self_test
from policies.rulebook.versions import (
    DayPassed,
    NoImpactReport,
    NothingChanged,
    NotSound,
    OutOfTurn,
    OwnDraft,
    book_of,
    encoded,
    in_force,
    lock_writers,
    make_way,
    next_number,
)


@transaction.atomic
def draft_rulebook(*, texts: dict[str, str], based_on: RulebookVersion, note: str, by: User) -> RulebookVersion:
    """Store texts as a new draft. RulebookError names file, rule and fault; NothingChanged for the same texts."""
    RuleBook.from_texts(encoded(texts))
    digest = hash_of(encoded(texts))
    if digest == based_on.content_hash:
        raise NothingChanged(based_on)
    lock_writers()
    version = RulebookVersion.objects.create(
        number=next_number(),
        texts=texts,
        content_hash=digest,
        based_on=based_on,
        note=note,
        drafted_by=by,
        drafted_by_name=by.get_username(),
    )
    log.record(
        "rulebook.drafted",
        subject=version.audit_subject,
        actor=by.get_username(),
        content_hash=digest,
        based_on=based_on.number,
    )
    return version


@transaction.atomic
def check_rulebook(*, version: RulebookVersion, day: date, by: User) -> ImpactReport:
    """Let the program check a draft as of ``day``, its intended first day, and queue the impact report.

    Raises OutOfTurn for anything but a draft, DayPassed for an earlier day than today, and NotSound, naming the faults,
    where the draft cannot be read, lacks a value on the day or later, or holds a row or limit that does not work.
    """
    lock_writers()
    version = _in_turn(version, RulebookStatus.DRAFT)
    _refuse_past(day)
    if faults := find_faults(version, day):
        raise NotSound(version, faults)
    version.status, version.checked_at = RulebookStatus.CHECKED, timezone.now()
    version.checked_by, version.checked_by_name = by, by.get_username()
    version.save(update_fields=["status", "checked_at", "checked_by", "checked_by_name"])
    log.record("rulebook.checked", subject=version.audit_subject, actor=by.get_username(), day=day)
    return _queued_report(version, day, by)


def find_faults(version: RulebookVersion, day: date) -> list[str]:
    """Return what is wrong with a version from ``day`` on, one sentence each; pure apart from the version's row."""
    try:
        book = book_of(version)
        tables = [*(rule.limits for rule in book.rules), *(rate.limits for rate in book.rates.values())]
        days = [day, *sorted({limit.since for limits in tables for limit in limits if limit.since > day})]
        return list(dict.fromkeys(fault for each in days for fault in self_test(book.on(each))))
    except RulebookError as exc:
        return [str(exc)]


@transaction.atomic
def request_impact(*, version: RulebookVersion, day: date, by: User) -> ImpactReport:
    """Queue a fresh impact report of a checked version for another day, or after the applications changed.

    Raises OutOfTurn for a version that is not checked, DayPassed for an earlier day than today.
    """
    lock_writers()
    version = _in_turn(version, RulebookStatus.CHECKED)
    _refuse_past(day)
    return _queued_report(version, day, by)


def _queued_report(version: RulebookVersion, day: date, by: User) -> ImpactReport:
    compared_with = in_force(day).first()
    if compared_with is None:
        raise NoImpactReport(version, f"no rulebook is in force on {day} to compare it with")
    report = ImpactReport.objects.create(
        version=version, compared_with=compared_with, day=day, requested_by_name=by.get_username()
    )
    log.record(
        "rulebook.impact_requested",
        subject=version.audit_subject,
        actor=by.get_username(),
        report=report.pk,
        day=day,
        compared_with=compared_with.number,
    )
    transaction.on_commit(partial(async_task, settings.LOANIQ_IMPACT_TASK, str(report.pk)), robust=True)
    return report


@transaction.atomic
def publish_rulebook(*, version: RulebookVersion, report: ImpactReport, by: User) -> RulebookVersion:
    """Put a checked version in force from the day of its impact report, which the publisher has read.

    Raises OutOfTurn, OwnDraft for the drafter's own hand, DayPassed where that day is over, and NoImpactReport where
    the report is another version's, unfinished, or compares with a rulebook that is no longer the one in force then.
    """
    lock_writers()
    version = _in_turn(version, RulebookStatus.CHECKED)
    if version.drafted_by_id == by.pk:
        raise OwnDraft(version)
    _refuse_past(report.day)
    if why := _unfit(report, version):
        raise NoImpactReport(version, why)
    retired = make_way(report.day, timezone.localdate())
    version.status, version.published_at, version.effective_from = (
        RulebookStatus.PUBLISHED,
        timezone.now(),
        report.day,
    )
    version.published_by, version.published_by_name = by, by.get_username()
    version.save(update_fields=["status", "published_at", "effective_from", "published_by", "published_by_name"])
    log.record(
        "rulebook.published",
        subject=version.audit_subject,
        actor=by.get_username(),
        content_hash=version.content_hash,
        effective_from=report.day,
        retired=retired,
        report=report.pk,
    )
    return version


def _unfit(report: ImpactReport, version: RulebookVersion) -> str:
    """Say why a report does not allow publishing; empty where it does."""
    if report.version_id != version.pk:
        return "the report shown is another version's"
    if report.status != ImpactStatus.DONE:
        return f"its impact report is {report.status}"
    current = in_force(report.day).first()
    if current is None or current.pk != report.compared_with_id:
        return f"its impact report compares with {report.compared_with}, which is not in force then"
    return ""


def _in_turn(version: RulebookVersion, needed: RulebookStatus) -> RulebookVersion:
    """Return the row as it is now, locked. OutOfTurn where it is further on, or not as far."""
    current = RulebookVersion.objects.select_for_update().get(pk=version.pk)
    if current.status != needed:
        raise OutOfTurn(current, needed)
    return current


def _refuse_past(day: date) -> None:
    if day < timezone.localdate():
        raise DayPassed(day)
