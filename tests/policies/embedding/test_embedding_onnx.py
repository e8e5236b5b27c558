"""The embedder without torch: as near as makes no difference, and quick to start."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from policies.embedding.embedders import BATCH, CARRIED_MODEL, SentenceTransformerEmbedder, embedder_named
from policies.embedding.export import exported, folder_of
from policies.embedding.network import TOKENS_AT_ONCE, OnnxEmbedder, _groups

TEXTS = ["What is the maximum DTI?", "1026.43(c)(2)", "Reserves of six months. " * 40, "gift funds"]


@given(st.lists(st.integers(1, 256), max_size=300))
def test_batches_hold_every_text_once_within_their_bounds(lengths: list[int]) -> None:
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    groups = list(_groups(order, lengths))
    assert [place for group in groups for place in group] == order
    for group in groups:
        assert 1 <= len(group) <= BATCH
        assert len(group) == 1 or len(group) * max(lengths[place] for place in group) <= TOKENS_AT_ONCE


def test_a_models_state_has_a_folder_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.LOANIQ_HOME = tmp_path
    model = tmp_path / "model"
    model.mkdir()
    (model / "config.json").write_text("{}")
    before = folder_of(str(model))
    (model / "config.json").write_text('{"changed": true}')
    assert folder_of(str(model)) != before
    assert before.parent == tmp_path / "models"


def test_a_network_that_is_there_is_not_written_again(settings: Settings, tmp_path: Path) -> None:
    settings.LOANIQ_HOME = tmp_path
    folder = folder_of("/nowhere/model")
    folder.mkdir(parents=True)
    about = {"dimensions": 384, "pooling": "mean", "most_tokens": 256, "precision": "int8", "cosine": 0.99}
    (folder / "about.json").write_text(json.dumps(about))
    assert exported("/nowhere/model").most_tokens == 256
    assert embedder_named("/nowhere/model (onnx)").dimensions == 384


@pytest.mark.slow
def test_its_vectors_are_those_of_torch_but_for_rounding() -> None:
    ours, original = OnnxEmbedder(CARRIED_MODEL), SentenceTransformerEmbedder(CARRIED_MODEL)
    vectors = ours.embed(TEXTS)
    assert vectors.shape == (4, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert float(np.min(np.sum(vectors * original.embed(TEXTS), axis=1))) > 0.98
    assert np.allclose(ours.embed(TEXTS[:1]), vectors[:1], atol=0.05)  # whatever its neighbours


@pytest.mark.slow
def test_every_word_has_a_vector_and_the_marks_around_a_text_have_none() -> None:
    short, empty = OnnxEmbedder(CARRIED_MODEL).token_vectors(["gift funds", ""])
    assert short.shape == (2, 384)
    assert empty.shape == (0, 384)


@pytest.mark.slow
def test_a_process_that_embeds_loads_no_torch() -> None:
    exported(CARRIED_MODEL)
    code = (
        "import django, sys; django.setup();"
        "from policies.embedding.network import OnnxEmbedder;"
        "OnnxEmbedder('all-MiniLM-L6-v2').embed(['gift funds']);"
        "print([name for name in ('torch', 'transformers', 'sentence_transformers') if name in sys.modules])"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "loaniq.settings", "PATH": "/usr/bin:/bin"}
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=root, env=environment, check=True
    )
    assert done.stdout.strip() == "[]"
