"""What a PDF says about itself: title, issuer, and, in its Keywords, whom it binds and since when. Pure."""

import re
from dataclasses import dataclass
from datetime import date

from policies.cleaning import clean_text
from policies.exceptions import WrongLabels

KEYWORD = re.compile(r"(programs|states|effective|edition|code|tier)\s*=\s*([^;]*)")
PROGRAM = re.compile(r"[a-z][a-z_]{1,19}|ALL")
STATE = re.compile(r"[A-Z]{2}|ALL")
EVERYWHERE = ("ALL",)
TITLE_CHARACTERS, ISSUER_CHARACTERS, EDITION_CHARACTERS, TIER_CHARACTERS = 300, 200, 60, 40


@dataclass(frozen=True, slots=True)
class DocumentLabels:
    """A document's labels; unless it says otherwise it binds ALL programs and states, since an unknown day."""

    title: str
    issuer: str = ""
    tier: str = ""
    edition: str = ""
    programs: tuple[str, ...] = EVERYWHERE
    states: tuple[str, ...] = EVERYWHERE
    effective_from: date | None = None


def labels_from(metadata: dict[str, str], file_name: str) -> DocumentLabels:
    """Read the labels from PDF metadata (``title``, ``author``, ``keywords``). Raises WrongLabels for a bad keyword.

    Keywords look like ``programs=fha,va; states=ALL; effective=2026-01-01; edition=7; tier=lender overlay``; a PDF
    whose keywords hold none of these names is labelled by its title, or else its file name, alone.
    """
    said = {key: clean_text(value) for key, value in KEYWORD.findall(metadata.get("keywords", ""))}
    stem = file_name.rpartition(".")[0] or file_name
    title = clean_text(metadata.get("title", "")) or clean_text(stem.replace("_", " ")) or file_name
    return DocumentLabels(
        title=title[:TITLE_CHARACTERS],
        issuer=clean_text(metadata.get("author", ""))[:ISSUER_CHARACTERS],
        tier=said.get("tier", "")[:TIER_CHARACTERS],
        edition=said.get("edition", "")[:EDITION_CHARACTERS],
        programs=_words(said.get("programs"), PROGRAM, file_name, "programs"),
        states=_words(said.get("states"), STATE, file_name, "states"),
        effective_from=_day(said.get("effective"), file_name),
    )


def _words(text: str | None, allowed: re.Pattern[str], file_name: str, key: str) -> tuple[str, ...]:
    if not text:
        return EVERYWHERE
    words = tuple(dict.fromkeys(word.strip() for word in text.split(",")))
    if wrong := [word for word in words if not allowed.fullmatch(word)]:
        raise WrongLabels(file_name, f"{key}={wrong[0]!r}")
    return words


def _day(text: str | None, file_name: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongLabels(file_name, f"effective={text!r}") from None
