"""Many applications in one process: what one leaves behind does not pile up. The long form is the benchmark."""

import gc
import random

import pytest

from agents.engine.programs import compare_programs
from benchmarks.rule_pass import DAY, different
from policies.rulebook.rules import DatedRules, RuleBook


def objects_after(rules: DatedRules, applications: int) -> int:
    """Run so many applications under every program and return how many objects Python then keeps."""
    dice = random.Random(1)
    for number in range(applications):
        compare_programs(different(dice, number), rules, sanctions=False)
    gc.collect()
    return len(gc.get_objects())


@pytest.mark.slow
def test_applications_leave_nothing_behind() -> None:
    rules = RuleBook.load().on(DAY)
    before = objects_after(rules, 20)  # fills what is kept on purpose, such as payment schedules
    assert objects_after(rules, 20) - before < 500  # one application alone makes more
