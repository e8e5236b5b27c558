"""A stored decision explained in a model's words, sentence by sentence, each told only once it has been checked."""

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from agents.citing import figures_in, sentences, sources_in, strange_figures, uncited_figures
from agents.exceptions import AgentError
from agents.llm.gateway import ModelGateway
from agents.llm.streaming import Streaming, streamed
from agents.narratives import WRITER
from agents.prompts import Prompt
from agents.state import Citation
from agents.wording import decimals

AGENT = "decision"  # whose model explains; it sees no personal data
# A sentence that says this, and does not deny it, must not be told of another outcome.
SAYS = {
    "APPROVED": re.compile(r"\b(approved|approves|clear to close|cleared to close|eligible to close)\b", re.IGNORECASE),
    "DECLINED": re.compile(r"\b(declined|denied|rejected|turned down)\b", re.IGNORECASE),
}
_DENIES = re.compile(
    r"\b(not|no|never|cannot|neither|nor|until|unless|if|would|could|may|might)\b|n't\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Told:
    """What is explained: the outcome, its rationale, figures a line each, and the words that were quoted."""

    outcome: str
    rationale: str
    figures: str
    citations: tuple[Citation, ...]

    @property
    def prompt(self) -> Prompt:
        """The question to the model."""
        sources = "\n".join(f"[POLICY SOURCE {c.source}] {c.document}, {c.section}: {c.quote}" for c in self.citations)
        material = (("decision", self.rationale), ("figures", self.figures), ("sources", sources or "none"))
        return Prompt("explain", material)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that may be told, and who wrote it: a model or the built-in writer."""

    text: str
    writer: str


async def explanation(told: Told, models: ModelGateway, chat: Streaming) -> AsyncGenerator[Sentence, None]:
    """Yield the explanation: the model's sentences that stand, or the decision's own rationale where none does.

    Where the model fails in the middle, or sentences had to be left out, that is said and the rationale follows.
    """
    stood = left_out = 0
    if models.has_model(AGENT):
        try:
            async with aclosing(_written(told, models, chat)) as written:
                async for text in written:
                    if stands(text, told):
                        stood += 1
                        yield Sentence(text, models.model_for(AGENT))
                    else:
                        left_out += 1
        except AgentError:
            left_out += 1
    if stood and not left_out:
        return
    if stood:
        yield Sentence(
            "Some of the model's words are missing or could not be checked. The decision itself says:", WRITER
        )
    for text in sentences(told.rationale):
        yield Sentence(text, WRITER)


async def _written(told: Told, models: ModelGateway, chat: Streaming) -> AsyncGenerator[str, None]:
    """Yield the model's sentences, each when it is complete."""
    text = ""
    async with aclosing(streamed(models, chat, AGENT, told.prompt)) as pieces:
        async for piece in pieces:
            *whole, text = sentences(text + piece) or [""]
            text += piece[len(piece.rstrip()) :]  # the blank may be what ends a sentence
            for sentence in whole:
                yield sentence
    for sentence in sentences(text):
        yield sentence


def stands(sentence: str, told: Told) -> bool:
    """Whether a sentence states only figures of the decision, names only its sources, and no other outcome."""
    known = decimals(figures_in(f"{told.rationale}\n{told.figures}"))
    quoted = decimals(figure for cited in told.citations for figure in figures_in(cited.quote))
    numbers = [cited.section.split(" ", 1)[0] for cited in told.citations]
    labels = [f"{word} {number}" for word in ("section", "Section") for number in numbers]
    labels += [cited.section for cited in told.citations]
    return not (
        sources_in(sentence) - {cited.source for cited in told.citations}
        or strange_figures(sentence, {*known, *quoted}, apart_from=labels)
        or uncited_figures(sentence, computed=known, labels=labels, citations=told.citations, only_citing=True)
        or _says_another_outcome(sentence, told.outcome)
    )


def _says_another_outcome(sentence: str, outcome: str) -> bool:
    others = (words for name, words in SAYS.items() if name != outcome)
    return any(words.search(sentence) for words in others) and not _DENIES.search(sentence)


def quoted_in(stored: Sequence[dict[str, object]]) -> tuple[Citation, ...]:
    """Return citations as a decision stores them."""
    names = Citation.__dataclass_fields__
    return tuple(Citation(**{name: each[name] for name in names}) for each in stored)  # type: ignore[arg-type]
