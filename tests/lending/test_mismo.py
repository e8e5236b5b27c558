"""MISMO 3.4 files: each fact lands in its field, what no field takes is kept, and what is unclear is named."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from agents.engine.assessment import assess
from lending.casefile import build_case_file
from lending.intake.mismo.deals import read_deals
from lending.intake.parsed import ParsedApplication
from lending.models import Borrower, IntakeFile, LoanApplication
from lending.vocabulary import IncomeKind
from loaniq.demo.samples import APPLICATIONS
from policies.rulebook.rules import RuleBook

pytestmark = pytest.mark.django_db
SAMPLE = APPLICATIONS.with_suffix(".xml")
TODAY = date(2026, 11, 23)
Change = tuple[str, str]
Read = Callable[..., list[ParsedApplication]]


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Path]:
    """Return a writer of the sample file with some of its text replaced, each piece wherever it stands."""

    def changed(*changes: Change, name: str = "loans.xml") -> Path:
        text = SAMPLE.read_text()
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        path = tmp_path / name
        path.write_text(text)
        return path

    return changed


@pytest.fixture
def read(changed: Callable[..., Path]) -> Read:
    return lambda *changes: read_deals(changed(*changes), today=TODAY)


def run(*paths: Path) -> tuple[dict[str, Any], bool]:
    """Run the command and return its JSON document and whether it succeeded."""
    out = StringIO()
    try:
        call_command("import_applications", *map(str, paths), "--json", stdout=out, stderr=StringIO())
    except CommandError:
        return json.loads(out.getvalue()), False
    return json.loads(out.getvalue()), True


def application(key: str) -> LoanApplication:
    return LoanApplication.objects.get(external_id=key)


def test_the_sample_file_goes_in_whole_and_a_second_time_adds_nothing() -> None:
    first, fine = run(SAMPLE)
    assert fine
    assert len(first["created"]) == 2
    assert first["notes"] == []
    second, fine = run(SAMPLE)
    assert fine
    assert (second["created"], second["unchanged"]) == ([], first["created"])
    assert (LoanApplication.objects.count(), Borrower.objects.count(), IntakeFile.objects.count()) == (2, 3, 2)


def test_a_purchase_is_read_with_each_persons_own_means() -> None:
    run(SAMPLE)
    case = build_case_file(application("SAMPLE-X1"))
    assert (case.program, case.purpose, case.occupancy) == ("conventional", "purchase", "primary")
    assert (case.loan_amount, case.note_rate, case.term_months) == (Decimal(320_000), Decimal("6.25"), 360)
    assert (case.home.purchase_price, case.home.appraised_value) == (Decimal(400_000), Decimal(410_000))
    assert (case.home.county_fips, case.home.property_type, case.home.units) == ("39049", "single_family", 1)
    assert (case.home.annual_property_tax, case.home.annual_hazard_insurance) == (Decimal(5400), Decimal(1440))
    assert (case.liquid_assets, case.funds_to_close) == (Decimal(150_000), Decimal(91_500))  # without the car
    ines, piet = case.borrowers
    assert [(income.kind, income.monthly_amount) for income in ines.incomes] == [
        (IncomeKind.BASE, Decimal(7400)),
        (IncomeKind.OVERTIME, Decimal(350)),
    ]
    assert [(income.kind, income.monthly_amount) for income in piet.incomes] == [
        (IncomeKind.SELF_EMPLOYMENT, Decimal(3900))
    ]
    assert (ines.employment, piet.employment) == ("employed", "self_employed")
    assert (ines.years_employed, piet.years_employed) == (
        Decimal("7.5"),
        Decimal("9.7"),
    )  # in the line of work; in the job
    assert (ines.credit_score, piet.credit_score) == (755, 702)  # the middle of three, the lower of two
    assert [debt.kind for debt in ines.debts] == ["instalment"]
    assert [(debt.kind, debt.counted_with_home) for debt in piet.debts] == [
        ("revolving", False),
        ("mortgage", True),
        ("child_support", False),
    ]


def test_another_home_costs_its_mortgage_and_its_upkeep() -> None:
    run(SAMPLE)
    [home] = build_case_file(application("SAMPLE-X1")).owned_homes
    assert (home.monthly_rent, home.monthly_pitia, home.unpaid_balance) == (
        Decimal(1600),
        Decimal(1200),
        Decimal(118_000),
    )


def test_a_refinance_is_read_with_the_lien_it_pays_off_and_the_line_that_stays() -> None:
    run(SAMPLE)
    case = build_case_file(application("SAMPLE-X2"))
    assert (case.purpose, case.home.property_type) == ("rate_term", "condo")
    assert (case.existing_first_balance, case.pays_off_va_loan) == (Decimal(231_000), False)
    assert (case.subordinate_balance, case.subordinate_payment) == (Decimal(0), Decimal(140))
    assert (case.heloc_balance, case.heloc_limit) == (Decimal(20_000), Decimal(50_000))
    assert [debt.paid_off_at_closing for debt in case.borrowers[0].debts] == [True]
    assert case.owned_homes == ()  # the home itself is no other home
    assert (case.term_months, case.arm_fixed_months, case.arm_adjustment_months) == (360, 60, 6)
    assert (case.arm_margin, case.arm_first_cap, case.arm_periodic_cap, case.arm_lifetime_cap) == (
        Decimal("2.75"),
        Decimal(2),
        Decimal(1),
        Decimal(5),
    )
    assert case.arm_index_rate is None  # the file does not say
    assert (case.home.monthly_hoa, case.home.annual_flood_insurance) == (Decimal(260), Decimal(480))
    assert case.title_date == date(2019, 6, 20)


def test_a_declared_event_without_its_date_stays_known_and_undated() -> None:
    run(SAMPLE)
    case = build_case_file(application("SAMPLE-X2"))
    assert (case.bankruptcy_chapter, case.bankruptcy_date, case.bankruptcies_in_seven_years) == ("7", None, 1)
    assert (case.foreclosure_declared, case.short_sale_declared) == (False, False)


def test_a_pension_is_retirement_and_untaxed_income_says_so() -> None:
    run(SAMPLE)
    [odile] = build_case_file(application("SAMPLE-X2")).borrowers
    assert odile.employment == "retired"
    assert [(income.kind, income.nontaxable) for income in odile.incomes] == [
        ("social_security", True),
        ("pension", False),
    ]


def test_what_no_field_takes_is_kept_in_the_order_of_the_file() -> None:
    run(SAMPLE)
    kept = {entry["path"]: entry.get("value") for entry in application("SAMPLE-X1").intake_files.get().unmapped}
    assert kept["DEAL/ASSETS/ASSET[3]/ASSET_DETAIL/AssetType"] == "Automobile"
    assert kept["DEAL/LOANS/LOAN/TERMS_OF_LOAN/NoteAmount"] == "320000.00"
    assert "DEAL/LOANS/LOAN/TERMS_OF_LOAN/BaseLoanAmount" not in kept
    paths = list(kept)
    assert paths.index("MESSAGE/ABOUT_VERSIONS/ABOUT_VERSION/CreatedDatetime") < paths.index(
        "DEAL/ASSETS/ASSET[3]/ASSET_DETAIL/AssetType"
    )


def test_taxpayer_numbers_and_protected_data_leave_only_their_path(changed: Callable[..., Path]) -> None:
    run(changed(("000-00-0000", "987-65-4321"), ("Auto Credit", "Auto Credit 987-65-4321")))
    kept = application("SAMPLE-X1").intake_files.get().unmapped
    withheld = [entry["path"] for entry in kept if entry.get("withheld")]
    for name in ("TaxpayerIdentifierValue", "HMDARaceType", "MaritalStatusType", "DependentCount"):
        assert any(path.endswith(name) for path in withheld)
    assert all("value" not in entry for entry in kept if entry.get("withheld"))
    text = json.dumps(kept)
    assert "987-65-4321" not in text
    assert "White" not in text
    assert "Married" not in text


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        (("<NoteRatePercent>6.2500<", "<NoteRatePercent>six<"), "LOANS/LOAN/TERMS_OF_LOAN/NoteRatePercent", "number"),
        (("<BaseLoanAmount>320000.00<", "<BaseLoanAmount>+320000<"), "BaseLoanAmount", "not a number"),
        (("<BaseLoanAmount>320000.00<", "<BaseLoanAmount>-1<"), "BaseLoanAmount", "negative"),
        (("<BaseLoanAmount>320000.00<", "<BaseLoanAmount>0<"), "loan_amount", "is 0"),
        (("<MortgageType>Conventional</MortgageType>\n", "\n"), "program", "MortgageType"),
        (("<LoanPurposeType>Purchase<", "<LoanPurposeType>Construction<"), "LoanPurposeType", "Purchase, Refinance"),
        (("<LiabilityType>Installment<", "<LiabilityType>Boat<"), "LiabilityType", "not one of"),
        (("<LoanAmortizationPeriodType>Month</LoanAmortizationPeriodType>\n", "\n"), "", ""),
        (("<FinancedUnitCount>1<", "<FinancedUnitCount>9<"), "FinancedUnitCount", "from 1 to 4"),
        (("<BorrowerBirthDate>1986-02-11<", "<BorrowerBirthDate>02/11/1986<"), "BorrowerBirthDate", "2026-11-02"),
        (("<CreditScoreValue>748<", "<CreditScoreValue>74<"), "CreditScoreValue", "from 300 to 850"),
        (("ContactPointEmailValue>ines.calloway@", "ContactPointEmailValue>@"), "ContactPointEmailValue", "cannot be"),
        (('xlink:to="LIABILITY_3"', 'xlink:to="LIABILITY_9"'), "RELATIONSHIPS/RELATIONSHIP", "does not have"),
        (('xlink:label="ASSET_2"', 'xlink:label="ASSET_1"'), "ASSETS/ASSET", "label of another"),
        (('LoanRoleType="SubjectLoan"', 'LoanRoleType="RelatedLoan"'), "loan_amount", "no subject loan"),
        (("<FirstName>Ines</FirstName>", ""), "b1_first_name", "needed"),
        (("<PartyRoleType>Borrower<", "<PartyRoleType>Other<"), "b1_last_name", "no party"),
        (("<PropertyUsageType>Investment<", "<PropertyUsageType>Barn<"), "PropertyUsageType", "not one of"),
    ],
)
def test_an_unclear_value_is_named_by_deal_and_place(read: Read, change: Change, place: str, said: str) -> None:
    deal = read(change)[0]
    if not place:  # a period of 360 can only be months
        assert (deal.problems, deal.loan["term_months"]) == ([], 360)
        return
    assert deal.problems
    assert all(problem.row == 1 for problem in deal.problems)
    assert any(place in problem.field and said in problem.message for problem in deal.problems)
    assert "Calloway" not in json.dumps([problem.message for problem in deal.problems])


@pytest.mark.parametrize(
    ("old", "said"),
    [
        ("<RefinanceCashOutDeterminationType>LimitedCashOut</RefinanceCashOutDeterminationType>", "of which kind"),
        ("<LoanAmortizationPeriodType>Year</LoanAmortizationPeriodType>", "months or years"),
    ],
)
def test_what_could_mean_two_things_is_not_guessed(read: Read, old: str, said: str) -> None:
    fine, unclear = read((old, ""))
    assert not fine.problems
    assert any(said in problem.message for problem in unclear.problems)


def test_the_good_deal_goes_in_beside_the_bad_one(changed: Callable[..., Path]) -> None:
    report, fine = run(changed(("<NoteRatePercent>5.8750<", "<NoteRatePercent>587.5<")))
    assert not fine
    assert LoanApplication.objects.get().external_id == "SAMPLE-X1"
    [problem] = report["rejected"]
    assert (problem["row"], problem["file"]) == (2, "loans.xml")
    assert Borrower.objects.count() == 2


def test_one_number_twice_in_a_file_is_an_error_at_the_second_deal(read: Read) -> None:
    first, second = read(("SAMPLE-X2", "SAMPLE-X1"))
    assert not first.problems
    assert [problem.field for problem in second.problems] == ["external_id"]


def test_the_same_number_with_other_content_is_named_and_changes_nothing(changed: Callable[..., Path]) -> None:
    run(SAMPLE)
    report, fine = run(changed(("<BaseLoanAmount>320000.00<", "<BaseLoanAmount>330000.00<")))
    assert not fine
    assert [problem["field"] for problem in report["rejected"]] == ["external_id"]
    assert application("SAMPLE-X1").loan_amount == Decimal(320_000)


def test_a_masked_number_is_none_so_the_content_is_the_key(changed: Callable[..., Path]) -> None:
    path = changed(("SAMPLE-X1", "REDACTED"))
    first, _ = run(path)
    path.write_text(path.read_text().replace("  <", "<"))  # laid out otherwise, the same file
    second, fine = run(path)
    assert fine
    assert second["unchanged"] == first["created"]


def test_what_the_file_does_not_say_is_unknown(read: Read) -> None:
    unsaid = (
        "<PropertyUsageType>PrimaryResidence</PropertyUsageType>",
        "<IntentToOccupyType>Yes</IntentToOccupyType>",
        "<AmortizationType>Fixed</AmortizationType>",
        "<CashFromBorrowerAtClosingAmount>91500.00</CashFromBorrowerAtClosingAmount>",
        "<PropertyValuationAmount>410000.00</PropertyValuationAmount>",
        "<PropertyEstimatedValueAmount>405000.00</PropertyEstimatedValueAmount>",
        "<BankruptcyIndicator>false</BankruptcyIndicator>",
        "<FIPSCountyCode>049</FIPSCountyCode>",
    )
    deal = read(*((text, "") for text in unsaid))[0]
    assert not deal.problems
    assert (deal.loan["occupancy"], deal.loan["amortization"], deal.loan["funds_to_close"]) == ("", "", None)
    assert (deal.home["appraised_value"], deal.home["county_fips"], deal.home["square_feet"]) == (None, "", None)
    assert deal.loan["bankruptcies_in_seven_years"] is None


def test_a_line_that_a_full_list_of_costs_lacks_is_none_but_dues_of_a_project_are_unknown(read: Read) -> None:
    house, condo = read(("HomeownersAssociationDuesAndCondominiumFees", "Rent"))
    assert (house.home["monthly_hoa"], house.home["annual_flood_insurance"]) == (0, 0)
    assert condo.home["monthly_hoa"] is None
    [unlisted, _] = read(("<HousingExpenseType>RealEstateTax<", "<HousingExpenseType>Utilities<"))
    assert (unlisted.home["monthly_hoa"], unlisted.home["annual_property_tax"]) == (None, None)


def test_the_application_date_falls_back_in_the_open(read: Read) -> None:
    received = "<ApplicationReceivedDate>2026-11-02</ApplicationReceivedDate>"
    deal = read((received, ""))[0]
    assert deal.loan["application_date"] == date(2026, 11, 3)
    assert [note.field for note in deal.notes] == ["application_date"]
    deal = read((received, ""), ("<CreatedDatetime>2026-11-03T09:00:00Z</CreatedDatetime>", ""))[0]
    assert deal.loan["application_date"] == TODAY
    assert "receipt" in deal.notes[0].message


def test_a_net_rent_is_taken_where_no_gross_rent_is(read: Read) -> None:
    gross = "<OwnedPropertyRentalIncomeGrossAmount>1600.00</OwnedPropertyRentalIncomeGrossAmount>"
    net = "<OwnedPropertyRentalIncomeNetAmount>-210.50</OwnedPropertyRentalIncomeNetAmount>"
    [home] = read((gross, net))[0].owned_homes
    assert (home["monthly_rent"], home["monthly_net_rent"]) == (None, Decimal("-210.5"))


def test_a_business_may_lose_money_but_a_wage_may_not(read: Read) -> None:
    [loss, _] = read(("<EmploymentMonthlyIncomeAmount>3900.00<", "<EmploymentMonthlyIncomeAmount>-400.00<"))
    assert not loss.problems
    assert loss.borrowers[1][1]["incomes"][0]["monthly_amount"] == -400
    [wage, _] = read((">7400.00<", ">-7400.00<"))
    assert any("below zero" in problem.message for problem in wage.problems)


def test_a_debt_that_the_sender_leaves_out_is_kept_and_noted(read: Read) -> None:
    off = ("<LiabilityExclusionIndicator>false<", "<LiabilityExclusionIndicator>true<")
    deal = read(off)[0]
    assert deal.borrowers[0][1]["liabilities"] == []
    assert [note.field for note in deal.notes] == ["LIABILITIES/LIABILITY[1]"]
    assert deal.intake_file is not None
    kept = {entry["path"]: entry.get("value") for entry in deal.intake_file["unmapped"]}
    assert kept["DEAL/LIABILITIES/LIABILITY[1]/LIABILITY_DETAIL/LiabilityMonthlyPaymentAmount"] == "310.00"


def test_a_real_desktop_underwriter_file_agrees_with_its_own_figures(shared_data: Path) -> None:
    """P&I, tax, insurance and dues as the file proposes them; 14 debts and 3 homes, each with whose it is."""
    path = shared_data / "loan_files" / "mismo" / "du_1.8.5_ulad_export_scrubbed.xml"
    [deal] = read_deals(path, today=TODAY)
    assert (deal.problems, deal.notes) == ([], [])
    assert [len(part["liabilities"]) for _, part in deal.borrowers] == [3, 7, 4]
    assert [part["incomes"][0]["monthly_amount"] for _, part in deal.borrowers] == [
        Decimal("4106.88"),
        Decimal("6216.12"),
        Decimal("5399.58"),
    ]
    assert [home["monthly_pitia"] for home in deal.owned_homes] == [Decimal("3174.09"), Decimal(0), Decimal("1822.80")]
    assert deal.home["annual_property_tax"] / 12 == Decimal("562.65")
    assert deal.loan["loan_amount"] / deal.home["purchase_price"] == Decimal("0.965")


def test_its_ratios_follow_from_its_own_figures(shared_data: Path) -> None:
    """The file proposes 2,754.85 + 186.00 + 208.58 + 562.65 (its amounts were scaled, so a cent may be off)."""
    run(shared_data / "loan_files" / "mismo" / "du_1.8.5_ulad_export_scrubbed.xml")
    case = build_case_file(LoanApplication.objects.get())
    ratios = assess(case, RuleBook.load().on(case.application_date)).ratios
    assert ratios.pitia is not None
    assert abs(ratios.pitia - Decimal("3712.08")) <= Decimal("0.01")
    assert (ratios.mortgage_insurance, ratios.ltv) == (Decimal("208.58"), Decimal("96.50"))
    debts_that_stay, home, net_loss = Decimal("849.09"), Decimal("3174.09"), Decimal("755.16")
    assert ratios.monthly_debts == debts_that_stay + home + net_loss


def test_the_simplified_files_go_in_with_what_they_lack_unknown(shared_data: Path) -> None:
    files = sorted((shared_data / "loan_files" / "qc_loan_packages").glob("*/09_Loan_Data_MISMO.xml"))
    report, fine = run(*files)
    assert fine
    assert len(report["created"]) == len(files)
    case = build_case_file(application("2025-0917-001"))
    assert (case.loan_amount, case.home.purchase_price) == (Decimal(340_000), Decimal(425_000))
    assert sum(debt.monthly_payment or 0 for debt in case.borrowers[0].debts) == Decimal(1096)
    assert (case.occupancy, case.home.annual_property_tax, case.borrowers[0].credit_score) == (None, None, None)
