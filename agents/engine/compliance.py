"""Compliance in code: every borrower screened against the lists, then the dated rules of the law."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from lending.casefile import BorrowerFacts, CaseFile, Identity
from policies.rulebook.findings import Finding
from policies.rulebook.rules import DatedRules, Facts
from policies.sanctions.screening import Hit, NameNotScreenable, PersonName, Screener

SCREENED_FACT = "sanctions_hit"
GROUP = "compliance"


def check_compliance(case: CaseFile, facts: Facts, rules: DatedRules, screener: Screener | None) -> list[Finding]:
    """Return the compliance findings. The one on sanctions carries every hit, cleared ones too, with its score parts.

    Only a strong hit that nobody cleared stops the case. Without a list, without borrowers or without a name that can
    be screened the result is unknown, never clear.
    """
    screened = [(borrower, _screen(borrower.identity, screener)) for borrower in case.borrowers]
    hits = [_shown(borrower, hit, cleared) for borrower, found in screened for hit, cleared in found or ()]
    unknown = not screened or any(found is None for _, found in screened)
    stopped = any(hit.is_strong and not cleared for _, found in screened for hit, cleared in found or ())
    answer = True if stopped else None if unknown else False
    findings = rules.evaluate({**facts, SCREENED_FACT: answer}, group=GROUP)
    return list(_with_hits(findings, hits))


def _screen(identity: Identity | None, screener: Screener | None) -> list[tuple[Hit, bool]] | None:
    """Return a borrower's hits, each with whether it was cleared; None when the borrower could not be screened."""
    if identity is None or screener is None:
        return None
    try:
        hits = screener.screen(PersonName(identity.first_name, identity.last_name, identity.birth_date))
    except NameNotScreenable:
        return None
    return [(hit, hit.entry_key in identity.cleared_hits) for hit in hits]


def _shown(borrower: BorrowerFacts, hit: Hit, cleared: bool) -> dict[str, Any]:
    """Return a hit as a person needs it to judge: the list's words and the score, nothing of the borrower's own."""
    return {
        "borrower": borrower.position,
        "borrower_id": borrower.identity.borrower_id if borrower.identity else "",
        "entry_key": hit.entry_key,
        "source": hit.party.source,
        "number": hit.party.number,
        "listed_name": hit.party.name,
        "matched_name": hit.matched_name,
        "aliases": list(hit.party.aliases),
        "birth_dates": list(hit.party.birth_dates),
        "programs": hit.party.programs,
        "grade": str(hit.grade),
        "score": hit.parts,
        "cleared": cleared,
    }


def _with_hits(findings: Iterable[Finding], hits: list[dict[str, Any]]) -> Iterable[Finding]:
    for finding in findings:
        yield replace(finding, details={**finding.details, "hits": hits}) if finding.fact == SCREENED_FACT else finding
