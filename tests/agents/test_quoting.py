"""From a loan to searches, and from what they find to the words that matter."""

from decimal import Decimal

import pytest

from agents.engine.charges import charges_for
from agents.engine.facts import case_facts
from agents.quoting import Inquiry, choose_passages, inquiries_for, is_in, telling_span
from lending.ratios import compute_ratios
from policies.rulebook.findings import Finding
from policies.search.citations import Passage, SearchResult
from tests.agents.a_run import BOOK, TODAY
from tests.builders_case import ada

TEXT = """5.1 Minimum Credit Score
Requirement (lender overlay). The representative score must be at least:
Conventional, fixed rate | 620 | manual underwriting: 620
Jumbo, any | 700 | not an agency loan
4 | 1,025 | 1,003 | 1,117
An unknown score goes to review."""


@pytest.mark.parametrize(
    ("query", "limit", "words"),
    [
        ("minimum credit score", "620", "Conventional, fixed rate | 620 | manual underwriting: 620"),
        ("minimum credit score", "700", "Jumbo, any | 700 | not an agency loan"),
        ("an unknown score", None, "An unknown score goes to review."),
        ("residual income", "1003", "An unknown score goes to review."),
    ],
)
def test_the_words_that_state_the_limit_are_quoted_and_bare_figures_never(query: str, limit: str, words: str) -> None:
    assert telling_span(TEXT, query, Decimal(limit) if limit else None) == words


def found(*sections: str) -> SearchResult:
    """Return passages of these sections, in this order."""
    passages = (
        Passage(number, "m.pdf", "Manual", "v", 1, number, section, f"Words on {section} are here.", {})
        for number, section in enumerate(sections, start=1)
    )
    return SearchResult(tuple(passages), {}, abstained=False)


def test_a_passage_of_the_rules_own_section_goes_first() -> None:
    [first, *_] = choose_passages([Inquiry("ratio", "4.2")], [found("4.5 Guide", "4.20 Other", "4.2.1 Deep")])
    assert first[1].section == "4.2.1 Deep"


def test_passages_are_shared_out_among_the_searches_and_none_comes_twice() -> None:
    chosen = choose_passages(
        [Inquiry("a"), Inquiry("b")], [found("1", "2", "3", "4", "5"), found("1", "2", "3", "4", "6")]
    )
    assert [passage.chunk_id for _, passage in chosen] == [1, 2, 3, 4, 5]


def test_what_abstained_gives_nothing() -> None:
    assert choose_passages([Inquiry("a")], [SearchResult(found("1").passages, {}, abstained=True)]) == []


def findings() -> list[Finding]:
    """Return the underwriting findings of a clear loan."""
    rules = BOOK.on(TODAY)
    return rules.evaluate(case_facts(ada(), compute_ratios(ada(), charges_for(ada(), rules))), group="underwriting")


def test_the_searches_ask_for_the_limits_that_decide_and_know_their_sections() -> None:
    inquiries = inquiries_for(ada(), findings())
    assert [inquiry.section for inquiry in inquiries][:3] == ["4.2", "5.1", "6.2"]
    assert inquiries[0].limit == Decimal("45.00")
    assert inquiries[0].question == "maximum back-end debt-to-income conventional purchase a primary residence"


def test_without_findings_there_is_still_something_to_ask() -> None:
    [inquiry] = inquiries_for(ada(), [])
    assert inquiry.question.startswith("requirements conventional")


@pytest.mark.parametrize(("label", "inside"), [("4.2 Maximum", True), ("4.2.1 Deep", True), ("4.20 Other", False)])
def test_a_section_holds_itself_and_what_is_below(label: str, inside: bool) -> None:
    assert is_in("4.2", label) is inside
