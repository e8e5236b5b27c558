"""Where a passage stands and why it was found. Pure values, passed from search to agents and commands."""

from dataclasses import dataclass

Box = tuple[float, float, float, float]  # left, top, right, bottom in points from the page's top left


@dataclass(frozen=True, slots=True)
class Passage:
    """One retrieved chunk. ``scores`` holds each stage's score by name (dense, sparse, fused, rerank ...).

    ``text`` is what to read, ``match`` the words in it that matched; ``brought_by`` names the reference that led here.
    ``beside_suspicious`` tells that its version holds many passages that read like orders to a model.
    ``section`` is its section's number and title, ``path`` the headings from the top down to it.
    """

    chunk_id: int
    document: str
    title: str
    version_id: str
    version: int
    page: int
    section: str
    text: str
    scores: dict[str, float]
    match: str = ""
    boxes: tuple[Box, ...] = ()
    is_table: bool = False
    is_suspicious: bool = False
    brought_by: str = ""
    path: str = ""
    beside_suspicious: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A question with its filters. ``programs`` and ``states`` also admit passages marked ALL; None is no filter."""

    question: str
    program: str | None = None
    state: str | None = None
    on: str | None = None
    top: int = 5


@dataclass(frozen=True, slots=True)
class Considered:
    """A passage that some stage looked at: its scores and ranks (from 1) by stage, and the stage that let it go.

    ``left_at`` is "" for one that was returned, else fusion, diversity, rerank, window or budget.
    """

    chunk_id: int
    document: str
    version: int
    page: int
    section: str
    beginning: str
    scores: dict[str, float]
    ranks: dict[str, int]
    left_at: str = ""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Passages best first, milliseconds per stage, what the token budget dropped, and which engines ran.

    ``considered`` lists all that any stage looked at, where that was asked for; ``reason`` says why it abstained.
    """

    passages: tuple[Passage, ...]
    timings_ms: dict[str, float]
    abstained: bool
    dropped: tuple[Passage, ...] = ()
    reranker: str = "none"
    sparse: str = ""
    fusion: str = ""
    corpus_version: str = ""
    considered: tuple[Considered, ...] = ()
    reason: str = ""
