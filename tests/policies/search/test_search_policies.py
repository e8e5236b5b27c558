"""``manage.py search_policies``: one question or a file of them, for people and for programs."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from tests.policies.stored_texts import store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _hash_embedder(settings: Settings) -> None:
    settings.EMBEDDING_MODEL = "python:tests.fakes.HashEmbedder"
    settings.RERANKER_MODEL = ""


@pytest.fixture
def _corpus() -> None:
    store("fha.pdf", ["The maximum LTV is 96.5 percent.", "Gift funds are acceptable."], programs=["fha"])
    store("va.pdf", ["The funding fee may be financed."], programs=["va"])


def run(*arguments: str, errors: StringIO | None = None) -> str:
    printed = StringIO()
    call_command("search_policies", *arguments, stdout=printed, stderr=errors or StringIO())
    return printed.getvalue()


def answers(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.usefixtures("_corpus")
def test_json_holds_what_a_program_needs() -> None:
    answer = json.loads(run("What is the maximum LTV?", "--program", "fha", "--top", "1", "--json"))
    [found] = answer["results"]
    assert (found["document"], found["page"], found["section"]) == ("fha.pdf", 1, "4.1")
    assert found["text"] == "The maximum LTV is 96.5 percent."
    assert set(found["scores"]) == {"dense", "sparse", "fused", "diversity"}
    assert {"embed", "dense", "sparse", "fusion", "diversity", "total"} <= set(answer["timings_ms"])
    assert (answer["abstained"], answer["reason"]) == (False, "")
    assert (found["match"], found["brought_by"], found["version"]) == (found["text"], "", 1)
    assert (answer["reranker"], answer["sparse"], answer["fusion"]) == ("none", "rank-bm25", "score")


def test_a_person_sees_which_words_matched_in_what_is_read() -> None:
    version = store("fha.pdf", ["Gift letters are signed.", "The maximum LTV is 96.5 percent.", "Keep a copy."])
    version.chunks.update(page=1, section="4")
    assert "   ... [The maximum LTV is 96.5 percent.] Keep a copy." in run("maximum LTV").splitlines()


@pytest.mark.usefixtures("_corpus")
def test_a_search_that_says_nothing_says_why() -> None:
    printed = run("football world cup")
    assert "Nothing in the policies that apply answers this. No passage holds more than 0%" in printed


@pytest.mark.usefixtures("_corpus")
def test_a_person_reads_document_page_section_and_first_lines() -> None:
    printed = run("What is the maximum LTV?", "--state", "tx").splitlines()
    assert printed[0] == "1. fha.pdf, page 1, 4.1"
    assert printed[2] == "   The maximum LTV is 96.5 percent."


def test_an_empty_corpus_says_what_to_do() -> None:
    assert "Run: manage.py ingest_policies PATH" in run("What is the maximum LTV?")
    assert json.loads(run("What is the maximum LTV?", "--json"))["abstained"] is True


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Give either a QUESTION or --from"),
        (("DTI", "--from", "questions.jsonl"), "Give either a QUESTION or --from"),
        (("DTI", "--program", "fah"), "'fah' is not a loan program. Choose one of conventional, fha, va, usda, jumbo"),
        (("DTI", "--state", "Texas"), "'Texas' is not a US state"),
        (("DTI", "--on", "yesterday"), "'yesterday' is not a day"),
        (("DTI", "--top", "0"), "0 results cannot be asked for"),
        (("DTI", "--top", "some"), "invalid int value: 'some'"),
        (("",), "The question is empty"),
        (("--from", "/nowhere/questions.jsonl"), "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_call_is_said(arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*arguments)


@pytest.mark.usefixtures("_corpus")
def test_a_file_is_answered_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"question": "funding fee"}\n\n{"question": "financed fee", "program": "va", "id": 7}\n')
    first, second = answers(run("--from", str(file), "--top", "1"))
    assert (first["line"], first["question"], first["results"][0]["document"]) == (1, "funding fee", "va.pdf")
    assert (second["line"], second["results"][0]["document"]) == (3, "va.pdf")


@pytest.mark.usefixtures("_corpus")
def test_a_lines_own_keys_go_before_the_options(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"question": "gift or fee", "program": "va"}\n{"question": "gift or fee"}\n')
    own, given = answers(run("--from", str(file), "--program", "fha"))
    assert own["results"][0]["document"] == "va.pdf"
    assert given["results"][0]["document"] == "fha.pdf"


@pytest.mark.usefixtures("_corpus")
@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (b"funding fee", "not JSON"),
        (b'{"question": "\xff"}', "not JSON"),
        (b'["funding fee"]', 'no text under "question"'),
        (b'{"query": "funding fee"}', 'no text under "question"'),
        (b'{"question": "DTI", "state": "ZZ"}', "'ZZ' is not a US state"),
        (b'{"question": "DTI", "program": ["fha"]}', "text in quotes"),
        (b'{"question": "DTI", "top": "5"}', "whole number"),
        (b'{"question": "DTI", "top": null}', "whole number"),
        (b'{"question": "\\ud800 DTI"}', "UTF-8"),
    ],
)
def test_a_bad_line_is_reported_by_number_and_the_others_are_answered(tmp_path: Path, bad: bytes, said: str) -> None:
    file, printed, errors = tmp_path / "questions.jsonl", StringIO(), StringIO()
    file.write_bytes(b'{"question": "funding fee"}\n' + bad + b'\n{"question": "maximum LTV"}\n')
    with pytest.raises(CommandError, match="1 of 3 lines could not be searched"):
        call_command("search_policies", "--from", str(file), stdout=printed, stderr=errors)
    first, second, third = answers(printed.getvalue())
    assert (first["results"][0]["document"], third["results"][0]["document"]) == ("va.pdf", "fha.pdf")
    assert second["line"] == 2
    assert said in second["error"]
    assert "questions.jsonl, line 2" in errors.getvalue()


@pytest.mark.slow
@pytest.mark.usefixtures("_corpus")
def test_a_cross_encoder_that_is_not_to_be_had_gives_way_to_late_interaction(settings: Settings) -> None:
    settings.RERANKER_MODEL = "/nowhere/cross-encoder"
    answer = json.loads(run("maximum LTV", "--json"))
    assert answer["reranker"] == "late interaction (all-MiniLM-L6-v2 (onnx))"
