"""Why a search did not return a passage: a filter kept its text out, or a stage let it go."""

from policies import selectors
from policies.models import PolicyChunk, PolicyVersion
from policies.search.citations import Considered, SearchQuery, SearchResult
from policies.search.queries import CheckedQuery, checked
from policies.search.stages import Depth

LEFT_AT = {
    "fusion": "others ranked higher when the lists by meaning and by words were merged ({place})",
    "diversity": "it is too much like a passage that ranked higher",
    "rerank": "others answered the question better ({place})",
    "window": "it is read as part of a passage that ranked higher",
    "budget": "no room was left for it in the context",
}
PLACES = {"fusion": "fused", "rerank": "final"}  # the stage whose place tells most


def why_not_found(query: SearchQuery, result: SearchResult, chunk: PolicyChunk) -> str:
    """Return in a sentence why ``result`` of the query lacks a passage, or that it has it. Raises InvalidQuery.

    ``chunk`` comes with its version and document.
    """
    asked = checked(query)
    for place, passage in enumerate(result.passages, 1):
        if passage.chunk_id == chunk.pk:
            return f"It was found, in place {place}."
        if passage.version_id == str(chunk.version_id) and passage.page == chunk.page and chunk.text in passage.text:
            return f"It was found as part of what is read in place {place}."
    if kept_out := _kept_out(asked, chunk.version):
        return kept_out
    if result.abstained:
        return f"The search returned nothing. {result.reason}".strip()
    about = next((each for each in result.considered if each.chunk_id == chunk.pk), None)
    if about is None:
        depth = Depth.for_top(asked.top).candidates
        return f"It is neither among the {depth} nearest by meaning nor among the {depth} best by words."
    return f"It was looked at and left out: {_left(about)}."


def _left(about: Considered) -> str:
    rank = about.ranks.get(PLACES.get(about.left_at, ""))
    place = f"it came in place {rank}" if rank else "it came later"
    return LEFT_AT[about.left_at].format(place=place) if about.left_at in LEFT_AT else "others came first"


def _kept_out(asked: CheckedQuery, version: PolicyVersion) -> str:
    """Return which filter keeps a version out of the search; "" where none does."""
    labels = (("program", asked.program, version.programs), ("state", asked.state, version.states))
    for name, wanted, bound in labels:
        if wanted is not None and not {wanted, selectors.ALL} & set(bound):
            return f"Its text binds the {name}s {', '.join(bound)}, and {wanted} was asked for."
    if selectors.admitted_versions(on=asked.on).filter(pk=version.pk).exists():
        return ""
    day = f"on {asked.on}" if asked.on else "today"
    if version.superseded_on and (asked.on is None or version.superseded_on <= asked.on):
        return (
            f"Its text, version {version.number}, was superseded on {version.superseded_on} and is not in force {day}."
        )
    begins = f" It is in force from {version.effective_from}." if version.effective_from else ""
    return f"Its text, version {version.number}, is not in force {day}.{begins}"
