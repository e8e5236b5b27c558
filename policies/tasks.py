"""What the queue does by itself for the policies, every few minutes."""

from django.conf import settings

from policies.corpus.watched_items import ACTOR, tell_no_more, tell_once
from policies.corpus.watching import poll_sources
from policies.embedding.re_embedding import is_due, re_embed
from policies.exceptions import EmbedderError, ReEmbeddingUnderWay
from policies.search.sparse import prepare_index
from policies.taking_turns import only_one

TURN = "policies.polling"
MODEL = "EMBEDDING_MODEL"
SECONDS = 60.0  # for each of the two; a worker is there for decisions first, and the next look goes on


def look_after_policies() -> str:
    """Ingest what is new in the watched places and go on with a change of the embedding model; say what was done.

    Safe to deliver twice: the second one finds the first at work and ends. Faults are told once, not raised.
    """
    with only_one(TURN) as is_ours:
        if not is_ours:
            return "Another process is at it."
        try:
            told = f"{_watched()} {_embedded()}".strip()
        except EmbedderError as exc:
            tell_once("policy.embedder_unusable", MODEL, str(exc))
            return str(exc)
        finally:
            prepare_index()
        tell_no_more(MODEL)
        return told


def _watched() -> str:
    if not settings.POLICY_SOURCES:
        return "No folder is watched."
    poll = poll_sources(settings.POLICY_SOURCES, settled_seconds=settings.POLICY_SETTLED_SECONDS, seconds=SECONDS)
    unreachable = f", {len(poll.unreachable)} sources without an answer" if poll.unreachable else ""
    rest = "" if poll.is_finished else " More is left for the next look."
    return f"{poll.listed} files listed, {poll.stored} ingested, {poll.failed} failed{unreachable}.{rest}"


def _embedded() -> str:
    if not is_due():
        return ""
    try:
        result = re_embed(by=ACTOR, seconds=SECONDS)
    except ReEmbeddingUnderWay as exc:
        return str(exc)
    return f"{result.embedded} passages embedded for {result.embedder}{', which now serves' * result.switched}."
