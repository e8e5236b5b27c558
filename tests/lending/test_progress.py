"""A run at work, followed over server-sent events by a real ASGI server: each state once, time and cost, to the end."""

import json
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from queue import Queue
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from audit import log
from lending import services, streams
from lending.models import DecisionRun
from tests import builders
from tests.asgi_server import asgi_server

pytestmark = pytest.mark.django_db(transaction=True)
Event = dict[str, Any]


@pytest.fixture(scope="module")
def address(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with asgi_server(18_650, django_db_blocker) as url:
        yield url


def signed_in(address: str, user: User) -> httpx.Client:
    client = Client()
    client.force_login(user)
    return httpx.Client(
        base_url=address,
        cookies={settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value},
        timeout=20,
    )


class Watcher:
    """One stream, read in a thread of its own; ``heard`` takes its events, and None at its end."""

    def __init__(self, http: httpx.Client, run: DecisionRun, after: str = "") -> None:
        self.heard: Queue[Event | None] = Queue()
        self.comments = 0
        headers = {"Last-Event-ID": after} if after else {}
        path = f"/admin/lending/decisionrun/{run.pk}/progress/"
        threading.Thread(target=self._read, args=(http, path, headers), daemon=True).start()

    def _read(self, http: httpx.Client, path: str, headers: dict[str, str]) -> None:
        with http.stream("GET", path, headers=headers) as answer:
            assert answer.headers["content-type"] == "text/event-stream", answer.read()
            event: Event = {}
            for line in answer.iter_lines():
                self.comments += line.startswith(":")
                name, _, value = line.partition(": ")
                if line and name:
                    event[name] = json.loads(value)["html"] if name == "data" else value
                elif not line and event:
                    self.heard.put(event)
                    event = {}
        self.heard.put(None)

    def next(self) -> Event:
        event = self.heard.get(timeout=10)
        assert event is not None, "the stream ended"
        return event


def finished(run: DecisionRun, agent: str) -> None:
    log.record_trace(
        run_id=run.pk,
        attempt=run.attempts,
        agent=agent,
        verdict="clear",
        summary="Done.",
        writer="template",
        started_at=timezone.now(),
        milliseconds=2400,
    )


def asked(run: DecisionRun, agent: str, dollars: str) -> None:
    log.record_model_call(
        run_id=run.pk,
        agent=agent,
        model="openai/gpt-4o",
        prompt="intake",
        prompt_version="1",
        outcome="ok",
        tries=1,
        milliseconds=2000,
        dollars=Decimal(dollars),
    )


def test_a_run_is_told_from_the_queue_to_its_decision_with_time_and_cost(address: str) -> None:
    run = services.request_decision(application=builders.ada(), enqueue=False)
    watcher = Watcher(signed_in(address, builders.officer()), run)
    assert "Waiting for a worker" in watcher.next()["data"]
    claimed = services.claim_run(run.pk)
    assert claimed is not None
    assert 'iq-step-running" data-agent="intake"' in watcher.next()["data"]
    asked(claimed, "intake", "0.0123")
    finished(claimed, "intake")
    card = watcher.next()["data"]
    assert 'iq-step-done" data-agent="intake"' in card
    assert "2.4 s" in card
    assert "$0.0123 for 1 question to models so far" in " ".join(card.split())
    services.complete_run(claimed, builders.approved_conclusion())
    last = watcher.next()
    assert last["event"] == "ended"
    assert "data-stream" not in last["data"]
    assert watcher.heard.get(timeout=10) is None


def test_whoever_comes_back_hears_only_what_is_new_and_always_the_end(address: str) -> None:
    run, http = builders.running(builders.ada()), signed_in(address, builders.officer())
    known = Watcher(http, run).next()["id"]
    watcher = Watcher(http, run, after=known)
    finished(run, "intake")
    assert 'iq-step-done" data-agent="intake"' in watcher.next()["data"]
    services.fail_run(run, reason="The queue lost it.")
    ended = watcher.next()
    assert ended["event"] == "ended"
    assert Watcher(http, run, after=ended["id"]).next()["event"] == "ended"


def test_a_silent_stream_sends_comments_and_holds_no_connection(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "SIGN_OF_LIFE", 0.1)
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)  # as in the web process
    run = builders.running(builders.ada())
    watchers = [Watcher(signed_in(address, builders.officer(f"olivia{place}")), run) for place in range(8)]
    for watcher in watchers:
        watcher.next()
    time.sleep(0.7)
    assert all(watcher.comments >= 2 for watcher in watchers)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND query NOT LIKE 'LISTEN%%' AND query NOT LIKE '%%pg_notify%%'"
        )
        [held] = cursor.fetchone()
    assert held <= 1
    services.complete_run(run, builders.approved_conclusion())
    assert {watcher.next()["event"] for watcher in watchers} == {"ended"}


def test_only_those_who_may_see_runs_hear_of_one(address: str) -> None:
    run = builders.running(builders.ada())
    path = f"/admin/lending/decisionrun/{run.pk}/progress/"
    assert signed_in(address, builders.staff("peter", "Policy manager")).get(path).status_code == 403
    assert httpx.get(f"{address}{path}").status_code == 302
    missing = f"/admin/lending/decisionrun/{run.application_id}/progress/"
    assert signed_in(address, builders.officer()).get(missing).status_code == 404
