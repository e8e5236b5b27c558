"""Policy search: words and vectors find candidates, which are merged, spread, reranked and fitted into a budget."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from policies import selectors, spaces
from policies.citations import Passage, SearchQuery, SearchResult
from policies.embeddings import ONNX, Embedder
from policies.models import EmbeddingSpace, PolicyChunk
from policies.queries import CheckedQuery, checked, spelled_out
from policies.query_vectors import query_vectors
from policies.reranking import Reranker, configured_reranker
from policies.search_stages import (
    CONTEXT_TOKENS,
    Depth,
    Scored,
    best_scores,
    maximal_marginal_relevance,
    reciprocal_rank_fusion,
    within_budget,
)
from policies.sparse import SparseIndex, current_index

# Below this cosine a model's nearest passage is about something else; see benchmarks/search_quality.py.
DENSE_FLOORS = {"all-MiniLM-L6-v2": 0.42}
NO_FLOOR = -1.0  # of a model nobody has measured: its nearest passage always counts as near
LEAST_COVERED = 0.5  # of the question's words, by weight: with so many in one passage it is not off the subject


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


@dataclass(frozen=True, slots=True)
class Candidates:
    """One ranking per wording of the question and kind, best first; the asker's own wordings come first."""

    dense: Sequence[Sequence[Scored]]
    sparse: Sequence[Sequence[Scored]]

    def fused(self, keep: int) -> list[Scored]:
        """Return the best of all rankings together."""
        return reciprocal_rank_fusion([*self.dense, *self.sparse], keep=keep)

    def scores(self) -> dict[str, dict[int, float]]:
        """Return each kind's best score by passage."""
        return {"dense": best_scores(self.dense), "sparse": best_scores(self.sparse)}


@dataclass(frozen=True, slots=True)
class Corpus:
    """What one search looks through: the versions its filters admit, their words, and the vectors that serve."""

    admitted: frozenset[UUID]
    index: SparseIndex
    space: EmbeddingSpace


class PolicySearch:
    """Finds the passages that answer a question. Threads may share one.

    It uses the database connection of the thread that calls it; who starts threads of their own closes theirs.
    ``rewording`` gives a second wording to search with, or None where there is none.
    """

    def __init__(
        self,
        *,
        embedder: Embedder | None = None,
        reranker: Reranker | None = None,
        rewording: Callable[[str], str | None] = spelled_out,
    ) -> None:
        self._embedder = embedder
        self._reranker = reranker
        self._rewording = rewording

    def search(self, query: SearchQuery, *, variants: Sequence[str] = ()) -> SearchResult:
        """Return up to ``query.top`` passages, best first; none, and ``abstained``, where nothing is to the point.

        ``variants`` are further wordings of the question, each a ranking of its own. Raises InvalidQuery for a
        question or filter that makes no sense, EmbedderError or RerankerError where a configured model cannot be used.
        """
        asked, watch = checked(query), Stopwatch()
        with watch.stage("filter"):
            corpus = selectors.corpus_version()
            admitted = _admitted(asked)
            space = spaces.current_space()
        if space is None:
            return SearchResult((), watch.timings(), abstained=True, corpus_version=corpus)
        with watch.stage("index"):
            within = Corpus(admitted, current_index(corpus), space)
        candidates = self._candidates(asked, variants, within, watch)
        if self._off_subject(asked.question, candidates, within):
            return SearchResult((), watch.timings(), abstained=True, corpus_version=corpus)
        reranker = self._reranker or configured_reranker(self._embedder or spaces.embedder_of(space))
        ranked = _ranked(asked, candidates, space, reranker, watch)
        with watch.stage("budget"):
            budgeted = within_budget(ranked, lambda passage: passage.text, CONTEXT_TOKENS)
        return SearchResult(
            passages=budgeted.kept,
            timings_ms=watch.timings(),
            abstained=not budgeted.kept,
            dropped=budgeted.dropped,
            reranker=reranker.name if reranker else "none",
            corpus_version=corpus,
        )

    def _candidates(self, asked: CheckedQuery, variants: Sequence[str], within: Corpus, watch: Stopwatch) -> Candidates:
        """Ask both indexes with every wording, in the vectors of the space's own model."""
        wordings, limit = self._wordings(asked.question, variants), Depth.for_top(asked.top).candidates
        with watch.stage("embed"):
            embedder = self._embedder or spaces.embedder_of(within.space)
            vectors = query_vectors(embedder, wordings, within.index.corpus_version) if within.admitted else ()
        with watch.stage("dense"):
            dense = [
                selectors.nearest_chunks(within.space, vector, versions=within.admitted, limit=limit)
                for vector in vectors
            ]
        with watch.stage("sparse"):
            sparse = [within.index.search(wording, versions=within.admitted, limit=limit) for wording in wordings]
        return Candidates(dense, sparse)

    def _wordings(self, question: str, variants: Sequence[str] = ()) -> list[str]:
        """Return the distinct ways to ask: as asked, with acronyms spelled out, then the variants."""
        ways = [question, self._rewording(question), *(variant.strip() for variant in variants)]
        return list(dict.fromkeys(way for way in ways if way))

    def _off_subject(self, question: str, candidates: Candidates, within: Corpus) -> bool:
        """Return whether the nearest passage lies too far off and none holds most of the question's words."""
        own = len(self._wordings(question))
        model = within.space.embedder.removeprefix("sentence-transformers/").removesuffix(
            ONNX
        )  # nearly the same vectors
        floor = DENSE_FLOORS.get(model, NO_FLOOR)
        if any(scored.score >= floor for ranking in candidates.dense[:own] for scored in ranking):
            return False
        matching = [scored.chunk_id for scored in candidates.sparse[0]]
        return within.index.covered(question, matching) < LEAST_COVERED


def _admitted(asked: CheckedQuery) -> frozenset[UUID]:
    """Return the versions to search."""
    versions = selectors.admitted_versions(program=asked.program, state=asked.state, on=asked.on)
    return frozenset(versions.values_list("pk", flat=True))


def _ranked(
    asked: CheckedQuery, candidates: Candidates, space: EmbeddingSpace, reranker: Reranker | None, watch: Stopwatch
) -> list[Passage]:
    """Merge, spread and rerank the candidates into passages, best first. Without a reranker the fused order stays."""
    depth = Depth.for_top(asked.top)
    scores = candidates.scores()
    with watch.stage("fusion"):
        fused = candidates.fused(depth.fused)
        scores["fused"] = _by_chunk(fused)
    with watch.stage("load"):
        chunks = selectors.chunks_by_id(scores["fused"])
        fused = [scored for scored in fused if scored.chunk_id in chunks]
    with watch.stage("diversity"):
        vectors = spaces.vectors_by_chunk(space, chunks)
        scores["diversity"] = _by_chunk(maximal_marginal_relevance(fused, vectors, keep=depth.diverse))
        order = [scored.chunk_id for scored in fused if scored.chunk_id in scores["diversity"]]
    with watch.stage("rerank"):
        if reranker is not None:
            marks = reranker.score(asked.question, [chunks[chunk_id].text for chunk_id in order])
            scores["rerank"] = dict(zip(order, marks, strict=True))
            order.sort(key=lambda chunk_id: -scores["rerank"][chunk_id])
    return [_passage(chunks[chunk_id], scores) for chunk_id in order[: depth.top]]


def _by_chunk(ranking: Sequence[Scored]) -> dict[int, float]:
    return {scored.chunk_id: scored.score for scored in ranking}


def _passage(chunk: PolicyChunk, scores: Mapping[str, Mapping[int, float]]) -> Passage:
    version = chunk.version
    return Passage(
        chunk_id=chunk.pk,
        document=version.document.file_name,
        title=version.document.title,
        version_id=str(version.pk),
        version=version.number,
        page=chunk.page,
        section=chunk.section,
        text=chunk.text,
        scores={stage: round(marks[chunk.pk], 6) for stage, marks in scores.items() if chunk.pk in marks},
    )
