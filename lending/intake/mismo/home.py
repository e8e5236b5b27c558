"""The home that secures the loan: where it is, what it is, what it is worth, and what the form says it will cost."""

from decimal import Decimal

from lending.intake.cells import CellError, matching
from lending.intake.mismo.reading import Deal
from lending.intake.mismo.tree import Node
from lending.intake.mismo.words import FLOOD_PARTICIPATION, OCCUPANCIES
from lending.intake.parsed import Fields
from lending.models.fields import COUNTY_FIPS, STATE, ZIP_CODE
from lending.vocabulary import Occupancy, PropertyType

SUBJECT = "COLLATERALS/COLLATERAL/SUBJECT_PROPERTY"
DETAIL = "PROPERTY_DETAIL"
FLOOD = "FLOOD_DETERMINATION/FLOOD_DETERMINATION_DETAIL"
VALUATION = "PROPERTY_VALUATIONS/PROPERTY_VALUATION"
CONTRACT = "SALES_CONTRACTS/SALES_CONTRACT"
AREAS = (f"{DETAIL}/GrossLivingAreaSquareFeetNumber", "STRUCTURE/STRUCTURE_DETAIL/GrossLivingAreaSquareFeetNumber")
FACTORY_BUILT = {"Manufactured", "MobileHome"}


def subject_property(deal: Deal) -> Node | None:
    """Return the element of the home; several are a problem, since which one secures the loan cannot be told."""
    found = list(deal.node.all(SUBJECT))
    if len(found) > 1:
        deal.problem(found[1], "is a second home that secures the loan. Send one home a deal.")
    return found[0] if found else None


def read_home(deal: Deal, home: Node | None) -> Fields:
    """Return what the file says of the home itself, in dollars and square feet; what it costs is read with the loan."""
    units = deal.whole(home, f"{DETAIL}/FinancedUnitCount", low=1, high=4)
    return {
        "street": _street(deal, home),
        "city": deal.text(home, 100, "ADDRESS/CityName"),
        "state": deal.text(home, 2, "ADDRESS/StateCode", read=matching(STATE)),
        "zip_code": deal.text(home, 10, "ADDRESS/PostalCode", read=_zip_code),
        "county_fips": _county(deal, home),
        "units": units,
        "property_type": _property_type(deal, home, units),
        "purchase_price": deal.dollars(
            home, f"{CONTRACT}/SALES_CONTRACT_DETAIL/SalesContractAmount", f"{CONTRACT}/SalesContractAmount"
        ),
        "appraised_value": _value(deal, home),
        "square_feet": deal.whole(home, *AREAS, high=1_000_000),
        "flood_zone": deal.text(home, 5, f"{FLOOD}/NFIPFloodZoneIdentifier", f"{FLOOD}/FloodZoneIdentifier"),
        "flood_community_participates": deal.known_word(
            home, FLOOD_PARTICIPATION, f"{FLOOD}/NFIPCommunityParticipationStatusType"
        ),
        "monthly_rent": deal.dollars(home, f"{DETAIL}/RentalEstimatedGrossMonthlyRentAmount"),
    }


def read_occupancy(deal: Deal, home: Node | None, first_borrower: Node | None) -> str:
    """Return how the home will be used; the primary borrower's intent to occupy stands in; empty where neither says."""
    used = deal.word(home, OCCUPANCIES, f"{DETAIL}/PropertyUsageType")
    intent = deal.leaf(first_borrower, "DECLARATION/DECLARATION_DETAIL/IntentToOccupyType")
    if used is not None or intent is None or intent.text != "Yes":
        return used or ""
    intent.taken = True
    return Occupancy.PRIMARY


def _street(deal: Deal, home: Node | None) -> str:
    line = deal.text(home, 200, "ADDRESS/AddressLineText")
    unit = deal.text(home, 50, "ADDRESS/AddressUnitIdentifier")
    return f"{line} {unit}".strip()[:200]


def _zip_code(cell: str) -> str:
    """Return a ZIP code, empty for 00000, which is none; nine digits without a hyphen are taken."""
    written = f"{cell[:5]}-{cell[5:]}" if len(cell) == 9 and cell.isdigit() else cell
    matching(ZIP_CODE)(written)
    return "" if written.startswith("00000") else written


def _county(deal: Deal, home: Node | None) -> str:
    place = home.first("LOCATION_IDENTIFIER/FIPS_INFORMATION") if home else None
    state, county = deal.leaf(place, "FIPSStateNumericCode"), deal.leaf(place, "FIPSCountyCode")
    if state is None or county is None:
        return ""
    if not (state.text.strip("0") and county.text.strip("0")):
        return ""  # neither state 00 nor county 000 exists: the sender did not know
    try:
        code = str(matching(COUNTY_FIPS)(f"{state.text.zfill(2)}{county.text.zfill(3)}"))
    except CellError as exc:
        deal.problem(county, str(exc))
        return ""
    state.taken = county.taken = True
    return code


def _value(deal: Deal, home: Node | None) -> Decimal | None:
    """Return the appraised value, or the estimate where none is appraised; two different values are a problem."""
    valuations = [] if home is None else list(home.all(VALUATION))
    paths = ("PROPERTY_VALUATION_DETAIL/PropertyValuationAmount", "PropertyValuationAmount")
    stated = [value for each in valuations if (value := deal.dollars(each, *paths)) is not None]
    if len(set(stated)) > 1:
        deal.problem("appraised_value", "is stated more than once, with different amounts. Send the one that counts.")
    return stated[0] if stated else deal.dollars(home, f"{DETAIL}/PropertyEstimatedValueAmount")


def _property_type(deal: Deal, home: Node | None, units: int | None) -> str:
    """Return our word for construction, project, units and attachment together; empty where they leave it open."""
    says = {
        name: leaf
        for name in ("ConstructionMethodType", "AttachmentType", "PUDIndicator", "PropertyInProjectIndicator")
        if (leaf := deal.leaf(home, f"{DETAIL}/{name}")) is not None
    }
    legal = deal.leaf(home, "PROJECT/PROJECT_DETAIL/ProjectLegalStructureType")
    for leaf in (*says.values(), legal):
        if leaf is not None:
            leaf.taken = True
    told = {name: leaf.text for name, leaf in says.items()}
    if told.get("ConstructionMethodType") in FACTORY_BUILT:
        return PropertyType.MANUFACTURED
    if legal is not None and legal.text in {"Condominium", "Cooperative"}:
        return PropertyType.CONDO if legal.text == "Condominium" else PropertyType.COOP
    if units is not None and units > 1:
        return PropertyType.TWO_TO_FOUR
    if told.get("PUDIndicator") in {"true", "1"}:
        return PropertyType.PUD
    if told.get("PropertyInProjectIndicator") in {"true", "1"}:
        return ""
    attached = {"Detached": PropertyType.SINGLE_FAMILY, "Attached": PropertyType.TOWNHOUSE}
    return attached.get(told.get("AttachmentType", ""), "")


def in_association(deal: Deal, home: Node | None, property_type: str) -> bool:
    """Return whether the file places the home in a project or planned development, which has dues."""
    project = deal.leaf(home, f"{DETAIL}/PropertyInProjectIndicator")
    shared = {PropertyType.CONDO, PropertyType.COOP, PropertyType.PUD}
    return property_type in shared or (project is not None and project.text in {"true", "1"})
