"""How often the engine's eligibility agrees with what lenders did, on applications of the HMDA register.

``python benchmarks/hmda_agreement.py FOLDER [--limits FHFA_LIST] [--on DAY] [--json]``; FOLDER holds the register's
files. A finding about the data, not a score: HMDA publishes neither credit history nor reserves nor collateral, so
the engine can only say which loans cannot be made, never which should be. See docs/hmda.md.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from agents.engine.assessment import UNDERWRITING, assess
from agents.engine.reasons import principal_reasons
from benchmarks.hmda_rows import ASSUMPTIONS, HmdaRow, boston, california, new_york, sample
from lending.rounding import agency_rounded
from lending.vocabulary import Program
from policies.loan_limits.areas import NO_AREAS, AreaLimits
from policies.loan_limits.county_lists import read_counties
from policies.rulebook.findings import Finding, Result, Severity
from policies.rulebook.rules import DatedRules, RuleBook

FILES: dict[str, Callable[[Path, date], Iterator[HmdaRow]]] = {
    "hmda_ny_2023_conventional_purchase.csv.gz": new_york,
    "hmda_2018plus_all_purposes_sample.csv.gz": sample,
    "hmda_ca_2024_one_credit_union_full99.csv": california,
    "boston_fed_hmda_1990_loanapp.csv": boston,
}
LAST_DAY_OF_2025 = date(2025, 12, 31)  # the county limits that go with the data are those of 2025
KNOWN = frozenset(  # what the register publishes; every other fact is taken away before the rules are asked
    [
        *("program", "purpose", "occupancy", "amortization", "term_months", "loan_amount", "units", "property_type"),
        *("property_state", "high_cost_area_state", "county_limit", "cltv", "cltv_rounded", "back_end_dti"),
    ]
)
DTI_BANDS = (0, 20, 30, 36, 40, 44, 50, 60, 10_000)
CLTV_BANDS = (0, 60, 80, 90, 95, 97, 10_000)
AGENCY, CONFORMING_LIMIT = "agency", "conforming_loan_limit"  # a layer and a rule of the rulebook
Areas = Mapping[str, AreaLimits]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine says of one row: the hard rules that failed on published facts, under the closest program.

    ``unknown_facts`` are those that hard rules of that program ask for and the register does not publish.
    """

    row: HmdaRow
    failed: tuple[Finding, ...]
    codes: frozenset[int]
    unknown_facts: frozenset[str]

    @property
    def ineligible(self) -> bool:
        """Whether every program that the loan may belong to has a hard rule that failed."""
        return bool(self.failed)

    @property
    def ineligible_by_agency(self) -> bool:
        """Whether one of them is an agency's rule, not an overlay of the sample lender's own."""
        return any(found.details["layer"] == AGENCY for found in self.failed)


Judge = Callable[[Answer], bool]


def main() -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limits", type=Path, help="FHFA's list of county loan limits for the year of --on")
    parser.add_argument("--on", type=date.fromisoformat, default=LAST_DAY_OF_2025, help="the rulebook's day")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = (
        row
        for name, read in FILES.items()
        if (options.folder / name).exists()
        for row in read(options.folder / name, options.on)
    )
    report = compare(rows, RuleBook.load().on(options.on), county_limits(options.limits))
    print(json.dumps(report) if options.json else "\n".join(told(report)))
    return 0 if report["groups"] else 1


def county_limits(path: Path | None) -> Areas:
    """Return conforming limits by county from a published list. Exits with its first fault where it has one."""
    if path is None:
        return {}
    rows, faults = read_counties(path.read_bytes(), "conforming")
    if faults:
        raise SystemExit(f"{path.name}: {faults[0]}")
    return {row.county_fips: AreaLimits({n: Decimal(d) for n, d in enumerate(row.limits, 1)}, {}) for row in rows}


def compare(rows: Iterable[HmdaRow], rules: DatedRules, areas: Areas) -> dict[str, Any]:
    """Return the report: how engine and lender agree in each group, by bands of DTI and CLTV, and where they differ."""
    groups: dict[str, list[Answer]] = defaultdict(list)
    for row in rows:
        groups[row.group].append(ask(row, rules, areas))
    return {
        "on": rules.day.isoformat(),
        "assumptions": ASSUMPTIONS,
        "groups": {name: _group(answers) for name, answers in groups.items()},
    }


def ask(row: HmdaRow, rules: DatedRules, areas: Areas) -> Answer:
    """Return the engine's word on a row: that of the program with the fewest failed hard rules."""
    area = areas.get(row.case.home.county_fips or "", NO_AREAS)
    asked = [_findings(row, program, rules, area) for program in row.programs]
    findings = min(asked, key=lambda each: sum(map(_failed_hard, each)))
    failed = tuple(found for found in findings if _failed_hard(found))
    missing = {
        fact for found in findings if found.severity is Severity.HARD for fact in found.details.get("missing", ())
    }
    codes = {reason.hmda_code for reason in principal_reasons(failed, ())}
    return Answer(row, failed, frozenset(codes), frozenset(missing))


def _findings(row: HmdaRow, program: Program, rules: DatedRules, area: AreaLimits) -> list[Finding]:
    """Return the underwriting findings on what is published; a conventional loan above its limit is asked as jumbo."""
    facts = assess(replace(row.case, program=program), rules, areas=area).facts
    published = {
        "back_end_dti": row.dti,
        "cltv": row.cltv,
        "cltv_rounded": None if row.cltv is None else agency_rounded(row.cltv),
    }
    known = {name: value if name in KNOWN else None for name, value in facts.items()} | published
    findings = rules.evaluate(known, group=UNDERWRITING)
    if any(found.code == CONFORMING_LIMIT and found.result is Result.FAILED for found in findings):
        return rules.evaluate({**known, "program": Program.JUMBO.value, "county_limit": None}, group=UNDERWRITING)
    return findings


def _failed_hard(found: Finding) -> bool:
    return found.severity is Severity.HARD and found.result is Result.FAILED


def _group(answers: list[Answer]) -> dict[str, Any]:
    approved = [answer for answer in answers if not answer.row.denied]
    return {
        "decided": len(answers),
        "denied_percent": _share(sum(answer.row.denied for answer in answers), len(answers)),
        "all_rules": _lens(answers, lambda answer: answer.ineligible),
        "agency_rules_alone": _lens(answers, lambda answer: answer.ineligible_by_agency),
        "approved_but_ineligible_by_rule": _counted(found.code for answer in approved for found in answer.failed),
        "not_published": _counted(fact for answer in answers for fact in answer.unknown_facts),
        **_reasons([answer for answer in answers if answer.row.denied]),
    }


def _lens(answers: list[Answer], ineligible: Judge) -> dict[str, Any]:
    """Return how a judgement and the lenders' agree, in all and by band."""
    denied = [answer for answer in answers if answer.row.denied]
    refused = [answer for answer in answers if ineligible(answer)]
    both = sum(answer.row.denied for answer in refused)
    return {
        "agreement_percent": _agreement(answers, ineligible)["agreement_percent"],
        "denied_and_ineligible": both,
        "denied_not_ineligible": len(denied) - both,
        "approved_but_ineligible": len(refused) - both,
        "approved_not_ineligible": len(answers) - len(denied) - len(refused) + both,
        "denied_of_ineligible_percent": _share(both, len(refused)),
        "denied_of_others_percent": _share(len(denied) - both, len(answers) - len(refused)),
        "ineligible_of_denied_percent": _share(both, len(denied)),
        "by_dti": _banded(answers, ineligible, DTI_BANDS, lambda answer: answer.row.dti),
        "by_cltv": _banded(answers, ineligible, CLTV_BANDS, lambda answer: answer.row.cltv),
    }


def _agreement(answers: list[Answer], ineligible: Judge) -> dict[str, Any]:
    agreed = sum(answer.row.denied == ineligible(answer) for answer in answers)
    return {
        "denied_percent": _share(sum(answer.row.denied for answer in answers), len(answers)),
        "ineligible_percent": _share(sum(map(ineligible, answers)), len(answers)),
        "agreement_percent": _share(agreed, len(answers)),
    }


def _banded(
    answers: list[Answer], ineligible: Judge, bands: tuple[int, ...], figure: Callable[[Answer], Decimal | None]
) -> dict[str, dict[str, Any]]:
    """Return rows and agreement per band; a band begins above its first figure and ends with its last."""
    inside: dict[str, list[Answer]] = {name: [] for name in (*(_band(*ends) for ends in pairwise(bands)), "unknown")}
    for answer in answers:
        value = figure(answer)
        fitting = (_band(low, high) for low, high in pairwise(bands) if value is not None and low < value <= high)
        inside[next(fitting, "unknown")].append(answer)
    return {name: {"rows": len(held), **_agreement(held, ineligible)} for name, held in inside.items() if held}


def _band(low: int, high: int) -> str:
    return f"to {high}" if low == 0 else f"above {low}" if high == 10_000 else f"{low} to {high}"


def _reasons(denied: list[Answer]) -> dict[str, Any]:
    """Return how the lender's denial codes and the engine's compare, where the register has the lender's."""
    coded = [answer for answer in denied if answer.row.denial_codes]
    if not coded:
        return {}
    refused = [answer for answer in coded if answer.ineligible]
    shared = sum(bool(answer.codes & answer.row.denial_codes) for answer in refused)
    return {
        "denied_with_codes": len(coded),
        "ineligible_with_codes": len(refused),
        "sharing_a_code": shared,
        "sharing_a_code_percent": _share(shared, len(refused)),
        "by_lender_code": {
            str(code): {
                "denied": sum(code in answer.row.denial_codes for answer in coded),
                "engine_names_it": sum(code in answer.codes & answer.row.denial_codes for answer in coded),
                "engine_finds_nothing": sum(
                    code in answer.row.denial_codes and not answer.ineligible for answer in coded
                ),
            }
            for code in sorted({code for answer in coded for code in answer.row.denial_codes})
        },
        "codes_only_the_engine_names": _counted(
            str(code) for answer in refused for code in answer.codes - answer.row.denial_codes
        ),
    }


def _counted(names: Iterable[str]) -> dict[str, int]:
    """Return the eight most frequent, by name where they are as frequent."""
    return dict(sorted(Counter(names).items(), key=lambda counted: (-counted[1], counted[0]))[:8])


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def told(report: dict[str, Any]) -> Iterator[str]:
    """Yield the report as a person reads it."""
    yield f"Rules of {report['on']}."
    for name, group in report["groups"].items():
        yield f"\n{name}"
        yield from _lines(group, "  ")
    yield "\nAssumed:"
    yield from (f"- {assumption}" for assumption in report["assumptions"])


def _lines(figures: Mapping[str, Any], indent: str) -> Iterator[str]:
    for name, value in figures.items():
        if isinstance(value, dict) and any(isinstance(inner, dict) for inner in value.values()):
            yield f"{indent}{_words(name)}:"
            yield from _lines(value, f"{indent}  ")
        else:
            yield f"{indent}{_words(name)}: {_listed(value) if isinstance(value, dict) else value}"


def _listed(figures: Mapping[str, Any]) -> str:
    return ", ".join(f"{_words(name)} {value}" for name, value in figures.items())


def _words(name: str) -> str:
    return name.replace("_", " ")


if __name__ == "__main__":
    raise SystemExit(main())
