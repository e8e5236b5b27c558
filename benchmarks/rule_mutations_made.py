"""How a fault is made: one number of the rulebook moved a step, or one operator or constant of a module turned."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

RULEBOOK = tuple(
    f"policies/rulebook/{name}.toml"
    for name in ("underwriting", "compliance", "rates", "scorecard", "terms", "tolerances")
)
MODULES = (
    *(f"policies/rulebook/{name}.py" for name in ("rules", "conditions", "rule_tests", "limits")),
    *(
        f"lending/{name}.py"
        for name in (
            *("amortization", "annual_percentage_rate", "housing", "incomes", "mortgage_insurance", "obligations"),
            *("qualifying_rate", "ratios", "rentals", "reserves", "residual", "rounding", "terms", "valuation"),
        )
    ),
    *(f"agents/engine/{name}.py" for name in ("charges", "facts", "gate", "reasons", "scorecard")),
)
# Faults that no test can notice because they change nothing, by ``str(mutant)``, with the reason.
EQUIVALENT: dict[str, str] = {}

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
}
NAMES = {
    "ROUND_HALF_UP": "ROUND_DOWN",
    "ROUND_DOWN": "ROUND_HALF_UP",
    "ROUND_CEILING": "ROUND_FLOOR",
    "ROUND_FLOOR": "ROUND_CEILING",
    "any": "all",
    "all": "any",
    "min": "max",
    "max": "min",
}
NUMBER = re.compile(r"\d+(\.\d+)?")
# A string, a comment, a date or a bare number of a TOML text; only what is a number as a whole is moved.
TOKEN = re.compile(r'"(?P<string>[^"]*)"|#[^\n]*|\d{4}-\d\d-\d\d|(?<![\w-])(?P<bare>\d+(\.\d+)?)(?![\w-])')


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: the file, what was changed where, and the whole text of the file with the fault in it."""

    path: str
    change: str
    text: str = field(repr=False)

    def __str__(self) -> str:
        return f"{self.path} {self.change}"


def mutants_of(path: str, text: str) -> Iterator[Mutant]:
    """Yield every fault that can be made of a file."""
    yield from _of_numbers(path, text) if path.endswith(".toml") else _of_code(path, text)


def a_step_up(number: str) -> str:
    """Return a number with its last digit one higher: 43.00 becomes 43.01, 620 becomes 621.

    A power of ten below one stands for a precision, so that it becomes the next one: 0.01 becomes 0.1.
    """
    exact = Decimal(number)
    last = int(exact.as_tuple().exponent)
    if re.fullmatch(r"0\.0+1", number):
        return str(Decimal(1).scaleb(last + 1))
    return str(exact + Decimal(1).scaleb(last))


def _of_numbers(path: str, text: str) -> Iterator[Mutant]:
    table = ""
    for start, line in _lines(text):
        if header := re.match(r"\[\[?([\w.]+)\]", line):
            table = header.group(1).partition(".")[0]
            continue
        for token in TOKEN.finditer(line):
            kind = "string" if token.group("string") is not None else "bare"
            number = token.group(kind)
            if number and NUMBER.fullmatch(number):
                moved = a_step_up(number)
                place = start + token.start(kind)
                change = f"[{table}] {line.strip()[:70]}: {number} to {moved} at {token.start(kind)}"
                yield Mutant(path, change, text[:place] + moved + text[place + len(number) :])


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, line
        start += len(line)


def _of_code(path: str, text: str) -> Iterator[Mutant]:
    sites = len(list(_Sites(ast.parse(text)).found))
    for number in range(sites):
        tree = ast.parse(text)
        site = _Sites(tree).found[number]
        before = ast.unparse(site.node)
        site.turn()
        after = ast.unparse(site.node)
        line = getattr(site.node, "lineno", 0)
        yield Mutant(path, f"line {line}: {before[:60]} to {after[:60]} ({site.name})", ast.unparse(tree))


@dataclass(frozen=True, slots=True)
class _Site:
    node: ast.AST
    name: str
    turn: Callable[[], None]


class _Sites(ast.NodeVisitor):
    """Every place of a module where one fault fits; annotations, decorators, imports and texts are left alone."""

    def __init__(self, tree: ast.Module) -> None:
        self.found: list[_Site] = []
        self.visit(tree)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for default in [*node.args.defaults, *node.args.kw_defaults, *node.body]:
            if default is not None:
                self.visit(default)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for part in node.body:
            self.visit(part)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Leave sentences alone."""

    def visit_Call(self, node: ast.Call) -> None:
        """Leave the whole number alone that only tells quantize() to keep no decimals: any other tells it the same."""
        if isinstance(node.func, ast.Attribute) and node.func.attr == "quantize":
            self.visit(node.func)
            for part in node.args:
                if not (
                    isinstance(part, ast.Call) and isinstance(part.args[0], ast.Constant) and part.args[0].value == 1
                ):
                    self.visit(part)
            return
        self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        """Leave the wording of errors alone."""

    def visit_Compare(self, node: ast.Compare) -> None:
        for place, operator in enumerate(node.ops):
            if type(operator) in COMPARISONS:
                self._add(node, f"comparison {place}", partial(self._compare, node, place))
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        self._add(node, "and or", lambda: setattr(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And()))
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if type(node.op) in OPERATORS:
            self._add(node, "operator", lambda: setattr(node, "op", OPERATORS[type(node.op)]()))
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            self._add(node, "not", lambda: setattr(node, "operand", ast.UnaryOp(ast.Not(), node.operand)))
        elif isinstance(node.op, ast.USub):
            self._add(node, "minus", lambda: setattr(node, "op", ast.UAdd()))
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, bool):
            self._add(node, "flag", lambda: setattr(node, "value", not value))
        elif isinstance(value, int):
            self._add(node, "number", lambda: setattr(node, "value", value + 1))
        elif isinstance(value, str) and NUMBER.fullmatch(value):
            self._add(node, "number", lambda: setattr(node, "value", a_step_up(value)))

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in NAMES and isinstance(node.ctx, ast.Load):
            self._add(node, "name", lambda: setattr(node, "id", NAMES[node.id]))

    def _add(self, node: ast.AST, name: str, turn: Callable[[], None]) -> None:
        self.found.append(_Site(node, name, turn))

    @staticmethod
    def _compare(node: ast.Compare, place: int) -> None:
        node.ops[place] = COMPARISONS[type(node.ops[place])]()
