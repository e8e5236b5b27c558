"""C2 and C3, long forms: ten reviewers reach for cases at once, and two people save over each other, over and over.

``python benchmarks/desk_races.py [--rounds 1000] [--json]``
A round: ten take one case (one may get it, nine are told who has it); ten ask for the next of ten (each another);
two save the same page (one is refused, and what the other saved stands). Exits 1 if any round ended otherwise.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.scratch import scratch_database

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from lending.models import LoanApplication, Review

PEOPLE = 10
ROUNDS_OF_NEXT = 20  # ten cases are needed for each


@dataclass(frozen=True)
class Tally:
    """Rounds, and how many ended as they must; seconds in all."""

    rounds: int
    one_winner_and_named: int
    next_rounds: int
    each_got_another: int
    one_save_refused: int
    chain_intact: bool
    seconds: float


def at_once(pool: ThreadPoolExecutor, works: list[Callable[[], object]]) -> list[object]:
    """Start every work at the same moment, each on a connection of its own; return results, or the refusals."""
    from django.db import connection

    from lending.exceptions import LendingError

    start = Barrier(len(works))

    def one(work: Callable[[], object]) -> object:
        try:
            start.wait()
            return work()
        except LendingError as refused:
            return refused
        finally:
            connection.close()

    return list(pool.map(one, works))


def case(name: str) -> "Review":
    """Open a case of a new application."""
    from tests import builders

    return builders.case_of(builders.decided(builders.cleo(external_id=name), builders.review_conclusion()))


def one_winner(pool: ThreadPoolExecutor, people: "list[User]", name: str) -> bool:
    """Let ten reach for one case; true if one has it and the nine others were told who."""
    from lending import services
    from lending.exceptions import ReviewTaken

    wanted = case(name)
    answers = at_once(pool, [lambda by=by: services.take_review(review=wanted, by=by) for by in people])  # type: ignore[misc]
    wanted.refresh_from_db()
    told = [answer for answer in answers if isinstance(answer, ReviewTaken) and str(wanted.assigned_to) in str(answer)]
    services.release_review(review=wanted, by=wanted.assigned_to)  # type: ignore[arg-type]
    services.resolve_review(review=wanted, by=people[0], outcome="APPROVED", note="Out of the way.")
    return len(told) == len(people) - 1


def each_another(pool: ThreadPoolExecutor, people: "list[User]", name: str) -> bool:
    """Let ten ask for the next of ten cases; true if no two got the same."""
    from lending import services
    from lending.models import Review

    for number in range(len(people)):
        case(f"{name}-{number}")
    got = at_once(pool, [lambda by=by: services.take_next(by=by) for by in people])  # type: ignore[misc]
    taken = {each.pk: each for each in got if isinstance(each, Review)}
    for each in taken.values():
        services.resolve_review(review=each, by=each.assigned_to, outcome="APPROVED", note="Done.")  # type: ignore[arg-type]
    return len(taken) == len(people)


def one_refused(pool: ThreadPoolExecutor, people: "list[User]", application: "LoanApplication") -> bool:
    """Let two officers who opened the same page save at once; true if one saved and one was refused."""
    from tests.lending.form_pages import opened

    pages = [opened(application, by) for by in people]
    sizes = [3, 4] if application.household_size != 3 else [5, 6]
    saves = [
        lambda page=page, size=size: page[0].post(page[1], page[2] | {"household_size": size}).status_code
        for page, size in zip(pages, sizes, strict=True)
    ]
    answers = at_once(pool, saves)  # type: ignore[arg-type]
    application.refresh_from_db()
    return sorted(map(str, answers)) == ["200", "302"] and application.household_size == sizes[answers.index(302)]


def measure(rounds: int) -> Tally:
    """Race so many times."""
    from django.conf import settings
    from django.test.utils import setup_test_environment

    from audit.log import verify_chain
    from tests import builders

    setup_test_environment()
    settings.REVIEW_BLIND_FIRST = False
    began = time.monotonic()
    reviewers = [builders.reviewer(f"reviewer-{number}") for number in range(PEOPLE)]
    officers = [builders.officer(), builders.officer("oscar")]
    shared, next_rounds = builders.ada(), min(rounds, ROUNDS_OF_NEXT)
    with ThreadPoolExecutor(PEOPLE) as pool:
        winners = sum(one_winner(pool, reviewers, f"TAKE-{number}") for number in range(rounds))
        others = sum(each_another(pool, reviewers, f"NEXT-{number}") for number in range(next_rounds))
        refused = sum(one_refused(pool, officers, shared) for _ in range(rounds))
    seconds = round(time.monotonic() - began, 1)
    return Tally(rounds, winners, next_rounds, others, refused, verify_chain().intact, seconds)


def main() -> None:
    """Measure on a database that is thrown away afterwards, and print the tally."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--json", action="store_true", dest="as_json")
    options = parser.parse_args()
    with scratch_database():
        tally = measure(options.rounds)
    print(json.dumps(asdict(tally)) if options.as_json else tally)
    whole = tally.one_winner_and_named == tally.one_save_refused == tally.rounds
    sys.exit(0 if whole and tally.each_got_another == tally.next_rounds and tally.chain_intact else 1)


if __name__ == "__main__":
    main()
