"""A version's headings as a tree that leads to its passages."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from policies.models import PolicyChunk, PolicySection, PolicyVersion

DEEPEST = 6  # levels that are set in further


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading: how deep it lies under its top heading (0 to 6), and the first passage at or after it."""

    section: PolicySection
    depth: int
    chunk_id: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """A top heading with all that lie under it, in order."""

    top: Heading
    under: list[Heading] = field(default_factory=list)


def outline_context(version: PolicyVersion | None) -> dict[str, Any]:
    """Return what the outline shows of a version, in two queries; nothing where there is none."""
    if version is None:
        return {"outline": [], "outlined": None}
    sections = list(version.sections.all())
    firsts = version.chunks.filter(within__isnull=False).order_by("within_id", "ordinal").distinct("within_id")
    return {"outline": parts(sections, _first_passages(sections, list(firsts))), "outlined": version}


def _first_passages(sections: Sequence[PolicySection], firsts: Sequence[PolicyChunk]) -> dict[int, int]:
    """Return each section's first passage; one without a passage of its own takes that of the next heading."""
    own = {chunk.within_id: chunk.pk for chunk in firsts}
    found: dict[int, int] = {}
    following = None
    for section in reversed(sections):
        following = own.get(section.pk, following)
        if following is not None:
            found[section.pk] = following
    return found


def parts(sections: Sequence[PolicySection], passages: dict[int, int]) -> list[Part]:
    """Group headings, given in order, under their top headings; ``passages`` leads from section to passage id."""
    depths: dict[int, int] = {}
    grouped: list[Part] = []
    for section in sections:
        depth = depths[section.parent_id] + 1 if section.parent_id in depths else 0
        depths[section.pk] = depth
        heading = Heading(section, min(depth, DEEPEST), passages.get(section.pk))
        if depth == 0 or not grouped:
            grouped.append(Part(heading))
        else:
            grouped[-1].under.append(heading)
    return grouped
