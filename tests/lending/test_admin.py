"""The officer's workspace over the test client: who sees what, how many queries it takes, and what the buttons do."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from audit import log
from audit.models import AuditEvent
from lending import services
from lending.models import Decision, DecisionRun, LoanApplication, Review
from lending.selectors import standing_outcome
from lending.vocabulary import FindingResult, Outcome, ReviewStatus, RunStatus
from tests import builders

pytestmark = pytest.mark.django_db
LIST = "admin:lending_loanapplication_changelist"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def page(client: Client, model: str, row: Any) -> str:
    return client.get(reverse(f"admin:lending_{model}_change", args=[row.pk])).content.decode()


def run_action(client: Client, *applications: LoanApplication, **data: str) -> Any:
    chosen = [str(each.pk) for each in applications]
    return client.post(reverse(LIST), {"action": "run_decision", "_selected_action": chosen, **data})


@pytest.mark.parametrize("rows", [3, 30])
def test_the_list_takes_as_many_queries_for_thirty_rows_as_for_three(
    rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        builders.ada(external_id=f"A{number}")
    for application in LoanApplication.objects.all()[:3]:
        builders.decided(application, builders.approved_conclusion())
    client = signed_in(builders.officer())
    with django_assert_max_num_queries(11):
        response = client.get(reverse(LIST))
    assert response.content.decode().count("Ada Whitfield") == rows


def test_the_list_shows_borrower_figures_with_units_and_outcome() -> None:
    builders.decided(builders.ada(), builders.approved_conclusion())
    html = signed_in(builders.officer()).get(reverse(LIST)).content.decode()
    for shown in ("Ada Whitfield", "$320,000", "29.40%", "79.01%", "iq-approved", "OH"):
        assert shown in html


def test_the_list_shows_the_persons_outcome_where_a_case_was_overridden() -> None:
    decision = builders.decided(builders.cleo(), builders.review_conclusion())
    services.resolve_review(
        review=builders.case_of(decision), by=builders.reviewer(), outcome=Outcome.APPROVED, note="Reserves suffice."
    )
    client = signed_in(builders.officer())
    assert "iq-approved" in client.get(reverse(LIST), {"outcome": "APPROVED"}).content.decode()
    assert "CLEO" not in client.get(reverse(LIST), {"outcome": "REVIEW"}).content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "Okafor"}, ["Ben"]),
        ({"q": "Ada Whitfield"}, ["Ada"]),
        ({"q": "CLEO"}, ["Cleo"]),
        ({"outcome": "DECLINED"}, ["Ben"]),
        ({"outcome": "undecided"}, ["Cleo"]),
        ({"outcome": "running"}, ["Cleo"]),
        ({"state": "VA"}, ["Cleo"]),
        ({"program__exact": "fha"}, []),
        ({"officer": "nobody"}, ["Ada", "Ben"]),
        ({"officer": "me"}, ["Cleo"]),
        ({"application_date_from": "2026-12-01"}, ["Ada"]),
    ],
)
def test_search_and_filters(query: dict[str, str], found: list[str]) -> None:
    user = builders.officer()
    builders.decided(builders.ada(application_date=date(2026, 12, 2)), builders.approved_conclusion())
    builders.decided(builders.ben(), builders.declined_conclusion())
    cleo = builders.cleo(officer=user)
    cleo.subject_property.state = "VA"
    cleo.subject_property.save()
    builders.running(cleo)
    html = signed_in(user).get(reverse(LIST), query).content.decode()
    assert [name for name in ("Ada", "Ben", "Cleo") if f">{name} " in html] == found


def test_run_decision_queues_one_run_each_and_names_who_asked() -> None:
    user = builders.officer()
    response = run_action(signed_in(user), builders.ada(), builders.ben(), builders.cleo())
    assert said(response) == ["3 decisions queued."]
    assert list(DecisionRun.objects.values_list("status", "requested_by")) == [(RunStatus.QUEUED, user.pk)] * 3


def test_refused_ones_are_named_with_their_sentence_and_the_others_go_on() -> None:
    busy = builders.ada()
    services.request_decision(application=busy, enqueue=False)
    response = run_action(signed_in(builders.officer()), busy, builders.ben())
    assert said(response) == [
        "1 decision queued.",
        f"{busy} is being decided already. Wait for that run to finish.",
    ]


def test_deciding_again_asks_for_the_reason_first() -> None:
    application = builders.ada()
    builders.decided(application, builders.approved_conclusion())
    client = signed_in(builders.officer())
    asked = run_action(client, application)
    assert "Why decide again?" in asked.content.decode()
    assert application.runs.count() == 1
    assert said(run_action(client, application, apply="1", reason="New pay stubs")) == ["1 decision queued."]
    assert application.runs.get(number=2).reason == "New pay stubs"


def test_an_empty_reason_is_refused_beside_its_field() -> None:
    application = builders.ada()
    builders.decided(application, builders.approved_conclusion())
    answer = run_action(signed_in(builders.officer()), application, apply="1", reason="  ")
    assert "This field is required" in answer.content.decode()
    assert application.runs.count() == 1


def test_the_button_opens_the_run_and_a_second_click_opens_the_same_one() -> None:
    application, client = builders.ada(), signed_in(builders.officer())
    address = reverse("admin:lending_loanapplication_decide", args=[application.pk])
    first, second = (client.post(address).headers["Location"] for _ in range(2))
    run = application.runs.get()
    assert first == second == reverse("admin:lending_decisionrun_change", args=[run.pk])


def test_the_button_of_a_decided_application_asks_why() -> None:
    application, client = builders.ada(), signed_in(builders.officer())
    builders.decided(application, builders.approved_conclusion())
    address = reverse("admin:lending_loanapplication_decide", args=[application.pk])
    assert "Why decide again?" in client.post(address).content.decode()
    client.post(address, {"reason": "Appraisal corrected"})
    assert application.runs.get(number=2).reason == "Appraisal corrected"


def test_running_a_decision_needs_post_and_the_permission() -> None:
    application = builders.ada()
    address = reverse("admin:lending_loanapplication_decide", args=[application.pk])
    auditor = signed_in(builders.staff("anita", "Auditor"))
    assert signed_in(builders.officer()).get(address).status_code == 405
    assert auditor.post(address).status_code == 403
    assert Client().post(address).status_code == 302
    run_action(auditor, application)
    assert not DecisionRun.objects.exists()
    assert 'id="run-decision"' not in page(auditor, "loanapplication", application)


def test_the_panel_names_what_is_missing() -> None:
    application = builders.ada(note_rate=None)
    person = application.applicants.get()
    person.monthly_income = None
    person.save()
    html = page(signed_in(builders.officer()), "loanapplication", application)
    assert "Note rate" in html
    assert "Monthly income of borrower 1" in html
    assert "Not decided" in html


def test_the_panel_says_what_stands_and_why() -> None:
    application = builders.ben()
    builders.decided(application, builders.declined_conclusion())
    html = page(signed_in(builders.officer()), "loanapplication", application)
    assert "Debts are too high." in html
    assert "Back-end DTI is 62.10 percent; the limit is 45.00." in html


def test_the_page_lists_every_run_with_why_time_and_cost_and_what_happened() -> None:
    application, olivia = builders.ada(), builders.officer()
    builders.decided(application, builders.approved_conclusion(), by=olivia)
    builders.decided(application, builders.declined_conclusion(), by=olivia, reason="New debts came to light.")
    html = page(signed_in(olivia), "loanapplication", application)
    history = html[html.index('id="runs"') : html.index('id="timeline"')]
    for shown in ("Run 2", "New debts came to light.", "first run", "iq-approved", "iq-declined", "compare with run 1"):
        assert shown in history
    assert "Decision asked for" in html


def test_saving_a_change_is_audited_by_field_name_without_the_value() -> None:
    application, client = builders.ada(), signed_in(builders.officer())
    address = reverse("admin:lending_loanapplication_change", args=[application.pk])
    opened = client.get(address).context
    form = opened["adminform"].form
    data = (
        {"_read_as": opened["read_as"]}
        | {name: "" if value is None else value for name, value in form.initial.items()}
        | {"household_size": 4}
    )
    for formset in opened["inline_admin_formsets"]:
        for key in ("TOTAL_FORMS", "INITIAL_FORMS"):
            data[f"{formset.formset.prefix}-{key}"] = 0
    assert client.post(address, data).status_code == 302
    event = AuditEvent.objects.get(verb="application.changed")
    assert (event.actor, event.details["fields"]) == ("olivia", ["household_size"])
    assert event.details.keys() == {"fields", "correlation_id"}


def test_a_live_run_shows_its_agents_and_where_to_follow_them() -> None:
    run = builders.running(builders.ada())
    for agent in ("intake", "ratio", "compliance"):
        trace(run, agent)
    html = page(signed_in(builders.officer()), "decisionrun", run)
    assert f'data-stream="{reverse("admin:lending_decisionrun_progress", args=[run.pk])}"' in html
    states = {agent: state for state, agent in _steps(html)}
    assert states == {
        **dict.fromkeys(("intake", "ratio", "compliance"), "done"),
        "policy": "running",
        **dict.fromkeys(("underwriting", "decision", "audit"), "waiting"),
    }


def _steps(html: str) -> list[tuple[str, str]]:
    return re.findall(r'iq-step-(\w+)" data-agent="(\w+)"', html)


def trace(run: DecisionRun, agent: str) -> None:
    log.record_trace(
        run_id=run.pk,
        attempt=run.attempts,
        agent=agent,
        verdict="clear",
        summary="Done.",
        writer="template",
        started_at=timezone.now(),
        milliseconds=12,
    )


def test_the_run_page_puts_what_failed_before_what_passed() -> None:
    decision = builders.decided(builders.ben(), builders.declined_conclusion())
    html = page(signed_in(builders.officer()), "decisionrun", decision.run)
    assert html.index('data-finding="max_dti"') < html.index('data-finding="max_ltv"')
    for shown in ("62.10%", "45.00%", "-17.10%", "Conventional Manual 4.2", "Written by the built-in template"):
        assert shown in html


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_its_sentence(outcome: Outcome) -> None:
    application = builders.cleo()
    conclusion = {
        Outcome.APPROVED: builders.approved_conclusion(),
        Outcome.DECLINED: builders.declined_conclusion(),
        Outcome.REVIEW: builders.review_conclusion(),
        Outcome.HOLD: builders.hold_conclusion(application),
        Outcome.INCOMPLETE: builders.approved_conclusion(
            outcome=Outcome.INCOMPLETE, eligibility="UNKNOWN", risk="REFER", confidence=None, missing=["note_rate"]
        ),
    }[outcome]
    sentence = {
        Outcome.APPROVED: "All 3 rules that must pass have passed",
        Outcome.DECLINED: "Debts are too high.",
        Outcome.REVIEW: "Confidence 50 lies between 45 and 55.",
        Outcome.HOLD: "A borrower&#x27;s name resembles a listed party. A compliance officer must look",
        Outcome.INCOMPLETE: "Missing: Note rate.",
    }[outcome]
    decision = builders.decided(application, conclusion)
    assert sentence in page(signed_in(builders.officer()), "decisionrun", decision.run)


def test_an_unknown_finding_reads_unknown() -> None:
    unknown = builders.finding("reserves", result=FindingResult.UNKNOWN, value="", margin="", severity="review")
    conclusion = builders.review_conclusion(findings=(*builders.approved_conclusion().findings, unknown))
    decision = builders.decided(builders.ada(), conclusion)
    html = page(signed_in(builders.officer()), "decisionrun", decision.run)
    assert 'data-finding="reserves" data-result="unknown"' in html


def test_a_failed_run_says_why_on_its_page() -> None:
    run = builders.running(builders.ada())
    services.fail_run(run, "The model server did not answer.")
    html = page(signed_in(builders.officer()), "decisionrun", run)
    assert "The model server did not answer." in html


READ_ONLY = ("decisionrun", "decision", "finding", "review", "clearedhit")


@pytest.mark.parametrize("model", READ_ONLY)
def test_what_was_decided_is_read_only_for_superusers_too(model: str, rf: Any) -> None:
    request = rf.get("/")
    request.user = User(is_superuser=True, is_active=True, is_staff=True)
    [model_admin] = [each for key, each in admin.site._registry.items() if key._meta.label_lower == f"lending.{model}"]
    assert model_admin.has_view_permission(request)
    assert not model_admin.has_add_permission(request)
    assert not model_admin.has_change_permission(request)
    assert not model_admin.has_delete_permission(request)
    assert model_admin.get_actions(request) == {}


@pytest.mark.parametrize("model", ["decisionrun", "decision"])
def test_posting_to_a_decision_is_refused(model: str) -> None:
    decision = builders.decided(builders.ada(), builders.approved_conclusion())
    row = decision.run if model == "decisionrun" else decision
    client = signed_in(User.objects.create_superuser("root"))
    assert client.post(reverse(f"admin:lending_{model}_change", args=[row.pk]), {"outcome": "X"}).status_code == 403


def test_no_application_or_borrower_is_deleted_by_hand() -> None:
    application, client = builders.ada(), signed_in(User.objects.create_superuser("root"))
    data = {"action": "delete_selected", "_selected_action": [str(application.pk)], "post": "yes"}
    client.post(reverse(LIST), data)
    assert client.post(reverse("admin:lending_loanapplication_delete", args=[application.pk])).status_code == 403
    assert LoanApplication.objects.filter(pk=application.pk).exists()


def test_the_queue_shows_open_cases_and_closed_ones_only_when_asked() -> None:
    one = builders.case_of(builders.decided(builders.cleo(), builders.review_conclusion()))
    two = builders.case_of(builders.decided(builders.ada(), builders.review_conclusion()))
    services.resolve_review(review=two, by=builders.reviewer("rita"), outcome="APPROVED", note="Fine.")
    client, address = signed_in(builders.reviewer()), reverse("admin:lending_review_changelist")
    shown = {
        query: client.get(address, {"status": query} if query else {}).content.decode() for query in ("", "closed")
    }
    assert str(one.application) in shown[""]
    assert str(two.application) not in shown[""]
    assert str(two.application) in shown["closed"]


def close(client: Client, review: Review, **data: Any) -> Any:
    """Press "Look at it once more", and "Sign" where that page comes."""
    address = reverse("admin:lending_review_change", args=[review.pk])
    answer = client.post(address, {"resolve": "1", "code": "compensating_factors", **data})
    sealed = re.search(r'name="sealed" value="([^"]+)"', answer.content.decode())
    return client.post(address, {"sealed": sealed[1]}) if sealed else answer


def test_a_reviewer_takes_and_overrides_with_a_reason_and_the_page_shows_both_views() -> None:
    review = builders.case_of(builders.decided(builders.cleo(), builders.review_conclusion()))
    client = signed_in(builders.reviewer())
    client.post(reverse("admin:lending_review_change", args=[review.pk]), {"take": "1"})
    close(client, review, outcome="APPROVED", note="Eleven months of reserves.")
    review.refresh_from_db()
    assert (review.status, review.outcome, review.note) == ("decided", "APPROVED", "Eleven months of reserves.")
    html = page(client, "review", review)
    assert "What stands" in html
    assert html.index("Machine") < html.index("Person")
    assert standing_outcome(review.application).outcome == "APPROVED"  # type: ignore[union-attr]


def test_an_override_without_a_reason_is_refused_on_the_page() -> None:
    review = builders.case_of(builders.decided(builders.cleo(), builders.review_conclusion()))
    answer = close(signed_in(builders.reviewer()), review, outcome="APPROVED", note=" ")
    assert "nothing but a confirmation is saved without a reason" in answer.content.decode()
    review.refresh_from_db()
    assert review.status == ReviewStatus.OPEN


def test_the_page_offers_no_approval_that_nobody_could_sign() -> None:
    application = builders.cleo()
    review = builders.case_of(builders.decided(application, builders.hold_conclusion(application)))
    html = page(signed_in(builders.compliance_officer()), "review", review)
    assert "cannot be approved by hand: sanctions_screening (failed)" in html
    assert "Approve the loan" not in html


def test_a_decline_carries_the_chosen_reasons() -> None:
    review = builders.case_of(builders.decided(builders.cleo(), builders.review_conclusion()))
    close(
        signed_in(builders.reviewer()),
        review,
        outcome="DECLINED",
        note="Employer could not confirm.",
        reasons=["EMPLOYMENT_UNVERIFIED"],
    )
    review.refresh_from_db()
    assert [reason["code"] for reason in review.reasons] == ["EMPLOYMENT_UNVERIFIED"]


def test_a_refusal_of_the_service_is_shown_as_its_sentence() -> None:
    review = builders.case_of(builders.decided(builders.cleo(), builders.review_conclusion()))
    answer = close(signed_in(builders.reviewer()), review, outcome="DECLINED", note="No.")
    assert "Choose one to four principal reasons" in " ".join(said(answer))
    assert ">No.</textarea>" in answer.content.decode()


def test_who_asked_for_the_run_is_told_that_a_colleague_must_close_the_case() -> None:
    maker = builders.reviewer()
    review = builders.case_of(builders.decided(builders.cleo(), builders.review_conclusion(), by=maker))
    client = signed_in(maker)
    assert "a colleague must close its case" in page(client, "review", review)
    answer = close(client, review, outcome="APPROVED", note="I say so.")
    assert "so somebody else must resolve it" in " ".join(said(answer))


@pytest.mark.parametrize(
    ("role", "queue"), [("Reviewer", "hold"), ("Compliance officer", "review"), ("Auditor", "review")]
)
def test_each_queue_is_closed_by_its_own_role_only(role: str, queue: str) -> None:
    application = builders.cleo()
    hold = builders.hold_conclusion(application)
    decision = builders.decided(application, hold if queue == "hold" else builders.review_conclusion())
    client, review = signed_in(builders.staff("somebody", role)), builders.case_of(decision)
    assert "This case waits for" in page(client, "review", review)
    assert close(client, review, outcome="DECLINED", note="No.").status_code == 403


def test_compliance_sees_the_hit_beside_the_borrower_and_clears_it_into_a_new_run() -> None:
    application = builders.cleo()
    review = builders.case_of(builders.decided(application, builders.hold_conclusion(application)))
    client = signed_in(builders.compliance_officer())
    html = page(client, "review", review)
    assert "A LISTED PARTY" in html
    assert "Cleo Marsh" in html
    assert "Apr 12, 1988" in html
    address = reverse("admin:lending_review_change", args=[review.pk])
    assert "a hit is not cleared without a reason" in client.post(address, {"clear": "1"}).content.decode()
    answer = client.post(address, {"clear": "1", "clear-note": "Born 13 years later; passport seen."})
    assert answer.headers["Location"] == reverse(
        "admin:lending_decisionrun_change", args=[application.runs.get(number=2).pk]
    )


def test_a_hold_without_a_hit_offers_nothing_to_clear() -> None:
    stop = builders.finding("licensed_state", severity="stop", result=FindingResult.FAILED, message="No license in HI.")
    conclusion = builders.hold_conclusion(builders.ada())
    decision = builders.decided(builders.cleo(), replace(conclusion, findings=(stop,)))
    html = page(signed_in(builders.compliance_officer()), "review", builders.case_of(decision))
    assert "No license in HI." in html
    assert 'id="clear-hit"' not in html


def test_a_partners_token_is_issued_once_by_post() -> None:
    partner, client = builders.partner(), signed_in(User.objects.create_superuser("root"))
    address = reverse("admin:lending_partner_token", args=[partner.pk])
    assert client.get(address).status_code == 405
    assert "Copy it now" in said(client.post(address))[0]
    assert signed_in(builders.officer()).post(address).status_code == 403


def test_the_first_page_shows_what_waits_in_a_fixed_number_of_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = signed_in(builders.reviewer())
    assert "No case waits." in client.get(reverse("admin:index")).content.decode()
    for number in range(9):
        builders.decided(builders.cleo(external_id=f"C{number}"), builders.review_conclusion())
        builders.decided(builders.ben(external_id=f"B{number}"), builders.declined_conclusion())
        services.request_decision(application=builders.ada(external_id=f"R{number}"), enqueue=False)
        builders.ada(external_id=f"N{number}")
    with django_assert_max_num_queries(14):
        html = client.get(reverse("admin:index")).content.decode()
    assert "9 underwriting" in html
    assert f"{Decision.objects.count() - 9}</b>" in html


def test_the_first_page_shows_the_officer_what_reviewers_ask_and_hides_why_from_who_judges_blind(
    settings: Any,
) -> None:
    settings.REVIEW_BLIND_FIRST = True
    review, rafael = (
        builders.case_of(builders.decided(builders.cleo(), builders.review_conclusion())),
        builders.reviewer(),
    )
    first = signed_in(rafael).get(reverse("admin:index")).content.decode()
    assert str(review.application) in first
    assert "for your own view first" in first
    assert review.why not in first
    services.ask_for_more(review=review, by=rafael, text="Where does the gift come from?")
    assert (
        "Where does the gift come from?" in signed_in(builders.officer()).get(reverse("admin:index")).content.decode()
    )


def test_a_role_sees_only_its_own_parts_of_the_first_page() -> None:
    html = signed_in(builders.staff("peter", "Policy manager")).get(reverse("admin:index")).content.decode()
    assert "Upload a policy" in html
    assert "Decided last" not in html


def test_every_list_opens_for_a_superuser() -> None:
    builders.decided(builders.cleo(), builders.review_conclusion())
    client = signed_in(User.objects.create_superuser("root"))
    addresses = [reverse(f"admin:{m._meta.app_label}_{m._meta.model_name}_changelist") for m in admin.site._registry]
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)


def test_a_reviewer_reads_an_application_with_its_figures_formatted() -> None:
    html = page(signed_in(builders.reviewer()), "loanapplication", builders.ada(loan_amount=Decimal("320000.5")))
    assert "$320,000.50" in html
