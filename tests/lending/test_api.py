"""The partner API over real HTTP: who may see what, what each route answers, and in which shape it refuses."""

import json
import urllib.error
import urllib.request
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from knox.models import AuthToken
from pytest_django.live_server_helper import LiveServer

from audit.models import AuditEvent
from lending import services
from lending.models import LoanApplication, Partner
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)
NOBODY = "00000000-0000-4000-8000-000000000000"
BORROWER = {"first_name": "Ada", "last_name": "Whitfield", "email": "ada@example.com", "state": "OH"}


class Answer(NamedTuple):
    """Status, body and headers of one response."""

    status: int
    body: Any
    headers: Any


class Client:
    """A partner's program: sends JSON with a token."""

    def __init__(self, base: str, token: str) -> None:
        self.base, self.token = base, token

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send one request and return the answer, whatever its status."""
        request = urllib.request.Request(  # noqa: S310  (loopback)
            f"{self.base}/api/v1/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Token {self.token}", "Content-Type": "application/json", **headers},
        )
        try:
            with urllib.request.urlopen(request) as response:  # noqa: S310
                return Answer(response.status, json.loads(response.read() or "null"), response.headers)
        except urllib.error.HTTPError as error:
            return Answer(error.code, json.loads(error.read() or "null"), error.headers)


def partner_client(live_server: LiveServer, name: str) -> Client:
    user = User.objects.create_user(f"partner-{name}")
    Partner.objects.create(name=name, user=user)
    return Client(live_server.url, AuthToken.objects.create(user)[1])


@pytest.fixture
def broker(live_server: LiveServer) -> Client:
    return partner_client(live_server, "Broker")


@pytest.fixture
def rival(live_server: LiveServer) -> Client:
    return partner_client(live_server, "Rival")


def application_body(borrower: str, **changes: Any) -> dict[str, Any]:
    return {
        "external_id": "B-1",
        "application_date": "2026-11-02",
        "program": "conventional",
        "purpose": "purchase",
        "occupancy": "primary",
        "loan_amount": "320000.00",
        "term_months": 360,
        "amortization": "fixed",
        "note_rate": "6.25",
        "property": {"state": "OH", "units": 1, "property_type": "single_family", "purchase_price": "400000"},
        "borrowers": [
            {
                "borrower": borrower,
                "employment": "employed",
                "monthly_income": "11500",
                "credit_score": 768,
                "liabilities": [{"kind": "instalment", "monthly_payment": "310", "months_remaining": 30}],
            }
        ],
        "assets": [{"kind": "savings", "amount": "150000"}],
        **changes,
    }


def apply(client: Client, **changes: Any) -> dict[str, Any]:
    borrower = client(
        "POST", "borrowers", BORROWER | {"email": f"{changes.get('external_id', 'B-1')}@example.com"}
    ).body
    answer = client("POST", "loans/apply", application_body(borrower["id"], **changes))
    assert answer.status == 201, answer.body
    body: dict[str, Any] = answer.body
    return body


def test_an_application_arrives_whole_with_number_and_audit(broker: Client) -> None:
    body = apply(broker)
    application = LoanApplication.objects.get(pk=body["id"])
    assert body["number"] == application.number
    assert application.applicants.get().liabilities.get().monthly_payment == 310
    assert AuditEvent.objects.get(verb="application.received").subject.endswith(application.number)


def test_a_repeated_email_is_a_conflict(broker: Client, rival: Client) -> None:
    assert broker("POST", "borrowers", BORROWER).status == 201
    again = broker("POST", "borrowers", BORROWER | {"email": "ADA@example.com"})
    assert again.status == 409
    assert "ada@" not in json.dumps(again.body).lower()
    assert rival("POST", "borrowers", BORROWER).status == 201


def test_a_repeated_external_id_is_a_conflict_and_stores_nothing(broker: Client) -> None:
    apply(broker)
    borrower = broker("POST", "borrowers", BORROWER).body["id"]
    assert broker("POST", "loans/apply", application_body(borrower)).status == 409
    assert LoanApplication.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "loc", "given"),
    [
        ({"program": "balloon"}, ["body", "program"], "balloon"),
        ({"loan_amount": "-5"}, ["body", "loan_amount"], "-5"),
        ({"note_rate": "63"}, ["body", "note_rate"], "63"),
        ({"term_months": 0}, ["body", "term_months"], 0),
        ({"borrowers": []}, ["body", "borrowers"], []),
        ({"property": {"units": 9}}, ["body", "property", "units"], 9),
    ],
)
def test_bad_input_is_named_with_its_place_and_value(broker: Client, change: Any, loc: list[str], given: Any) -> None:
    borrower = broker("POST", "borrowers", BORROWER).body["id"]
    answer = broker("POST", "loans/apply", application_body(borrower, **change))
    assert answer.status == 422
    [problem] = answer.body["detail"]
    assert problem["loc"] == loc
    assert problem["input"] == given
    assert problem["type"]
    assert problem["msg"]
    assert not LoanApplication.objects.exists()


def test_a_broken_body_is_unprocessable_too(broker: Client) -> None:
    request = urllib.request.Request(  # noqa: S310
        f"{broker.base}/api/v1/borrowers",
        data=b'{"first_name": ',
        headers={"Authorization": f"Token {broker.token}", "Content-Type": "application/json"},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)  # noqa: S310
    assert refused.value.code == 422
    assert json.loads(refused.value.read())["detail"][0]["type"] == "parse_error"


def test_decide_answers_at_once_with_the_address_to_follow(broker: Client) -> None:
    loan = apply(broker)
    answer = broker("POST", f"loans/{loan['id']}/decide")
    assert answer.status == 202
    assert answer.headers["Location"] == answer.body["status_url"]
    status = broker("GET", f"loans/{loan['id']}/status").body
    assert (status["status"], status["run"]["id"], len(status["agents"])) == ("queued", answer.body["run"], 7)
    assert broker("POST", f"loans/{loan['id']}/decide").status == 409


def test_a_decided_loan_shows_its_findings_and_refuses_a_plain_repeat(broker: Client) -> None:
    loan = apply(broker)
    assert broker("GET", f"loans/{loan['id']}/decision").status == 404
    broker("POST", f"loans/{loan['id']}/decide")
    run = services.claim_run(LoanApplication.objects.get().runs.get().pk)
    assert run is not None
    services.complete_run(run, builders.declined_conclusion())
    decision = broker("GET", f"loans/{loan['id']}/decision").body
    assert (decision["outcome"], decision["standing"]["by"]) == ("DECLINED", "pipeline")
    assert any(finding["result"] == "failed" for finding in decision["findings"])
    assert broker("POST", f"loans/{loan['id']}/decide").status == 409
    assert broker("POST", f"loans/{loan['id']}/decide", {"reason": "Debt paid off."}).status == 202


@pytest.mark.parametrize(("method", "path"), [("GET", "status"), ("GET", "decision"), ("POST", "decide")])
def test_another_partners_loan_reads_exactly_like_none(broker: Client, rival: Client, method: str, path: str) -> None:
    loan = apply(broker)
    theirs, none = rival(method, f"loans/{loan['id']}/{path}"), rival(method, f"loans/{NOBODY}/{path}")
    assert theirs.status == none.status == 404
    assert theirs.body == none.body


def test_another_partners_borrower_cannot_be_used(broker: Client, rival: Client) -> None:
    borrower = broker("POST", "borrowers", BORROWER).body["id"]
    theirs = rival("POST", "loans/apply", application_body(borrower))
    none = rival("POST", "loans/apply", application_body(NOBODY))
    assert theirs.status == none.status == 422
    assert theirs.body["detail"][0]["type"] == none.body["detail"][0]["type"]


def test_without_a_token_nothing_and_a_switched_off_partner_is_refused(broker: Client) -> None:
    assert Client(broker.base, "wrong")("POST", "borrowers", BORROWER).status == 401
    Partner.objects.update(active=False)
    assert broker("POST", "borrowers", BORROWER).status == 403


def test_the_schema_is_complete_and_free_of_warnings() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")
