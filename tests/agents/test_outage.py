"""Short form of R8: whatever the models' server does, a run ends within what it may spend, and never in an approval."""

import pytest

from benchmarks.model_outage import TROUBLES, measured


@pytest.mark.slow
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_run_ends_with_a_person_and_within_its_budget(trouble: str) -> None:
    counts = await measured(trouble, 2)
    assert counts["REVIEW"] == 2
    assert counts["asked"] >= 2
    assert (counts["over_tokens"], counts["over_dollars"]) == (0, 0)
    if trouble == "is dear":
        assert counts["stopped_by_budget"] == 2
