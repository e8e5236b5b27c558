"""County loan limits in the workspace: found by county, state or code, and read only."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from policies.models import CountyLoanLimit, LoanLimitTable
from tests.builders import staff

pytestmark = pytest.mark.django_db
LIST = "admin:policies_countyloanlimit_changelist"
AMOUNTS = {"one_unit": 832750, "two_units": 1066250, "three_units": 1288800, "four_units": 1601750}


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(staff("olivia", "Loan officer"))
    return client


@pytest.fixture
def counties() -> None:
    table = LoanLimitTable.objects.create(kind="conforming", year=2026, source="list.txt", content_hash="x")
    for fips, county, state in (
        ("39049", "FRANKLINCOUNTY", "OH"),
        ("01059", "FRANKLINCOUNTY", "AL"),
        ("06037", "LOSANGELESCOUNTY", "CA"),
    ):
        CountyLoanLimit.objects.create(table=table, county_fips=fips, county=county, state=state, **AMOUNTS)


@pytest.mark.parametrize(
    ("words", "found"),
    [("franklin", ["01059", "39049"]), ("franklin oh", ["39049"]), ("06037", ["06037"]), ("los angeles", ["06037"])],
)
@pytest.mark.usefixtures("counties")
def test_counties_are_found_by_name_state_and_code(client: Client, words: str, found: list[str]) -> None:
    html = client.get(reverse(LIST), {"q": words}).content.decode()
    assert [fips for fips in ("01059", "06037", "39049") if f">{fips}<" in html] == found
    assert "$832,750" in html


@pytest.mark.usefixtures("counties")
def test_the_list_costs_no_query_per_row(client: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_max_num_queries(9):
        client.get(reverse(LIST))


@pytest.mark.usefixtures("counties")
def test_limits_are_shown_and_cannot_be_changed(client: Client) -> None:
    for model, row in (
        ("loanlimittable", LoanLimitTable.objects.get()),
        ("countyloanlimit", CountyLoanLimit.objects.all()[0]),
    ):
        address = reverse(f"admin:policies_{model}_change", args=[row.pk])
        assert client.get(address).status_code == 200
        assert client.post(address, {"county": "ELSEWHERE"}).status_code == 403
        assert client.get(reverse(f"admin:policies_{model}_add")).status_code == 403
    assert "3</span>" in client.get(reverse("admin:policies_loanlimittable_changelist")).content.decode()
