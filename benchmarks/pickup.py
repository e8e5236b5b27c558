"""R6, long form: programs killed between commit and enqueue; the sweeper must find every run within a minute.

``python benchmarks/pickup.py [--crashes 500] [--json]``
Each crash is a forked process that asks for a decision and kills itself with SIGKILL the moment its transaction has
committed, before the job is queued. A sweeper runs every three seconds, as in ``run_workspace``, and every queued job
is decided at once. Exits 1 if a run was not picked up, or only after more than 60 seconds.
"""

import argparse
import json
import logging
import os
import signal
import statistics
import sys
import threading
import time
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.scratch import scratch_database

if TYPE_CHECKING:
    from lending.models import DecisionRun

LIMIT_SECONDS = 60.0
SWEEP_EVERY = 3.0


@dataclass(frozen=True)
class Tally:
    """Crashes, runs picked up, and seconds from the request to the claim."""

    crashes: int
    picked_up: int
    median_seconds: float
    slowest_seconds: float


def crash(application_id: UUID) -> None:
    """Ask for a decision and die the moment the transaction has committed."""
    from django.db import transaction

    from lending.models import LoanApplication
    from lending.services import request_decision

    with transaction.atomic():
        transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))  # before the service's own callback
        request_decision(application=LoanApplication.objects.get(pk=application_id))


def sweep_and_decide(done: threading.Event) -> None:
    """Sweep every three seconds and decide whatever is queued, until told to stop."""
    from django.db import connection
    from django_q.models import OrmQ

    from lending.services import claim_run, complete_run, release_stuck_runs
    from tests import builders

    next_sweep = 0.0
    while not done.is_set():
        if time.monotonic() >= next_sweep:
            release_stuck_runs()
            next_sweep = time.monotonic() + SWEEP_EVERY
        for job in OrmQ.objects.all():
            if run := claim_run(job.task["args"][0]):
                complete_run(run, builders.approved_conclusion())  # else its lease runs out and it is claimed again
            job.delete()
        done.wait(0.1)
    connection.close()


def crash_all(applications: list[UUID]) -> None:
    """Fork one child after another and see each of them killed."""
    for number, application in enumerate(applications, start=1):
        child = get_context("fork").Process(target=crash, args=(application,))
        child.start()
        child.join()
        if child.exitcode != -signal.SIGKILL:
            raise RuntimeError(f"Child {number} ended with {child.exitcode} instead of being killed.")
        if number % 50 == 0:
            print(f"{number} crashes", file=sys.stderr)


def waited(run: "DecisionRun") -> float:
    """Return the seconds from the request to the claim; infinite where nobody has claimed the run."""
    return (run.started_at - run.requested_at).total_seconds() if run.started_at else float("inf")


def measure(crashes: int) -> Tally:
    """Crash, sweep, and wait until every run is claimed or a minute has passed since the last crash."""
    from django.db import connections

    from lending.models import DecisionRun
    from tests import builders

    logging.getLogger("django-q").setLevel(logging.ERROR)
    applications = [builders.ada(external_id=f"CRASH-{number}").pk for number in range(crashes)]
    connections.close_all()  # a forked child must not share our connection
    sweeper = get_context("spawn").Process(target=sweep_in_its_own_process, args=(os.environ["LOANIQ_HOME"],))
    sweeper.start()
    try:
        crash_all(applications)
        until = time.monotonic() + LIMIT_SECONDS
        while DecisionRun.objects.filter(started_at=None).exists() and time.monotonic() < until:
            time.sleep(0.5)
    finally:
        sweeper.terminate()
        sweeper.join()
    waits = [waited(run) for run in DecisionRun.objects.all()]
    picked_up = sum(wait <= LIMIT_SECONDS for wait in waits)
    return Tally(crashes, picked_up, round(statistics.median(waits), 1), round(max(waits), 1))


def sweep_in_its_own_process(home: str) -> None:
    """Sweep apart from the process that forks, so that no child inherits a thread or a connection."""
    os.environ.update(LOANIQ_HOME=home, DJANGO_SETTINGS_MODULE="loaniq.settings")
    import django

    django.setup()
    logging.getLogger("django-q").setLevel(logging.ERROR)
    sweep_and_decide(threading.Event())


def main() -> None:
    """Measure on a database that is thrown away afterwards, and print the tally."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--crashes", type=int, default=500)
    parser.add_argument("--json", action="store_true", dest="as_json")
    options = parser.parse_args()
    with scratch_database():
        tally = measure(options.crashes)
    if options.as_json:
        print(json.dumps(asdict(tally)))
    else:
        print(
            f"{tally.picked_up} of {tally.crashes} runs crashed between commit and enqueue were picked up within "
            f"{LIMIT_SECONDS:.0f} s: {tally.median_seconds} s (median), {tally.slowest_seconds} s (slowest)."
        )
    sys.exit(0 if tally.picked_up == tally.crashes else 1)


if __name__ == "__main__":
    main()
