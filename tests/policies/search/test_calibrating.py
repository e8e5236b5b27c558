"""Where a search says nothing is found by asking, and kept for the model that serves."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from audit.models import AuditEvent
from policies.models import EmbeddingSpace
from policies.search.abstaining import Evidence, calibration_of
from policies.search.calibrating import Sample, calibrated, errors
from policies.search.citations import SearchQuery
from policies.search.retrieval import PolicySearch
from tests.policies.stored_texts import store

TEXTS = [f"Rule {number}: a loan of kind {number} needs {number} months of reserves." for number in range(30)]
SHARES = st.floats(0, 1)
SAMPLES = st.builds(Sample, st.sampled_from(["off_topic", "near_topic"]), st.builds(Evidence, SHARES, SHARES))
ANSWERED = st.builds(Sample, st.just("answered"), st.builds(Evidence, SHARES, SHARES))


@given(st.lists(ANSWERED, min_size=1), st.lists(SAMPLES, min_size=1))
def test_no_question_that_the_policies_answer_is_lost(answered: list[Sample], others: list[Sample]) -> None:
    assert errors(calibrated([*answered, *others]), answered)["answered"][0] == 0


def test_questions_that_stand_apart_are_told_apart() -> None:
    answered = [Sample("answered", Evidence(0.6, covered)) for covered in (0.2, 0.9)]
    others = [Sample("off_topic", Evidence(0.3, covered)) for covered in (0.1, 0.8)]
    assert errors(calibrated([*answered, *others]), others) == {"off_topic": (0, 2)}


def asked(folder: Path, count: int) -> str:
    file = folder / "questions.jsonl"
    lines = (json.dumps({"question": f"How many months of reserves does kind {each} need?"}) for each in range(count))
    file.write_text("\n".join(lines))
    return str(file)


@pytest.mark.django_db
def test_what_is_kept_rules_the_searches_from_then_on(tmp_path: Path) -> None:
    store("manual.pdf", TEXTS)
    call_command("calibrate_search", asked(tmp_path, 25), "--keep")
    space = EmbeddingSpace.objects.get()
    assert calibration_of(space.embedder, space.covered_weight, space.least) is not None
    assert AuditEvent.objects.filter(verb="policy.calibrated").exists()
    assert PolicySearch().search(SearchQuery("How many months of reserves does kind 7 need?")).passages
    EmbeddingSpace.objects.update(least=1.1)
    assert PolicySearch().search(SearchQuery("How many months of reserves does kind 7 need?")).abstained


@pytest.mark.django_db
def test_too_few_questions_and_broken_lines_are_named(tmp_path: Path) -> None:
    store("manual.pdf", TEXTS)
    with pytest.raises(CommandError, match="3 questions are too few; give 20 or more"):
        call_command("calibrate_search", asked(tmp_path, 3))
    (tmp_path / "broken.jsonl").write_text('{"question": "What?"}\n{"query": "What?"}')
    with pytest.raises(CommandError, match="line 2: no JSON object with a"):
        call_command("calibrate_search", str(tmp_path / "broken.jsonl"))
