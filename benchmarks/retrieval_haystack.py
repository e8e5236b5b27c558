"""Haystack's hybrid search, as a system to measure."""

import importlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.retrieval_corpus import Asked, Corpus, Vectors, given_vectors
from benchmarks.retrieval_peers import CANDIDATES, connection_url, dimensions_in
from benchmarks.retrieval_systems import TOP


class Haystack:
    """A pipeline of InMemoryBM25Retriever and PgvectorEmbeddingRetriever into a DocumentJoiner."""

    def __init__(self, folder: Path) -> None:
        os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
        os.environ["PG_CONN_STR"] = connection_url()
        self._saved = folder / "haystack.json"
        self._dimensions = dimensions_in(folder)
        self._given: dict[str, Vectors] = {}
        self._pipelines: dict[int, Any] = {}
        self.stages: dict[str, float] = {}

    def load(self) -> None:
        """Import the packages."""
        for module in (
            "haystack.components.joiners",
            "haystack.components.retrievers.in_memory",
            "haystack.document_stores.in_memory",
            "haystack_integrations.components.retrievers.pgvector",
        ):
            importlib.import_module(module)

    def ingest(self, corpus: Corpus) -> None:
        """Write the documents with vectors to PostgreSQL and without to the memory store, which is saved."""
        from haystack import Document
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        pairs = zip(corpus.passages, corpus.vectors.tolist(), strict=True)
        documents = [Document(id=passage.id, content=passage.text, embedding=vector) for passage, vector in pairs]
        self._store(afresh=True).write_documents(documents)
        words = InMemoryDocumentStore()
        words.write_documents([Document(id=each.id, content=each.content) for each in documents])
        words.save_to_disk(str(self._saved))

    def open(self, asked: Sequence[Asked]) -> None:
        """Load the saved memory store, which weighs its words again, and build the pipelines."""
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        self._given = given_vectors(asked)
        words, vectors = InMemoryDocumentStore.load_from_disk(str(self._saved)), self._store()
        self._pipelines = {count: self._pipeline(words, vectors, count) for count in (1, 3)}

    def ask(self, wordings: Sequence[str]) -> list[str]:
        """Run the pipeline with a pair of retrievers for each wording."""
        inputs: dict[str, dict[str, Any]] = {}
        for number, wording in enumerate(wordings):
            inputs[f"words_{number}"] = {"query": wording}
            inputs[f"vectors_{number}"] = {"query_embedding": self._given[wording].tolist()}
        result = self._pipelines[len(wordings)].run(inputs)
        return [each.id for each in result["joiner"]["documents"]]

    def _pipeline(self, words: Any, vectors: Any, count: int) -> Any:
        from haystack import Pipeline
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
        from haystack_integrations.components.retrievers.pgvector import PgvectorEmbeddingRetriever

        pipeline = Pipeline()
        pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=TOP))
        for number in range(count):
            pipeline.add_component(f"words_{number}", InMemoryBM25Retriever(words, top_k=CANDIDATES))
            dense = PgvectorEmbeddingRetriever(document_store=vectors, top_k=CANDIDATES)
            pipeline.add_component(f"vectors_{number}", dense)
            pipeline.connect(f"words_{number}", "joiner")
            pipeline.connect(f"vectors_{number}", "joiner")
        return pipeline

    def _store(self, *, afresh: bool = False) -> Any:
        from haystack_integrations.document_stores.pgvector import PgvectorDocumentStore

        return PgvectorDocumentStore(
            table_name="peer_haystack",
            embedding_dimension=self._dimensions,
            vector_function="cosine_similarity",
            recreate_table=afresh,
            search_strategy="hnsw",
        )
