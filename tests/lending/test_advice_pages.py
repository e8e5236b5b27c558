"""Path to yes, programs, compared runs, incomes and intake files, on the pages, in the command and in the API."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from agents.engine.path import path_to_yes
from agents.engine.programs import compare_programs
from audit.models import AuditEvent
from lending.api.serializers import DecisionSerializer
from lending.casefile import build_case_file
from lending.conclusion import Conclusion
from lending.models import Income, IntakeFile, LoanApplication
from policies.rulebook.rules import RuleBook
from tests import builders
from tests.lending.test_run_diff import FACTS, TOLERANCES

pytestmark = pytest.mark.django_db
RULES = RuleBook.load().on(date(2026, 11, 23))


def advised(application: LoanApplication) -> Conclusion:
    """Return a decline that carries what the engine really says of the application's programs and path."""
    case = build_case_file(application)
    answers = compare_programs(case, RULES, sanctions=False)
    path = path_to_yes(case, RULES, sanctions=False, answers=answers)
    return replace(
        builders.declined_conclusion(),
        programs=[answer.as_plain() for answer in answers],
        path_to_yes=path.as_plain(),
    )


def twice_decided() -> LoanApplication:
    """Return Ada's application decided twice: the second run saw a new credit line and fails on debts."""
    application = builders.ada()
    tolerances = {"tolerances": TOLERANCES}
    builders.decided(application, builders.approved_conclusion(facts=FACTS, evidence=tolerances))
    later = replace(builders.declined_conclusion(), facts={**FACTS, "heloc_limit": "25000"}, evidence=tolerances)
    builders.decided(application, later, reason="A new credit line.")
    return application


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def compare(client: Client, application: LoanApplication, **query: str) -> Any:
    return client.get(reverse("admin:lending_loanapplication_compare", args=[application.pk]), query)


@pytest.mark.parametrize("place", ["application", "run"])
def test_a_declined_loan_shows_its_path_and_every_program(place: str) -> None:
    application = builders.ben()
    decision = builders.decided(application, advised(application))
    address = reverse(
        f"admin:lending_{'loanapplication' if place == 'application' else 'decisionrun'}_change",
        args=[application.pk if place == "application" else decision.run_id],
    )
    html = client_of(builders.officer()).get(address).content.decode()
    assert 'id="path"' in html
    assert "Document $" in html
    for program in ("conventional", "high_balance", "fha", "va", "usda", "jumbo"):
        assert f'data-program="{program}"' in html


def test_an_approved_loan_has_no_path() -> None:
    application = builders.ada()
    builders.decided(application, builders.approved_conclusion())
    address = reverse("admin:lending_loanapplication_change", args=[application.pk])
    assert 'id="path"' not in client_of(builders.officer()).get(address).content.decode()


def test_the_applications_page_takes_as_many_queries_for_five_runs_as_for_two(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    application = twice_decided()
    client, address = (
        client_of(builders.officer()),
        reverse("admin:lending_loanapplication_change", args=[application.pk]),
    )
    client.get(address)
    with django_assert_max_num_queries(48) as few:
        client.get(address)
    for _ in range(3):
        builders.decided(application, advised(application), reason="Once more.")
    with django_assert_max_num_queries(len(few)):
        client.get(address)


def test_compared_runs_show_facts_rules_and_the_tolerance_that_is_exceeded(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    application, client = twice_decided(), client_of(builders.officer())
    with django_assert_max_num_queries(16):
        html = compare(client, application).content.decode()
    assert "Resubmit" in html
    assert "HELOC limit" in html
    assert "$25,000" in html
    assert 'data-tolerance="subordinate_liens_rise"><span class="iq-tag iq-failed">Exceeded' in html
    assert 'data-rule="max_dti"' in html


def test_any_two_runs_can_be_compared_in_either_order() -> None:
    application, client = twice_decided(), client_of(builders.officer())
    response = compare(client, application, earlier="2", later="1")
    assert (response.context["diff"].earlier, response.context["diff"].later) == (1, 2)


@pytest.mark.parametrize(("query", "sentence"), [({}, "has 1 decided run"), ({"earlier": "7"}, "has 1 decided run")])
def test_one_run_alone_is_not_compared(query: dict[str, str], sentence: str) -> None:
    application = builders.ada()
    builders.decided(application, builders.approved_conclusion())
    response = compare(client_of(builders.officer()), application, **query)
    assert response.status_code == 302
    assert any(sentence in str(message) for message in get_messages(response.wsgi_request))


def test_the_command_prints_one_document_and_refuses_an_unknown_run() -> None:
    application, out = twice_decided(), StringIO()
    call_command("compare_runs", application.external_id, "--json", stdout=out, stderr=StringIO())
    told = json.loads(out.getvalue())
    assert (told["application"], told["earlier"], told["later"], told["resubmit"]) == (application.number, 1, 2, True)
    assert told["facts"] == [{"name": "heloc_limit", "before": "0", "after": "25000"}]
    with pytest.raises(CommandError, match="it has 1, 2"):
        call_command("compare_runs", application.number, "1", "5", stdout=StringIO())
    with pytest.raises(CommandError, match="No application"):
        call_command("compare_runs", "APP-2026-999999", stdout=StringIO())


def test_the_command_tells_a_person_what_changed() -> None:
    application, out = twice_decided(), StringIO()
    call_command("compare_runs", application.number, stdout=out, stderr=StringIO())
    assert "HELOC limit: 0 -> 25000" in out.getvalue()
    assert "A tolerance is exceeded" in out.getvalue()


def test_the_partners_answer_holds_programs_and_path() -> None:
    application = builders.ben()
    answer = DecisionSerializer(builders.decided(application, advised(application))).data
    assert {row["program"] for row in answer["programs"]} >= {"conventional", "fha", "va", "usda", "jumbo"}
    assert answer["path_to_yes"][0]["kind"] == "change"


def test_an_officer_itemises_an_income_and_the_trail_names_the_fields() -> None:
    application = builders.ada()
    person = application.applicants.get()
    client = client_of(builders.officer())
    address = reverse("admin:lending_applicant_change", args=[person.pk])
    page = client.get(reverse("admin:lending_loanapplication_change", args=[application.pk])).content.decode()
    assert address in page
    form = {
        "_read_as": client.get(address).context["read_as"],
        "employment": "employed",
        "employer": "Fairgate Hospital",
        "years_employed": "8",
        "credit_score": "768",
        "monthly_income": "11500",
        "monthly_debts": "450",
        "incomes-TOTAL_FORMS": "1",
        "incomes-INITIAL_FORMS": "0",
        "incomes-0-kind": "bonus",
        "incomes-0-year_to_date": "9000",
        "incomes-0-months_to_date": "9",
        "incomes-0-prior_year": "12000",
    }
    response = client.post(address, form)
    assert response.status_code == 302, response.context["errors"]
    assert Income.objects.get(applicant=person).prior_year == Decimal(12_000)
    event = AuditEvent.objects.filter(verb="application.changed").latest("pk")
    assert "income.prior_year" in event.details["fields"]
    assert "12000" not in json.dumps(event.details)


def test_an_intake_file_shows_what_no_field_takes_and_cannot_be_changed() -> None:
    application = builders.ada()
    file = IntakeFile.objects.create(
        application=application,
        file_name="loan.xml",
        format="MISMO 3.4",
        content_hash="a" * 64,
        unmapped=[{"path": "DEAL/LOAN/Colour", "value": "blue"}, {"path": "DEAL/PARTY/Sex", "withheld": True}],
    )
    client, address = client_of(builders.officer()), reverse("admin:lending_intakefile_change", args=[file.pk])
    html = client.get(address).content.decode()
    assert "DEAL/LOAN/Colour" in html
    assert "blue" in html
    assert "withheld" in html
    assert client.post(address, {"file_name": "other.xml"}).status_code == 403
