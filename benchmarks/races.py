"""C1, long form: twenty requests for one loan at the same moment, over and over; each time one run may come of it.

``python benchmarks/races.py [--rounds 500] [--at-once 20] [--json]``
Exits 1 if any round left more or fewer than one run and one job.
"""

import argparse
import json
import logging
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.scratch import scratch_database

if TYPE_CHECKING:
    from lending.models import LoanApplication


@dataclass(frozen=True)
class Tally:
    """Rounds, those that ended in exactly one run, the jobs queued, and how long it all took in seconds."""

    rounds: int
    at_once: int
    exactly_one: int
    jobs: int
    chain_intact: bool
    seconds: float


def ask(application: "LoanApplication", start: Barrier) -> bool:
    """Ask for a decision the moment everybody is ready; say whether a run came of it."""
    from django.db import connection

    from lending.exceptions import RunAlreadyActive
    from lending.services import request_decision

    try:
        start.wait()
        request_decision(application=application)
    except RunAlreadyActive:
        return False
    else:
        return True
    finally:
        connection.close()


def one_round(application: "LoanApplication", at_once: int, pool: ThreadPoolExecutor) -> bool:
    """Let everybody ask at once; True if exactly one was told yes and exactly one run is there."""
    start = Barrier(at_once)
    answers = [pool.submit(ask, application, start) for _ in range(at_once)]
    return sum(answer.result() for answer in answers) == 1 and application.runs.count() == 1


def measure(rounds: int, at_once: int) -> Tally:
    """Race ``rounds`` times, each for a new application."""
    from django_q.models import OrmQ

    from audit.log import verify_chain
    from tests import builders

    logging.getLogger("django-q").setLevel(logging.ERROR)
    began, exactly_one = time.monotonic(), 0
    with ThreadPoolExecutor(at_once) as pool:
        for number in range(1, rounds + 1):
            exactly_one += one_round(builders.ada(external_id=f"RACE-{number}"), at_once, pool)
            if number % 50 == 0:
                print(f"{number} of {rounds} rounds", file=sys.stderr)
    seconds = round(time.monotonic() - began, 1)
    return Tally(rounds, at_once, exactly_one, OrmQ.objects.count(), verify_chain().intact, seconds)


def main() -> None:
    """Measure on a database that is thrown away afterwards, and print the tally."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--at-once", type=int, default=20)
    parser.add_argument("--json", action="store_true", dest="as_json")
    options = parser.parse_args()
    with scratch_database():
        tally = measure(options.rounds, options.at_once)
    if options.as_json:
        print(json.dumps(asdict(tally)))
    else:
        print(
            f"{tally.exactly_one} of {tally.rounds} rounds of {tally.at_once} requests at once started one run each; "
            f"{tally.jobs} jobs queued; audit chain {'intact' if tally.chain_intact else 'BROKEN'}; {tally.seconds} s."
        )
    sys.exit(0 if tally.exactly_one == tally.jobs == tally.rounds and tally.chain_intact else 1)


if __name__ == "__main__":
    main()
