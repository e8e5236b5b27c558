"""Figures with their units, as a sentence states them."""

from decimal import Decimal

import pytest

from agents.measures import measures_in, without


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("at most 45.00 percent", [("45.00", "percent")]),
        ("at most 45%, or 45 per cent", [("45", "percent"), ("45", "percent")]),
        ("$1,234.50 a month", [("1234.50", "dollars")]),
        ("two months and forty-five days", [("2", "months"), ("45", "days")]),
        ("a 30-day window", [("30", "days")]),
        ("620-639 points", [("620", ""), ("639", "points")]),
        ("28/36", [("28", ""), ("36", "")]),
        ("one borrower under B3-6-02", []),
    ],
)
def test_a_figure_is_read_with_its_unit(text: str, found: list[tuple[str, str]]) -> None:
    assert [(measure.value, measure.unit) for measure in measures_in(text)] == [(Decimal(v), unit) for v, unit in found]


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("45 percent", "45.00%", True),
        ("45 percent", "45", True),
        ("45 percent", "45 months", False),
        ("two months", "2 months", True),
        ("45 percent", "55 percent", False),
    ],
)
def test_figures_agree_in_number_and_unit(one: str, other: str, agree: bool) -> None:
    [left], [right] = measures_in(one), measures_in(other)
    assert left.agrees_with(right) is agree


def test_a_label_is_taken_out_whole() -> None:
    assert without("Section 4.2 and section 4.25, page 3.", ["section 4.2", "page 3"]).split() == [
        *("and", "section", "4.25,", "."),
    ]
