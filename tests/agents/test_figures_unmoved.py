"""Short form of D3: whatever a model writes, no number of a decision moves, and no figure of its own is kept."""

import random
from decimal import Decimal

from benchmarks.figures_unmoved import Inventive, figures_of, measured


async def test_a_model_that_invents_figures_moves_none_and_leaves_none_behind() -> None:
    counts = await measured(60)
    assert counts["asked"] >= 60 * 6
    assert (counts["moved"], counts["texts_with_strange_figures"]) == (0, 0), counts["strange"]


def test_the_check_itself_reads_figures_in_every_way_they_are_written() -> None:
    text = "It is 41.2%, $1,234.50 a month, .45, 620, and 7 of 9."
    assert figures_of([text]) == {Decimal(each) for each in ("41.2", "1234.50", "0.45", "620", "7", "9")}


def test_the_invented_texts_do_hold_figures() -> None:
    sentences = [Inventive(random.Random(seed)).sentence() for seed in range(50)]
    assert all(figures_of([each]) for each in sentences)
