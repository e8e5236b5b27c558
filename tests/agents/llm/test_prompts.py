"""Prompts are files with a contract, and borrowers' words cannot leave their place in them."""

import pytest
from django.conf import settings

from agents.llm import answers
from agents.prompts import CUT, TEXT, Prompt, contract_of, prompt_names, prompts_version

AGENT_OF = {"policy_queries": "policy", "explain": "decision", "judge": "judge"}


@pytest.mark.parametrize("name", prompt_names())
def test_a_contract_is_kept_by_the_rest_of_the_program(name: str) -> None:
    contract = contract_of(name)
    assert contract.private == (AGENT_OF.get(name, name) in settings.PII_AGENTS)
    assert contract.answer == TEXT or issubclass(getattr(answers, contract.answer), answers.Form)
    assert ("JSON" in contract.text) is (contract.answer != TEXT)
    assert contract.promise
    assert min(contract.characters.values()) > 0


def test_versions_differ_and_stay() -> None:
    versions = {contract_of(name).version for name in prompt_names()}
    assert len(versions) == len(prompt_names())
    assert prompts_version() == prompts_version()


def test_material_nobody_agreed_on_is_refused() -> None:
    with pytest.raises(ValueError, match="takes no officer_notes"):
        Prompt("ratio", (("officer_notes", "Ada"),))
    with pytest.raises(ValueError, match="no prompt 'guess'"):
        Prompt("guess", ())


def test_what_is_too_long_is_cut_between_words() -> None:
    text = "1,234,567 " * 1_000
    told = Prompt("ratio", (("facts", text),)).user()
    assert len(told) < 6_100
    assert told.split(CUT)[0].endswith("1,234,567")
