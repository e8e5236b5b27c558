"""The optional cross-encoder: a real one, made tiny on the spot."""

from pathlib import Path

import pytest
from pytest_django import Settings

from policies.search.late_interaction import Judged, LateInteraction
from policies.search.reranking import CrossEncoderReranker, RerankerError, configured_reranker
from tests.fakes import HashEmbedder

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "gift", "funds", "reserves", "what", "of", "six", "months"]


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a cross-encoder of a few thousand random weights."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder = tmp_path_factory.mktemp("cross-encoder")
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    config.num_labels = 1
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


def test_reranking_can_be_switched_off(settings: Settings) -> None:
    settings.RERANKER_MODEL = "none"
    assert configured_reranker(HashEmbedder()) is None


def test_weights_on_this_machine_are_used_and_one_reranker_serves_the_process(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "config.json").write_text("{}")
    settings.RERANKER_MODEL = str(tmp_path)
    reranker = configured_reranker(HashEmbedder())
    assert isinstance(reranker, CrossEncoderReranker)
    assert configured_reranker(HashEmbedder()) is reranker


def test_without_the_weights_late_interaction_takes_the_place(settings: Settings) -> None:
    settings.RERANKER_MODEL = "cross-encoder/that-nobody-has"
    reranker = configured_reranker(HashEmbedder())
    assert isinstance(reranker, LateInteraction)
    assert reranker.name == "late interaction (all-MiniLM-L6-v2 (onnx))"


def test_where_downloads_are_allowed_the_hub_is_asked(settings: Settings) -> None:
    settings.RERANKER_MODEL, settings.MODEL_DOWNLOADS = "cross-encoder/that-nobody-asked-for-yet", True
    assert isinstance(configured_reranker(HashEmbedder()), CrossEncoderReranker)


@pytest.mark.slow  # loads torch
def test_a_folder_that_holds_no_model_is_named() -> None:
    with pytest.raises(RerankerError, match="'/nowhere/model' could not be loaded"):
        CrossEncoderReranker("/nowhere/model").score("question", [Judged("text")])


def test_nothing_to_score_loads_no_model() -> None:
    assert CrossEncoderReranker("/nowhere/model").score("question", []) == []


@pytest.mark.slow
def test_a_local_cross_encoder_scores_each_passage_whatever_its_neighbours(tiny_model: Path) -> None:
    reranker = CrossEncoderReranker(str(tiny_model))
    texts = [Judged(text) for text in ("gift funds", "reserves of six months", "what")]
    scores = reranker.score("what gift", texts)
    assert len(set(scores)) == 3
    assert scores == pytest.approx([reranker.score("what gift", [text])[0] for text in texts], abs=1e-5)
