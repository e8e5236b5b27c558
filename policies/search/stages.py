"""The stages that spread and cut a search's candidates. Pure: ids, scores and vectors in, ids and scores out."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from policies.embedding.embedders import Vectors

Item = TypeVar("Item")

CHARACTERS_PER_TOKEN = 3.5  # English prose has above 4; counting low keeps a context inside its budget
CONTEXT_TOKENS = 6_000


@dataclass(frozen=True, slots=True)
class Depth:
    """How many go on after each stage: candidates per question and kind, then fused, then diverse, then returned."""

    candidates: int = 15
    fused: int = 10
    diverse: int = 7
    top: int = 5

    @classmethod
    def for_top(cls, top: int) -> "Depth":
        """Return the usual depths, every stage widened in proportion where more than five results are wanted."""
        usual = cls()
        factor = max(top / usual.top, 1)
        candidates, fused, diverse = (
            math.ceil(size * factor) for size in (usual.candidates, usual.fused, usual.diverse)
        )
        return cls(candidates, fused, diverse, top)


@dataclass(frozen=True, slots=True)
class Scored:
    """A chunk's id and what one stage thinks of it; the scales of two stages do not compare."""

    chunk_id: int
    score: float


def maximal_marginal_relevance(
    candidates: Sequence[Scored], vectors: Mapping[int, Vectors], *, keep: int, weight: float
) -> list[Scored]:
    """Choose ``keep`` candidates one by one, each time the best of weight * relevance - (1 - weight) * likeness.

    A weight of 1 looks at relevance alone, 0 at novelty alone; on ObliQA every weight below 1 lowers nDCG@10 (0.711 at
    1, 0.703 at 0.5).

    Relevance is the candidate's score between the lowest, 0, and the highest, 1; fused scores lie too close together
    to be weighed against cosines as they are. Likeness is the largest cosine to what is chosen already. ``vectors``
    holds unit vectors of shape (d,); a passage without one is like nothing. Returned in the order of choice, scored
    with the value that won (Carbonell and Goldstein, SIGIR 1998).
    """
    scores = [candidate.score for candidate in candidates]
    lowest, spread = min(scores, default=0.0), max(scores, default=0.0) - min(scores, default=0.0)
    waiting = {item.chunk_id: (item.score - lowest) / spread if spread else 1.0 for item in candidates}
    likeness = dict.fromkeys(waiting, 0.0)
    chosen: list[Scored] = []
    while waiting and len(chosen) < keep:
        marginal = {item: weight * waiting[item] - (1 - weight) * likeness[item] for item in waiting}
        winner = max(marginal, key=lambda item: marginal[item])
        chosen.append(Scored(winner, marginal[winner]))
        del waiting[winner]
        for item in waiting.keys() & vectors.keys() if winner in vectors else ():
            likeness[item] = max(likeness[item], float(np.dot(vectors[item], vectors[winner])))
    return chosen


@dataclass(frozen=True, slots=True)
class Budgeted(Generic[Item]):
    """What fits into a context, and what was left out because it did not, both in their given order."""

    kept: tuple[Item, ...]
    dropped: tuple[Item, ...]


def estimated_tokens(text: str) -> int:
    """Return a text's tokens, estimated on the high side at 3.5 characters each."""
    return math.ceil(len(text) / CHARACTERS_PER_TOKEN)


def within_budget(items: Sequence[Item], text: Callable[[Item], str], tokens: int = CONTEXT_TOKENS) -> Budgeted[Item]:
    """Keep items, best first, as long as they fit into ``tokens``; one that does not is dropped, not cut."""
    kept: list[Item] = []
    dropped: list[Item] = []
    left = tokens
    for item in items:
        cost = estimated_tokens(text(item))
        (kept if cost <= left else dropped).append(item)
        left -= cost if cost <= left else 0
    return Budgeted(tuple(kept), tuple(dropped))
