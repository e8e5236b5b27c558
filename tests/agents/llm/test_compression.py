"""Shorter prompts: every figure, negation and citation mark stays, and what is left can be quoted."""

import re

from hypothesis import given
from hypothesis import strategies as st

from agents.citing import figures_in, plain
from agents.llm.compression import GAP, compressed

PASSAGE = (
    "[POLICY SOURCE 1] Manual, section 4.2, page 9\n"
    "The department reviews its brochures each spring. The back-end DTI is at most 45.00 percent. "
    "Gift funds may not come from the seller. Colourful covers please readers. Pleasant paper does too. "
    "Reserves follow the table."
)
LOAN = "Conventional purchase, reserves of two months."
SAID = "the loan is not at most 45.00 percent [POLICY never DTI paper green . ; 3.5 unless \n"
WORDS = st.sampled_from(SAID.split(" "))


def shorter(passages: str, loan: str = LOAN) -> str:
    return dict(compressed((("loan", loan), ("passages", passages))))["passages"]


def test_sentences_that_cannot_matter_go_and_a_mark_says_so() -> None:
    text = shorter(PASSAGE)
    assert "brochures" not in text
    assert "paper" not in text
    assert text.count(GAP) == 2
    for kept in ("at most 45.00 percent.", "may not come from the seller.", "Reserves follow the table."):
        assert kept in text


@given(st.lists(WORDS, max_size=80).map(" ".join))
def test_every_figure_negation_and_mark_stays(text: str) -> None:
    left = shorter(text)
    assert sorted(figures_in(left)) == sorted(figures_in(text))
    for word in ("not", "never", "unless", r"\[POLICY"):
        assert len(re.findall(word, left)) == len(re.findall(word, text))


@given(st.lists(WORDS, max_size=80).map(" ".join))
def test_what_is_left_between_gaps_stands_in_the_text(text: str) -> None:
    whole = plain(text)
    for line in shorter(text).splitlines():
        assert all(plain(piece) in whole for piece in line.split(GAP))


def test_other_material_loses_only_what_repeats() -> None:
    facts = "Loan:  $300,000.\n\nLoan: $300,000.\nDTI 36.42 percent."
    assert dict(compressed((("facts", facts),)))["facts"] == "Loan: $300,000.\nDTI 36.42 percent."
