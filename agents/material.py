"""What a run's reports hold together: ratios, findings, figures and labels, for prompts, checks and the file."""

from collections.abc import Sequence
from dataclasses import fields
from decimal import Decimal

from agents.citing import figures_in, place_labels
from agents.context import AgentContext
from agents.engine.facts import case_facts, with_residual_ratio
from agents.engine.gate import BAND_HIGH, BAND_LOW
from agents.narratives import ratio_text
from agents.state import CaseState
from agents.wording import decimals, finding_line, loan_words
from lending.ratios import Ratios
from policies.rulebook.findings import Finding
from policies.rulebook.rule_wording import shown
from policies.rulebook.rules import Facts
from policies.search.citations import Passage

UNKNOWN_RATIOS = Ratios(
    *(None, None, None, None, None), *(None, None, None, None, None), *(None, None, None, None, None)
)
FINDING_AGENTS = ("intake", "compliance", "underwriting")


def ratios_of(state: CaseState) -> Ratios:
    """Return the run's ratios; all unknown where the ratio agent did not run or failed."""
    report = state.get("ratio")
    return report.ratios if report and report.ratios else UNKNOWN_RATIOS


def facts_of(state: CaseState, context: AgentContext) -> Facts:
    """Return every fact of the run that rules may ask about, on the day of the rules."""
    return with_residual_ratio(case_facts(state["case"], ratios_of(state), context.areas), context.rules)


def findings_by_agent(state: CaseState) -> list[tuple[str, Finding]]:
    """Return every finding with the agent that made it, in the order of the agents."""
    reports = [(name, state.get(name)) for name in FINDING_AGENTS]
    return [(name, finding) for name, report in reports if report for finding in report.findings]  # type: ignore[attr-defined]


def findings_of(state: CaseState) -> tuple[Finding, ...]:
    """Return every finding of the run."""
    return tuple(finding for _, finding in findings_by_agent(state))


def passages_of(state: CaseState) -> tuple[Passage, ...]:
    """Return the passages that the policy agent chose; ``[POLICY SOURCE N]`` is the N-th."""
    report = state.get("policy")
    return report.passages if report else ()


def facts_text(state: CaseState) -> str:
    """Return what is known of the loan in sentences, for a prompt: no name, no address, no free text."""
    case = state["case"]
    borrowers = [
        f"Borrower {person.position}: credit score {shown(person.credit_score, '')}, "
        f"{shown(person.years_employed, 'years')} employed, income {shown(person.monthly_income, 'dollars')} a month."
        for person in case.borrowers
    ]
    return "\n".join([f"Loan: {loan_words(case)}.", *borrowers, ratio_text(ratios_of(state))])


def findings_text(findings: Sequence[Finding]) -> str:
    """Return findings one a line with result and source, for a prompt."""
    return "\n".join(f"{f.result} ({f.severity}): {finding_line(f)}" for f in findings) or "none"


def passages_text(passages: Sequence[Passage]) -> str:
    """Return the numbered passages for a prompt."""
    numbered = enumerate(passages, start=1)
    return "\n\n".join(
        f"[POLICY SOURCE {n}] {p.title}, section {p.section}, page {p.page}\n{p.text}" for n, p in numbered
    )


def known_figures(state: CaseState) -> set[Decimal]:
    """Return every figure that code computed or was given for this run: what a text may state."""
    case, ratios = state["case"], ratios_of(state)
    figures = {getattr(ratios, field.name) for field in fields(Ratios)} | {
        BAND_LOW,
        BAND_HIGH,
        Decimal(100),
        Decimal(30),
    }
    figures |= {case.loan_amount, case.term_months, case.note_rate, case.home.purchase_price, case.home.appraised_value}
    for finding in findings_of(state):
        figures |= {finding.value, finding.limit, finding.margin, *decimals(figures_in(finding.message))}
    if report := state.get("underwriting"):
        figures |= {report.confidence, report.hard_rules, len(report.conditions), len(report.conditions) - 3}
        for line in report.scorecard:
            figures |= {line.points, line.possible, *decimals(figures_in(line.value))}
        for condition in report.conditions:
            figures |= decimals(figures_in(condition.text))
    return {Decimal(figure) for figure in figures if _is_number(figure)}


def _is_number(figure: object) -> bool:
    return isinstance(figure, Decimal | int) and not isinstance(figure, bool)


def labels(state: CaseState) -> set[str]:
    """Return the words that hold digits without being figures: numbers, citations, titles, sections, pages."""
    words = {state["case"].number, *(finding.citation for finding in findings_of(state))}
    return (words | place_labels(passages_of(state))) - {""}
