"""Expected trouble, each with what is wrong and what to do next. No message holds personal data of a borrower."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from lending.models import Decision, DecisionRun, Finding, LoanApplication, Review


class LendingError(Exception):
    """Base of everything that a person or a partner can put right."""


class RunAlreadyActive(LendingError):
    """A run of this application waits or works; a second one would decide it twice."""

    def __init__(self, application: LoanApplication) -> None:
        super().__init__(f"{application} is being decided already. Wait for that run to finish.")


class AlreadyDecided(LendingError):
    """The application has a decision, and nobody said why it should be decided again."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(
            f"{decision.application} was decided {decision.outcome} on {_day(decision.decided_at)}. "
            "To decide it again, give the reason for a new run."
        )


class ReasonTooLong(LendingError):
    """The reason for a new run does not fit its field."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"The reason has {length} characters, and {limit} fit. Shorten it.")


class ApplicationNotFound(LendingError):
    """Nobody, or more than one, has the number or external id."""

    def __init__(self, number: str, found: int) -> None:
        if found:
            super().__init__(f"Several applications have the external id {number}. Give an application number instead.")
        else:
            super().__init__(f"No application has the number or external id {number}. Import it first.")


class NothingToCompare(LendingError):
    """Two decided runs are compared, and these are not two decided runs of the application."""

    def __init__(self, application: LoanApplication, numbers: Sequence[int]) -> None:
        if len(numbers) < 2:
            has = f"{len(numbers)} decided run{'' if len(numbers) == 1 else 's'}"
            super().__init__(f"{application} has {has}, and two are compared. Decide it again first.")
        else:
            known = ", ".join(map(str, numbers))
            super().__init__(f"Name two different decided runs of {application} by number; it has {known}.")


class LeaseLost(LendingError):
    """A worker wants to write for a run that is no longer its own; nothing was written."""

    def __init__(self, run: DecisionRun) -> None:
        super().__init__(f"{run} has passed to another worker, or is finished. This worker's result was not stored.")


class ReviewClosed(LendingError):
    """The case was closed before."""

    def __init__(self, review: Review) -> None:
        who = f"by {review.decided_by.get_username()}" if review.decided_by else "by a later run"
        when = f" on {_day(review.decided_at)}" if review.decided_at else ""
        super().__init__(f"The {review} was closed {who}{when} as {review.status}. Open its newest run instead.")


class ReviewTaken(LendingError):
    """Somebody else works on the case."""

    def __init__(self, review: Review) -> None:
        who = review.assigned_to.get_username() if review.assigned_to else "somebody else"
        super().__init__(f"The {review} has been taken by {who}. Take the next one.")


class NotPermitted(LendingError):
    """The person's role does not include this queue."""

    def __init__(self, by: User, review: Review) -> None:
        super().__init__(
            f"{by.get_username()} may not resolve cases of the {review.get_queue_display().lower()} queue. "
            "Leave it to a colleague who may, or ask an administrator for the role."
        )


class MakerCannotCheck(LendingError):
    """Four eyes: who asked for the run does not resolve its case."""

    def __init__(self, by: User, review: Review) -> None:
        super().__init__(
            f"{by.get_username()} asked for the run behind the {review}, so somebody else must resolve it."
        )


class OutcomeNotOffered(LendingError):
    """A person may approve, decline, or confirm what the machine said; nothing else."""

    def __init__(self, outcome: str, offered: Sequence[str]) -> None:
        super().__init__(f"A case cannot be closed as {outcome}. Choose {' or '.join(offered)}.")


class OverrideNotAllowed(LendingError):
    """An approval over hard rules that failed, are unknown, or were not applied."""

    def __init__(self, review: Review, blocking: Sequence[Finding], missing: int) -> None:
        named = [f"{finding.code} ({finding.result})" for finding in blocking]
        if missing > 0:
            named.append(f"{missing} hard rule(s) that were not applied")
        super().__init__(
            f"{review.application} cannot be approved by hand: {', '.join(named) or 'no hard rule was applied'}. "
            "Correct or complete the facts and run the decision again."
        )


class NoteMissing(LendingError):
    """A person departs from the machine, or clears a hit, without saying why."""

    def __init__(self) -> None:
        super().__init__("Say why: an override, and the clearing of a hit, need a note.")


class ReasonsMissing(LendingError):
    """A decline needs one to four principal reasons that were really used."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"{problem} Choose one to four principal reasons, from failed findings or the listed ones.")


class NothingToClear(LendingError):
    """The case holds no sanctions hit that a person could clear."""

    def __init__(self, review: Review, stops: Sequence[str]) -> None:
        held = f"it is held by {', '.join(stops)}" if stops else "nothing holds it"
        super().__init__(
            f"The {review} has no sanctions hit to clear: {held}. "
            "Correct the facts and run the decision again, decline it, or leave it on hold."
        )


class ApplicationAlreadyReceived(LendingError):
    """This sender used the external id before."""

    def __init__(self, external_id: str) -> None:
        super().__init__(f"An application with external_id {external_id!r} was received before. Nothing was added.")


class BorrowerAlreadyKnown(LendingError):
    """This partner has a borrower with the same e-mail address; the address itself is not repeated here."""

    def __init__(self) -> None:
        super().__init__("One of your borrowers has this e-mail address already. Use that borrower's id.")


class FileNotReadable(LendingError):
    """A whole file cannot be imported; nothing of it was."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")


def _day(at: datetime) -> str:
    return timezone.localtime(at).date().isoformat()
