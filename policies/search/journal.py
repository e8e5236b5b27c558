"""What the stages of one search made of each passage, and how long each took."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from policies.search.citations import Considered
from policies.search.windows import PassageRow

BEGINNING = 160  # characters shown of a passage that was left out


@dataclass(slots=True)
class Stopwatch:
    """Milliseconds of wall clock per stage."""

    started: float = field(default_factory=time.perf_counter)
    stages: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time the block under a name."""
        begun = time.perf_counter()
        yield
        self.stages[name] = round((time.perf_counter() - begun) * 1_000, 2)

    def timings(self) -> dict[str, float]:
        """Return the stages' times and their ``total``."""
        return {**self.stages, "total": round((time.perf_counter() - self.started) * 1_000, 2)}


@dataclass(slots=True)
class Journal:
    """What each stage made of each passage: scores and places by stage, and the stage that let it go."""

    scores: dict[str, Mapping[int, float]] = field(default_factory=dict)
    ranks: dict[str, Mapping[int, int]] = field(default_factory=dict)
    left_at: dict[int, str] = field(default_factory=dict)

    def ranked(self, stage: str, scores: Mapping[int, float]) -> list[int]:
        """Note a stage's scores and return its passages, best first; equal ones keep their order."""
        order = sorted(scores, key=lambda chunk_id: -scores[chunk_id])
        self.scores[stage] = scores
        self.ranks[stage] = {chunk_id: place for place, chunk_id in enumerate(order, 1)}
        return order

    def leave(self, stage: str, chunk_ids: Iterable[int]) -> None:
        """Note that a stage let passages go."""
        self.left_at.update(dict.fromkeys(chunk_ids, stage))

    def scores_of(self, chunk_id: int) -> dict[str, float]:
        """Return a passage's score at every stage that saw it."""
        return {stage: round(marks[chunk_id], 6) for stage, marks in self.scores.items() if chunk_id in marks}

    def considered(self, rows: Mapping[int, PassageRow]) -> tuple[Considered, ...]:
        """Return every passage that a stage looked at, the returned ones first, then by how far they came."""
        seen = dict.fromkeys(chunk_id for marks in reversed(self.scores.values()) for chunk_id in marks)
        order = sorted((each for each in seen if each in rows), key=lambda each: each in self.left_at)
        return tuple(self._considered(rows[chunk_id]) for chunk_id in order)

    def _considered(self, row: PassageRow) -> Considered:
        return Considered(
            chunk_id=row.chunk_id,
            document=row.document,
            version=row.version,
            page=row.page,
            section=row.section,
            beginning=row.text[:BEGINNING],
            scores=self.scores_of(row.chunk_id),
            ranks={stage: places[row.chunk_id] for stage, places in self.ranks.items() if row.chunk_id in places},
            left_at=self.left_at.get(row.chunk_id, ""),
        )
