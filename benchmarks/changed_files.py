"""C4, long form: facts change at a random moment of a run, over and over; no decision may mix two versions of a file.

``python benchmarks/changed_files.py [--rounds 500] [--json]``
Loan amount and appraised value are always changed together. A run must have decided on one pair, with the LTV of that
pair, and the file must be called changed exactly when it holds the other one. Exits 1 if any round did otherwise.
"""

import argparse
import json
import random
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.scratch import scratch_database

if TYPE_CHECKING:
    from uuid import UUID

    from lending.models import LoanApplication

OLD, NEW = (Decimal(300000), Decimal(400000)), (Decimal(200000), Decimal(250000))
LTV = {OLD: Decimal("75.00"), NEW: Decimal("80.00")}
LONGEST = 0.03  # seconds until the change: a run reads its file in the first milliseconds


def change_soon(application_id: "UUID", chance: random.Random) -> None:
    """Change both facts in one transaction, after a random while."""
    from django.db import connection, transaction

    from lending.models import LoanApplication, Property

    time.sleep(chance.uniform(0, LONGEST))
    try:
        with transaction.atomic():
            LoanApplication.objects.filter(pk=application_id).update(loan_amount=NEW[0])
            Property.objects.filter(application=application_id).update(purchase_price=NEW[1], appraised_value=NEW[1])
    finally:
        connection.close()


def one_round(pool: ThreadPoolExecutor, application: "LoanApplication", chance: random.Random) -> str:
    """Decide while the file changes; return what the decision rests on (old, new), or what was wrong."""
    from agents.tasks import decide_now
    from lending import services
    from lending.freshness import changed_since
    from lending.models import DecisionRun

    queued = services.request_decision(application=application, enqueue=False)
    claimed = services.claim_run(queued.pk)
    if claimed is None:
        return "not claimed"
    changing = pool.submit(change_soon, application.pk, chance)
    decide_now(claimed)
    changing.result()
    run = DecisionRun.objects.select_related("decision").get(pk=queued.pk)
    pair = (Decimal(run.facts["loan_amount"]), Decimal(run.facts["home"]["appraised_value"]))
    if pair not in LTV or Decimal(run.decision.ratios["ltv"]) != LTV[pair]:
        return f"mixed: {pair}, LTV {run.decision.ratios['ltv']}"
    if changed_since(run) != (pair == OLD):
        return "the change is not told"
    return "old" if pair == OLD else "new"


def measure(rounds: int, seed: int) -> Counter[str]:
    """Return how many rounds ended how."""
    from lending.models import Property
    from tests import builders

    chance, ends = random.Random(seed), Counter[str]()
    with ThreadPoolExecutor(1) as pool:
        for number in range(rounds):
            application = builders.ada(external_id=f"CHANGE-{number}", loan_amount=OLD[0])
            Property.objects.filter(application=application).update(purchase_price=OLD[1], appraised_value=OLD[1])
            ends[one_round(pool, application, chance)] += 1
    return ends


def main() -> None:
    """Measure on a database that is thrown away afterwards, and print the tally."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", dest="as_json")
    options = parser.parse_args()
    with scratch_database():
        ends = measure(options.rounds, options.seed)
    print(json.dumps(ends) if options.as_json else dict(ends))
    sys.exit(0 if ends.keys() <= {"old", "new"} else 1)


if __name__ == "__main__":
    main()
