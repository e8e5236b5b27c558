"""The proposed housing expenses of form 1003, section L4: what the home will cost a month."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from lending.intake.mismo.reading import Deal
from lending.intake.mismo.tree import Node
from lending.intake.parsed import Fields

PAYMENT = {"FirstMortgagePrincipalAndInterest", "FirstMortgagePITI"}
INSURANCE = {"HomeownersInsurance", "HazardInsurance"}
SUPPLEMENT = {"SupplementalPropertyInsurance", "FloodInsurance"}
TAX = {"RealEstateTax"}
DUES = {"HomeownersAssociationDuesAndCondominiumFees", "CooperativeAssociationDues"}
GROUND_RENT = {"GroundRent", "LeaseholdPayments"}
OTHER = {"Other", "OtherHousingExpense"}
OTHER_LIENS = {"OtherMortgageLoanPrincipalAndInterest"}
READ = INSURANCE | SUPPLEMENT | TAX | DUES | GROUND_RENT | OTHER | OTHER_LIENS  # ours; the rest is computed, not read


@dataclass(slots=True)
class ProposedHousing:
    """Dollars a month by kind, None where an amount is unreadable, and whether the list can be read as complete."""

    amounts: dict[str, Decimal | None]
    kinds: set[str]

    @property
    def complete(self) -> bool:
        """Whether the list names payment, tax and insurance, so that a line it lacks is none rather than unknown."""
        return bool(self.kinds & PAYMENT and self.kinds & TAX and self.kinds & INSURANCE)

    def monthly(self, kinds: set[str]) -> Decimal | None:
        """Return dollars a month on these kinds; None where none is listed or one cannot be read."""
        found = [self.amounts[kind] for kind in sorted(self.kinds & kinds)]
        known = [each for each in found if each is not None]
        return sum(known, Decimal(0)) if found and len(known) == len(found) else None

    def monthly_or_none(self, kinds: set[str]) -> Decimal | None:
        """Return the same, and 0 where a complete list has no line of these kinds."""
        if self.complete and not self.kinds & kinds:
            return Decimal(0)
        return self.monthly(kinds)


def read_proposed_housing(deal: Deal, loan: Node | None) -> ProposedHousing:
    """Return the proposed expenses; present ones, and lines that are computed here, stay among the unmapped values."""
    amounts: dict[str, Decimal | None] = defaultdict(Decimal)
    kinds: set[str] = set()
    for node in loan.all("HOUSING_EXPENSES/HOUSING_EXPENSE") if loan else ():
        timing, kind = deal.leaf(node, "HousingExpenseTimingType"), deal.leaf(node, "HousingExpenseType")
        if kind is None or (timing is not None and timing.text != "Proposed"):
            continue
        kinds.add(kind.text)
        if kind.text not in READ:
            continue
        kind.taken = True
        if timing is not None:
            timing.taken = True
        paid, before = deal.dollars(node, "HousingExpensePaymentAmount"), amounts[kind.text]
        amounts[kind.text] = None if paid is None or before is None else before + paid
    return ProposedHousing(amounts, kinds)


def home_costs(proposed: ProposedHousing, *, in_association: bool) -> Fields:
    """Return the costs of the home in the units of our fields: a year's tax and insurance, a month's dues and rents.

    Supplemental property insurance is form 1003's line for flood and like policies. A home in a project has dues, so a
    list without them leaves them unknown.
    """
    flood = proposed.monthly_or_none(SUPPLEMENT)
    dues = proposed.monthly(DUES) if in_association else proposed.monthly_or_none(DUES)
    return {
        "annual_property_tax": _a_year(proposed.monthly(TAX)),
        "annual_hazard_insurance": _a_year(proposed.monthly(INSURANCE)),
        "annual_flood_insurance": _a_year(flood),
        "monthly_hoa": dues,
        "monthly_ground_rent": proposed.monthly(GROUND_RENT),
        "monthly_assessments": proposed.monthly(OTHER),
    }


def _a_year(monthly: Decimal | None) -> Decimal | None:
    return None if monthly is None else monthly * 12
