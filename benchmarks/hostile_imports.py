"""F4 and F5, long form: hostile files, mutated files, killed imports, and the import of many rows.

``python benchmarks/hostile_imports.py [--mutations 2000] [--kills 100] [--rows 10000]``

Works in a database of its own, made for the purpose and dropped afterwards. Prints one JSON document and exits 0 only
if every file ended read or refused in a sentence within 30 seconds and 512 MB, nothing was stored of those refused, and
every killed import left whole rows that a second run completed.
"""

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.scratch import scratch_database

MOST_SECONDS = 30
MOST_MEGABYTES = 512
ROWS_A_KILL = 200
LATEST_KILL = 1.0  # seconds after the first row


def main() -> None:
    """Measure all three and print one document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--rows", type=int, default=10_000)
    options = parser.parse_args()
    with scratch_database(), tempfile.TemporaryDirectory() as folder:
        report: dict[str, Any] = {
            "files": files(Path(folder), options.mutations),
            "kills": kills(Path(folder), options.kills),
            "speed": speed(Path(folder), options.rows),
        }
    held = report["files"]["held"] and report["kills"]["held"]
    print(json.dumps(report | {"held": held}, indent=2))
    sys.exit(0 if held else 1)


def files(folder: Path, mutations: int) -> dict[str, Any]:
    """Import every hostile and mutated file in a process of its own and return how they ended."""
    from django.db import connections

    endings: Counter[str] = Counter()
    seconds: dict[str, float] = {}
    wrong: list[str] = []
    peak, path = 0, folder / "loans.xml"
    for name, content in _contents(mutations):
        path.write_bytes(content)
        connections.close_all()
        started = time.monotonic()
        with get_context("fork").Pool(1) as pool:
            ending, megabytes = pool.apply(_ending, (path,))
        seconds[name] = round(time.monotonic() - started, 2)
        peak = max(peak, megabytes)
        endings[ending] += 1
        if ending not in {"taken", "rejected by place", "refused"}:
            wrong.append(name)
    held = not wrong and max(seconds.values()) <= MOST_SECONDS and peak <= MOST_MEGABYTES
    slowest = dict(sorted(seconds.items(), key=lambda item: -item[1])[:5])
    return {
        "files": len(seconds),
        "endings": dict(endings),
        "wrong": wrong,
        "slowest_seconds": slowest,
        "peak_megabytes": peak,
        "held": held,
    }


def _contents(mutations: int) -> Iterator[tuple[str, bytes]]:
    from tests.lending.hostile_imports import kinds, mutated

    for kind in kinds():
        yield kind.name, kind.build()
    for seed in range(mutations):
        yield f"mutation {seed}", mutated(seed)


def _ending(path: Path) -> tuple[str, int]:
    """Import one file, forget what it stored, and return how it ended and this process's peak in megabytes."""
    from django.db import transaction

    from lending.exceptions import FileNotReadable
    from lending.intake.importing import import_file
    from lending.models import LoanApplication

    with transaction.atomic():
        try:
            report = import_file(path, actor="benchmark")
            ending = "rejected by place" if report.rejected else "taken"
            stored = len(report.created)
        except FileNotReadable:
            ending, stored = "refused", 0
        if LoanApplication.objects.count() != stored:
            ending = "something left over"
        transaction.set_rollback(True)
    return ending, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def kills(folder: Path, number: int) -> dict[str, Any]:
    """Kill so many imports at chance moments and return what was half-written or not completed by a second run."""
    from lending.intake.importing import import_file
    from lending.models import LoanApplication
    from tests.lending.import_kills import half_rows, import_and_die, write_rows

    chance, there, half, incomplete = random.Random(5), 0, 0, 0
    for attempt in range(number):
        path = write_rows(folder / "loans.csv", ROWS_A_KILL)
        path.write_text(path.read_text().replace("K-", f"K{attempt}-"))
        import_and_die(path, chance.uniform(0, LATEST_KILL))
        mine = LoanApplication.objects.filter(external_id__startswith=f"K{attempt}-")
        there += mine.count()
        half += half_rows()
        import_file(path, actor="benchmark")
        incomplete += mine.count() != ROWS_A_KILL
        print(f"kill {attempt + 1} of {number}", file=sys.stderr)
    return {
        "kills": number,
        "rows_in_when_killed": there,
        "half_rows": half,
        "incomplete": incomplete,
        "held": half == 0 and incomplete == 0,
    }


def speed(folder: Path, number: int) -> dict[str, Any]:
    """Import one file of many rows twice and return the seconds of each."""
    from lending.intake.importing import import_file
    from tests.lending.import_kills import write_rows

    path = write_rows(folder / "loans.csv", number)
    seconds = []
    for _ in range(2):
        started = time.monotonic()
        report = import_file(path, actor="benchmark")
        seconds.append(round(time.monotonic() - started, 1))
    return {
        "rows": number,
        "first_seconds": seconds[0],
        "again_seconds": seconds[1],
        "unchanged": len(report.unchanged),
    }


if __name__ == "__main__":
    main()
