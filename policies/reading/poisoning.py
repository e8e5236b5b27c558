"""A policy passage that talks to a machine instead of to lenders. It stays findable, and no model is shown it. Pure."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from policies.reading.disguises import folded, readings
from policies.reading.machine_talk import is_talk, weighed

WHOM = r"(an? |the |any |all )?(ai|llm|language model|assistant|chatbot|model|agent|underwriting (ai|bot|model))s?"
OUTCOME = r"(approved?|approval|pass(ed)?|cleared|eligible|accept(ed)?|access granted|verdict|json|confidence)"
ORDERS = (
    # set aside what was said before
    r"\b(ignore|disregard|forget|override|bypass|discard|neglect)\b.{0,40}"
    r"\b(instructions?|prompts?|guidelines|directions?|commands?|content policy"
    r"|(previous|prior|earlier|above|other|all) (rules?|polic(y|ies)|text|limits?|checks?|findings?))\b",
    r"\b(new|updated|real|actual|admin) (system )?(instructions?|orders?|task)( for you)? ?(:|are|is|follow|start)",
    r"\b(ignor|olvid|oubli|vergiss|vergessen|dimentic|missacht|scart|descart)\w*\b.{0,40}"
    r"\b(instruc|instruct|istruzion|anweisung|consigne|regeln\b|regole\b|reglas\b|règles\b)",
    # be somebody else
    r"\b(you|assistant|model|ai) (are|is) (now|no longer) (an?|the|in|un|free|allowed|bound)\b",
    r"\b(act as (if you|my|the (ai|assistant|system|model))|role-?play)"
    r"|\bpretend (that |to be )?you are an? (ai|bot|model)\b",
    r"\bas an? (ai|assistant|language model|llm)\b",
    r"\bfrom now on,? (you|the (assistant|model|ai)|always|every)\b",
    rf"\b(note|message|attention|instructions?|reminder|notice) ?(to|for|:) ?{WHOM}\b",
    rf"\b(for|dear|hey|hello|hi|to) {WHOM} ?[:,]",
    r"\b(any|the|an?) (ai|llm|language model|assistant|chatbot|underwriting (ai|bot|model)) "
    r"(reading|that reads|must|should|shall|will|has to)\b",
    r"\b(ai (coding )?agents?|language models?|chatbots?)\)? ?:",
    # speak as the machine
    r"\b(system|developer|assistant) ?(prompt|message|override)s?\b|(^|[^a-z] ?)(system|assistant|developer|user) ?:",
    r"\b(prompt|instruc\w+|istruzioni|nota|hinweis)( de| del| du| di)? (sistema|système|systeme?)\b",
    r"<\|?/?(system|user|assistant|inst|im[ _]start|im[ _]end|endoftext|s)\b|\[/?(inst|sys|system)\]|<<sys>>|```",
    r"#{2,} ?(system|instruction|response)|\bend (of )?(user|system) (input|prompt|message|ambiguity)\b",
    r"\b(reveal|repeat|print|show|leak|tell me|output) .{0,30}"
    r"\b(prompts?|instructions?|api keys?|passwords?|secrets?)\b",
    r"\b(call|use|invoke|run|execute) (the )?"
    r"(send email|delete file|send \w+ tool|\w+ (tool|function|api)) (to|on|with)\b",
    r"\bwhen(ever)? you (read|process|summari[sz]e|see|answer|evaluate|review) this\b|\bdecode (this|the following)\b",
    r"\b(no|without|sin|sans|senza|ohne) (any )?"
    r"(restrictions|restricciones|restrizioni|einschränkungen)\b.{0,20}(you|comply|$)",
    r"\bwithout asking (again|anyone|the user)\b",
    # say the outcome beforehand
    rf"\b(return|respond|reply|answer|output|print|conclude|always say|say|set|mark)\b[^.]{{0,40}}[\"':= ]{OUTCOME}\b"
    r"(?! (by|of|from|for|in|on|under|to|is|may|must|shall|that|when|if|as)\b)",
    r"\b(approve|accept|clear) (this|my|our|every|all|any) (loan|application|file|case|borrower|applicant)s?\b"
    r".{0,40}\b(regardless|whatever|no matter|without|always|at once|immediately|now)\b",
    r"\b(do not|don't|never|no need to) (flag|mention|report|cite) (this|that|it|these)\b",
)
SEAM = 200  # characters on each side of a cut; longer orders have a telling half
_ORDERS = tuple(map(re.compile, ORDERS))


Meaning = Callable[[Sequence[str]], Sequence[float]]  # each text's log odds of talk to a machine, by what it means


def is_suspicious(text: str, meaning: Meaning) -> bool:
    """Return whether a text reads like an order to a model: by a telling phrase, by its words, or by its meaning.

    Letters spaced out, swapped, reversed or encoded are read as they are meant.
    """
    return each_suspicious([text], meaning)[0]


def each_suspicious(texts: Sequence[str], meaning: Meaning) -> list[bool]:
    """Return which of some texts are suspicious, each alone, with one question for the meaning of all of them."""
    ordered, doubts = [], []
    for text in texts:
        plain, *others = readings(text)
        ordered.append(_gives_orders(plain) or any(map(_gives_orders, others)))
        doubts.append([] if ordered[-1] else weighed(plain))
    odds = iter(meaning([part for parts in doubts for part, _ in parts]))
    talks = [[is_talk(by_words, next(odds)) for _, by_words in parts] for parts in doubts]
    return [order or any(talk) for order, talk in zip(ordered, talks, strict=True)]


def suspicious_among(texts: Sequence[str], meaning: Meaning) -> list[bool]:
    """Return which of a document's passages, in reading order, are suspicious, alone or only with the next one.

    An order cut in two by the end of a passage marks both halves, unless one of them tells enough.
    """
    alone = each_suspicious(texts, meaning)
    seams = [
        not (first or second) and _gives_orders(folded(f"{before[-SEAM:]} {after[:SEAM]}"))
        for (first, second), (before, after) in zip(pairwise(alone), pairwise(texts), strict=True)
    ]
    return [own or any(seams[max(place - 1, 0) : place + 1]) for place, own in enumerate(alone)]


def _gives_orders(folded_text: str) -> bool:
    return any(order.search(folded_text) for order in _ORDERS)
