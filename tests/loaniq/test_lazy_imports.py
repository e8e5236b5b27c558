"""The workspace opens fast: nothing that its pages import loads a heavy library. Asked of a fresh Python."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    *("torch", "transformers", "sentence_transformers", "tokenizers", "sklearn", "scipy", "pandas"),
    *(
        "langchain",
        "langchain_core",
        "langchain_community",
        "langchain_openai",
        "langchain_aws",
    ),
    *("langgraph", "langsmith", "ragas", "datasets", "openai", "boto3", "pymupdf", "fitz", "pypdf"),
)
SCRIPT = """
import json, sys
import django
django.setup()
from django.contrib import admin
from django.urls import get_resolver
get_resolver().url_patterns
from loaniq import dashboard, navigation
assert len(admin.site._registry) > 20
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_admin_and_addresses_load_none_of_the_heavy_libraries() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "loaniq.settings", "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert sorted(set(json.loads(answer.stdout)).intersection(HEAVY)) == []
