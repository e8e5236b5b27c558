"""When a search says nothing."""

import pytest

from policies.search.abstaining import Calibration, Evidence, calibration_of, reason_to_abstain
from policies.search.fusion import Candidates
from policies.search.stages import Scored

CALIBRATION = Calibration(covered_weight=0.25, least=0.5)


def test_the_evidence_is_the_best_of_the_askers_own_wordings() -> None:
    rankings = [[Scored(1, 0.3)], [Scored(2, 0.6), Scored(1, 0.2)], [Scored(3, 0.9)]]
    shares = {"QM": 0.1, "QM qualified mortgage": 0.8, "variant": 1.0}
    evidence = Evidence.of(
        ["QM", "QM qualified mortgage"], Candidates(rankings, rankings), lambda wording, _ids: shares[wording]
    )
    assert evidence == Evidence(cosine=0.6, covered=0.8)


def test_nothing_found_is_no_evidence() -> None:
    assert Evidence.of(["DTI"], Candidates([[]], [[]]), lambda _wording, _ids: 0.0) == Evidence(0.0, 0.0)


@pytest.mark.parametrize(
    ("evidence", "answers"),
    [
        (Evidence(0.5, 0.5), True),
        (Evidence(0.49, 0.5), False),
        (Evidence(0.34, 1.0), True),
        (Evidence(0.6, 0.0), False),
    ],
)
def test_likeness_and_words_are_weighed_together(evidence: Evidence, answers: bool) -> None:
    assert (reason_to_abstain(evidence, CALIBRATION) == "") == answers


def test_the_reason_gives_the_figures() -> None:
    assert reason_to_abstain(Evidence(0.2, 0.2), CALIBRATION) == (
        "The nearest passage is about something else: likeness 0.20, where an answer has 0.50 or more."
    )


@pytest.mark.parametrize(("covered", "answers"), [(0.24, False), (0.25, True)])
def test_a_model_nobody_measured_goes_by_the_words_alone(covered: float, answers: bool) -> None:
    assert calibration_of("openai/never-seen") is None
    assert (reason_to_abstain(Evidence(0.99, covered), None) == "") == answers


@pytest.mark.parametrize("model", ["all-MiniLM-L6-v2", "all-MiniLM-L6-v2 (onnx)"])
def test_the_carried_model_is_measured(model: str) -> None:
    calibration = calibration_of(model)
    assert calibration is not None
    assert 0 < calibration.least < 1
