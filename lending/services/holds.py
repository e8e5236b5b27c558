"""Clearing a sanctions hit: it decides nothing by itself, it closes the case and asks for the run that will."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from audit import log
from lending.exceptions import NoteMissing, NothingToClear
from lending.models import ClearedHit, DecisionRun, Review
from lending.services.cases import own_case
from lending.services.requesting import request_decision
from lending.services.reviewing import not_passed
from lending.services.running import shortened
from lending.vocabulary import ReviewStatus, Severity


@transaction.atomic
def clear_hold(*, review: Review, by: User, note: str) -> DecisionRun:
    """Record that the borrowers are not the listed parties they resemble, and decide the application again.

    Every hit of the run is cleared for the entry as it read. The clearing officer is the maker of the new run, so a
    colleague checks what comes of it. Stops of other kinds stay, and hold the new run; until it ends the hold stands.
    Raises ``NothingToClear`` where the run has no hit, ``NoteMissing``, and what ``own_case`` raises.
    """
    case = own_case(review, by)
    if not note.strip():
        raise NoteMissing
    stops = [finding for finding in not_passed(case) if finding.severity == Severity.STOP]
    hits = {(hit["borrower_id"], hit["entry_key"]) for finding in stops for hit in finding.details.get("hits", ())}
    if not hits:
        raise NothingToClear(case, [finding.code for finding in stops])
    ClearedHit.objects.bulk_create(
        [
            ClearedHit(borrower_id=borrower, entry_key=entry, review=case, reason=note, cleared_by=by)
            for borrower, entry in sorted(hits)
        ],
        ignore_conflicts=True,
    )
    case.status, case.note = ReviewStatus.SUPERSEDED, note.strip()
    case.decided_by, case.decided_at = by, timezone.now()
    case.save()
    run = request_decision(application=case.application, by=by, reason=shortened(f"Sanctions hit cleared: {note}"))
    log.record(
        "hold.cleared",
        subject=case.application.audit_subject,
        actor=by.get_username(),
        review=case.pk,
        run=case.run_id,
        entries=sorted({entry for _, entry in hits}),
    )
    return run
