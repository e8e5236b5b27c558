"""Which passages a passage names, and which name it: what a reader follows from one page to another."""

from dataclasses import dataclass

from policies import selectors
from policies.models import PolicyChunk, PolicyReference
from policies.search import reads
from policies.search.following import Mention, prefixes, resolved

MOST_NAMED_BY = 12


@dataclass(frozen=True, slots=True)
class NamedSection:
    """A section that a passage names, and the first passage under it; None where no text in force holds it."""

    wanted: str
    is_exception: bool
    chunk: PolicyChunk | None


def named_sections(chunk: PolicyChunk) -> list[NamedSection]:
    """Return what a passage refers to, exceptions first: in its own version, else in what is in force today.

    Where the very section is missing, the nearest one around it stands for it.
    """
    mentions = [each for each in reads.mentions([chunk.pk]) if not each.is_above]
    if not mentions:
        return []
    targets = _targets(mentions, chunk)
    passages = PolicyChunk.objects.select_related("version__document").in_bulk(list(targets.values()))
    return [
        NamedSection(each.wanted, each.is_exception, passages.get(targets.get(each.wanted, 0)))
        for each in sorted(mentions, key=lambda each: (not each.is_exception, each.wanted))
    ]


def _targets(mentions: list[Mention], chunk: PolicyChunk) -> dict[str, int]:
    """Return the first passage of each wanted section that some text holds."""
    versions = {chunk.version_id, *selectors.admitted_versions().values_list("pk", flat=True)}
    headings = reads.headings({number for each in mentions for number in prefixes(each.wanted)}, versions)
    found = {each.wanted: resolved(each, headings) for each in mentions}
    return {wanted: heading.chunk_id for wanted, heading in found.items() if heading is not None}


def naming_passages(chunk: PolicyChunk) -> list[tuple[str, PolicyChunk]]:
    """Return the passages of the same version that name this one's section or one around it, the closest first.

    Each comes with the number by which it names it; at most a dozen.
    """
    if chunk.within is None or not chunk.within.number:
        return []
    numbers = prefixes(chunk.within.number)
    references = PolicyReference.objects.filter(wanted__in=numbers, chunk__version=chunk.version_id)
    rows = references.exclude(chunk=chunk).select_related("chunk").order_by("chunk__ordinal")
    closest = sorted(rows, key=lambda reference: numbers.index(reference.wanted))
    return [(reference.wanted, reference.chunk) for reference in closest[:MOST_NAMED_BY]]
