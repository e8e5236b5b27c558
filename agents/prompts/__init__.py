"""What models are told, a file a prompt, and what each prompt promises. Borrowers' and policies' words travel as data.

A file begins with its contract in TOML: its class (may its material hold personal data?), the form of its answer, what
it promises, and the most characters of each piece of material. Its version is a hash of all that a model reads of it.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
CUT = " [cut here]"
TEXT = "text"  # the answer that has no form
SHARED = {"house", "form"}  # what all prompts begin with, and what those add that ask for a form


@dataclass(frozen=True, slots=True)
class Contract:
    """One prompt: its text for the system's turn, its version, and what may be put into it."""

    name: str
    text: str
    version: str
    private: bool
    answer: str
    promise: str
    characters: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A task for a model and the material it works on, as (label, text) pairs. Raises ValueError for strange ones."""

    task: str
    material: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        """Refuse a task that has no file and material that its contract does not name."""
        if strange := {label for label, _ in self.material} - self.contract.characters.keys():
            raise ValueError(f"The prompt {self.task} takes no {', '.join(sorted(strange))}.")

    @property
    def contract(self) -> Contract:
        """What the prompt promises."""
        return contract_of(self.task)

    def system(self) -> str:
        """Return the house rules and the task."""
        return self.contract.text

    def user(self) -> str:
        """Return the material, each piece fenced, cut to its length, and with any fence of its own taken out."""
        limits = self.contract.characters
        pieces = (
            f'<material name="{label}">\n{_fitting(text, limits[label])}\n</material>' for label, text in self.material
        )
        return "\n\n".join(pieces)


@cache
def contract_of(name: str) -> Contract:
    """Return a prompt's contract. Raises ValueError where no file has its name."""
    if name not in prompt_names():
        raise ValueError(f"There is no prompt {name!r}; the files in {FOLDER.name} are {', '.join(prompt_names())}.")
    _, head, task = (FOLDER / f"{name}.md").read_text().split("+++\n", 2)
    said = tomllib.loads(head)
    rules = "house.md", *(() if said["answer"] == TEXT else ("form.md",))
    text = f"{' '.join(_flowing((FOLDER / name).read_text()) for name in rules)}\n\n{_flowing(task)}"
    return Contract(
        name=name,
        text=text,
        version=hashlib.sha256(text.encode()).hexdigest()[:16],
        private=said["class"] == "pii",
        answer=said["answer"],
        promise=said["promise"],
        characters=said["characters"],
    )


@cache
def prompt_names() -> tuple[str, ...]:
    """Return the names of all prompts."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.md") if path.stem not in SHARED))


def prompts_version() -> str:
    """Return one version for all prompts together, which a decision keeps."""
    return hashlib.sha256("".join(contract_of(name).version for name in prompt_names()).encode()).hexdigest()[:16]


def _flowing(text: str) -> str:
    return " ".join(text.split())


def _fitting(text: str, characters: int) -> str:
    """Return the text without fences, cut at white space so that no figure is halved."""
    unfenced = text.replace("<material", "<_material").replace("</material", "</_material")
    if len(unfenced) <= characters:
        return unfenced
    return unfenced[: characters + 1].rsplit(maxsplit=1)[0][:characters] + CUT
