"""The forms in which models answer. Everything is optional prose or a request for more care; nothing is a number."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]


class Form(BaseModel):
    """The base of all answers: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class Narrative(Form):
    """A text, and what worries the model: each concern asks for a person."""

    text: Prose
    concerns: list[Sentence] = Field(default_factory=list, max_length=10)


class Rewording(Form):
    """Another wording of the numbered search."""

    search: int = Field(ge=1)
    wording: Sentence


class Rewordings(Form):
    """Other wordings of searches of the policy manuals, up to three for each of four."""

    rewordings: list[Rewording] = Field(default_factory=list, max_length=12)


class Quotation(Form):
    """Words copied from a numbered passage."""

    source: int = Field(ge=1)
    quote: Sentence


class PolicyReading(Form):
    """What the passages say of the loan; ``conflict`` when they contradict each other."""

    text: Prose
    quotations: list[Quotation] = Field(min_length=1, max_length=10)
    conflict: bool = False


class SecondOpinion(Form):
    """What an underwriting model would recommend; it can only make the outcome more careful."""

    text: Prose
    recommendation: Literal["approve", "review", "decline"]
    concerns: list[Sentence] = Field(default_factory=list, max_length=10)


class Claim(Form):
    """One claim of a rationale and whether the evidence supports it."""

    claim: Sentence
    supported: bool


class ClaimCheck(Form):
    """Every claim of a rationale."""

    claims: list[Claim] = Field(min_length=1, max_length=40)
