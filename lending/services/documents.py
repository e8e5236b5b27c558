"""Papers that borrowers bring: taken in under their hash, read under audit, set aside with a reason, never deleted."""

import re

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit import log
from lending import document_store
from lending.condition_exceptions import (
    DocumentAlreadyThere,
    DocumentDamaged,
    DocumentReasonMissing,
    DocumentRefused,
    DocumentSetAside,
)
from lending.models import BorrowerDocument, Condition, LoanApplication
from lending.services.condition_life import receive_condition
from lending.services.running import shortened
from lending.vocabulary import ConditionStatus, DocumentKind

MEGABYTE = 1024 * 1024
NAME_LENGTH = 120
UNSAFE = re.compile(r"[^\w .()+-]+")


def add_document(
    *,
    application: LoanApplication,
    by: User,
    content: bytes,
    file_name: str,
    kind: DocumentKind | str,
    condition: Condition | None = None,
) -> BorrowerDocument:
    """Keep a borrower's paper; brought for an open condition, it marks that one received.

    Raises ``DocumentRefused`` for an empty or too large file or one that is no whole PDF, JPEG or PNG,
    ``DocumentAlreadyThere``, and what ``receive_condition`` raises, keeping nothing.
    """
    if condition is not None and condition.application_id != application.pk:
        raise DocumentRefused("the condition belongs to another application. Choose one of this application.")
    media_type = _checked(content)
    sha256 = document_store.keep(content)  # a file without a row harms nobody; a row without its file would
    with transaction.atomic():
        document = _added(
            BorrowerDocument(
                application=application,
                condition=condition,
                kind=kind,
                file_name=safe_name(file_name, media_type),
                media_type=media_type,
                sha256=sha256,
                size=len(content),
                received_by=by,
            )
        )
        _record("document.received", document, by, kind=kind, sha256=sha256, bytes=len(content))
        if condition is not None and condition.status == ConditionStatus.OPEN:
            receive_condition(condition=condition, by=by, document=document)
    return document


def _checked(content: bytes) -> str:
    most = settings.DOCUMENT_MEGABYTES
    if not content:
        raise DocumentRefused("it is empty. Choose another.")
    if len(content) > most * MEGABYTE:
        size = f"{len(content) / MEGABYTE:.1f}"
        raise DocumentRefused(f"it has {size} MB, and {most} fit. Scan it with less resolution, or in parts.")
    media_type = document_store.media_type_of(content)
    if not media_type:
        raise DocumentRefused("its bytes are not those of a whole PDF, JPEG or PNG. Save it as one of these.")
    return media_type


def _added(document: BorrowerDocument) -> BorrowerDocument:
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError as exc:
        same = BorrowerDocument.objects.filter(
            application=document.application, condition=document.condition, sha256=document.sha256
        )
        there = same.filter(set_aside_at__isnull=True).first()
        if there is None:
            raise
        raise DocumentAlreadyThere(there) from exc
    return document


def safe_name(file_name: str, media_type: str) -> str:
    """Return the last part of a name without odd characters, ending as its content is."""
    last = file_name.replace("\\", "/").rsplit("/", maxsplit=1)[-1]
    stem = last.rsplit(".", maxsplit=1)[0] if "." in last else last
    plain = UNSAFE.sub("_", stem).strip(" ._")[:NAME_LENGTH]
    return f"{plain or 'document'}{document_store.SUFFIX[media_type]}"


def read_document(*, document: BorrowerDocument, by: User) -> bytes:
    """Return a document's bytes, after noting who reads it. Raises ``DocumentDamaged`` where it is not what came in."""
    try:
        content = document_store.place_of(document.sha256).read_bytes()
    except OSError as exc:
        raise DocumentDamaged(document, "cannot be read") from exc
    if document_store.sha256_of(content) != document.sha256:
        raise DocumentDamaged(document, "is not the one that was received")
    with transaction.atomic():
        _record("document.read", document, by, sha256=document.sha256)
    return content


@transaction.atomic
def set_aside_document(*, document: BorrowerDocument, by: User, reason: str) -> BorrowerDocument:
    """Mark a document as not to be relied on; it stays in the file, and so does its condition's status.

    Raises ``DocumentReasonMissing`` or ``DocumentSetAside``.
    """
    locked = BorrowerDocument.objects.select_for_update(no_key=True).get(pk=document.pk)
    if not reason.strip():
        raise DocumentReasonMissing
    if locked.set_aside_at is not None:
        raise DocumentSetAside(locked)
    locked.set_aside_at, locked.set_aside_by = timezone.now(), by
    locked.set_aside_reason = shortened(reason.strip())
    locked.save()
    _record("document.set_aside", locked, by)
    return locked


def _record(verb: str, document: BorrowerDocument, by: User, **details: object) -> None:
    codes = {"condition": document.condition.code} if document.condition else {}
    log.record(
        verb,
        subject=document.application.audit_subject,
        actor=by.get_username(),
        document=document.pk,
        **codes,
        **details,
    )
