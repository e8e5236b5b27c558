"""How figures and words of the file read on a page: dollars with separators, percent, months. Pure, on Decimal."""

from decimal import Decimal, InvalidOperation

UNKNOWN = "unknown"
OUTCOME_WORDS = {
    "APPROVED": "Approved",
    "DECLINED": "Declined",
    "REVIEW": "Review",
    "HOLD": "Hold",
    "INCOMPLETE": "Incomplete",
}
ABBREVIATIONS = {
    "dti": "DTI",
    "ltv": "LTV",
    "cltv": "CLTV",
    "hcltv": "HCLTV",
    "pitia": "PITIA",
    "hoa": "HOA dues",
    "va": "VA",
    "fha": "FHA",
    "heloc": "HELOC",
    "fips": "FIPS code",
    "arm": "ARM",
    "apr": "APR",
    "apor": "APOR",
    "usda": "USDA",
    "zip": "ZIP",
}
SPELLED = {
    "back_end_dti": "Back-end DTI",
    "front_end_dti": "Front-end DTI",
    "ltv_rounded": "LTV, rounded up",
    "cltv_rounded": "CLTV, rounded up",
    "hcltv_rounded": "HCLTV, rounded up",
    "base": "Base points",
    "reserves_months": "Reserves after closing",
    "term_months": "Term",
}

HOLDERS = {"borrowers": "borrower", "debts": "debt", "incomes": "income", "owned_homes": "other home"}
CODES = {"county_fips", "bankruptcy_chapter", "flood_zone", "state"}  # digits or letters as they stand
PERCENTS = {
    *("note_rate", "apor", "arm_index_rate", "arm_margin", "arm_first_cap", "arm_periodic_cap", "arm_lifetime_cap"),
    "prepayment_penalty_percent",
}
MONEY_STARTS = ("monthly_", "annual_")
MONEY_ENDS = ("_balance", "_amount", "_payment")
DOLLARS = {
    *("purchase_price", "appraised_value", "liquid_assets", "funds_to_close", "heloc_limit", "balance", "year_to_date"),
    *("prior_year", "year_before", "finance_charges", "points_and_fees", "seller_contributions", "flood_coverage"),
    *("replacement_cost", "household_annual_income"),
}


def number(value: object) -> Decimal | None:
    """Return a figure as Decimal, or None where it is empty or not a number."""
    if value is None or isinstance(value, bool) or value == "":
        return None
    try:
        figure = Decimal(str(value))
    except InvalidOperation:
        return None
    return figure if figure.is_finite() else None


def dollars(value: object) -> str:
    """Return ``$1,234,567`` (cents only where there are some), or ``unknown``."""
    figure = number(value)
    if figure is None:
        return UNKNOWN
    size = abs(figure).quantize(Decimal("0.01"))
    text = f"{size:,.2f}".removesuffix(".00")
    return f"-${text}" if figure < 0 else f"${text}"


def percent(value: object) -> str:
    """Return ``44.55%``: two decimals, more where the figure has more, such as a rate of ``6.375%``; or ``unknown``."""
    figure = number(value)
    if figure is None:
        return UNKNOWN
    places = max(2, -int(figure.normalize().as_tuple().exponent))
    return f"{figure:.{places}f}%"


def in_unit(value: object, unit: str) -> str:
    """Return a stored figure with its unit; words stay as they are, an empty value reads ``unknown``."""
    figure = number(value)
    if figure is None:
        return str(value).replace("_", " ") if value not in (None, "") else UNKNOWN
    if unit.startswith("dollars"):
        return dollars(figure) + unit.removeprefix("dollars").replace(" a month", " / month")
    if unit == "percent":
        return percent(figure)
    plain = f"{figure.normalize():,f}"
    return f"{plain} {unit}" if unit in {"months", "years", "points"} else plain


def margin(value: object, unit: str) -> str:
    """Return a margin with its sign: ``+0.45%`` is room left, ``-17.10%`` is missing; empty without a margin."""
    figure = number(value)
    if figure is None:
        return ""
    return in_unit(figure, unit) if figure < 0 else f"+{in_unit(figure, unit)}"


def words(name: object) -> str:
    """Return a code or field name as a person reads it: ``back_end_dti`` becomes ``Back-end DTI``."""
    code = str(name)
    if code in SPELLED:
        return SPELLED[code]
    plain = in_sentence(code)
    return plain[:1].upper() + plain[1:]


def in_sentence(name: str) -> str:
    """Return a field name inside a sentence: ``arm_first_cap`` is ``ARM first cap``."""
    return " ".join(ABBREVIATIONS.get(word, word) for word in name.lower().split("_"))


def fact_words(path: str) -> str:
    """Return a fact's path as a person reads it: ``borrowers.1.debts.2.balance`` is ``Borrower 1, debt 2: balance``."""
    *holders, leaf = path.split(".")
    places: list[str] = []
    for part in holders:
        if part.isdigit() and places:
            places[-1] = f"{HOLDERS.get(places[-1], places[-1])} {part}"
        else:
            places.append(part)
    if not places:
        return words(leaf)
    named = ", ".join(place.replace("_", " ") for place in places)
    return f"{named[:1].upper()}{named[1:]}: {_lowered(words(leaf))}"


def fact_shown(path: str, value: object) -> str:
    """Return a fact's value as a person reads it: dollars for amounts, percent for rates, words for the rest."""
    leaf = path.rsplit(".", maxsplit=1)[-1]
    if value in ("True", "False"):
        return "yes" if value == "True" else "no"
    if leaf in CODES:
        return UNKNOWN if value in (None, "") else str(value)
    if leaf in PERCENTS:
        return percent(value)
    if leaf in DOLLARS or leaf.startswith(MONEY_STARTS) or leaf.endswith(MONEY_ENDS):
        return dollars(value)
    return in_unit(value, "months" if leaf.endswith("_months") or leaf == "months_remaining" else "")


def _lowered(text: str) -> str:
    """Lower the first letter of a word, not of an abbreviation such as HELOC."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def missing_words(name: str) -> str:
    """Return a missing fact as a person reads it: ``b1_monthly_income`` becomes ``Monthly income of borrower 1``."""
    head, _, rest = name.partition("_")
    if head[:1] == "b" and head[1:].isdigit():
        return f"{words(rest)} of borrower {head[1:]}"
    return words(name)
