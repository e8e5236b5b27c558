"""Text from outside that reads like an order to its reader. It is noted, kept as it came, and obeyed by nobody."""

import re
import unicodedata

from lending.casefile import CaseFile

ORDERS = [
    # set aside what was said before
    r"\b(ignore|disregard|forget|override|bypass)\b.{0,40}"
    r"\b(instructions?|rules?|prompts?|guidelines?|polic(y|ies)|checks?|findings?|limits?|everything)\b",
    r"\b(new|updated|real|following) (instructions?|orders?)\b",
    # be somebody else
    r"\byou are (now )?(an?|the|no longer)\b",
    r"\b(act as|pretend (to|that|you)|role-?play)\b",
    r"\bas an? (ai|assistant|language model|llm)\b",
    # speak as the machine
    r"\b(system|developer|assistant) ?(prompt|message|override|note|:)",
    r"<\|?/?(system|user|assistant|inst|im_start|im_end|s)\b|\[/?(inst|sys|system)\]|<<sys>>|```",
    r"#{2,} ?(system|instruction|response)",
    # say the outcome beforehand
    r"\b(approve|accept|pass|clear) (this|the|my|our) (loan|application|file|case|borrower|applicant|mortgage)\b",
    r"\b(must|should|shall|always|already|pre-?)[ -]?(be |been )?(approved?|cleared)\b",
    r"\b(mark|set|return|respond|reply|answer|output|print|recommend|conclude)\b.{0,40}"
    r"\b(approved?|approval|pass(ed)?|clear(ed)?|eligible|accept(ed)?|verdict|json|confidence)\b",
    r"\b(do not|don't|never|no need to) (check|verify|flag|report|mention|review|screen|refer)\b",
]
PATTERN = re.compile("|".join(f"(?:{order})" for order in ORDERS))


def reads_like_an_order(text: str) -> bool:
    """Return whether text tries to instruct a reader, whatever its case, width, invisible signs or line breaks."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    visible = "".join(sign for sign in folded if unicodedata.category(sign) != "Cf")
    return PATTERN.search(" ".join(visible.replace("_", " ").split())) is not None


def suspicious_fields(case: CaseFile) -> tuple[str, ...]:
    """Return the names of the free-text fields that read like an order, as in the CSV columns; never their text."""
    texts = {"officer_notes": case.officer_notes or ""}
    for borrower in case.borrowers:
        if who := borrower.identity:
            first = f"b{borrower.position}_"
            texts |= {f"{first}name": f"{who.first_name} {who.last_name}", f"{first}employer": who.employer}
    return tuple(name for name, text in texts.items() if reads_like_an_order(text))
