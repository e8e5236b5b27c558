"""Policy files into the database: read, cut, embedded, and stored in one transaction each, or not at all."""

import stat
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO

from django.db import transaction
from django.utils import timezone

from audit import log as audit_log
from policies.corpus.drafting import Draft, copied, draft_of, embedded_anew
from policies.corpus.finding_files import find_files
from policies.corpus.labelling import end_before, labels_said
from policies.corpus.side_by_side import side_by_side
from policies.corpus.storing import file_name, kept_file
from policies.corpus.version_rows import store_rows
from policies.embedding.spaces import still_current
from policies.exceptions import DocumentError, NotAPdf, UnreadableFile
from policies.models import PolicyDocument, PolicyVersion
from policies.reading.labels import DocumentLabels, labels_from
from policies.reading.pdf_text import LIMITS, ReadingLimits, open_for_reading, printable
from policies.taking_turns import take_turn

BLOCK = 1024 * 1024
READER = 3  # raised when reading or cutting changes, so that the files are read again


class Status(StrEnum):
    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of one file; ``seconds`` of wall clock, ``error`` the sentence to show where it failed.

    ``pages_without_text`` lists pages whose words, if any, are in pictures and so cannot be found by a search.
    """

    file: str
    status: Status
    pages: int = 0
    chunks: int = 0
    seconds: float = 0.0
    error: str | None = None
    pages_without_text: tuple[int, ...] = ()


Progress = Callable[[int, int, IngestResult], None]


def ingest_paths(
    paths: Iterable[Path], *, by: str = "", on_progress: Progress | None = None, limits: ReadingLimits = LIMITS
) -> list[IngestResult]:
    """Ingest files and folders, two at a time; one that cannot be ingested is a failed result, the others still go in.

    ``on_progress`` receives the number done, the number in all, and each result. Raises EmbedderError where the
    embedding model cannot be used, as then no file could go in.
    """
    found, results = list(find_files(paths)), []
    for result in side_by_side(lambda entry: _ingest_or_explain(entry, by, limits), found):
        results.append(result)
        if on_progress is not None:
            on_progress(len(results), len(found), result)
    return results


def _ingest_or_explain(entry: Path | DocumentError, by: str, limits: ReadingLimits) -> IngestResult:
    if isinstance(entry, DocumentError):
        return _failed(entry)
    started = time.monotonic()
    try:
        return ingest_document(entry, by=by, limits=limits)
    except DocumentError as exc:
        return _failed(exc, time.monotonic() - started)


def _failed(error: DocumentError, seconds: float = 0.0) -> IngestResult:
    return IngestResult(Path(error.file).name, Status.FAILED, seconds=round(seconds, 3), error=str(error))


def ingest_document(path: Path, *, by: str = "", limits: ReadingLimits = LIMITS) -> IngestResult:
    """Store one PDF as the newest version of the document of that file name, as ``ingest_content`` does.

    Raises UnreadableFile too.
    """
    if path.suffix.lower() != ".pdf" and stat.S_ISREG(_mode(path)):
        raise NotAPdf(printable(path.name), f"its name ends in {path.suffix or 'no suffix'!r}")
    with open_for_reading(path) as file:
        return ingest_content(path.name, iter(lambda: file.read(BLOCK), b""), by=by, limits=limits)


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError:
        return 0


def ingest_content(name: str, blocks: Iterable[bytes], *, by: str = "", limits: ReadingLimits = LIMITS) -> IngestResult:
    """Store a PDF, given as blocks of bytes, as the newest version of the document of that file name.

    Unchanged bytes are not even read again, unless reading has changed since. ``by`` is who asked, for the audit trail.
    Raises a DocumentError and then leaves neither rows nor files; EmbedderError where the model cannot be used.
    """
    started = time.monotonic()
    if printable(name) != name:
        raise UnreadableFile(printable(name), "its name is not UTF-8")
    with tempfile.TemporaryFile() as copy:
        content_hash = copied(blocks, copy, name, limits)
        if (current := _current_version(name, content_hash)) is not None:
            return _unchanged(current, started)
        draft = draft_of(copy, name, content_hash, limits)
        version, status = store(draft, copy, by)
    if status is Status.UNCHANGED:  # another process was quicker with the same file
        return _unchanged(version, started)
    return IngestResult(
        file=name,
        status=status,
        pages=draft.pages,
        chunks=len(draft.outline.chunks),
        seconds=_since(started),
        pages_without_text=draft.pages_without_text,
    )


def _current_version(name: str, content_hash: str) -> PolicyVersion | None:
    """Return the document's newest version if it holds this content, read as it is read today."""
    return PolicyVersion.objects.filter(
        document__file_name=name, is_current=True, content_hash=content_hash, reader=READER
    ).first()


def _unchanged(version: PolicyVersion, started: float) -> IngestResult:
    return IngestResult(
        file=version.document.file_name,
        status=Status.UNCHANGED,
        pages=version.pages,
        chunks=version.chunks.count(),
        seconds=_since(started),
    )


def _since(started: float) -> float:
    return round(time.monotonic() - started, 3)


def store(draft: Draft, copy: IO[bytes], by: str) -> tuple[PolicyVersion, Status]:
    """Make the draft the newest version, and its file part of the media folder, in one transaction."""
    with transaction.atomic():
        take_turn(f"policies.name:{draft.file_name}")
        if (current := _current_version(draft.file_name, draft.content_hash)) is not None:
            return current, Status.UNCHANGED
        if not still_current(draft.space):  # the model changed while the file was read
            draft = embedded_anew(draft)
        before = PolicyVersion.objects.filter(document__file_name=draft.file_name, is_current=True).first()
        labels = _labels(draft, before)
        if before is not None:
            _end(before, labels)
        version = _version(draft, labels, number=before.number + 1 if before else 1, by=by)
        store_rows(version, draft)
        with kept_file(copy, draft.content_hash):  # last, so that hardly a moment lies between file and commit
            _record(version, draft, before, by)
    return version, Status.REPLACED if before else Status.ADDED


def _labels(draft: Draft, before: PolicyVersion | None) -> DocumentLabels:
    """Return the draft's labels: those it was given before where only the reading is new, else what the file says."""
    if before is None:
        return labels_from(draft.metadata, draft.file_name)
    known = labels_said(before)
    return known if before.content_hash == draft.content_hash else labels_from(draft.metadata, draft.file_name, known)


def _end(before: PolicyVersion, labels: DocumentLabels) -> None:
    """Let the newest version so far end when the next begins; one that was withdrawn earlier stays so."""
    ends = end_before(before, labels.effective_from or timezone.localdate())
    before.is_current, before.superseded_on = False, min(before.superseded_on or ends, ends)
    before.save(update_fields=["is_current", "superseded_on"])


def _version(draft: Draft, labels: DocumentLabels, *, number: int, by: str) -> PolicyVersion:
    about = {"title": labels.title, "issuer": labels.issuer, "tier": labels.tier}
    document, _created = PolicyDocument.objects.update_or_create(file_name=draft.file_name, defaults=about)
    return PolicyVersion.objects.create(
        document=document,
        number=number,
        edition=labels.edition,
        content_hash=draft.content_hash,
        programs=list(labels.programs),
        states=list(labels.states),
        effective_from=labels.effective_from,
        pages=draft.pages,
        reader=READER,
        file=file_name(draft.content_hash),
        ingested_by=by,
    )


def _record(version: PolicyVersion, draft: Draft, before: PolicyVersion | None, by: str) -> None:
    audit_log.record(
        "policy.ingested",
        subject=f"policies.policyversion:{version.pk}",
        actor=by or "command line",
        file=draft.file_name,
        version=version.number,
        reason=_reason(before, draft),
        content_hash=draft.content_hash,
        pages=draft.pages,
        chunks=len(draft.outline.chunks),
        embedder=draft.space.embedder,
    )


def _reason(before: PolicyVersion | None, draft: Draft) -> str:
    if before is None:
        return "new document"
    if before.content_hash == draft.content_hash:
        return "read anew"
    return "new content"
