"""Kill -9 an ingestion at a random moment, over and over, and look whether any half of one can be seen.

``python benchmarks/ingest_kills.py [--kills 300] [--json]``
After every kill: versions whose passages, vectors, sections or file are not whole, and passages that a search would
find in one; after the next whole ingestion: files that nothing refers to. Exits 1 if there are any.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.scratch import scratch_database

ROOT = Path(__file__).resolve().parents[1]
FILES = 4
PAGES = 60
INGEST = """
import sys, django; django.setup()
from pathlib import Path
from policies.corpus.ingest import ingest_paths
print("ready", flush=True)
ingest_paths([Path(sys.argv[1])])
"""


@dataclass(slots=True)
class Tally:
    """What the kills cost. ``in_time`` are ingestions that ended before their kill."""

    kills: int = 0
    in_time: int = 0
    versions: int = 0
    half_visible: int = 0
    twice: int = 0
    leftover_files: int = 0


def start(folder: Path) -> "subprocess.Popen[bytes]":
    """Ingest a folder in a process of its own; return when the work begins."""
    process = subprocess.Popen([sys.executable, "-c", INGEST, str(folder)], cwd=ROOT, stdout=subprocess.PIPE)
    if process.stdout is None or process.stdout.readline() != b"ready\n":
        raise SystemExit("The ingestion did not start.")
    return process


def write_files(folder: Path, edition: int) -> None:
    """Write the next edition of every file: the same words on other pages."""
    from tests.policies.pdf_bytes import good_pdf

    for number in range(FILES):
        (folder / f"manual-{number}.pdf").write_bytes(good_pdf(PAGES + edition % 7, keywords=f"edition={edition}"))


def look(tally: Tally) -> None:
    """Count what is not whole: versions by what hangs on them, documents by their newest version."""
    from django.conf import settings
    from django.db.models import Count, Q

    from policies.models import PolicyDocument, PolicyVersion

    whole: dict[int, int] = {}
    for version in PolicyVersion.objects.annotate(
        passages=Count("chunks", distinct=True), known=Count("vectors", distinct=True)
    ):
        expected = whole.setdefault(version.pages, version.passages)  # files of as many pages hold the same words
        kept = (Path(settings.MEDIA_ROOT) / str(version.file)).is_file()
        tally.half_visible += not (kept and 0 < version.passages == version.known == expected)
    newest = Count("versions", filter=Q(versions__is_current=True))
    tally.twice += PolicyDocument.objects.annotate(newest=newest).exclude(newest=1).count()
    same = PolicyVersion.objects.values("document", "content_hash").annotate(times=Count("pk")).filter(times__gt=1)
    tally.twice += same.count()


def leftovers() -> int:
    """Return how many files of the media folder no version refers to."""
    from django.conf import settings

    from policies.models import PolicyVersion

    known = set(PolicyVersion.objects.values_list("file", flat=True))
    files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    return sum(str(path.relative_to(settings.MEDIA_ROOT)) not in known for path in files)


def kill_once(folder: Path, longest: float, tally: Tally) -> None:
    """Start an ingestion and kill its whole process after up to ``longest`` seconds."""
    from django.db import connection

    process = start(folder)
    time.sleep(random.uniform(0, longest))
    tally.in_time += process.poll() is not None
    process.send_signal(signal.SIGKILL)
    process.wait()
    tally.kills += 1
    connection.close()
    look(tally)


def measure(kills: int, folder: Path) -> Tally:
    """Kill so many ingestions; after every tenth let one end, and count what it leaves."""
    from policies.models import PolicyVersion

    tally = Tally()
    write_files(folder, 0)
    process, began = start(folder), time.monotonic()
    process.wait()
    longest = time.monotonic() - began
    while tally.kills < kills:
        write_files(folder, tally.kills + 1)
        kill_once(folder, longest, tally)
        if tally.kills % 10 == 0 or tally.kills == kills:
            start(folder).wait()
            look(tally)
            tally.leftover_files += leftovers()
            print(tally, file=sys.stderr)
    tally.versions = PolicyVersion.objects.count()
    return tally


def main() -> None:
    """Measure in a database and a media folder that are thrown away afterwards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--json", action="store_true", dest="as_json")
    options = parser.parse_args()
    os.environ["EMBEDDING_MODEL"] = "python:tests.fakes.HashEmbedder"
    with scratch_database(), tempfile.TemporaryDirectory(prefix="loaniq-kills-") as folder:
        tally = measure(options.kills, Path(folder))
    told = asdict(tally)
    print(json.dumps(told) if options.as_json else ", ".join(f"{name} {value}" for name, value in told.items()))
    sys.exit(1 if tally.half_visible or tally.twice or tally.leftover_files else 0)


if __name__ == "__main__":
    main()
