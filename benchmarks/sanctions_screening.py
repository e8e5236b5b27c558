"""How well and how fast names are screened: labelled pairs beside plain Jaro-Winkler, ordinary people, a real list.

``python benchmarks/sanctions_screening.py FOLDER [--json]``; FOLDER holds ``snapshot_2018`` and ``name_pairs``.
"""

import argparse
import csv
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rapidfuzz.distance import JaroWinkler

from policies.name_folding import in_speaking_order, words_of
from policies.screening import STRONG, ListedParty, NameNotScreenable, PersonName, Screener, name_score

THRESHOLDS = (0.85, 0.88, 0.90, 0.92, 0.95)
SAMPLE, SEED = 400, 1


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = {**on_pairs(options.folder / "name_pairs"), **on_the_list(options.folder)}
    print(json.dumps(found) if options.json else "\n".join(f"{name}: {value}" for name, value in found.items()))


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV with a header."""
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def on_pairs(folder: Path) -> dict[str, Any]:
    """Return precision, recall and F1 on labelled pairs of people: ours, and Jaro-Winkler at its best threshold."""
    pairs = [row for row in rows(folder / "nomenklatura_name_bench_dev.csv") if row["schema"] == "Person"]
    plain = max((measured(pairs, jaro_winkler, threshold) for threshold in THRESHOLDS), key=lambda found: found["f1"])
    ordered = max((measured(pairs, sorted_words, threshold) for threshold in THRESHOLDS), key=lambda found: found["f1"])
    return {
        "pairs": len(pairs),
        "ours": measured(pairs, ours, STRONG),
        "jaro_winkler": plain,
        "jaro_winkler_sorted_words": ordered,
    }


def ours(one: str, other: str) -> float:
    """Score two names as screening does."""
    words = words_of(in_speaking_order(one)), words_of(in_speaking_order(other))
    return name_score(*words) if all(words) else 0.0


def jaro_winkler(one: str, other: str) -> float:
    """Score two names letter by letter."""
    return JaroWinkler.similarity(one.lower(), other.lower())


def sorted_words(one: str, other: str) -> float:
    """Score two names letter by letter after folding and sorting their words."""
    return JaroWinkler.similarity(" ".join(sorted(words_of(one))), " ".join(sorted(words_of(other))))


def measured(pairs: list[dict[str, str]], score: Callable[[str, str], float], threshold: float) -> dict[str, float]:
    """Return how a score separates the pairs at a threshold."""
    said = [(score(row["name1"], row["name2"]) >= threshold, row["is_match"] == "true") for row in pairs]
    right = sum(hit and match for hit, match in said)
    hits, matches = sum(hit for hit, _ in said), sum(match for _, match in said)
    figures = {"precision": right / hits, "recall": right / matches, "f1": 2 * right / (hits + matches)}
    return {"threshold": threshold, **{name: round(value, 3) for name, value in figures.items()}}


def on_the_list(folder: Path) -> dict[str, Any]:
    """Return hits on ordinary people, listed people found again with and without a typing error, and times."""
    parties = listed_parties(folder / "snapshot_2018")
    started = time.perf_counter()
    screener = Screener(parties)
    built = time.perf_counter() - started
    grades, times = ordinary_people(screener, folder / "name_pairs" / "yente_negatives_us_dev.csv")
    return {
        "entries": len(parties),
        "build_seconds": round(built, 2),
        "ordinary_people": dict(grades),
        "milliseconds_p50": round(times[len(times) // 2] * 1000, 1),
        "milliseconds_p99": round(times[int(len(times) * 0.99)] * 1000, 1),
        **found_again(screener, parties),
    }


def listed_parties(folder: Path) -> list[ListedParty]:
    """Return the list as the product reads it."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loaniq.settings")
    import django

    django.setup()
    from policies.sanctions import read_parties

    return read_parties(folder / "sdn.csv", folder / "alt.csv", source="OFAC SDN")


def ordinary_people(screener: Screener, path: Path) -> tuple[Counter[str], list[float]]:
    """Return the best grade that each invented person gets, and the sorted seconds of each screening."""
    grades: Counter[str] = Counter()
    times = []
    for row in rows(path):
        first = f"{row['first_name']} {row['middle_name']}"
        name = PersonName(first, row["last_name"], date.fromisoformat(row["date_of_birth"]))
        started = time.perf_counter()
        try:
            hits = screener.screen(name)
        except NameNotScreenable:
            grades["not screenable"] += 1
            continue
        times.append(time.perf_counter() - started)
        grades[str(hits[0].grade) if hits else "none"] += 1
    return grades, sorted(times)


def found_again(screener: Screener, parties: list[ListedParty]) -> dict[str, float]:
    """Return the share of listed people hit strongly by first and last name, and in full with one wrong letter."""
    rng = random.Random(SEED)
    people = [party for party in parties if party.kind == "individual" and "," in party.name]
    short = wrong = 0
    for party in rng.sample(people, SAMPLE):
        last, _, first = party.name.partition(",")
        letters = list(f"{first.strip()} {last}")
        letters[rng.choice([place for place, letter in enumerate(letters) if letter.isalpha()])] = rng.choice(
            "aeioubdgkt"
        )
        short += is_found(screener, party, PersonName((first.split() or [""])[0], last))
        wrong += is_found(screener, party, PersonName("".join(letters), ""))
    return {"found_by_first_and_last_name": short / SAMPLE, "found_with_one_wrong_letter": wrong / SAMPLE}


def is_found(screener: Screener, party: ListedParty, name: PersonName) -> bool:
    """Return whether the party is among the strong hits of a name."""
    return any(hit.number == party.number and hit.is_strong for hit in screener.screen(name))


if __name__ == "__main__":
    main()
