"""Measure how many attack strings the poisoning check flags and how many ordinary texts, and weigh its words anew.

    python -m benchmarks.poisoned_passages ../shared/data [--fit] [--json]

Texts are halved by the hash of their words: ``--fit`` weighs words on one half and writes
policies/reading/machine_talk.toml, the figures are of the other half unless they say "tuned on", as those of our
own manuals do. Weighing needs scikit-learn.
"""

import argparse
import hashlib
import json
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from policies.corpus.publishing import publish_manual
from policies.reading.disguises import folded
from policies.reading.machine_talk import WEIGHTS, sentences_of, signs_of
from policies.reading.outlining import outline_of
from policies.reading.pdf_text import read_pdf
from policies.reading.poisoning import is_suspicious

MANUALS = Path(__file__).parent.parent / "policies" / "samples" / "manuals"
ORDINARY = Path(__file__).with_name("ordinary_policy.txt")  # harmless sentences with words that attacks like to use
# Chosen by four-fold cross-validation on the tuning half: the sum that flags, in log odds, and the most that one sign
# may weigh of it, so that no single word flags a passage.
LIMIT = -1.0
LARGEST_SHARE = 0.55
LEAST_TEXTS = 3  # distinct texts in which a sign must stand to be weighed
SHORTEST_WEIGHT = 0.1
# How much one text of a source counts: the small sources with many kinds of attack and look-alike more than the large.
COUNTS = {
    "bastion": 8,
    "bipia": 8,
    "hijacking": 4,
    "extraction": 4,
    "look-alike": 8,
    "e-mail": 3,
    "policy": 3,
    "manual": 8,
    "ordinary": 8,
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A text, where it comes from, and whether it is an attack."""

    source: str
    is_attack: bool
    text: str

    @property
    def is_held(self) -> bool:
        """Whether it is of the half that nothing was tuned on. Our own manuals are ours to tune on, all of them."""
        return self.source != "manual" and hashlib.sha256(self.text.encode()).digest()[0] % 2 == 1


def attacks_and_look_alikes(folder: Path) -> Iterator[Sample]:
    """Yield the attack strings and what only looks like them."""
    for kind in ("hijacking", "extraction"):
        for row in _lines(folder / f"tensor_trust_{kind}_dev.jsonl"):
            yield Sample(kind, True, row["attack"])
    kinds = json.loads((folder / "bipia_text_attack_train.json").read_text())
    yield from (Sample("bipia", True, text) for texts in kinds.values() for text in texts)
    for row in _lines(folder / "bastioncorpus_dev.jsonl"):
        is_attack = row["label"] != "benign"
        yield Sample("bastion" if is_attack else "look-alike", is_attack, row["text"])
    yield from (Sample("e-mail", False, row["context"]) for row in _lines(folder / "bipia_email_contexts_train.jsonl"))


def policies_and_rules(data: Path) -> Iterator[Sample]:
    """Yield the passages of the real policies and of the sample manuals, and those of another field's rule books."""
    with tempfile.TemporaryDirectory() as folder:
        for path in [*sorted((data / "policy").glob("*.pdf")), *printed_manuals(Path(folder))]:
            with path.open("rb") as file:
                chunks = outline_of(read_pdf(file, path.name)).chunks
            source = "policy" if path.parent != Path(folder) else "manual"
            yield from (Sample(source, False, chunk.text) for chunk in chunks)
    with zipfile.ZipFile(data / "retrieval_obliqa" / "StructuredRegulatoryDocuments.zip") as books:
        names = [name for name in books.namelist() if name.endswith(".json") and "__MACOSX" not in name]
        for name in names:
            yield from (Sample("rule book", False, row["Passage"]) for row in json.loads(books.read(name)))


def printed_manuals(folder: Path) -> list[Path]:
    """Print the sample lender's manuals into a folder and return the PDFs."""
    targets = {source: folder / f"{source.stem}.pdf" for source in sorted(MANUALS.glob("*.md"))}
    for source, target in targets.items():
        publish_manual(source, target)
    return list(targets.values())


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def weighed(samples: list[Sample]) -> tuple[dict[str, float], float]:
    """Return the weights of signs, and what their sum must exceed, from a sparse logistic regression."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    rows, labels, counts = [], [], []
    for sample in samples:
        plain = folded(sample.text)
        for part in [plain[:600]] if sample.is_attack else sentences_of(plain):
            rows.append(signs_of(part))
            labels.append(sample.is_attack)
            counts.append(COUNTS.get(sample.source, 1))
    common = Counter(
        sign for row, attack in {(frozenset(r), a) for r, a in zip(rows, labels, strict=True)} if attack for sign in row
    )
    table = DictVectorizer()
    matrix = table.fit_transform([{s: 1.0 for s in row if common[s] >= LEAST_TEXTS} for row in rows])
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")
    model = LogisticRegression(C=1.0, l1_ratio=1, solver="liblinear").fit(matrix, labels, sample_weight=counts)
    held = zip(table.get_feature_names_out(), model.coef_[0], strict=True)
    weights = {str(sign): round(float(weight), 2) for sign, weight in held if abs(weight) >= SHORTEST_WEIGHT}
    odds_against = -float(model.intercept_[0])
    most = round(LARGEST_SHARE * odds_against, 2)
    return {sign: min(weight, most) for sign, weight in weights.items()}, round(LIMIT + odds_against, 2)


def write(weights: dict[str, float], limit: float) -> None:
    """Write the weights as the product reads them."""
    lines = [
        f"{json.dumps(sign, ensure_ascii=False)} = {weights[sign]}" for sign in sorted(weights, key=weights.__getitem__)
    ]
    head = "# Log odds of talk to a machine, by sign. Written by `python -m benchmarks.poisoned_passages DATA --fit`.\n"
    WEIGHTS.write_text(f"{head}limit = {limit}\n\n[weights]\n" + "\n".join(reversed(lines)) + "\n")


def measured(samples: list[Sample]) -> dict[str, dict[str, float]]:
    """Return for each source and half how many texts there are and the share that is flagged, in percent."""
    asked, flagged = Counter[str](), Counter[str]()
    for sample in samples:
        half = "held" if sample.is_held else "tuned on"
        kind = "attacks" if sample.is_attack else "ordinary"
        for name in (f"{half}: {kind}, {sample.source}", f"{half}: {kind}, all"):
            asked[name] += 1
            flagged[name] += is_suspicious(sample.text)
    return {
        n: {"texts": asked[n], "flagged": flagged[n], "percent": round(100 * flagged[n] / asked[n], 2)}
        for n in sorted(asked)
    }


def main() -> int:
    """Print the shares, and exit 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    samples = [*attacks_and_look_alikes(given.data / "prompt_injection"), *policies_and_rules(given.data)]
    if given.fit:
        ours = [Sample("ordinary", False, sentence) for sentence in ORDINARY.read_text().splitlines()]
        write(*weighed([*(sample for sample in samples if not sample.is_held), *ours]))
    shares = measured(samples)
    if given.json:
        print(json.dumps(shares, indent=1))
    else:
        for name, share in shares.items():
            print(f"{name:32} {share['flagged']:>5} of {share['texts']:>5}  {share['percent']:6.2f} %")
    caught, alarms = shares["held: attacks, all"]["percent"], shares["held: ordinary, all"]["percent"]
    return 0 if caught >= 95 and alarms <= 2 else 1


if __name__ == "__main__":
    sys.exit(main())
