"""The queued decision: from a run's id to its stored conclusion. Beside the impact task, alone in touching tables."""

import logging
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import Event, Thread
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from agents.checks import access, prices_now, routes
from agents.exceptions import AgentError
from agents.llm.budget import Budget
from agents.llm.calls import Limits
from agents.llm.circuit import Circuits
from agents.llm.gateway import ModelGateway
from agents.response_store import CachedResponses
from audit import correlation, log
from lending import services
from lending.exceptions import LeaseLost
from lending.freshness import frozen_case
from lending.models import Decision, DecisionRun

if TYPE_CHECKING:
    from agents.context import AgentContext
    from agents.explaining import Sentence, Told
    from agents.llm.calls import CallRecord
    from agents.pipeline import OnStep
    from agents.state import StepReport
    from policies.search.retrieval import PolicySearch

P = ParamSpec("P")
T = TypeVar("T")
logger = logging.getLogger(__name__)
BEAT_SECONDS = 5.0  # well inside the lease of a run


def run_decision(run_id: str) -> str:
    """Decide one queued run and return its outcome. Safe to deliver twice.

    Other endings: "already claimed", "sent to review" (the run failed and waits for a person), "taken over".
    """
    run = services.claim_run(run_id)
    if run is None:
        return "already claimed"
    with correlation.bound(run.correlation_id):
        return _decide_claimed(run)


def _decide_claimed(run: DecisionRun) -> str:
    try:
        with _lease_kept(run):
            return decide_now(run)
    except LeaseLost:
        return "taken over"
    except AgentError as exc:  # expected: the case goes to a person
        services.fail_run(run, reason=str(exc))
        return "sent to review"
    except Exception:  # a bug: the case still goes to a person, and the queue keeps the traceback
        services.fail_run(run, reason="The program met an error of its own; the log has it. A person must look.")
        raise


def decide_now(run: DecisionRun) -> str:
    """Run the pipeline for a claimed run, outside any transaction, store what it concluded and return the outcome."""
    from agents.pipeline import decide

    case = frozen_case(run.application_id)
    services.freeze_facts(run, case)
    context = build_context(case.home.county_fips)
    calls = _CallRecorder(run, context.models)
    try:
        conclusion = async_to_sync(decide)(case, context, _step_recorder(run, calls))
    finally:
        calls.record()
    services.complete_run(run, conclusion)
    return str(conclusion.outcome)


def build_context(county_fips: str | None) -> "AgentContext":
    """Return what the agents need, read from settings and database; heavy parts are made once per process.

    ``county_fips`` names the county whose loan limits are looked up; None leaves them unknown.
    """
    from agents.context import AgentContext
    from policies.embedding.nearness import nearest
    from policies.embedding.talk import odds_of_talk
    from policies.rulebook.shipping import current_rulebook
    from policies.selectors import area_limits, corpus_version, current_screener

    today = timezone.localdate()
    book = current_rulebook(today)
    return AgentContext(
        search=_policy_search().search,
        rules=book.on(today),
        rulebook_version=book.version,
        screener=current_screener(),
        models=build_gateway(corpus_version()),
        today=today,
        deadline_seconds=float(settings.DECISION_SECONDS),
        agent_seconds=settings.DECISION_SECONDS * 0.9,
        areas=area_limits(county_fips, today),
        meaning=odds_of_talk,
        likeness=nearest,
    )


def build_gateway(policy_version: str = "") -> ModelGateway:
    """Return a gateway with the routes, keys and limits of the settings, a fresh budget and no calls yet."""
    limits = Limits(
        call_seconds=settings.MODEL_CALL_SECONDS,
        total_seconds=settings.DECISION_SECONDS * 0.8,
        tries=settings.MODEL_CALL_TRIES,
        in_flight=settings.MODEL_CALLS_IN_FLIGHT,
        max_tokens=settings.MODEL_MAX_TOKENS,
    )
    return ModelGateway(
        routes(),
        access(),
        limits,
        circuits=_circuits(),
        budget=Budget(limits.total_seconds, settings.MODEL_RUN_TOKENS, settings.MODEL_RUN_DOLLARS),
        prices=prices_now(),
        responses=CachedResponses() if settings.MODEL_ANSWERS_SECONDS else None,
        policy_version=policy_version,
    )


async def explain(decision_id: int) -> "AsyncGenerator[Sentence, None]":
    """Yield a decision's explanation sentence by sentence, and record what it cost. It changes nothing."""
    from agents.explaining import explanation

    run, told = await _apart(_told, decision_id)
    models = await _apart(build_gateway)
    try:
        async for sentence in explanation(told, models, access()):
            yield sentence
    finally:
        await _apart(_CallRecorder(run, models).record)


async def _apart(work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """Do work on tables in a thread of its own, which gives its connection back: many may ask, few may hold one."""

    def done() -> T:
        try:
            return work(*given, **named)
        finally:
            connection.close()

    return await sync_to_async(done, thread_sensitive=False)()


def _told(decision_id: int) -> "tuple[DecisionRun, Told]":
    from agents.explaining import Told, quoted_in

    decision = Decision.objects.select_related("run__partner").get(pk=decision_id)
    figures = "\n".join(f"{name.replace('_', ' ')}: {figure}" for name, figure in decision.ratios.items() if figure)
    told = Told(decision.outcome, decision.rationale, figures, quoted_in(decision.citations))
    return decision.run, told


@cache
def _circuits() -> Circuits:
    """Return the breakers of this process, which all its runs share."""
    return Circuits(settings.MODEL_CIRCUIT_FAILURES, settings.MODEL_CIRCUIT_SECONDS)


@cache
def _policy_search() -> "PolicySearch":
    from policies.search.retrieval import PolicySearch

    return PolicySearch()


def _step_recorder(run: DecisionRun, calls: "_CallRecorder") -> "OnStep":
    async def on_step(step: "StepReport") -> None:
        await sync_to_async(calls.record)()  # before the step, whose announcement makes watchers look at the cost too
        await sync_to_async(log.record_trace)(
            run_id=run.pk,
            attempt=run.attempts,
            agent=step.agent,
            verdict=step.verdict,
            summary=step.summary,
            writer=step.writer,
            started_at=step.started_at,
            milliseconds=step.milliseconds,
            error=step.error,
            details=step.details,
        )

    return on_step


class _CallRecorder:
    """Stores what a run's questions cost as they are answered, each once; its callers take turns."""

    def __init__(self, run: DecisionRun, gateway: ModelGateway) -> None:
        self._run, self._gateway, self._stored = run, gateway, 0

    def record(self) -> None:
        """Store the questions that were answered since the last time."""
        calls = self._gateway.calls[self._stored :]
        self._stored += len(calls)
        for call in calls:
            _record_call(self._run, call)


def _record_call(run: DecisionRun, call: "CallRecord") -> None:
    log.record_model_call(
        run_id=run.pk,
        agent=call.agent,
        model=call.model,
        prompt=call.prompt,
        prompt_version=call.prompt_version,
        outcome=call.outcome,
        tries=call.tries,
        milliseconds=call.milliseconds,
        input_tokens=call.input_tokens,
        output_tokens=call.output_tokens,
        dollars=call.dollars,
        cached=call.cached,
        tokens_saved=call.tokens_saved,
        partner=run.partner.name if run.partner else "",
    )


@contextmanager
def _lease_kept(run: DecisionRun) -> Iterator[None]:
    """Renew the run's lease while the block works, from a thread of its own, since the work may hold this one long."""
    done = Event()
    thread = Thread(target=_beat, args=(run, done), name=f"lease-{run.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _beat(run: DecisionRun, done: Event) -> None:
    try:
        while not done.wait(BEAT_SECONDS):
            try:
                if not services.renew_lease(run):
                    return  # somebody else has the run; storing the result will be refused
            except DatabaseError as exc:  # the server may be restarting; the next beat tries again
                logger.warning("Could not renew the lease of run %s (%s)", run.pk, type(exc).__name__)
                connection.close()
    finally:
        connection.close()
