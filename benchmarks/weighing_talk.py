"""Weigh the words and the meanings by which talk to a machine is known in policies, on the tuning half of the texts.

    python -m benchmarks.weighing_talk ../shared/data

Writes policies/reading/machine_talk.toml and policies/embedding/talk.toml; needs scikit-learn and some minutes. What
the weights are worth, ``benchmarks/poisoned_passages.py`` says.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.poisoned_passages import Sample, samples_of
from policies.reading.disguises import folded
from policies.reading.machine_talk import WEIGHTS, sentences_of, signs_of

# Sentences of our own making: harmless ones with words that attacks like to use, and kinds of attack few sources hold.
OURS = {name: Path(__file__).with_name(f"{name}.txt") for name in ("ordinary_policy", "own_attacks")}
# Chosen by four-fold cross-validation on the tuning half: the most one sign may weigh of what flags a passage, so that
# no single word does, and how freely the meaning is fitted.
LARGEST_SHARE = 0.55
FREEDOM = 3.0
LEAST_TEXTS = 3  # distinct texts in which a sign must stand to be weighed
SHORTEST_WEIGHT = 0.1
LONGEST_ATTACK = 600  # characters; what follows is often filling
ONE_RULE_IN = 4  # of the passages of another field's rule books, whose meanings alone would take a quarter of an hour
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
    "ordinary_policy": 8,
    "own_attacks": 3,
}


def our_sentences() -> Iterator[Sample]:
    """Yield the sentences of our own making; they are weighed and never measured."""
    for name, path in OURS.items():
        yield from (Sample(name, name == "own_attacks", sentence) for sentence in path.read_text().splitlines())


def parts_of(sample: Sample) -> list[str]:
    """Return what is weighed of a text: of an attack its beginning, of an ordinary text every part."""
    plain = folded(sample.text)
    return [plain[:LONGEST_ATTACK]] if sample.is_attack else sentences_of(plain)


def weigh_words(samples: Sequence[Sample]) -> None:
    """Write the weights of signs, from a sparse logistic regression; their sum's limit stands for even odds."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    known = [(signs_of(part), sample) for sample in samples for part in parts_of(sample)]
    told = {(frozenset(signs), sample.text) for signs, sample in known if sample.is_attack}
    common = Counter(sign for signs, _ in told for sign in signs)
    table = DictVectorizer()
    matrix = table.fit_transform([{s: 1.0 for s in signs if common[s] >= LEAST_TEXTS} for signs, _ in known])
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")
    model = LogisticRegression(C=1.0, l1_ratio=1, solver="liblinear")
    model.fit(matrix, [s.is_attack for _, s in known], sample_weight=[COUNTS.get(s.source, 1) for _, s in known])
    limit = -float(model.intercept_[0])
    weighed = zip(table.get_feature_names_out(), map(float, model.coef_[0]), strict=True)
    signs = {str(sign): min(weight, LARGEST_SHARE * limit) for sign, weight in weighed if abs(weight) > SHORTEST_WEIGHT}
    lines = [
        f"{json.dumps(sign, ensure_ascii=False)} = {round(signs[sign], 2)}"
        for sign in sorted(signs, key=lambda sign: (-signs[sign], sign))
    ]
    write(WEIGHTS, "by sign", [f"limit = {round(limit, 2)}", "", "[weights]", *lines])


def weigh_meanings(samples: Sequence[Sample]) -> None:
    """Write the weights of the vectors' dimensions, from a logistic regression."""
    from sklearn.linear_model import LogisticRegression

    from policies.embedding.embedders import carried_embedder
    from policies.embedding.talk import WEIGHTS as MEANINGS

    known = [(part, sample) for sample in samples for part in parts_of(sample)]
    vectors = carried_embedder().embed([part for part, _ in known])
    model = LogisticRegression(C=FREEDOM, max_iter=2_000)
    model.fit(vectors, [s.is_attack for _, s in known], sample_weight=[COUNTS.get(s.source, 1) for _, s in known])
    weights = [f"{weight:.2f}" for weight in model.coef_[0]]
    rows = ["    " + ", ".join(weights[start : start + 16]) + "," for start in range(0, len(weights), 16)]
    write(MEANINGS, "by meaning", [f"base = {model.intercept_[0]:.2f}", "weights = [", *rows, "]"])


def write(path: Path, by: str, lines: Sequence[str]) -> None:
    """Write weights as the product reads them."""
    head = f"# Log odds of talk to a machine, {by}. Written by `python -m benchmarks.weighing_talk DATA`.\n"
    path.write_text(head + "\n".join(lines) + "\n")


def main() -> int:
    """Write both files of weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loaniq.settings")
    import django

    django.setup()
    samples = [*(sample for sample in samples_of(given.data) if not sample.is_held), *our_sentences()]
    weigh_words(samples)
    rules = [sample for sample in samples if sample.source == "rule book"][::ONE_RULE_IN]
    weigh_meanings([*(sample for sample in samples if sample.source != "rule book"), *rules])
    return 0


if __name__ == "__main__":
    sys.exit(main())
