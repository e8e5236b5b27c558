"""Policy files into the database: read, cut, embedded, and stored in one transaction each, or not at all."""

import hashlib
import stat
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import IO

from django.db import connection, transaction
from django.utils import timezone

from audit import log as audit_log
from policies.chunking import Chunk, chunk_document, embedded_text
from policies.embeddings import Vectors
from policies.exceptions import DocumentError, NotAPdf, ScannedPdf, TooLarge, UnreadableFile
from policies.finding_files import find_files
from policies.labels import DocumentLabels, labels_from
from policies.models import EmbeddingSpace, PolicyChunk, PolicyDocument, PolicyVersion
from policies.reading import LIMITS, MEGABYTE, ReadingLimits, open_for_reading, printable, read_pdf
from policies.spaces import embedder_of, still_current, store_vectors, working_space
from policies.storing import file_name, kept_file

COPY_BYTES = 1024 * 1024
ROWS_AT_ONCE = 500
READER = 2  # raised when reading or cutting changes, so that the files are read again


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


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything of a version that is worked out before the transaction; ``vectors`` has shape (chunks, 384)."""

    file_name: str
    content_hash: str
    space: EmbeddingSpace
    labels: DocumentLabels
    pages: int
    chunks: Sequence[Chunk]
    vectors: Vectors


Progress = Callable[[int, int, IngestResult], None]


def ingest_paths(
    paths: Iterable[Path], *, by: str = "", on_progress: Progress | None = None, limits: ReadingLimits = LIMITS
) -> list[IngestResult]:
    """Ingest files and folders; a file that cannot be ingested is a failed result, and the others still go in.

    ``on_progress`` receives the number done, the number in all, and each result. Raises EmbedderError where the
    embedding model cannot be used, as then no file could go in.
    """
    found = list(find_files(paths))
    results = []
    for done, entry in enumerate(found, 1):
        results.append(_failed(entry) if isinstance(entry, DocumentError) else _ingest_or_explain(entry, by, limits))
        if on_progress is not None:
            on_progress(done, len(found), results[-1])
    return results


def _ingest_or_explain(path: Path, by: str, limits: ReadingLimits) -> IngestResult:
    started = time.monotonic()
    try:
        return ingest_document(path, by=by, limits=limits)
    except DocumentError as exc:
        return _failed(exc, time.monotonic() - started)


def _failed(error: DocumentError, seconds: float = 0.0) -> IngestResult:
    return IngestResult(Path(error.file).name, Status.FAILED, seconds=round(seconds, 3), error=str(error))


def ingest_document(path: Path, *, by: str = "", limits: ReadingLimits = LIMITS) -> IngestResult:
    """Store one PDF as the current version of the document of that file name.

    Unchanged bytes are not even read again, unless reading has changed since. ``by`` is who asked, for the audit trail.
    Raises a DocumentError and then leaves neither rows nor files; EmbedderError where the model cannot be used.
    """
    started = time.monotonic()
    space = working_space()
    with tempfile.TemporaryFile() as copy:
        content_hash = _copy(path, copy, limits)
        if (current := _current_version(path.name, content_hash)) is not None:
            return _unchanged(current, started)
        text = read_pdf(copy, path.name, limits)
        chunks = chunk_document(text)
        if not chunks:
            raise ScannedPdf(path.name)
        draft = Draft(
            file_name=path.name,
            content_hash=content_hash,
            space=space,
            labels=labels_from(text.metadata, path.name),
            pages=len(text.pages),
            chunks=chunks,
            vectors=_vectors(space, chunks),
        )
        version, status = _store(draft, copy, by)
    if status is Status.UNCHANGED:  # another process was quicker with the same file
        return _unchanged(version, started)
    return IngestResult(
        file=path.name,
        status=status,
        pages=draft.pages,
        chunks=len(chunks),
        seconds=_since(started),
        pages_without_text=text.pages_without_text,
    )


def _copy(path: Path, copy: IO[bytes], limits: ReadingLimits) -> str:
    """Copy the file, so that what is hashed is what is read and kept, and return its SHA-256 in hex."""
    name = printable(path.name)
    if name != path.name:
        raise UnreadableFile(name, "its name is not UTF-8")
    if path.suffix.lower() != ".pdf" and stat.S_ISREG(_mode(path)):
        raise NotAPdf(name, f"its name ends in {path.suffix or 'no suffix'!r}")
    digest = hashlib.sha256()
    with open_for_reading(path) as source:
        while block := source.read(COPY_BYTES):
            digest.update(block)
            copy.write(block)
            if copy.tell() > limits.file_mb * MEGABYTE:
                raise TooLarge(name, f"more than {limits.file_mb} MB")
    copy.flush()
    return digest.hexdigest()


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError:
        return 0


def _current_version(file_name: str, content_hash: str) -> PolicyVersion | None:
    """Return the document's current version if it holds this content, read as it is read today."""
    return PolicyVersion.objects.filter(
        document__file_name=file_name, is_current=True, content_hash=content_hash, reader=READER
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


def _store(draft: Draft, copy: IO[bytes], by: str) -> tuple[PolicyVersion, Status]:
    """Make the draft the current version, and its file part of the media folder, in one transaction."""
    with transaction.atomic():
        _take_turn(f"policies.name:{draft.file_name}")
        if (current := _current_version(draft.file_name, draft.content_hash)) is not None:
            return current, Status.UNCHANGED
        _take_turn(f"policies.content:{draft.content_hash}")
        if not still_current(draft.space):  # the model changed while the file was read
            draft = _embedded_anew(draft)
        document = _document(draft)
        before = document.versions.order_by("-number").first()
        document.versions.filter(is_current=True).update(is_current=False, superseded_on=timezone.localdate())
        version = _insert(document, draft, number=before.number + 1 if before else 1, by=by)
        with kept_file(copy, draft.content_hash):  # last, so that hardly a moment lies between file and commit
            _record(version, draft, before, by)
    return version, Status.REPLACED if before else Status.ADDED


def _embedded_anew(draft: Draft) -> Draft:
    space = working_space()
    return replace(draft, space=space, vectors=_vectors(space, draft.chunks))


def _vectors(space: EmbeddingSpace, chunks: Sequence[Chunk]) -> Vectors:
    return embedder_of(space).embed([embedded_text(chunk.section, chunk.text) for chunk in chunks])


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
        chunks=len(draft.chunks),
        embedder=draft.space.embedder,
    )


def _take_turn(key: str) -> None:
    """Wait for others storing under this key; the lock ends with the transaction."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _reason(before: PolicyVersion | None, draft: Draft) -> str:
    if before is None:
        return "new document"
    if before.content_hash == draft.content_hash:
        return "read anew"
    return "new content"


def _document(draft: Draft) -> PolicyDocument:
    labels = draft.labels
    about = {"title": labels.title, "issuer": labels.issuer, "tier": labels.tier}
    document, _created = PolicyDocument.objects.update_or_create(file_name=draft.file_name, defaults=about)
    return document


def _insert(document: PolicyDocument, draft: Draft, *, number: int, by: str) -> PolicyVersion:
    version = PolicyVersion.objects.create(
        document=document,
        number=number,
        edition=draft.labels.edition,
        content_hash=draft.content_hash,
        programs=list(draft.labels.programs),
        states=list(draft.labels.states),
        effective_from=draft.labels.effective_from,
        pages=draft.pages,
        reader=READER,
        file=file_name(draft.content_hash),
        ingested_by=by,
    )
    chunks = PolicyChunk.objects.bulk_create(
        (
            PolicyChunk(version=version, ordinal=each.ordinal, page=each.page, section=each.section, text=each.text)
            for each in draft.chunks
        ),
        batch_size=ROWS_AT_ONCE,
    )
    store_vectors(draft.space, chunks, draft.vectors)
    return version
