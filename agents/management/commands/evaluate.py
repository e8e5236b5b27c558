"""``manage.py evaluate``: how well the policy search and its quotations do on fixed questions."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from agents.checks import access
from agents.evaluation import Evaluation, evaluate, load_questions
from agents.exceptions import AgentError
from agents.llm.judge import batch_judge, faithfulness_judge
from agents.llm.routing import TEMPLATE


class Command(BaseCommand):
    """Prints each score with its grade; exits 1 if one is below the threshold that fails."""

    help = "Score retrieval and quotations on fixed questions about the sample lender's manuals."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument(
            "--batch",
            action="store_true",
            help="ask the judge in one batch: half the price, within a day (openai/ only)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every question through the real search; raise CommandError below the failing threshold."""
        from policies.search.retrieval import PolicySearch

        model = settings.AGENT_MODELS["judge"]
        if options["batch"] and model.partition("/")[0] != "openai":
            raise CommandError(f"--batch needs a judge of openai/, and LOANIQ_MODEL_JUDGE is {model}.")
        make = batch_judge if options["batch"] else faithfulness_judge
        judge = None if model == TEMPLATE else make(model, access())
        try:
            scores = evaluate(PolicySearch().search, load_questions(), judge=judge, judge_name=model)
        except AgentError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            shown = {**asdict(scores), "grades": {name: scores.grade(name) for name in scores.metrics}}
            self.stdout.write(json.dumps({**shown, "passed": scores.passed}, indent=2))
        else:
            self.show(scores)
        if not scores.passed:
            limit = scores.thresholds["fail"]
            raise CommandError(f"Below {limit}: {', '.join(scores.failed())}. Have the sample manuals been ingested?")

    def show(self, scores: Evaluation) -> None:
        """Print the scores for a person."""
        for name, score in scores.metrics.items():
            self.stdout.write(f"{name:26} {score:.3f}  {scores.grade(name)}")
        limits = ", ".join(f"{name} {limit:.2f}" for name, limit in scores.thresholds.items())
        self.stdout.write(f"{scores.questions} questions; thresholds: {limits}. {scores.judged}")
