"""A breaker: after repeated trouble nobody asks for a while, then one probe."""

import threading

from agents.llm.circuit import Circuits, State

MODEL = "openai/some"


class Clock:
    """Time that stands still until it is told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def opened() -> tuple[Circuits, Clock]:
    """Return breakers of which the model's has just opened."""
    clock = Clock()
    circuits = Circuits(threshold=3, seconds=30, clock=clock)
    for _ in range(3):
        leave = circuits.of(MODEL).enter()
        assert leave is not None
        with leave:
            leave.failed()
    return circuits, clock


def test_it_opens_after_failures_in_a_row_only() -> None:
    circuits = Circuits(threshold=2, seconds=30, clock=Clock())
    for ends in ("failed", "worked", "failed"):
        leave = circuits.of(MODEL).enter()
        assert leave is not None
        with leave:
            getattr(leave, ends)()
    assert circuits.of(MODEL).state is State.CLOSED


def test_while_open_nobody_asks_and_other_models_are_free() -> None:
    circuits, clock = opened()
    clock.now = 29.9
    assert circuits.of(MODEL).enter() is None
    assert circuits.of("openai/other").enter() is not None


def test_then_one_probe_goes_and_its_end_decides() -> None:
    for ends, then in (("worked", State.CLOSED), ("failed", State.OPEN)):
        circuits, clock = opened()
        clock.now = 30
        probe = circuits.of(MODEL).enter()
        assert probe is not None
        assert circuits.of(MODEL).enter() is None
        with probe:
            getattr(probe, ends)()
        assert circuits.of(MODEL).state is then


def test_a_probe_that_was_cancelled_leaves_room_for_another() -> None:
    circuits, clock = opened()
    clock.now = 30
    probe = circuits.of(MODEL).enter()
    assert probe is not None
    with probe:
        pass
    assert circuits.of(MODEL).enter() is not None


def test_of_many_threads_one_probes() -> None:
    circuits, clock = opened()
    clock.now = 30
    got: list[object] = []
    threads = [threading.Thread(target=lambda: got.append(circuits.of(MODEL).enter())) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([leave for leave in got if leave is not None]) == 1
