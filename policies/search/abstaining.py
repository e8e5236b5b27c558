"""When a search says nothing: measured for each embedding model on questions with and without an answer. Pure."""

import tomllib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from policies.search.fusion import Candidates

CALIBRATIONS = Path(__file__).with_name("abstention.toml")
LEAST_COVERED = 0.25  # of the question's words, by weight; of 27 questions with an answer none had less
NOT_COVERED = "No passage holds more than {covered:.0%} of what the question asks about."
TOO_FAR = (
    "The nearest passage is about something else: likeness {likeness:.2f}, where an answer has {least:.2f} or more."
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an answer: ``cosine`` of the nearest passage to the question as asked or in the trade's words,
    and ``covered``, the share of the question's words, by weight, that the best passage holds; both up to 1."""

    cosine: float
    covered: float

    @classmethod
    def of(
        cls, wordings: Sequence[str], candidates: Candidates, covered: Callable[[str, Collection[int]], float]
    ) -> "Evidence":
        """Return the evidence that the candidates give for the asker's own wordings, which come first among them."""
        cosines = [scored.score for ranking in candidates.dense[: len(wordings)] for scored in ranking[:1]]
        rankings = zip(wordings, candidates.sparse, strict=False)
        shares = [covered(wording, [scored.chunk_id for scored in ranking]) for wording, ranking in rankings]
        return cls(max(cosines, default=0.0), max(shares, default=0.0))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Where a model's answers begin: ``covered_weight`` * covered + (1 - ``covered_weight``) * cosine >= ``least``."""

    covered_weight: float
    least: float

    def likeness(self, evidence: Evidence) -> float:
        """Return the evidence as one number, up to 1."""
        return self.covered_weight * evidence.covered + (1 - self.covered_weight) * evidence.cosine


def reason_to_abstain(evidence: Evidence, calibration: Calibration | None) -> str:
    """Return why the search says nothing; "" where it answers. A model nobody has measured goes by the words alone."""
    if calibration is None:
        return NOT_COVERED.format(covered=evidence.covered) if evidence.covered < LEAST_COVERED else ""
    likeness = calibration.likeness(evidence)
    return "" if likeness >= calibration.least else TOO_FAR.format(likeness=likeness, least=calibration.least)


def calibration_of(
    embedder: str, covered_weight: float | None = None, least: float | None = None
) -> Calibration | None:
    """Return what was measured for a model here, else what ships for it by the name that is stored with its vectors.

    None for a model that nobody measured.
    """
    if covered_weight is not None and least is not None:
        return Calibration(covered_weight, least)
    return _calibrations().get(embedder)


@cache
def _calibrations() -> dict[str, Calibration]:
    with CALIBRATIONS.open("rb") as file:
        models = tomllib.load(file)["models"]
    return {name: Calibration(**values) for name, values in models.items()}
