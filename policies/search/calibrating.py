"""Where a search should say nothing, found by asking what the policies answer and what they do not."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from audit import log as audit_log
from policies.exceptions import NothingToCalibrateBy
from policies.models import EmbeddingSpace
from policies.search.abstaining import Calibration, Evidence
from policies.search.citations import SearchQuery
from policies.search.retrieval import PolicySearch

WEIGHTS = tuple(tenth / 10 for tenth in range(6))  # of the words; above one half, a question in other words is lost
UNANSWERED = {kind: Path(__file__).with_name(f"{kind}.txt") for kind in ("off_topic", "near_topic")}
ANSWERED = "answered"
LEAST_QUESTIONS = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """A question's evidence, and of what kind it is: answered, off_topic, near_topic."""

    kind: str
    evidence: Evidence


def samples_of(answered: Sequence[str], search: PolicySearch) -> list[Sample]:
    """Return the evidence for questions that the policies answer, and for the shipped ones that no policy answers.

    Raises NothingToCalibrateBy where there are fewer than 20 of the first, or nothing is ingested.
    """
    if len(answered) < LEAST_QUESTIONS:
        raise NothingToCalibrateBy(f"{len(answered)} questions are too few; give {LEAST_QUESTIONS} or more.")
    asked = [(ANSWERED, text) for text in answered]
    asked += [(kind, text) for kind, file in UNANSWERED.items() for text in file.read_text().splitlines() if text]
    found = [(kind, search.evidence(SearchQuery(text))) for kind, text in asked]
    samples = [Sample(kind, evidence) for kind, evidence in found if evidence is not None]
    if not samples:
        raise NothingToCalibrateBy("No policies are ingested. Run: manage.py ingest_policies PATH")
    return samples


def calibrated(samples: Sequence[Sample]) -> Calibration:
    """Return the weight that best tells the answered from the others, and the evidence of the weakest answered one.

    To say nothing where there is an answer is the worse error, so no question that the policies answer is lost.
    """

    def likenesses(weight: float, *, answered: bool) -> list[float]:
        mixed = Calibration(weight, 0.0)
        return [mixed.likeness(each.evidence) for each in samples if (each.kind == ANSWERED) == answered]

    def in_order(weight: float) -> int:
        above, below = likenesses(weight, answered=True), likenesses(weight, answered=False)
        return sum(high > low for high in above for low in below)

    weight = max(WEIGHTS, key=in_order)
    return Calibration(weight, round(min(likenesses(weight, answered=True)) - 0.0005, 3))


def errors(calibration: Calibration, samples: Iterable[Sample]) -> Mapping[str, tuple[int, int]]:
    """Return by kind how many questions would be wrongly answered or wrongly refused, and how many there are."""
    wrong, all_of_them = Counter[str](), Counter[str]()
    for sample in samples:
        answers = calibration.likeness(sample.evidence) >= calibration.least
        wrong[sample.kind] += answers != (sample.kind == ANSWERED)
        all_of_them[sample.kind] += 1
    return {kind: (wrong[kind], number) for kind, number in all_of_them.items()}


@transaction.atomic
def keep(calibration: Calibration, *, by: str) -> EmbeddingSpace:
    """Store a calibration with the model that serves. Raises NothingToCalibrateBy where none does."""
    space = EmbeddingSpace.objects.select_for_update().filter(is_current=True).first()
    if space is None:
        raise NothingToCalibrateBy("No policies are ingested. Run: manage.py ingest_policies PATH")
    space.covered_weight, space.least = calibration.covered_weight, calibration.least
    space.save(update_fields=["covered_weight", "least"])
    subject = f"policies.embeddingspace:{space.pk}"
    audit_log.record("policy.calibrated", subject=subject, actor=by, embedder=space.embedder, least=calibration.least)
    return space
