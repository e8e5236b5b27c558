"""How well and how fast names are screened: labelled pairs beside plain Jaro-Winkler, ordinary people, real lists.

``python benchmarks/sanctions_screening.py FOLDER [--pairs FILE] [--json]``; FOLDER holds ``snapshot_2018`` and
``name_pairs``. With ``--pairs`` only another file of labelled pairs is measured. One to two minutes.
"""

import argparse
import csv
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rapidfuzz.distance import JaroWinkler

from policies.sanctions.name_folding import firm_words, in_speaking_order, words_of
from policies.sanctions.name_scoring import POSSIBLE, STRONG, WEAK, firm_score, person_score
from policies.sanctions.reading import read_edition
from policies.sanctions.screening import INDIVIDUAL, Grade, ListedParty, NameNotScreenable, PersonName, Screener

SWEEP = [step / 100 for step in range(50, 100)]
USUAL = 0.9
SAMPLE, COMPARED_IN_FULL, SEED = 400, 150, 1
LETTERS = "abcdefghijklmnopqrstuvwxyz"
Row = dict[str, str]
Score = Callable[[Row], float]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pairs", type=Path, help="measure this file of labelled pairs only")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    names = options.folder / "name_pairs"
    found = on_pairs(options.pairs or names / "nomenklatura_name_bench_dev.csv")
    if not options.pairs:
        found |= {"other_scripts": on_scripts(names / "watchman_cross_script_pairs.csv")}
        found |= on_lists(options.folder)
    print(json.dumps(found) if options.json else "\n".join(f"{name}: {value}" for name, value in found.items()))


def rows(path: Path) -> list[Row]:
    """Return the rows of a CSV with a header."""
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def on_pairs(path: Path) -> dict[str, Any]:
    """Return how ours and Jaro-Winkler separate labelled pairs: all, people, firms, and each group of cases."""
    pairs = rows(path)
    kinds = {row["schema"] for row in pairs}
    groups = {
        "all": pairs,
        **{kind: [row for row in pairs if row["schema"] == kind] for kind in sorted(kinds)},
        **{
            group: [row for row in pairs if row["case_group"] == group]
            for group in sorted({row["case_group"] for row in pairs})
        },
    }
    return {f"pairs, {name}": compared(group) for name, group in groups.items()}


def compared(pairs: list[Row]) -> dict[str, Any]:
    """Return precision, recall and F1 of ours at the shipped grades and of Jaro-Winkler at its best and at 0.9."""
    best = max((measured(pairs, jaro_winkler, threshold) for threshold in SWEEP), key=lambda found: found["f1"])
    return {
        "pairs": len(pairs),
        "strong": measured(pairs, ours, STRONG),
        "strong or possible": measured(pairs, ours, POSSIBLE),
        "jaro_winkler at its best": best,
        "jaro_winkler at 0.9": measured(pairs, jaro_winkler, USUAL),
    }


def ours(row: Row) -> float:
    """Score a pair as screening does: people as people, everything else as firms."""
    one, other = row["name1"], row["name2"]
    if row["schema"] == "Person":
        return person_score(words_of(in_speaking_order(one)), words_of(in_speaking_order(other))).value
    return firm_score(firm_words(one), firm_words(other)).value


def jaro_winkler(row: Row) -> float:
    """Score a pair letter by letter, upper and lower case alike."""
    return JaroWinkler.similarity(row["name1"].lower(), row["name2"].lower())


def measured(pairs: list[Row], score: Score, threshold: float) -> dict[str, float]:
    """Return how a score separates the pairs at a threshold; 0 where nothing is hit."""
    said = [(score(row) >= threshold, row["is_match"] == "true") for row in pairs]
    right = sum(hit and match for hit, match in said)
    hits, matches = sum(hit for hit, _ in said), sum(match for _, match in said)
    shares = {"precision": (right, hits), "recall": (right, matches), "f1": (2 * right, hits + matches)}
    return {"threshold": threshold, **{name: round(part / (of or 1), 3) for name, (part, of) in shares.items()}}


def on_scripts(path: Path) -> dict[str, Any]:
    """Return how many pairs of one name in two scripts are strong, and which are not even weak."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    pairs = [{"schema": "Person", "name1": line.split(",")[0], "name2": line.split(",")[1]} for line in lines]
    missed = [pair["name2"] for pair in pairs if ours(pair) < WEAK]
    return {"pairs": len(pairs), "strong": sum(ours(pair) >= STRONG for pair in pairs), "missed": missed}


def on_lists(folder: Path) -> dict[str, Any]:
    """Return hits on ordinary people, listed people found again however mistyped, and times."""
    parties = read_edition(*(folder / "snapshot_2018" / name for name in ("sdn.csv", "alt.csv")), source="SDN").parties
    started = time.perf_counter()
    screener = Screener(parties)
    built = time.perf_counter() - started
    grades, times = ordinary_people(screener, folder / "name_pairs" / "yente_negatives_us_dev.csv")
    return {
        "entries": len(parties),
        "build_seconds": round(built, 2),
        "ordinary people": dict(grades),
        "milliseconds": {share: round(times[int(len(times) * share / 100)] * 1000, 1) for share in (50, 90, 99)},
        "SDN people found again": found_again(screener, parties),
        "UN people found again": un_people(folder / "name_pairs" / "un_positives_untreated.csv"),
    }


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


def found_again(screener: Screener, parties: Iterable[ListedParty]) -> dict[str, float]:
    """Return the share of listed people hit strongly by first and last name, and in full with one wrong letter."""
    rng = random.Random(SEED)
    people = rng.sample([party for party in parties if party.kind == INDIVIDUAL and "," in party.name], SAMPLE)
    short = [PersonName((first.split() or [""])[0], last) for last, first in map(parted, people)]
    wrong = [PersonName(mistyped(f"{first} {last}", rng), "") for last, first in map(parted, people)]
    return {
        "by first and last name": share(is_found(screener, *each) for each in zip(people, short, strict=True)),
        "with one wrong letter": share(is_found(screener, *each) for each in zip(people, wrong, strict=True)),
    }


def parted(party: ListedParty) -> tuple[str, str]:
    """Return last and first names of ``LAST, First Middle``."""
    last, _, first = party.name.partition(",")
    return last.strip(), first.strip()


def un_people(path: Path) -> dict[str, Any]:
    """Return the share of a list found again as written and mistyped, and what the index loses of it."""
    rng = random.Random(SEED)
    listed = [ListedParty("UN", str(number), INDIVIDUAL, row["full_name"]) for number, row in enumerate(rows(path))]
    screener = Screener(listed)
    once = [mistyped(party.name, rng) for party in listed]
    twice = [mistyped(name, rng) for name in once]
    named = {"as written": [party.name for party in listed], "one error": once, "two errors": twice}
    shares = {
        how: share(is_found(screener, party, PersonName(name, "")) for party, name in zip(listed, names, strict=True))
        for how, names in named.items()
    }
    return {**shares, "hits lost by the index": lost(screener, listed, rng.sample(twice, COMPARED_IN_FULL))}


def lost(screener: Screener, listed: list[ListedParty], names: list[str]) -> str:
    """Compare names with every listed one and return how many hits of any grade the index did not bring."""
    folded = {party.number: words_of(in_speaking_order(party.name)) for party in listed}
    wanted = missing = 0
    for name in names:
        found = {hit.party.number for hit in screener.screen(PersonName(name, ""))}
        due = {number for number, words in folded.items() if person_score(words_of(name), words).value >= WEAK}
        wanted, missing = wanted + len(due), missing + len(due - found)
    return f"{missing} of {wanted}"


def mistyped(name: str, rng: random.Random) -> str:
    """Return a name with one letter replaced, left out, added or swapped with the next."""
    letters = list(name)
    place = rng.choice([place for place, letter in enumerate(letters) if letter.isalpha()])
    following = letters[place + 1 : place + 2]
    error = rng.choice([[rng.choice(LETTERS)], [], [letters[place], rng.choice(LETTERS)], [*following, letters[place]]])
    swapped = following and error == [*following, letters[place]]
    return "".join((*letters[:place], *error, *letters[place + (2 if swapped else 1) :]))


def is_found(screener: Screener, party: ListedParty, name: PersonName) -> bool:
    """Return whether the party is among the strong hits of a name."""
    return any(hit.party.number == party.number and hit.grade is Grade.STRONG for hit in screener.screen(name))


def share(found: Iterable[bool]) -> float:
    """Return the share of what was found, to three decimals."""
    every = list(found)
    return round(sum(every) / len(every), 3)


if __name__ == "__main__":
    main()
