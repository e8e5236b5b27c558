"""Embedders: the carried model, plug-ins, and clear errors where one does not fit."""

from typing import ClassVar

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings
from pytest_django import Settings

from policies.embedding.embedders import HostedEmbedder, configured_embedder, unit_vectors
from policies.exceptions import EmbedderError


class ClientOfService(Embeddings):
    """Stands for a langchain client; answers with vectors of ``size`` numbers and notes how many texts came."""

    calls: ClassVar[list[int]] = []

    def __init__(self, size: int = 384) -> None:
        self.size = size

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.calls.append(len(texts))
        if texts[0] == "outage":
            raise TimeoutError
        return [[2.0] * self.size for _ in texts]

    def embed_query(self, text: str) -> list[float]:
        return [2.0] * self.size


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["onnx", "torch"])
def test_the_carried_model_needs_no_network_and_knows_what_is_alike(settings: Settings, engine: str) -> None:
    settings.EMBEDDING_MODEL = "all-MiniLM-L6-v2"
    settings.EMBEDDING_ENGINE = engine
    embedder = configured_embedder()
    vectors = embedder.embed(["debt to income limit", "maximum DTI ratio of a borrower", "flood insurance on a house"])
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
    assert configured_embedder() is embedder
    assert embedder.dimensions == 384


def test_a_plug_in_is_named_by_its_path(settings: Settings) -> None:
    settings.EMBEDDING_MODEL = "python:tests.fakes.HashEmbedder"
    assert configured_embedder().embed(["a", "b"]).shape == (2, 384)


@pytest.mark.parametrize("name", ["python:tests.fakes.Missing", "python:no.such.module.Class", "python:nothing"])
def test_a_plug_in_that_is_not_there_is_a_clear_error(settings: Settings, name: str) -> None:
    settings.EMBEDDING_MODEL = name
    with pytest.raises(EmbedderError, match="names nothing that can be imported"):
        configured_embedder()


def test_openai_without_a_key_says_what_to_set(settings: Settings) -> None:
    settings.EMBEDDING_MODEL, settings.OPENAI_API_KEY = "openai/text-embedding-3-small", ""
    with pytest.raises(EmbedderError, match="needs OPENAI_API_KEY"):
        configured_embedder()


def test_hosted_models_are_asked_for_100_texts_at_a_time() -> None:
    ClientOfService.calls.clear()
    vectors = HostedEmbedder("service/model", ClientOfService(), ()).embed(["text"] * 250)
    assert ClientOfService.calls == [100, 100, 50]
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)


def test_vectors_of_a_size_that_no_index_serves_are_refused() -> None:
    with pytest.raises(EmbedderError, match="vectors of 100 numbers; the database can search 256, 384"):
        HostedEmbedder("service/model", ClientOfService(100), ()).embed(["text"])


def test_an_outage_of_the_service_is_named() -> None:
    with pytest.raises(EmbedderError, match="did not answer"):
        HostedEmbedder("service/model", ClientOfService(), (TimeoutError,)).embed(["outage"])


def test_a_row_of_zeros_stays_zero() -> None:
    assert not unit_vectors("model", np.zeros((1, 384), dtype=np.float32)).any()
