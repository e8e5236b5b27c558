"""What a PDF says about itself: title, issuer, and, in its Keywords, whose word it is, whom it binds, since when."""

import re
from dataclasses import dataclass
from datetime import date

from policies.exceptions import WrongLabels
from policies.models import Tier
from policies.reading.cleaning import clean_text

KEYWORD = re.compile(r"(programs|states|effective|edition|code|tier)\s*=\s*([^;]*)")
PROGRAM = re.compile(r"[a-z][a-z_]{1,19}|ALL")
STATE = re.compile(r"[A-Z]{2}|ALL")
EVERYWHERE = ("ALL",)
TITLE_CHARACTERS, ISSUER_CHARACTERS, EDITION_CHARACTERS = 300, 200, 60
TIERS = tuple(tier.value for tier in Tier if tier is not Tier.UNKNOWN)


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


def labels_from(metadata: dict[str, str], file_name: str, before: DocumentLabels | None = None) -> DocumentLabels:
    """Read the labels from PDF metadata (``title``, ``author``, ``keywords``). Raises WrongLabels for a bad keyword.

    Keywords look like ``programs=fha,va; states=ALL; effective=2026-01-01; edition=7; tier=lender overlay``. Where the
    PDF says nothing of title, issuer, tier, programs or states, those of the edition ``before`` go on to hold, since a
    person may have corrected them; without one the title is the file name and it binds ALL.
    """
    said = {key: clean_text(value) for key, value in KEYWORD.findall(metadata.get("keywords", ""))}
    before = before or DocumentLabels(title=_title_of(file_name))
    return DocumentLabels(
        title=clean_text(metadata.get("title", ""))[:TITLE_CHARACTERS] or before.title,
        issuer=clean_text(metadata.get("author", ""))[:ISSUER_CHARACTERS] or before.issuer,
        tier=_tier(said.get("tier"), file_name) or before.tier,
        edition=said.get("edition", "")[:EDITION_CHARACTERS],
        programs=_words(said.get("programs"), PROGRAM, file_name, "programs") or before.programs,
        states=_words(said.get("states"), STATE, file_name, "states") or before.states,
        effective_from=_day(said.get("effective"), file_name),
    )


def _title_of(file_name: str) -> str:
    stem = file_name.rpartition(".")[0] or file_name
    return clean_text(stem.replace("_", " "))[:TITLE_CHARACTERS] or file_name


def _tier(text: str | None, file_name: str) -> str:
    if not text:
        return ""
    if (tier := " ".join(text.lower().split())) not in TIERS:
        raise WrongLabels(file_name, f"tier={text!r} is none of {', '.join(TIERS)}")
    return tier


def _words(text: str | None, allowed: re.Pattern[str], file_name: str, key: str) -> tuple[str, ...]:
    if not text:
        return ()
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
