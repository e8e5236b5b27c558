"""P1: of every sample application, nothing personal reaches a provider that may not have it, whatever goes wrong."""

import json
from collections.abc import Iterator

import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command

from agents.llm.calls import Limits
from agents.llm.gateway import ModelGateway
from agents.llm.providers import Access
from agents.llm.routing import Routes
from lending.casefile import build_case_file
from lending.models import LoanApplication
from loaniq.demo.samples import APPLICATIONS
from tests.agents.a_run import PII_AGENTS, context, run
from tests.bedrock_server import BedrockServer
from tests.model_server import Behaviour, ModelServer, completion, helpful

OUTSIDE = ("ratio", "policy", "underwriting", "decision")
LIMITS = Limits(call_seconds=10, total_seconds=40, tries=2, least_wait=0, most_wait=0)
pytestmark = pytest.mark.django_db


@pytest.fixture
def applications() -> list[LoanApplication]:
    """Return the sample applications, each with a street, an e-mail address, an employer and names of its own."""
    call_command("import_applications", str(APPLICATIONS), verbosity=0)
    for number, application in enumerate(LoanApplication.objects.all()):
        home = application.subject_property
        home.street = f"{number} Quillfeather Lane"
        home.save()
        for place, applicant in enumerate(application.applicants.all()):
            person = applicant.borrower
            person.first_name, person.last_name = f"Zebulon{number}x{place}", f"Marchbanks{number}x{place}"
            person.email = f"z{number}.{place}@canary.example"
            person.save()
            applicant.employer = f"Canary Works {number} x {place}"
            applicant.save()
    return list(LoanApplication.objects.all())


def personal(application: LoanApplication) -> Iterator[str]:
    yield application.subject_property.street
    for applicant in application.applicants.all():
        person = applicant.borrower
        yield from (person.first_name, person.last_name, person.email, applicant.employer)


@pytest.mark.slow
@pytest.mark.parametrize("behaviour", [helpful, completion("Sure!")], ids=["helpful", "out of form"])
def test_no_byte_sent_outside_names_anybody(
    applications: list[LoanApplication], behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = (500, {"message": "scripted"}, {"x-amzn-ErrorType": "InternalServerException"})
    models = {**dict.fromkeys(OUTSIDE, "compatible/outside"), **dict.fromkeys(PII_AGENTS, "bedrock/inside")}
    routes = Routes(models, PII_AGENTS, frozenset({"bedrock"}), dict.fromkeys(models, "compatible/other"))
    with ModelServer(behaviour) as server, BedrockServer(*[trouble] * 1_000) as inside:
        for name, value in inside.environment.items():
            monkeypatch.setenv(name, value)
        for application in applications:
            case = build_case_file(application)
            access = Access(compatible_base_url=server.address, bedrock_region="us-east-1", seconds=10)
            async_to_sync(run)(case, context(models=ModelGateway(routes, access, LIMITS)))
        sent = json.dumps(server.requests)
    canaries = {word for loan in applications for word in personal(loan)}
    assert server.requests
    assert inside.requests  # who may have it was asked, failed, and nobody else took over
    assert len(canaries) >= 5 * len(applications)
    assert [canary for canary in canaries if canary in sent] == []
