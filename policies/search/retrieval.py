"""Policy search: words and vectors find candidates, which are merged, spread, reranked and fitted into a budget."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings

from policies.embedding import spaces
from policies.embedding.embedders import Embedder
from policies.embedding.query_vectors import query_vectors
from policies.models import EmbeddingSpace
from policies.search import reads
from policies.search.abstaining import Evidence, calibration_of, reason_to_abstain
from policies.search.citations import Passage, SearchQuery, SearchResult
from policies.search.following import Brought, follow
from policies.search.fusion import Candidates, mixed
from policies.search.journal import Journal, Stopwatch
from policies.search.late_interaction import Judged
from policies.search.queries import CheckedQuery, checked, reworded
from policies.search.reads import Scope
from policies.search.reranking import Reranker, configured_reranker
from policies.search.sparse import SparseIndex, current_index
from policies.search.stages import CONTEXT_TOKENS, Depth, Scored, maximal_marginal_relevance, within_budget
from policies.search.windows import PassageRow, Window, distinct_windows

# How much a reranker's mark counts against the fused score. On 160 of ObliQA's tuning questions late interaction alone
# gives nDCG@10 0.708, the fused score alone 0.731, this mix 0.735.
RERANK_WEIGHTS = {"late interaction": 0.4}
LAST_WORD = 1.0  # of a reranker that was trained to rerank
ALL_OF_THEM = 10_000

EMPTY = "No policies are ingested yet."
NO_TEXTS = "No policy applies to this program and state on this day."
TOO_LONG = "The passages found are too long for the context."


@dataclass(frozen=True, slots=True)
class Corpus:
    """What one search looks through, with the word index of that state of the corpus and the model of its vectors."""

    scope: Scope
    space: EmbeddingSpace
    index: SparseIndex
    embedder: Embedder


@dataclass(frozen=True, slots=True)
class Judging:
    """Who has the last word on the passages of one search, and what is noted of it."""

    reranker: Reranker | None
    watch: Stopwatch
    explained: bool
    journal: Journal = field(default_factory=Journal)


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
        rewording: Callable[[str], str | None] = reworded,
        fusion: str | None = None,
        diversity: float | None = None,
    ) -> None:
        self._embedder = embedder
        self._reranker = reranker
        self._rewording = rewording
        self._fusion = fusion or settings.SEARCH_FUSION
        self._diversity = settings.SEARCH_DIVERSITY if diversity is None else diversity

    def search(self, query: SearchQuery, *, variants: Sequence[str] = (), explained: bool = False) -> SearchResult:
        """Return up to ``query.top`` passages, best first, and after them those that they refer to.

        None, with ``abstained`` and a ``reason``, where nothing is to the point. ``variants`` are further wordings of
        the question, each a ranking of its own. ``explained`` adds all that any stage looked at, for one who asks why.
        Raises InvalidQuery for a question or filter that makes no sense, EmbedderError or RerankerError where a
        configured model cannot be used.
        """
        asked, watch = checked(query), Stopwatch()
        with watch.stage("filter"):
            scope = reads.scope(program=asked.program, state=asked.state, on=asked.on)
        if scope.space is None or not scope.admitted:
            return _nothing(scope, watch, NO_TEXTS if scope.corpus_version else EMPTY)
        with watch.stage("index"):
            corpus = self._corpus(scope, scope.space)
        wordings = self._wordings(asked.question, variants)
        candidates = _candidates(wordings, Depth.for_top(asked.top).candidates, corpus, watch)
        with watch.stage("abstain"):
            evidence = Evidence.of(self._wordings(asked.question), candidates, corpus.index.covered)
            measured = calibration_of(corpus.embedder.name, scope.space.covered_weight, scope.space.least)
            reason = reason_to_abstain(evidence, measured)
        if reason:
            return _nothing(scope, watch, reason, sparse=corpus.index.engine)
        reranker = self._reranker or configured_reranker(corpus.embedder)
        return self._answered(asked, candidates, corpus, Judging(reranker, watch, explained))

    def evidence(self, query: SearchQuery) -> Evidence | None:
        """Return what speaks for an answer, to calibrate by; None where no text applies. Raises like ``search``."""
        asked = checked(query)
        scope = reads.scope(program=asked.program, state=asked.state, on=asked.on)
        if scope.space is None or not scope.admitted:
            return None
        corpus, wordings = self._corpus(scope, scope.space), self._wordings(asked.question)
        candidates = _candidates(wordings, Depth.for_top(asked.top).candidates, corpus, Stopwatch())
        return Evidence.of(wordings, candidates, corpus.index.covered)

    def _corpus(self, scope: Scope, space: EmbeddingSpace) -> Corpus:
        embedder = self._embedder or spaces.embedder_of(space)
        return Corpus(scope, space, current_index(scope.corpus_version), embedder)

    def _wordings(self, question: str, variants: Sequence[str] = ()) -> list[str]:
        """Return the distinct ways to ask: as asked, in the trade's other words, then the variants."""
        ways = [question, self._rewording(question), *(variant.strip() for variant in variants)]
        return list(dict.fromkeys(way for way in ways if way))

    def _answered(self, asked: CheckedQuery, candidates: Candidates, corpus: Corpus, judging: Judging) -> SearchResult:
        """Carry the candidates through the stages."""
        depth, watch, journal, reranker = Depth.for_top(asked.top), judging.watch, judging.journal, judging.reranker
        with watch.stage("fusion"):
            fused = self._merged(candidates, depth.fused, journal)
        with watch.stage("diversity"):
            order = self._diverse(fused, corpus.space, depth.diverse, journal)
        with watch.stage("load"):
            others = journal.left_at if judging.explained else ()
            rows = reads.with_neighbours(order, others)
            order = [chunk_id for chunk_id in order if chunk_id in rows]
        with watch.stage("rerank"):
            if reranker is not None and order:
                judged = _judged(order, rows, corpus.space if reranker.reads_words else None)
                order = _reranked(asked.question, judged, reranker, journal)
        with watch.stage("window"):
            windows, merged = distinct_windows(order, rows, keep=depth.top)
            journal.leave("window", merged)
            direct = {each.hit.chunk_id for each in windows}
            journal.leave("rerank", (each for each in order if each not in direct and each not in merged))
        with watch.stage("follow"):
            brought = follow(windows, corpus.scope.admitted, reads.GRAPH)
        with watch.stage("budget"):
            passages = [_passage(each, journal) for each in windows] + [_brought(each, journal) for each in brought]
            budgeted = within_budget(passages, lambda passage: passage.text, CONTEXT_TOKENS)
            journal.leave("budget", (passage.chunk_id for passage in budgeted.dropped))
        return SearchResult(
            passages=budgeted.kept,
            timings_ms=watch.timings(),
            abstained=not budgeted.kept,
            dropped=budgeted.dropped,
            reranker=reranker.name if reranker else "none",
            sparse=corpus.index.engine,
            fusion=self._fusion,
            corpus_version=corpus.scope.corpus_version,
            considered=journal.considered(rows) if judging.explained else (),
            reason="" if budgeted.kept else TOO_LONG,
        )

    def _merged(self, candidates: Candidates, keep: int, journal: Journal) -> list[Scored]:
        """Return the best of all rankings, and note what they and the merging made of each passage."""
        journal.scores |= candidates.scores()
        journal.ranks |= candidates.ranks()
        fused = candidates.fused(self._fusion, keep=ALL_OF_THEM)
        journal.ranked("fused", {scored.chunk_id: scored.score for scored in fused})
        journal.leave("fusion", (scored.chunk_id for scored in fused[keep:]))
        return fused[:keep]

    def _diverse(self, fused: Sequence[Scored], space: EmbeddingSpace, keep: int, journal: Journal) -> list[int]:
        """Return the passages to go on with, in their fused order."""
        needed = self._diversity < 1
        vectors = spaces.vectors_by_chunk(space, [scored.chunk_id for scored in fused]) if needed else {}
        chosen = maximal_marginal_relevance(fused, vectors, keep=keep, weight=self._diversity)
        journal.scores["diversity"] = {scored.chunk_id: scored.score for scored in chosen}
        journal.ranks["diversity"] = {scored.chunk_id: place for place, scored in enumerate(chosen, 1)}
        order = [scored.chunk_id for scored in fused if scored.chunk_id in journal.scores["diversity"]]
        journal.leave("diversity", (scored.chunk_id for scored in fused if scored.chunk_id not in order))
        return order


def _candidates(wordings: Sequence[str], limit: int, corpus: Corpus, watch: Stopwatch) -> Candidates:
    """Ask both indexes with every wording."""
    admitted, index = corpus.scope.admitted, corpus.index
    with watch.stage("embed"):
        vectors = query_vectors(corpus.embedder, wordings, corpus.scope.corpus_version)
    with watch.stage("dense"):
        dense = reads.nearest_chunks(corpus.space, vectors, versions=admitted, limit=limit)
    with watch.stage("sparse"):
        sparse = [index.search(wording, versions=admitted, limit=limit) for wording in wordings]
    return Candidates(dense, sparse)


def _judged(order: Sequence[int], rows: Mapping[int, PassageRow], space: EmbeddingSpace | None) -> dict[int, Judged]:
    """Return what the reranker reads of each passage; its words only where it reads those of a space."""
    words = spaces.words_by_chunk(space, order) if space is not None else {}
    return {chunk_id: Judged(rows[chunk_id].text, words.get(chunk_id, b"")) for chunk_id in order}


def _reranked(question: str, judged: Mapping[int, Judged], reranker: Reranker, journal: Journal) -> list[int]:
    """Return the passages in the order of the reranker's marks, mixed with what they had before."""
    marks = reranker.score(question, [*judged.values()])
    journal.ranked("rerank", dict(zip(judged, marks, strict=True)))
    weight = next((share for kind, share in RERANK_WEIGHTS.items() if reranker.name.startswith(kind)), LAST_WORD)
    return journal.ranked("final", mixed(journal.scores["fused"], journal.scores["rerank"], weight=weight))


def _nothing(scope: Scope, watch: Stopwatch, reason: str, sparse: str = "") -> SearchResult:
    return SearchResult(
        (), watch.timings(), abstained=True, sparse=sparse, corpus_version=scope.corpus_version, reason=reason
    )


def _brought(brought: Brought, journal: Journal) -> Passage:
    return _passage(brought.window, journal, brought.why)


def _passage(window: Window, journal: Journal, brought_by: str = "") -> Passage:
    hit = window.hit
    return Passage(
        chunk_id=hit.chunk_id,
        document=hit.document,
        title=hit.title,
        version_id=hit.version_id,
        version=hit.version,
        page=hit.page,
        section=hit.section,
        path=hit.path,
        beside_suspicious=hit.beside_suspicious,
        text=window.text,
        scores=journal.scores_of(hit.chunk_id),
        match=hit.text,
        boxes=hit.boxes,
        is_table=hit.is_table,
        is_suspicious=hit.is_suspicious,
        brought_by=brought_by,
    )
