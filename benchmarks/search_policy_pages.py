"""How often the right page comes first: ``python benchmarks/search_policy_pages.py FOLDER`` with the policies' PDFs.

The PDFs are ingested into a database of its own; the 66 questions of ``search_policy_questions.jsonl`` were written
over them in an officer's words. A hit is a returned passage of the document on one of the question's pages. Eighteen
more, of ``search_multi_hop.jsonl``, need a second section that the first one names: what does following references
add? ``--questions`` may name another file with ``question``, ``document`` and ``pages`` a line.
"""

import argparse
import io
import json
import statistics
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from benchmarks.scratch import scratch_database  # noqa: E402


def place_of(question: dict[str, Any], passages: Any) -> int:
    """Return the place, from 1, of the first passage on one of the pages; 0 for none."""
    document = Path(question["document"]).name
    places = (at for at, each in enumerate(passages, 1) if each.document == document and each.page in question["pages"])
    return next(places, 0)


def figures(places: list[int]) -> str:
    """Return the figures of some questions as a line."""
    first, five = sum(place == 1 for place in places), sum(0 < place <= 5 for place in places)
    mean = statistics.mean(1 / place if place else 0.0 for place in places)
    return f"{first} first, {five} in five, of {len(places)}; mean reciprocal rank {mean:.3f}"


def main() -> int:
    """Ingest, ask and print; exit 1 where the folder holds no PDF."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=Path, default=HERE / "search_policy_questions.jsonl")
    options = parser.parse_args()
    files = sorted(map(str, options.folder.glob("*.pdf")))
    if not files:
        print(f"{options.folder} holds no PDF. Name the folder of the policies.", file=sys.stderr)
        return 1
    questions = [json.loads(line) for line in options.questions.read_text().splitlines()]
    with scratch_database():
        from django.core.management import call_command

        from policies.search.citations import SearchQuery
        from policies.search.retrieval import PolicySearch

        call_command("ingest_policies", *files, stdout=io.StringIO())
        search = PolicySearch()
        results = [search.search(SearchQuery(each["question"])) for each in questions]
        hops = [json.loads(line) for line in (HERE / "search_multi_hop.jsonl").read_text().splitlines()]
        told = [search.search(SearchQuery(each["question"])) for each in hops]
    for part in dict.fromkeys(each.get("part", "all") for each in questions):
        pairs = [pair for pair in zip(questions, results, strict=True) if pair[0].get("part", "all") == part]
        silent = sum(result.abstained for _, result in pairs)
        print(f"{part}: {figures([place_of(each, result.passages) for each, result in pairs])}; {silent} abstained")
    both = [(each | {"pages": each["second"]}, each, result.passages) for each, result in zip(hops, told, strict=True)]
    direct = [(second, first, [each for each in found if not each.brought_by]) for second, first, found in both]
    for name, tries in (("with", both), ("without", direct)):
        whole = sum(place_of(first, found) > 0 and place_of(second, found) > 0 for second, first, found in tries)
        seconds = sum(place_of(second, found) > 0 for second, _, found in tries)
        print(f"two sections, {name} following: both in {whole}, the second in {seconds} of {len(tries)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
