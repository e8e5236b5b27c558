"""One question to an agent's model, if it has one; the built-in text stands wherever the model's cannot."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from agents.citing import figures_in, strange_figures
from agents.context import AgentContext
from agents.exceptions import AgentError
from agents.llm.answers import Narrative, PolicyReading, SecondOpinion
from agents.llm.gateway import Answer
from agents.narratives import WRITER
from agents.prompts import Prompt
from agents.state import AgentFault, Text
from agents.wording import decimals

Form = TypeVar("Form", bound=BaseModel)
TextForm = Narrative | PolicyReading | SecondOpinion
NOTES = "officer_notes"  # a model may read these, but their figures prove nothing


@dataclass(frozen=True, slots=True)
class Written:
    """The text that stands, the model's whole answer if it was usable, and what went wrong or unclear."""

    text: Text
    answer: Any = None
    faults: tuple[AgentFault, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether no model was asked, or it answered without trouble or concern."""
        return not self.faults and not self.doubts


async def written(agent: str, context: AgentContext, prompt: Prompt, schema: type[TextForm], fallback: str) -> Written:
    """Ask the agent's model for ``schema``; without a model return ``fallback``.

    A model that fails leaves the fallback, a fault and a doubt. A text with a figure that is not in the material is
    replaced by the fallback with a doubt. Concerns the model lists are a doubt.
    """
    given, faults, doubts = await asked(agent, context, prompt, schema)
    if given is None:
        return Written(Text(fallback, WRITER), None, faults, doubts)
    answer = given.value
    if strange_figures(answer.text, _figures_of(prompt)):
        doubt = f"{agent.capitalize()}: the model's text held a figure that was not computed; the built-in text stands."
        return Written(Text(fallback, WRITER), answer, doubts=(doubt,))
    if getattr(answer, "concerns", None):
        doubts = (f"{agent.capitalize()}: the model raises a concern; read its text.",)
    return Written(Text(_with_concerns(answer), given.model), answer, doubts=doubts)


async def asked(
    agent: str, context: AgentContext, prompt: Prompt, schema: type[Form]
) -> tuple[Answer[Form] | None, tuple[AgentFault, ...], tuple[str, ...]]:
    """Return the model's answer, or None with a fault and a doubt when it failed; None alone when there is no model."""
    if not context.models.has_model(agent):
        return None, (), ()
    try:
        return await context.models.ask(agent, prompt, schema), (), ()
    except AgentError as exc:
        doubt = f"{agent.capitalize()}: model unreachable or unusable ({exc.kind}); the built-in text stands."
        return None, (AgentFault(agent, exc.kind, str(exc)),), (doubt,)


def _figures_of(prompt: Prompt) -> Iterable[Any]:
    return decimals(figure for label, text in prompt.material if label != NOTES for figure in figures_in(text))


def _with_concerns(answer: Any) -> str:
    concerns = [f"- {concern}" for concern in getattr(answer, "concerns", ())]
    return "\n".join([answer.text, *concerns])
