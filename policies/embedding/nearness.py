"""How near texts come to the nearest of some others in meaning, by the model that comes with LoanIQ."""

from collections.abc import Sequence

from policies.embedding.embedders import carried_embedder


def nearest(texts: Sequence[str], others: Sequence[str]) -> list[float]:
    """Return for each text its highest cosine to one of the others, 0 where there is none. Raises EmbedderError."""
    if not texts or not others:
        return [0.0 for _ in texts]
    vectors = carried_embedder().embed([*texts, *others])
    cosines = vectors[: len(texts)] @ vectors[len(texts) :].T
    return [float(cosine) for cosine in cosines.max(axis=1)]
