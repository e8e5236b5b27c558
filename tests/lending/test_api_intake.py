"""What partners may send of means: incomes, other homes and the debts on them, and numbers written plainly."""

from decimal import Decimal
from typing import Any

import pytest

from lending.casefile import build_case_file
from lending.models import LoanApplication
from tests.lending.test_api import BORROWER, Client, application_body, broker

__all__ = ["broker"]
pytestmark = pytest.mark.django_db(transaction=True)
HOME = {"occupancy": "investment", "monthly_rent": "1600", "monthly_pitia": "1200", "unpaid_balance": "118000"}
MORTGAGE = {"kind": "mortgage", "monthly_payment": "890", "balance": "118000", "owned_home": 1}


def body(broker: Client, **changes: Any) -> dict[str, Any]:
    """Return an application with two incomes and a let home whose mortgage is among the debts."""
    sent = application_body(broker("POST", "borrowers", BORROWER).body["id"])
    [applicant] = sent["borrowers"]
    applicant["liabilities"].append(dict(MORTGAGE))
    applicant["incomes"] = [
        {"kind": "base", "monthly_amount": "7400"},
        {"kind": "overtime", "year_to_date": "4200", "months_to_date": "10", "prior_year": "4800"},
    ]
    return sent | {"owned_homes": [dict(HOME)]} | changes


def test_incomes_other_homes_and_their_mortgages_go_in_with_the_application(broker: Client) -> None:
    answer = broker("POST", "loans/apply", body(broker))
    assert answer.status == 201
    case = build_case_file(LoanApplication.objects.get())
    assert [str(income.kind) for income in case.borrowers[0].incomes] == ["base", "overtime"]
    assert [debt.counted_with_home for debt in case.borrowers[0].debts] == [False, True]
    [home] = case.owned_homes
    assert (str(home.occupancy), home.monthly_rent) == ("investment", Decimal(1600))


def test_a_debt_on_a_home_that_is_not_sent_is_refused(broker: Client) -> None:
    answer = broker("POST", "loans/apply", body(broker, owned_homes=[]))
    assert answer.status == 422
    assert answer.body["detail"][0]["loc"][-1] == "owned_homes"
    assert not LoanApplication.objects.exists()


def test_only_a_business_may_lose_money(broker: Client) -> None:
    sent = body(broker)
    sent["borrowers"][0]["incomes"] = [{"kind": "base", "monthly_amount": "-10"}]
    assert broker("POST", "loans/apply", sent).status == 422
    sent["borrowers"][0]["incomes"] = [{"kind": "self_employment", "monthly_amount": "-10"}]
    assert broker("POST", "loans/apply", sent).status == 201


@pytest.mark.parametrize("written", ["+320000", "3.2e5", "=320000", "320_000", "３２００００", "NaN", "-320000"])
def test_numbers_are_read_as_strictly_as_those_of_a_file(broker: Client, written: str) -> None:
    sent = body(broker, loan_amount=written)
    answer = broker("POST", "loans/apply", sent)
    assert (answer.status, answer.body["detail"][0]["loc"][-1]) == (422, "loan_amount")
    assert broker("POST", "loans/apply", sent | {"loan_amount": "1", "term_months": "+360"}).status == 422


def test_occupancy_may_not_be_left_out_by_a_partner(broker: Client) -> None:
    sent = body(broker)
    del sent["occupancy"]
    assert broker("POST", "loans/apply", sent).status == 422
