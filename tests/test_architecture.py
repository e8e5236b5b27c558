"""The house: loaniq -> agents -> {lending, policies} -> audit. An import never runs back up."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAY_IMPORT = {
    "audit": {"audit"},
    "lending": {"lending", "audit"},
    "policies": {"policies", "audit"},
    "agents": {"agents", "lending", "policies", "audit"},
    "loaniq": {"loaniq", "agents", "lending", "policies", "audit"},
}
ROOMS = {  # inside policies; what all of them may use (models, selectors, exceptions) stands beside them
    "reading": {"reading"},
    "sanctions": {"sanctions"},
    "rulebook": {"rulebook"},
    "loan_limits": {"loan_limits", "rulebook"},
    "embedding": {"embedding", "reading"},
    "corpus": {"corpus", "embedding", "reading"},
    "search": {"search", "embedding"},
}
PURE_LENDING = (
    *("vocabulary", "casefile", "completeness", "conclusion", "terms", "rounding", "worksheets", "amortization"),
    *("ratios", "valuation", "obligations", "housing", "incomes", "rentals", "qualifying_rate", "mortgage_insurance"),
    *("annual_percentage_rate", "reserves", "residual", "run_diff"),
)
PURE_POLICIES = (
    *("rulebook/findings", "rulebook/rules", "rulebook/limits", "rulebook/conditions", "rulebook/evaluation"),
    *("rulebook/rule_tests", "rulebook/rule_wording", "rulebook/reading", "rulebook/self_test", "allowed_facts"),
    *("loan_limits/areas", "loan_limits/county_lists", "search/citations", "search/fusion", "search/stages"),
    *("sanctions/screening", "sanctions/births", "sanctions/name_folding", "sanctions/name_index"),
    *("sanctions/name_likeness", "sanctions/name_scoring", "sanctions/name_words"),
)
PURE = [
    *(f"lending/{name}.py" for name in PURE_LENDING),
    *(f"policies/{name}.py" for name in PURE_POLICIES),
    "agents/state.py",
    "agents/graph.py",
    "agents/pipeline.py",
    "agents/impact.py",
    *(
        str(path.relative_to(ROOT))
        for folder in ("engine", "nodes")
        for path in (ROOT / "agents" / folder).glob("*.py")
    ),
]
TABLE_MODULES = {"lending.models", "policies.models", "audit.models", "lending.services", "lending.selectors"}


def imported_modules(path: Path) -> set[str]:
    """Return every module a file imports when it runs, ``TYPE_CHECKING`` blocks left out."""
    found: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(path.read_text())]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            waiting.extend(node.orelse)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update({node.module, *(f"{node.module}.{alias.name}" for alias in node.names)})
        else:
            waiting.extend(ast.iter_child_nodes(node))
    return found


@pytest.mark.parametrize("house", MAY_IMPORT)
def test_imports_only_run_down(house: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in (ROOT / house).rglob("*.py")
        for module in imported_modules(path)
        if module.split(".")[0] in MAY_IMPORT.keys() - MAY_IMPORT[house]
    ]
    assert wrong == []


@pytest.mark.parametrize("room", ROOMS)
def test_the_rooms_of_policies_open_one_way(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in (ROOT / "policies" / room).glob("*.py")
        for module in imported_modules(path)
        if module.startswith("policies.") and module.split(".")[1] in {*ROOMS, "workspace"} - ROOMS[room]
    ]
    assert wrong == []


@pytest.mark.parametrize("name", PURE)
def test_arithmetic_rules_and_nodes_know_neither_django_nor_tables(name: str) -> None:
    modules = imported_modules(ROOT / name)
    assert not [module for module in modules if module.split(".")[0] == "django" or module in TABLE_MODULES]


def test_agents_touch_tables_in_their_tasks_only() -> None:
    touching = {
        str(path.relative_to(ROOT / "agents"))
        for path in (ROOT / "agents").rglob("*.py")
        if imported_modules(path) & (TABLE_MODULES | {"audit.log"})
    }
    assert touching <= {"tasks.py", "impact_task.py", "management/commands/decide.py"}
