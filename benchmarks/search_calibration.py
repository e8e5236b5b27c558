"""Where the search should say nothing: ``python benchmarks/search_calibration.py FILE`` for the model that serves.

FILE holds JSON lines with a ``question`` that the ingested policies answer; the 13 questions made of acronyms are
answered by them too. Against these stand 18 questions far from lending, 8 about money or law that no mortgage policy
answers, and, where the folder of real data is on this machine, 150 questions about other rule books. The block that
it prints belongs into policies/search/abstention.toml; beside it stand the errors with each question left out of the
choice.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loaniq.settings")

if TYPE_CHECKING:
    from policies.search.abstaining import Calibration, Evidence

WEIGHTS = tuple(tenth / 10 for tenth in range(11))
MARGIN = 0.03  # kept below the weakest answer: to say nothing where there is an answer is the worse error
OTHER_BOOKS = 150


@dataclass(frozen=True, slots=True)
class Sample:
    """A question's evidence, of what kind it is, and whether the policies answer it."""

    kind: str
    answered: bool
    evidence: "Evidence"


def calibrated(samples: Sequence[Sample]) -> "Calibration":
    """Return the weight that best tells answerable from other questions, and the limit just below the answerable."""
    from policies.search.abstaining import Calibration

    def likenesses(weight: float, *, answered: bool) -> list[float]:
        mixed = Calibration(weight, 0.0)
        return [mixed.likeness(each.evidence) for each in samples if each.answered == answered]

    def in_order(weight: float) -> int:
        above, below = likenesses(weight, answered=True), likenesses(weight, answered=False)
        return sum(high > low for high in above for low in below)

    weight = max(WEIGHTS, key=in_order)
    return Calibration(weight, round(min(likenesses(weight, answered=True)) - MARGIN, 3))


def wrong(calibration: "Calibration", sample: Sample) -> bool:
    """Return whether the search would answer what it should not, or the reverse."""
    from policies.search.abstaining import reason_to_abstain

    return bool(reason_to_abstain(sample.evidence, calibration)) == sample.answered


def counts(errors: Iterator[tuple[str, bool]]) -> dict[str, str]:
    """Return the wrong ones of each kind, as "2 of 8"."""
    found: dict[str, list[bool]] = {}
    for kind, error in errors:
        found.setdefault(kind, []).append(error)
    return {kind: f"{sum(each)} of {len(each)} wrong" for kind, each in found.items()}


def questions(file: Path) -> Iterator[tuple[str, bool, str]]:
    """Yield the kind, whether it has an answer, and the question."""
    for kind, path in (("questions", file), ("acronyms", HERE / "search_acronyms.jsonl")):
        for line in path.read_text().splitlines():
            if line.strip():
                yield kind, True, json.loads(line)["question"]
    for kind in ("off_topic", "near_topic"):
        for line in (HERE / f"search_{kind}.txt").read_text().splitlines():
            yield kind, False, line
    from benchmarks import retrieval_questions as obliqa

    if obliqa.FOLDER.is_dir():
        for asked in obliqa.load_questions("tune")[:OTHER_BOOKS]:
            yield "other_books", False, asked.text


def main() -> int:
    """Print the block and its errors; exit 1 where nothing is ingested."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path, metavar="FILE")
    options = parser.parse_args()
    import django

    django.setup()
    from policies.embedding.spaces import current_space
    from policies.search.citations import SearchQuery
    from policies.search.retrieval import PolicySearch

    search, space = PolicySearch(), current_space()
    asked = [(kind, ok, search.evidence(SearchQuery(text))) for kind, ok, text in questions(options.questions)]
    samples = [Sample(kind, answered, evidence) for kind, answered, evidence in asked if evidence is not None]
    if space is None or not samples:
        print("No policies are ingested. Run: manage.py ingest_policies PATH", file=sys.stderr)
        return 1
    chosen = calibrated(samples)
    left_out = (
        (each.kind, wrong(calibrated([other for other in samples if other is not each]), each)) for each in samples
    )
    print(f'[models."{space.embedder}"]\ncovered_weight = {chosen.covered_weight}\nleast = {chosen.least}\n')
    print("chosen on all:", json.dumps(counts((each.kind, wrong(chosen, each)) for each in samples)))
    print("each left out:", json.dumps(counts(left_out)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
