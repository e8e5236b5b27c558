"""The judge of the evaluation: ragas asks a configured model whether a text follows from its passages."""

import warnings
from collections.abc import Awaitable, Callable
from typing import Any

from agents.llm.providers import Access


def faithfulness_judge(model: str, access: Access) -> Callable[[str, str, list[str]], Awaitable[float]]:
    """Return a function from question, text and passages to a faithfulness of 0 to 1, judged by ``provider/model``."""

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
