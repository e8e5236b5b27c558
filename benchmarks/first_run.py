"""From clone to decided loans, twice: ``python benchmarks/first_run.py``.

Clones this checkout into a temporary folder, runs ``make demo ARGS=--no-serve`` there with a home of its own, runs it
again, and prints both times in seconds beside their goals. pip's own cache is used as it is; ``--no-cache`` empties it
for this run.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GOALS = {"first": 600, "second": 20}


def main() -> int:
    """Print one JSON document; exit 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-cache", action="store_true", help="install without pip's cache")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        clone = Path(folder) / "loaniq"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        environment = {**os.environ, "LOANIQ_HOME": str(clone / ".loaniq")}
        if options.no_cache:
            environment["PIP_NO_CACHE_DIR"] = "1"
        seconds = {run: demo(clone, environment) for run in GOALS}
        manage = [str(clone / ".venv/bin/python"), "manage.py", "database", "stop"]
        subprocess.run(manage, cwd=clone, env=environment, check=True, stdout=sys.stderr)
    missed = [run for run, goal in GOALS.items() if seconds[run] > goal]
    print(json.dumps({"seconds": seconds, "goals": GOALS, "missed": missed}))
    return 1 if missed else 0


def demo(clone: Path, environment: dict[str, str]) -> float:
    """Return the wall-clock seconds of one ``make demo``; raises CalledProcessError when it fails."""
    started = time.perf_counter()
    command = ["make", "demo", "ARGS=--no-serve"]
    subprocess.run(command, cwd=clone, env=environment, check=True, stdout=sys.stderr)
    return round(time.perf_counter() - started, 1)


if __name__ == "__main__":
    sys.exit(main())
