"""A version's labels put right by a person: checked, stored and audited in one transaction."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from audit import log as audit_log
from policies.exceptions import LabelsRefused
from policies.models import PolicyVersion
from policies.reading.labels import EVERYWHERE, PROGRAM, STATE, TIERS, DocumentLabels
from policies.taking_turns import take_turn

OF_DOCUMENT = ("title", "issuer", "tier")
OF_VERSION = ("edition", "programs", "states", "effective_from", "superseded_on")


def relabel(*, version: PolicyVersion, labels: DocumentLabels, superseded_on: date | None, by: str) -> bool:
    """Give a version these labels, and its document the title, issuer and tier; return whether any differed.

    ``superseded_on`` is the first day on which it no longer binds, None while it does. The version before it ends on
    the day this one begins. Raises LabelsRefused for labels that contradict each other.
    """
    _check(version, labels, superseded_on)
    with transaction.atomic():
        take_turn(f"policies.name:{version.document.file_name}")
        version.refresh_from_db()
        before, after = labels_of(version), _as_stored(labels, superseded_on)
        changed = [name for name in after if before[name] != after[name]]
        if not changed:
            return False
        _store(version, after)
        was, now = ({name: side[name] for name in changed} for side in (before, after))
        _record(version, by, before=was, after=now)
    return True


def end_before(former: PolicyVersion, begins: date) -> date:
    """Return the day on which a version ends that another follows: when that begins, but not before its own start."""
    return max(begins, former.effective_from or begins)


def labels_said(version: PolicyVersion) -> DocumentLabels:
    """Return a version's labels as ingestion and forms hand them on."""
    labels = labels_of(version)
    del labels["superseded_on"]
    return DocumentLabels(**{**labels, "programs": tuple(version.programs), "states": tuple(version.states)})


def labels_of(version: PolicyVersion) -> dict[str, Any]:
    """Return a version's labels and its document's, by name, as they are stored."""
    document = version.document
    return {
        **{name: getattr(document, name) for name in OF_DOCUMENT},
        **{name: getattr(version, name) for name in OF_VERSION},
    }


def _as_stored(labels: DocumentLabels, superseded_on: date | None) -> dict[str, Any]:
    said = {name: getattr(labels, name) for name in (*OF_DOCUMENT, *OF_VERSION[:-1])}
    return {**said, "programs": list(labels.programs), "states": list(labels.states), "superseded_on": superseded_on}


def _check(version: PolicyVersion, labels: DocumentLabels, superseded_on: date | None) -> None:
    if not labels.title.strip():
        raise LabelsRefused("A document needs a title. Give it one.")
    if labels.tier and labels.tier not in TIERS:
        raise LabelsRefused(f"{labels.tier!r} is no tier. Choose {', '.join(TIERS)}, or none.")
    for words, allowed, name in ((labels.programs, PROGRAM, "program"), (labels.states, STATE, "state")):
        if wrong := [word for word in words if not allowed.fullmatch(word)]:
            raise LabelsRefused(f"{wrong[0]!r} is no {name}. Name {name}s as searches do, or ALL.")
        if not words or (len(words) > 1 and set(EVERYWHERE) & set(words)):
            raise LabelsRefused(f"Name the {name}s that the version binds, or ALL alone.")
    if superseded_on and labels.effective_from and superseded_on < labels.effective_from:
        raise LabelsRefused(
            f"The version would be superseded on {superseded_on}, before it is in force from {labels.effective_from}. "
            "Correct one of the days."
        )
    if superseded_on is None and not version.is_current:
        raise LabelsRefused(f"{version} was replaced by a newer one. Give the day on which it was superseded.")


def _store(version: PolicyVersion, labels: Mapping[str, Any]) -> None:
    began, version.effective_from = version.effective_from, labels["effective_from"]
    if version.effective_from and version.effective_from != began:
        _end_former(version, began, version.effective_from)
    for name in OF_DOCUMENT:
        setattr(version.document, name, labels[name])
    for name in OF_VERSION:
        setattr(version, name, labels[name])
    version.document.save(update_fields=OF_DOCUMENT)
    version.save(update_fields=OF_VERSION)


def _end_former(version: PolicyVersion, began: date | None, begins: date) -> None:
    """Let the version before end on the new day where it ended when this one began."""
    former = version.document.versions.filter(number=version.number - 1).first()
    if former is not None and began in {None, former.superseded_on}:
        former.superseded_on = end_before(former, begins)
        former.save(update_fields=["superseded_on"])


def _record(version: PolicyVersion, by: str, **changes: Mapping[str, Any]) -> None:
    subject = f"policies.policyversion:{version.pk}"
    audit_log.record("policy.relabelled", subject=subject, actor=by, version=version.number, **changes)
