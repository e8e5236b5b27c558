"""Prose held to its sources: figures, quotations, and how far cited sentences rest on their passages."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.citing import broken_citations, citation, faithfulness, figures_in, prove, sentences, strange_figures
from agents.quoting import telling_span
from policies.search.citations import Passage

PASSAGE = Passage(
    chunk_id=7,
    document="conventional-lending-manual.pdf",
    title="Conventional Lending Manual",
    version_id="v",
    version=1,
    page=9,
    section="4.2 Maximum Back-End DTI",
    text='4.2 Maximum Back-End DTI\nThe back-end ratio may not exceed 45.00 percent. It says "up to 50".\nSee 4.1.',
    scores={},
)
QUOTE = "The back-end ratio may not exceed 45.00 percent."


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("Back-end DTI is 36.42 percent.", ()),
        ("Back-end DTI is 36.4 percent, about 36.", ()),
        ("The payment is $2,431.17, about $2,431.", ()),
        ("Back-end DTI is 36.43 percent.", ("36.43",)),
        ("It could be 30 or 31.", ("30", "31")),
        ("Fannie Mae B3-6-02 says so.", ()),
        ("A shortfall of -8.58 points.", ()),
    ],
)
def test_a_figure_stands_if_it_was_computed_or_is_a_rounding(text: str, strange: tuple[str, ...]) -> None:
    assert strange_figures(text, [Decimal("36.42"), Decimal("2431.17"), Decimal("8.58")]) == strange


def test_labels_and_verified_quotations_hold_no_figures() -> None:
    assert figures_in('Section 4.2 says "at most 45.00" [POLICY SOURCE 1].', apart_from=["Section 4.2", "45.00"]) == []


def test_a_quotation_stands_whatever_its_white_space_and_case() -> None:
    assert (
        broken_citations(
            "So it is [POLICY SOURCE 1].", [citation(1, QUOTE.upper().replace(" ", "\n"), PASSAGE)], [PASSAGE]
        )
        == ()
    )


@pytest.mark.parametrize(
    ("text", "quote", "source"),
    [
        ("See [POLICY SOURCE 1].", "The ratio may reach 55 percent.", 1),
        ("See [POLICY SOURCE 2].", QUOTE, 2),
        ("See [POLICY SOURCE 1].", " ", 1),
    ],
)
def test_invented_words_and_invented_sources_are_broken(text: str, quote: str, source: int) -> None:
    made_up = [citation(1, quote, PASSAGE)]
    assert broken_citations(text, made_up, [PASSAGE]) == (source,)


def test_a_sentence_that_quotes_its_passage_is_faithful_and_one_that_contradicts_it_is_not() -> None:
    cited = [citation(1, QUOTE, PASSAGE)]
    assert faithfulness(f'The manual: "{QUOTE}" [POLICY SOURCE 1]', cited, [PASSAGE]) == 1
    invented = 'The manual: "Any ratio whatsoever is welcome." [POLICY SOURCE 1]'
    assert faithfulness(invented, cited, [PASSAGE]) == 0
    assert faithfulness("No source is named here.", cited, [PASSAGE]) is None


def test_a_quotation_of_several_sentences_stays_in_one_piece() -> None:
    text = 'It says: "One may not. See section 4.1." [POLICY SOURCE 1] Then more.'
    assert sentences(text) == ['It says: "One may not. See section 4.1." [POLICY SOURCE 1]', "Then more."]


@given(st.text(max_size=1500), st.text(max_size=100))
def test_whatever_the_passage_its_quotation_holds(text: str, query: str) -> None:
    passage = Passage(1, "d.pdf", "D", "v", 1, 1, "", text, {})
    quoted = citation(1, telling_span(text, query), passage)
    if quoted.quote:
        proof = prove(
            f'"{quoted.quote}" [POLICY SOURCE 1]', known=[], labels=[], citations=[quoted], passages=[passage]
        )
        assert proof.broken_citations == ()
        assert proof.strange_figures == ()
