"""Writing the trail and proving it whole: every row carries the hash of the one before it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from audit import correlation
from audit.announcing import announce
from audit.models import AgentTrace, AuditEvent, ModelCall

GENESIS = "0" * 64
CHAIN_LOCK = 0x10A219  # one advisory lock for all writers; held until their transaction ends, so keep those short


@dataclass(frozen=True, slots=True)
class ChainReport:
    """How many events were read, whether the chain is intact, and the id of the first event that does not fit."""

    events: int
    intact: bool
    first_broken: int | None


def record(verb: str, *, subject: str, actor: str, **details: Any) -> AuditEvent:
    """Append one event in the caller's transaction, so that it stands or falls with what it describes.

    ``subject`` is text such as ``lending.loanapplication:APP-2026-000001``; ``details`` must be plain values without
    personal data; the correlation id of the task joins them. Raises ``TransactionManagementError`` outside a
    transaction.
    """
    _require_transaction()
    if correlation_id := correlation.current():
        details = {"correlation_id": correlation_id, **details}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    newest = AuditEvent.objects.order_by("-id").values_list("hash", flat=True).first()
    event = AuditEvent(
        at=timezone.now(),
        actor=actor,
        verb=verb,
        subject=subject,
        details=json.loads(json.dumps(details, default=str)),
        previous_hash=newest or GENESIS,
    )
    event.hash = event_hash(event)
    event.save(force_insert=True)
    return event


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "An audit event must be recorded inside the transaction it describes; wrap the service in atomic()."
        )


def event_hash(event: AuditEvent) -> str:
    """Return the SHA-256 over everything the event says and the hash before it, as 64 hex digits."""
    content = [event.previous_hash, _instant(event.at), event.actor, event.verb, event.subject, event.details]
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _instant(at: datetime) -> str:
    return at.astimezone(timezone.get_fixed_timezone(0)).isoformat(timespec="microseconds")


def verify_chain() -> ChainReport:
    """Read every event in order and compare its hash and link; memory stays flat whatever the number of rows."""
    previous, events = GENESIS, 0
    for event in _in_order():
        events += 1
        if event.previous_hash != previous or event.hash != event_hash(event):
            return ChainReport(events=events, intact=False, first_broken=event.pk)
        previous = event.hash
    return ChainReport(events=events, intact=True, first_broken=None)


def _in_order() -> Iterator[AuditEvent]:
    return AuditEvent.objects.order_by("id").iterator(chunk_size=2_000)


def record_trace(
    *,
    run_id: UUID,
    attempt: int,
    agent: str,
    verdict: str,
    summary: str,
    writer: str,
    started_at: datetime,
    milliseconds: int,
    error: str = "",
    details: dict[str, Any] | None = None,
) -> AgentTrace:
    """Append one agent's finished step of one attempt of a run, and announce it."""
    trace = AgentTrace.objects.create(
        run_id=run_id,
        attempt=attempt,
        agent=agent,
        verdict=verdict,
        summary=summary,
        writer=writer,
        started_at=started_at,
        milliseconds=milliseconds,
        error=error,
        details=details or {},
    )
    announce(run_id)
    return trace


def record_model_call(
    *,
    run_id: UUID | None,
    agent: str,
    model: str,
    prompt: str,
    prompt_version: str,
    outcome: str,
    tries: int,
    milliseconds: int,
    input_tokens: int | None = None,
    output_tokens: int | None = None,
    dollars: Decimal | None = None,
    cached: bool = False,
    tokens_saved: int = 0,
    partner: str = "",
) -> ModelCall:
    """Append what one question to a model cost, in dollars to a millionth, and how it ended; never what was said."""
    return ModelCall.objects.create(
        run_id=run_id,
        agent=agent,
        model=model,
        prompt=prompt,
        prompt_version=prompt_version,
        outcome=outcome,
        tries=tries,
        milliseconds=milliseconds,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        dollars=dollars,
        cached=cached,
        tokens_saved=tokens_saved,
        partner=partner,
        correlation_id=correlation.current(),
    )
