"""Many rankings of one search made into one: by ranks, or by scores brought to one scale. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from policies.search.stages import Scored

BY_RANK, BY_SCORE = "rrf", "score"
WAYS = (BY_SCORE, BY_RANK)
FUSION_K = 60  # Cormack, Clarke and Buettcher (SIGIR 2009): how slowly the weight of a rank falls
# Of the word score against the vectors' cosine. On ObliQA's tuning questions (1,357) nDCG@10 is 0.711 with it, 0.708 to
# 0.711 with 0.55 to 0.7, and 0.675 by ranks; words alone give 0.691, vectors alone 0.566.
WORDS_WEIGHT = 0.6
OWN_WEIGHT, VARIANT_WEIGHT = 1.0, 0.5  # of the asker's own wording, and of one that a list or a model made


@dataclass(frozen=True, slots=True)
class Candidates:
    """One ranking per wording of the question and kind, best first; the question as asked comes first."""

    dense: Sequence[Sequence[Scored]]
    sparse: Sequence[Sequence[Scored]]

    def fused(self, way: str, *, keep: int) -> list[Scored]:
        """Return the best of all rankings together, by ``rrf`` or by ``score``."""
        if way == BY_RANK:
            return reciprocal_rank_fusion([*self.dense, *self.sparse], keep=keep)
        return score_fusion(self.dense, self.sparse, keep=keep)

    def scores(self) -> dict[str, dict[int, float]]:
        """Return each kind's best score by passage."""
        return {"dense": best_scores(self.dense), "sparse": best_scores(self.sparse)}

    def ranks(self) -> dict[str, dict[int, int]]:
        """Return each kind's best place by passage, from 1."""
        return {"dense": best_ranks(self.dense), "sparse": best_ranks(self.sparse)}


def reciprocal_rank_fusion(rankings: Iterable[Sequence[Scored]], *, keep: int, k: int = FUSION_K) -> list[Scored]:
    """Merge any number of rankings, best first, by the sum of 1 / (k + rank), ranks from 1; ties go by id."""
    sums: dict[int, float] = {}
    for ranking in rankings:
        for rank, scored in enumerate(ranking, 1):
            sums[scored.chunk_id] = sums.get(scored.chunk_id, 0.0) + 1 / (k + rank)
    return _highest(sums, keep)


def score_fusion(
    dense: Sequence[Sequence[Scored]],
    sparse: Sequence[Sequence[Scored]],
    *,
    keep: int,
    words_weight: float = WORDS_WEIGHT,
    variant_weight: float = VARIANT_WEIGHT,
) -> list[Scored]:
    """Merge rankings by words_weight * word score + (1 - words_weight) * cosine, each scaled to 0..1; ties go by id.

    Each ranking is scaled by its own highest and lowest score, and a passage that it lacks counts 0. The first
    ranking of a kind, of the question as asked, weighs 1 and each further one ``variant_weight``; their mean counts
    (a convex combination: Bruch, Gai and Ingber, TOIS 2023).
    """
    sums: dict[int, float] = {}
    for weight, rankings in ((1 - words_weight, dense), (words_weight, sparse)):
        shares = [OWN_WEIGHT, *[variant_weight] * (len(rankings) - 1)]
        for share, ranking in zip(shares, rankings, strict=False):
            for chunk_id, score in scaled(ranking).items():
                sums[chunk_id] = sums.get(chunk_id, 0.0) + weight * score * share / sum(shares)
    return _highest(sums, keep)


def scaled(ranking: Sequence[Scored]) -> dict[int, float]:
    """Return the scores between the lowest, 0, and the highest, 1; all 1 where they are the same."""
    scores = [scored.score for scored in ranking]
    lowest, spread = min(scores, default=0.0), max(scores, default=0.0) - min(scores, default=0.0)
    return {scored.chunk_id: (scored.score - lowest) / spread if spread else 1.0 for scored in ranking}


def mixed(fused: Mapping[int, float], marks: Mapping[int, float], *, weight: float) -> dict[int, float]:
    """Return weight * a reranker's mark + (1 - weight) * the fused score, each scaled to 0..1, of the marked ones."""
    before = scaled([Scored(chunk_id, fused[chunk_id]) for chunk_id in marks])
    after = scaled([Scored(chunk_id, mark) for chunk_id, mark in marks.items()])
    return {chunk_id: weight * after[chunk_id] + (1 - weight) * before[chunk_id] for chunk_id in marks}


def best_scores(rankings: Iterable[Sequence[Scored]]) -> dict[int, float]:
    """Return each chunk's highest score over rankings of one kind."""
    best: dict[int, float] = {}
    for scored in (scored for ranking in rankings for scored in ranking):
        best[scored.chunk_id] = max(scored.score, best.get(scored.chunk_id, -math.inf))
    return best


def best_ranks(rankings: Iterable[Sequence[Scored]]) -> dict[int, int]:
    """Return each chunk's best place, from 1, over rankings of one kind."""
    best: dict[int, int] = {}
    for rank, scored in (pair for ranking in rankings for pair in enumerate(ranking, 1)):
        best[scored.chunk_id] = min(rank, best.get(scored.chunk_id, rank))
    return best


def _highest(sums: Mapping[int, float], keep: int) -> list[Scored]:
    merged = sorted(sums.items(), key=lambda entry: (-entry[1], entry[0]))
    return [Scored(chunk_id, score) for chunk_id, score in merged[:keep]]
