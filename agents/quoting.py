"""From a loan to searches, from results to a few passages, from a passage to the words that matter. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from agents.citing import LONGEST_QUOTE, content_words, figures_in
from agents.wording import PURPOSE_WORDS, decimals, named, occupancy_words, program_words
from lending.casefile import CaseFile
from policies.reading.poisoning import Meaning, is_suspicious
from policies.rulebook.findings import Finding, Severity
from policies.search.citations import Passage, SearchResult

MOST_QUERIES = 4
MOST_PASSAGES = 5
ASKED_FIRST = (
    "back_end_dti",
    "credit_score",
    "ltv_rounded",
    "ltv",
    "residual_income",
    "residual_ratio",
    "reserves_months",
)
_BREAK = re.compile(r"[\"“”\n]")  # quotation marks would end our own; a heading or a row has a line of its own
_WORD = re.compile(r"[A-Za-z]{3}")
_SECTION = re.compile(r"Manual (\d+(?:\.\d+)*)")
_SPAN = re.compile(r"[^.!?]+(?:[.!?](?!\s)[^.!?]*)*[.!?]?")


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A search, and the section and limit of the rule behind it ("" and None where there is none)."""

    question: str
    section: str = ""
    limit: Decimal | None = None


def inquiries_for(case: CaseFile, findings: Sequence[Finding]) -> tuple[Inquiry, ...]:
    """Return searches for the limits in play: the figures that decide most first, one search a figure.

    Of two rules on one figure the tighter stands for it; one that cites no manual gives way to one that does.
    """
    loan = f"{program_words(case)} {PURPOSE_WORDS[case.purpose].removesuffix(' of')} {occupancy_words(case)}"
    hard = [f for f in findings if f.severity is Severity.HARD and f.fact in ASKED_FIRST]
    behind: dict[str, Inquiry] = {}
    for finding in sorted(hard, key=_tightest_first):
        name, cited = named(finding.fact), _SECTION.search(finding.citation)
        if name not in behind or not behind[name].section:
            limit = Decimal(finding.limit) if isinstance(finding.limit, Decimal | int) else None
            behind[name] = Inquiry(f"{_direction(name)} {name} {loan}", cited.group(1) if cited else "", limit)
    return tuple(behind.values())[:MOST_QUERIES] or (Inquiry(f"requirements {loan}"),)


def _tightest_first(finding: Finding) -> tuple[int, bool, Decimal]:
    return ASKED_FIRST.index(finding.fact), finding.margin is None, finding.margin or Decimal(0)


def _direction(name: str) -> str:
    return "minimum" if name in {"credit score", "reserves", "residual income"} else "maximum"


def choose_passages(inquiries: Sequence[Inquiry], results: Sequence[SearchResult]) -> list[tuple[Inquiry, Passage]]:
    """Return up to five passages with the inquiry each answers: every search's best first, none twice.

    A passage of the section that the rule rests on goes before better-ranked ones from elsewhere, and within the
    section one that states the limit.
    """
    rankings = [_ranked(inquiry, result) for inquiry, result in zip(inquiries, results, strict=True)]
    chosen: dict[int, tuple[Inquiry, Passage]] = {}
    for rank in range(max((len(ranking) for ranking in rankings), default=0)):
        for inquiry, ranking in zip(inquiries, rankings, strict=True):
            if rank < len(ranking) and len(chosen) < MOST_PASSAGES and telling_span(ranking[rank].text, ""):
                chosen.setdefault(ranking[rank].chunk_id, (inquiry, ranking[rank]))
    return list(chosen.values())


def _ranked(inquiry: Inquiry, result: SearchResult) -> list[Passage]:
    def order(passage: Passage) -> tuple[bool, bool]:
        inside = bool(inquiry.section) and is_in(inquiry.section, passage.section)
        return not inside, not (inside and _states(inquiry.limit, passage.text))

    return [] if result.abstained else sorted(result.passages, key=order)


def set_apart(result: SearchResult, meaning: Meaning) -> tuple[SearchResult, tuple[int, ...]]:
    """Return the result without what talks to a machine, and the ids left out: people may read them, no model may.

    Several such passages keep the whole text they stand in from models, for whoever wrote them may have written others
    that nothing gives away. Title and section are read as well, since they stand beside a passage in every prompt.
    """
    withheld = {passage.chunk_id for passage in result.passages if _is_suspect(passage, meaning)}
    shown = tuple(passage for passage in result.passages if passage.chunk_id not in withheld)
    return replace(result, passages=shown), tuple(sorted(withheld))


def _is_suspect(passage: Passage, meaning: Meaning) -> bool:
    flagged = passage.is_suspicious or passage.beside_suspicious
    return flagged or is_suspicious(f"{passage.title}\n{passage.section}", meaning)


def is_in(section: str, label: str) -> bool:
    """Whether a label such as "4.2.1 Deep" names the section 4.2 or one inside it."""
    number = label.split(" ", 1)[0]
    return number == section or number.startswith(f"{section}.")


def telling_span(text: str, query: str, limit: Decimal | None = None) -> str:
    """Return the words of a passage that state ``limit`` or else share most with the query.

    Whole sentences of prose go before headings and rows of tables, unless only a row states the limit. Verbatim but for
    white space, without quotation marks inside, and cut at a word where longer than a quotation may be.
    """
    pieces = [" ".join(piece.split()) for piece in _BREAK.split(text)]
    spans = [span.group().strip() for piece in pieces for span in _SPAN.finditer(piece)]
    wanted = content_words(query)

    def worth(span: str) -> tuple[bool, bool, int, bool, bool]:
        states, prose = _states(limit, span), span[-1] in ".;" and "|" not in span
        return states, prose or states, len(content_words(span) & wanted), prose, any(map(str.isdigit, span))

    best = max([span for span in spans if len(span.split()) > 3 and _WORD.search(span)] or spans, key=worth, default="")
    return best if len(best) <= LONGEST_QUOTE else best[:LONGEST_QUOTE].rsplit(" ", 1)[0]


def _states(limit: Decimal | None, text: str) -> bool:
    return limit is not None and limit in decimals(figures_in(text))
