"""Figures that a text spells out."""

from decimal import Decimal

import pytest

from agents.citing import strange_figures
from agents.number_words import spelled_out


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("forty-one percent", "41"),
        ("Forty one percent of income", "41"),
        ("two months", "2"),
        ("nineteen", "19"),
        ("one hundred and seven", "107"),
        ("two thousand three hundred and fifty dollars", "2350"),
        ("a hundred thousand dollars", "100000"),
        ("six point five percent", "6.5"),
        ("forty-one point two five", "41.25"),
    ],
)
def test_a_figure_in_words_is_read(text: str, value: str) -> None:
    assert [said.value for said in spelled_out(text)] == [Decimal(value)]


@pytest.mark.parametrize("text", ["one of two borrowers", "a second one", "none", "someone twofold", "the point is"])
def test_small_numbers_without_a_unit_state_no_figure(text: str) -> None:
    assert spelled_out(text) == []


def test_a_model_may_spell_out_only_what_was_computed() -> None:
    known = {Decimal("41"), Decimal("9000")}
    assert strange_figures("It is forty-one percent, of nine thousand dollars.", known) == ()
    assert strange_figures("It is forty-two percent.", known) == ("forty-two percent",)


@pytest.mark.parametrize("text", ["about $9k a month", "some 9K", "$1.2M of assets", ".5 of it", "43pct"])
def test_figures_cut_short_or_oddly_written_are_strange(text: str) -> None:
    assert strange_figures(text, {Decimal("9000"), Decimal("9")})


@pytest.mark.parametrize("text", ["savings in a 401k", "an FHA 203k loan", "section B3-6-02", "version v1.2", "II.A.5"])
def test_names_with_digits_are_no_figures(text: str) -> None:
    assert strange_figures(text, set()) == ()
