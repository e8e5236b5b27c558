"""The judge of the evaluation: does a text follow from its passages? Asked by ragas at once, or in a batch."""

import warnings
from collections.abc import Awaitable, Callable, Sequence
from statistics import fmean
from typing import Any

from agents.llm.answers import ClaimCheck
from agents.llm.batching import ask_in_batch
from agents.llm.providers import Access
from agents.prompts import Prompt

Asked = tuple[str, str, list[str]]
Judge = Callable[[Sequence[Asked]], Awaitable[Sequence[float]]]


def batch_judge(model: str, access: Access, *, poll: float = 30.0) -> Judge:
    """Return a judge that asks all its questions in one batch of ``openai/model``; an unusable answer counts 0."""

    async def judge(asked: Sequence[Asked]) -> list[float]:
        prompts = [
            Prompt("judge", (("question", question), ("answer", text), ("passages", "\n\n".join(passages))))
            for question, text, passages in asked
        ]
        checks = await ask_in_batch(model, prompts, ClaimCheck, access, poll=poll)
        return [fmean(claim.supported for claim in check.claims) if check else 0.0 for check in checks]

    return judge


def faithfulness_judge(model: str, access: Access) -> Judge:
    """Return a judge that asks ``provider/model`` through ragas, question by question; scores are 0 to 1."""
    one = _one(model, access)

    async def judge(asked: Sequence[Asked]) -> list[float]:
        return [await one(*each) for each in asked]

    return judge


def _one(model: str, access: Access) -> Callable[[str, str, list[str]], Awaitable[float]]:
    async def judge(question: str, text: str, passages: list[str]) -> float:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            from ragas.dataset_schema import SingleTurnSample
            from ragas.llms import LangchainLLMWrapper
            from ragas.metrics import Faithfulness

            async with access.client(model) as chat:
                metric = Faithfulness(llm=LangchainLLMWrapper(chat))
                sample: Any = SingleTurnSample(user_input=question, response=text, retrieved_contexts=passages)
                return float(await metric.single_turn_ascore(sample))

    return judge
