"""LlamaIndex's hybrid search, as a system to measure."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.retrieval_corpus import Asked, Corpus, Vectors, given_vectors
from benchmarks.retrieval_peers import CANDIDATES, connection_url, dimensions_in, drop
from benchmarks.retrieval_systems import TOP


class LlamaIndex:
    """QueryFusionRetriever, mode reciprocal_rerank, over BM25Retriever, which is saved, and PGVectorStore.

    Its queries run one after another (``use_async=False``): its async pool cannot serve one event loop after another.
    """

    table = "peer_llamaindex"

    def __init__(self, folder: Path) -> None:
        self._saved = folder / "llamaindex"
        self._dimensions = dimensions_in(folder)
        self._wordings: list[str] = []
        self._retrievers: dict[int, Any] = {}
        self.stages: dict[str, float] = {}

    def load(self) -> None:
        """Import the packages."""
        for module in (
            "llama_index.core",
            "llama_index.retrievers.bm25",
            "llama_index.vector_stores.postgres",
        ):
            importlib.import_module(module)

    def ingest(self, corpus: Corpus) -> None:
        """Index nodes that carry their vectors, then save the word index."""
        from llama_index.core import StorageContext, VectorStoreIndex
        from llama_index.core.schema import TextNode
        from llama_index.retrievers.bm25 import BM25Retriever

        nodes = [
            TextNode(
                id_=passage.id,
                text=passage.text,
                metadata={"passage": passage.id},
                excluded_embed_metadata_keys=["passage"],
                embedding=vector,
            )
            for passage, vector in zip(corpus.passages, corpus.vectors.tolist(), strict=True)
        ]
        drop(f"data_{self.table}")  # as the package names it
        storage = StorageContext.from_defaults(vector_store=self._store())
        VectorStoreIndex(nodes, storage_context=storage, embed_model=self._embedding({}))
        BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=CANDIDATES, language="english").persist(
            str(self._saved)
        )

    def open(self, asked: Sequence[Asked]) -> None:
        """Read the saved word index; the vectors stay where they are."""
        from llama_index.core import VectorStoreIndex
        from llama_index.core.llms import MockLLM
        from llama_index.core.retrievers import QueryFusionRetriever
        from llama_index.core.schema import QueryBundle
        from llama_index.retrievers.bm25 import BM25Retriever

        given = self._wordings

        class GivenQueries(QueryFusionRetriever):
            def _get_queries(self, original_query: str) -> list[Any]:
                return [QueryBundle(wording) for wording in given[1:]]

        words = BM25Retriever.from_persist_dir(str(self._saved))
        index = VectorStoreIndex.from_vector_store(self._store(), embed_model=self._embedding(given_vectors(asked)))
        vectors = index.as_retriever(similarity_top_k=CANDIDATES)
        for count in (1, 3):
            self._retrievers[count] = GivenQueries(
                [vectors, words],
                llm=MockLLM(),
                similarity_top_k=TOP,
                num_queries=count,
                mode="reciprocal_rerank",
                use_async=False,
            )

    def ask(self, wordings: Sequence[str]) -> list[str]:
        """Retrieve; the further wordings stand in for those that a model would write."""
        self._wordings[:] = wordings
        return [each.node.node_id for each in self._retrievers[len(wordings)].retrieve(wordings[0])]

    def _store(self) -> Any:
        from llama_index.vector_stores.postgres import PGVectorStore

        return PGVectorStore.from_params(
            connection_string=connection_url("postgresql+psycopg2"),
            async_connection_string=connection_url("postgresql+asyncpg"),
            table_name=self.table,
            embed_dim=self._dimensions,
            hnsw_kwargs={
                "hnsw_m": 16,
                "hnsw_ef_construction": 64,
                "hnsw_ef_search": 40,
                "hnsw_dist_method": "vector_cosine_ops",
            },
        )

    def _embedding(self, given: dict[str, Vectors]) -> Any:
        from llama_index.core.embeddings import BaseEmbedding

        class Given(BaseEmbedding):
            def _get_text_embedding(self, text: str) -> list[float]:
                vector: list[float] = given[text].tolist()
                return vector

            def _get_query_embedding(self, query: str) -> list[float]:
                return self._get_text_embedding(query)

            async def _aget_query_embedding(self, query: str) -> list[float]:
                return self._get_text_embedding(query)

        return Given()
