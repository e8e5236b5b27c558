"""A policy file worked out as far as it can be before anything is stored."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import IO

from policies.embedding.spaces import embedder_of, working_space
from policies.embedding.talk import odds_of_talk
from policies.embedding.word_signs import Embedded, embedded
from policies.exceptions import ScannedPdf, TooLarge
from policies.models import EmbeddingSpace
from policies.reading.jail import MEGABYTE
from policies.reading.labels import labels_from
from policies.reading.outlining import Outline, embedded_text, outline_of
from policies.reading.pdf_text import ReadingLimits, read_pdf
from policies.reading.poisoning import suspicious_among
from policies.reading.references import Reference, references_in


@dataclass(frozen=True, slots=True)
class Draft:
    """A version before it is stored. ``metadata`` is what the PDF says about itself.

    ``references``, ``suspicious`` and ``embedded`` have an entry for each passage.
    """

    file_name: str
    content_hash: str
    metadata: dict[str, str]
    pages: int
    pages_without_text: tuple[int, ...]
    outline: Outline
    references: Sequence[Sequence[Reference]]
    suspicious: Sequence[bool]
    space: EmbeddingSpace
    embedded: Embedded


def copied(blocks: Iterable[bytes], copy: IO[bytes], name: str, limits: ReadingLimits) -> str:
    """Copy a file, so that what is hashed is what is read and kept, and return its SHA-256 in hex. Raises TooLarge."""
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
        copy.write(block)
        if copy.tell() > limits.file_mb * MEGABYTE:
            raise TooLarge(name, f"more than {limits.file_mb} MB")
    copy.flush()
    return digest.hexdigest()


def draft_of(copy: IO[bytes], name: str, content_hash: str, limits: ReadingLimits) -> Draft:
    """Read, cut and embed an open PDF. Raises a DocumentError; EmbedderError where the model cannot be used."""
    space = working_space()
    text = read_pdf(copy, name, limits)
    labels_from(text.metadata, name)  # wrong ones end it before the work begins
    outline = outline_of(text)
    if not outline.chunks:
        raise ScannedPdf(name)
    numbers: dict[int | None, str] = {None: "", **{section.ordinal: section.number for section in outline.sections}}
    return Draft(
        file_name=name,
        content_hash=content_hash,
        metadata=text.metadata,
        pages=len(text.pages),
        pages_without_text=text.pages_without_text,
        outline=outline,
        references=[references_in(each.text, numbers[each.within]) for each in outline.chunks],
        suspicious=suspicious_among([each.text for each in outline.chunks], odds_of_talk),
        space=space,
        embedded=_embedded(space, outline),
    )


def embedded_anew(draft: Draft) -> Draft:
    """Return the draft in the vectors that searches use now. Raises EmbedderError."""
    space = working_space()
    return replace(draft, space=space, embedded=_embedded(space, draft.outline))


def _embedded(space: EmbeddingSpace, outline: Outline) -> Embedded:
    return embedded(embedder_of(space), [embedded_text(chunk.section, chunk.text) for chunk in outline.chunks])
