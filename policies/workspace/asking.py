"""A question put to the policies by a person: what was found, and what each stage of the search made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from policies.models import PolicyVersion
from policies.search.citations import Considered, Passage, SearchQuery, SearchResult
from policies.workspace.passage_pages import highlighted, standing

# stage, as the search names it: what a reader calls it
STAGES = {
    "dense": "Meaning",
    "sparse": "Words",
    "fused": "Both merged",
    "diversity": "Variety",
    "rerank": "Reranked",
    "final": "Final",
}
LEFT_AT = {
    "fusion": "others ranked higher when both lists were merged",
    "diversity": "too much like a passage that ranked higher",
    "rerank": "others answered the question better",
    "window": "stands in the text of a passage above",
    "budget": "no room was left in the answer",
}


@dataclass(frozen=True, slots=True)
class StageMark:
    """What one stage gave a passage: its score, its place there (None where the stage ranks nothing), and the score's
    share of the best one's, in percent."""

    stage: str
    label: str
    score: float
    rank: int | None
    share: int


@dataclass(frozen=True, slots=True)
class Found:
    """A passage of the answer with the version it stands in and why it was found."""

    passage: Passage
    version: PolicyVersion
    standing: dict[str, date | None]
    text: str | SafeString
    marks: tuple[StageMark, ...]
    why: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A passage that some stage looked at and another let go, and why."""

    considered: Considered
    marks: tuple[StageMark, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything the page shows of one search."""

    result: SearchResult
    found: tuple[Found, ...]
    left_out: tuple[LeftOut, ...]


def ask(query: SearchQuery) -> Answer:
    """Search the policies. Raises InvalidQuery, EmbedderError or RerankerError, each with a sentence for the asker."""
    from policies.search.retrieval import PolicySearch

    return answer_of(PolicySearch().search(query, explained=True))


def answer_of(result: SearchResult) -> Answer:
    """Return a search result with what a person reads beside it: one query, for the versions."""
    about = {each.chunk_id: each for each in result.considered}
    best = _best(result)
    ids = {passage.version_id for passage in result.passages}
    versions = {str(key): row for key, row in PolicyVersion.objects.select_related("document").in_bulk(ids).items()}
    return Answer(
        result=result,
        found=tuple(
            _found(passage, versions[passage.version_id], about.get(passage.chunk_id), best)
            for passage in result.passages
            if passage.version_id in versions
        ),
        left_out=tuple(
            LeftOut(each, _marks(each.scores, each.ranks, best), LEFT_AT.get(each.left_at, each.left_at))
            for each in result.considered
            if each.left_at
        ),
    )


def _found(passage: Passage, version: PolicyVersion, about: Considered | None, best: Mapping[str, float]) -> Found:
    marks = _marks(passage.scores, about.ranks if about else {}, best)
    return Found(passage, version, standing(version), matched(passage), marks, why_found(passage, marks))


def matched(passage: Passage) -> str | SafeString:
    """Return the passage's text with the words that matched marked, unless all of it did or it was brought along."""
    match = "" if passage.brought_by or passage.match == passage.text else passage.match
    start = passage.text.find(match) if match else -1
    return passage.text if start < 0 else highlighted(passage.text, start, start + len(match))


def why_found(passage: Passage, marks: Sequence[StageMark]) -> str:
    """Return in a sentence what brought a passage into the answer."""
    if passage.brought_by:
        return f"Brought along: {passage.brought_by}."
    ranked = {mark.stage: mark.rank for mark in marks if mark.rank is not None}
    ways = [f"{ordinal(ranked[stage])} by {STAGES[stage].lower()}" for stage in ("dense", "sparse") if stage in ranked]
    if not ways:
        return ""
    alone = f", not among the nearest by {'words' if 'dense' in ranked else 'meaning'}" if len(ways) == 1 else ""
    last = f"; the reranker put it {ordinal(ranked['rerank'])}" if "rerank" in ranked else ""
    return f"It came {' and '.join(ways)}{alone}{last}."


def ordinal(place: int) -> str:
    """Return 1st, 2nd, 3rd, 4th ..."""
    ending = "th" if 10 <= place % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"


def _best(result: SearchResult) -> dict[str, float]:
    """Return each stage's best score among all that were looked at."""
    best: dict[str, float] = {}
    for scores in [*(each.scores for each in result.considered), *(each.scores for each in result.passages)]:
        for stage, score in scores.items():
            best[stage] = max(score, best.get(stage, score))
    return best


def _marks(scores: Mapping[str, float], ranks: Mapping[str, int], best: Mapping[str, float]) -> tuple[StageMark, ...]:
    return tuple(
        StageMark(stage, STAGES.get(stage, stage.capitalize()), score, ranks.get(stage), _share(score, best[stage]))
        for stage, score in scores.items()
    )


def _share(score: float, best: float) -> int:
    return max(0, min(100, round(100 * score / best))) if best > 0 else 0
