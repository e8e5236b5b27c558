"""Text from outside that reads like an order to its reader. It is noted, kept as it came, and obeyed by nobody."""

import re

from lending.casefile import CaseFile
from policies.reading.disguises import readings
from policies.reading.machine_talk import by_words_alone
from policies.reading.poisoning import is_suspicious

# What a borrower's words would have to say to a reader of this one file, beside what is talk to a machine anywhere.
ORDERS = [
    r"\b(approve|accept|pass|clear) (this|the|my|our) (loan|application|file|case|borrower|applicant|mortgage)\b",
    r"\b(must|should|shall|always|already|pre-?)[ -]?(be |been )?(approved?|cleared)\b",
    r"\b(mark|set|return|respond|reply|answer|output|print|recommend|conclude)\b.{0,40}"
    r"\b(approved?|approval|pass(ed)?|clear(ed)?|eligible|accept(ed)?|verdict|json|confidence)\b",
    r"\b(do not|don't|never|no need to) (check|verify|flag|report|mention|review|screen|refer)\b",
    r"\b(ignore|disregard|forget|override|bypass)\b.{0,40}\b(rules?|checks?|findings?|limits?|everything)\b",
    r"\byou are (now )?(an?|the|no longer)\b|\b(new|updated|real|following) (instructions?|orders?)\b",
    r"\bpretend (to|that|you)\b",
]
PATTERN = re.compile("|".join(f"(?:{order})" for order in ORDERS))


def reads_like_an_order(text: str) -> bool:
    """Return whether text tries to instruct a reader, whatever its case, width, invisible signs or disguise."""
    return is_suspicious(text, by_words_alone) or any(map(PATTERN.search, readings(text)))


def suspicious_fields(case: CaseFile) -> tuple[str, ...]:
    """Return the names of the free-text fields that read like an order, as in the CSV columns; never their text."""
    texts = {"officer_notes": case.officer_notes or ""}
    for borrower in case.borrowers:
        if who := borrower.identity:
            first = f"b{borrower.position}_"
            texts |= {f"{first}name": f"{who.first_name} {who.last_name}", f"{first}employer": who.employer}
    return tuple(name for name, text in texts.items() if reads_like_an_order(text))
