"""What the life of a condition and of a borrower's papers refuses, each with the next step. No personal data."""

from django.contrib.auth.models import User

from lending.exceptions import LendingError
from lending.models import BorrowerDocument, Condition
from lending.vocabulary import ConditionMove, ConditionStatus

DONE = {
    ConditionMove.RECEIVE: "marked received",
    ConditionMove.CLEAR: "cleared",
    ConditionMove.WAIVE: "waived",
    ConditionMove.REOPEN: "reopened",
}
NEXT = {
    ConditionStatus.OPEN: "Mark it received once what it asks for is there",
    ConditionStatus.RECEIVED: "A reviewer clears it",
    ConditionStatus.CLEARED: "Reopen it with a reason, if it does not hold",
    ConditionStatus.WAIVED: "Reopen it with a reason, if it is needed after all",
    ConditionStatus.LAPSED: "No run asks for it any more",
}


class ConditionNotYours(LendingError):
    """The person's role does not include this step."""

    def __init__(self, by: User, move: ConditionMove, who: str) -> None:
        super().__init__(f"{by.get_username()} may not do this: a condition is {DONE[move]} by {who}. Leave it to one.")


class ConditionElsewhere(LendingError):
    """The condition does not stand where this step begins."""

    def __init__(self, condition: Condition, move: ConditionMove) -> None:
        status = ConditionStatus(condition.status)
        super().__init__(f"{condition} is {status} and cannot be {DONE[move]} now. {NEXT[status]}.")


class ReceiverCannotClear(LendingError):
    """Four eyes: whoever took the paper in does not say that it is good."""

    def __init__(self, by: User, condition: Condition) -> None:
        super().__init__(f"{by.get_username()} marked {condition} received, so another reviewer must clear it.")


class CannotWaive(LendingError):
    """The condition stands behind a rule that must pass."""

    def __init__(self, condition: Condition, severity: str) -> None:
        super().__init__(
            f"{condition} comes from {condition.finding_code}, a {severity} rule, and is never waived. "
            "Bring what it asks for."
        )


class ConditionReasonMissing(LendingError):
    """A step back, or a waiver, without saying why."""

    def __init__(self, move: ConditionMove) -> None:
        super().__init__(f"Say why the condition is {DONE[move]}; the reason is kept in the file.")


class DocumentRefused(LendingError):
    """A file that is not taken in."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"The file was not taken in: {problem}")


class DocumentAlreadyThere(LendingError):
    """The very same file was brought for the same thing before."""

    def __init__(self, document: BorrowerDocument) -> None:
        day = document.received_at.date().isoformat()
        super().__init__(f"This very file is in the application already, received on {day}. Nothing was added.")


class DocumentSetAside(LendingError):
    """The document was set aside before."""

    def __init__(self, document: BorrowerDocument) -> None:
        who = document.set_aside_by.get_username() if document.set_aside_by else "somebody"
        super().__init__(f"This document was set aside by {who} already. It stays in the file as it is.")


class DocumentReasonMissing(LendingError):
    """A document is set aside without saying why."""

    def __init__(self) -> None:
        super().__init__("Say why the document is set aside; it is kept in the file with the reason.")


class DocumentDamaged(LendingError):
    """The stored file is gone or is not the one that was received."""

    def __init__(self, document: BorrowerDocument, problem: str) -> None:
        super().__init__(
            f"The stored file of document {document.pk} {problem}. Restore the media folder from the backup; "
            "its SHA-256 in the file says which one is right."
        )
