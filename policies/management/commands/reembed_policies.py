"""Move the policy search to the configured embedding model."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from policies.embedding.re_embedding import drop_others, re_embed
from policies.exceptions import PolicyError


class Command(BaseCommand):
    """``manage.py reembed_policies [--drop-old] [--json]``."""

    help = "Embed every passage with EMBEDDING_MODEL beside the old vectors, then let searches use the new ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--drop-old", action="store_true", help="then remove the vectors of all other models")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill and switch; the old vectors serve until every passage has its new one."""
        with tqdm(unit="passage", file=sys.stderr, desc="Embedding", leave=False) as bar:

            def show(done: int) -> None:
                bar.update(done - bar.n)

            try:
                result = re_embed(by="command line", on_progress=show)
            except PolicyError as exc:
                raise CommandError(str(exc)) from exc
        dropped = drop_others() if options["drop_old"] else 0
        if options["json"]:
            self.stdout.write(json.dumps({**asdict(result), "dropped": dropped}))
            return
        now = "now serves" if result.switched else "serves"
        self.stdout.write(f"{result.embedder} {now} the search; {result.embedded} passages embedded.")
        if dropped:
            self.stdout.write(f"The vectors of {dropped} other models were removed.")
