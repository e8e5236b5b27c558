"""Find where the policy search should say nothing, for the embedding model that serves."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from policies.exceptions import PolicyError
from policies.search.abstaining import Calibration
from policies.search.calibrating import Sample, calibrated, errors, keep, samples_of
from policies.search.retrieval import PolicySearch

LIMITS = "covered_weight {covered_weight}, least {least}"


class Command(BaseCommand):
    """``manage.py calibrate_search FILE [--check FILE] [--keep] [--json]``."""

    help = "Find below which evidence a search should say nothing, from questions that the ingested policies answer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("questions", type=Path, metavar="FILE", help="JSON lines, each with a question")
        parser.add_argument(
            "--check", type=Path, metavar="FILE", help="more such questions, on which nothing is chosen"
        )
        parser.add_argument("--keep", action="store_true", help="use what was found from now on")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Choose, tell the errors, and keep the choice where that was asked for."""
        search = PolicySearch()
        try:
            samples = samples_of(questions_in(options["questions"]), search)
            chosen = calibrated(samples)
            held = samples_of(questions_in(options["check"]), search) if options["check"] else []
            kept = keep(chosen, by="command line").embedder if options["keep"] else ""
        except PolicyError as exc:
            raise CommandError(str(exc)) from exc
        if options["json"]:
            report = {"chosen_on": errors(chosen, samples), "checked_on": errors(chosen, held), "kept_for": kept}
            self.stdout.write(json.dumps({**asdict(chosen), **report}))
            return
        self.stdout.write(LIMITS.format(**asdict(chosen)))
        self.tell("chosen on", chosen, samples)
        self.tell("checked on", chosen, held)
        self.stdout.write(f"Kept for {kept}." if kept else "Not kept; add --keep to use it.")

    def tell(self, title: str, chosen: Calibration, samples: list[Sample]) -> None:
        """Print how many questions of each kind would get the wrong treatment."""
        for kind, (wrong, number) in errors(chosen, samples).items():
            self.stdout.write(f"  {title} {kind.replace('_', ' ')}: {wrong} of {number} wrong")


def questions_in(file: Path) -> list[str]:
    """Return the questions of a file; raise CommandError naming the line that holds none."""
    found = []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise CommandError(f"{file} cannot be read ({type(exc).__name__}). Name a file of JSON lines.") from exc
    for number, line in enumerate(lines, 1):
        try:
            found.append(str(json.loads(line)["question"]))
        except (ValueError, KeyError, TypeError) as exc:
            raise CommandError(f'{file}, line {number}: no JSON object with a "question".') from exc
    return found
