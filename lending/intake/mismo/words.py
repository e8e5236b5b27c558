"""The closed lists of MISMO 3.4 and the DU and ULAD extensions, in our words. docs/intake.md explains each choice."""

from lending.vocabulary import (
    Amortization,
    AssetKind,
    IncomeKind,
    LiabilityKind,
    Occupancy,
    Program,
    Purpose,
)

PROGRAMS = {
    "Conventional": Program.CONVENTIONAL,
    "FHA": Program.FHA,
    "VA": Program.VA,
    "USDARuralDevelopment": Program.USDA,
    "USDARuralHousing": Program.USDA,
}

CASH_OUT = {
    "CashOut": Purpose.CASH_OUT,
    "LimitedCashOut": Purpose.RATE_TERM,
    "NoCashOut": Purpose.RATE_TERM,
}

OCCUPANCIES = {
    "PrimaryResidence": Occupancy.PRIMARY,
    "SecondHome": Occupancy.SECOND,
    "Investment": Occupancy.INVESTMENT,
    "Investor": Occupancy.INVESTMENT,
}

AMORTIZATIONS = {"Fixed": Amortization.FIXED, "AdjustableRate": Amortization.ARM}

BANKRUPTCY_CHAPTERS = {"ChapterSeven": "7", "ChapterEleven": "11", "ChapterTwelve": "12", "ChapterThirteen": "13"}

# Money that can be brought to closing or kept in reserve. Property, vehicles, a business, borrowed money, proceeds of
# a sale to come and a deposit already paid are not.
ASSETS = {
    "CheckingAccount": AssetKind.CHECKING,
    "CashOnHand": AssetKind.CHECKING,
    "SavingsAccount": AssetKind.SAVINGS,
    "MoneyMarketFund": AssetKind.SAVINGS,
    "CertificateOfDepositTimeDeposit": AssetKind.SAVINGS,
    "IndividualDevelopmentAccount": AssetKind.SAVINGS,
    "SavingsBond": AssetKind.INVESTMENTS,
    "Annuity": AssetKind.INVESTMENTS,
    "Bond": AssetKind.INVESTMENTS,
    "MutualFund": AssetKind.INVESTMENTS,
    "Stock": AssetKind.INVESTMENTS,
    "StockOptions": AssetKind.INVESTMENTS,
    "TrustAccount": AssetKind.INVESTMENTS,
    "LifeInsurance": AssetKind.INVESTMENTS,
    "RetirementFund": AssetKind.RETIREMENT,
    "GiftOfCash": AssetKind.GIFT,
    "GiftsTotal": AssetKind.GIFT,
    "Grant": AssetKind.GIFT,
}

LIABILITIES = {
    "Installment": LiabilityKind.INSTALMENT,
    "PersonalLoan": LiabilityKind.INSTALMENT,
    "UnsecuredHomeImprovementLoanInstallment": LiabilityKind.INSTALMENT,
    "Revolving": LiabilityKind.REVOLVING,
    "UnsecuredHomeImprovementLoanRevolving": LiabilityKind.REVOLVING,
    "LeasePayment": LiabilityKind.LEASE,
    "LeasePayments": LiabilityKind.LEASE,
    "StudentLoan": LiabilityKind.STUDENT_LOAN,
    "DeferredStudentLoan": LiabilityKind.STUDENT_LOAN,
    "EducationalLoan": LiabilityKind.STUDENT_LOAN,
    "Alimony": LiabilityKind.ALIMONY,
    "SeparateMaintenanceExpense": LiabilityKind.ALIMONY,
    "ChildSupport": LiabilityKind.CHILD_SUPPORT,
    "MortgageLoan": LiabilityKind.MORTGAGE,
    "HELOC": LiabilityKind.MORTGAGE,
    "CollectionsJudgmentsAndLiens": LiabilityKind.OTHER,
    "DelinquentTaxes": LiabilityKind.OTHER,
    "Garnishments": LiabilityKind.OTHER,
    "HomeownersAssociationLien": LiabilityKind.OTHER,
    "Open30DayChargeAccount": LiabilityKind.OTHER,
    "Taxes": LiabilityKind.OTHER,
    "TaxLien": LiabilityKind.OTHER,
    "Other": LiabilityKind.OTHER,
}

EXPENSES = {
    "Alimony": LiabilityKind.ALIMONY,
    "SeparateMaintenanceExpense": LiabilityKind.ALIMONY,
    "ChildSupport": LiabilityKind.CHILD_SUPPORT,
    "Other": LiabilityKind.OTHER,
}

INCOMES = {
    "Base": IncomeKind.BASE,
    "ContractBasis": IncomeKind.BASE,
    "MilitaryBasePay": IncomeKind.BASE,
    "Overtime": IncomeKind.OVERTIME,
    "Bonus": IncomeKind.BONUS,
    "Commissions": IncomeKind.COMMISSION,
    "SelfEmployment": IncomeKind.SELF_EMPLOYMENT,
    "SelfEmploymentIncome": IncomeKind.SELF_EMPLOYMENT,
    "Pension": IncomeKind.PENSION,
    "DefinedContributionPlan": IncomeKind.PENSION,
    "SocialSecurity": IncomeKind.SOCIAL_SECURITY,
    "Disability": IncomeKind.DISABILITY,
    "Alimony": IncomeKind.ALIMONY,
    "SeparateMaintenance": IncomeKind.ALIMONY,
    "ChildSupport": IncomeKind.CHILD_SUPPORT,
    **dict.fromkeys(
        (
            "AccessoryUnitIncome",
            "AutomobileAllowance",
            "BoarderIncome",
            "CapitalGains",
            "DividendsInterest",
            "EmploymentRelatedAccount",
            "FosterCare",
            "HousingAllowance",
            "HousingChoiceVoucherProgram",
            "MilitaryClothesAllowance",
            "MilitaryCombatPay",
            "MilitaryFlightPay",
            "MilitaryHazardPay",
            "MilitaryOverseasPay",
            "MilitaryPropPay",
            "MilitaryQuartersAllowance",
            "MilitaryRationsAllowance",
            "MilitaryVariableHousingAllowance",
            "MortgageCreditCertificate",
            "MortgageDifferential",
            "NotesReceivableInstallment",
            "Other",
            "PublicAssistance",
            "Royalties",
            "TemporaryLeave",
            "TipIncome",
            "Trust",
            "Unemployment",
            "VABenefitsNonEducational",
            "WorkersCompensation",
        ),
        IncomeKind.OTHER,
    ),
}
RENTS = {"ProposedGrossRentForSubjectProperty"}  # rent of the home itself, not an income of a person
PENSIONS = {IncomeKind.PENSION, IncomeKind.SOCIAL_SECURITY}

FLOOD_PARTICIPATION = {
    "Regular": True,
    "Emergency": True,
    "Participating": True,
    "Probation": True,
    "NonParticipating": False,
    "Suspended": False,
}
# 38 U.S.C. 3729(b): a purchase loan's fee without a down payment tells the use; loans from 7 April 2023 on.
VA_FEES = {"0": "exempt", "2.15": "first", "3.3": "later"}
