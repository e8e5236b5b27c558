"""Everything behind one decision as one ZIP for an examiner, the same bytes for the same rows.

It holds what was decided on and why, without the borrowers' names, birth dates, addresses and employers: the facts
are those that agents outside the PII class saw. ``manifest.json`` names every file with its SHA-256, says what the
pack holds, and how the trail is verified.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet
from django.forms.models import model_to_dict

from audit.models import AgentTrace, AuditEvent, ModelCall
from lending.models import Condition, ConditionStep, Decision, DecisionRun, FirstView, Question, Review, Signature

FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that ZIP knows: packing again must give the same bytes
HOLDS = (
    "One run of one application: the facts it froze (no names, birth dates, addresses or employers), ratios with their "
    "worksheets, every rule with value, limit and citation, the scorecard, reasons and conditions with their life, the "
    "policy passages quoted, each agent's report and each question to a model, what people decided and said, and the "
    "application's audit events with their hashes. Words that people typed stand as they typed them."
)
VERIFY = (
    "Each event's hash is the SHA-256 of the JSON list [previous_hash, at (UTC, microseconds), actor, verb, subject, "
    "details] with sorted keys and no spaces. An application's events are links of one chain over all events; "
    "`manage.py verify_audit` walks the whole chain in the lender's system."
)
Part = tuple[str, Any]


def evidence_pack(run: DecisionRun) -> bytes:
    """Return the ZIP of a run, decided or failed. Nothing in it is computed anew: it is what the rows hold."""
    files = {f"{name}.json": _json(content) for name, content in _parts(run)}
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}
    versions = {name: getattr(run, name) for name in ("rulebook_version", "policy_version", "prompt_version")}
    manifest = {
        "application": run.application.number,
        "run": run.number,
        "facts_hash": run.facts_hash,
        **versions,
        "holds": HOLDS,
        "how_to_verify_the_trail": VERIFY,
        "sha256": sums,
    }
    return _zipped({"manifest.json": _json(manifest), **files})


def pack_name(run: DecisionRun) -> str:
    """Return the file name of a run's pack."""
    return f"{run.application.number}-run-{run.number}-evidence.zip"


def _parts(run: DecisionRun) -> list[Part]:
    parts: list[Part] = [
        ("facts", run.facts),
        ("run", _row(run, leave_out=("facts",))),
        ("findings", _rows(run.findings.order_by("pk"))),
        ("agents", _rows(AgentTrace.objects.filter(run_id=run.pk).order_by("pk"))),
        ("model_calls", _rows(ModelCall.objects.filter(run_id=run.pk).order_by("pk"))),
        ("conditions", _rows(Condition.objects.filter(application=run.application_id).order_by("pk"))),
        ("condition_steps", _rows(ConditionStep.objects.filter(condition__application=run.application_id))),
        ("audit_events", _rows(AuditEvent.objects.filter(subject=run.application.audit_subject).order_by("pk"))),
    ]
    decision = Decision.objects.filter(run=run).first()
    if decision:
        parts.append(("decision", _row(decision)))
    review = Review.objects.filter(run=run).first()
    if review:
        parts += [("review", _row(review)), *_said(review)]
    return parts


def _said(review: Review) -> list[Part]:
    return [
        ("first_views", _rows(FirstView.objects.filter(review=review).select_related("by"))),
        ("signatures", _rows(Signature.objects.filter(review=review).select_related("by"))),
        ("questions", _rows(Question.objects.filter(review=review).select_related("by", "answered_by"))),
    ]


def _rows(rows: QuerySet[Any]) -> list[dict[str, Any]]:
    return [_row(row) for row in rows]


def _row(row: Model, leave_out: Iterable[str] = ()) -> dict[str, Any]:
    """Return a row by its columns; people by their account's name, which outlives the account's number."""
    shown = {"pk": row.pk, **model_to_dict(row)}
    for field in row._meta.fields:
        value = getattr(row, field.name)
        shown[field.name] = str(value) if field.is_relation and value is not None else value
    return {name: value for name, value in shown.items() if name not in leave_out}


def _json(content: Any) -> bytes:
    return json.dumps(content, indent=2, sort_keys=True, default=str, ensure_ascii=False).encode()


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, data)
    return packed.getvalue()
