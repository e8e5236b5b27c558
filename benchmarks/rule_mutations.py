"""Break the rules on purpose, one small fault at a time, and see whether the fast tests notice.

    python benchmarks/rule_mutations.py --sample 200

A fault is a number of the rulebook moved by one step, or one operator, constant or rounding of a pure rule module
turned into another. Each fault goes into a copy of the tree, where the tests that need no database run until the first
one fails. Faults that all of them miss are listed. A fault that changes nothing at all is in ``EQUIVALENT``, with why.
"""

import argparse
import importlib
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import django
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.rule_mutations_made import EQUIVALENT, MODULES, RULEBOOK, Mutant, mutants_of

ROOT = Path(__file__).resolve().parents[1]
IGNORED = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "images", "build")
ENGINE = "tests/agents/engine"
# What must notice a fault, the likeliest first, by the start of the file's path. None of it needs a database.
TESTS = {
    "policies/rulebook/": (
        "tests/policies/rulebook/test_rule*.py",
        *("tests/lending/test_*.py", f"{ENGINE}/test_facts.py", f"{ENGINE}/test_compliance.py"),
    ),
    "policies/": (
        "tests/policies/rulebook/test_rule*.py",
        f"{ENGINE}/test_gate.py",
    ),
    "lending/": ("tests/lending/test_*.py", f"{ENGINE}/test_properties_figures.py", f"{ENGINE}/test_facts.py"),
    "agents/engine/gate": (f"{ENGINE}/test_gate.py",),
    "agents/engine/reasons": (f"{ENGINE}/test_reasons.py", f"{ENGINE}/test_properties_reasons.py"),
    "agents/": (f"{ENGINE}/test_[cf]*.py", f"{ENGINE}/test_reasons.py", f"{ENGINE}/test_properties_[fr]*.py"),
}
WITH_TABLES = (
    *("admin", "api", "decision_guard", "import", "races", "reviews", "services", "stuck", "mismo", "hmda"),
    *("outline", "publishing", "shipping", "run_diff"),
)
PLAIN = ("-q", "-p", "no:cacheprovider", "-m", "not django_db and not slow and not browser", "--no-header")
SECONDS = 240  # a mutant may loop for ever; that counts as noticed
MEMORY = 6 * 1024**3


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the tests noticed a mutant, and after how many seconds."""

    mutant: Mutant
    noticed: bool
    seconds: float


def tests_for(path: str, tree: Path) -> tuple[str, ...]:
    """Return the files of tests that a change to ``path`` must be noticed by, the likeliest first."""
    globs = next(globs for start, globs in TESTS.items() if path.startswith(start))
    found = [str(file.relative_to(tree)) for pattern in globs for file in sorted(tree.glob(pattern))]
    return tuple(name for name in dict.fromkeys(found) if not any(word in name for word in WITH_TABLES))


def preload() -> None:
    """Import what the tests need, of other people's code and of ours, so that a child finds most of it there."""
    for name in ("django.test", "hypothesis.extra", "pydantic", "pytest_django", "rest_framework.test"):
        importlib.import_module(name)
    django.setup()


def forget_our_modules() -> None:
    """Let a child read our modules from the tree again, all but those that hold tables, which no fault is put into."""
    houses = ("agents", "lending", "policies", "benchmarks", "tests")
    for name in [name for name in sys.modules if name.split(".")[0] in houses]:
        if not {"models", "apps", "fields", "vocabulary"} & set(name.split(".")) and "." in name:
            del sys.modules[name]


class Failures:
    """A pytest plugin that writes down which tests failed."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a failure as it happens."""
        if report.failed:
            with self.file.open("a") as failures:
                failures.write(f"{report.nodeid}\n")


def run_tests(files: Sequence[str], *options: str, failures: Path | None = None) -> int:
    """Run tests in a child of this process; return pytest's exit code, or a high one where it had to be stopped."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        forget_our_modules()
        plugins = [Failures(failures)] if failures else []
        os._exit(int(pytest.main([*PLAIN, *options, *files], plugins=plugins)))
    return _waited(child)


def failing_anyway(files: Sequence[str], tree: Path) -> list[str]:
    """Run the sound tree and return the tests that fail in it, which prove nothing. SystemExit where none passes."""
    noted = tree / "failures.txt"
    noted.write_text("")
    code = run_tests(files, failures=noted)
    failed = list(dict.fromkeys(noted.read_text().split("\n")[:-1]))
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) or (code and not failed):
        sys.exit(f"The tests cannot run (exit code {code}): try pytest {' '.join(files)}")
    return failed


def _waited(child: int) -> int:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 124


def judged(mutant: Mutant, tree: Path, left_out: Sequence[str]) -> Verdict:
    """Put the mutant into the tree, run its tests, and take it out again."""
    target, began = tree / mutant.path, time.monotonic()
    sound = target.read_text()
    target.write_text(mutant.text)
    try:
        code = run_tests(tests_for(mutant.path, tree), "-x", *(f"--deselect={test}" for test in left_out))
    finally:
        target.write_text(sound)
    return Verdict(mutant, code != 0, time.monotonic() - began)


def work_through(mutants: list[Mutant], tree: Path) -> list[Verdict]:
    """Judge mutants in a copy of the tree, with the tests that pass in it as it is."""
    shutil.copytree(ROOT, tree, ignore=IGNORED, dirs_exist_ok=True)
    os.chdir(tree)
    sys.path[:] = [str(tree), *(path for path in sys.path if path not in (str(ROOT), ""))]
    preload()
    left_out: dict[tuple[str, ...], list[str]] = {}
    for files in {tests_for(mutant.path, tree) for mutant in mutants}:
        left_out[files] = failing_anyway(files, tree)
        print("\n".join(f"left out, it fails without any fault: {test}" for test in left_out[files]))
    verdicts = []
    for number, mutant in enumerate(mutants, start=1):
        last = judged(mutant, tree, left_out[tests_for(mutant.path, tree)])
        verdicts.append(last)
        print(f"{number}/{len(mutants)} {'noticed' if last.noticed else 'MISSED'} {last.seconds:.1f} s  {mutant}")
        sys.stdout.flush()
    return verdicts


def chosen(options: argparse.Namespace) -> list[Mutant]:
    """Return the mutants to try: every one of the named files, or a sample of so many from each half."""
    dice, paths = random.Random(options.seed), [path for path in (*RULEBOOK, *MODULES) if (ROOT / path).exists()]
    paths = [path for path in paths if not options.only or options.only in path]
    every = [mutant for path in paths for mutant in mutants_of(path, (ROOT / path).read_text())]
    every = [mutant for mutant in every if str(mutant) not in EQUIVALENT]
    if not options.sample or options.sample >= len(every):
        return every
    numbers, code = ([m for m in every if m.path.endswith(".toml") is is_toml] for is_toml in (True, False))
    half = min(len(numbers), options.sample // 2)
    return [*dice.sample(numbers, half), *dice.sample(code, min(len(code), options.sample - half))]


def main() -> int:
    """Try the mutants and print the score; exit 1 below the target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=200, help="how many faults; 0 tries every one")
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--only", default="", help="part of a path: only the faults of these files")
    parser.add_argument("--target", type=float, default=95.0, help="percent that must be noticed")
    options = parser.parse_args()
    os.environ |= {"DJANGO_SETTINGS_MODULE": "loaniq.settings", "PYTHONDONTWRITEBYTECODE": "1"}
    sys.dont_write_bytecode = True
    mutants, began = chosen(options), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        verdicts = work_through(mutants, Path(folder))
        os.chdir(ROOT)
    return report(verdicts, options.target, time.monotonic() - began)


def report(verdicts: list[Verdict], target: float, seconds: float) -> int:
    """Print the score by file and every fault that was missed; return the exit code."""
    tried, noticed = Counter[str](), Counter[str]()
    for verdict in verdicts:
        tried[verdict.mutant.path] += 1
        noticed[verdict.mutant.path] += verdict.noticed
    for path in sorted(tried):
        print(f"{noticed[path]:>5} of {tried[path]:>4} noticed  {path}")
    for verdict in verdicts:
        if not verdict.noticed:
            print(f"missed: {verdict.mutant}")
    score = 100 * noticed.total() / max(tried.total(), 1)
    print(f"{tried.total()} faults, {noticed.total()} noticed: {score:.1f} percent, {seconds:.0f} s")
    return 0 if score >= target else 1


if __name__ == "__main__":
    sys.exit(main())
