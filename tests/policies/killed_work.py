"""A process of the program on the test's own database, to be killed: says "ready", then does its work."""

import json
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
PREPARE = """
import json, sys
from pathlib import Path
from django.conf import settings
name, about = sys.argv[1], json.loads(sys.argv[2])
settings.DATABASES["default"]["NAME"] = name
for key, value in about.items():
    setattr(settings, key, value)
import django; django.setup()
from policies.corpus.ingest import ingest_paths
from policies.embedding.re_embedding import re_embed
print("ready", flush=True)
"""


def start(work: str, *arguments: str) -> "subprocess.Popen[str]":
    """Return the process, about to do the work, a line of Python that finds its arguments in ``sys.argv[3:]``."""
    about = {"MEDIA_ROOT": str(settings.MEDIA_ROOT), "EMBEDDING_MODEL": settings.EMBEDDING_MODEL}
    process = subprocess.Popen(
        [sys.executable, "-c", PREPARE + work, connection.settings_dict["NAME"], json.dumps(about), *arguments],
        cwd=ROOT,
        env={
            "DJANGO_SETTINGS_MODULE": "loaniq.settings",
            "LOANIQ_HOME": str(settings.LOANIQ_HOME),
            "LOG_LEVEL": "ERROR",
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def kill(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()
