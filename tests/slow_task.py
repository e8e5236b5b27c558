"""A decision task for tests with real workers: the first attempt works until it is killed, later ones end at once."""

import os
import time
from pathlib import Path

from lending import services
from tests import builders


def decide_slowly(run_id: str) -> str:
    """Claim the run; note which process has it; on the first attempt keep the lease for a minute, then approve."""
    run = services.claim_run(run_id)
    if run is None:
        return "already claimed"
    slow = run.attempts == 1 and "SLOW" in run.application.external_id
    if slow:
        Path(os.environ["WORKSPACE_PIDS"], f"{run.pk}").write_text(str(os.getpid()))
    for _ in range(60 if slow else 0):
        time.sleep(1)
        services.renew_lease(run)
    services.complete_run(run, builders.approved_conclusion())
    return "APPROVED"
