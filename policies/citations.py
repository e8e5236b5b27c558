"""Where a passage stands and why it was found. Pure values, passed from search to agents and commands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """One retrieved chunk. ``scores`` holds each stage's score by name (dense, sparse, fused, rerank ...)."""

    chunk_id: int
    document: str
    title: str
    version_id: str
    version: int
    page: int
    section: str
    text: str
    scores: dict[str, float]


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A question with its filters. ``programs`` and ``states`` also admit passages marked ALL; None is no filter."""

    question: str
    program: str | None = None
    state: str | None = None
    on: str | None = None
    top: int = 5


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Passages best first, milliseconds per stage, what the token budget dropped, and which reranker ran."""

    passages: tuple[Passage, ...]
    timings_ms: dict[str, float]
    abstained: bool
    dropped: tuple[Passage, ...] = ()
    reranker: str = "none"
    corpus_version: str = ""
