"""A decision told line by line by a real ASGI server: as it happens, each event once, and again from any point."""

import json
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from queue import Queue
from typing import Any

import httpx
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone
from knox.models import AuthToken
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from audit import log
from audit.models import ModelCall
from lending import services, streams
from lending.models import DecisionRun, LoanApplication, Partner
from lending.run_events import EventName, Place, pieces_of
from tests import builders
from tests.asgi_server import asgi_server
from tests.model_server import ModelServer, writing

pytestmark = pytest.mark.django_db(transaction=True)
AGENTS = ("intake", "ratio", "policy")


@pytest.fixture(scope="module")
def address(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with asgi_server(18_600, django_db_blocker) as url:
        yield url


class Caller:
    """A partner's program, and an application of its own."""

    def __init__(self, address: str, name: str) -> None:
        user = User.objects.create_user(f"partner-{name}")
        self.partner = Partner.objects.create(name=name, user=user)
        headers = {"Authorization": f"Token {AuthToken.objects.create(user)[1]}"}
        self.http = httpx.Client(base_url=f"{address}/api/v1/", headers=headers, timeout=20)
        self.loan: LoanApplication = builders.ada(external_id=f"{name}-1")
        LoanApplication.objects.filter(pk=self.loan.pk).update(partner=self.partner)
        self.path = f"loans/{self.loan.pk}/decide/stream"

    def lines(self, method: str = "POST", **parts: Any) -> "Lines":
        """Open a stream and read it in a thread of its own."""
        return Lines(self.http, method, self.path, parts)


class Lines:
    """The lines of one stream, as they come in; None stands for its end."""

    def __init__(self, http: httpx.Client, method: str, path: str, parts: dict[str, Any]) -> None:
        self.heard: Queue[dict[str, Any] | None] = Queue()
        self.signs_of_life = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, args=(http, method, path, parts), daemon=True)
        self._thread.start()

    def _read(self, http: httpx.Client, method: str, path: str, parts: dict[str, Any]) -> None:
        with http.stream(method, path, **parts) as answer:
            assert answer.status_code == 200, answer.read()
            for line in answer.iter_lines():
                self.signs_of_life += not line
                if line:
                    self.heard.put(json.loads(line))
                if self._stop.is_set():
                    return
        self.heard.put(None)

    def next(self) -> dict[str, Any] | None:
        """Return the next event, or None at the end; fails after ten seconds of silence."""
        return self.heard.get(timeout=10)

    def rest(self) -> list[dict[str, Any]]:
        """Return all events up to the end."""
        return list(iter(self.next, None))


@pytest.fixture
def broker(address: str) -> Caller:
    return Caller(address, "Broker")


def run_of(caller: Caller) -> DecisionRun:
    """Return the caller's run as soon as it is there."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if run := DecisionRun.objects.filter(application=caller.loan).first():
            return run
        time.sleep(0.02)
    raise AssertionError("no run was asked for")


def step(run: DecisionRun, agent: str, **details: Any) -> None:
    log.record_trace(
        run_id=run.pk,
        attempt=run.attempts,
        agent=agent,
        verdict="clear",
        summary="It could be APPROVED.",
        writer="template",
        started_at=timezone.now(),
        milliseconds=7,
        details=details,
    )


def decide(caller: Caller) -> DecisionRun:
    """Do a worker's work on the caller's run."""
    run = services.claim_run(run_of(caller).pk)
    assert run is not None
    for agent in AGENTS:
        step(run, agent, **({"ratios": {"back_end_dti": "36.42"}} if agent == "ratio" else {}))
    services.complete_run(run, builders.approved_conclusion())
    return run


def test_events_come_as_they_happen_and_the_decision_last(broker: Caller) -> None:
    lines = broker.lines()
    run = services.claim_run(run_of(broker).pk)
    assert run is not None
    step(run, "intake")
    step(run, "ratio", ratios={"back_end_dti": "36.42"})
    first = lines.next()
    assert first is not None
    assert (first["event"], first["data"]) == ("ratios", {"back_end_dti": "36.42"})
    services.complete_run(run, builders.approved_conclusion())
    events = [first, *lines.rest()]
    kinds = [event["event"] for event in events]
    assert kinds[:3] == ["ratios", "step", "step"]
    assert kinds[-1] == "final_decision"
    assert set(kinds[3:-1]) == {"token"}
    assert events[-1]["data"]["outcome"] == "APPROVED"
    assert "".join(event["data"]["text"] for event in events[3:-1]) == events[-1]["data"]["rationale"]


def test_before_the_gate_nothing_reads_like_a_decision(broker: Caller) -> None:
    lines = broker.lines()
    decide(broker)
    told = [event for event in lines.rest() if event["event"] in ("ratios", "step")]
    assert len(told) == 1 + len(AGENTS)
    assert "APPROVED" not in json.dumps(told)


def test_who_drops_and_comes_back_hears_each_event_once(broker: Caller) -> None:
    lines = broker.lines()
    decide(broker)
    events = lines.rest()
    for place, event in enumerate(events):
        assert broker.lines("GET", headers={"Last-Event-ID": event["id"]}).rest() == events[place + 1 :]
    assert broker.lines("GET", params={"after": events[2]["id"]}).rest() == events[3:]
    assert broker.lines("POST", json={}, headers={"Last-Event-ID": events[2]["id"]}).rest() == events[3:]
    assert broker.loan.runs.count() == 1
    names = [EventName.read(event["id"]) for event in events]
    assert all(one.place < other.place for one, other in pairwise(names))


def test_the_run_goes_on_when_nobody_listens(broker: Caller) -> None:
    with broker.http.stream("POST", broker.path) as answer:
        assert answer.status_code == 200
        run_of(broker)
    decide(broker)
    assert broker.lines("GET").rest()[-1]["data"]["outcome"] == "APPROVED"


def test_a_run_that_fails_says_so_and_not_why(broker: Caller) -> None:
    lines = broker.lines()
    run = services.claim_run(run_of(broker).pk)
    assert run is not None
    services.fail_run(run, reason="Ada Whitfield's file broke something.")
    assert [(event["event"]) for event in lines.rest()] == ["ratios", "failed"]
    assert "Whitfield" not in str(list(lines.heard.queue))


def test_a_silent_stream_shows_life(broker: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "SIGN_OF_LIFE", 0.1)
    lines = broker.lines()
    run_of(broker)
    time.sleep(0.5)
    decide(broker)
    lines.rest()
    assert lines.signs_of_life >= 2


def test_another_partners_run_is_not_there(broker: Caller, address: str) -> None:
    rival = Caller(address, "Rival")
    lines = broker.lines()
    decide(broker)
    last = lines.rest()[0]["id"]
    for method, path in (("POST", broker.path), ("GET", broker.path)):
        assert rival.http.request(method, path).status_code == 404
    assert rival.http.get(rival.path, headers={"Last-Event-ID": last}).status_code == 404
    assert httpx.get(f"{address}/api/v1/{broker.path}").status_code == 401


def test_a_second_request_and_a_strange_event_are_refused(broker: Caller) -> None:
    assert broker.http.get(broker.path).status_code == 404
    lines = broker.lines()
    run_of(broker)
    assert broker.http.post(broker.path).status_code == 409
    answer = broker.http.get(broker.path, headers={"Last-Event-ID": "x", "Accept": "application/x-ndjson"})
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", "after"])
    decide(broker)
    lines.rest()


def test_signals_that_get_lost_cost_only_time(
    broker: Caller, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr("lending.run_signals.CHANNEL", "nobody_speaks_here")
    monkeypatch.setattr("lending.run_signals.LOOK_ANYWAY", 0.2)
    lines = broker.lines()
    decide(broker)
    assert lines.rest()[-1]["event"] == "final_decision"


class Sse(list[tuple[str, str, dict[str, Any]]]):
    """The events of an explanation as (name, id, data)."""

    def __init__(self, caller: Caller, **headers: str) -> None:
        answer = caller.http.post(f"loans/{caller.loan.pk}/explain", headers=headers)
        assert answer.headers["Content-Type"] == "text/event-stream"
        for block in answer.text.strip().split("\n\n"):
            said = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
            self.append((said["event"], said.get("id", ""), json.loads(said["data"])))

    @property
    def text(self) -> str:
        return "".join(data["text"] for name, _, data in self if name == "token").strip()


def test_an_explanation_without_a_model_is_the_decisions_own_rationale(broker: Caller) -> None:
    assert broker.http.post(f"loans/{broker.loan.pk}/explain").status_code == 404
    lines = broker.lines()
    decide(broker)
    decision = lines.rest()[-1]["data"]
    events = Sse(broker, Accept="text/event-stream")
    assert events.text == " ".join(decision["rationale"].split())
    assert events[-1] == ("done", "", {"writers": ["template"]})


def test_an_explanation_goes_on_behind_the_last_sentence_and_is_paid_for_once(
    broker: Caller, settings: Settings
) -> None:
    lines = broker.lines()
    decide(broker)
    lines.rest()
    text = "The loan was approved. The officer may go on. Nothing else is needed."
    settings.AGENT_MODELS = {**settings.AGENT_MODELS, "decision": "compatible/scripted"}
    with ModelServer(writing(text)) as server:
        settings.COMPATIBLE_BASE_URL = server.address
        events = Sse(broker)
        [first, *_] = [place for name, place, _ in events if name == "sentence"]
        again = Sse(broker, **{"Last-Event-ID": first})
        strange = Sse(broker, **{"Last-Event-ID": "0123.1"})
        assert len(server.requests) == 1
    assert (events.text, again.text) == (text, text.split(". ", 1)[1])
    assert (strange[0][0], strange.text) == ("restart", text)
    assert ModelCall.objects.get(prompt="explain").run_id == broker.loan.runs.get().pk


def test_an_open_stream_holds_no_connection(
    broker: Caller, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)  # as in the web process
    lines = broker.lines()
    decide(broker)
    lines.rest()
    settings.AGENT_MODELS = {**settings.AGENT_MODELS, "decision": "compatible/scripted"}
    with ModelServer(writing("The loan was approved. It may go on.", pause=0.5)) as server:
        settings.COMPATIBLE_BASE_URL = server.address
        quiet = connections_open()
        with broker.http.stream("POST", f"loans/{broker.loan.pk}/explain") as answer:
            assert answer.status_code == 200
            while not server.requests:
                time.sleep(0.02)
            assert connections_open() <= quiet
            answer.read()


def connections_open() -> int:
    """Return how many connections the test database has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def test_pieces_put_together_are_the_text() -> None:
    for text in ("", "One two.", "  A \n\n b  ", "x"):
        assert "".join(pieces_of(text)) == text
    assert Place(0, 0) < Place(1, 5) < Place(1, 6) < Place(3, 0)
