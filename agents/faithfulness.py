"""How far a text's claims rest on evidence, claim by claim: a judge's word, else shared words, else meaning. Pure."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean

from agents.citing import content_words, figures_in, sentences, strange_figures
from agents.llm.answers import ClaimCheck
from agents.wording import decimals

SURE = Decimal("0.8")  # of a claim's words in the evidence; below it the meaning is asked as well
Likeness = Callable[[Sequence[str], Sequence[str]], Sequence[float]]  # each claim's cosine to the nearest evidence


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim by its number, how far it is borne out (0 to 1), and by whom: ``model``, ``words`` or ``meaning``."""

    number: int
    score: Decimal
    by: str

    def as_plain(self) -> dict[str, str | int]:
        """Return it as JSON holds it; the words themselves stand in the text."""
        return {"claim": self.number, "score": str(self.score), "by": self.by}


def unlike(claims: Sequence[str], evidence: Sequence[str]) -> list[float]:
    """Know nothing of meaning, where no embedder is at hand: then shared words must do."""
    return [0.0 for _ in claims]


def judged(check: ClaimCheck) -> tuple[Claim, ...]:
    """Return a judge's claims: 1 where supported, 0 where not."""
    return tuple(
        Claim(number, Decimal(int(one.supported)), "model") for number, one in enumerate(check.claims, start=1)
    )


def measured(
    text: str, evidence: Sequence[str], likeness: Likeness, *, labels: Collection[str] = ()
) -> tuple[Claim, ...]:
    """Return each sentence with the share of its words found in one piece of evidence, or its cosine if that is more.

    A sentence with a figure that no evidence holds, ``labels`` such as section numbers aside, is not borne out at all.
    """
    claims, held = sentences(text), [content_words(piece) for piece in evidence]
    known = decimals(figure for piece in evidence for figure in figures_in(piece))
    strange = [bool(strange_figures(claim, known, apart_from=labels)) for claim in claims]
    by_words = [Decimal(0) if odd else _shared(claim, held) for claim, odd in zip(claims, strange, strict=True)]
    open_ones = [place for place, score in enumerate(by_words) if score < SURE and not strange[place]]
    cosines = likeness([claims[place] for place in open_ones], evidence) if open_ones and evidence else []
    by_meaning = {place: _rounded(cosine) for place, cosine in zip(open_ones, cosines, strict=False)}
    return tuple(
        Claim(place + 1, by_meaning[place], "meaning")
        if by_meaning.get(place, Decimal(0)) > score
        else Claim(place + 1, score, "words")
        for place, score in enumerate(by_words)
    )


def faithfulness_of(claims: Sequence[Claim]) -> Decimal | None:
    """Return the mean of the claims' scores, 0 to 1; None without claims."""
    return _rounded(fmean(claim.score for claim in claims)) if claims else None


def _shared(claim: str, held: Sequence[set[str]]) -> Decimal:
    words = content_words(claim)
    if not words:
        return Decimal(1)
    return _rounded(max((len(words & piece) for piece in held), default=0) / len(words))


def _rounded(score: float | Decimal) -> Decimal:
    return min(max(Decimal(str(score)), Decimal(0)), Decimal(1)).quantize(Decimal("0.001"))
