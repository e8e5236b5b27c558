"""Policy: what the lender's own manuals say about this loan, every sentence resting on quoted words."""

from collections.abc import Sequence

from asgiref.sync import sync_to_async

from agents.citing import broken_citations, citation, quotation_stands
from agents.context import AgentContext
from agents.llm.answers import PolicyReading, Queries
from agents.material import facts_of, passages_text
from agents.narratives import policy_text
from agents.nodes.agent import Work, agent
from agents.nodes.writing import Written, asked, written
from agents.prompts import Prompt
from agents.quoting import Inquiry, choose_passages, inquiries_for, telling_span
from agents.state import AgentFault, CaseState, Citation, PolicyReport, Verdict
from agents.wording import counted, loan_words
from lending.casefile import CaseFile
from policies.search.citations import Passage, SearchQuery, SearchResult


async def work(state: CaseState, context: AgentContext) -> Work:
    """Search the manuals for the rules in play, choose passages, quote them; a model, if any, reads and cites them."""
    case = state["case"]
    inquiries, faults, doubts = await _inquiries(case, state, context)
    results = [await _search(inquiry.question, case, context) for inquiry in inquiries]
    chosen = choose_passages(inquiries, results)
    passages = tuple(passage for _, passage in chosen)
    quotes = tuple(
        citation(number, telling_span(passage.text, inquiry.question, inquiry.limit), passage)
        for number, (inquiry, passage) in enumerate(chosen, start=1)
    )
    note, cited = await _read(case, context, passages, quotes)
    faults, doubts = (*faults, *note.faults), (*doubts, *note.doubts)
    if not passages:
        doubts = (*doubts, "Policy: the search found no passage that bears on this loan.")
    queries = tuple(inquiry.question for inquiry in inquiries)
    return Work(
        report=PolicyReport(
            verdict=Verdict.NEEDS_REVIEW if doubts or faults else Verdict.CLEAR,
            queries=queries,
            passages=passages,
            citations=cited,
            narrative=note.text,
            corpus_version=next((result.corpus_version for result in results), ""),
        ),
        summary=f"{len(queries)} searches, {counted(len(cited), 'citation')}.",
        writer=note.text.writer,
        faults=faults,
        doubts=doubts,
        details={"queries": list(queries), "passages": [passage.chunk_id for passage in passages]},
    )


async def _inquiries(
    case: CaseFile, state: CaseState, context: AgentContext
) -> tuple[tuple[Inquiry, ...], tuple[AgentFault, ...], tuple[str, ...]]:
    own = inquiries_for(case, context.rules.evaluate(facts_of(state, context), group="underwriting"))
    searches = "\n".join(inquiry.question for inquiry in own)
    prompt = Prompt("policy_queries", (("loan", loan_words(case)), ("searches", searches)))
    answer, faults, doubts = await asked("policy", context, prompt, Queries)
    variants = tuple(Inquiry(query) for query in (answer.queries if answer else ()))
    return (*own, *variants), faults, doubts


async def _search(question: str, case: CaseFile, context: AgentContext) -> SearchResult:
    query = SearchQuery(question, case.program.value, case.home.state, context.today.isoformat())
    return await sync_to_async(context.search)(query)


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
    if broken_citations(note.answer.text, model_quotes, passages) or len(model_quotes) < len(note.answer.quotations):
        doubt = "Policy: the model cited words that do not stand in the passages; the built-in text stands."
        return _ours(text, note, doubt), quotes
    if note.answer.conflict:
        return Written(note.text, note.answer, doubts=("Policy: the model sees passages that conflict.",)), model_quotes
    return note, model_quotes


def _model_citations(answer: PolicyReading, passages: Sequence[Passage]) -> tuple[Citation, ...]:
    return tuple(
        citation(found.source, found.quote, passages[found.source - 1])
        for found in answer.quotations
        if found.source <= len(passages) and quotation_stands(found.quote, passages[found.source - 1])
    )


def _ours(text: str, note: Written, doubt: str) -> Written:
    return Written(note.text.__class__(text, "template"), note.answer, doubts=(*note.doubts, doubt))


policy = agent("policy", work)
