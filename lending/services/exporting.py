"""Handing evidence out: what left, to whom, and its hash are in the trail before it leaves."""

import hashlib

from django.contrib.auth.models import User
from django.db import transaction

from audit import log
from lending.evidence_pack import evidence_pack
from lending.models import DecisionRun


@transaction.atomic
def export_evidence(*, run: DecisionRun, by: User) -> bytes:
    """Return the evidence pack of a run, and record that this person took it, with its size and SHA-256."""
    packed = evidence_pack(run)
    log.record(
        "evidence.exported",
        subject=run.application.audit_subject,
        actor=by.get_username(),
        run=run.pk,
        bytes=len(packed),
        sha256=hashlib.sha256(packed).hexdigest(),
    )
    return packed
