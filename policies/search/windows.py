"""What to read around a passage that matched: its neighbours of the same section, and below it, on its page. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from policies.search.citations import Box

MOST_CHARACTERS = 1_500


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A stored passage with its version and document; ``within`` is its section's id, ``number`` that section's.

    ``section`` is that section's number and title, ``path`` the headings from the top down to it.

    ``leads_on`` tells whether it names another section or stands under a heading above its own, ``beside_suspicious``
    whether its version reads like orders to a model in several passages, more than one on ten pages.
    """

    chunk_id: int
    version_id: str
    ordinal: int
    page: int
    path: str
    section: str
    within: int | None
    number: str
    text: str
    boxes: tuple[Box, ...]
    is_table: bool
    is_suspicious: bool
    document: str
    title: str
    version: int
    leads_on: bool = False
    beside_suspicious: bool = False

    def encloses(self, other: "PassageRow") -> bool:
        """Return whether another passage stands in this one's section or below it, on the same page."""
        same_page = (self.version_id, self.page) == (other.version_id, other.page)
        return same_page and (other.path == self.path or other.path.startswith(f"{self.path} > "))


@dataclass(frozen=True, slots=True)
class Window:
    """A passage that matched, and the passages to read with it and it among them, in the order of the page."""

    hit: PassageRow
    rows: tuple[PassageRow, ...]

    @property
    def text(self) -> str:
        """Return what is read, one passage a line or more."""
        return "\n".join(row.text for row in self.rows)

    @property
    def chunk_ids(self) -> frozenset[int]:
        """Return every passage that is read."""
        return frozenset(row.chunk_id for row in self.rows)


def window(hit: PassageRow, rows: Iterable[PassageRow], *, characters: int = MOST_CHARACTERS) -> Window:
    """Return the reading window around a passage: its neighbours, near ones first, while they fit.

    The window has no gap: a neighbour that does not fit ends that side. The hit is always inside, however long. One
    that reads like an instruction to a model stands alone, and no other takes it in.
    """
    beside = sorted((row for row in rows if hit.encloses(row)), key=lambda row: row.ordinal)
    if hit.is_suspicious or not beside:
        return Window(hit, (hit,))
    place = next(place for place, row in enumerate(beside) if row.chunk_id == hit.chunk_id)
    first, last, left = place, place, characters - len(hit.text)
    sides = {-1, 1}
    while sides:
        for side in sorted(sides):  # the words before a passage are read first
            at = (first if side < 0 else last) + side
            fits = 0 <= at < len(beside) and not beside[at].is_suspicious and len(beside[at].text) + 1 <= left
            if not fits or beside[at].ordinal != beside[at - side].ordinal + side:
                sides.discard(side)
                continue
            left -= len(beside[at].text) + 1
            first, last = min(first, at), max(last, at)
    return Window(hit, tuple(beside[first : last + 1]))


def distinct_windows(
    order: Sequence[int], rows: Mapping[int, PassageRow], *, keep: int, characters: int = MOST_CHARACTERS
) -> tuple[list[Window], dict[int, int]]:
    """Return the first ``keep`` windows in the order of their hits, and the hits that stand in a window before them.

    The second value gives, for such a hit, the passage whose window holds it. No passage is read twice. ``rows`` holds
    the hits and their neighbours by id.
    """
    by_place: dict[tuple[str, int], list[PassageRow]] = {}
    for row in rows.values():
        by_place.setdefault((row.version_id, row.page), []).append(row)
    windows: list[Window] = []
    taken: frozenset[int] = frozenset()
    merged: dict[int, int] = {}
    for hit in (rows[chunk_id] for chunk_id in order):
        holder = next((each for each in windows if hit.chunk_id in each.chunk_ids), None)
        if holder is not None:
            merged[hit.chunk_id] = holder.hit.chunk_id
        elif len(windows) < keep:
            beside = [row for row in by_place[hit.version_id, hit.page] if row.chunk_id not in taken]
            windows.append(window(hit, beside, characters=characters))
            taken |= windows[-1].chunk_ids
    return windows, merged
