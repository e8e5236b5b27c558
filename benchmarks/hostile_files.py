"""F1, long form: every hostile kind and many mutations of good files. ``python benchmarks/hostile_files.py``.

Each file goes through the whole of ingestion into a database of its own, made for the purpose and dropped afterwards,
with an embedder that costs nothing. Prints one JSON document and exits 0 only if every file ended ingested or in a
named error within 30 seconds and 512 MB of memory, and nothing was left of those refused.
"""

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loaniq.settings")
os.environ.setdefault("LOANIQ_TEST_DB", "loaniq_benchmark_hostile")

MOST_SECONDS = 30
MOST_MEGABYTES = 512


def main() -> None:
    """Ingest the files one by one and print how they ended, the slowest ones and the reader's peak memory."""
    import django

    os.environ["EMBEDDING_MODEL"] = "python:tests.fakes.HashEmbedder"
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    from loaniq.ownership import as_owner

    mutations = arguments()
    with as_owner(connection):
        made = setup_databases(verbosity=0, interactive=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            settings.MEDIA_ROOT = Path(folder, "media")
            report = ingest_all(Path(folder), mutations)
    finally:
        connection.close()
        with as_owner(connection):
            teardown_databases(made, verbosity=0)
    print(json.dumps(report, indent=2))
    sys.exit(0 if report["held"] else 1)


def arguments() -> int:
    """Return the number of mutated good files to add to the kinds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=1200)
    return int(parser.parse_args().mutations)


def ingest_all(folder: Path, mutations: int) -> dict[str, object]:
    """Return the figures of one pass over all files."""
    from policies.corpus.ingest import ingest_paths

    endings: Counter[str] = Counter()
    seconds: dict[str, float] = {}
    file = folder / "file.pdf"
    with Watch() as watch:
        for name, content in files(mutations):
            file.write_bytes(content)
            started = time.monotonic()
            [result] = ingest_paths([file])
            seconds[name] = round(time.monotonic() - started, 2)
            endings[ending_of(result.error)] += 1
    slowest = dict(sorted(seconds.items(), key=lambda item: -item[1])[:5])
    peak = watch.peak_kilobytes // 1024
    left = left_over(folder / "media")
    held = max(seconds.values()) <= MOST_SECONDS and peak <= MOST_MEGABYTES and left == 0
    return {
        "files": len(seconds),
        "mutations": mutations,
        "endings": dict(endings.most_common()),
        "slowest_seconds": slowest,
        "peak_reader_megabytes": peak,
        "left_over": left,
        "held": held,
    }


class Watch:
    """The most memory any child of this process ever held, looked up every few milliseconds.

    getrusage would not do: what Linux hands a child includes its parent's peak from before the exec.
    """

    def __init__(self) -> None:
        self.peak_kilobytes = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.005):
            children = [pid for path in Path("/proc/self/task").glob("*/children") for pid in text_of(path).split()]
            self.peak_kilobytes = max(self.peak_kilobytes, *map(peak_of, children), 0)


def peak_of(pid: str) -> int:
    """Return the kilobytes a reader has held at most; 0 for one that has ended or is still a copy of this process."""
    if "policies.reading" not in text_of(Path("/proc", pid, "cmdline")):
        return 0
    lines = text_of(Path("/proc", pid, "status")).splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def text_of(path: Path) -> str:
    """Return a file of /proc, empty when its process has gone meanwhile."""
    try:
        return path.read_text()
    except OSError:
        return ""


def ending_of(error: str | None) -> str:
    """Return "ingested", or the fault that the error's sentence names, without its details."""
    return error.removeprefix("file.pdf ").partition(".")[0].partition(" (")[0] if error else "ingested"


def files(mutations: int) -> Iterator[tuple[str, bytes]]:
    """Yield each file's name and bytes: all kinds once, then the mutations."""
    from tests.policies.hostile import kinds, mutated

    for kind in kinds():
        yield kind.name, kind.build()
    for seed in range(mutations):
        yield f"mutation {seed}", mutated(seed)


def left_over(media: Path) -> int:
    """Return how many versions lack passages and how many kept files belong to no version, together."""
    from policies.models import PolicyVersion

    kept = {f"policies/{path.name}" for path in (media / "policies").iterdir()}
    owned = set(PolicyVersion.objects.values_list("file", flat=True))
    return len(kept ^ owned) + PolicyVersion.objects.filter(chunks=None).count()


if __name__ == "__main__":
    main()
