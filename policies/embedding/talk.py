"""How much a text means talk to a machine, from its vector by the model that comes with LoanIQ."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from policies.embedding.embedders import Vectors, carried_embedder

WEIGHTS = Path(__file__).with_name("talk.toml")


def odds_of_talk(texts: Sequence[str]) -> list[float]:
    """Return the log odds that each text is talk to a machine rather than policy. Raises EmbedderError.

    A logistic regression over vectors of shape (len(texts), 384), whatever model the searches use; weighed by
    ``benchmarks/weighing_talk.py``.
    """
    if not texts:
        return []
    weights, base = _weights()
    return [float(odds) for odds in carried_embedder().embed(texts) @ weights + base]


@cache
def _weights() -> tuple[Vectors, float]:
    held = tomllib.loads(WEIGHTS.read_text())
    return np.array(held["weights"], dtype=np.float32), held["base"]
