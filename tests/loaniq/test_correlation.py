"""One id from the request to the run, its events and its log lines."""

import json
import logging
from typing import Any

import pytest
from django.test import Client

from audit import correlation
from audit.models import AuditEvent
from lending import services
from loaniq.logs import JobsWithoutResults, JsonLines, PlainLines, logging_settings
from tests import builders

NAME, EMAIL = "Ada Whitfield", "ada@example.com"
SENT = "01J9ZK3V7Q-partner-request"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (SENT, True),
        ("7f3c2a90-1b2c-4d5e-8f90-a1b2c3d4e5f6", True),
        ("123-45-6789-123-45-6789", False),
        ("ada.whitfield@example.com", False),
        ("ada-whitfield-is-here", False),
        ("short1", False),
        ("x1" * 40, False),
        ("a1\nb2-0123456789abcdef", False),
        ("", False),
    ],
)
def test_an_id_from_outside_is_kept_only_if_it_can_be_nothing_else(sent: str, kept: bool) -> None:
    assert correlation.is_sane(sent) is kept


@pytest.mark.django_db
def test_every_answer_names_its_request(client: Client) -> None:
    assert client.get("/health", headers={"X-Request-ID": SENT})["X-Request-ID"] == SENT
    own = client.get("/health", headers={"X-Request-ID": "ada@example.com"})["X-Request-ID"]
    assert correlation.is_sane(own)
    assert client.get("/health")["X-Request-ID"] != own
    assert correlation.current() == ""


@pytest.mark.django_db
def test_the_run_and_all_its_events_carry_the_requests_id_whoever_writes_them() -> None:
    with correlation.bound(SENT):
        run = services.request_decision(application=builders.ada())
    claimed = services.claim_run(run.pk)
    assert claimed
    services.complete_run(claimed, builders.approved_conclusion())
    events = AuditEvent.objects.filter(verb__startswith="run.")
    assert [event.details["correlation_id"] for event in events] == [SENT] * 3
    assert run.correlation_id == SENT


@pytest.mark.django_db
def test_a_run_that_no_request_asked_for_gets_an_id_of_its_own() -> None:
    first = services.request_decision(application=builders.ada())
    second = services.request_decision(application=builders.ben())
    assert correlation.is_sane(first.correlation_id)
    assert first.correlation_id != second.correlation_id


def failure() -> logging.LogRecord:
    """Return the record of an error whose words and whose cause's words name a borrower."""
    try:
        try:
            raise ValueError(f"email {EMAIL} is taken")
        except ValueError as cause:
            raise KeyError(NAME) from cause
    except KeyError as error:
        info: Any = (type(error), error, error.__traceback__)
        return logging.LogRecord("lending", logging.ERROR, "f.py", 1, "Run %s failed", ("17",), info)


def test_a_json_line_holds_the_id_and_says_of_an_error_where_and_what_but_not_its_words() -> None:
    with correlation.bound(SENT):
        text = JsonLines().format(failure())
    line = json.loads(text)
    assert (line["correlation_id"], line["message"], line["level"]) == (SENT, "Run 17 failed", "ERROR")
    assert line["error"].endswith("KeyError from ValueError")
    assert "test_correlation.py" in line["error"]
    assert NAME not in text
    assert EMAIL not in text


def test_a_plain_line_leaves_the_words_out_too_also_of_a_text_another_formatter_made() -> None:
    record = failure()
    record.exc_text = f"KeyError: {NAME}"
    text = PlainLines("{correlation_id} {message}", style="{").format(record)
    assert text.startswith("- Run 17 failed\n")
    assert NAME not in text


def test_the_queues_line_about_a_failed_job_ends_before_the_traceback() -> None:
    record = logging.LogRecord(
        "django-q", 40, "f.py", 1, "Failed 'agents.tasks.run_decision' (red-fox) - Ada Whitfield : Traceback", (), None
    )
    JobsWithoutResults().filter(record)
    assert record.getMessage() == "Failed 'agents.tasks.run_decision' (red-fox) - see Failed jobs"


def test_an_unknown_log_format_is_refused() -> None:
    with pytest.raises(ValueError, match="Write plain or json"):
        logging_settings("xml", "INFO")
