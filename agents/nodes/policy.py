"""Policy: what the lender's own manuals say about this loan, every sentence resting on quoted words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from asgiref.sync import sync_to_async

from agents.citing import broken_citations, citation, figures_in, place_labels, quotation_stands, uncited_figures
from agents.context import AgentContext
from agents.llm.answers import PolicyReading, Rewordings
from agents.material import facts_of, passages_text
from agents.narratives import policy_text
from agents.nodes.agent import Work, agent
from agents.nodes.writing import Written, asked, written
from agents.prompts import Prompt
from agents.quoting import Inquiry, choose_passages, inquiries_for, set_apart, telling_span
from agents.rewording import Variants, variants_of
from agents.state import CaseState, Citation, PolicyReport, Text, Verdict
from agents.wording import counted, decimals, loan_words
from lending.casefile import CaseFile
from policies.search.citations import Passage, SearchQuery, SearchResult

WRONG_WORDS = "Policy: the model cited words that do not stand in the passages; the built-in text stands."
WRONG_FIGURE = "Policy: the model stated a figure that the words it cites do not hold; the built-in text stands."


@dataclass(frozen=True, slots=True)
class Found:
    """What the searches gave: per inquiry what a model may be shown, and the ids of passages that talk to a machine."""

    inquiries: tuple[Inquiry, ...]
    results: tuple[SearchResult, ...]
    withheld: tuple[int, ...]
    trail: dict[str, Any]

    @property
    def unanswered(self) -> list[tuple[str, str]]:
        """The questions on which the search abstained, with its reason."""
        asked = zip(self.inquiries, self.results, strict=True)
        return [(inquiry.question, result.reason) for inquiry, result in asked if result.abstained]

    def doubts(self, passages: Sequence[Passage]) -> tuple[str, ...]:
        """Return why a person must look: each question without an answer, or no passage at all to rest on."""
        open_questions = tuple(
            f'Policy: the search found no sure answer to "{question}". {reason}'.strip()
            for question, reason in self.unanswered
        )
        nothing = () if passages else ("Policy: the search found no passage that bears on this loan.",)
        return open_questions or nothing


async def work(state: CaseState, context: AgentContext) -> Work:
    """Search the manuals for the rules in play, choose passages, quote them; a model, if any, reads and cites them."""
    case = state["case"]
    found = await _found(case, state, context)
    chosen = choose_passages(found.inquiries, found.results)
    passages = tuple(passage for _, passage in chosen)
    quotes = tuple(
        citation(number, telling_span(passage.text, inquiry.question, inquiry.limit), passage)
        for number, (inquiry, passage) in enumerate(chosen, start=1)
    )
    note, cited = await _read(case, context, passages, quotes)
    doubts = (*note.doubts, *found.doubts(passages))
    queries = tuple(inquiry.question for inquiry in found.inquiries)
    return Work(
        report=PolicyReport(
            verdict=Verdict.NEEDS_REVIEW if doubts or note.faults else Verdict.CLEAR,
            queries=queries,
            passages=passages,
            citations=cited,
            narrative=note.text,
            corpus_version=next((result.corpus_version for result in found.results), ""),
        ),
        summary=_summary(found, cited),
        writer=note.text.writer,
        faults=note.faults,
        doubts=doubts,
        details={
            "queries": list(queries),
            "passages": [passage.chunk_id for passage in passages],
            "unanswered": [{"question": question, "reason": reason} for question, reason in found.unanswered],
            "withheld": list(found.withheld),
            **found.trail,
        },
    )


def _summary(found: Found, cited: Sequence[Citation]) -> str:
    parts = [f"{len(found.inquiries)} searches", counted(len(cited), "citation")]
    if found.unanswered:
        parts.append(f"{len(found.unanswered)} without a sure answer")
    if found.withheld:
        parts.append(
            f"{counted(len(found.withheld), 'passage')} kept from models and citations for talking to machines"
        )
    return f"{', '.join(parts)}."


async def _found(case: CaseFile, state: CaseState, context: AgentContext) -> Found:
    inquiries = inquiries_for(case, context.rules.evaluate(facts_of(state, context), group="underwriting"))
    variants, trail = await _variants(inquiries, context)
    whole = [await _search(each, ways, case, context) for each, ways in zip(inquiries, variants.kept, strict=True)]
    apart = [set_apart(result, context.meaning) for result in whole]
    withheld = {chunk_id for _, ids in apart for chunk_id in ids}
    return Found(inquiries, tuple(shown for shown, _ in apart), tuple(sorted(withheld)), trail)


async def _variants(inquiries: Sequence[Inquiry], context: AgentContext) -> tuple[Variants, dict[str, Any]]:
    """Return a model's rewordings and what the trail keeps of them; a model that fails costs the rewordings only."""
    questions = [inquiry.question for inquiry in inquiries]
    searches = "\n".join(f"{number}. {question}" for number, question in enumerate(questions, start=1))
    given, faults, _ = await asked("policy", context, Prompt("policy_queries", (("searches", searches),)), Rewordings)
    variants = variants_of(questions, given.value.rewordings if given else ())
    trail: dict[str, Any] = {"variants": [list(ways) for ways in variants.kept], "variants_refused": variants.refused}
    return variants, trail | ({"variants_failed": str(faults[0].kind)} if faults else {})


async def _search(inquiry: Inquiry, variants: Sequence[str], case: CaseFile, context: AgentContext) -> SearchResult:
    query = SearchQuery(inquiry.question, case.program.value, case.home.state, context.today.isoformat())
    return await sync_to_async(context.search)(query, variants=variants)


async def _read(
    case: CaseFile, context: AgentContext, passages: Sequence[Passage], quotes: tuple[Citation, ...]
) -> tuple[Written, tuple[Citation, ...]]:
    """Return the text and its citations: the model's where all of them hold, else ours."""
    text = policy_text(case, quotes, passages)
    prompt = Prompt("policy", (("loan", loan_words(case)), ("passages", passages_text(passages) or "none")))
    note = await written("policy", context, prompt, PolicyReading, text)
    if not isinstance(note.answer, PolicyReading) or note.text.writer == "template":
        return note, quotes
    model_quotes = _model_citations(note.answer, passages)
    if wrong := _wrong(note.answer, model_quotes, passages, loan_words(case)):
        return replace(note, text=Text(text, "template"), doubts=(*note.doubts, wrong)), quotes
    if note.answer.conflict:
        return replace(note, doubts=("Policy: the model sees passages that conflict.",)), model_quotes
    return note, model_quotes


def _wrong(answer: PolicyReading, cited: Sequence[Citation], passages: Sequence[Passage], loan: str) -> str:
    """Return what is wrong with a model's reading, "" where nothing is.

    A sentence takes its figures from the words it cites or from the loan's own terms, the only computed facts that the
    model was given; a figure from elsewhere in a passage was not quoted and cannot be checked by who reads the file.
    """
    if broken_citations(answer.text, cited, passages) or len(cited) < len(answer.quotations):
        return WRONG_WORDS
    terms, places = decimals(figures_in(loan)), place_labels(passages)
    return WRONG_FIGURE if uncited_figures(answer.text, computed=terms, labels=places, citations=cited) else ""


def _model_citations(answer: PolicyReading, passages: Sequence[Passage]) -> tuple[Citation, ...]:
    return tuple(
        citation(found.source, found.quote, passages[found.source - 1])
        for found in answer.quotations
        if found.source <= len(passages) and quotation_stands(found.quote, passages[found.source - 1])
    )


policy = agent("policy", work)
