"""Every leaf of a file that no field of ours takes, in file order; of some kinds only that they were there."""

import re
from collections.abc import Iterator

from lending.intake.mismo.tree import Node, places
from lending.intake.parsed import Fields

# Not kept at all, not even where no field takes them: who someone is to the tax office, and what Regulation B forbids
# to consider. The path alone says that the sender sent it.
WITHHELD = re.compile(
    r"TAXPAYER_IDENTIFIER|TaxpayerIdentifier|GOVERNMENT_MONITORING|HMDA(?!_LOAN|_HOEPA)|LANGUAGE|Language|DEPENDENT|Dependent"
    r"|MaritalStatus|DomesticRelationship|SpouseIndicator|SpousalIndicator|CitizenshipResidency|Gender|Ethnicity|Race"
    r"|Vesting|TitleHolderName|Religion|BirthDate|AgeAtApplication|SocialSecurityNumber|SSN|BorrowerMarried|PassportIdentifier|DriversLicense"
)
SOCIAL_SECURITY = re.compile(r"(?<!\d)[\dxX*]{3}-[\dxX*]{2}-\d{4}(?!\d)")
STRUCTURE = {"SequenceNumber", "xlink:label", "xlink:from", "xlink:to", "xlink:arcrole", "xsi:nil"}
LOAN_ROLES = {"SubjectLoan", "RelatedLoan"}


def leftovers(node: Node, path: str, *, skip: Node | None = None) -> Iterator[Fields]:
    """Yield path and value of each leaf and attribute below a node that was not taken.

    A withheld leaf has the key ``withheld`` in place of its value. ``skip`` leaves out one branch.
    """
    for name, value in node.attributes.items():
        if name not in STRUCTURE and not (name == "LoanRoleType" and value in LOAN_ROLES):
            yield _entry(f"{path}/@{name}", value)
    if node.text and not node.taken:
        yield _entry(path, node.text)
    if node.name == "RELATIONSHIP" and not node.taken:
        ends = (node.attributes.get(f"xlink:{name}", "").rpartition("/")[2] for name in ("arcrole", "from", "to"))
        yield _entry(path, " ".join(ends))
    for child, step in places(node.children):
        if child is not skip:
            yield from leftovers(child, f"{path}/{step}", skip=skip)


def _entry(path: str, value: str) -> Fields:
    if WITHHELD.search(path) or SOCIAL_SECURITY.search(value):
        return {"path": path, "withheld": True}
    return {"path": path, "value": value}
