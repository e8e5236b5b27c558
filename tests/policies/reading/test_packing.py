"""Sentences and rows in passages: nothing lost, nothing too long."""

from hypothesis import given
from hypothesis import strategies as st

from policies.reading.packing import row_groups, spans


@given(st.text(max_size=3_000), st.integers(1, 500))
def test_spans_cover_a_text_and_fit(text: str, most: int) -> None:
    found = spans(text, most)
    assert "".join(text[span.start : span.end] for span in found) == text
    assert all(0 < span.end - span.start <= most for span in found)


def test_whole_sentences_stay_together() -> None:
    text = "One two. Three four. Five six."
    assert [text[span.start : span.end] for span in spans(text, 21)] == ["One two. Three four. ", "Five six."]


@given(st.lists(st.text(min_size=1, max_size=120), min_size=2, max_size=60))
def test_every_row_stands_in_one_group(rows: list[str]) -> None:
    groups = list(row_groups(rows, 400))
    assert [place for start, end in groups for place in range(start, end)] == list(range(1, len(rows)))
    for start, end in groups:
        assert end - start == 1 or sum(len(row) + 1 for row in rows[start:end]) + len(rows[0]) <= 400
