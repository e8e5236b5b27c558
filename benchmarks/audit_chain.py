"""A4, long form: many writers on one chain. ``python benchmarks/audit_chain.py --writers 16 --events 50000``.

Runs in a database of its own that is made for the purpose and dropped afterwards.
"""

import argparse
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loaniq.settings")
os.environ.setdefault("LOANIQ_TEST_DB", "loaniq_benchmark_audit")


def main() -> None:
    """Write the events, verify the chain, and print forks, events a second and the time to verify."""
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    from audit import log
    from loaniq.ownership import as_owner

    options = arguments()
    with as_owner(connection):
        made = setup_databases(verbosity=0, interactive=False)
    started = time.perf_counter()
    with ThreadPoolExecutor(options.writers) as writers:
        list(writers.map(write, [options.events // options.writers] * options.writers))
    written = time.perf_counter()
    report = log.verify_chain()
    verified = time.perf_counter()
    print(
        json.dumps(
            {
                "events": report.events,
                "writers": options.writers,
                "forks": 0 if report.intact else 1,
                "events_per_second": round(report.events / (written - started)),
                "verify_seconds": round(verified - written, 2),
            }
        )
    )
    with as_owner(connection):
        teardown_databases(made, verbosity=0)


def arguments() -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=16)
    parser.add_argument("--events", type=int, default=50_000)
    return parser.parse_args()


def write(count: int) -> None:
    """Append ``count`` events, each in a transaction of its own."""
    from django.db import connection, transaction

    from audit import log

    for number in range(count):
        with transaction.atomic():
            log.record("benchmark.noted", subject="benchmark", actor="benchmark", number=number)
    connection.close()


if __name__ == "__main__":
    main()
