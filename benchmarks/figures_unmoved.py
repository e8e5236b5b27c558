"""D3, long form: a model that writes invented figures into every text moves no number, and none of them is kept.

    python -m benchmarks.figures_unmoved [--runs 10000] [--json]

Every agent has a model that answers in the asked form, with figures of its own in every sentence. Compared with the
same case under the built-in writer: ratios, worksheets, findings, scorecard, confidence and conditions, bit by bit.
Then every figure of every stored text is looked for among what was computed, the facts, and the policy quoted; the
reading of figures is this file's own.
"""

import argparse
import asyncio
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from agents.llm.providers import Message, Reply
from tests.agents.a_run import PASSAGES, context, gateway, run
from tests.builders_case import ada, ben, cleo

if TYPE_CHECKING:
    from agents.state import StepReport
    from lending.casefile import CaseFile
    from lending.conclusion import Conclusion

AGENTS = ("intake", "ratio", "policy", "compliance", "underwriting", "decision", "audit")
NUMBERS = ("ratios", "worksheets", "findings", "scorecard", "confidence", "conditions", "hard_rules")
SENTENCES = (
    "The back-end DTI is {percent} percent.",
    "PITIA comes to ${dollars} a month, not what the file says.",
    "The loan-to-value is {percent}%, so {dollars} dollars of the value are free.",
    "Reserves last {small} months [POLICY SOURCE 1].",
    "The score of {score} is above the limit of {score}.",
    "Income is $ {dollars} and debts are {small} thousand.",
    "In words, the ratio is {words} percent.",
    "As a ratio that is .{score}, and some ${thousands}k a month.",
)
_FIGURE = re.compile(r"(?<![\w.])\$?\s?(\d[\d,]*(?:\.\d+)?|\.\d+)")
WORDS = {
    "sixty-one": Decimal(61),
    "twenty-three": Decimal(23),
    "one hundred and seven": Decimal(107),
    "seventy point four": Decimal("70.4"),
}


class Inventive:
    """A client whose every text holds figures that nobody computed; ``told`` keeps the texts."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.told = 0

    def prepare(self, model: str) -> None:
        """Load nothing."""

    async def __call__(self, model: str, messages: Sequence[Message], schema: dict[str, Any]) -> Reply:
        """Answer in the asked form."""
        self.told += 1
        return Reply(json.dumps(self.answer(schema["title"])), "stop", refused=False, input_tokens=9, output_tokens=9)

    def answer(self, form: str) -> dict[str, Any]:
        """Return an answer of the form, invented figures in each of its texts."""
        quote = " ".join(PASSAGES[0].text.split()[:8])
        answers: dict[str, dict[str, Any]] = {
            "Narrative": {"text": self.text(), "concerns": []},
            "Rewordings": {"rewordings": [{"search": 1, "wording": self.text()[:150]}]},
            "PolicyReading": {"text": self.text(), "quotations": [{"source": 1, "quote": quote}]},
            "SecondOpinion": {"text": self.text(), "recommendation": self.dice.choice(("approve", "review"))},
            "ClaimCheck": {"claims": [{"claim": self.text(), "supported": True}]},
        }
        return answers[form]

    def text(self) -> str:
        """Return one to three sentences."""
        return " ".join(self.sentence() for _ in range(self.dice.randint(1, 3)))

    def sentence(self) -> str:
        """Return one sentence with figures drawn anew."""
        dice = self.dice
        return dice.choice(SENTENCES).format(
            percent=f"{dice.uniform(5, 99):.2f}",
            dollars=f"{dice.uniform(301, 99_999):,.2f}",
            small=f"{dice.uniform(13, 90):.3f}",
            score=dice.randint(301, 849),
            words=dice.choice(tuple(WORDS)),
            thousands=dice.randint(13, 99),
        )


def figures_of(texts: Iterable[str]) -> set[Decimal]:
    """Return every figure of some texts as a number, thousands commas and dollar signs aside."""
    joined = "\n".join(texts)
    found = (match.group(1) for match in _FIGURE.finditer(joined))
    in_words = {value for words, value in WORDS.items() if words in joined}
    return {abs(Decimal(figure.replace(",", "").rstrip("."))) for figure in found} | in_words


def computed(case: "CaseFile", plain: "Conclusion", steps: Sequence["StepReport"]) -> set[Decimal]:
    """Return every figure of the case, of what was computed on it, and of the policy's text."""
    kept = {name: getattr(plain, name) for name in (*NUMBERS, "facts", "reasons", "rationale", "doubts", "missing")}
    material = [json.dumps(kept, default=_plain), json.dumps(asdict(case), default=str)]
    said = [step.summary for step in steps] + [passage.text + passage.section for passage in PASSAGES]
    return figures_of([re.sub(r'["\[\]{}:_-]', " ", text) for text in material + said])


def _plain(value: Any) -> Any:
    return asdict(value) if hasattr(value, "__dataclass_fields__") else str(value)


def numbers_of(conclusion: "Conclusion") -> str:
    """Return every number a run leaves behind, as text to compare bit by bit."""
    return json.dumps({name: getattr(conclusion, name) for name in NUMBERS}, default=_plain, sort_keys=True)


async def measured(runs: int, seed: int = 5) -> dict[str, Any]:
    """Return how many of ``runs`` moved a number, and the invented figures that a stored text kept."""
    counts, strange = Counter[str](), set[str]()
    cases = (ada(), ben(), cleo(), ada(note_rate=Decimal("9.25")), ben(loan_amount=Decimal(210_000)))
    plain = [(case, *await run(case, context())) for case in cases]
    known = [computed(*each) for each in plain]
    for number in range(runs):
        place = number % len(plain)
        case, without, _ = plain[place]
        chat = Inventive(random.Random(f"{seed}/{number}"))
        models = gateway(dict.fromkeys(AGENTS, "compatible/inventive"), chat=chat)
        conclusion, steps = await run(case, context(models=models))
        texts = [conclusion.rationale, *(step.summary for step in steps)]
        kept = {str(figure) for figure in figures_of(texts) - known[place]}
        strange |= kept
        counts.update(runs=1, asked=chat.told, moved=int(numbers_of(conclusion) != numbers_of(without)))
        counts["approved_by_doubt"] += without.outcome != "APPROVED" and conclusion.outcome == "APPROVED"
        counts["texts_with_strange_figures"] += bool(kept)
    return {**counts, "strange": sorted(strange)[:10]}


def main() -> int:
    """Print the counts; exit 1 where a number moved or an invented figure was kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    began = time.monotonic()
    counts = asyncio.run(measured(given.runs))
    report = {**counts, "seconds": round(time.monotonic() - began)}
    print(json.dumps(report, indent=None if given.json else 1))
    return int(bool(counts["moved"] or counts["texts_with_strange_figures"]))


if __name__ == "__main__":
    sys.exit(main())
