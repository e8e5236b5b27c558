"""Any name can be compared with the lists by hand, and the answer says why."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from policies.sanctions.loading import load_sanctions

SAMPLES = Path(__file__).resolve().parents[3] / "policies" / "samples" / "sanctions"


def told(*arguments: str) -> str:
    """Run the command and return what it printed."""
    out = StringIO()
    call_command("screen_name", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_people_and_firms_are_compared_and_the_reasons_told() -> None:
    load_sanctions(SAMPLES / "sdn_sample.csv", SAMPLES / "alt_sample.csv", source="Sample list", sample=True)
    [hit] = json.loads(told("Viktor Sampel", "--born", "1990-01-01", "--json"))
    assert (hit["grade"], hit["number"], hit["birth_date"]) == ("possible", "900001", "different")
    assert told("Nowhere Holdings SA", "--firm").startswith("strong: NOWHERE HOLDINGS S.A. (Sample list 900022)")
    assert told("Ada Whitfield") == "0 hits, 0 strong.\n"
    with pytest.raises(CommandError, match="passport's Latin line"):
        told("--json", "123")


@pytest.mark.django_db
def test_without_a_list_there_is_no_answer() -> None:
    with pytest.raises(CommandError, match="Load one with load_sanctions"):
        told("Ada Whitfield")
