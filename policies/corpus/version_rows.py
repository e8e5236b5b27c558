"""What hangs on a version, its sections, passages, references and vectors, as rows."""

from collections.abc import Iterator, Mapping, Sequence

from policies.copying_in import copy_in, numbered
from policies.corpus.drafting import Draft
from policies.corpus.marking import as_marked
from policies.embedding.spaces import store_embedded
from policies.models import PolicyChunk, PolicyReference, PolicySection, PolicyVersion
from policies.reading.section_tree import NUMBER_CHARACTERS


def store_rows(version: PolicyVersion, draft: Draft) -> None:
    """Store everything of a draft below its version, in the caller's transaction."""
    sections = _sections(version, draft)
    chunks = _chunks(version, draft, sections)
    copy_in([*sections.values()])
    copy_in(chunks)
    copy_in(numbered([*_references(draft, chunks)]))
    store_embedded(draft.space, chunks, draft.embedded)


def _sections(version: PolicyVersion, draft: Draft) -> Mapping[int, PolicySection]:
    """Return the sections by ordinal, with ids."""
    drawn = draft.outline.sections
    rows = numbered(
        [
            PolicySection(
                version=version,
                ordinal=each.ordinal,
                number=each.number,
                title=each.title,
                path=each.path,
                page=each.page,
            )
            for each in drawn
        ]
    )
    by_ordinal = {row.ordinal: row for row in rows}
    for each in drawn:
        by_ordinal[each.ordinal].parent = None if each.parent is None else by_ordinal[each.parent]
    return by_ordinal


def _chunks(version: PolicyVersion, draft: Draft, sections: Mapping[int, PolicySection]) -> Sequence[PolicyChunk]:
    suspicious = as_marked(version.document, [each.text for each in draft.outline.chunks], draft.suspicious)
    return numbered(
        [
            PolicyChunk(
                version=version,
                within=None if each.within is None else sections[each.within],
                ordinal=each.ordinal,
                page=each.page,
                section=each.section,
                text=each.text,
                boxes=[list(box) for box in each.boxes],
                is_table=each.is_table,
                is_suspicious=is_suspicious,
            )
            for each, is_suspicious in zip(draft.outline.chunks, suspicious, strict=True)
        ]
    )


def _references(draft: Draft, chunks: Sequence[PolicyChunk]) -> Iterator[PolicyReference]:
    for chunk, references in zip(chunks, draft.references, strict=True):
        for each in references:
            if len(each.wanted) <= NUMBER_CHARACTERS:  # no section has a longer number
                yield PolicyReference(chunk=chunk, wanted=each.wanted, is_exception=each.is_exception)
