"""No search returns a text of another program or state, or one not in force on the day."""

import pytest
from pytest_django import Settings

from benchmarks.search_isolation import run


@pytest.mark.django_db
def test_no_search_returns_or_even_considers_a_foreign_text(settings: Settings) -> None:
    settings.EMBEDDING_MODEL = "python:tests.fakes.HashEmbedder"
    counts = run(queries=300, documents=25, seed=11)
    assert counts["foreign"] == 0
    assert counts["answered"] > 200
    assert counts["passages"] > 500
