"""Sections that a found passage refers to, the exceptions it names, and the headings it stands under."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from policies.search.windows import PassageRow, Window, window

HOPS = 2
MOST_BROUGHT = 3  # passages; more would crowd out what was found
# Numbers that mean the same in every document: 1026.43(c), 4012a, B3-6-02, II.A.5; but 4.2 is another in each.
WORLDWIDE = re.compile(r"\d{3,}|[A-Za-z]+\d+-|[IVX]+\.[A-Z]\.\d")
LEVEL = re.compile(r"\([0-9A-Za-z]{1,5}\)$|[.-][0-9A-Za-z]{1,4}$")  # the last of a number


@dataclass(frozen=True, slots=True)
class Mention:
    """What a passage names: the number of a section, whether as an exception, and whether it stands above it."""

    chunk_id: int
    version_id: UUID
    source: str
    wanted: str
    is_exception: bool = False
    is_above: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A section by its number, with the first passage under it; ``has_own_text`` tells whether that is its own."""

    version_id: UUID
    number: str
    chunk_id: int
    has_own_text: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """A passage to bring, and why."""

    chunk_id: int
    why: str


@dataclass(frozen=True, slots=True)
class Brought:
    """What is read of a passage that another one led to, and why it was brought."""

    window: Window
    why: str


@dataclass(frozen=True, slots=True)
class Graph:
    """How to look things up: what passages name, where sections begin, and the passages themselves."""

    mentions: Callable[[Collection[int]], Sequence[Mention]]
    headings: Callable[[Collection[str], Collection[UUID]], Sequence[Heading]]
    rows: Callable[[Collection[int]], dict[int, PassageRow]]


def follow(
    windows: Sequence[Window], admitted: Collection[UUID], graph: Graph, *, most: int = MOST_BROUGHT
) -> list[Brought]:
    """Return up to ``most`` passages that the windows' own passages lead to, at most two steps away.

    Exceptions come first, then the headings above, then what else is referred to; nearer ones before farther ones.
    Only texts of the admitted versions are brought, and nothing that is read already.
    """
    brought: list[Brought] = []
    read = {chunk_id for each in windows for chunk_id in each.chunk_ids}
    sources = [each.hit.chunk_id for each in windows if each.hit.leads_on]
    for _hop in range(HOPS):
        if not sources or len(brought) >= most or not (mentions := graph.mentions(sources)):
            break
        named = graph.headings({each for mention in mentions for each in prefixes(mention.wanted)}, admitted)
        steps = [step for step in steps_of(sources, mentions, named) if step.chunk_id not in read]
        found = _windows(steps[: most - len(brought)], graph, read)
        brought += found
        sources = [each.window.hit.chunk_id for each in found if each.window.hit.leads_on]
    return brought


def _windows(steps: Sequence[Step], graph: Graph, read: set[int]) -> list[Brought]:
    """Return what is read of each step, and add it to what is read."""
    rows = graph.rows([step.chunk_id for step in steps]) if steps else {}
    found = []
    for step in steps:
        hit = rows.get(step.chunk_id)
        if hit is None or hit.chunk_id in read or hit.is_suspicious:
            continue
        around = window(hit, [row for row in rows.values() if row.chunk_id not in read])
        read |= around.chunk_ids
        found.append(Brought(around, step.why))
    return found


def steps_of(sources: Sequence[int], mentions: Iterable[Mention], headings: Sequence[Heading]) -> list[Step]:
    """Return where the mentions of some passages lead, in the order to bring it, each passage once."""
    rank = {chunk_id: place for place, chunk_id in enumerate(sources)}
    order = sorted(
        mentions, key=lambda each: (not each.is_exception, not each.is_above, rank[each.chunk_id], each.wanted)
    )
    steps: dict[int, Step] = {}
    for mention in order:
        heading = resolved(mention, headings)
        if heading is not None and heading.chunk_id not in rank:
            steps.setdefault(heading.chunk_id, Step(heading.chunk_id, why(mention, heading)))
    return list(steps.values())


def resolved(mention: Mention, headings: Iterable[Heading]) -> Heading | None:
    """Return the section that a mention means; None where no text has it.

    Of the passage's own document first, then, for numbers that mean the same everywhere, of another, in each by the
    longest part of the number. What holds the passage itself is no reference, unless the mention is of what is above;
    then it must have a text of its own.
    """
    own: dict[str, Heading] = {}
    others: dict[str, Heading] = {}
    for heading in headings:
        if heading.version_id == mention.version_id:
            own.setdefault(heading.number, heading)
        elif WORLDWIDE.match(heading.number):
            others.setdefault(heading.number, heading)
    for place in (own, others):
        for number in prefixes(mention.wanted):
            if number in place and _is_meant(mention, place[number]):
                return place[number]
        if mention.is_above:
            break
    return None


def _is_meant(mention: Mention, heading: Heading) -> bool:
    if mention.is_above:
        return heading.has_own_text and heading.number == mention.wanted
    return not mention.source.startswith(heading.number)


def prefixes(number: str) -> list[str]:
    """Return a section's number and those of the sections it stands in, the longest first."""
    found = [number]
    while (shorter := LEVEL.sub("", found[-1])) != found[-1] and shorter:
        found.append(shorter)
    return [each for each in found if each == number or not each.isdigit()]


def why(mention: Mention, heading: Heading) -> str:
    """Return in words what led to a section."""
    source = mention.source or "the passage"
    if mention.is_exception:
        return f"{heading.number}, the exception named by {source}"
    if mention.is_above:
        return f"{heading.number}, the heading above {source}"
    return f"{heading.number}, to which {source} refers"
